"""The station's word lists."""

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content.lexicon import read_circumstances, read_statutes, read_synonyms, read_terms
from retrieval.errors import Problem
from retrieval.text import normalise
from tests.retrieval.samples import text_file

WORDS = st.text(st.sampled_from("停电掐拉闸断供抄表费欠ab１"), min_size=2, max_size=5)


def terms_of(text: str) -> tuple[tuple[tuple[str, int | None], ...], list[Problem]]:
    """Read a dictionary."""
    problems: list[Problem] = []
    return read_terms(text_file("lexicon/terms.txt", text), problems), problems


def synonyms_of(text: str) -> tuple[dict[str, str], list[Problem]]:
    """Read synonyms."""
    problems: list[Problem] = []
    return read_synonyms(text_file("lexicon/synonyms.txt", text), problems), problems


def test_a_dictionary_is_read_as_jieba_reads_it() -> None:
    """Word, frequency and part of speech, the last two or either of them left out; remarks and blank lines are passed over."""
    terms, problems = terms_of("# 词\n\n停电通知 1000 n\n  欠费户 5\n抄表例日 n\n家保\n  # 又一句\nＵＰＳ電源 3\n")

    assert problems == []
    assert terms == (("停电通知", 1000), ("欠费户", 5), ("抄表例日", None), ("家保", None), ("ups电源", 3))


@given(st.dictionaries(WORDS.map(normalise), st.none() | st.integers(0, 10**9 - 1), max_size=8))
def test_a_written_dictionary_is_read_back(words: dict[str, int | None]) -> None:
    """Any set of words and frequencies comes back in its order."""
    text = "\n".join(word if frequency is None else f"{word} {frequency} n" for word, frequency in words.items())

    assert terms_of(text) == (tuple(words.items()), [])


@pytest.mark.parametrize("written", ["停电 很多", "停电 1.5 n", "停电 -3", "停电 ²", "停电 n 5", "停电 通知 单 n"])
def test_a_line_that_is_no_entry_is_named(written: str) -> None:
    """A frequency that is no number, and too many parts, are Problems at their line, and the line is left out."""
    terms, problems = terms_of(f"抄表\n{written}\n欠费")

    assert [word for word, _ in terms] == ["抄表", "欠费"]
    assert [problem.line for problem in problems] == [2]


def test_a_frequency_of_five_thousand_digits_is_a_problem() -> None:
    """However long a number is, it is a Problem or a number, and no exception."""
    terms_of("停电 " + "9" * 5000)


def test_synonyms_are_read_in_both_notations() -> None:
    """With an arrow the right side is the standard, without one the first; every way, the standard too, leads to it."""
    synonyms, problems = synonyms_of("# 说法\n掐电，拉閘 => 停电\n\n电表, 火表, ＤＩＡＮ表\n")

    assert problems == []
    assert synonyms == {
        "停电": "停电",
        "掐电": "停电",
        "拉闸": "停电",
        "电表": "电表",
        "火表": "电表",
        "dian表": "电表",
    }


@given(
    st.lists(st.lists(WORDS.map(normalise), min_size=2, max_size=4, unique=True), max_size=4).filter(
        lambda groups: len({word for group in groups for word in group}) == sum(map(len, groups))
    )
)
def test_written_synonyms_are_read_back(groups: list[list[str]]) -> None:
    """Any groups without a common word come back, each way under its own standard, in either notation."""
    due = {word: group[0] for group in groups for word in group}

    assert synonyms_of("\n".join(", ".join(group) for group in groups)) == (due, [])
    assert synonyms_of("\n".join(f"{','.join(group[1:])}=>{group[0]}" for group in groups)) == (due, [])


@pytest.mark.parametrize(
    "line",
    ["掐电 =>", "=> 停电", "掐电, => 停电", "掐电 => 停电, 断电", "掐电 => 停电 => 断电", "掐电、拉闸 => 停电", ","],
)
def test_a_line_that_is_no_group_is_named(line: str) -> None:
    """A group with a hole, with two standards or with the wrong comma is a Problem at its line and gives no synonyms."""
    synonyms, problems = synonyms_of(f"电表, 火表\n{line}")

    assert synonyms == {"电表": "电表", "火表": "电表"}
    assert [problem.line for problem in problems] == [2]


def test_circumstances_are_read_as_synonyms_are() -> None:
    """The lines are those of synonyms, and a word may stand alone."""
    problems: list[Problem] = []
    text = "# 在哪\n\n火锅店，早餐店 => 餐飲店\n雾霾\n拜年, 元宵\n"

    found = read_circumstances(text_file("lexicon/circumstances.txt", text), problems, {})

    assert problems == []
    assert found == {
        "餐饮店": "餐饮店",
        "火锅店": "餐饮店",
        "早餐店": "餐饮店",
        "雾霾": "雾霾",
        "拜年": "拜年",
        "元宵": "拜年",
    }


def test_a_word_of_the_synonyms_is_no_circumstance_too() -> None:
    """Each word that the synonyms hold is a Problem at its line, which names their group."""
    problems: list[Problem] = []
    synonyms, _ = synonyms_of("火锅, 烧烤 => 餐馆美食")

    found = read_circumstances(
        text_file("lexicon/circumstances.txt", "雾霾\n火锅店, 火锅 => 餐饮店"), problems, synonyms
    )

    assert found == {"雾霾": "雾霾", "餐饮店": "餐饮店", "火锅店": "餐饮店"}
    assert [problem.line for problem in problems] == [2]
    assert "“火锅”已经在 synonyms.txt 的“餐馆美食”那一组里了" in problems[0].message


def test_a_way_in_two_groups_stays_in_the_first() -> None:
    """The second group is a Problem that names the first one's line; a word twice in one group is none."""
    synonyms, problems = synonyms_of("掐电, 掐电 => 停电\n停电, 断供")

    assert (synonyms["掐电"], synonyms["停电"]) == ("停电", "停电")
    assert [(problem.line, "第 1 行" in problem.message) for problem in problems] == [(2, True)]


@given(st.text(st.sampled_from("停电掐=> ,，、#\n1n\t"), max_size=50))
def test_any_text_is_words_or_problems(text: str) -> None:
    """Reading never raises, Problems have a line of the file, and no word of one character is taken."""
    for words, problems, path in ((*terms_of(text), "terms"), (*synonyms_of(text), "synonyms")):
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)
        assert all(problem.path == PurePath("lexicon", f"{path}.txt") for problem in problems)
        assert all(len(word) >= 2 for word in (words if isinstance(words, dict) else dict(words)))


def test_every_standard_stands_for_itself_and_is_no_way_of_another() -> None:
    """Two lines of the file can't lead from a way over a standard to another one."""
    synonyms, problems = synonyms_of("掐电 => 停电\n停电 => 断供")

    assert [problem.line for problem in problems] == [2]
    assert all(synonyms[standard] == standard for standard in synonyms.values())


def test_statute_words_of_all_groups_of_a_word_are_joined() -> None:
    """A word may be in several groups; it then speaks of the words of all of them, each once."""
    problems: list[Problem] = []

    read = read_statutes(
        text_file("lexicon/statutes.txt", "# 杆\n电杆, 电线杆 => 电力设施, 杆塔\n\n电杆 => 杆塔，供电设施\n"), problems
    )

    assert problems == []
    assert read == {"电杆": ("电力设施", "杆塔", "供电设施"), "电线杆": ("电力设施", "杆塔")}
