"""What the benchmark of pushes concludes, from tables and calls that are made up."""

import random
from datetime import UTC, date, datetime

import pytest

from bot.daily.rows import Copy, Delivery, Plan
from bot.local_telegram import Fault, FaultKind
from bot.local_telegram import Person as Account
from bot.local_telegram.errors import RejectedError
from bot.local_telegram.exchange import CutError
from bot.storage.schema import DeliveryState, PlanState
from tests.benchmarks.push import (
    Asked,
    Call,
    Disturbed,
    Fate,
    Heard,
    Verdict,
    Wait,
    compare,
    disobeyed,
    most_in_a_second,
    per_second,
)

ANN, BEN, CAT = 1, 2, 3
NOBODY: frozenset[int] = frozenset()
NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = Plan(1, date(2026, 11, 24), "", 1, "case", PlanState.GOING, NOW, "", None, NOW, None, None)


def row(person: int, state: DeliveryState) -> Copy:
    """A person's row."""
    return Copy(Delivery(person, PLAN.id, person, state, "", None, None, NOW), PLAN, "", "", 0, 0)


def call(at: float, life: int = 0) -> Call:
    """A copy that leaves."""
    return Call(at, life, "sendMessage", ANN, True, Fate.CARRIED_OUT)


async def _nothing(_arrived: int) -> None:
    """Nobody counts."""


def disturbed(kind: FaultKind, **more: int) -> Disturbed:
    """A Telegram on which one sendMessage fails."""
    telegram = Disturbed([Account(ANN, "安")], random.Random(1), lambda _chat, _html: None, _nothing, NOW.timestamp)  # noqa: S311 - not secret
    telegram.chats[ANN].started = True
    telegram.weather.add(Fault(kind, frozenset({"sendMessage"}), times=1, **more))
    return telegram


def test_a_table_that_says_what_is_so_has_no_fault() -> None:
    """One has got it, one has blocked the bot, and one of whom nobody knows has got it too."""
    rows = [row(ANN, DeliveryState.SENT), row(BEN, DeliveryState.FAILED), row(CAT, DeliveryState.UNKNOWN)]

    verdict = compare(frozenset({ANN, BEN, CAT}), frozenset({BEN}), rows, {ANN: 1, BEN: 0, CAT: 1})

    assert verdict == Verdict(NOBODY, NOBODY, NOBODY, 0, (rows[2],), NOBODY, NOBODY, 0)


def test_each_way_to_be_lost_is_seen() -> None:
    """Without a row, with a row that says sent, and with one that nobody settles."""
    rows = [row(BEN, DeliveryState.SENT), row(CAT, DeliveryState.SENDING)]

    verdict = compare(frozenset({ANN, BEN, CAT}), frozenset(), rows, {})

    assert verdict.lost == {ANN, BEN, CAT}
    assert (verdict.missing, verdict.false) == (frozenset({ANN}), frozenset({BEN}))
    assert verdict.unsettled == 1


def test_what_comes_twice_and_what_was_refused_in_vain_is_seen() -> None:
    """One gets three, one row says refused of somebody who has it, and one who has blocked the bot counts as reached."""
    rows = [row(ANN, DeliveryState.SENT), row(BEN, DeliveryState.FAILED), row(CAT, DeliveryState.SENT)]

    verdict = compare(frozenset({ANN, BEN, CAT}), frozenset({CAT}), rows, {ANN: 3, BEN: 1, CAT: 0})

    assert verdict.doubled == 2
    assert (verdict.failed_in_vain, verdict.blocked_unnoticed) == (frozenset({BEN}), frozenset({CAT}))
    assert verdict.false == {BEN, CAT}


def test_the_fullest_second_may_begin_anywhere() -> None:
    """Two at the end of a whole second and two at the start of the next are four; a second later to the dot does not count."""
    assert most_in_a_second([0.8, 0.9, 1.1, 1.2, 1.8]) == 4
    assert most_in_a_second([]) == 0


def test_a_burst_that_only_waited_at_our_own_door_does_not_count() -> None:
    """Four come together at the end of half a second in which nobody looked; the two before and the two long after count."""
    times = [0.9, 1.0, 2.0, 2.0, 2.0, 2.0, 3.5, 3.6]

    assert most_in_a_second(times) == 4
    assert most_in_a_second(times, [(1.5, 2.0)]) == 2


def test_whole_seconds_beside_a_kill_are_counted() -> None:
    """The first second has two, the one with the kill is left out, the last has none."""
    assert per_second([0.1, 0.9, 1.5], 0.0, 3.0, [(1.2, 1.4)]) == [2, 0]


def test_calls_before_the_end_of_a_429_are_told_apart() -> None:
    """One that was on the way is none; the told process's own is worse than that of one that was started since."""
    calls = [call(10.05), call(11.0), call(11.5, life=1), call(12.5)]

    assert disobeyed(calls, [Wait(10.0, 12.0, life=0)]) == (1, 1)


def test_a_question_touches_what_it_was_open_in() -> None:
    """Asked before the end of a kill's silence, or heard after its start."""
    assert Asked(5.0, 6.0, Heard.ANSWER).touches([(5.5, 9.0)])
    assert not Asked(5.0, 6.0, Heard.ANSWER).touches([(6.5, 9.0), (1.0, 4.5)])


@pytest.mark.parametrize(
    ("kind", "fate", "arrives"),
    [(FaultKind.RESET, Fate.RESET, 0), (FaultKind.STALL, Fate.STALL, 0), (FaultKind.LOST, Fate.LOST, 1)],
)
async def test_a_cut_call_is_known_by_what_became_of_it(kind: FaultKind, fate: Fate, arrives: int) -> None:
    """Only the answer that was lost on its way back belongs to a copy that has arrived."""
    telegram = disturbed(kind)

    with pytest.raises(CutError):
        await telegram.call("sendMessage", {"chat_id": str(ANN), "text": "📅 case"})

    assert [seen.fate for seen in telegram.seen] == [fate]
    assert (telegram.copies(ANN), telegram.arrived) == (arrives, arrives)


async def test_one_429_is_one_wait_however_many_calls_run_into_it() -> None:
    """It lasts as long as it said, and asking for updates goes on."""
    telegram = disturbed(FaultKind.TOO_MANY, retry_after=60)

    for method in ("sendMessage", "sendMessage", "editMessageText"):
        with pytest.raises(RejectedError):
            await telegram.call(method, {"chat_id": str(ANN), "text": "📅 case"})
    await telegram.call("getUpdates", {})

    assert [seen.fate for seen in telegram.seen] == [Fate.TOO_MANY] * 3
    assert [wait.end - wait.start for wait in telegram.waits] == [pytest.approx(60)]
