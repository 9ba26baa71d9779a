"""Replies to what people say of the last answer: the rule's words, the next one, that it was not meant."""

import re
from dataclasses import replace
from datetime import date

from bot.asking.answers import answer_reply, choices_reply, paired
from bot.asking.pairs import direct_reply
from bot.asking.press import KEPT, Press, View
from bot.asking.records import clause_html, cut_text, lesson_of, rules_told, takeaway_lines
from bot.asking.screen import Size, fit_screen
from bot.asking.views import press_reply
from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label
from retrieval.answering.acts import Act
from retrieval.answering.answer import Answer, Tier
from retrieval.answering.turns import Turn
from retrieval.content.format import SectionRole, section_names
from retrieval.model import Case, Clause, RuleKind

ABOUT = Reply(
    "🤖 我是所里的供电服务问答机器人，不是真人。\n"
    "用平常的话问现场的事（打字、语音转文字都行），我回规定原文、是不是还有效，再加对得上的案例和教训。\n"
    "也能按条号查（营业规则67条）；答完可以接着说“原文”“详细点”“换一个”“不对”。库里没有的我会直说。"
)
LISTEN = Reply("👂 您说，什么情况？把现场的事说一两句，比如“客户不在家，能进屋修吗”。")
RELIEVED = Reply(
    "👌 人没事就好。现场先守住：没确认断电、没验电之前，不让人靠近。\n"
    "把时间、地点、人怎么样了报给班组长；被电过、摔过的人看着没事也要去医院查一查。还有要问的接着说。"
)
NOTHING_MORE = Reply("没有别的了。要是这个不对，把现场的情况再说具体一点？")
_ASK_AGAIN = Reply("🙇 没答到点子上。换个说法，把现场的情况再说一两句？哪里没答好，点下面。")
_NONE_OF_THESE = "都不是？把情况说具体点再问；哪里没答好，点最下面。"
_FIXED = {Act.ABOUT: ABOUT, Act.LISTEN: LISTEN, Act.COMPLAINT: _ASK_AGAIN, Act.RELIEF: RELIEVED}
_ROWS_OF_REASONS = 2
_QUOTED = 16
_WHOLE = "看详细"


def turn_reply(turn: Turn, contact: str) -> Reply:
    """The reply to a message of a conversation."""
    answer, act = turn.answer, turn.act
    if turn.parts and not answer.advice:
        return fit_screen(lambda size: _several_reply(turn, contact, size))
    if act is None or act is Act.COURTESY or answer.advice:
        return answer_reply(answer, contact)
    if act is Act.COMPLAINT and answer.choices:
        return fit_screen(
            lambda size: choices_reply(answer, "🙇 没答到点子上。您问的是不是这种？", size, _NONE_OF_THESE),
            _ROWS_OF_REASONS,
        )
    if act in _FIXED:
        return _FIXED[act]
    return NOTHING_MORE if answer.tier is Tier.NONE else fit_screen(lambda size: _of_record(act, answer, size), 0)


def _several_reply(turn: Turn, contact: str, size: Size) -> Reply:
    """The answers to several questions, each in short below its own words; the buttons open them whole."""
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for mark, part in zip("①②", turn.parts, strict=False):
        question = part.question if len(part.question) <= _QUOTED else part.question[:_QUOTED] + "…"
        short, buttons = _in_short(part, mark, contact, size)
        # Where there is no room for the question its number must do.
        lines.append(f"<b>{mark} {escape(question)}</b>\n{short}" if size.hint else f"{mark} {short}")
        rows += [(button,) for button in buttons]
    if all(len(row) == 1 and row[0].label.endswith(_WHOLE) for row in rows):
        rows = [tuple(button for row in rows for button in row)]
    if turn.left_out:
        lines.append(f"还有 {turn.left_out} 个问题没答，请再单独发一遍。")
    return Reply("\n\n".join(lines), tuple(rows))


