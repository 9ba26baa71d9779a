"""Who was due a case, whom it reached, who has read it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.report import DueCase, Period, Tally, build_report, streak

TODAY = date(2026, 11, 24)
READ = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
STATES = ("waiting", "sending", "sent", "unknown", "failed", "cancelled")
DAYS = st.integers(-40, 10).map(lambda days: TODAY + timedelta(days=days))
ANY_DAY = st.dates(date(1990, 1, 1), date(2200, 1, 1))


def due(
    day: date = TODAY,
    state: str = "sent",
    read: bool = False,
    user: int = 1,
    team: str = "抢修班",
    right: int = 0,
    wrong: int = 0,
    case: str = "a",
    delivery: int = 0,
    name: str = "",
) -> DueCase:
    """One copy of a case."""
    return DueCase(
        day,
        team,
        user,
        name or f"张{user}",
        case,
        f"案例 {case}",
        state,
        "",
        READ if read else None,
        right,
        wrong,
        0,
        delivery,
    )


@st.composite
def copies(draw: st.DrawFn, user: int | None = None) -> list[DueCase]:
    """Copies as the storage may hand them out, each with its own number."""
    drawn = draw(
        st.lists(
            st.builds(
                due,
                DAYS,
                st.sampled_from(STATES),
                st.booleans(),
                st.integers(1, 5) if user is None else st.just(user),
                st.sampled_from(["抢修班", "营业厅", ""]),
                st.integers(0, 2),
                st.integers(0, 2),
                st.sampled_from("abc"),
            ),
            max_size=40,
        )
    )
    return [replace(row, delivery_id=number) for number, row in enumerate(drawn)]


def added(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


# ---- periods


@pytest.mark.parametrize(
    ("period", "name", "start", "end"),
    [
        (Period.day(TODAY), "2026-11-24", TODAY, TODAY),
        (Period.week(TODAY), "2026年第48周", date(2026, 11, 23), date(2026, 11, 29)),
        (Period.month(TODAY), "2026年11月", date(2026, 11, 1), date(2026, 11, 30)),
        (Period.week(date(2027, 1, 1)), "2026年第53周", date(2026, 12, 28), date(2027, 1, 3)),
        (Period.month(date(2028, 2, 29)), "2028年2月", date(2028, 2, 1), date(2028, 2, 29)),
        (Period.month(date(2026, 12, 31)), "2026年12月", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_a_name_and_ends_inclusively(period: Period, name: str, start: date, end: date) -> None:
    """Days, ISO weeks and months are named as a trainer says them; a week may belong to the year before."""
    assert (period.name, period.start, period.end) == (name, start, end)


@given(ANY_DAY, st.sampled_from([Period.day, Period.week, Period.month]))
def test_periods_of_a_kind_cover_every_day_once(day: date, made: Callable[[date], Period]) -> None:
    """A period holds the day it was made for; the next one begins the day after it and leads back to it."""
    period = made(day)

    assert day in period
    assert period.next().start == period.end + timedelta(days=1)
    assert period.previous().end == period.start - timedelta(days=1)
    assert period.next().previous() == period == period.previous().next()
    assert period.next().kind is period.kind


# ---- reports


@given(copies(), st.sampled_from([Period.day(TODAY), Period.week(TODAY), Period.month(TODAY)]))
def test_totals_add_up(rows: list[DueCase], period: Period) -> None:
    """Teams, people, days and cases each add up to the totals; so do the fates; and the lists are as long as they say."""
    report = build_report(rows, period)
    totals = report.totals

    assert totals.due == sum(row.state != "cancelled" and row.day in period for row in rows)
    for lines in (report.teams, report.people, report.days, report.cases):
        assert added([line.tally for line in lines]) == totals
        assert all(line.tally.due for line in lines)
    assert totals.due == totals.reached + totals.failed + totals.unknown + totals.pending
    assert totals.read <= totals.reached
    assert [len(report.failed), len(report.unknown), len(report.pending), len(report.unread)] == [
        totals.failed,
        totals.unknown,
        totals.pending,
        totals.unread,
    ]
    assert sum(line.tally.unread for line in report.behind) == totals.unread


@given(copies(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[DueCase], chance: random.Random) -> None:
    """The same copies in another order make the same report."""
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert build_report(shuffled, Period.month(TODAY)) == build_report(rows, Period.month(TODAY))


@given(copies(), st.sampled_from(["抢修班", "营业厅"]))
def test_the_report_of_a_team_is_its_line_in_the_report_of_all(rows: list[DueCase], team: str) -> None:
    """Looking at one team only counts what the whole station's report says of that team."""
    alone = build_report(rows, Period.month(TODAY), team)
    lines = [line for line in build_report(rows, Period.month(TODAY)).teams if line.team == team]

    assert list(alone.teams) == lines
    assert alone.totals == added([line.tally for line in lines])


@given(copies())
def test_those_who_lag_come_first(rows: list[DueCase]) -> None:
    """People are ordered by what they left unread, teams by the share they read, days by date."""
    report = build_report(rows, Period.month(TODAY))

    unread = [line.tally.unread for line in report.people]
    shares = [line.tally.read_share or 0 for line in report.teams]
    days = [line.day for line in report.days]
    assert unread == sorted(unread, reverse=True)
    assert shares == sorted(shares)
    assert days == sorted(set(days))


def test_what_was_read_has_arrived() -> None:
    """A copy of unknown fate that was read or answered counts as reached, and is in none of the lists of trouble."""
    report = build_report(
        [due(state="unknown", read=True), due(state="failed", right=1, user=2), due(state="unknown", user=3)],
        Period.day(TODAY),
    )

    assert report.totals == Tally(due=3, reached=2, read=1, unknown=1, right=1)
    assert [row.user_id for row in report.unknown] == [3]
    assert [row.user_id for row in report.unread] == [2]
    assert not report.failed


