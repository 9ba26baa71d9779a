"""What the buttons under an answer show."""

from collections.abc import Sequence
from datetime import date

from bot.asking.pairs import direct_reply
from bot.asking.press import KEPT, Press, View
from bot.asking.records import (
    case_in_short,
    citation,
    clause_html,
    fitting,
    note_line,
    status_line,
    takeaway_lines,
    with_other_wording,
)
from bot.asking.screen import Size, fit_screen
from bot.chat.buttons import Button
from bot.chat.markup import escape, split_html
from bot.chat.reply import Reply, button_label
from retrieval.editions import same_words
from retrieval.model import Case, CaseKind, Clause, Rule

_PAGE = 1500
"""UTF-16 units of a page of a long text: about two screens of a phone."""


def press_reply(press: Press, today: date, changed: bool) -> Reply:
    """What a press of a button shows in place of the message."""
    first = "ℹ️ 知识库更新过，下面是最新的内容。\n" if changed else ""
    if press.view is View.CASE:
        reply = _paged(press, case_pages(press.cases[press.place]))
    elif press.view is View.CLAUSE:
        reply = _paged(press, clause_pages(press.clauses[press.place], today))
    else:
        return fit_screen(lambda size: _with_line(first, _press_reply(press, today, size)))
    return _with_line(first, reply)


def _with_line(first: str, reply: Reply) -> Reply:
    return Reply(first + reply.html, reply.keyboard)


def _press_reply(press: Press, today: date, size: Size) -> Reply:
    if press.view is View.OTHER_CLAUSES:
        shown = [
            clause_html(
                clause, today, with_edition=any(clause.rule.is_edition_of(other.rule) for other in press.clauses)
            )
            for clause in press.clauses[1:]
        ]
        return Reply("\n\n".join(fitting(shown)), (_back(press),))
    if press.view is View.OTHER_CASES:
        cases = list(enumerate(press.cases))[1:]
        html = "\n\n".join(
            "\n".join([*takeaway_lines(case), case_in_short(case, case.takeaway, size)]) for _, case in cases
        )
        rows = tuple(
            (Button(button_label(f"看全案：{case.title}"), press.to(View.CASE, place).data),) for place, case in cases
        )
        return Reply(html, (*rows, _back(press)))
    if press.view is View.PICK:
        case = press.cases[press.place]
        beside = tuple(clause for clause in press.clauses if case.is_read_beside(clause))
        if beside:
            before = (one for one in beside[0].earlier if not same_words(beside[0], one))
            beside = with_other_wording(beside, next(before, None))[:KEPT]
        return direct_reply(
            Press(View.ANSWER, beside, (case, *(other for other in press.cases if other is not case))), today, size
        )
    return direct_reply(press.to(View.ANSWER), today, size)


def case_pages(case: Case) -> list[str]:
    """The whole of a case, every section of it, in pages."""
    kind = "正面案例" if case.kind is CaseKind.POSITIVE else "反面案例"
    parts = [
        f"📂 <b>{escape(case.title)}</b>\n{kind} · {escape(case.category)} · 来源：{escape(case.source)}",
        *takeaway_lines(case, bold=False),
    ]
    parts += [f"<b>{escape(section.title)}</b>\n{escape(section.text)}" for section in case.sections]
    if case.note:
        parts.append(f"<b>说明</b>\n{escape(case.note)}")
    return split_html("\n\n".join(parts), _PAGE)


def clause_pages(clause: Clause, today: date) -> list[str]:
    """The whole of a clause, in pages."""
    marks = _checked(clause.rule) if clause.rule.verified else " 〔未核对〕"
    lines = [
        f"📖 <b>{escape(citation(clause))}</b>{marks}",
        escape(clause.text),
        escape(status_line(clause.rule, today)),
        escape(note_line(clause.note)),
    ]
    return split_html("\n\n".join(filter(None, lines)), _PAGE)


def _checked(rule: Rule) -> str:
    """Who held the text against the official one, and when; empty where that was not noted: the short reply says only what is amiss."""
    noted = " ".join(filter(None, [rule.verified_by, str(rule.verified_on or "")]))
    return f" 〔已核对：{escape(noted)}〕" if noted else ""


def _paged(press: Press, pages: Sequence[str]) -> Reply:
    page = min(press.page, len(pages) - 1)
    row: list[Button] = []
    if page > 0:
        row.append(Button("◀ 上一页", press.to(press.view, press.place, page - 1).data))
    if page < len(pages) - 1:
        row.append(Button(f"下一页({page + 2}/{len(pages)})▶", press.to(press.view, press.place, page + 1).data))
    html = pages[page] if len(pages) == 1 else f"{pages[page]}\n\n第 {page + 1} 页，共 {len(pages)} 页"
    return Reply(html, tuple(filter(None, (tuple(row), _back(press)))))


def _back(press: Press) -> tuple[Button, ...]:
    return (Button("↩ 返回", press.to(View.ANSWER).data),)
