"""每日一案 under trainers' thumbs: what goes out when, to whom, and how it is getting on."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from telegram import CallbackQuery, Message, Update

from bot.chat import talk
from bot.chat.buttons import Button
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, Presses
from bot.chat.sending import acknowledge, send_reply, show_in_place
from bot.daily import words
from bot.daily.bell import Bell
from bot.daily.progress import progress_reply
from bot.daily.service import DailyService, Slot
from bot.daily.teams import find_team
from bot.daily.words import DailyCase
from bot.daily.written_days import DaysFault, read_days
from bot.daily.written_times import read_time
from bot.generation.generations import record_key
from bot.people.teams import team_key
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.storage.forms import Forms
from bot.storage.schema import PlanState
from retrieval.model import Case


@dataclass(frozen=True, slots=True)
class Needs:
    """What planning the daily case takes."""

    daily: DailyService
    forms: Forms
    bell: Bell
    clock: StationClock


PREFIXES = ("th", "te", "td", "ta", "ts", "tc", "tf", "tw", "tt", "to", "tn", "tN", "tg", "tx", "ty", "tz")
FOREWORD, SEND_TIME, REMIND_TIME, OWN_DAYS = "foreword", "send_at", "remind_at", "own_days"
FORMS = frozenset({FOREWORD, SEND_TIME, REMIND_TIME, OWN_DAYS})
_KEY = r"[\w-]{6}"
_DAY = re.compile(rf"t([dascfw])({_KEY})\.([0-9]{{8}})(?:\.(-?)([\w-]{{1,6}}))?", re.ASCII)
_TEAM = re.compile(rf"t(t|o[srawpx]?)({_KEY})(?:\.([0-7]))?", re.ASCII)
_SEND = re.compile(rf"t([nN])(?:(-?)({_KEY}|[0-9]{{1,3}}))?(?:\.({_KEY}|\*))?", re.ASCII)
_OWN = re.compile(r"te(?:(p)([0-9]{1,2})|([+])([01])|(-)([0-9]{8}))?", re.ASCII)
_PLAN = re.compile(r"t([gxyz])([0-9]{1,12})", re.ASCII)
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
    data = query.data or ""
    await _forget_form(needs, user.id)
    reply: Reply | None = None
    alert: str | None = talk.STALE_BUTTON
    if data == "th":
        reply = await _home(needs)
    elif found := _OWN.fullmatch(data):
        reply, alert = await _own_days(needs, found, user.id)
    elif found := _DAY.fullmatch(data):
        reply, alert = await _day(needs, found, user.id)
    elif found := _TEAM.fullmatch(data):
        reply, alert = await _team(needs, found, user.id)
    elif found := _SEND.fullmatch(data):
        await _send(needs, query, found, user.id)
        return
    elif found := _PLAN.fullmatch(data):
        reply, alert = await _plan(needs, found, query, user.id)
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
        await send_reply(message, _card(needs, fresh) if fresh is not None else Reply(words.TOO_LATE))
        return
    clock = read_time(text)
    if clock is None:
        await send_reply(message, Reply(words.NOT_A_TIME))
        return
    changed = await needs.daily.change_team(team, user.id, needs.clock.now(), **{kind: clock})
    await needs.forms.drop(user.id)
    needs.bell.ring()
    await send_reply(message, words.team_settings(changed))


async def _forget_form(needs: Needs, user_id: int) -> None:
    """Whoever goes on to something else is not asked any more: the next text is a question again."""
    if await needs.forms.get(user_id, needs.clock.now()) is not None:
        await needs.forms.drop(user_id)


# ---- the pages


async def _home(needs: Needs) -> Reply:
    store = needs.daily.store
    teams = [(team, await store.audience(team.name)) for team in await store.teams()]
    warning = (await needs.daily.workdays()).warning(needs.clock.today())
    return words.team_list(teams, warning)


# ---- the station's own days


async def _own_days(needs: Needs, found: re.Match[str], by: int) -> tuple[Reply | None, str | None]:
    """The days that are arranged otherwise than the calendar; what to write for others; one taken back."""
    _, page, adding, works, removing, day_text = found.groups()
    if adding:
        await needs.forms.ask(by, OWN_DAYS, {"works": works == "1"}, needs.clock.now())
        return words.ask_own_days(works=works == "1"), None
    days = await needs.daily.own_days(needs.clock.now())
    if not removing:
        return words.own_days(days, int(page or 0)), None
    place = next((place for place, (day, _) in enumerate(days) if f"{day:%Y%m%d}" == day_text), None)
    if place is None:
        return None, talk.STALE_BUTTON
    await needs.daily.arrange([days[place][0]], None, by, needs.clock.now())
    needs.bell.ring()
    left = await needs.daily.own_days(needs.clock.now())
    why = (await needs.daily.workdays()).why(days[place][0])
    return words.own_days(left, place // words.OWN_DAYS_A_PAGE, words.own_day_removed(days[place][0], why)), None


async def _arrange(needs: Needs, message: Message, by: int, *, works: bool) -> None:
    """Arrange the days that a trainer has written, or say why there are none."""
    days = read_days(message.text or "", needs.clock.today())
    if isinstance(days, DaysFault):
        await send_reply(message, words.not_days(days))  # the question stays open
        return
    await needs.forms.drop(by)
    await needs.daily.arrange(days, works, by, needs.clock.now())
    needs.bell.ring()
    ahead = await needs.daily.own_days(needs.clock.now())
    place = next((place for place, (day, _) in enumerate(ahead) if day == days[0]), 0)
    await send_reply(
        message, words.own_days(ahead, place // words.OWN_DAYS_A_PAGE, words.own_days_added(days, works=works))
    )


# ---- one team


def _find_case(needs: Needs, key: str) -> Case | None:
    return next((case for case in needs.daily.cases if record_key(case) == key), None)


def _parse_day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _card(needs: Needs, slot: Slot) -> Reply:
    if slot.case is None:
        return words.day_card(slot, "")
    clause = needs.daily.clause_beside(slot.case, needs.clock.now())
    foreword = slot.plan.foreword if slot.plan is not None else ""
    shown = DailyCase(0, slot.day, foreword, slot.case, clause, (), False, needs.clock.today())
    return words.day_card(slot, words.daily_case(shown).html)


async def _day(needs: Needs, found: re.Match[str], by: int) -> tuple[Reply | None, str | None]:
    action, key, day_text, turn, rest = found.groups()
    team, day = await find_team(needs.daily.store, key), _parse_day(day_text)
    slot = await needs.daily.slot(team, day, needs.clock.now()) if team is not None and day is not None else None
    if team is None or slot is None:
        return None, talk.STALE_BUTTON
    done: object = True
    if action == "c":
        return await _choose_case(needs, slot, by, turn, rest)
    if action == "f":
        await needs.forms.ask(by, FOREWORD, {"team": key, "day": slot.day.isoformat()}, needs.clock.now())
        return Reply(words.FOREWORD_ASKED, ((_back(f"td{key}.{day_text}"),),)), None
    if action == "w":
        slots = await needs.daily.week(team, needs.clock.now())
        after = next((other for other in slots if other.day > slot.day and other.is_due), None)
        done = after is not None and await needs.daily.swap(slot, after, by, needs.clock.now())
    elif action in {"a", "s"}:
        state = PlanState.READY if action == "a" else PlanState.SKIPPED
        done = await needs.daily.decide(slot, by, needs.clock.now(), state=state)
    if not done:
        return None, words.TOO_LATE
    fresh = await needs.daily.slot(team, slot.day, needs.clock.now())
    return (_card(needs, fresh), None) if fresh is not None else (None, talk.STALE_BUTTON)


async def _choose_case(
    needs: Needs, slot: Slot, by: int, turn: str | None, rest: str | None
) -> tuple[Reply | None, str | None]:
    """A page of cases, or the one that was chosen."""
    key = team_key(slot.team.name)
    base = f"{key}.{slot.day:%Y%m%d}"
    if turn or rest in {None, "0"}:
        shown = await needs.daily.store.last_shown(slot.team.name)
        page = int(rest) if rest is not None and rest.isdecimal() else 0
        return words.case_choice(f"tc{base}.", needs.daily.cases, shown, page, f"td{base}"), None
    case = _find_case(needs, rest or "")
    if case is None:
        return None, talk.STALE_BUTTON
    if await needs.daily.decide(slot, by, needs.clock.now(), case_id=case.id) is None:
        return None, words.TOO_LATE
    fresh = await needs.daily.slot(slot.team, slot.day, needs.clock.now())
    return (_card(needs, fresh), None) if fresh is not None else (None, talk.STALE_BUTTON)


async def _team(needs: Needs, found: re.Match[str], by: int) -> tuple[Reply | None, str | None]:
    action, key, number = found.groups()
    team = await find_team(needs.daily.store, key)
    if team is None:
        return None, talk.STALE_BUTTON
    if action == "t":
        return words.week(team, await needs.daily.week(team, needs.clock.now())), None
    if action in {"os", "or"}:
        await needs.forms.ask(by, SEND_TIME if action == "os" else REMIND_TIME, {"team": key}, needs.clock.now())
        return Reply(words.TIME_ASKED, ((_back(f"to{key}"),),)), None
    changes: dict[str, dict[str, object]] = {
        "oa": {"automatic": not team.automatic},
        "op": {"paused": not team.paused},
        "ox": {"remind_at": ""},
        "ow": {"weekdays": _toggled(team.weekdays, number or "0")},
    }
    if action in changes:
        team = await needs.daily.change_team(team, by, needs.clock.now(), **changes[action])
        needs.bell.ring()  # today's plan follows
    return words.team_settings(team), None


def _toggled(weekdays: str, day: str) -> str:
    """The weekdays with one put in or taken out; 0 means every workday."""
    if day == "0":
        return ""
    return "".join(sorted(set(weekdays) ^ {day}))


def _back(data: str) -> Button:
    return Button("↩ 返回", data)


# ---- sending now


async def _send(needs: Needs, query: CallbackQuery, found: re.Match[str], by: int) -> None:
    action, turn, key, where = found.groups()
    store = needs.daily.store
    if action == "n" and (key is None or turn):
        page = int(key) if key and key.isdecimal() else 0
        reply = words.case_choice("tn", needs.daily.cases, await store.last_shown(None), page, "th")
        await acknowledge(query)
        await show_in_place(query, reply)
        return
    case = _find_case(needs, key or "")
    team = await find_team(needs.daily.store, where) if where and where != "*" else None
    if case is None or (where not in {None, "*"} and team is None):
        await acknowledge(query, talk.STALE_BUTTON)
        return
    count = await store.audience(team.name if team is not None else None)
    if where is not None and count == 0:
        await acknowledge(query, words.NOBODY_THERE)
        return
    await acknowledge(query)
    if where is None:
        teams = [(each, await store.audience(each.name)) for each in await store.teams()]
        await show_in_place(query, words.audience_choice(case, teams, await store.audience(None)))
        return
    if action == "n":
        await show_in_place(query, words.confirm_send(case, team.name if team is not None else None, count))
        return
    sent = await needs.daily.send_now(team.name if team is not None else None, case.id, by, needs.clock.now())
    progress = await progress_reply(needs.daily, sent.plan)
    if not sent.is_new:
        await show_in_place(query, words.already_sent(progress))
        return
    if isinstance(query.message, Message):
        needs.bell.watch(sent.plan.id, query.message.chat_id, query.message.message_id)
        await show_in_place(query, progress)
    needs.bell.ring()


async def _plan(needs: Needs, found: re.Match[str], query: CallbackQuery, by: int) -> tuple[Reply | None, str | None]:
    action, number = found.groups()
    plan_id = int(number)
    if await needs.daily.store.plan(plan_id) is None:
        return None, talk.STALE_BUTTON
    if action == "x":
        await needs.daily.cancel(plan_id, by, needs.clock.now())
    elif action in {"y", "z"}:
        await needs.daily.try_again(plan_id, by, needs.clock.now(), unknown=action == "z")
        if isinstance(query.message, Message):
            needs.bell.watch(plan_id, query.message.chat_id, query.message.message_id)
        needs.bell.ring()
    plan = await needs.daily.store.plan(plan_id)
    return (await progress_reply(needs.daily, plan), None) if plan is not None else (None, talk.STALE_BUTTON)


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
        (Presses(trainer, partial(press, needs), PREFIXES),),
        {kind: Form(trainer, answer, is_free=kind == FOREWORD) for kind in FORMS},
    )
