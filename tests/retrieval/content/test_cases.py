"""Cases."""

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.cases import read_case
from retrieval.errors import Problem
from retrieval.model import Case, CaseKind, Quiz, Section
from tests.retrieval.samples import case, plain, text_file

FULL = """\
---
id: full
title: 先办后讲
kind: positive
category: 抄表
cites: [a#1, b#2(3)]
related: c#4
source: 某书 第三页
takeaway: 先讲后办。
lesson: 先讲清楚，再动手办。
---
## 服务过程
一。

### 小节
二。

## 取得效果
三。

## 说明
原文如此。

## 问法
- ★ 甲 乙
- 丙
- ★丁

## 考一考
第一题
有两行?
- [ ] 错
- [x] 对
- [√] 也对
解析: 因为。

第二题?
- [X] 对
* [ ] 错
解析：所以。
"""


def read(text: str) -> tuple[Case, list[Problem]]:
    """Read a case."""
    problems: list[Problem] = []
    return read_case(text_file("cases/full.md", text), problems)[0], problems


def test_a_case_is_read_whole() -> None:
    """Every field and every section is where it belongs, word for word, and a deeper heading is a line of its section."""
    found, problems = read(FULL)

    assert problems == []
    assert found == Case(
        id="full",
        title="先办后讲",
        kind=CaseKind.POSITIVE,
        category="抄表",
        cites=("a#1", "b#2(3)"),
        related=("c#4",),
        source="某书 第三页",
        takeaway="先讲后办。",
        sections=(Section("服务过程", "一。\n小节\n二。"), Section("取得效果", "三。")),
        note="原文如此。",
        questions=("甲 乙", "丙", "丁"),
        quizzes=(
            Quiz("第一题\n有两行?", ("错", "对", "也对"), frozenset({1, 2}), "因为。"),
            Quiz("第二题?", ("对", "错"), frozenset({0}), "所以。"),
        ),
        path=PurePath("cases/full.md"),
        lesson="先讲清楚，再动手办。",
        situations=("甲 乙", "丁"),
    )
    assert found.clause_ids == ("a#1", "b#2(3)", "c#4")


def test_a_case_without_questions_and_quizzes_is_sound() -> None:
    """Only the front matter and one section are required."""
    found, problems = read(case("full", {6: None} | dict.fromkeys(range(12, 21))))

    assert problems == []
    assert (found.cites, found.related, found.questions, found.quizzes, found.note) == ((), (), (), (), "")


@pytest.mark.parametrize("length", [59, 60, 61])
def test_a_takeaway_has_sixty_characters_at_the_most(length: int) -> None:
    """Sixty pass, sixty-one don't."""
    _, problems = read(case("full", {8: "takeaway: " + "停" * length}))

    assert [problem.line for problem in problems] == [8] * (length > 60)


OPTION = st.tuples(st.booleans(), st.text(st.sampled_from("停电通知"), min_size=1, max_size=6))


@given(st.lists(OPTION, max_size=8))
def test_a_quiz_is_read_or_has_one_problem(options: list[tuple[bool, str]]) -> None:
    """A quiz has two to six different options and a right one; any other is one Problem at its question."""
    written = "\n".join(f"- [{'x' if right else ' '}] {text}" for right, text in options)
    found, problems = read(case("full", {18: written or None, 19: None}))

    texts = tuple(text for _, text in options)
    if 2 <= len(options) <= 6 and len(set(texts)) == len(texts) and any(right for right, _ in options):
        right_places = frozenset(place for place, (right, _) in enumerate(options) if right)
        assert found.quizzes == (Quiz("停电前先做什么?", texts, right_places, "规定如此。"),)
        assert problems == []
    else:
        assert found.quizzes == ()
        assert [problem.line for problem in problems] == [17]


def test_a_fault_in_one_quiz_leaves_the_next_alone() -> None:
    """Each quiz is judged by itself."""
    found, problems = read(FULL.replace("- [x] 对\n- [√] 也对", "- [ ] 对"))

    assert [quiz.question for quiz in found.quizzes] == ["第二题?"]
    assert [(problem.line, "正确答案" in problem.message) for problem in problems] == [(30, True)]


def test_a_lost_explanation_is_named_where_the_next_question_starts() -> None:
    """Text behind options can't be told from a question: the line is named, and says what is missing."""
    _, problems = read(FULL.replace("解析: 因为。\n", ""))

    assert [problem.line for problem in problems] == [36]
    assert "解析" in plain(problems[0].message)


@given(
    st.lists(
        st.sampled_from([*FULL.splitlines(), "# 题", "##", "解析:", "- [ ]", "- [x] 对", "甲", "### 问法"]), max_size=25
    )
)
def test_lines_in_any_order_are_read_or_named(lines: list[str]) -> None:
    """However the lines of a case are mixed up, reading doesn't raise and each Problem has a line of the file."""
    _, problems = read("\n".join(lines))

    assert all(1 <= problem.line <= max(1, len(lines)) for problem in problems)


@given(st.text())
def test_any_text_is_at_least_one_problem(text: str) -> None:
    """Text that nobody meant as a case is never taken for one."""
    _, problems = read(text)

    assert problems
    assert all(problem.line >= 1 for problem in problems)


@given(st.text(st.sampled_from("- [x]解析: 停\n#"), max_size=60))
def test_any_quiz_text_gives_sound_quizzes(text: str) -> None:
    """Whatever stands below 考一考, each quiz that is read can be asked: a question, two to six options, a right one, a reason."""
    found, _ = read(case("full", {17: text} | dict.fromkeys(range(18, 21))))

    for quiz in found.quizzes:
        assert quiz.question
        assert quiz.explanation
        assert 2 <= len(quiz.options) <= 6
        assert quiz.correct <= set(range(len(quiz.options)))
        assert quiz.correct
