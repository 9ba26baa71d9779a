"""Updates, from the moment Telegram hands them over to the moment they are dealt with."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import telegram
from telegram import Bot

from bot.storage.errors import JournalError
from bot.transport.journal import Journal
from bot.transport.lanes import Lanes
from bot.transport.metrics import Metrics
from bot.transport.recipients import Recipients

_log = logging.getLogger(__name__)

BACKLOG = 1000
"""Updates in memory; while there are more, no further ones are fetched."""
ALBUM_SECONDS = 1.0
"""How long an album that has no caption yet is waited for; Telegram sends all of one at once."""


@dataclass(frozen=True, slots=True)
class _Taken:
    update: telegram.Update
    at: float


class Intake:
    """Keeps updates on the disk before anything is done with them, and hands them on, each person's in order.

    What can't be read is set aside and holds up nothing. What was asked so long ago that the person has gone on is not answered:
    they are told once that the bot was away.
    """

    def __init__(
        self,
        journal: Journal,
        recipients: Recipients,
        metrics: Metrics,
        bot: Bot,
        process: Callable[[telegram.Update], Awaitable[None]],
        tell_away: Callable[[telegram.Message, int], Awaitable[None]],
        tell_quarantined: Callable[[Mapping[str, Any], Exception], Awaitable[None]],
        old_after: timedelta,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is taken yet.

        Args:
            journal: Open.
            recipients: Of which `tell` is noted.
            metrics: That are counted up.
            bot: Reads updates.
            process: Deals with one; raises nothing but cancellation.
            tell_away: Tells a person that so many messages, of which the last is given, came while the bot was away.
            tell_quarantined: Is told of an update that could not be read, and why.
            old_after: How old a message is that isn't answered any more.
            clock: With its time zone.
            sleep: Waits so many seconds.
        """
        self._journal = journal
        self._recipients = recipients
        self._metrics = metrics
        self._bot = bot
        self._process = process
        self._tell_away = tell_away
        self._tell_quarantined = tell_quarantined
        self._old_after = old_after
        self._clock = clock
        self._sleep = sleep
        self._lanes: Lanes[_Taken] = Lanes(self._serve)

    @property
    def backlog(self) -> int:
        """How many updates are not dealt with yet."""
        return len(self._lanes)

    async def resume(self) -> int:
        """Go on with what an earlier process had taken and not finished; gives how much."""
        left = await self._journal.unfinished()
        for body in left:
            await self._put(body)
        return len(left)

    async def take(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Take updates; once this returns they are safe and Telegram may forget them.

        Raises:
            JournalError: Where they can't be kept; then none of them was taken.
        """
        known = [body for body in bodies if isinstance(body, Mapping) and isinstance(body.get("update_id"), int)]
        new = await self._journal.take(known, self._clock())
        self._metrics.updates_taken.inc(len(new))
        for body in new:
            await self._put(body)

    async def ease(self) -> None:
        """Wait until there is room for more."""
        await self._lanes.ease(BACKLOG)

    async def stop(self, patience: float) -> int:
        """Begin with no further update; gives how many are left for the next start."""
        return await self._lanes.stop(patience)

    async def _put(self, body: Mapping[str, Any]) -> None:
        try:
            update = telegram.Update.de_json(dict(body), self._bot)
        except Exception as error:  # noqa: BLE001 - whatever PTB makes of it, the next update must come through
            _log.error("Update %s can't be read (%r); it is set aside", body["update_id"], error)
            self._metrics.updates_quarantined.inc()
            await self._journal.quarantine(body, repr(error))
            await self._tell_quarantined(body, error)
            return
        self._lanes.put(_person(update), _Taken(update, time.monotonic()))

    async def _serve(self, first: _Taken, behind: deque[_Taken]) -> None:
        if not self._is_old(first.update):
            taken = await self._take_album(first, behind)
            for each in taken:
                await self._process(each.update)
            await self._finish(taken)
            return
        old = [first]
        while behind and self._is_old(behind[0].update):
            old.append(behind.popleft())
        await self._tell_old(old)
        await self._finish(old)

    async def _take_album(self, first: _Taken, behind: deque[_Taken]) -> Sequence[_Taken]:
        """Take the rest of an album that begins without a caption, the message with the caption first.

        Telegram hands over each picture of an album by itself, and says neither how many there are nor which one has the caption.
        """
        album = _album(first.update)
        if album is None or _has_caption(first.update):
            return [first]
        if not any(_album(each.update) == album and _has_caption(each.update) for each in behind):
            await self._sleep(ALBUM_SECONDS)
        taken = [first]
        while behind and _album(behind[0].update) == album:
            taken.append(behind.popleft())
        return sorted(taken, key=lambda each: not _has_caption(each.update))

    async def _finish(self, taken: Sequence[_Taken]) -> None:
        for each in taken:
            self._metrics.update_seconds.observe(time.monotonic() - each.at)
        self._metrics.updates_finished.inc(len(taken))
        try:
            await self._journal.finish(each.update.update_id for each in taken)
        except JournalError:
            # The person has been answered; after a restart he will be again, which is the lesser evil.
            _log.exception("%d updates are done and could not be noted as done", len(taken))

    # ---- what came while the bot was away

    def _is_old(self, update: telegram.Update) -> bool:
        message = update.message or update.edited_message
        if message is None or not (message.text or message.caption or message.effective_attachment):
            return False
        return self._clock() - (message.edit_date or message.date) > self._old_after

    async def _tell_old(self, old: Sequence[_Taken]) -> None:
        messages = [message for taken in old if (message := taken.update.effective_message) is not None]
        albums = {message.media_group_id for message in messages if message.media_group_id is not None}
        alone = sum(message.media_group_id is None for message in messages)
        said = [message for message in messages if message.text or message.caption]
        last = messages[-1]
        told = self._recipients.told_at(last.chat_id)
        if told is not None and (last.edit_date or last.date) <= told:
            return  # covered by what they were told; a batch may come in pieces
        await self._recipients.tell(last.chat_id)
        await self._tell_away(said[-1] if said else last, alone + len(albums))


def _album(update: telegram.Update) -> tuple[int, str] | None:
    """Return the album of a new message: its chat and its id within that chat."""
    message = update.message
    if message is None or message.media_group_id is None:
        return None
    return message.chat_id, message.media_group_id


def _has_caption(update: telegram.Update) -> bool:
    return update.message is not None and bool(update.message.caption)


def _person(update: telegram.Update) -> int:
    """Return whose lane an update belongs to: a person's, or that of the chat on whose behalf it was sent."""
    sender = update.effective_sender or update.effective_chat
    return sender.id if sender is not None else 0
