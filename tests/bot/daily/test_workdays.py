"""Workdays, as the State Council's notice and the station have them."""

from datetime import date, timedelta

import pytest

from bot.daily.workdays import Workdays


def days(month: int, *numbers: int) -> list[date]:
    """Days of one month of 2026."""
    return [date(2026, month, number) for number in numbers]


HOLIDAYS = {
    "元旦": days(1, 1, 2, 3),
    "春节": days(2, 15, 16, 17, 18, 19, 20, 21, 22, 23),
    "清明": days(4, 4, 5, 6),
    "劳动节": days(5, 1, 2, 3, 4, 5),
    "端午": days(6, 19, 20, 21),
    "中秋": days(9, 25, 26, 27),
    "国庆节": days(10, 1, 2, 3, 4, 5, 6, 7),
}
"""The State Council's notice for 2026."""
MADE_UP = [*days(1, 4), *days(2, 14, 28), *days(5, 9), *days(9, 20), *days(10, 10)]
PLAIN = Workdays({})
SATURDAY_WORKED = date(2026, 10, 10)
SUNDAY_WORKED = date(2026, 1, 4)


@pytest.mark.parametrize(("name", "day"), [(name, day) for name, listed in HOLIDAYS.items() for day in listed])
def test_public_holidays_are_free(name: str, day: date) -> None:
    """On each public holiday of 2026 nobody works, and its name is told."""
    assert not PLAIN.is_workday(day)
    assert PLAIN.why(day) == name


@pytest.mark.parametrize("day", MADE_UP)
def test_made_up_days_are_worked(day: date) -> None:
    """Each make-up day of 2026, though a weekend, is worked."""
    assert day.isoweekday() > 5
    assert PLAIN.is_workday(day)
    assert PLAIN.why(day) == "调休上班"


def test_all_other_days_of_the_year_follow_the_week() -> None:
    """What the notice does not name is a workday from Monday to Friday and free at weekends."""
    named = {day for listed in HOLIDAYS.values() for day in listed} | set(MADE_UP)
    others = {date(2026, 1, 1) + timedelta(days=number) for number in range(365)} - named

    assert len(others) == 365 - 33 - 6
    for day in others:
        assert PLAIN.is_workday(day) == (day.isoweekday() <= 5)
        assert PLAIN.why(day) == ("工作日" if day.isoweekday() <= 5 else "周末")


def test_the_station_arranges_otherwise_both_ways() -> None:
    """An exception makes a holiday a workday and a workday free, and is named as the reason."""
    eve, monday, made_up = date(2026, 10, 1), date(2026, 11, 23), SATURDAY_WORKED
    own = Workdays({eve: True, monday: False, made_up: False})

    assert own.is_workday(eve)
    assert not own.is_workday(monday)
    assert not own.is_workday(made_up)
    assert {own.why(day) for day in (eve, monday, made_up)} == {"本站另有安排"}
    assert own.why(date(2026, 10, 2)) == "国庆节"


def test_exceptions_are_taken_as_they_were() -> None:
    """What is changed afterwards in the mapping handed over changes nothing."""
    exceptions = {date(2026, 11, 23): False}
    own = Workdays(exceptions)
    exceptions.clear()

    assert not own.is_workday(date(2026, 11, 23))


@pytest.mark.parametrize("year", [1999, 2003, 2035, 2100])
def test_beyond_the_data_the_week_counts(year: int) -> None:
    """In years that the data do not hold, Monday to Friday are workdays, National Day too, and the reason says so."""
    for number in range(14):
        day = date(year, 9, 25) + timedelta(days=number)
        assert PLAIN.is_workday(day) == (day.isoweekday() <= 5)
        assert PLAIN.why(day) == "按周一到周五推算"


