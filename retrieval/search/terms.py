"""Documents as counted terms, and the cache that saves counting them again."""

import hashlib
import marshal
import os
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Term = str

_BLOCK = 256
_KEPT_FILES = 20_000
_FORMAT = 3
PARALLEL_FROM = 4_000
"""Texts to be counted, from which on starting other processes pays: each takes a second to get ready."""


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of a run of documents, term by term.

    Attributes:
        vocabulary: Each term once.
        counts: In how many documents each term occurs; shape (terms,).
        documents: For each term, one after the other, the documents that hold it, ascending; shape (postings,).
        frequencies: For each posting how often the term occurs, at most 65,535; shape (postings,).
        lengths: Terms of each document, repeats counted; shape (documents,).
        key: Names the content: tables of one key hold the same; empty where nobody has named it.
    """

    vocabulary: tuple[Term, ...]
    counts: NDArray[np.int32]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint16]
    lengths: NDArray[np.int32]
    key: str = ""


def count_terms(documents: Iterable[Sequence[Term]]) -> TermTable:
    """Count the terms of documents.

    Args:
        documents: The terms of each, repeats included; read once, may be a generator.
    """
    places: defaultdict[Term, int] = defaultdict()
    places.default_factory = places.__len__  # a new term gets the next number, without a call of Python's
    lengths, sizes, terms, frequencies = array("i"), array("i"), array("i"), array("i")
    for document in documents:
        counted = Counter(document)
        lengths.append(len(document))
        sizes.append(len(counted))
        terms.extend(map(places.__getitem__, counted))
        frequencies.extend(counted.values())
    term = np.array(terms, dtype=np.int32)
    order = np.argsort(term, kind="stable")  # stable: the documents of each term stay in ascending order
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), np.array(sizes, dtype=np.int32))
    return TermTable(
        tuple(places),
        np.bincount(term, minlength=len(places)).astype(np.int32),
        owners[order],
        np.minimum(np.array(frequencies, dtype=np.int32), 65_535).astype(np.uint16)[order],
        np.array(lengths, dtype=np.int32),
    )


class TermCounter:
    """Counts the terms of texts, block by block, and keeps each block's table in a folder of files.

    A block ends behind a text whose hash says so, not after a fixed number: an edit, or a text put in, then changes the one block it
    is in and leaves all others as they were.
    """

    def __init__(
        self,
        analyse: Callable[[str], list[Term]],
        fingerprint: str,
        folder: Path | None,
        progress: Callable[[int], None] = lambda _done: None,
        recipe: Callable[[], Callable[[str], list[Term]]] | None = None,
    ) -> None:
        """Make a counter.

        Args:
            analyse: A text's terms.
            fingerprint: Differs where `analyse` would give other terms.
            folder: For the cache; none is kept where None. A folder that can't be written costs time, not an error.
            progress: Is told how many more texts are done, block by block.
            recipe: Makes an `analyse` in another process; may be pickled. With it and a folder, large collections are counted on all
                cores.
        """
        self._analyse = analyse
        self._fingerprint = fingerprint
        self._folder = folder
        self._progress = progress
        self._recipe = recipe
        self.counted = 0
        """How many texts were analysed, not found in the cache."""

    def count(self, texts: Iterable[str], known: Container[str] = ()) -> Iterator[TermTable]:
        """The tables of consecutive blocks of the texts, in order, one at a time.

        Args:
            texts: Of documents.
            known: Keys of tables whose vocabulary needn't be given again; it may be empty then.
        """
        blocks = list(_blocks(texts))
        keys = [self._key(block) for block in blocks]
        done = self._count_on_all_cores(blocks, keys)
        for number, (block, key) in enumerate(zip(blocks, keys, strict=True)):
            yield self._block(block, key, whole=key not in known)
            if number not in done:
                self._progress(len(block))
        self._prune()

    def _count_on_all_cores(self, blocks: Sequence[Sequence[str]], keys: Sequence[str]) -> set[int]:
        """Let other processes fill the cache, where there is enough to do; gives the numbers of the blocks done."""
        paths = ((number, self._path(key)) for number, key in enumerate(keys))
        missing = {number: path for number, path in paths if path is not None and not path.exists()}
        if self._recipe is None or sum(len(blocks[number]) for number in missing) < PARALLEL_FROM:
            return set()
        done: set[int] = set()
        # Spawned, not forked: the bot has threads. Without other processes it only takes longer.
        with (
            suppress(OSError, BrokenProcessPool),
            ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_start, initargs=(self._recipe,)) as pool,
        ):
            tasks = {pool.submit(_fill, path, blocks[number]): number for number, path in missing.items()}
            for task in as_completed(tasks):
                task.result()
                number = tasks[task]
                done.add(number)
                self.counted += len(blocks[number])
                self._progress(len(blocks[number]))
        return done

    def _block(self, block: Sequence[str], key: str, *, whole: bool) -> TermTable:
        path = self._path(key)
        if path is None:
            return replace(self._count(block), key=key)
        with suppress(OSError, ValueError, EOFError, TypeError):
            table = _from_bytes(path.read_bytes(), key, whole=whole)
            os.utime(path)
            return table
        table = self._count(block)
        write_atomically(path, _to_bytes(table))
        return replace(table, key=key)

    def _path(self, key: str) -> Path | None:
        return self._folder / f"{key}.terms" if self._folder is not None else None

    def _key(self, block: Sequence[str]) -> str:
        digest = hashlib.sha256(f"{_FORMAT} {self._fingerprint}".encode())
        for text in block:
            digest.update(b"\0" + text.encode("utf-8", errors="surrogatepass"))
        return digest.hexdigest()[:40]

    def _count(self, block: Sequence[str]) -> TermTable:
        self.counted += len(block)
        return count_terms(map(self._analyse, block))

    def _prune(self) -> None:
        """Drop the blocks that were not used for longest."""
        if self._folder is None:
            return
        with suppress(OSError):
            files = list(self._folder.glob("*.terms"))
            if len(files) > _KEPT_FILES:
                for path in sorted(files, key=lambda path: path.stat().st_mtime)[:-_KEPT_FILES]:
                    path.unlink(missing_ok=True)


_analyse: Callable[[str], list[Term]]


def _start(recipe: Callable[[], Callable[[str], list[Term]]]) -> None:
    """In another process: get ready to count."""
    global _analyse  # noqa: PLW0603 - the one way to hand something to a process's tasks
    _analyse = recipe()


def _fill(path: Path, block: Sequence[str]) -> None:
    """In another process: count a block into the cache."""
    write_atomically(path, _to_bytes(count_terms(map(_analyse, block))))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a cache file as a whole or not at all; where it can't be written, the next start only takes longer."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for text in texts:
        block.append(text)
        if (
            int.from_bytes(hashlib.blake2b(text.encode("utf-8", errors="surrogatepass"), digest_size=4).digest())
            % _BLOCK
            == 0
        ):
            yield block
            block = []
    if block:
        yield block


def _to_bytes(table: TermTable) -> bytes:
    """The length of the first part; the numbers; the vocabulary, which takes longest to read and isn't always wanted."""
    arrays = (table.counts, table.documents, table.frequencies, table.lengths)
    numbers = marshal.dumps((_FORMAT, *(part.tobytes() for part in arrays)))
    return len(numbers).to_bytes(8, "big") + numbers + marshal.dumps(table.vocabulary)


def _from_bytes(content: bytes, key: str, *, whole: bool) -> TermTable:
    """A table as `_to_bytes` wrote it.

    Raises:
        ValueError, EOFError, TypeError: Where it is none.
    """
    view = memoryview(content)
    end = 8 + int.from_bytes(view[:8], "big")
    version, counts, documents, frequencies, lengths = marshal.loads(view[8:end])  # noqa: S302 - our own file, in the user's own cache
    if version != _FORMAT:
        raise ValueError(version)
    table = TermTable(
        marshal.loads(view[end:]) if whole else (),  # noqa: S302 - as above
        np.frombuffer(counts, dtype=np.int32),
        np.frombuffer(documents, dtype=np.int32),
        np.frombuffer(frequencies, dtype=np.uint16),
        np.frombuffer(lengths, dtype=np.int32),
        key,
    )
    if whole and len(table.vocabulary) != len(table.counts):
        raise ValueError(key)
    return table
