"""Times of the day as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.written_times import read_time
from retrieval.numerals import to_chinese


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:30", "08:30"),
        ("8：30", "08:30"),
        ("20:30", "20:30"),
        ("0830", "08:30"),
        ("8.30", "08:30"),
        ("8点", "08:00"),
        ("8点整", "08:00"),
        ("8点钟", "08:00"),
        ("8点半", "08:30"),
        ("八点半", "08:30"),
        ("八点零五", "08:05"),
        ("十点四十五分", "10:45"),
        ("二十点三十", "20:30"),
        ("八点三刻", "08:45"),
        ("下午两点一刻", "14:15"),
        ("下午 2 点", "14:00"),
        ("下午14点", "14:00"),
        ("中午十二点", "12:00"),
        ("中午一点", "13:00"),
        ("晚上八点", "20:00"),
        ("早上7:45", "07:45"),
    ],
)
def test_times_are_read_as_people_write_them(text: str, expected: str) -> None:
    """In digits and in words, with halves and quarters, in the half of the day that is named."""
    assert read_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "8", "25:00", "8:60", "8:5", "二十五点", "八点七十", "上午14点", "晚上12点", "早上11点到12点", "半", "不知道"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    """A bare number, an hour that the day or its part does not have, and everything else."""
    assert read_time(text) is None


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_can_be_written(hour: int, minute: int) -> None:
    """In each spelling it is the same minute."""
    expected = f"{hour:02d}:{minute:02d}"
    spoken = f"零{to_chinese(minute)}" if minute < 10 else to_chinese(minute)

    for text in (expected, f"{hour}:{minute:02d}", f"{hour}点{minute}分", f"{to_chinese(hour)}点{spoken}"):
        assert read_time(text) == expected


@given(st.text(alphabet="0123456789:点时分半刻一二三十下午早上晚零 ", max_size=12))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Nothing crashes, and what is read is a time."""
    read = read_time(text)

    assert read is None or (0 <= int(read[:2]) < 24 and 0 <= int(read[3:]) < 60)
