"""/rules: what is held, what of it is in force, and who has checked it; and what admins are told of it on Mondays."""

import re
from datetime import datetime, time, timedelta

from telegram import Bot, Update

from bot.chat.context import Context, Services
from bot.chat.reply import Reply
from bot.chat.sending import acknowledge, send_reply
from bot.library import words_rulebooks as words
from bot.library.rulebooks import coming_turns, concerns, ordered
from bot.people.notices import show, tell
from bot.reports.report import Period
from bot.station.roles import Role
from retrieval.model import Clause

PREFIXES = ("gp", "gb", "gc")
_LIST = re.compile(r"gp(\d{1,4})", re.ASCII)
_ONE = re.compile(r"g([bc])([\w-]{6})\.(\d{1,5})", re.ASCII)


async def rules(update: Update, context: Context) -> None:
    """/rules: all rule books."""
    if update.effective_message is not None:
        await send_reply(update.effective_message, _list(context.services, 0))


async def press(update: Update, context: Context) -> None:
    """A button under them."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    data, services = query.data or "", context.services
    reply: Reply | None = None
    if found := _LIST.fullmatch(data):
        reply = _list(services, int(found[1]))
    elif found := _ONE.fullmatch(data):
        private = query.message is not None and query.message.chat.type == "private"
        role = await services.people.role(user.id) if private else Role.STAFF
        one = _book if found[1] == "b" else _clause
        reply = one(services, found[2], int(found[3]), role)
    await acknowledge(query, words.STALE if reply is None else None)
    if reply is not None:
        await show(query, reply)


def _list(services: Services, page: int) -> Reply:
    knowledge, today = services.knowledge.current.knowledge, services.asking.today(services.clock())
    counts = {name: len(clauses) for name, clauses in knowledge.clauses_by_rule.items()}
    return words.rules_page(ordered(knowledge), counts, coming_turns(knowledge.rules, today), today, page)


def _book(services: Services, key: str, page: int, role: Role) -> Reply | None:
    generation, today = services.knowledge.current, services.asking.today(services.clock())
    rule = generation.rule(key)
    if rule is None:
        return None
    clauses = generation.knowledge.clauses_by_rule[rule.id]
    return words.book_page(rule, clauses, coming_turns([rule], today), today, page, admin=role >= Role.ADMIN)


def _clause(services: Services, key: str, page: int, role: Role) -> Reply | None:
    generation, today = services.knowledge.current, services.asking.today(services.clock())
    clause = generation.record(key)
    if not isinstance(clause, Clause):
        return None
    place = generation.knowledge.clauses_by_rule[clause.rule.id].index(clause)
    return words.clause_page(clause, place, today, page, trainer=role >= Role.TRAINER)


class WeeklyWord:
    """Tells admins on Mondays which rules stood behind last week's answers though they shouldn't: once, however many processes there are."""

    def __init__(self, bot: Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._seen = ""

    async def once_a_week(self, now: datetime) -> None:
        """Tell it, where it is Monday, there is something to tell, and nobody has told it yet."""
        services = self._services
        today = services.asking.today(now)
        week = Period.week(today).previous()
        if today.isoweekday() != 1 or self._seen == week.name:
            return
        zone = services.daily.local(now).tzinfo
        start = datetime.combine(week.start, time(), zone)
        until = datetime.combine(week.end + timedelta(days=1), time(), zone)
        await services.questions.flush()
        answers = await services.questions.store.shown_clauses(start, until)
        found = concerns(services.knowledge.current, answers, today)
        self._seen = week.name  # a week that is over says the same all day
        if found and await services.people.store.claim_fact(f"rules-weekly:{week.name}", now.isoformat()):
            for admin in await services.people.admins():
                await tell(self._bot, admin, words.weekly_word(found, week.start, week.end, today))
