"""What is held of rules: all rule books, one of them, a clause of it; and the weekly word to admins."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.asking.views import clause_pages
from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label, rows, turning
from bot.generation.generations import record_key
from bot.library.press import OpenBook, OpenClause, RulesPage
from bot.library.rulebooks import Concerns, Turn
from bot.library.words_editing import checked, edit_button, verify_button
from retrieval.model import Clause, Rule, RuleKind, Status

STALE = "这部规章或这一条已经不在库里了，请重新发 /rules。"
NOTHING = Reply("库里还没有规章。")
_RULES = 6
CLAUSES = 15
"""How many clauses of a rule book one page lists."""
_TURNS = 5
_LISTED = 8
_FACT = 200


def rules_page(
    rules: Sequence[Rule], counts: Mapping[str, int], turns: Sequence[Turn], today: date, page: int
) -> Reply:
    """All rule books.

    Args:
        rules: In the order in which they are shown.
        counts: How many clauses of each, by its id.
        turns: What begins or ends soon, by day.
        today: Decides what is in force.
        page: From 0.
    """
    if not rules:
        return NOTHING
    pages = (len(rules) - 1) // _RULES + 1
    page = min(page, pages - 1)
    shown = list(enumerate(rules, 1))[page * _RULES : (page + 1) * _RULES]
    lines = [f"📚 <b>库里有 {len(rules)} 部规章，{sum(counts.values())} 条</b>"]
    lines += [_turn_line(turn, today) for turn in turns[:_TURNS]]
    if len(turns) > _TURNS:
        lines.append(f"……60 天内还有 {len(turns) - _TURNS} 部要施行或失效")
    for place, rule in shown:
        lines.append(
            f"\n<b>{place}</b>. {escape(_name(rule))}\n   {_status(rule, today)} · {checked(rule)} · {counts.get(rule.id, 0)} 条"
        )
    lines.append("\n点编号看一部的条款。")
    buttons = [Button(str(place), OpenBook(record_key(rule), 0).pack()) for place, rule in shown]
    return Reply("\n".join(lines), (*rows(buttons, _RULES), *turning(lambda to: RulesPage(to).pack(), page, pages)))


def book_page(
    rule: Rule, clauses: Sequence[Clause], turns: Sequence[Turn], today: date, page: int, *, admin: bool
) -> Reply:
    """One rule book, and its clauses.

    Args:
        rule: The rule book.
        clauses: All of its clauses, as in the file.
        turns: Of it, soon.
        today: Decides whether it is in force.
        page: Of the clauses, from 0.
        admin: Whether who sees it may say that it was checked.
    """
    pages = max(1, (len(clauses) - 1) // CLAUSES + 1)
    page = min(page, pages - 1)
    lines = [f"📖 <b>{escape(_name(rule))}</b>", _status(rule, today)]
    if rule.replaced_by:
        lines.append(f"现在执行：{escape(rule.replaced_by)}")
    lines += [_turn_line(turn, today) for turn in turns]
    facts = (("发布", rule.issuer), ("文号", rule.document), ("来源", rule.source))
    lines += [f"{what}：{escape(text[:_FACT])}" for what, text in facts if text]
    lines.append(checked(rule) + ("" if rule.verified else "还没有人拿官方文本逐字对过"))
    lines.append(f"共 {len(clauses)} 条{f'，第 {page + 1} 页，共 {pages} 页' if pages > 1 else ''}，点一条看全文：")
    shown = clauses[page * CLAUSES : (page + 1) * CLAUSES]
    buttons = [Button(button_label(_label(clause)), OpenClause(record_key(clause), 0).pack()) for clause in shown]
    across = 3 if all(len(button.label) <= 10 for button in buttons) else 1
    last: Keyboard = ((verify_button(rule),),) if admin else ()
    back = (Button("◀ 全部规章", RulesPage(0).pack()),)
    return Reply(
        "\n".join(lines),
        (*rows(buttons, across), *turning(lambda to: OpenBook(record_key(rule), to).pack(), page, pages), *last, back),
    )


def clause_page(clause: Clause, place: int, today: date, page: int, *, trainer: bool) -> Reply:
    """A clause in full.

    Args:
        clause: The clause.
        place: In its rule book, from 0.
        today: Decides whether it is in force.
        page: From 0.
        trainer: Whether who sees it may change what is ours of it.
    """
    pages = clause_pages(clause, today)
    page = min(page, len(pages) - 1)
    html = pages[page] if len(pages) == 1 else f"{pages[page]}\n\n第 {page + 1} 页，共 {len(pages)} 页"
    back = [Button("◀ 返回", OpenBook(record_key(clause.rule), place // CLAUSES).pack())]
    if trainer:
        back.append(edit_button(clause))
    return Reply(html, (*turning(lambda to: OpenClause(record_key(clause), to).pack(), page, len(pages)), tuple(back)))


def _label(clause: Clause) -> str:
    return f"{clause.label} {clause.heading}".strip()


def _name(rule: Rule) -> str:
    return f"《{rule.title}》{f' {rule.edition}' if rule.edition else ''}"


def _status(rule: Rule, today: date) -> str:
    if rule.kind is RuleKind.GUIDANCE:
        return "ℹ️ 指引，不是正式规章"
    status = rule.status(today)
    if status is Status.ENDED:
        return f"⚠️ 已失效（自 {rule.ended} 起）" if rule.ended else "⚠️ 已失效"
    if status is Status.NOT_YET:
        return f"⏳ 尚未施行（{rule.in_force} 起施行）"
    if status is Status.UNKNOWN:
        return "❔ 是否有效没有查到"
    until = f"，到 {rule.ended - timedelta(days=1)} 为止" if rule.ended else ""
    return f"✅ 现行（{rule.in_force} 起施行{until}）"


def _turn_line(turn: Turn, today: date) -> str:
    what = "起失效" if turn.ends else "起施行"
    return f"⏰ {escape(_name(turn.rule))} {turn.day} {what}（还有 {(turn.day - today).days} 天）"


# ---- the weekly word


def weekly_word(concerns: Concerns, start: date, end: date, today: date) -> Reply:
    """Which rules stood behind last week's answers though they shouldn't, and which end soon.

    Args:
        concerns: At least one.
        start, end: The week's first and last day.
        today: The day on which it is told.
    """
    lines = [f"📚 <b>规章的事，请您看一看</b>（{start:%m-%d} 到 {end:%m-%d} 的回答）"]
    lines += _used("⚠️ 已失效的，还在给员工看：", concerns.ended, "请把新条文收进库里，对上“现为”")
    lines += _used(
        "〔未核对〕的，员工正在用：", concerns.unverified, "请拿官方文本逐字对一遍，再到 /rules 里标为已核对"
    )
    if concerns.ending:
        lines.append("\n60 天内要失效的：")
        lines += [_turn_line(turn, today) for turn in concerns.ending[:_LISTED]]
    lines.append("\n发 /rules 看全部规章。")
    return Reply("\n".join(lines))


def _used(heading: str, used: Sequence[tuple[Rule, int]], advice: str) -> list[str]:
    if not used:
        return []
    lines = [f"\n{heading}"]
    lines += [f"· {escape(_name(rule))}：{count} 次" for rule, count in used[:_LISTED]]
    if len(used) > _LISTED:
        lines.append(f"……还有 {len(used) - _LISTED} 部")
    return [*lines, f"<i>{advice}。</i>"]
