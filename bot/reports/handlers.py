"""/report: what was reached, read and answered, as a picture and as a spreadsheet."""

import asyncio
from dataclasses import dataclass
from functools import partial

from telegram import Bot, InputMediaPhoto, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.chat import talk
from bot.chat.buttons import Keyboard
from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, markup_of
from bot.daily.service import DailyService
from bot.daily.teams import find_team
from bot.reports import words
from bot.reports.picture import draw_report
from bot.reports.press import OF_REPORTS, ShowReport
from bot.reports.records import RecordService
from bot.reports.report import Period
from bot.reports.sheets import report_sheet
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.transport.gate import Lane


@dataclass(frozen=True, slots=True)
class Needs:
    """What reports take."""

    records: RecordService
    daily: DailyService
    clock: StationClock


_PERIODS = {"d": Period.day, "w": Period.week, "m": Period.month}


async def overview(needs: Needs, update: Update, context: Context) -> None:
    """/report: today, everybody."""
    message = update.effective_message
    if message is not None:
        await show(context.bot, needs, message.chat_id, Period.day(needs.clock.today()), None)


async def press(needs: Needs, update: Update, context: Context) -> None:
    """Another period or another team, in the place of what is shown; or the spreadsheet."""
    query = update.callback_query
    if query is None:
        return
    pressed = read_data(query.data, *OF_REPORTS)
    where = pressed.where if pressed is not None else "*"
    team = await find_team(needs.daily.store, where) if where != "*" else None
    if pressed is None or (where != "*" and team is None) or not isinstance(query.message, Message):
        await acknowledge(query, talk.STALE_BUTTON)
        return
    await acknowledge(query)
    period, name = _PERIODS[pressed.period](pressed.day), team.name if team is not None else None
    chat_id = query.message.chat_id
    if isinstance(pressed, ShowReport):
        await _show_in_place(context.bot, needs, query.message, period, name)
        return
    report = await needs.records.report(period, name)
    sheet = await asyncio.to_thread(report_sheet, report)
    await context.bot.send_document(chat_id, sheet, filename=f"{words.title(period, name)} {period.name}.xlsx")


async def show(bot: Bot, needs: Needs, chat_id: int, period: Period, team: str | None, lane: Lane = Lane.REPLY) -> None:
    """Send a report as a picture with its words and buttons."""
    picture, words_below, buttons = await _draw(needs, period, team)
    await bot.send_photo(
        chat_id,
        picture,
        words_below,
        parse_mode=ParseMode.HTML,
        reply_markup=markup_of(buttons),
        rate_limit_args=lane,  # type: ignore[call-arg] # ExtBot has it, Bot has not
    )


async def _show_in_place(bot: Bot, needs: Needs, message: Message, period: Period, team: str | None) -> None:
    """Put a report in the place of another one; a new message where that is gone, or is none that shows a picture."""
    picture, words_below, buttons = await _draw(needs, period, team)
    media = InputMediaPhoto(picture, words_below, parse_mode=ParseMode.HTML)
    try:
        await bot.edit_message_media(media, message.chat_id, message.message_id, reply_markup=markup_of(buttons))
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            await show(bot, needs, message.chat_id, period, team)


async def _draw(needs: Needs, period: Period, team: str | None) -> tuple[bytes, str, Keyboard]:
    """A report's picture, the words below it, and its buttons."""
    report = await needs.records.report(period, team)
    picture = await asyncio.to_thread(draw_report, report, words.title(period, team))
    teams = await needs.daily.store.teams()
    buttons = words.buttons(period, team, teams, needs.clock.today())
    return picture, words.caption(report, team), buttons


def feature(needs: Needs) -> Feature:
    """Who has learnt what."""
    trainer = Role.TRAINER
    return Feature(
        (Command("report", trainer, partial(overview, needs), "谁已学、谁没学", "/report 看谁已学、谁没学", order=2),),
        (presses_of(trainer, partial(press, needs), *OF_REPORTS),),
    )
