"""The block at the head of a file."""

from datetime import date
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.front_matter import FrontMatter, Key, read_front_matter
from retrieval.errors import Problem
from retrieval.model import CaseKind
from tests.retrieval.samples import plain

PATH = PurePath("rules", "a.md")
SCHEMA = (Key("id", required=True), Key("number", empty=True), Key("names", many=True, empty=True))
PLAIN = st.text(st.sampled_from("停电abc019-_.no yes"), min_size=1, max_size=12).map(" ".join).filter(str.strip)


def read(block: str, schema: tuple[Key, ...] = SCHEMA) -> tuple[FrontMatter, list[Problem], int]:
    """Read a file that is a front matter and one line of text."""
    problems: list[Problem] = []
    front, start = read_front_matter(PATH, ["---", *block.split("\n"), "---", "正文"], schema, problems)
    return front, problems, start


@pytest.mark.parametrize(
    "text", ["0017", "no", "yes", "Off", "1e3", "0x1F", "1996-10-08", "12:30:00", "~", "null", "1_000", ".inf", "true"]
)
def test_every_value_stays_the_text_it_is(text: str) -> None:
    """What YAML would take for a number, a date or a truth is kept letter by letter, alone and in a list."""
    front, problems, _ = read(f"id: {text}\nnames: [{text}, 甲]")

    assert problems == []
    assert front.text("id") == text
    assert front.texts("names") == (text, "甲")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9), max_size=4)
)
def test_quoted_texts_are_read_as_written(texts: list[str]) -> None:
    """In single quotes any visible text may stand."""
    written = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    front, problems, _ = read(f"id: a\nnames: [{written}]")

    assert problems == []
    assert front.texts("names") == tuple(texts)


def test_one_text_is_a_list_of_one_where_a_list_is_due() -> None:
    """`short: 营业规则` is what people write."""
    assert read("id: a\nnames: 甲 乙")[0].texts("names") == ("甲 乙",)


def test_a_text_over_several_lines_is_one_line() -> None:
    """White space inside a value is single blanks."""
    assert read("id: a\n  b\n\n  c")[0].text("id") == "a b c"
    assert read("id: |\n  a\n  b")[0].text("id") == "a b"


def test_the_text_starts_behind_the_block() -> None:
    """The index given is that of the first line that is no front matter."""
    assert read("id: a\nnumber: 1")[2] == 4


def test_a_line_of_dashes_further_down_is_text() -> None:
    """The block ends at the first closing line."""
    lines = ["---", "id: a", "---", "甲", "---", "乙"]
    problems: list[Problem] = []

    assert read_front_matter(PATH, lines, SCHEMA, problems)[1] == 3
    assert problems == []


def test_a_key_knows_its_line() -> None:
    """Lines are the file's, and 1 for a key that is not there."""
    front, _, _ = read("id: a\n# 说明\nnames:\n  - 甲\n  - 乙\nnumber: 3")

    assert [front.line(key) for key in ("id", "names", "number", "absent")] == [2, 4, 7, 1]


@given(st.dates(date(1000, 1, 1)))
def test_a_day_is_read(day: date) -> None:
    """Every day in ISO form is read as itself."""
    front, problems, _ = read(f"id: a\nnumber: {day.isoformat()}")

    assert front.day("number") == day
    assert problems == []


@pytest.mark.parametrize(
    "text", ["2024-6-1", "20240601", "2024-02-30", "2024/06/01", "2024-06", "2024-W23-1", "０２０２-01-01", "去年"]
)
def test_what_is_no_day_is_a_problem_at_its_line(text: str) -> None:
    """A date in any other form is named with what stands there."""
    front, problems, _ = read(f"id: a\nnumber: {text}")

    assert front.day("number") is None
    assert [problem.line for problem in problems] == [3]
    assert plain(f"“number”要写成 2024-06-01 这样的日期,现在是“{text}”") == plain(problems[0].message)


