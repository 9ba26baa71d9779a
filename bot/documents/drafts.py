"""What admins have sent to be taken into the knowledge: read one by one, and held until somebody decides on it."""

import asyncio
import contextlib
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.documents.held import HeldDraft
from bot.documents.making import DraftMaker
from bot.documents.shelf import Shelf
from bot.documents.standing import Standing, compare
from bot.documents.ways import Way, choose_files
from bot.library.library import Library
from bot.library.report import Editor, Report, Verdict
from bot.station.clock import StationClock
from retrieval.importing import ImportingError
from retrieval.importing.files.source import MAX_BYTES

T = TypeVar("T")

LARGEST_FILE = min(MAX_BYTES, 20 * 1024 * 1024)
"""Bytes; Telegram lets bots fetch 20 MB, and the import takes less."""
LONGEST_NAME = 60
"""Characters of a document's name."""
PATIENCE = 180.0
"""Seconds in which a document must be read; a code of law takes two."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking a draft in.

    Attributes:
        report: None where nothing was tried, since what the draft holds is no longer simply new.
    """

    draft: HeldDraft
    report: Report | None


class Drafts:
    """Reads documents one at a time, and holds what was made of them until somebody decides on it."""

    def __init__(self, folder: Path, library: Library, clock: StationClock, patience: float = PATIENCE) -> None:
        """Nothing is made yet.

        Args:
            folder: Is made when it is needed.
            library: What is cited, and where drafts go.
            clock: The station's.
            patience: Seconds.
        """
        self._library = library
        self._patience = patience
        self._shelf = Shelf(folder, clock)
        self._maker = DraftMaker(library, self._shelf, clock)
        self._turn = asyncio.Lock()

    # ---- making

    @property
    def is_reading(self) -> bool:
        """Whether a document is being read now, so that the next one waits."""
        return self._turn.locked()

    async def make(self, name: str, data: bytes, by: int) -> HeldDraft:
        """Read a document and keep what came of it; the same document sent again takes the place of its earlier draft.

        Files in the knowledge format that all belong to a waiting draft of the same person mend that draft.

        Args:
            name: As Telegram gives it; may be forged.
            data: The document.
            by: Who has sent it.

        Raises:
            ImportingError: It can't be read, or not within three minutes.
            KeepingError: The draft can't be written to the disk. Nothing is left of it then.
        """
        name, given_up = clean_name(name), threading.Event()
        async with self._turn:
            try:
                async with asyncio.timeout(self._patience):
                    return await _in_thread(partial(self._maker.make, name, data, by, given_up))
            except TimeoutError:
                message = f"“{name}”读了很久还没有读完，没有导入：请分成几个文件，PDF 请先转成 .docx 再发"
                raise ImportingError(message) from None
            finally:
                given_up.set()

    # ---- keeping

    def waiting(self) -> tuple[HeldDraft, ...]:
        """All that are held, oldest first."""
        return self._shelf.waiting()

    def get(self, ticket: str) -> HeldDraft | None:
        """A draft; None where it is not held any more.

        Args:
            ticket: May be forged.
        """
        return self._shelf.get(ticket)

    def texts(self, held: HeldDraft) -> dict[str, str]:
        """The files of a draft by their paths; empty where they are gone."""
        return self._shelf.texts(held)

    def report(self, held: HeldDraft) -> str:
        """Everything that there is to say about a draft; empty where that is gone."""
        return self._shelf.report(held)

    def drop(self, ticket: str) -> HeldDraft | None:
        """Throw a draft away; gives it, or None where it was not held any more, or is being taken in."""
        return self._shelf.drop(ticket)

    # ---- deciding

    def standing(self, held: HeldDraft) -> Standing:
        """How a draft stands beside the folder and what is in use now."""
        return compare(self._shelf.texts(held), self._library)

    async def take_in(self, ticket: str, by: Editor, way: Way) -> Taken | None:
        """Put a draft into the knowledge folder, and the folder in use; what is in use, or was so already, is held no more.

        Returns:
            None where it is not held any more, or somebody is just taking it in.
        """
        async with self._shelf.alone(ticket) as held:
            if held is None:
                return None
            texts = await asyncio.to_thread(
                self._shelf.texts, held
            )  # once: the same document sent again may take its place
            if not texts:
                return None
            standing = await asyncio.to_thread(compare, texts, self._library)
            files = choose_files(texts, standing, way, self._library.folder)
            if files is None:
                return Taken(held, None)
            report = await self._library.change(files, by, f"导入 {held.name}")
            if report.verdict in {Verdict.LIVE, Verdict.SAME}:
                self._shelf.remove(ticket)
            return Taken(held, report)


async def _in_thread(work: Callable[[], T]) -> T:
    """Do something in a thread of its own, which holds up neither the others nor, as a pool's would, the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type] # without an error there is a result

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the result is waited for
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="drafting", daemon=True).start()
    return await done


def clean_name(name: str) -> str:
    """A file's name without folders and without what can't be printed, its ending kept; at most 60 characters."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = " ".join(name.split()) or "文件"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending) < 8 else ""
    return name[: LONGEST_NAME - 1 - len(ending)] + "…" + ending
