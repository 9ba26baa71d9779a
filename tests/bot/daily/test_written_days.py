"""Days as people write them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.written_days import MOST, DaysFault, read_days
from retrieval.numerals import to_chinese

Form = Callable[[date], str]
TODAY = date(2026, 11, 24)
AHEAD = st.dates(TODAY, TODAY + timedelta(days=730))
ANY_DAY = st.dates(date(2000, 1, 3), date(2098, 12, 31))


def chinese(number: int) -> str:
    """二〇二六, as years are read out."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


FORMS: tuple[Form, ...] = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f" {day.year} 年 {day.month:02d} 月 {day.day:02d} 号 ",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{chinese(day.year)}年{to_chinese(day.month)}月{to_chinese(day.day)}日",
)
SHORT_FORMS: tuple[Form, ...] = (
    lambda day: f"{day.month}月{day.day}日",
    lambda day: f"{day.month}月{day.day}",
    lambda day: f"{day.month}.{day.day}",
    lambda day: f"{day.month:02d}-{day.day:02d}",
    lambda day: f"{day.month}/{day.day}",
    lambda day: f"{to_chinese(day.month)}月{to_chinese(day.day)}号",
)


@given(AHEAD, st.sampled_from(FORMS))
def test_a_day_with_its_year_is_read_back(day: date, form: Form) -> None:
    """Whatever the spelling, the day is the one that was written."""
    assert read_days(form(day), TODAY) == (day,)


@given(ANY_DAY, st.integers(0, 364), st.sampled_from(SHORT_FORMS))
def test_a_day_without_its_year_is_the_next_one_or_past(today: date, ahead: int, form: Form) -> None:
    """Within half a year it is this coming one, unless it was in the half year before: then it is past, and nothing is guessed."""
    day = today + timedelta(days=ahead)
    read = read_days(form(day), today)

    if (day.month, day.day) == (2, 29):
        assert read in {(day,), DaysFault.PAST, DaysFault.TOO_FAR}
    elif ahead <= 181:
        assert read == (day,)
    else:
        assert read in {(day,), DaysFault.PAST}


@given(AHEAD, st.integers(0, MOST - 1), st.sampled_from(FORMS), st.sampled_from(["到", "至", "~", "～", " - ", "—"]))
def test_a_range_holds_every_day_between(first: date, length: int, form: Form, to: str) -> None:
    """Both ends included, in order, each once; nothing beyond two years."""
    days = tuple(first + timedelta(days=number) for number in range(length + 1))
    expected = days if days[-1] <= TODAY + timedelta(days=730) else DaysFault.TOO_FAR

    assert read_days(f"{form(first)}{to}{form(days[-1])}", TODAY) == expected


@given(st.integers(0, 181), st.integers(0, MOST - 1), st.sampled_from(SHORT_FORMS[:3]))
def test_a_range_without_years_goes_over_the_end_of_the_year(ahead: int, length: int, form: Form) -> None:
    """12月30日到1月2日 ends in the year after."""
    first = TODAY + timedelta(days=ahead)
    days = tuple(first + timedelta(days=number) for number in range(length + 1))

    assert read_days(f"{form(first)}到{form(days[-1])}", TODAY) == days


@given(st.text(alphabet="0123456789年月日号到至-./~、,一二三十今明后天 abc元旦", max_size=24), ANY_DAY)
def test_nonsense_is_a_fault_and_never_a_crash(text: str, today: date) -> None:
    """Any text gives days from today on, in order, each once and not too many, or says what is wrong."""
    read = read_days(text, today)

    if not isinstance(read, DaysFault):
        assert 1 <= len(read) <= MOST
        assert list(read) == sorted(set(read))
        assert today <= read[0]
        assert read[-1] <= today + timedelta(days=730)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月31日", [(12, 31)]),
        ("12.31", [(12, 31)]),
        ("12月31日。", [(12, 31)]),
        ("12-31", [(12, 31)]),
        ("今天", [(11, 24)]),
        ("明天、后天", [(11, 25), (11, 26)]),
        ("12月30日到31日", [(12, 30), (12, 31)]),
        ("12.30-31", [(12, 30), (12, 31)]),
        ("12月5日，12月8日", [(12, 5), (12, 8)]),
        ("十二月三十一号", [(12, 31)]),
    ],
)
def test_days_are_read_as_clerks_write_them(text: str, expected: list[tuple[int, int]]) -> None:
    """Single ones, the end of a range without its month, and several in a row."""
    assert read_days(text, TODAY) == tuple(date(2026, *day) for day in expected)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", DaysFault.UNREADABLE),
        ("元旦", DaysFault.UNREADABLE),
        ("31日", DaysFault.UNREADABLE),
        ("下周三休息", DaysFault.UNREADABLE),
        ("20261231", DaysFault.UNREADABLE),
        ("2月30日", DaysFault.NO_SUCH_DAY),
        ("13月1日", DaysFault.NO_SUCH_DAY),
        ("2027-02-29", DaysFault.NO_SUCH_DAY),
        ("11月20日", DaysFault.PAST),
        ("2026-11-23", DaysFault.PAST),
        ("11月20日到11月30日", DaysFault.PAST),
        ("2040-01-01", DaysFault.TOO_FAR),
        ("2026-12-31到2026-12-30", DaysFault.BACKWARDS),
        ("12月1日到1月1日", DaysFault.TOO_MANY),
    ],
)
def test_what_names_no_days_is_told_apart(text: str, fault: DaysFault) -> None:
    """Nonsense, days that there are not, past ones, ones too far away, ranges written backwards or too long."""
    assert read_days(text, TODAY) is fault
