"""The rounds that the bot makes by itself: looking at the clock, pushing cases, reminding, reporting to trainers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.reply import Reply
from bot.chat.sending import edit, send
from bot.daily import words
from bot.daily.bell import Bell
from bot.daily.handlers import shown_case
from bot.daily.outbox import Outbox, Outcome
from bot.daily.progress import progress_reply
from bot.daily.rows import Parcel, Plan
from bot.daily.schedule import Ticked
from bot.daily.service import DailyService
from bot.daily.words_planning import calendar_warning, proposal
from bot.library.handlers_rulebooks import WeeklyWord
from bot.people.service import PeopleService
from bot.reports import handlers as reports
from bot.reports.report import Period
from bot.station.clock import StationClock
from bot.storage.errors import DatabaseError
from bot.storage.facts import Facts
from bot.storage.schema import DeliveryState
from bot.transport.gate import Lane
from bot.transport.line import UnknownFateError


@dataclass(frozen=True, slots=True)
class Needs:
    """What the rounds take."""

    daily: DailyService
    people: PeopleService
    facts: Facts
    bell: Bell
    reports: reports.Needs
    weekly_word: WeeklyWord
    clock: StationClock


_log = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds between two looks at the clock."""
_MORNING = 8
"""The hour of the station's clock from which people are written to."""
_LIVE = 2.0
"""Seconds between two looks while somebody watches a case go out."""


class Rounds:
    """Everything about the daily case that nobody has to press a button for."""

    def __init__(
        self,
        bot: Bot,
        needs: Needs,
        name: str,
        room: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            bot: The way out.
            needs: What the rounds take.
            name: As `Outbox` has it.
            room: As `Outbox` has it.
        """
        self._bot = bot
        self._needs = needs
        self._clock = needs.clock
        self.outbox = Outbox(needs.daily.store, self.post, needs.clock.now, name, room=room)
        self._bell = needs.bell

    async def run(self, *, alone: bool) -> None:
        """Make rounds until cancelled.

        Args:
            alone: Whether no other process works on the same database.
        """
        await self.outbox.recover(alone=alone)
        sending = asyncio.create_task(self.outbox.run())
        try:
            while True:
                try:
                    await self.look()
                except DatabaseError as error:
                    _log.error("%s", error)
                except Exception:  # noqa: BLE001 - the trace is logged, and the bot goes on
                    _log.exception("A round failed; the next one is made all the same")
                await self._bell.wait(_LIVE if self._bell.watchers else EVERY)
        finally:
            sending.cancel()

    async def look(self) -> Ticked:
        """One round."""
        await self.outbox.watch()
        ticked = await self._needs.daily.tick(self._clock.now())
        self.outbox.wake()
        for plan, delivery in ticked.reminders:
            case = self._needs.daily.case(plan.case_id)
            if case is not None:
                await self._push(delivery.user_id, words.reminder(case, delivery.id))
        for plan in ticked.proposed:
            await self._propose(plan)
        shown = {plan_id for plan_id in list(self._bell.watchers) if await self._refresh(plan_id)}
        for plan in ticked.finished:
            if plan.id not in shown:  # who watched it has seen the end
                await self._report(plan)
        await self._keep_posted()
        return ticked

    async def _keep_posted(self) -> None:
        """On Monday morning trainers get last week's report, and admins hear in time that the calendar's data end."""
        needs, now = self._needs, self._clock.now()
        local = needs.clock.local(now)
        if local.hour < _MORNING:
            return
        warning = (await needs.daily.workdays()).warning(local.date())
        if warning and await needs.facts.claim(f"calendar-warning:{local:%Y-%m}", now.isoformat()):
            for admin in await needs.people.admins():
                await self._push(admin, calendar_warning(warning))
        if local.isoweekday() != 1:
            return
        await needs.weekly_word.once_a_week(now)
        week = Period.week(local.date()).previous()
        report = await needs.reports.records.report(week, None)
        if not report.totals.due or not await needs.facts.claim(f"weekly:{week.name}", now.isoformat()):
            return
        for trainer in await needs.people.trainers():
            try:
                await reports.show(self._bot, needs.reports, trainer, week, None, Lane.PUSH)
            except TelegramError as error:
                _log.info("A weekly report was not pushed: %s", error)

    async def post(self, parcel: Parcel) -> Outcome:
        """Send a copy; what becomes of it is told, never raised."""
        case = self._needs.daily.case(parcel.plan.case_id)
        if case is None:
            return Outcome(DeliveryState.FAILED, reason="这个案例已经从库里删掉了")
        reply = words.daily_case(await shown_case(self._needs.daily, self._clock, parcel, case))
        try:
            message = await send(self._bot, parcel.delivery.user_id, reply, lane=Lane.PUSH)
        except UnknownFateError:
            return Outcome(DeliveryState.UNKNOWN, reason="timeout")
        except Forbidden as error:
            return Outcome(DeliveryState.FAILED, reason=_plain(error))
        except BadRequest as error:
            _log.warning("A copy was refused: %s", error.message)
            return Outcome(DeliveryState.FAILED, reason=_plain(error))
        except Exception as error:  # noqa: BLE001 - as above
            _log.exception("A copy could not be sent")
            return Outcome(DeliveryState.UNKNOWN, reason=type(error).__name__)
        return Outcome(DeliveryState.SENT, message.message_id)

    async def _push(self, chat_id: int, reply: Reply) -> bool:
        try:
            await send(self._bot, chat_id, reply, lane=Lane.PUSH)
        except TelegramError as error:
            _log.info("Not pushed: %s", error)
            return False
        return True

    async def _propose(self, plan: Plan) -> None:
        teams = {team.name: team for team in await self._needs.daily.store.teams()}
        team = teams.get(plan.team)
        slot = await self._needs.daily.slot(team, plan.day, self._clock.now()) if team is not None else None
        if slot is None:
            return
        for trainer in await self._needs.people.trainers():
            await self._push(trainer, proposal(plan.team, slot))

    async def _refresh(self, plan_id: int) -> bool:
        """Put how a plan is getting on into the message that shows it; gives whether it is shown."""
        chat_id, message_id = self._bell.watchers[plan_id]
        plan = await self._needs.daily.store.plan(plan_id)
        if plan is None:
            self._bell.watchers.pop(plan_id, None)
            return False
        reply = await progress_reply(self._needs.daily, plan)
        try:
            await edit(self._bot, chat_id, message_id, reply)
        except TelegramError as error:
            _log.info("Progress is not shown any more: %s", error)
            self._bell.watchers.pop(plan_id, None)
            return False
        if plan.done_at is not None:
            self._bell.watchers.pop(plan_id, None)
        return True

    async def _report(self, plan: Plan) -> None:
        """Say how it went to the one who sent it; of the automatic ones only where somebody was not reached."""
        counts = await self._needs.daily.store.progress(plan.id)
        trouble = counts[DeliveryState.FAILED] + counts[DeliveryState.UNKNOWN]
        if not trouble and plan.changed_by is None:
            return
        reply = await progress_reply(self._needs.daily, plan)
        told = [plan.changed_by] if plan.serial and plan.changed_by else await self._needs.people.trainers()
        if trouble or plan.serial:
            for trainer in told:
                await self._push(trainer, reply)


def _plain(error: TelegramError) -> str:
    message = error.message.lower()
    if "blocked" in message:
        return "blocked"
    if "deactivated" in message:
        return "账号已经注销"
    if "chat not found" in message or "initiate" in message:
        return "还没有跟机器人说过话"
    return error.message