def test_exceptions_hold_beyond_the_data() -> None:
    """The station may name its holidays where the data end."""
    new_year = date(2099, 1, 1)

    assert PLAIN.is_workday(new_year)
    assert not Workdays({new_year: False}).is_workday(new_year)
    assert Workdays({new_year: False}).why(new_year) == "本站另有安排"


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 2, 13), date(2026, 2, 14)),
        (date(2026, 2, 14), date(2026, 2, 24)),
        (date(2025, 12, 31), date(2026, 1, 4)),
    ],
)
def test_the_next_workday_leaps_over_what_is_free(day: date, following: date) -> None:
    """Weekends and holidays are skipped, make-up days are not."""
    assert PLAIN.next_workday(day) == following


def test_the_next_workday_obeys_the_station() -> None:
    """A day that the station takes off is skipped, one that it adds is not."""
    own = Workdays({date(2026, 11, 25): False, date(2026, 11, 28): True})

    assert own.next_workday(date(2026, 11, 24)) == date(2026, 11, 26)
    assert own.next_workday(date(2026, 11, 27)) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 24), 1),
        (date(2026, 11, 20), date(2026, 11, 27), 5),
        (date(2026, 9, 30), date(2026, 10, 10), 3),
        (date(2026, 11, 27), date(2026, 11, 20), 0),
        (date(2025, 12, 31), date(2026, 12, 31), 248),
    ],
)
def test_workdays_are_counted_after_the_first_day(first: date, last: date, count: int) -> None:
    """The first day does not count, the last one does; backwards there are none."""
    assert PLAIN.workdays_between(first, last) == count


def test_counting_and_stepping_agree() -> None:
    """Each step to the next workday is one more in the count."""
    start = day = date(2026, 1, 30)
    for count in range(1, 40):
        day = PLAIN.next_workday(day)
        assert PLAIN.workdays_between(start, day) == count


@pytest.mark.parametrize(
    ("day", "weekdays", "due"),
    [
        (date(2026, 11, 23), "", True),
        (date(2026, 11, 23), "135", True),
        (date(2026, 11, 24), "135", False),
        (date(2026, 11, 25), "135", True),
        (date(2026, 11, 28), "", False),
        (date(2026, 11, 28), "6", False),
        (date(2026, 10, 2), "135", False),
        (date(2026, 10, 2), "", False),
        (SATURDAY_WORKED, "", True),
        (SATURDAY_WORKED, "135", False),
        (SATURDAY_WORKED, "12345", False),
        (SATURDAY_WORKED, "123456", True),
        (SUNDAY_WORKED, "", True),
        (SUNDAY_WORKED, "6", False),
        (SUNDAY_WORKED, "7", True),
        (date(2030, 1, 1), "2", True),
    ],
)
def test_a_team_is_due_on_its_weekdays_that_are_worked(day: date, weekdays: str, due: bool) -> None:
    """No weekdays means every workday; otherwise the day must be one of them and a workday."""
    assert PLAIN.is_due(day, weekdays) is due


def test_a_day_that_the_station_adds_is_due() -> None:
    """An exception makes a Saturday due like a make-up day, and a Monday not due."""
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    own = Workdays({saturday: True, monday: False})

    assert own.is_due(saturday, "")
    assert own.is_due(saturday, "36")
    assert not own.is_due(saturday, "135")
    assert not own.is_due(monday, "")
    assert not own.is_due(monday, "135")


def test_the_end_of_the_data_is_found_out() -> None:
    """The last day is known as such, and the one after it is guessed."""
    end = PLAIN.data_end()

    assert end >= date(2026, 12, 31)
    assert PLAIN.why(end) != "按周一到周五推算"
    assert PLAIN.why(end + timedelta(days=1)) == "按周一到周五推算"


def test_the_admin_is_warned_a_month_ahead() -> None:
    """Nothing is said until a month before the end; then the last day is named, and after it that it is past."""
    end = PLAIN.data_end()
    until = f"{end.year}年{end.month}月{end.day}日"

    assert PLAIN.warning(end - timedelta(days=32)) is None
    for day in (end - timedelta(days=31), end):
        assert f"只到{until}" in str(PLAIN.warning(day))
    for day in (end + timedelta(days=1), end + timedelta(days=900)):
        assert f"已于{until}到期" in str(PLAIN.warning(day))
