"""Small changes of files: what was wanted is read back, and nothing else is touched."""

import codecs
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.cases import read_case
from retrieval.content.edits import (
    add_question,
    add_synonym,
    mark_unverified,
    mark_verified,
    read_value,
    set_value,
)
from retrieval.content.lexicon import read_synonyms
from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile, parse_text_file
from retrieval.errors import EditError, PolicybotError, Problem
from retrieval.model import Case, Clause, ClauseNumber, Rule
from tests.retrieval.samples import CASE, RULE

WRITTEN: tuple[Callable[[str], bytes], ...] = (
    str.encode,
    lambda text: codecs.BOM_UTF8 + text.encode(),
    lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    lambda text: text.encode("gb18030"),
)
"""A text as the programs of offices save it."""
BOOK = RULE.format(id="book") + "## 第二条(一)\n收费要开票。\n\n## 第三条\n不准乱收费。\n### 说明\n原文如此。\n"
CASEBOOK = CASE.format(id="one")
SYNONYMS = "# 停电\n掐电, 拉闸 => 停电\n\n电表, 火表\n# 完\n"
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(":#'\"-[]{}&*!|>%@`?, 停电😀"),
    max_size=30,
)
STYLES = st.sampled_from(WRITTEN)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
TAKEAWAYS = st.sampled_from(
    [
        "takeaway: 先通知,再停电。",
        "takeaway:   先通知  # 备注",
        "takeaway: '先''通知: 再停电'  ",
        'takeaway: "先通知"',
        "takeaway: 先通知\n  再停电",
        "takeaway: >-\n  先通知\n  再停电",
        "takeaway: |\n  先通知\n\n# 备注",
        "takeaway:\n  先通知",
        "takeaway: &a 先通知",
    ]
)
"""One key, as YAML lets it be written."""


def file_of(content: bytes, name: str) -> TextFile:
    """A file, as the reader of the folder sees it."""
    file = parse_text_file(PurePath(name), content)
    assert isinstance(file, TextFile)
    return file


def case_of(content: bytes) -> Case:
    """A sound case."""
    problems: list[Problem] = []
    case, _ = read_case(file_of(content, "one.md"), problems)
    assert problems == []
    return case


def book_of(content: bytes) -> tuple[Rule, tuple[Clause, ...]]:
    """A sound rule book, the places of its clauses left out."""
    problems: list[Problem] = []
    rule, clauses = read_rule(file_of(content, "book.md"), problems)
    assert problems == []
    return rule, tuple(replace(clause, line=0) for clause in clauses)


def synonyms_of(content: bytes) -> dict[str, str]:
    """A sound list."""
    problems: list[Problem] = []
    found = read_synonyms(file_of(content, "synonyms.txt"), problems)
    assert problems == []
    return found


def lines_of(content: bytes) -> list[str]:
    """The lines with their ends."""
    text = content.decode("utf-8")
    return re.findall("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


# ---- the front matter


@given(TAKEAWAYS, TEXTS, STYLES, ENDS)
def test_a_value_is_read_back_or_refused(written: str, value: str, save: Callable[[str], bytes], end: str) -> None:
    """Whatever is typed: the case differs in its takeaway alone, the lines of other keys and the body are as they were, and so is the encoding."""
    text = CASEBOOK.replace("takeaway: 先通知,再停电。", written).replace("\n", end)
    content = save(text)
    before = case_of(content)
    try:
        changed = set_value(content, "takeaway", value)
    except EditError:
        assert not value.strip() or "\ufffe" in value or "\uffff" in value
        return

    assert case_of_any_length(changed) == replace(before, takeaway=" ".join(value.split()))
    head, tail = text[: text.index("takeaway")], text[text.index(f"---{end}##") :]
    assert changed.startswith(save(head))
    assert changed.endswith(save(tail).removeprefix(save("")))
    assert ("# 备注" in text) == (save("# 备注").removeprefix(save("")) in changed)
    assert set_value(content, "takeaway", before.takeaway) is not None


def case_of_any_length(content: bytes) -> Case:
    """A case that is sound but for the length of its takeaway."""
    problems: list[Problem] = []
    case, _ = read_case(file_of(content, "one.md"), problems)
    assert all("最多" in problem.message for problem in problems)
    return case


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("先通知，再停电", "takeaway: 先通知，再停电"),
        ("注意: 先通知", "takeaway: '注意: 先通知'"),
        ("先通知 # 再停电", "takeaway: '先通知 # 再停电'"),
        ("- 先通知", "takeaway: '- 先通知'"),
        ("'先'通知", "takeaway: '''先''通知'"),
        ('"先"通知', "takeaway: '\"先\"通知'"),
        ("⚡先  通知\t", "takeaway: ⚡先 通知"),
        ("[先]通知", "takeaway: '[先]通知'"),
        ("yes", "takeaway: yes"),
    ],
)
def test_a_value_is_quoted_where_it_must_be(value: str, line: str) -> None:
    """As the guide for editors has it: single quotes, and only where YAML would read something else."""
    changed = set_value(CASEBOOK.encode(), "takeaway", value)

    assert changed.decode() == CASEBOOK.replace("takeaway: 先通知,再停电。", line)


