"""Replies, word for word, held in files that a person reads in review."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.markup import plain_text
from bot.replies import Reply, answer_reply, case_pages
from retrieval.answer import Answerer
from retrieval.model import KnowledgeBase

GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = {
    "direct-ended-rule": "停人家的电要提前几天打招呼",
    "direct-rule-in-force": "电力供应与使用条例27条",
    "direct-positive-case": "送蜡烛那个好故事给我讲讲",
    "direct-guidance": "用户不在家,能进去修吗",
    "clause-in-two-items": "服务规范第四条",
    "clause-not-held": "供电营业规则第一百条",
    "rule-not-held": "电力设施保护条例第二十条",
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
