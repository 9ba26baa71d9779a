"""每日一案 under trainers' thumbs: what goes out when, to whom, and how it is getting on."""

from dataclasses import replace
from datetime import date
from functools import partial

from telegram import Message, Update

from bot.chat import talk
from bot.chat.buttons import Button
from bot.chat.callback_data import CallbackData, read_data
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, presses_of
from bot.chat.sending import acknowledge, send_reply, show_in_place
from bot.daily import words
from bot.daily.handlers_sending import press_plan, press_sending
from bot.daily.needs import Needs
from bot.daily.press import (
    OF_PLANNING,
    AddDays,
    Cases,
    CasesPage,
    ChangeSetting,
    ChooseCase,
    Home,
    OfDay,
    OfOwnDays,
    OfTeam,
    OneDay,
    OnePlan,
    OneTeam,
    OwnDays,
    OwnDaysPage,
    RemoveDay,
    SendCase,
    SendForSure,
    SendNow,
    SendPage,
    SendTo,
    Setting,
    Settings,
    Step,
    Weekday,
)
from bot.daily.slots import Slot
from bot.daily.teams import find_team
from bot.daily.words import DailyCase
from bot.daily.words_planning import (
    FOREWORD_ASKED,
    NOT_A_TIME,
    OWN_DAYS_A_PAGE,
    TIME_ASKED,
    TOO_LATE,
    ask_own_days,
    case_choice,
    day_card,
    not_days,
    own_day_removed,
    own_days,
    own_days_added,
    team_list,
    team_settings,
    week,
)
from bot.daily.written_days import DaysFault, read_days
from bot.daily.written_times import read_time
from bot.station.roles import Role
from bot.storage.schema import PlanState

FOREWORD, SEND_TIME, REMIND_TIME, OWN_DAYS = "foreword", "send_at", "remind_at", "own_days"
FORMS = frozenset({FOREWORD, SEND_TIME, REMIND_TIME, OWN_DAYS})
_LONGEST_FOREWORD = 200


async def overview(needs: Needs, update: Update, _context: Context) -> None:
    """/daily: which team's days?"""
    if update.effective_user is not None:
        await _forget_form(needs, update.effective_user.id)
    if update.effective_message is not None:
        await send_reply(update.effective_message, await _home(needs))


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button of the planning."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    await _forget_form(needs, user.id)
    pressed = read_data(query.data, *OF_PLANNING)
    if isinstance(pressed, SendNow | SendPage | SendCase | SendTo | SendForSure):
        await press_sending(needs, query, pressed, user.id)
        return
    reply: Reply | None = None
    alert: str | None = talk.STALE_BUTTON
    match pressed:
        case Home():
            reply = await _home(needs)
        case OneTeam() | Settings() | ChangeSetting() | Weekday():
            reply, alert = await _team(needs, pressed, user.id)
        case OneDay() | Cases() | CasesPage() | ChooseCase():
            reply, alert = await _day(needs, pressed, user.id)
        case OwnDays() | OwnDaysPage() | AddDays() | RemoveDay():
            reply, alert = await _own_days(needs, pressed, user.id)
        case OnePlan():
            reply, alert = await press_plan(needs, pressed, query, user.id)
    await acknowledge(query, alert if reply is None else None)
    if reply is not None:
        await show_in_place(query, reply)


async def written(needs: Needs, update: Update, _context: Context) -> None:
    """A text that answers what a trainer was asked: a foreword, a time, or days."""
    message, user = update.message, update.effective_user
    form = await needs.forms.get(user.id, needs.clock.now()) if user is not None else None
    if message is None or user is None or message.text is None or form is None:
        return
    kind, data = form.kind, form.data
    if kind == OWN_DAYS:
        await _arrange(needs, message, user.id, works=bool(data["works"]))
        return
    team = await find_team(needs.daily.store, str(data.get("team", "")))
    if team is None:
        await send_reply(message, Reply(talk.STALE_BUTTON))
        return
    text = " ".join(message.text.split())
    if kind == FOREWORD:
        slot = await needs.daily.slot(team, date.fromisoformat(str(data["day"])), needs.clock.now())
        foreword = "" if text in {"不要", "去掉", "删掉"} else text[:_LONGEST_FOREWORD]
        done = (
            slot is not None
            and await needs.daily.write_foreword(slot, foreword, user.id, needs.clock.now()) is not None
        )
        await needs.forms.drop(user.id)
        fresh = await needs.daily.slot(team, date.fromisoformat(str(data["day"])), needs.clock.now()) if done else None
        await send_reply(message, _card(needs, fresh) if fresh is not None else Reply(TOO_LATE))
        return
    clock = read_time(text)
    if clock is None:
        await send_reply(message, Reply(NOT_A_TIME))
        return
    changed = await needs.daily.change_team(team, user.id, needs.clock.now(), **{kind: clock})
    await needs.forms.drop(user.id)
    needs.bell.ring()
    await send_reply(message, team_settings(changed))


