"""Replies, word for word, held in files that a person reads in review."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath

import pytest

from bot.asking.answers import answer_reply
from bot.asking.pairs import direct_reply
from bot.asking.press import Press, View, read_press
from bot.asking.records import case_in_short, clause_html
from bot.asking.views import case_pages, clause_pages, press_reply
from bot.chat.markup import plain_text
from bot.chat.reply import Reply
from bot.generation.generations import Generation
from bot.generation.generations import record_key as _key
from bot.start.console import Console
from retrieval.answering.answer import Answerer
from retrieval.answering.turns import Turn
from retrieval.content import load_folder
from retrieval.model import Case, CaseKind, KnowledgeBase, Section
from tests.retrieval.samples import add_edition

TODAY = date(2026, 11, 23)
OLD_67 = "supply-business-rules-1996#67"
NEW_70 = "supply-business-rules-2024#70"
GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = {
    "direct-ended-rule": "停人家的电要提前几天打招呼",
    "direct-rule-in-force": "电力供应与使用条例27条",
    "direct-positive-case": "送蜡烛那个好故事给我讲讲",
    "direct-guidance": "用户不在家,能进去修吗",
    "clause-in-two-items": "服务规范第四条",
    "clause-not-held": "供电营业规则第一百条",
    "rule-not-held": "电力设施保护条例第二十条",
    "clauses-one-not-held": "第66条和第67条",
    "clauses-in-a-range": "营业规则67到83条",
    "edition-not-held": "2024版营业规则67条",
    "whole-rule-book": "十个不准都有哪些",
    "refused": "红烧肉怎么做才香",
}


def _as_file(reply: Reply) -> str:
    rows = ["  ".join(f"[{button.label}]" for button in row) for row in reply.keyboard]
    return "\n".join([reply.html, "----", *rows, ""])


@pytest.mark.parametrize("name", QUESTIONS)
def test_replies_read_as_agreed(name: str, answerer: Answerer) -> None:
    """Every reply is as its file says; POLICYBOT_WRITE_GOLDEN=1 writes the files anew, for the reviewer to compare."""
    reply = answer_reply(answerer.answer(QUESTIONS[name], today=date(2026, 11, 23)), "班组长")
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("POLICYBOT_WRITE_GOLDEN"):
        path.write_text(_as_file(reply), encoding="utf-8")

    assert _as_file(reply) == path.read_text(encoding="utf-8")


def test_the_status_follows_the_day(answerer: Answerer) -> None:
    """The day before it ended, the old rule is shown as in force; on the day itself as ended."""
    before = answer_reply(answerer.answer("营业规则67条", today=date(2024, 5, 31)), "").html
    after = answer_reply(answerer.answer("营业规则67条", today=date(2024, 6, 1)), "").html

    assert "✅ 现行有效" in before
    assert "⚠️ 已失效" not in before
    assert "⚠️ 已失效" in after


def test_the_pages_of_every_case_hold_all_of_it(knowledge: KnowledgeBase) -> None:
    """Nothing of a case is lost between its pages."""
    for case in knowledge.cases:
        shown = "".join(plain_text("".join(case_pages(case))).split())
        for section in case.sections:
            assert "".join(section.text.split()) in shown
        assert "".join(case.note.split()) in shown


# ---- a case in short


_TOLD = Case(
    id="told",
    title="停电没通知",
    kind=CaseKind.NEGATIVE,
    category="停电管理",
    cites=(),
    related=(),
    source="",
    takeaway="停电要先通知。",
    sections=(
        Section("事件过程", "村口贴了一张纸。养鱼户没看见。"),
        Section("暴露问题", "通知没有到户。"),
        Section("防范措施", "离不开电的逐户说到。"),
        Section("案例点评", "这件事值得深思。停电通知必须到户。"),
    ),
    note="",
    questions=(),
    quizzes=(),
    path=PurePath("cases/told.md"),
)


def _lesson(case: Case, beside: str = "") -> str:
    """What stands behind 教训; empty if the line is left out."""
    return case_in_short(case, beside).partition("<b>教训</b> ")[2]


def test_the_lesson_that_an_editor_wrote_is_shown_whole() -> None:
    """However the case calls its sections; 经过 stands above it."""
    case = replace(_TOLD, lesson="先逐户说到。" * 19 + "再停电。")

    assert _lesson(case) == case.lesson
    assert "<b>经过</b> 村口贴了一张纸。养鱼户没看见。\n<b>教训</b>" in case_in_short(case, "")


@pytest.mark.parametrize(
    ("sections", "shown"),
    [
        (range(4), "离不开电的逐户说到。"),
        ((0, 1, 3), "通知没有到户。"),
        ((0, 3), "停电通知必须到户。"),
        ((0,), ""),
    ],
)
def test_without_one_the_case_itself_tells_what_to_do(sections: Sequence[int], shown: str) -> None:
    """防范措施 first, then 暴露问题, then what the comment says must be done; a case that says nothing of it has no lesson."""
    assert _lesson(replace(_TOLD, sections=tuple(_TOLD.sections[place] for place in sections))) == shown


def test_a_sentence_that_stands_beside_the_case_is_not_said_again() -> None:
    """Neither in 经过 nor as lesson, whatever its marks; a sentence that adds something is said."""
    case = replace(_TOLD, lesson="停电通知，必须到户。必须到户，还要当面说到。")

    assert _lesson(case, "停电通知必须到户") == "必须到户，还要当面说到。"
    assert "<b>经过</b> 养鱼户没看见。" in case_in_short(case, "村口贴了一张纸")
    assert "<b>经过</b>" not in case_in_short(case, "村口贴了一张纸养鱼户没看见")


def test_no_screen_says_a_sentence_twice(knowledge: KnowledgeBase) -> None:
    """Each case beside each of its clauses: no sentence of takeaway, rule, 经过 and lesson stands within another line."""
    for case in knowledge.cases:
        for clause in [None, *(knowledge.clause_by_id[key] for key in case.clause_ids)]:
            press = Press(View.ANSWER, (clause,) if clause else (), (case,))
            lines = [
                re.sub(r"\W", "", line)
                for block in plain_text(direct_reply(press, TODAY).html).split("\n")
                if not block.startswith(("说明", "⚠️", "📖", "📂"))
                for line in re.split(
                    "[。？！]", block.removeprefix("经过 ").removeprefix("教训 ").removeprefix("经验 ")
                )
            ]
            lines = [line for line in lines if line]
            for place, line in enumerate(lines):
                assert not any(line in other for other in lines[:place]), (case.id, line)


# ---- editions


@pytest.fixture
def two_editions(folder: Path, cache: Path) -> Generation:
    """The shipped knowledge with a new edition of 供电营业规则 beside the old one."""
    add_edition(folder, {"第六十七条": NEW_70})
    return Generation(load_folder(folder), cache)


def _reply(generation: Generation, question: str, today: date = TODAY) -> Reply:
    return answer_reply(generation.answerer.answer(question, today=today), "班组长")


def _pressed(generation: Generation, reply: Reply, label: str) -> Reply:
    """What the button that says so shows."""
    (data,) = [button.data for row in reply.keyboard for button in row if label in button.label]
    reading = read_press(data, generation)
    assert not reading.changed
    return press_reply(reading.press, TODAY, reading.changed)


def test_the_edition_in_force_is_shown_and_that_it_was_otherwise(two_editions: Generation) -> None:
    """The new clause as in force, what the case named, until when it was otherwise; the old one behind a button, as ended."""
    reply = _reply(two_editions, QUESTIONS["direct-ended-rule"])

    assert "📖 《供电营业规则》第七十条" in reply.html
    assert "✅ 现行有效" in reply.html
    assert "案例原引自《供电营业规则》第六十七条（已失效）" in reply.html
    assert "🕰 以前（至 2024-05-31）的说法不同，见“另外 2 条规定”。" in reply.html
    assert "在停电前三至七天内" not in reply.html
    old = _pressed(two_editions, reply, "另外 2 条规定")
    assert "📖 《供电营业规则》第六十七条（1996版）" in old.html
    assert "在停电前三至七天内" in old.html
    assert "⚠️ 已失效（自 2024-06-01 起）" in old.html
    assert _pressed(two_editions, old, "返回").html == reply.html


def test_an_answer_for_the_past_says_so(two_editions: Generation) -> None:
    """By the law of then, as ended today, with the one in force behind the button."""
    reply = _reply(two_editions, f"2023年的时候{QUESTIONS['direct-ended-rule']}")

    assert reply.html.startswith("🕰 按 2023 年当时的规定（今天已失效）：")
    assert "📖 《供电营业规则》第六十七条" in reply.html
    assert "⚠️ 已失效（自 2024-06-01 起）" in reply.html
    assert "🕰 现在（自 2024-06-01 起）的规定不同，见“另外 2 条规定”。" in reply.html
    assert "✅ 现行有效" in _pressed(two_editions, reply, "另外 2 条规定").html


@pytest.mark.parametrize(
    ("words", "said"),
    [("2024年5月", "按 2024 年 5 月当时的规定"), ("2024年5月30日", "按 2024-05-30 当时的规定")],
)
def test_the_time_of_an_answer_is_said_as_shortly_as_it_was_asked(
    two_editions: Generation, words: str, said: str
) -> None:
    """A month as a month, a day as a day."""
    assert said in _reply(two_editions, f"{words}{QUESTIONS['direct-ended-rule']}").html


def test_a_rule_that_is_the_same_then_and_now_says_nothing_of_then(answerer: Answerer) -> None:
    """条例 was in force in 2023 and is today: the reply stays short."""
    asked = answer_reply(answerer.answer("2023年的时候电力供应与使用条例27条", today=TODAY), "")

    assert "🕰" not in asked.html
    assert "✅ 现行有效" in asked.html


def test_what_was_not_yet_in_force_is_not_given_for_then(answerer: Answerer) -> None:
    """Of 1990 nothing is held: the reply says from when on what it shows is in force."""
    reply = answer_reply(answerer.answer("1990年的时候电力供应与使用条例27条", today=TODAY), "")

    assert reply.html.startswith("🕰 库里没有 1990 年当时的规定，下面是 1996-09-01 起施行的。")


def test_a_number_tells_of_the_same_number_in_the_other_edition(two_editions: Generation) -> None:
    """Article 67 of today is another matter: the reply says where the old 67 is, and shows it as ended."""
    reply = _reply(two_editions, "营业规则67条")

    assert "用户申请暂停用电" in reply.html
    assert "🕰 要看1996版（至 2024-05-31）的第六十七条，见“另外 1 条规定”。" in reply.html
    assert "在停电前三至七天内" in _pressed(two_editions, reply, "另外 1 条规定").html


def test_a_number_that_has_moved_is_shown_where_it_is_now(folder: Path, cache: Path) -> None:
    """Article 83 of 1996 has become 89; without that note it is shown as it was, and that the new edition has none."""
    add_edition(folder)
    assert (
        "ℹ️ 库里的2024版没有第八十三条，下面是1996版的。"
        in _reply(Generation(load_folder(folder), cache), "营业规则83条").html
    )

    add_edition(folder, {"第八十三条": "supply-business-rules-2024#89"})
    assert (
        "ℹ️ 1996版的第八十三条，在2024版里是第八十九条。"
        in _reply(Generation(load_folder(folder), cache), "营业规则83条").html
    )


def test_a_case_that_is_picked_stands_beside_the_edition_in_force(two_editions: Generation) -> None:
    """The view that a choice opens shows what the case's clause has become, and the old one behind the button."""
    knowledge = two_editions.knowledge
    case = knowledge.case_by_id["arrears-disconnection-estate"]
    choice = read_press(f"p000AAAA1{_key(knowledge.clause_by_id[NEW_70])}{_key(case)}", two_editions).press
    assert choice.view is View.PICK

    reply = press_reply(choice, TODAY, changed=False)

    assert "📖 《供电营业规则》第七十条" in reply.html
    assert "案例原引自《供电营业规则》第六十七条（已失效）" in reply.html
    assert "在停电前三至七天内" in _pressed(two_editions, reply, "另外 1 条规定").html


