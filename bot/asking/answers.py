"""Answers to questions, and the views that their buttons open."""

import re
from collections.abc import Sequence

from bot.asking.numbers import book_named, book_reply, missing_lines, not_held_reply, number_words, several_reply
from bot.asking.pairs import direct_reply
from bot.asking.press import KEPT, Press, View
from bot.asking.records import IN_A_LIST, beginning, day_in_words, edition_cited, edition_words, with_other_wording
from bot.asking.screen import LARGEST, Size, fit_screen
from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label
from bot.chat.talk import COURTESY
from retrieval.answering.answer import Answer, Tier
from retrieval.model import Case, Clause, RuleKind, Status
from retrieval.text import normalise

_NEAR = 0.05
_SURELY = 0.9
"""From this probability on that its first case fits, an answer has something to show below first aid."""
_INJURY = re.compile(
    "受伤|受了伤|重伤|伤着|伤到|伤了人|[摔烧烫电砸咬扎刺割撞]伤|触电|流血|出血|骨折|昏迷|晕倒|昏倒|中毒|中暑|抽搐|溺水|车祸|死人|人命|救命|急救"
)


# ---- an answer


def answer_reply(answer: Answer, contact: str) -> Reply:
    """The reply to a question; danger to life comes first."""
    return fit_screen(lambda size: _sized_reply(answer, contact, size))


def _sized_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.advice:
        return first_aid_reply(answer.advice, _below_first_aid(answer, contact, size))
    reply = _answer_reply(answer, contact, size)
    if answer.follows:
        return Reply(f"↪ <i>接着上一问回答</i>\n{reply.html}", reply.keyboard)
    return reply


def first_aid_reply(advices: Sequence[str], below: Reply) -> Reply:
    """What must be done first, and below it another reply; that one alone if nothing must be done first."""
    lines = [f"🚨 <b>{escape(advice)}</b>" for advice in advices]
    return Reply("\n".join(filter(None, [*lines, below.html])), below.keyboard)


def _below_first_aid(answer: Answer, contact: str, size: Size) -> Reply:
    """What was asked for by number, or the one case that surely fits, to be opened when all are safe; mostly nothing."""
    if answer.lookups:
        return _answer_reply(answer, contact, size)
    if not answer.cases or answer.sure < _SURELY:
        return Reply("")
    case = answer.cases[0].record
    press = Press(View.ANSWER, tuple(hit.record for hit in answer.clauses[:KEPT]), (case,))
    return Reply("人都安全了再看：", ((Button(button_label(case.title), press.to(View.PICK).data),),))


def _answer_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.courtesy:
        return COURTESY
    reply = _lookup_reply(answer, contact, size) if answer.lookups else _topic_reply(answer, contact, size)
    unheld = answer.edition_not_held
    if not unheld or any(lookup.unknown for lookup in answer.lookups):
        return reply
    instead = "" if answer.tier is Tier.NONE else "，下面是库里现有的"
    return Reply(f"ℹ️ 库里没有{escape(book_named(unheld))}{instead}。\n\n{reply.html}", reply.keyboard)


def _lookup_reply(answer: Answer, contact: str, size: Size) -> Reply:
    """What was asked for by number, all of it that is held, and what is missing."""
    if answer.tier is Tier.NONE:
        return not_held_reply(answer, contact)
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    missing = [f"ℹ️ {escape(line)}" for line in missing_lines(answer.lookups)]
    if answer.tier is Tier.CHOOSE:
        reply = _choose_clause_reply(clauses, cases)
    elif any(lookup.whole for lookup in answer.lookups):
        return book_reply(answer)
    elif len(answer.asked) > 1:
        reply = several_reply(answer)
    else:
        reply = direct_reply(_paired(answer, clauses, cases), answer.today, size, with_takeaway=False)
    first = "" if answer.tier is Tier.CHOOSE else escape(_before_all(answer, clauses[0]))
    return Reply("\n\n".join(filter(None, [*missing, first, reply.html])), reply.keyboard)


def _topic_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.tier is Tier.NONE:
        return _none_reply(answer, contact)
    if answer.tier is Tier.CHOOSE:
        return choices_reply(answer, "🤔 拿不准您问的是哪一种，点最像的：", size)
    press = paired(answer)
    reply = direct_reply(press, answer.today, size)
    first = _before_all(answer, press.clauses[0]) if press.clauses else ""
    return Reply("\n\n".join(filter(None, [escape(first), reply.html])), reply.keyboard)


def paired(answer: Answer) -> Press:
    """The view of a sure answer: its case, and a rule that belongs to it."""
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    if answer.by_clause:  # the other cases came along, and may be about something else
        cases = tuple(case for case in cases if _is_read_beside(clauses[0], case, answer))
    return _paired(answer, clauses, cases)


def _paired(answer: Answer, clauses: tuple[Clause, ...], cases: tuple[Case, ...]) -> Press:
    """The view of an answer in which the rule that is shown belongs to the case that is shown."""
    if cases and clauses and not answer.lookups:
        beside = [clause for clause in clauses if _is_read_beside(clause, cases[0], answer)]
        if not beside:
            clauses = ()  # a rule that only happens to be near would be taken for the case's own
        elif clauses[0] not in beside:
            clauses = tuple(beside + [clause for clause in clauses if clause not in beside])
    if clauses:
        clauses = with_other_wording(clauses, answer.other_wording(clauses[0]))
    return Press(View.ANSWER, clauses[:KEPT], cases[:KEPT])


