"""One reading of the knowledge folder, and the one in use."""

import base64
import contextlib
import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from bot.station.folders import CACHE
from retrieval.answering.answer import Answerer
from retrieval.content import BookCache, load_folder
from retrieval.model import Case, Clause, KnowledgeBase, Rule
from retrieval.text import normalise

Record = Case | Clause

KEY_LENGTH = 6
"""Characters of a record's key in a button: 36 bits, so that of 60,000 records two share one in 3 of 100 folders."""
FINGERPRINT_LENGTH = 4


class Generation:
    """A knowledge base, ready to answer, whose records can be named in the 64 bytes of a button."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        cache: Path | None = CACHE,
        progress: Callable[[int], None] = lambda _done: None,
        earlier: "Generation | None" = None,
    ) -> None:
        self.knowledge = knowledge
        self.answerer: Answerer = Answerer(
            knowledge, cache, progress=progress, earlier=earlier.answerer if earlier is not None else None
        )

    @cached_property
    def _by_key(self) -> dict[str, Record | None]:
        keyed: dict[str, Record | None] = {}
        records: tuple[Record, ...] = (*self.knowledge.cases, *self.knowledge.clauses)
        for record in records:
            key = record_key(record)
            keyed[key] = None if key in keyed else record  # two of one key: neither, rather than the wrong one
        return keyed

    def record(self, key: str) -> Record | None:
        """The record of a key; None where this generation doesn't hold it."""
        return self._by_key.get(key)

    @cached_property
    def known_questions(self) -> frozenset[str]:
        """All alternate questions, normalised."""
        records: tuple[Record, ...] = (*self.knowledge.cases, *self.knowledge.clauses)
        return frozenset(normalise(question) for record in records for question in record.questions)

    def rule(self, key: str) -> Rule | None:
        """The rule book of a key; None where this generation doesn't hold it."""
        return next((rule for rule in self.knowledge.rules if record_key(rule) == key), None)


def record_key(record: Record | Rule) -> str:
    """A short name of a record that is the same in every generation: 6 characters of A–Z, a–z, 0–9, - and _."""
    return _digest(f"{type(record).__name__} {record.id}", KEY_LENGTH)


def fingerprint(records: Iterable[Record]) -> str:
    """4 characters that differ, but for one case in 16 million, where the content of a record does."""
    return _digest("".join(map(_content, records)), FINGERPRINT_LENGTH)


@lru_cache(1024)
def _content(record: Record) -> str:
    """22 characters that differ where the content of a record does; writing a record out takes 100 µs, its hash 2."""
    return _digest(repr(record), 22)


def _digest(text: str, length: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())[:length].decode()


def build_generation(
    folder: Path,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    earlier: Generation | None = None,
    books: BookCache | None = None,
) -> Generation:
    """Read a folder.

    Args:
        folder: The knowledge.
        progress: Is told how many records are indexed, and of how many.
        earlier: The one whose place it will take: what has not changed is shared.
        books: Those of the last reading; become those of this one.

    Raises:
        KnowledgeError: With every Problem of the folder.
    """
    with _without_collecting():
        knowledge = load_folder(folder, books)
        total = len(knowledge.cases) + len(knowledge.clauses)
        done = 0

        def advance(more: int) -> None:
            nonlocal done
            done = min(done + more, total)  # clauses of the core are indexed twice where there are others
            progress(done, total)

        return Generation(knowledge, progress=advance, earlier=earlier)


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for garbage: a large folder makes a million small objects, none of them garbage, and looking for it takes a sixth of the time.

    What is there at the end is never looked through again, or each search would hold up answers for a fifth of a second; a generation
    that nobody uses any more is freed all the same, since nothing in it points back at it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


class KnowledgeService:
    """Holds the generation in use."""

    def __init__(self, generation: Generation) -> None:
        self._current = generation

    @property
    def current(self) -> Generation:
        """The generation in use; take it once for each question, and answer the whole of it from that one."""
        return self._current

    def use(self, generation: Generation) -> None:
        """Answer from another generation from now on; questions that are being answered end on the one they began with."""
        self._current = generation