def test_who_checked_a_text_is_said_where_all_of_it_is_read(knowledge: KnowledgeBase) -> None:
    """Name and day stand above the whole clause; the short reply says only what is amiss."""
    clause = knowledge.clause_by_id["supply-use-regulations#27"]
    checked = replace(clause, rule=replace(clause.rule, verified_by="张三", verified_on=date(2026, 1, 2)))

    assert "〔已核对：张三 2026-01-02〕" in clause_pages(checked, TODAY)[0]
    unsigned = replace(clause, rule=replace(clause.rule, verified_by="", verified_on=None))
    assert "核对" not in clause_pages(unsigned, TODAY)[0]
    assert "核对" not in clause_html(checked, TODAY)


def test_other_programs_are_told_of_other_editions(folder: Path) -> None:
    """As JSON a clause carries what another edition says instead, and an answer the day that it is for; else neither key is there."""
    add_edition(folder, {"第六十七条": NEW_70})
    console = Console(folder)
    question = QUESTIONS["direct-ended-rule"]
    now = json.loads(console.as_json(Turn(console.answer(question, TODAY)), 0.0, None))
    then = json.loads(console.as_json(Turn(console.answer(f"2023年的时候{question}", TODAY)), 0.0, None))

    assert (now["clauses"][0]["id"], now["clauses"][0]["status"]) == (NEW_70, "in_force")
    other = now["clauses"][0]["otherwise"]
    assert (other["id"], other["status"], other["ended"]) == (OLD_67, "ended", "2024-06-01")
    assert "asked_for" not in now
    assert "otherwise" not in now["clauses"][1]
    assert (then["clauses"][0]["id"], then["clauses"][0]["status"]) == (OLD_67, "ended")
    assert then["asked_for"] == "2023-12-31"