def _is_read_beside(clause: Clause, case: Case, answer: Answer) -> bool:
    """Whether a case is read beside a clause, or beside what another edition says in its place."""
    other = answer.other_wording(clause)
    return case.is_read_beside(clause) or (other is not None and case.is_read_beside(other))


def _before_all(answer: Answer, shown: Clause) -> str:
    """Of which time the answer is, where that is not today's or not the time that was asked about; mostly empty."""
    for lookup in [lookup for lookup in answer.lookups if lookup.clauses][:1]:
        moved = next((asked for asked in lookup.clauses if asked.rule.is_edition_of(shown.rule)), None)
        if moved is not None:
            return f"ℹ️ {edition_words(moved.rule)}的{moved.label}，在{edition_words(shown.rule)}里是{shown.label}。"
        if lookup.rules and shown.rule.is_edition_of(lookup.rules[0]):
            return f"ℹ️ 库里的{edition_words(lookup.rules[0])}没有{number_words(lookup.number)}，下面是{edition_words(shown.rule)}的。"
    if answer.asked_for is None or shown.rule.kind is RuleKind.GUIDANCE:
        return ""
    then, now = shown.rule.status(answer.asked_for), shown.rule.status(answer.today)
    if then is Status.IN_FORCE and now is Status.ENDED:
        return f"🕰 按 {day_in_words(answer.asked_for)}当时的规定（今天已失效）："
    if then is Status.NOT_YET:
        return f"🕰 库里没有 {day_in_words(answer.asked_for)}当时的规定，下面是 {shown.rule.in_force} 起施行的。"
    return ""


def choices_reply(
    answer: Answer, heading: str, size: Size = LARGEST, last: str = "都不是？把情况说具体点再问一遍。"
) -> Reply:
    """Offer records: each with a button that says the situation, and a line of which case or rule that is.

    Args:
        answer: With `choices`.
        heading: What is said before them.
        size: How much is told.
        last: What is said after them.
    """
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    situations = dict(zip((case.id for case in cases), answer.situations, strict=False))
    # Those that are offered first: a button keeps only so many.
    cases = tuple(dict.fromkeys((*(one for one in answer.choices if isinstance(one, Case)), *cases)))[:KEPT]
    clauses = tuple(dict.fromkeys((*(one for one in answer.choices if isinstance(one, Clause)), *clauses)))[:KEPT]
    press = Press(View.ANSWER, clauses, cases)
    lines = [heading]
    buttons: list[tuple[Button, ...]] = []
    for number, record in enumerate(answer.choices, 1):
        if isinstance(record, Case):
            label, opened = situations.get(record.id, record.title), press.to(View.PICK, cases.index(record))
            # The button says the situation; above stands which case that is, or all of a situation too long for a button.
            says = (record.takeaway or record.title) if label == record.title else record.title
            button = f"{number}. {label}"
            told = beginning(says, size.hint) if button_label(button) == button else label
            lines += [f"{number}. {escape(told)}"] if size.hint else []
        else:  # its name tells nobody what it says
            label, opened = edition_cited(record), press.to(View.CLAUSE, clauses.index(record))
            lines.append(f"{number}. {escape(beginning(record.text, size.hint or IN_A_LIST))}")
        buttons.append((Button(button_label(f"{number}. {label}"), opened.data),))
    lines.append(last)
    return Reply("\n".join(lines), tuple(buttons))


def _choose_clause_reply(clauses: tuple[Clause, ...], cases: tuple[Case, ...]) -> Reply:
    press = Press(View.ANSWER, clauses[:KEPT], cases[:KEPT])
    lines = [
        "🤔 好几部规章都有这一条，您要看哪一部的？",
        *(f"{place}. {escape(edition_cited(clause))}" for place, clause in enumerate(press.clauses, 1)),
    ]
    buttons = tuple(
        (Button(button_label(edition_cited(clause)), press.to(View.CLAUSE, place).data),)
        for place, clause in enumerate(press.clauses)
    )
    return Reply("\n".join(lines), buttons)


def _none_reply(answer: Answer, contact: str) -> Reply:
    topics = "、".join(f"“{topic}”" for topic in answer.foreign[:2])
    lines = [
        f"🔍 库里没有关于{escape(topics)}的规定和案例，不敢乱说。"
        if topics
        else "🔍 库里没有能回答这个问题的规定和案例，不敢乱说。",
        f"换个说法，把现场的情况说具体一点再问一次；或者请教{escape(contact)}。",
    ]
    if _INJURY.search(normalise(answer.question)):
        lines.insert(0, "🚑 有人受伤，先打 120。")
    if answer.fits < _NEAR:  # the weather, recipes: a list of unrelated cases would only annoy
        return Reply("\n".join(lines))
    lines.append("沾点边的只有这些：")
    buttons = tuple((Button(button_label(case.title), Press(View.CASE, (), (case,)).data),) for case in answer.nearest)
    return Reply("\n".join(lines), buttons)


# ---- what the buttons show
