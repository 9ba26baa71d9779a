"""Markdown by its headings."""

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.sections import Block, read_blocks, read_items
from retrieval.errors import Problem

PATH = PurePath("a.md")
LINE = st.text(st.sampled_from("# \t停电-*＃"), max_size=8)


@given(st.lists(LINE, max_size=12), st.integers(0, 4))
def test_every_line_with_text_is_in_one_place(lines: list[str], start: int) -> None:
    """Each line from the start on that is not blank is a heading or in one body, under its own number, in order."""
    blocks = list(read_blocks(lines, start))

    headings = [(block.line, "") for block in blocks if block.level > 0]
    body = [pair for block in blocks for pair in block.body]
    numbers = sorted(number for number, _ in headings + body)
    assert numbers == [number for number, line in enumerate(lines, 1) if number > start and line.strip()]
    assert all(line == lines[number - 1].rstrip() for number, line in body)
    assert [block.level > 0 for block in blocks] == [False] + [True] * (len(blocks) - 1)


def test_a_file_is_cut_at_its_headings() -> None:
    """Levels, titles, lines and bodies are told; blank lines and closing marks are left out."""
    text = "前言\n\n# 第一章\n## 第一条 ##\n  甲 \n\n乙\n###说明\n#\n＃＃ 第二条"

    assert list(read_blocks(text.split("\n"), 0)) == [
        Block(0, "", 1, ((1, "前言"),)),
        Block(1, "第一章", 3, ()),
        Block(2, "第一条", 4, ((5, "  甲"), (7, "乙"))),
        Block(3, "说明", 8, ()),
        Block(1, "", 9, ()),
        Block(2, "第二条", 10, ()),
    ]


def test_a_body_is_one_paragraph_a_line() -> None:
    """The text of a block is its lines without the space around them."""
    assert Block(2, "条", 1, ((2, "  甲"), (4, "\u3000乙"))).text == "甲\n乙"


@pytest.mark.parametrize("mark", ["- ", "* ", "+ ", "-   ", "  - "])
def test_every_bullet_makes_an_item(mark: str) -> None:
    """Markdown's three bullets are taken alike."""
    problems: list[Problem] = []

    assert read_items(PATH, [Block(3, "问法", 1, ((2, f"{mark}甲 乙"),))], problems) == ("甲 乙",)
    assert problems == []


@pytest.mark.parametrize("star", ["★ ", "★", "⭐ ", "⭐\ufe0f", "★\u3000"])
def test_a_star_marks_an_item_and_is_no_part_of_it(star: str) -> None:
    """However it was typed; the same words without a star are a repeat, and a star alone is no item."""
    problems: list[Problem] = []
    starred: dict[str, int] = {}
    block = Block(2, "问法", 1, ((2, f"- {star}甲 ★ 乙"), (3, "- 丙"), (4, "- 甲 ★ 乙"), (5, f"- {star.strip()}")))

    assert read_items(PATH, [block], problems, starred) == ("甲 ★ 乙", "丙")
    assert starred == {"甲 ★ 乙": 2}
    assert [problem.line for problem in problems] == [4, 5]


@given(st.lists(st.sampled_from(["- 甲", "- 乙", "丙", "-丁", "- ", "1. 戊"]), min_size=1, max_size=8))
def test_each_line_is_an_item_or_a_problem(lines: list[str]) -> None:
    """No line is lost: it is a new item, or named at its own line."""
    problems: list[Problem] = []

    items = read_items(PATH, [Block(3, "问法", 1, tuple(enumerate(lines, 2)))], problems)

    assert len(items) == len(set(items))
    assert len(items) + len(problems) == len(lines)
    named = {problem.line for problem in problems}
    assert list(items) == [line[2:] for number, line in enumerate(lines, 2) if number not in named]


def test_a_repeat_is_found_across_blocks() -> None:
    """An item of one list must not stand in the next one either."""
    problems: list[Problem] = []

    blocks = [Block(3, "问法", 1, ((2, "- 甲"),)), Block(3, "问法", 3, ((4, "- 甲"), (5, "- 乙")))]

    assert read_items(PATH, blocks, problems) == ("甲", "乙")
    assert [(problem.line, "第 2 行" in problem.message) for problem in problems] == [(4, True)]
