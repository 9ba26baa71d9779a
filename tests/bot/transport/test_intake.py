"""From Telegram's hands to the handlers, and nothing lost on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Bot, Message, Update

from bot.storage.errors import JournalError
from bot.transport.intake import Intake
from bot.transport.journal import Journal
from bot.transport.metrics import Metrics
from bot.transport.recipients import Recipients

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
UNREADABLE = {
    "update_id": 1,
    "my_chat_member": {
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "first_name": "王"},
        "date": int(NOW.timestamp()),
        "old_chat_member": {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": "member"},
        "new_chat_member": {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": "kicked"},
    },
}
"""PTB 22.8 wants `until_date` in it."""


def _asks(update_id: int, user_id: int = 5, age: timedelta = timedelta(0), text: str = "问") -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": int((NOW - age).timestamp()),
            "chat": {"id": user_id, "type": "private"},
            "from": {"id": user_id, "is_bot": False, "first_name": "王"},
            "text": text,
        },
    }


def _picture(update_id: int, caption: str = "", album: str = "a", age: timedelta = timedelta(0)) -> dict[str, Any]:
    update = _asks(update_id, age=age)
    message = update["message"]
    del message["text"]
    message["photo"] = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    message["media_group_id"] = album
    if caption:
        message["caption"] = caption
    return update


class Station:
    """An intake, and what comes out of it.

    Attributes:
        waits: How often the rest of an album was waited for.
        meanwhile: What comes in during the first wait.
    """

    def __init__(self) -> None:
        self.journal = Journal(None)
        self.recipients = Recipients(self.journal, lambda: NOW)
        self.processed: list[int] = []
        self.told: list[tuple[int, int]] = []
        self.set_aside: list[int] = []
        self.waits = 0
        self.meanwhile: list[dict[str, Any]] = []
        self.intake = self.new_intake()

    def new_intake(self, process: Callable[[Update], Any] | None = None) -> Intake:
        """An intake on the same journal, as after a restart."""
        return Intake(
            self.journal,
            self.recipients,
            Metrics(),
            Bot("1:A"),
            process or self._process,
            self._tell_away,
            self._tell_quarantined,
            timedelta(minutes=10),
            lambda: NOW,
            self._wait,
        )

    async def _wait(self, _seconds: float) -> None:
        self.waits += 1
        late, self.meanwhile = self.meanwhile, []
        await self.intake.take(late)

    async def _process(self, update: Update) -> None:
        self.processed.append(update.update_id)

    async def _tell_away(self, last: Message, count: int) -> None:
        self.told.append((last.message_id, count))

    async def _tell_quarantined(self, body: Mapping[str, Any], _error: Exception) -> None:
        self.set_aside.append(body["update_id"])

    async def settle(self) -> None:
        """Wait until everything is dealt with."""
        await self.intake._lanes.ease(1)


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    """With an open journal."""
    station = Station()
    await station.journal.open(NOW)
    yield station
    await station.journal.close()


async def test_what_cannot_be_read_is_set_aside_and_the_rest_comes_through(station: Station) -> None:
    """An update that makes PTB raise costs nobody else in the batch an answer, and is kept for an engineer."""
    await station.intake.take([UNREADABLE, _asks(2)])
    await station.settle()

    assert station.processed == [2]
    assert station.set_aside == [1]
    assert await station.journal.quarantined() == [UNREADABLE]
    assert await station.journal.unfinished() == []


async def test_what_was_taken_twice_is_answered_once(station: Station) -> None:
    """Telegram hands out again what it does not know to be safe; nobody gets two answers for it."""
    await station.intake.take([_asks(1)])
    await station.settle()
    await station.intake.take([_asks(1), _asks(2)])
    await station.settle()

    assert station.processed == [1, 2]


async def test_what_a_killed_process_left_is_done_by_the_next(station: Station) -> None:
    """An update whose process died in the middle is dealt with after the restart."""

    async def die(_update: Update) -> None:
        await asyncio.Event().wait()

    dying = station.new_intake(die)
    await dying.take([_asks(1), _asks(2)])
    await dying.stop(0)

    assert await station.intake.resume() == 2
    await station.settle()
    assert station.processed == [1, 2]
    assert await station.journal.unfinished() == []


async def test_old_messages_are_told_of_once_and_not_answered(station: Station) -> None:
    """After a long outage each person gets one message, however many they had sent, in however many batches."""
    old = timedelta(minutes=11)
    await station.intake.take([_asks(1, age=old), _asks(2, age=old), _asks(3, user_id=6, age=old), _asks(4)])
    await station.settle()
    await station.intake.take([_asks(5, age=old)])
    await station.settle()

    assert sorted(station.told) == [(2, 2), (3, 1)]
    assert station.processed == [4]
    assert await station.journal.unfinished() == []


async def test_ten_minutes_are_not_old(station: Station) -> None:
    """A short outage is caught up on."""
    await station.intake.take([_asks(1, age=timedelta(minutes=9))])
    await station.settle()

    assert station.processed == [1]


async def test_a_press_is_never_old(station: Station) -> None:
    """A button carries no time of its own; it is carried out."""
    query = {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "王"}, "chat_instance": "1", "data": "x0"}
    query["message"] = _asks(1, age=timedelta(days=2))["message"]
    await station.intake.take([{"update_id": 1, "callback_query": query}])
    await station.settle()

    assert station.processed == [1]


async def test_a_disk_that_is_full_takes_nothing(station: Station) -> None:
    """What can't be kept is not begun, and the caller hears of it, so that Telegram keeps it."""
    connection = station.journal._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")

    with pytest.raises(JournalError, match="写不进去"):
        await station.intake.take([_asks(number, text="问" * 4000) for number in range(1, 50)])
    assert station.processed == []

    connection.execute("PRAGMA max_page_count = 100000")
    await station.intake.take([_asks(1)])
    await station.settle()
    assert station.processed == [1]