@pytest.mark.parametrize(
    ("value", "said"),
    [("先\n停", "一行"), ("  ", "空"), ("先\x00停", "字符"), ("先\ud83d停", "字符"), ("先\u2028停", "一行")],
)
def test_what_a_file_does_not_take_is_refused(value: str, said: str) -> None:
    """Several lines, nothing, control characters, half of a pair: said in Chinese, and one of this project's errors."""
    with pytest.raises(PolicybotError, match=said):
        set_value(CASEBOOK.encode(), "takeaway", value)
    with pytest.raises(EditError, match=said):
        add_question(CASEBOOK.encode(), value)
    with pytest.raises(EditError, match=said):
        add_synonym(SYNONYMS.encode(), ["停电", value])


@given(STYLES, ENDS, TEXTS.filter(lambda name: name.strip() and not re.search("[\ufffe\uffff]", name)))
def test_a_book_is_verified_and_unverified(save: Callable[[str], bytes], end: str, name: str) -> None:
    """Who and when stand behind `verified`; taking it back leaves the file byte for byte as it was."""
    content = save(BOOK.replace("\n", end))
    rule, clauses = book_of(content)

    verified = mark_verified(content, name, date(2026, 11, 24))

    now, same = book_of(verified)
    assert now == replace(rule, verified=True, verified_by=" ".join(name.split()), verified_on=date(2026, 11, 24))
    assert [replace(clause, rule=rule) for clause in same] == list(clauses)
    keys = [line.partition(":")[0] for line in file_of(verified, "book.md").lines[:9]]
    assert keys[4:7] == ["verified", "verified_by", "verified_on"]
    assert mark_unverified(verified) == content
    again = mark_verified(verified, "乙", date(2026, 12, 1))
    assert book_of(again)[0].verified_by == "乙"


def test_a_missing_key_goes_to_the_end_of_the_block() -> None:
    """Also where a remark is the last line of it."""
    text = RULE.format(id="book").replace("source: 试验", "source: 试验\n# 备注")

    assert set_value(text.encode(), "issuer", "国务院").decode() == text.replace("# 备注", "# 备注\nissuer: 国务院")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CASEBOOK.replace("takeaway:", "takeaway: 甲\ntakeaway:"), "写了两遍"),
        (CASEBOOK.replace("takeaway: ", "takeaway："), "第 8 行"),
        (CASEBOOK.replace("---\n", "", 1), "三个减号"),
        (CASEBOOK.replace("takeaway: 先通知,再停电。", "takeaway: [甲]"), "一段文字"),
        (CASEBOOK.replace("title: 没有通知就停电", "title: &a 甲").replace("先通知,再停电。", "*a"), ""),
    ],
)
def test_a_file_with_a_fault_is_left_alone(text: str, said: str) -> None:
    """What can't be read can't be changed either, and the line is named."""
    if said:
        with pytest.raises(EditError, match=said):
            set_value(text.encode(), "takeaway", "乙")
    else:
        for key in ("title", "takeaway"):
            with pytest.raises(EditError, match="请在文件里改"):
                set_value(text.encode(), key, "乙")
    with pytest.raises(EditError, match="读不出来"):
        set_value(b"PK\x03\x04", "takeaway", "乙")