def test_an_absent_value_is_no_fault_when_it_is_read() -> None:
    """What is absent has been named by the schema, or may be absent."""
    front, problems, _ = read("id: a")

    assert (front.text("number"), front.texts("names"), front.day("number"), front.yes("number")) == (
        "",
        (),
        None,
        False,
    )
    assert front.choice("number", CaseKind) is CaseKind.NEGATIVE
    assert problems == []


@pytest.mark.parametrize(("text", "truth"), [("yes", True), ("no", False)])
def test_yes_and_no_are_read(text: str, truth: bool) -> None:
    """The two words that a flag may hold."""
    assert read(f"id: {text}")[0].yes("id") is truth


@pytest.mark.parametrize(
    "line",
    [
        "number: 甲: 乙",
        "number：甲",
        "number: @甲",
        "number: `甲",
        "number: *甲",
        "\tnumber: 甲",
        " number: 甲",
        "number: - 甲",
        "number: %甲",
    ],
)
def test_a_line_that_is_no_yaml_is_named(line: str) -> None:
    """The Problem is at the line that has to be mended, and it is the only one."""
    _, problems, start = read(f"id: a\n{line}\nnames: 甲")

    assert [problem.line for problem in problems] == [3]
    assert "冒号用半角" in problems[0].message
    assert start == 5


@pytest.mark.parametrize("line", ["number:甲", "number 甲", 'number: "甲', "number: '甲", "number: [甲", "number: {甲"])
def test_a_line_that_spoils_the_next_ones_is_named(line: str) -> None:
    """A missing blank, an open quote or bracket: the Problem is at the line that has to be mended."""
    _, problems, _ = read(f"id: a\n{line}\nnames: 甲")

    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize("sound", ["names: [甲,\n  乙]", "number: '一\n  二'"])
def test_a_value_over_two_lines_is_not_named_for_a_fault_below(sound: str) -> None:
    """Where a list or a quoted text goes on in the next line, a fault further down is still named at its own line."""
    _, problems, _ = read(f"{sound}\nid: 甲: 乙")

    assert [problem.line for problem in problems] == [4]


@pytest.mark.parametrize("line", ["[甲, 乙]: 丙", "{甲: 乙}: 丙"])
def test_a_name_that_is_no_text_is_named_in_plain_words(line: str) -> None:
    """A list where a name is due is a Problem in words for a person who knows Word."""
    _, problems, _ = read(f"id: a\n{line}")

    assert [problem.line for problem in problems] == [3]
    assert "Node" not in problems[0].message


def test_a_thousand_brackets_are_a_problem() -> None:
    """Whatever a file holds, it is a Problem and no exception."""
    assert read("id: " + "[" * 3000)[1]


def test_a_thousand_brackets_below_another_fault_are_a_problem() -> None:
    """So it is where the file has another fault before."""
    assert read("id: a\n number: 甲\nnames: " + "[" * 3000)[1]


@pytest.mark.parametrize("mark", ["\u2028", "\x85"])
def test_a_line_mark_pasted_from_word_does_not_shift_the_lines(mark: str) -> None:
    """Below a soft line break inside a value, keys are still at the lines that an editor shows."""
    front, problems, _ = read(f"id: 'a{mark}b'\nnumber: 3")

    assert problems == []
    assert front.line("number") == 3


@given(st.text(st.sampled_from("ab:-[]{}'\"#&*!|>%@`,? \n停\t"), max_size=60))
def test_any_block_is_read_or_named(block: str) -> None:
    """Nothing in the block raises, and every Problem is at a line of the file."""
    _, problems, start = read(block)

    assert all(1 <= problem.line <= block.count("\n") + 4 for problem in problems)
    assert 1 <= start <= block.count("\n") + 4


@given(PLAIN, PLAIN)
def test_values_do_not_depend_on_the_order_of_keys(one: str, other: str) -> None:
    """A front matter is a set of pairs."""
    there = read(f"id: '{one}'\nnumber: '{other}'")[0]
    back = read(f"number: '{other}'\nid: '{one}'")[0]

    assert (there.text("id"), there.text("number")) == (back.text("id"), back.text("number"))