async def _forget_form(needs: Needs, user_id: int) -> None:
    """Whoever goes on to something else is not asked any more: the next text is a question again."""
    if await needs.forms.get(user_id, needs.clock.now()) is not None:
        await needs.forms.drop(user_id)


# ---- the pages


async def _home(needs: Needs) -> Reply:
    store = needs.daily.store
    teams = [(team, await store.audience(team.name)) for team in await store.teams()]
    warning = (await needs.daily.workdays()).warning(needs.clock.today())
    return team_list(teams, warning)


# ---- the station's own days


async def _own_days(needs: Needs, pressed: OfOwnDays, by: int) -> tuple[Reply | None, str | None]:
    """The days that are arranged otherwise than the calendar; what to write for others; one taken back."""
    if isinstance(pressed, AddDays):
        works = pressed.works == "1"
        await needs.forms.ask(by, OWN_DAYS, {"works": works}, needs.clock.now())
        return ask_own_days(works=works), None
    days = await needs.daily.own_days(needs.clock.now())
    if not isinstance(pressed, RemoveDay):
        return own_days(days, pressed.page if isinstance(pressed, OwnDaysPage) else 0), None
    place = next((place for place, (day, _) in enumerate(days) if day == pressed.day), None)
    if place is None:
        return None, talk.STALE_BUTTON
    await needs.daily.arrange([pressed.day], None, by, needs.clock.now())
    needs.bell.ring()
    left = await needs.daily.own_days(needs.clock.now())
    why = (await needs.daily.workdays()).why(pressed.day)
    return own_days(left, place // OWN_DAYS_A_PAGE, own_day_removed(pressed.day, why)), None


async def _arrange(needs: Needs, message: Message, by: int, *, works: bool) -> None:
    """Arrange the days that a trainer has written, or say why there are none."""
    days = read_days(message.text or "", needs.clock.today())
    if isinstance(days, DaysFault):
        await send_reply(message, not_days(days))  # the question stays open
        return
    await needs.forms.drop(by)
    await needs.daily.arrange(days, works, by, needs.clock.now())
    needs.bell.ring()
    ahead = await needs.daily.own_days(needs.clock.now())
    place = next((place for place, (day, _) in enumerate(ahead) if day == days[0]), 0)
    await send_reply(message, own_days(ahead, place // OWN_DAYS_A_PAGE, own_days_added(days, works=works)))


# ---- one team


def _card(needs: Needs, slot: Slot) -> Reply:
    if slot.case is None:
        return day_card(slot, "")
    clause = needs.daily.clause_beside(slot.case, needs.clock.now())
    foreword = slot.plan.foreword if slot.plan is not None else ""
    shown = DailyCase(0, slot.day, foreword, slot.case, clause, (), False, needs.clock.today())
    return day_card(slot, words.daily_case(shown).html)


async def _day(needs: Needs, pressed: OfDay, by: int) -> tuple[Reply | None, str | None]:
    team = await find_team(needs.daily.store, pressed.team)
    slot = await needs.daily.slot(team, pressed.day, needs.clock.now()) if team is not None else None
    if team is None or slot is None:
        return None, talk.STALE_BUTTON
    if not isinstance(pressed, OneDay):
        return await _choose_case(needs, slot, by, pressed)
    if pressed.step is Step.FOREWORD:
        about = {"team": pressed.team, "day": slot.day.isoformat()}
        await needs.forms.ask(by, FOREWORD, about, needs.clock.now())
        return Reply(FOREWORD_ASKED, ((_back(replace(pressed, step=Step.SHOW)),),)), None
    if not await _change_day(needs, slot, pressed.step, by):
        return None, TOO_LATE
    return await _fresh_card(needs, slot)


async def _change_day(needs: Needs, slot: Slot, step: Step, by: int) -> bool:
    """Do what a button says about a day; False where it is too late for that."""
    now = needs.clock.now()
    if step is Step.SWAP:
        slots = await needs.daily.week(slot.team, now)
        after = next((other for other in slots if other.day > slot.day and other.is_due), None)
        return after is not None and await needs.daily.swap(slot, after, by, now)
    if step is Step.SHOW:
        return True
    state = PlanState.READY if step is Step.TAKE else PlanState.SKIPPED
    return await needs.daily.decide(slot, by, now, state=state) is not None


async def _fresh_card(needs: Needs, slot: Slot) -> tuple[Reply | None, str | None]:
    fresh = await needs.daily.slot(slot.team, slot.day, needs.clock.now())
    return (_card(needs, fresh), None) if fresh is not None else (None, talk.STALE_BUTTON)


async def _choose_case(
    needs: Needs, slot: Slot, by: int, pressed: Cases | CasesPage | ChooseCase
) -> tuple[Reply | None, str | None]:
    """A page of cases, or the one that was chosen."""
    team, day = pressed.team, slot.day
    if not isinstance(pressed, ChooseCase):
        shown = await needs.daily.store.last_shown(slot.team.name)
        page = pressed.page if isinstance(pressed, CasesPage) else 0
        choice = case_choice(
            needs.daily.cases,
            shown,
            page,
            lambda case: ChooseCase(team, day, case),
            lambda to: CasesPage(team, day, to),
            OneDay(Step.SHOW, team, day),
        )
        return choice, None
    case = needs.find_case(pressed.case)
    if case is None:
        return None, talk.STALE_BUTTON
    if await needs.daily.decide(slot, by, needs.clock.now(), case_id=case.id) is None:
        return None, TOO_LATE
    return await _fresh_card(needs, slot)


async def _team(needs: Needs, pressed: OfTeam, by: int) -> tuple[Reply | None, str | None]:
    team = await find_team(needs.daily.store, pressed.team)
    if team is None:
        return None, talk.STALE_BUTTON
    changes: dict[str, object] = {}
    match pressed:
        case OneTeam():
            return week(team, await needs.daily.week(team, needs.clock.now())), None
        case ChangeSetting(setting=Setting.SEND_AT | Setting.REMIND_AT):
            kind = SEND_TIME if pressed.setting is Setting.SEND_AT else REMIND_TIME
            await needs.forms.ask(by, kind, {"team": pressed.team}, needs.clock.now())
            return Reply(TIME_ASKED, ((_back(Settings(pressed.team)),),)), None
        case ChangeSetting(setting=Setting.AUTOMATIC):
            changes = {"automatic": not team.automatic}
        case ChangeSetting(setting=Setting.PAUSED):
            changes = {"paused": not team.paused}
        case ChangeSetting():
            changes = {"remind_at": ""}
        case Weekday():
            changes = {"weekdays": _toggled(team.weekdays, pressed.weekday)}
    if changes:
        team = await needs.daily.change_team(team, by, needs.clock.now(), **changes)
        needs.bell.ring()  # today's plan follows
    return team_settings(team), None


def _toggled(weekdays: str, day: str) -> str:
    """The weekdays with one put in or taken out; 0 means every workday."""
    if day == "0":
        return ""
    return "".join(sorted(set(weekdays) ^ {day}))


def _back(to: CallbackData) -> Button:
    return Button("↩ 返回", to.pack())


def feature(needs: Needs) -> Feature:
    """Planning the daily case."""
    trainer = Role.TRAINER
    answer = partial(written, needs)
    return Feature(
        (
            Command(
                "daily",
                trainer,
                partial(overview, needs),
                "每日一案：安排和推送",
                "/daily 安排每日一案，也能现在就发",
                order=1,
            ),
        ),
        (presses_of(trainer, partial(press, needs), *OF_PLANNING),),
        {kind: Form(trainer, answer, is_free=kind == FOREWORD) for kind in FORMS},
    )