def test_values_are_read() -> None:
    """As the reader has them; an absent key is empty."""
    assert read_value(CASEBOOK.encode(), "takeaway") == "先通知,再停电。"
    assert read_value(CASEBOOK.encode(), "issuer") == ""


# ---- alternate questions


@given(TEXTS, STYLES, ENDS, st.sampled_from([None, 1, 2, 3]), st.booleans(), st.booleans())
def test_a_question_is_read_back_or_refused(
    question: str, save: Callable[[str], bytes], end: str, article: int | None, cut: bool, missing: bool
) -> None:
    """Whatever is typed, to a case or a clause, with a list or without: it is the last of the list, and every other line is as it was."""
    text = CASEBOOK if article is None else BOOK
    if missing:
        text = re.sub("#+ 问法\n- .*\n\n?", "", text)
    text = (text.rstrip("\n") if cut else text).replace("\n", end)
    content = save(text)
    number = None if article is None else ClauseNumber(article, 0, 1 if article == 2 else 0)
    try:
        changed = add_question(content, question, number)
    except EditError:
        assert not question.strip() or "\ufffe" in question or "\uffff" in question
        return

    said = " ".join(question.split())
    if article is None:
        before = case_of(content)
        assert case_of(changed) == replace(before, questions=(*before.questions, said))
    else:
        rule, clauses = book_of(content)
        assert book_of(changed) == (
            rule,
            tuple(
                replace(each, questions=(*each.questions, said)) if each.number == number else each for each in clauses
            ),
        )
    before_lines, after_lines = list(file_of(content, "a").lines), list(file_of(changed, "a").lines)
    for line in before_lines:  # in their order, none lost
        while after_lines and after_lines[0] != line:
            assert after_lines.pop(0) in {"", "## 问法", "### 问法", f"- {said}"}
        after_lines.pop(0)
    assert len(after_lines) <= 4


def test_a_question_goes_behind_the_others() -> None:
    """With the mark that the list has; blank lines below stay where they were."""
    text = CASEBOOK.replace("- 没说就停了", "* 没说就停了")

    assert add_question(text.encode(), "咋停了").decode() == text.replace("没说就停了", "没说就停了\n* 咋停了")


def test_a_list_is_made_where_it_belongs() -> None:
    """In a case before the quiz, in a clause at its end; with blank lines where the file has them."""
    case = CASEBOOK.replace("## 问法\n- 没说就停了\n\n", "")
    assert add_question(case.encode(), "咋停了").decode() == case.replace("## 考", "## 问法\n- 咋停了\n\n## 考")

    changed = add_question(BOOK.encode(), "要发票吗", ClauseNumber(2, 0, 1)).decode()
    assert changed == BOOK.replace("收费要开票。\n", "收费要开票。\n\n### 问法\n- 要发票吗\n")
    dense = BOOK.replace("\n\n", "\n")
    changed = add_question(dense.encode(), "要发票吗", ClauseNumber(2, 0, 1)).decode()
    assert changed == dense.replace("收费要开票。\n", "收费要开票。\n### 问法\n- 要发票吗\n")


def test_a_question_that_is_there_is_not_added_again() -> None:
    """Nor one to a clause that is not there, nor to a file with a fault anywhere."""
    with pytest.raises(EditError, match="已经有"):
        add_question(CASEBOOK.encode(), " 没说就停了 ")
    with pytest.raises(EditError, match="没有这一条"):
        add_question(BOOK.encode(), "咋停了", ClauseNumber(9))
    with pytest.raises(EditError, match="第 10 行"):
        add_question(CASEBOOK.replace("## 事件过程\n", "").encode(), "咋停了")