def _in_short(part: Answer, mark: str, contact: str, size: Size) -> tuple[str, tuple[Button, ...]]:
    """One of several answers: takeaway and rule, or what it may be; and the buttons that open it."""
    if part.tier is Tier.CHOOSE:
        choices = [one for one in part.choices if isinstance(one, Case)][:2]
        press = Press(View.ANSWER, tuple(hit.record for hit in part.clauses[:KEPT]), tuple(choices))
        return "🤔 拿不准是哪一种，点最像的：", tuple(
            Button(button_label(f"{mark} {case.title}"), press.to(View.PICK, place).data)
            for place, case in enumerate(choices)
        )
    if part.tier is Tier.NONE or part.lookups:
        return answer_reply(part, contact).html, ()
    press = paired(part)
    case = next(iter(press.cases), None) if not part.by_clause else None
    lines = takeaway_lines(case) if case is not None else []
    if press.clauses:
        # The button opens the note, too.
        clause = press.clauses[0] if size.course else replace(press.clauses[0], note="")
        html = clause_html(clause, part.today, whole_note=size.note)
        # What is no rule of an authority, and is said by the takeaway, gives way last: the button opens it.
        gives_way = case is not None and not size.hint and clause.rule.kind is RuleKind.GUIDANCE
        lines.append(re.sub("\n<blockquote.*?</blockquote>", "", html, flags=re.DOTALL) if gives_way else html)
    if case is None:
        return "\n".join(lines), (Button(f"{mark} {_WHOLE}", press.to(View.CLAUSE).data),)
    if not press.clauses:
        lines.append(rules_told(case))
    return "\n".join(lines), (Button(f"{mark} {_WHOLE}", press.to(View.PICK).data),)


def _of_record(act: Act, answer: Answer, size: Size) -> Reply:
    cases = tuple(hit.record for hit in answer.cases)
    clauses = tuple(hit.record for hit in answer.clauses)
    case = None if answer.by_clause else next(iter(cases), None)
    if case is not None:
        beside = tuple(clause for clause in clauses if case.is_read_beside(clause))
        press = Press(View.ANSWER, beside[:KEPT], cases[:KEPT])
    else:
        beside, press = clauses, Press(View.ANSWER, clauses[:KEPT], cases[:KEPT])
    if act is Act.SOURCE:
        return _source(press, case, beside or clauses, answer.today)
    if act is Act.CASES:
        return _cases(press, cases)
    if act is Act.WHY and case is not None:
        return _why(press, case, answer.today, size)
    if act is Act.MORE:
        return press_reply(press.to(View.CASE if case is not None else View.CLAUSE), answer.today, changed=False)
    if case is None and act is Act.PICK:
        return press_reply(press.to(View.CLAUSE), answer.today, changed=False)
    return direct_reply(press, answer.today, size, with_takeaway=case is not None)


def _source(press: Press, case: Case | None, clauses: tuple[Clause, ...], today: date) -> Reply:
    """The words of the rules that belong to an answer; of a case without any, what it says of rules itself."""
    parts = [clause_html(clause, today) for clause in clauses[:2]]
    if case is not None and not any(case.is_read_beside(clause) for clause in clauses):
        parts = [rules_told(case)]
        parts += [f"可能有关的是：\n{clause_html(clause, today)}" for clause in clauses[:1]]
    rows = ((Button("看全案", press.to(View.CASE).data),),) if press.cases else ()
    return Reply("\n\n".join(parts), rows)


def _cases(press: Press, cases: tuple[Case, ...]) -> Reply:
    if not cases:
        return Reply("库里没有对得上的案例。")
    lines = [
        "\n".join([f"📂 <b>{escape(case.title)}</b>", *takeaway_lines(case, bold=False)]) for case in press.cases[:2]
    ]
    rows = tuple(
        (Button(button_label(f"看全案：{case.title}"), press.to(View.CASE, place).data),)
        for place, case in enumerate(press.cases[:2])
    )
    return Reply("\n\n".join(lines), rows)


def _why(press: Press, case: Case, today: date, size: Size) -> Reply:
    """What the case says went wrong, and the rule beside it."""
    lines = [f"📂 {escape(case.title)}"]
    wrong = case.section(*section_names(SectionRole.PROBLEM, SectionRole.LESSON)) or lesson_of(case)
    if wrong and size.lesson:
        lines.append(f"<b>为什么</b> {escape(cut_text(wrong, size.course + size.lesson))}")
    lines += takeaway_lines(case, bold=False)
    parts = ["\n".join(lines), *(clause_html(clause, today) for clause in press.clauses[:1])]
    return Reply("\n\n".join(parts), ((Button("看全案", press.to(View.CASE).data),),))
