"""Rule books."""

from datetime import date
from pathlib import PurePath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.content.rules import parse_clause_heading, read_rule
from retrieval.errors import Problem
from retrieval.model import ClauseNumber, RuleKind
from retrieval.numerals import to_chinese
from tests.retrieval.samples import rule, text_file

FULL = """\
---
id: 0017
title: 《供电规则》
short: [供规, 规则]
issuer: 电力部
document: 第8号令
edition: 1996版
kind: company
in_force: 1996-10-08
ended: 2024-06-01
replaced_by: 新规则
verified: yes
verified_by: 张三
verified_on: 2026-01-02
source: 引文
---
前言一句。

前言二句。

# 第一章 总则

## 第一条 目的
为了供电。

安全第一。

### 说明
甲。

### 现为
- 0018#2
- 0018＃３

### 问法
- 为了什么
- 目的

### 说明
乙。

## 第十条之一
插入的。

# 第二章

## 第十九条（二）
第二项。
"""


@pytest.mark.parametrize(
    ("title", "number", "label", "heading"),
    [
        ("第六十七条", ClauseNumber(67), "第六十七条", ""),
        ("第六七条", ClauseNumber(67), "第六七条", ""),
        ("第67条", ClauseNumber(67), "第67条", ""),
        ("第６７条", ClauseNumber(67), "第67条", ""),
        ("第5条 送电时限", ClauseNumber(5), "第5条", "送电时限"),
        ("第五条:送电时限", ClauseNumber(5), "第五条", "送电时限"),
        ("第五条、送电时限", ClauseNumber(5), "第五条", "送电时限"),
        ("第十九条(一)", ClauseNumber(19, 0, 1), "第十九条(一)", ""),
        ("第十九条（一） 抄表", ClauseNumber(19, 0, 1), "第十九条(一)", "抄表"),
        ("第三条第二款", ClauseNumber(3, 0, 2), "第三条第二款", ""),
        ("第三条第二项", ClauseNumber(3, 0, 2), "第三条第二项", ""),
        ("第十条之一", ClauseNumber(10, 1), "第十条之一", ""),
        ("第十条之一(二) 标题", ClauseNumber(10, 1, 2), "第十条之一(二)", "标题"),
        ("一、要有服务意识", ClauseNumber(1), "一", "要有服务意识"),
        ("3. 时限", ClauseNumber(3), "3", "时限"),
        ("3", ClauseNumber(3), "3", ""),
        ("3.2", ClauseNumber(3, 0, 2), "3.2", ""),
        ("3.2.1 退库", ClauseNumber(3, 0, 2, 1), "3.2.1", "退库"),
        ("３．２．１", ClauseNumber(3, 0, 2, 1), "3.2.1", ""),
        ("二、（三）", ClauseNumber(2, 0, 3), "二、(三)", ""),
        ("二、(三)收费管理", ClauseNumber(2, 0, 3), "二、(三)", "收费管理"),
        ("案例之一", ClauseNumber(1), "案例之一", ""),
        ("案例十二 楼道灯", ClauseNumber(12), "案例十二", "楼道灯"),
    ],
)
def test_a_clause_heading_gives_number_label_and_title(
    title: str, number: ClauseNumber, label: str, heading: str
) -> None:
    """Every way in which the seed's books number their clauses is understood, full-width or not."""
    assert parse_clause_heading(title) == (number, label, heading)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "停电通知",
        "第零条",
        "第〇条",
        "第条",
        "第一章",
        "第一条标题",
        "第一条(零)",
        "第六七十条",
        "(一)",
        "案例",
        "2024年",
        "第一条第二款第三项",
    ],
)
def test_a_heading_without_a_number_is_none(title: str) -> None:
    """What names no clause, or the clause nought, is not given one."""
    assert parse_clause_heading(title) is None


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_a_heading_is_read_as_it_is_printed(article: int, item: int) -> None:
    """第…条(…) in Chinese and in Arabic numerals is the number that it prints."""
    chinese = f"第{to_chinese(article)}条" + (f"({to_chinese(item)})" if item else "")
    arabic = f"第{article}条" + (f"({item})" if item else "")

    assert parse_clause_heading(chinese) == (ClauseNumber(article, 0, item), chinese, "")
    assert parse_clause_heading(arabic) == (ClauseNumber(article, 0, item), arabic, "")


