"""What the soak counts as answered, told, lost and doubled."""

import random
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.chat import talk
from bot.generation.generations import Generation
from bot.local_telegram import FaultKind
from retrieval.model import KnowledgeBase
from tests.benchmarks.soak import MINUTE, RECENT, Examiner, Ledger, Sample, memory_ratio, weather, zone_at
from tests.clock import Clock

ANN, BEN = 100_001, 100_002


@pytest.fixture
def ledger() -> Ledger:
    """Ann has asked two things, Ben one."""
    ledger = Ledger()
    ledger.ask(ANN, 1, "one", 10.0)
    ledger.ask(BEN, 2, "one", 11.0)
    ledger.ask(ANN, 3, "two", 12.0)
    return ledger


def test_an_answer_belongs_to_the_question_that_it_answers(ledger: Ledger) -> None:
    """The same text to another person is that person's answer, and the order does not matter."""
    ledger.hear(ANN, "two", None, 13.0)
    ledger.hear(BEN, "one", None, 13.5)
    ledger.hear(ANN, "one", None, 14.0)

    tally = ledger.tally()
    assert (tally.answered, tally.lost, tally.stray) == (3, 0, 0)
    assert tally.waits == (1.0, 2.5, 4.0)
    assert tally.is_sound


def test_silence_is_a_loss(ledger: Ledger) -> None:
    """Who hears nothing makes the run unsound."""
    ledger.hear(ANN, "two", None, 13.0)
    ledger.hear(BEN, "one", None, 13.0)

    assert ledger.tally().lost == 1
    assert not ledger.tally().is_sound


def test_the_word_that_an_answer_may_be_lost_belongs_to_the_question_that_it_quotes(ledger: Ledger) -> None:
    """It is no answer and no loss; with the answer it counts as answered."""
    ledger.hear(ANN, talk.MAYBE_LOST.html, 1, 13.0)
    ledger.hear(ANN, talk.MAYBE_LOST.html, 3, 13.0)
    ledger.hear(ANN, "two", None, 13.1)
    ledger.hear(BEN, "one", None, 13.0)

    tally = ledger.tally()
    assert (tally.answered, tally.told, tally.told_and_answered, tally.lost) == (2, 1, 1, 0)


def test_that_the_bot_was_away_tells_of_all_that_is_open(ledger: Ledger) -> None:
    """One word for two questions; the other person has heard nothing."""
    ledger.hear(ANN, talk.away(2).html, 3, 900.0)

    assert (ledger.tally().told, ledger.tally().lost) == (2, 1)


def test_an_error_number_counts_for_the_oldest_open_question(ledger: Ledger) -> None:
    """It quotes nothing, and a person's messages are dealt with in order."""
    ledger.hear(ANN, talk.failed("ABCDE").html, None, 13.0)
    ledger.hear(ANN, "two", None, 14.0)
    ledger.hear(BEN, "one", None, 14.0)

    assert (ledger.tally().told, ledger.tally().answered, ledger.tally().lost) == (1, 2, 0)


@pytest.mark.parametrize(("kills_that_held_it", "excused"), [(0, 0), (1, 1)])
def test_a_double_is_excused_only_where_the_bot_held_the_question_at_a_kill(
    ledger: Ledger, kills_that_held_it: int, excused: int
) -> None:
    """A kill that held another person's question excuses nothing."""
    for person, message_id, html in ((ANN, 1, "one"), (BEN, 2, "one"), (ANN, 3, "two")):
        ledger.hear(person, html, None, 13.0)
        ledger.killed({(BEN, message_id)} if person == ANN else set())
    for _ in range(kills_that_held_it):
        ledger.killed({(ANN, 1)})
    ledger.hear(ANN, "one", None, 15.0)

    tally = ledger.tally()
    assert (tally.doubled, tally.doubled_held) == (1, excused)
    assert tally.is_sound == bool(excused)


def test_a_text_of_nobodys_is_a_stray(ledger: Ledger) -> None:
    """An answer to what a person never asked makes the run unsound."""
    ledger.hear(BEN, "two", None, 13.0)

    assert ledger.strays == [(BEN, "two")]


def test_nobody_may_get_the_daily_case_twice(ledger: Ledger) -> None:
    """Two people get one each; a second one to the same person makes the run unsound."""
    ledger.hear(ANN, "📅 case", None, 1.0)
    ledger.hear(BEN, "📅 case", None, 1.0)
    assert (ledger.tally().pushed, ledger.tally().pushed_twice, ledger.tally().stray) == (2, 0, 0)

    ledger.hear(BEN, "📅 case", None, 2.0)
    assert ledger.tally().pushed_twice == 1


@pytest.mark.parametrize("hour", range(24))
def test_there_is_a_place_where_it_is_any_hour(hour: int) -> None:
    """Whatever the time is here."""
    for now in (datetime(2026, 11, 24, utc_hour, 30, tzinfo=UTC) for utc_hour in range(24)):
        assert now.astimezone(ZoneInfo(zone_at(hour, now))).hour == hour


def test_questions_of_one_person_have_answers_that_can_be_told_apart(
    knowledge: KnowledgeBase, cache: Path, clock: Clock
) -> None:
    """Among the last ones no two answers read alike, and none leans on the question before."""
    questions = [
        "停人家的电要提前几天打招呼",
        "停电要提前几天通知",
        *(f"十个不准第{number}条" for number in "一二三四五六七八九十"),
    ]
    examiner = Examiner(Generation(knowledge, cache), questions, clock)
    ledger, chance, before = Ledger(), random.Random(3), None  # noqa: S311 - reproducible, not secret
    asked = []
    for number in range(3 * RECENT):
        before = examiner.next_question(chance, before, ledger.recent(ANN))
        ledger.ask(ANN, number, before.html, 0.0)
        asked.append(before.html)

    windows = [asked[start : start + RECENT] for start in range(2 * RECENT)]
    assert all(len(set(window)) == RECENT for window in windows)
    assert not any("接着上一问" in html for html in asked)


def test_every_kind_of_fault_has_its_turn_and_calm_comes_between() -> None:
    """Within a few minutes of weather."""
    spells = [faults for faults, _ in zip(weather(random.Random(1)), range(80), strict=False)]  # noqa: S311 - as above
    assert {fault.kind for faults, _seconds in spells for fault in faults} == set(FaultKind)
    assert all(not faults for faults, _seconds in spells[::2])


def test_memory_is_compared_within_one_life_and_without_its_first_minute() -> None:
    """The life before, and the growth while it warms up, count nothing."""
    before = [Sample(0.0, float(age), 500.0) for age in range(300)]
    growing = [Sample(300.0, float(age), 100.0 + min(age, 60) + (age >= 180) * 16) for age in range(240)]

    assert memory_ratio([*before, *growing]) == pytest.approx(1.1)
    assert memory_ratio([*before, *growing[: int(2.5 * MINUTE)]]) is None