# ---- synonyms


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["停电", "掐电", "火表", "新词儿"]), STYLES, ENDS)
def test_synonyms_are_read_back_or_refused(words: list[str], held: str, save: Callable[[str], bytes], end: str) -> None:
    """Whatever is typed: the new words stand for the term of their group, every other group is as it was, every other line too."""
    content = save(SYNONYMS.replace("\n", end))
    before = synonyms_of(content)
    try:
        changed = add_synonym(content, [held, *words])
    except EditError:
        return

    after = synonyms_of(changed)
    assert {word: after[word] for word in before} == before
    assert {after[word] for word in after.keys() - before.keys()} == {before.get(held, held)}
    gone = set(file_of(content, "a").lines) - set(file_of(changed, "a").lines)
    assert len(gone) == (1 if held in before else 0)


def test_words_join_the_group_that_holds_one_of_them() -> None:
    """Left of the arrow, or at the end of a line without one; else there is a new line, below a remark that is made once."""
    joined = add_synonym(SYNONYMS.encode(), ["断电", "掐电", "没电了"])
    assert joined.decode() == SYNONYMS.replace("拉闸 =>", "拉闸, 断电, 没电了 =>")
    assert add_synonym(SYNONYMS.encode(), ["电表", "表盘"]).decode() == SYNONYMS.replace("火表", "火表, 表盘")

    made = add_synonym(SYNONYMS.encode(), ["抄表", "看表"])
    assert made.decode() == f"{SYNONYMS}\n# ---- 在聊天里加的 ----\n看表 => 抄表\n"
    assert add_synonym(made, ["电费", "电钱"]).decode() == f"{made.decode()}电钱 => 电费\n"
    assert synonyms_of(add_synonym(b"", ["电费", "电钱"])) == {"电费": "电费", "电钱": "电费"}


def test_words_join_one_that_stands_alone() -> None:
    """In the list of circumstances a word may have a line of its own; it becomes the standard term."""
    assert add_synonym("# 天气\n雾霾\n大风\n".encode(), ["雾霾", "大雾"]).decode() == "# 天气\n雾霾, 大雾\n大风\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["停电", "电表"], "两组"),
        (["停电", "拉闸"], "已经在一组"),
        (["停电", "停電"], "两个不一样"),
        (["停电", "断"], "一个字"),
        (["停电", "断电,没电"], "逗号"),
        (["停电", "断电﹑没电"], "顿号"),
        (["停电", "断电=>没电"], "箭头"),
        (["停电", "#断电"], "#"),
    ],
)
def test_words_that_can_not_be_joined_are_refused(words: list[str], said: str) -> None:
    """And why is said."""
    with pytest.raises(EditError, match=said):
        add_synonym(SYNONYMS.encode(), words)


def test_the_shipped_files_can_be_edited(folder_files: dict[str, bytes]) -> None:
    """Each case, each rule book and the list of synonyms: one line more or one changed."""
    for name, content in folder_files.items():
        before = lines_of(content)
        if name.startswith("cases/"):
            after = lines_of(set_value(content, "takeaway", "先通知: 再停电"))
            assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
            after = lines_of(add_question(content, "新问法"))
        elif name.startswith("rules/"):
            after = lines_of(mark_unverified(mark_verified(content, "孙主任", date(2026, 11, 24))))
            assert len(after) == len(before) - 2 * (b"verified_by" in content)
            continue
        else:
            after = lines_of(add_synonym(content, ["停电", "电没得了"]))
            assert len(after) == len(before)
            continue
        assert len(after) == len(before) + 1
        after.remove("- 新问法\n")
        assert after == before


@pytest.fixture
def folder_files(folder: Path) -> dict[str, bytes]:
    """The shipped files that are edited in the chat."""
    paths = [*folder.glob("cases/*.md"), *folder.glob("rules/*.md"), folder / "lexicon" / "synonyms.txt"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
