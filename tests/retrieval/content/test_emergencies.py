"""What counts as danger to life, as it is written in `emergencies.txt`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.emergencies import FAR, NEAR, read_emergencies
from retrieval.errors import Problem
from retrieval.model import Element, Emergencies, Emergency, Pattern
from tests.retrieval.samples import text_file


def emergencies_of(text: str) -> tuple[Emergencies, list[Problem]]:
    """Read a file."""
    problems: list[Problem] = []
    return read_emergencies(text_file("lexicon/emergencies.txt", text), problems), problems


def word(*words: str, gap: int = 0) -> Element:
    """One of these words."""
    return Element(frozenset(words), gap=gap)


def sequence(*elements: Element) -> Pattern:
    """Elements that follow each other."""
    return Pattern((elements,))


def test_the_plain_form_is_read() -> None:
    """Ways of saying are normalised, the advice stays as it is written; remarks and blank lines are passed over."""
    found, problems = emergencies_of("# 要命的事\n\n觸電，电着人 => 先救人：断开电源。\n着火 => 先退到 安全处\n")

    assert problems == []
    assert found.groups == (
        Emergency((sequence(word("触电")), sequence(word("电着人"))), "先救人：断开电源。"),
        Emergency((sequence(word("着火")),), "先退到 安全处"),
    )


def test_patterns_are_read() -> None:
    """Classes, gaps of two widths and parts in any order; a class may be written in parts, before or after its use, and name others."""
    found, problems = emergencies_of(
        "【人】……倒下, 【谁】+电着…【人】 => 先救人\n【人】= 师傅\n【谁】= 【人】, 老乡，【谁】\n【人】= 有人\n"
    )

    assert problems == []
    people, all_people = ("师傅", "有人"), ("师傅", "有人", "老乡")
    assert found.groups[0].patterns == (
        sequence(word(*people), word("倒下", gap=FAR)),
        Pattern(((word(*all_people),), (word("电着"), word(*people, gap=NEAR)))),
    )


def test_every_keyword_has_its_place() -> None:
    """What is struck, taken back or goes on stands where it belongs; lines under a group belong to it; colons of both widths are one."""
    found, problems = emergencies_of(
        "不拆: 停电\n划掉：触电保护器\n划掉: 没触电\n不报: 去年\n照报: 刚才\n接着: 还没醒\n触电 => 救人\n也算: 过电\n不算: 醒了\n着火 => 退\n"
    )

    assert problems == []
    assert found.whole == (sequence(word("停电")),)
    assert found.struck == ((sequence(word("触电保护器")),), (sequence(word("没触电")),))
    assert (found.vetoes, found.overrides) == ((sequence(word("去年")),), (sequence(word("刚才")),))
    assert found.continuations == (sequence(word("还没醒")),)
    assert found.groups == (
        Emergency((sequence(word("触电")), sequence(word("过电"))), "救人", (sequence(word("醒了")),)),
        Emergency((sequence(word("着火")),), "退"),
    )


def test_a_tilde_marks_what_is_also_heard_by_its_sound() -> None:
    """The mark works in a class and in a pattern, and is no part of the word."""
    found, problems = emergencies_of("【电着】= 电倒, ~触电\n【电着】, ～着火 => 救人")

    assert problems == []
    assert found.groups[0].patterns == (
        sequence(Element(frozenset({"电倒", "触电"}), frozenset({"触电"}))),
        sequence(Element(frozenset({"着火"}), frozenset({"着火"}))),
    )


@pytest.mark.parametrize(
    "line", ["触电", "触电 =>", "=> 先救人", "触电, => 先救人", "电 => 先救人", "触电、过电 => 先救人", "【】= 人"]
)
def test_a_line_that_is_no_emergency_is_named(line: str) -> None:
    """Without advice, without a way or with one of a single character, a line is a Problem."""
    _, problems = emergencies_of(f"着火 => 退后\n{line}")

    assert {problem.line for problem in problems} == {2}


@given(st.text(st.sampled_from("触电人【】=>+~…,，、:：不算划掉\n#"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Whatever stands in the file is a pattern or a Problem at a line of it, and no exception."""
    found, problems = emergencies_of(text)

    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)
    assert all(group.patterns and group.advice for group in found.groups)
