"""Each person's messages in order, different people's side by side."""

import asyncio
from collections import defaultdict, deque

from hypothesis import given
from hypothesis import strategies as st

from bot.transport.lanes import Lanes


class Desk:
    """Work that waits until it is let go on."""

    def __init__(self, width: int) -> None:
        self.begun: list[tuple[str, int]] = []
        self.done: list[tuple[str, int]] = []
        self.gate = asyncio.Event()
        self.lanes: Lanes[tuple[str, int]] = Lanes(self._work, width)

    async def _work(self, thing: tuple[str, int], _behind: deque[tuple[str, int]]) -> None:
        self.begun.append(thing)
        await self.gate.wait()
        self.done.append(thing)

    def put(self, *things: tuple[str, int]) -> None:
        """Add things, each in the lane of its name."""
        for thing in things:
            self.lanes.put(thing[0], thing)


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_different_people_are_served_at_the_same_time() -> None:
    """With a slow API the second person doesn't wait for the first."""
    desk = Desk(16)

    desk.put(*((f"p{number}", 0) for number in range(20)))
    await _settle()

    assert len(desk.begun) == 16
    desk.gate.set()
    await _settle()
    assert len(desk.done) == 20


async def test_one_who_sends_a_hundred_takes_one_place() -> None:
    """A flood from one person keeps nobody else from being served."""
    desk = Desk(4)

    desk.put(*(("flood", number) for number in range(100)))
    desk.put(("other", 0))
    await _settle()

    assert desk.begun == [("flood", 0), ("other", 0)]


async def test_what_fails_holds_up_nothing() -> None:
    """An exception in the work ends that one thing; the lane goes on."""
    seen = []

    async def work(thing: int, _behind: deque[int]) -> None:
        seen.append(thing)
        if thing == 1:
            raise ValueError

    lanes: Lanes[int] = Lanes(work)
    for number in range(3):
        lanes.put("one", number)
    await _settle()

    assert seen == [0, 1, 2]
    assert len(lanes) == 0


async def test_stopping_lets_what_has_begun_finish_and_begins_nothing() -> None:
    """After the stop what waits is left, and what is under way ends by itself."""
    desk = Desk(1)
    desk.put(("a", 0), ("a", 1), ("b", 0))
    await _settle()

    stopping = asyncio.create_task(desk.lanes.stop(5))
    await _settle()
    desk.gate.set()

    assert await stopping == 2
    assert desk.done == [("a", 0)]


async def test_what_takes_too_long_is_cancelled_and_counted_as_left() -> None:
    """Patience has an end."""
    desk = Desk(1)
    desk.put(("a", 0))
    await _settle()

    assert await desk.lanes.stop(0.01) == 1
    assert desk.done == []


async def test_room_is_waited_for() -> None:
    """While too much waits nothing more is to be fetched."""
    desk = Desk(1)
    desk.put(("a", 0), ("a", 1))
    await _settle()

    easing = asyncio.create_task(desk.lanes.ease(1))
    await _settle()
    assert not easing.done()
    desk.gate.set()

    await asyncio.wait_for(easing, 5)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30), st.integers(1, 4))
def test_everything_is_done_once_and_each_lane_in_order(things: list[tuple[str, int]], width: int) -> None:
    """Whatever comes, at whatever width: nothing is lost, nothing doubled, nobody's order turned round."""

    async def run() -> dict[str, list[int]]:
        done: dict[str, list[int]] = defaultdict(list)

        async def work(thing: tuple[str, int], behind: deque[tuple[str, int]]) -> None:
            done[thing[0]].append(thing[1])
            await asyncio.sleep(0)
            if behind and thing[1] % 2:
                done[thing[0]].append(behind.popleft()[1])

        lanes: Lanes[tuple[str, int]] = Lanes(work, width)
        for thing in things:
            lanes.put(thing[0], thing)
        await lanes.ease(1)
        return done

    done = asyncio.run(run())

    for name in "abc":
        assert done.get(name, []) == [number for lane, number in things if lane == name]
