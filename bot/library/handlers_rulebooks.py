"""/rules: what is held, what of it is in force, and who has checked it; and what admins are told of it on Mondays."""

from datetime import datetime, time, timedelta
from functools import partial

from telegram import Bot, CallbackQuery, Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show, tell_admins
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.library import words_rulebooks as words
from bot.library.needs import Needs
from bot.library.press import OF_RULES, OpenBook, OpenClause, RulesPage
from bot.library.rulebooks import coming_turns, concerns, ordered
from bot.reports.report import Period
from bot.station.roles import Role
from retrieval.model import Clause


async def rules(needs: Needs, update: Update, _context: Context) -> None:
    """/rules: all rule books."""
    if update.effective_message is not None:
        await send_reply(update.effective_message, _list(needs, 0))


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button under them."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    match read_data(query.data, *OF_RULES):
        case RulesPage(page):
            reply: Reply | None = _list(needs, page)
        case OpenBook(rule, page):
            reply = _book(needs, rule, page, await _role(needs, query, user.id))
        case OpenClause(clause, page):
            reply = _clause(needs, clause, page, await _role(needs, query, user.id))
        case None:
            reply = None
    await acknowledge(query, words.STALE if reply is None else None)
    if reply is not None:
        await show(query, reply)


async def _role(needs: Needs, query: CallbackQuery, user_id: int) -> Role:
    """The role whose buttons are shown: in a group, everybody's."""
    private = query.message is not None and query.message.chat.type == "private"
    return await needs.people.role(user_id) if private else Role.STAFF


def _list(needs: Needs, page: int) -> Reply:
    knowledge, today = needs.knowledge.current.knowledge, needs.clock.today()
    counts = {name: len(clauses) for name, clauses in knowledge.clauses_by_rule.items()}
    return words.rules_page(ordered(knowledge), counts, coming_turns(knowledge.rules, today), today, page)


def _book(needs: Needs, key: str, page: int, role: Role) -> Reply | None:
    generation, today = needs.knowledge.current, needs.clock.today()
    rule = generation.rule(key)
    if rule is None:
        return None
    clauses = generation.knowledge.clauses_by_rule[rule.id]
    return words.book_page(rule, clauses, coming_turns([rule], today), today, page, admin=role >= Role.ADMIN)


def _clause(needs: Needs, key: str, page: int, role: Role) -> Reply | None:
    generation, today = needs.knowledge.current, needs.clock.today()
    clause = generation.record(key)
    if not isinstance(clause, Clause):
        return None
    place = generation.knowledge.clauses_by_rule[clause.rule.id].index(clause)
    return words.clause_page(clause, place, today, page, trainer=role >= Role.TRAINER)


def feature(needs: Needs) -> Feature:
    """Rule books, and what of them is in force."""
    staff = Role.STAFF
    return Feature(
        (
            Command(
                "rules",
                staff,
                partial(rules, needs),
                "规章：有哪些、是否有效",
                "/rules 看有哪些规章、哪些还有效",
                order=3,
            ),
        ),
        (presses_of(staff, partial(press, needs), *OF_RULES),),
    )


class WeeklyWord:
    """Tells admins on Mondays which rules stood behind last week's answers though they shouldn't: once, however many processes there are."""

    def __init__(self, bot: Bot, needs: Needs) -> None:
        self._bot = bot
        self._needs = needs
        self._seen = ""

    async def once_a_week(self, now: datetime) -> None:
        """Tell it, where it is Monday, there is something to tell, and nobody has told it yet."""
        needs = self._needs
        today = needs.clock.day(now)
        week = Period.week(today).previous()
        if today.isoweekday() != 1 or self._seen == week.name:
            return
        zone = needs.clock.zone
        start = datetime.combine(week.start, time(), zone)
        until = datetime.combine(week.end + timedelta(days=1), time(), zone)
        await needs.questions.flush()
        answers = await needs.questions.store.shown_clauses(start, until)
        found = concerns(needs.knowledge.current, answers, today)
        self._seen = week.name  # a week that is over says the same all day
        if found and await needs.facts.claim(f"rules-weekly:{week.name}", now.isoformat()):
            await tell_admins(self._bot, needs.people, words.weekly_word(found, week.start, week.end, today))