def test_shares_of_nothing_are_none() -> None:
    """Where nothing was due or answered there is no share, rather than 0 %."""
    totals = build_report([due(state="cancelled")], Period.day(TODAY)).totals

    assert totals == Tally()
    assert (totals.reached_share, totals.read_share, totals.right_share, totals.wrong_share) == (None, None, None, None)


def test_shares_are_of_what_was_due() -> None:
    """Read and reached are shares of due; right and wrong of answered."""
    tally = Tally(due=10, reached=8, read=5, right=3, wrong=1)

    assert (tally.reached_share, tally.read_share, tally.right_share, tally.wrong_share) == (0.8, 0.5, 0.75, 0.25)


def test_the_hardest_case_is_not_the_one_answered_once() -> None:
    """15 wrong of 20 comes before 1 wrong of 1 and before 50 wrong of 500; without a wrong answer there is no hardest."""
    rows = [
        due(case="once", wrong=1, delivery=1),
        due(case="hard", wrong=15, right=5, delivery=2),
        due(case="large", wrong=50, right=450, delivery=3),
        due(case="easy", right=9, delivery=4),
    ]

    report = build_report(rows, Period.day(TODAY))

    assert [line.case_id for line in report.cases] == ["hard", "once", "large", "easy"]
    assert report.most_missed == report.cases[0]
    assert build_report([due(right=4)], Period.day(TODAY)).most_missed is None


def test_a_person_who_changed_teams_counts_for_both_and_is_listed_once() -> None:
    """Copies stay with the team in which they were due; the person is shown under the latest name and team."""
    rows = [
        due(TODAY - timedelta(days=1), team="营业厅", name="张三", delivery=1),
        due(TODAY, team="抢修班", name="张三丰", delivery=2, read=True),
    ]

    report = build_report(rows, Period.week(TODAY))

    assert [(line.team, line.people, line.tally.due) for line in report.teams] == [("营业厅", 1, 1), ("抢修班", 1, 1)]
    assert [(line.name, line.team, line.tally.due, line.last_read) for line in report.people] == [
        ("张三丰", "抢修班", 2, READ)
    ]


# ---- streaks


def days_back(*marks: str) -> list[DueCase]:
    """One copy a day, the last mark being today's: r read, u unread, f failed, ? unknown, w waiting, c cancelled, - none."""
    states = {"r": "sent", "u": "sent", "f": "failed", "?": "unknown", "w": "waiting", "c": "cancelled"}
    return [
        due(TODAY - timedelta(days=len(marks) - 1 - place), states[mark], read=mark == "r")
        for place, mark in enumerate(marks)
        if mark != "-"
    ]


@pytest.mark.parametrize(
    ("marks", "days"),
    [
        ("", 0),
        ("r", 1),
        ("u", 0),
        ("rrr", 3),
        ("rru", 2),  # today is not over
        ("rur", 1),
        ("ruu", 0),
        ("r-r--r", 3),
        ("rfr?rcrw", 4),
        ("f?wc", 0),
        ("urrr-f-u", 3),
    ],
)
def test_a_streak_is_broken_by_an_unread_case_alone(marks: str, days: int) -> None:
    """Days without a case, or on which it did not arrive, neither break a streak nor count; nor does an unread one today."""
    assert streak(days_back(*marks), TODAY) == days


def test_a_day_counts_where_all_of_its_cases_are_read() -> None:
    """Of two cases on one day, an unread one breaks the streak; tomorrow's case is not looked at."""
    yesterday = TODAY - timedelta(days=1)
    rows = [due(yesterday, read=True), due(yesterday), due(TODAY, read=True), due(TODAY + timedelta(days=1))]

    assert streak(rows, TODAY) == 1
    assert streak([rows[0], *rows[2:]], TODAY) == 2
    assert streak([due(TODAY, read=True), due(TODAY), rows[0]], TODAY) == 1


@given(copies(user=1), st.randoms(use_true_random=False))
def test_a_streak_counts_read_days_only(rows: list[DueCase], chance: random.Random) -> None:
    """It is at most the number of days with something read, and does not depend on the order of the rows."""
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert 0 <= streak(rows, TODAY) <= len({row.day for row in rows if row.is_read and row.day <= TODAY})
    assert streak(shuffled, TODAY) == streak(rows, TODAY)


@given(copies(user=1), DAYS, st.sampled_from(["failed", "unknown", "waiting", "sending", "cancelled"]))
def test_what_did_not_arrive_changes_no_streak(rows: list[DueCase], day: date, state: str) -> None:
    """A copy more that did not arrive leaves the streak as it is."""
    assert streak([*rows, due(day, state)], TODAY) == streak(rows, TODAY)


@given(copies(user=1), DAYS)
def test_reading_never_shortens_a_streak(rows: list[DueCase], day: date) -> None:
    """A read copy more leaves the streak or makes it a day longer; an unread one never helps."""
    now = streak(rows, TODAY)

    assert streak([*rows, due(day, read=True)], TODAY) in {now, now + 1}
    assert streak([*rows, due(day)], TODAY) <= now


@given(copies(user=1))
def test_an_unread_case_of_today_costs_at_most_today(rows: list[DueCase]) -> None:
    """A new case leaves the streak that was there yesterday evening."""
    before = [row for row in rows if row.day < TODAY]

    assert streak([*before, due(TODAY)], TODAY) == streak(before, TODAY)
    assert streak([*before, due(TODAY, read=True)], TODAY) == streak(before, TODAY) + 1
