"""A rule and a case on one screen."""

from datetime import date

from bot.asking.press import Press, View
from bot.asking.records import (
    QUOTE,
    RULES_TOLD,
    case_in_short,
    clause_html,
    origin_line,
    otherwise_line,
    rules_told,
    takeaway_lines,
)
from bot.asking.screen import LARGEST, Size
from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply, rows


def direct_reply(press: Press, today: date, size: Size = LARGEST, *, with_takeaway: bool = True) -> Reply:
    """Rule and lesson at once; who asks for a clause by number sees the clause first."""
    lines: list[str] = []
    case = press.cases[0] if press.cases else None
    if case and with_takeaway:
        lines += takeaway_lines(case)
    if press.clauses:
        others = [origin_line(press.clauses, case, today), otherwise_line(press.clauses, today)]
        lines.append(clause_html(press.clauses[0], today, whole_note=size.note))
        lines += map(escape, filter(None, others))
    elif case and not case.clause_ids:
        lines.append(rules_told(case))
    parts = ["\n".join(lines)]
    if case:
        rule = press.clauses[0].text if press.clauses else "" if case.clause_ids else case.section(*RULES_TOLD)
        above = (case.takeaway if with_takeaway else "") + rule
        parts.append(case_in_short(case, above, size))
    buttons: list[Button] = []
    if case:
        buttons.append(Button("看全案", press.to(View.CASE).data))
    if press.clauses and (len(press.clauses[0].text) > QUOTE or not size.note):
        buttons.append(Button("看条文全文", press.to(View.CLAUSE).data))
    if len(press.clauses) > 1:
        buttons.append(Button(f"另外 {len(press.clauses) - 1} 条规定", press.to(View.OTHER_CLAUSES).data))
    if len(press.cases) > 1:
        buttons.append(Button(f"另外 {len(press.cases) - 1} 个案例", press.to(View.OTHER_CASES).data))
    # An empty line between rule and case: on a phone they would run into one.
    return Reply("\n\n".join(filter(None, parts)), rows(buttons, 2 if len(buttons) == 4 else 3))
