"""Drafts on the disk, until somebody decides on them."""

import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.documents.held import HeldDraft
from bot.generation.files import write_file
from bot.station.clock import StationClock
from retrieval.errors import PolicybotError

KEPT = 30
"""How many drafts are kept; the oldest go."""
LASTS = timedelta(days=30)
"""For how long a draft is kept."""

_RECORD = "draft.json"
_REPORT = "report.txt"
_ORIGINAL = "original"
_FILES = "files"
_TICKET = re.compile("[0-9a-f]{16}")


class KeepingError(PolicybotError):
    """A draft that can't be kept on the disk; the message says so in Chinese."""


def no_room(error: OSError) -> KeepingError:
    """Say that the disk takes no draft, and why."""
    reason = error.strerror or "写不进去"
    return KeepingError(f"草稿存不下，没有导入：{reason}。请看看机器人那台电脑的硬盘是不是满了")


class Shelf:
    """Keeps drafts in a folder of its own: a restart loses none.

    A draft is a folder: the document, the files, a report, and at last a record; without the record it is none.
    """

    def __init__(self, folder: Path, clock: StationClock) -> None:
        """Nothing is kept yet.

        Args:
            folder: Is made when it is needed.
            clock: The station's.
        """
        self._folder = folder
        self._clock = clock
        self._deciding: set[str] = set()

    def keep(self, held: HeldDraft, data: bytes, texts: Mapping[str, str], whole: str) -> None:
        """Write a draft to the disk.

        Args:
            held: The draft.
            data: The document.
            texts: Its files by their paths.
            whole: The report.

        Raises:
            KeepingError: It can't be written. Nothing is left of it then.
        """
        place = self._folder / held.ticket
        try:
            write_file(place / _ORIGINAL, data)
            write_file(place / _REPORT, whole.encode("utf-8", "replace"))
            for path, text in texts.items():
                write_file(place / _FILES / path, text.encode())
            write_file(place / _RECORD, _adapter().dump_json(held))
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise no_room(error) from error

    def waiting(self) -> tuple[HeldDraft, ...]:
        """All that are held, oldest first."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return ()
        held = [draft for name in names if (draft := self.get(name)) is not None]
        return tuple(sorted(held, key=lambda each: (each.made_at, each.ticket)))

    def get(self, ticket: str) -> HeldDraft | None:
        """A draft; None where it is not held any more.

        Args:
            ticket: May be forged.
        """
        if not _TICKET.fullmatch(ticket):
            return None
        try:
            held = _adapter().validate_json((self._folder / ticket / _RECORD).read_bytes())
        except (OSError, ValueError):
            return None
        return held if held.ticket == ticket and self._clock.now() - held.made_at < LASTS else None

    def texts(self, held: HeldDraft) -> dict[str, str]:
        """The files of a draft by their paths; empty where they are gone."""
        try:
            place = self._folder / held.ticket / _FILES
            return {path: (place / path).read_bytes().decode() for path in held.paths}
        except (OSError, ValueError):
            return {}

    def report(self, held: HeldDraft) -> str:
        """Everything that there is to say about a draft; empty where that is gone."""
        try:
            return (self._folder / held.ticket / _REPORT).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def drop(self, ticket: str) -> HeldDraft | None:
        """Throw a draft away; gives it, or None where it was not held any more, or is being taken in."""
        held = self.get(ticket)
        if held is None or ticket in self._deciding:
            return None
        self.remove(ticket)
        return held

    def remove(self, ticket: str) -> None:
        """Throw a draft away, whoever decides on it."""
        with contextlib.suppress(OSError):
            (self._folder / ticket / _RECORD).unlink(missing_ok=True)  # first: without it the rest is no draft
        shutil.rmtree(self._folder / ticket, ignore_errors=True)

    def tidy(self, now: datetime) -> list[HeldDraft]:
        """Throw away what is too old, too many, or was never finished; return the rest."""
        held = [each for each in self.waiting() if now - each.made_at < LASTS][-KEPT:]
        kept = {each.ticket for each in held} | self._deciding
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in kept and _TICKET.fullmatch(path.name):
                    self.remove(path.name)
        return held

    @asynccontextmanager
    async def alone(self, ticket: str) -> AsyncIterator[HeldDraft | None]:
        """A draft that nobody else decides on meanwhile."""
        held = self.get(ticket) if ticket not in self._deciding else None
        if held is None:
            yield None
            return
        self._deciding.add(ticket)
        try:
            yield held
        finally:
            self._deciding.discard(ticket)


@cache
def _adapter() -> TypeAdapter[HeldDraft]:
    return TypeAdapter(HeldDraft)
