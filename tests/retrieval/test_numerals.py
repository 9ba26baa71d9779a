"""Numbers as Chinese writes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.numerals import NUMERAL, parse_numeral, to_chinese


@given(st.integers(0, 9999))
def test_what_is_written_is_read_back(number: int) -> None:
    """Every number from 0 to 9,999 written in Chinese is read as itself, and found by NUMERAL as a whole."""
    written = to_chinese(number)

    assert parse_numeral(written) == number
    assert re.fullmatch(NUMERAL, written)


def test_every_number_is_written_in_its_own_way() -> None:
    """No two of the numbers 0 to 9,999 are written alike."""
    assert len({to_chinese(number) for number in range(10_000)}) == 10_000


@given(st.integers(0, 99_999))
def test_digits_are_read_in_any_script(number: int) -> None:
    """Arabic digits, and the same digits spoken one by one in Chinese, are the same number."""
    spoken = "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))

    assert parse_numeral(str(number)) == number
    assert parse_numeral(spoken) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("67", 67),
        ("067", 67),
        ("六十七", 67),
        ("六七", 67),
        ("十", 10),
        ("十五", 15),
        ("一十五", 15),
        ("两", 2),
        ("两百", 200),
        ("一百", 100),
        ("一百零二", 102),
        ("一百〇二", 102),
        ("一〇二", 102),
        ("一百二十", 120),
        ("一千零二十", 1020),
        ("捌拾叁", 83),
        ("壹佰零贰", 102),
        ("零", 0),
        ("〇", 0),
        ("九千九百九十九", 9999),
    ],
)
def test_a_numeral_is_read(written: str, number: int) -> None:
    """Numerals in digits, with units, spoken digit by digit and in the banker's forms are read."""
    assert parse_numeral(written) == number


@pytest.mark.parametrize(
    "text", ["", "头", "六七十", "十十", "百千", "一百一千", "零十", "第六", "6七", "六.七", "123456", "-1", "半"]
)
def test_what_is_no_numeral_is_none(text: str) -> None:
    """A text that stands for no number, or for one that is too long, gives None."""
    assert parse_numeral(text) is None


@given(st.text(alphabet="零〇一二两三四五六七八九十百千拾佰仟0123456789头万", max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """Whatever is put in, the result is None or a number from 0 to 99,999."""
    number = parse_numeral(text)

    assert number is None or 0 <= number <= 99_999


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (67, "六十七"),
        (100, "一百"),
        (102, "一百零二"),
        (110, "一百一十"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_written_as_rule_books_print_them(number: int, written: str) -> None:
    """十二 and not 一十二 below a hundred, one 零 for any gap."""
    assert to_chinese(number) == written


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    """Below 0 and above 9,999 there is a ValueError that names the number."""
    with pytest.raises(ValueError, match=str(number)):
        to_chinese(number)
