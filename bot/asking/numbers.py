"""Answers to questions for a clause by its number."""

import re
from collections.abc import Sequence

from bot.asking.press import KEPT, Press, View
from bot.asking.records import IN_A_LIST, beginning, citation, clause_html, edition_words, fitting, status_line
from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label
from retrieval.answering.answer import Answer
from retrieval.model import Clause, ClauseNumber, Status
from retrieval.numerals import to_chinese
from retrieval.search.lookup import NumberLookup

_LISTED = 10
"""How many clauses of a rule book are listed with their first words."""
_NAMED = 30
"""How many numbers are named in a line."""


def several_reply(answer: Answer) -> Reply:
    """The first clauses that were asked for, word for word, with the validity of each rule book once; the others by name."""
    shown = [hit.record for hit in answer.clauses if hit.record in answer.asked]
    parts = []
    for place, clause in enumerate(shown):
        ends = place + 1 == len(shown) or shown[place + 1].rule != clause.rule
        parts.append(clause_html(clause, answer.today, with_status=ends))
    parts = list(fitting(parts))
    if len(parts) < len(answer.asked):
        parts.append(f"还有：{escape(_labels(answer.asked[len(parts) :]))}。")
    cases = [hit.record for hit in answer.cases if any(hit.record.is_read_beside(clause) for clause in shown)]
    rows = (
        (Button(button_label(f"看全案：{case.title}"), Press(View.CASE, (), (case,)).data),) for case in cases[:KEPT]
    )
    return Reply("\n\n".join(parts), tuple(rows))


def book_reply(answer: Answer) -> Reply:
    """The clauses held of a rule book, each with its first words and a button."""
    parts = []
    for rule in dict.fromkeys(clause.rule for clause in answer.asked):
        held = [clause for clause in answer.asked if clause.rule == rule]
        marks = "" if rule.verified else " 〔未核对〕"
        edition = f"（{rule.edition}）" if rule.edition else ""
        parts += [
            f"📖 <b>{escape(f'《{rule.title}》{edition}')}</b>{marks}",
            f"库里有 {len(held)} 条：",
            *_first_words(held[:_LISTED]),
        ]
        if len(held) > _LISTED:
            parts.append(f"还有：{escape(_labels(held[_LISTED:]))}。")
        parts.append(escape(status_line(rule, answer.today)))
    return Reply("\n".join(parts), _clause_buttons(answer.asked[:_LISTED]))


def _first_words(clauses: Sequence[Clause]) -> list[str]:
    return [
        f"<b>{escape(clause.label)}</b> {escape(clause.heading or beginning(clause.text, IN_A_LIST))}"
        for clause in clauses
    ]


def _clause_buttons(clauses: Sequence[Clause]) -> tuple[tuple[Button, ...], ...]:
    """Buttons that bear only the numbers, three in a row."""
    buttons = [Button(button_label(clause.label), Press(View.CLAUSE, (clause,)).data) for clause in clauses]
    return tuple(tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3))


def _labels(clauses: Sequence[Clause]) -> str:
    return "、".join(clause.label for clause in clauses[:_NAMED]) + ("等" if len(clauses) > _NAMED else "")


def not_held_reply(answer: Answer, contact: str) -> Reply:
    """The reply where none of the numbers that were asked for is held."""
    lines = [f"📖 {escape(line)}" for line in missing_lines(answer.lookups)]
    held = list(dict.fromkeys(clause for lookup in answer.lookups for clause in lookup.held))
    keyboard: tuple[tuple[Button, ...], ...] = ()
    if held and answer.lookups[0].unknown:  # another edition: what it has under the number comes first
        asked = {lookup.number.article for lookup in answer.lookups if not lookup.whole}
        held.sort(key=lambda clause: clause.number.article not in asked)
        rule = held[0].rule
        ended = "，已失效" if rule.status(answer.today) is Status.ENDED else ""
        lines.append(
            f"库里有的是《{escape(rule.title)}》（{escape(edition_words(rule))}{ended}），编号和内容可能不一样："
        )
        lines += _first_words(held[:KEPT])
        if len(held) > KEPT:
            lines.append(f"还有：{escape(_labels(held[KEPT:]))}。")
        keyboard = _clause_buttons(held[:KEPT])
    elif held:
        lines.append(f"库里有的是：{escape(_labels(held))}。")
        keyboard = tuple(
            (Button(button_label(citation(clause)), Press(View.CLAUSE, (clause,)).data),) for clause in held[:KEPT]
        )
    wanted = (
        "这一版"
        if answer.lookups[0].whole
        else "这一条"
        if len(answer.lookups) == 1 and not answer.lookups[0].last
        else "这几条"
    )
    lines.append(f"需要{wanted}，请让管理员把它加进库里；急用请问{escape(contact)}。")
    return Reply("\n".join(lines), keyboard)


def missing_lines(lookups: Sequence[NumberLookup]) -> list[str]:
    """What was asked for and isn't held, a line for each rule book; empty where all is."""
    numbers: dict[tuple[str, str], list[str]] = {}
    for lookup in lookups:
        gaps = _gaps(lookup)
        if gaps:
            book = (lookup.unknown, lookup.rules[0].title if lookup.rules else "")
            numbers.setdefault(book, []).extend(gap for gap in gaps if gap not in numbers.get(book, ()))
    partly = any(lookup.clauses for lookup in lookups)
    return [_not_held(unknown, title, gaps, partly) for (unknown, title), gaps in numbers.items()]


def _gaps(lookup: NumberLookup) -> list[str]:
    """The numbers asked for under which nothing is held: 第六十六条, 第六十八条至第八十二条; empty strings stand for a whole book."""
    if lookup.whole:
        return [""] if lookup.unknown else []
    if not lookup.last:
        return [] if lookup.clauses else [number_words(lookup.number)]
    gaps: list[str] = []
    after = lookup.number.article
    for article in [*sorted({clause.number.article for clause in lookup.clauses}), lookup.last + 1]:
        if article > after:
            first, last = number_words(ClauseNumber(after)), number_words(ClauseNumber(article - 1))
            gaps.append(first if article - 1 == after else f"{first}至{last}")
        after = article + 1
    return gaps


def _not_held(unknown: str, title: str, numbers: Sequence[str], partly: bool) -> str:
    written = "、".join(filter(None, numbers[:_NAMED]))
    if unknown:
        return f"库里没有{book_named(unknown)}" + (f"，{written}没法查。" if written else "。")
    if partly:
        return f"库里没有{book_named(title) if title else ''}{written}。"
    these = "这一条" if len(numbers) == 1 and "至" not in written else "这几条"
    if title:
        return f"库里没有{these}：{book_named(title)}{written}。"
    return f"库里没有{these}：{written}。说上规章的名字会更准，例如“营业规则67条”。"


def book_named(name: str) -> str:
    """The name of a rule book in its marks; of an edition alone there is none: 2024版."""
    return f"{name}的规章" if re.fullmatch("[0-9]{4}版", name) else f"《{name}》"


def number_words(number: ClauseNumber) -> str:
    """A number as it is spoken: 第六十七条第二款."""
    inserted = f"之{to_chinese(number.inserted)}" if number.inserted else ""
    item = f"({to_chinese(number.item)})" if number.item else ""
    if number.point:
        return f"{number.article}.{number.item}.{number.point}"
    article = to_chinese(number.article) if number.article <= 9999 else str(number.article)
    return f"第{article}条{inserted}{item}"