@given(st.text(st.sampled_from("第条之()案例一二十百零〇0123、.: 款项甲"), max_size=14))
@example("第一条 " + " " * 2000 + "甲")
def test_any_heading_gives_a_number_or_none(title: str) -> None:
    """Where a number is found it is from 1 on, and the label is a part of what is printed."""
    found = parse_clause_heading(title)

    if found is not None:
        number, label, heading = found
        assert number.article >= 1
        assert number.item >= 0
        assert label in title
        assert title.rstrip().endswith(heading)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (ClauseNumber(67), "67"),
        (ClauseNumber(19, 0, 1), "19(1)"),
        (ClauseNumber(10, 1), "10-1"),
        (ClauseNumber(10, 1, 2), "10-1(2)"),
        (ClauseNumber(3, 0, 2, 1), "3(2)(1)"),
    ],
)
def test_a_number_is_written_as_ids_write_it(number: ClauseNumber, text: str) -> None:
    """Arabic digits, inserted articles behind a dash, items in brackets."""
    assert str(number) == text


def test_a_rule_book_is_read_whole() -> None:
    """Every field of the front matter and of the clauses is where it belongs, word for word."""
    problems: list[Problem] = []

    book, clauses = read_rule(text_file("rules/0017.md", FULL), problems)

    assert problems == []
    assert (book.id, book.title, book.short, book.kind) == ("0017", "供电规则", ("供规", "规则"), RuleKind.COMPANY)
    assert (book.issuer, book.document, book.edition, book.source) == ("电力部", "第8号令", "1996版", "引文")
    assert (book.in_force, book.ended, book.replaced_by) == (date(1996, 10, 8), date(2024, 6, 1), "新规则")
    assert (book.verified, book.preamble, book.path) == (True, "前言一句。\n前言二句。", PurePath("rules/0017.md"))
    assert [(clause.id, clause.label, clause.heading, clause.line) for clause in clauses] == [
        ("0017#1", "第一条", "目的", 23),
        ("0017#10-1", "第十条之一", "", 42),
        ("0017#19(2)", "第十九条(二)", "", 47),
    ]
    first = clauses[0]
    assert (first.text, first.note, first.questions) == ("为了供电。\n安全第一。", "甲。\n乙。", ("为了什么", "目的"))
    assert (clauses[1].text, clauses[1].note, clauses[1].questions) == ("插入的。", "", ())
    assert [clause.becomes for clause in clauses] == [("0018#2", "0018#3"), (), ()]
    assert (book.book, book.verified_by, book.verified_on) == ("0017", "张三", date(2026, 1, 2))
    assert all(clause.rule is book for clause in clauses)


def test_what_may_be_left_out_is_empty() -> None:
    """A book with the required fields alone has no dates, no successor and no other names."""
    problems: list[Problem] = []

    book, _ = read_rule(text_file("rules/plain.md", rule("plain")), problems)

    assert problems == []
    assert (book.short, book.issuer, book.document, book.edition, book.preamble) == ((), "", "", "", "")
    assert (book.in_force, book.ended, book.replaced_by, book.verified) == (None, None, None, False)
    assert (book.book, book.verified_by, book.verified_on) == ("plain", "", None)


@given(
    st.lists(st.sampled_from([*rule("a").splitlines(), "# 章", "### 说明", "## 第二条", "---", "甲", ""]), max_size=20)
)
def test_lines_in_any_order_are_read_or_named(lines: list[str]) -> None:
    """However the lines of a rule book are mixed up, reading doesn't raise and each Problem has a line of the file."""
    problems: list[Problem] = []

    read_rule(text_file("rules/a.md", "\n".join(lines)), problems)

    assert all(1 <= problem.line <= max(1, len(lines)) for problem in problems)
    assert all(problem.path == PurePath("rules/a.md") for problem in problems)


@given(st.text())
def test_any_text_is_at_least_one_problem(text: str) -> None:
    """Text that nobody meant as a rule book is never taken for one."""
    problems: list[Problem] = []

    read_rule(text_file("rules/a.md", text), problems)

    assert problems
    assert all(problem.line >= 1 for problem in problems)
