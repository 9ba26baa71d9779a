"""One form for what means the same."""

from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.model import KnowledgeBase
from retrieval.text import normalise

INVISIBLE = "\u00ad\u200b\u200d\u200e\u202a\u2060\ufe0f\ufeff\x00\x1f\x7f"
WRITING = st.text(
    st.sampled_from(
        "停电通知供营业规则第六十七条欠费與電錶應該準後裡頭Ａｚ０９,。？ \u3000\n\tAbZ19㈠①㎡ﬁ😀" + INVISIBLE
    ),
    max_size=40,
)


@given(WRITING)
@example("ＡＢ㎏\u3000電錶\u200b")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """What is in the compared form stays as it is."""
    assert normalise(normalise(text)) == normalise(text)


def test_normalising_twice_is_normalising_once_for_a_character_with_two_steps() -> None:
    """A character whose simplified form is itself the traditional form of another is brought to the last one."""
    assert normalise(normalise("薴")) == normalise("薴")


@given(st.text(st.characters()))
def test_the_compared_form_is_tidy(text: str) -> None:
    """Whatever is put in, there is no upper-case ASCII letter, no invisible character and no blank but single ones inside."""
    plain = normalise(text)

    assert plain == " ".join(plain.split())
    assert not any(character in plain for character in INVISIBLE)
    assert not any("A" <= character <= "Z" for character in plain)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("营业规则６７条", "营业规则67条"),
        ("（一）", "(一)"),
        ("，？！：；", ",?!:;"),
        ("ＫＷＨ", "kwh"),
        ("供電營業規則第六十七條", "供电营业规则第六十七条"),
        ("電錶裡頭的數", "电表里头的数"),
        ("停\u200b电\ufeff通\u00ad知", "停电通知"),
        ("  停电 \n\t 通知\u3000", "停电 通知"),
        ("㎡", "m2"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_writing_that_looks_different_becomes_the_same(written: str, plain: str) -> None:
    """Full-width, traditional, upper-case, invisible and white characters are brought to their plain form."""
    assert normalise(written) == plain


@given(WRITING, st.sampled_from(INVISIBLE), st.integers(0, 40))
def test_an_invisible_character_changes_nothing(text: str, invisible: str, place: int) -> None:
    """What can't be seen does not count, wherever it stands."""
    assert normalise(text[:place] + invisible + text[place:]) == normalise(text)


def test_half_an_emoji_counts_nothing() -> None:
    r"""A lone surrogate, which JSON may hold as \ud83d, is no character and does not make it raise."""
    assert normalise("停\ud83d电\udcff") == "停电"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("屋企冇人 我可唔可以入去整", "家里没有人 我可不可以入去整"),
        ("佢唔肯俾錢點算", "他不肯给钱怎么办"),
        ("係咪要提前通知", "是不是要提前通知"),
        ("屋头没得人 啷个办", "家里没有人 怎么办"),
        ("俺家表箱门掉了中不中", "我家表箱门掉了行不行"),
    ],
)
def test_dialects_are_brought_to_the_common_language(said: str, meant: str) -> None:
    """Words that only a dialect has are compared by what they say."""
    assert normalise(said) == meant


def test_words_of_the_common_language_are_no_dialect() -> None:
    """联系, 关系 and 系统 hold a character that a dialect uses otherwise."""
    for text in ("联系用户", "产权关系", "系统停电", "低压供电系统"):
        assert normalise(text) == text


def test_the_words_of_dialects_change_no_shipped_rule(knowledge: KnowledgeBase) -> None:
    """No word of a dialect stands in a rule or in what a case tells."""
    lines = files("retrieval").joinpath("dialect.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" = ")[0] for line in lines if " = " in line]
    texts = [clause.text for clause in knowledge.clauses]
    texts += [section.text for case in knowledge.cases for section in case.sections]

    assert len(words) > 100
    assert not [(word, text) for word in words for text in texts if word in text]