async def test_the_caption_of_an_album_comes_first(station: Station) -> None:
    """Wherever the caption stands, its message is dealt with before the other pictures; what came after the album stays after it."""
    await station.intake.take([_picture(1), _picture(2), _picture(3, "问"), _asks(4), _picture(5, "问", album="b")])
    await station.settle()

    assert station.processed == [3, 1, 2, 4, 5]
    assert station.waits == 0
    assert await station.journal.unfinished() == []


async def test_an_album_without_a_caption_is_waited_for(station: Station) -> None:
    """A caption that comes a moment after the first picture, as by webhook, still comes first; one wait is enough."""
    station.meanwhile = [_picture(2), _picture(3, "问"), _asks(4)]
    await station.intake.take([_picture(1)])
    await station.settle()

    assert station.processed == [3, 1, 2, 4]
    assert station.waits == 1


async def test_an_album_that_was_begun_is_done_whole_after_a_kill(station: Station) -> None:
    """A process that dies while it waits for the caption leaves every picture of the album to the next one."""
    dying = station.new_intake()
    stopped: list[int] = []

    async def die() -> None:
        stopped.append(await dying.stop(0))

    station.meanwhile = [_picture(2, "问")]
    killer: list[asyncio.Task[None]] = []

    async def wait(_seconds: float) -> None:
        await dying.take(station.meanwhile)
        killer.append(asyncio.create_task(die()))
        await asyncio.Event().wait()

    dying._sleep = wait
    await dying.take([_picture(1)])
    async with asyncio.timeout(5):
        while not stopped:  # noqa: ASYNC110 - the end of a stop tells nobody
            await asyncio.sleep(0)
    assert station.processed == []

    assert await station.intake.resume() == 2
    await station.settle()

    assert station.processed == [2, 1]
    assert await station.journal.unfinished() == []


async def test_an_old_album_counts_as_one_message(station: Station) -> None:
    """Who sent an album while the bot was away is told of one message, and it is the caption that can be answered."""
    old = timedelta(minutes=11)
    await station.intake.take(
        [_asks(1, age=old), _picture(2, age=old), _picture(3, "问", age=old), _picture(4, age=old)]
    )
    await station.settle()

    assert station.told == [(3, 2)]
    assert station.processed == []


async def test_what_is_sent_on_behalf_of_a_chat_has_that_chats_lane(station: Station) -> None:
    """Anonymous admins of two groups share an account and wait for each other no more than two people do."""
    begun: list[int] = []
    done = asyncio.Event()

    async def hang(update: Update) -> None:
        begun.append(update.update_id)
        await done.wait()

    intake = station.new_intake(hang)
    for number in (1, 2):
        update = _asks(number, user_id=1087968824)
        chat = {"id": -number, "type": "supergroup", "title": "群"}
        update["message"] |= {"chat": chat, "sender_chat": chat}
        await intake.take([update])
    await asyncio.sleep(0)

    assert begun == [1, 2]
    done.set()
    await intake._lanes.ease(1)
