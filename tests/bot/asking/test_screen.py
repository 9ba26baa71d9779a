"""Replies that fit the screen of a phone."""

import itertools
from dataclasses import replace
from datetime import date

import pytest

from bot.asking.acts import turn_reply
from bot.asking.press import Press, View
from bot.asking.records import case_in_short, cut_text
from bot.asking.screen import SCREEN, fit_screen, height
from bot.asking.views import press_reply
from bot.chat.buttons import Button
from bot.chat.reply import Reply
from retrieval.answering.answer import Answerer
from retrieval.answering.conversation import Talker
from retrieval.answering.turns import NOTHING_SAID
from retrieval.model import KnowledgeBase

TODAY = date(2026, 11, 23)
VERDICTS = 46
"""Pixels of the row that is added below every answer."""


def test_every_case_beside_every_rule_fits(knowledge: KnowledgeBase) -> None:
    """Whatever a case is shown with, takeaway, rule, validity and buttons are seen at once; the takeaway and the rule stand whole."""
    for case in knowledge.cases:
        for clause in knowledge.clauses:
            others = (clause, *(other for other in knowledge.clauses if other is not clause))[:3]
            press = Press(View.ANSWER, others, (case, *knowledge.cases[:2]))

            reply = press_reply(press, TODAY, changed=False)

            assert height(reply) + VERDICTS <= SCREEN, (case.id, clause.id)
            assert case.takeaway in reply.html
            assert clause.text in reply.html.replace("&lt;", "<").replace("&amp;", "&")


def test_a_long_note_gives_way_to_the_button_for_the_whole_clause(knowledge: KnowledgeBase) -> None:
    """Where nothing else is left to shorten, the first sentence of the note stands, and the whole is one press away."""
    clause = replace(knowledge.clauses[0], note="先说要紧的。" + "再说次要的。" * 40)
    press = Press(View.ANSWER, (clause,), knowledge.cases[:1])

    reply = press_reply(press, TODAY, changed=False)

    assert "说明：先说要紧的。\n" in reply.html + "\n"
    assert "再说次要的" not in reply.html
    assert "看条文全文" in [button.label for row in reply.keyboard for button in row]
    whole = press_reply(press.to(View.CLAUSE), TODAY, changed=False)
    assert clause.note in whole.html


def test_the_most_that_fits_is_told(knowledge: KnowledgeBase) -> None:
    """Of several sizes the largest that fits is taken; a reply that fits none is the smallest."""
    assert fit_screen(lambda size: Reply("短" * size.lesson)).html == "短" * 120
    assert fit_screen(lambda size: Reply("\n".join("短" * size.lesson))).html == ""
    assert fit_screen(lambda size: Reply("\n" * 20 + "短" * size.lesson)).html.count("短") == 90
    assert case_in_short(knowledge.cases[0], "").count("\n") == 2


@pytest.mark.parametrize(
    ("reply", "pixels"),
    [
        (Reply("一行"), 14 + 24),
        (Reply("字" * 19), 14 + 24 + 24),
        (Reply("两\n行"), 14 + 48),
        (Reply("上\n<blockquote expandable>一行</blockquote>\n下"), 14 + 48 + 19 + 24),
        (Reply("上\n<blockquote expandable>" + "字" * 200 + "</blockquote>\n下"), 14 + 48 + 19 + 72 + 25),
        (Reply("一行", ((Button("短", "x"),), (Button("字" * 30, "x"),))), 14 + 24 + 46.25 + 66.5),
    ],
)
def test_the_height_is_that_of_the_page(reply: Reply, pixels: float) -> None:
    """Lines, folded quotes, rows of buttons and long labels take what the page gives them; a full last line leaves no room for the time."""
    assert height(reply) == pytest.approx(pixels)


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("先通知。再停电。", 20, "先通知。再停电。"),
        ("要先通知。然后再停电，别忘了登记。", 9, "要先通知。……"),
        ("停电之前要一户一户地通知，然后再停电", 16, "停电之前要一户一户地通知……"),
        ("没有标点的一长句话", 4, "没有标点……"),
    ],
)
def test_a_text_is_cut_where_a_reader_pauses(text: str, longest: int, shown: str) -> None:
    """At the end of a sentence, else at a pause, and …… says that there is more."""
    assert cut_text(text, longest) == shown


QUESTIONS = (
    "停人家的电要提前几天打招呼",
    "户主不在家能进屋修吗",
    "工作忙这话能不能跟客户讲",
    "家保坏了能不能先直接接上",
    "墙上打眼要不要问户主",
)


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(QUESTIONS, 2)))
def test_the_answers_to_two_questions_fit_the_screen(answerer: Answerer, first: str, second: str) -> None:
    """Both takeaways, both rules and their validity stand on one screen with the two buttons."""
    turn, _ = Talker(answerer).take(f"{first}？{second}？", NOTHING_SAID, today=TODAY)
    reply = turn_reply(turn, "班长")

    assert len(turn.parts) == 2
    for part in turn.parts:
        assert part.cases[0].record.takeaway in reply.html
    assert [button.label for button in reply.keyboard[0]] == ["① 看详细", "② 看详细"]
    assert height(reply) + VERDICTS <= SCREEN
