"""Documents as counted terms, and the cache that saves counting them again."""

import hashlib
import marshal
import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Term = str

_BLOCK = 64
_KEPT_FILES = 20_000
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of a run of documents.

    Attributes:
        vocabulary: Each term once.
        lengths: Terms of each document, repeats counted; shape (documents,).
        documents: For each pair of a document and a term in it, the document, ascending; shape (pairs,).
        terms: For each pair the term, as its place in the vocabulary; shape (pairs,).
        frequencies: For each pair how often the term occurs, at most 65,535; shape (pairs,).
    """

    vocabulary: tuple[Term, ...]
    lengths: NDArray[np.int32]
    documents: NDArray[np.int32]
    terms: NDArray[np.int32]
    frequencies: NDArray[np.uint16]


def count_terms(documents: Iterable[Sequence[Term]]) -> TermTable:
    """Count the terms of documents.

    Args:
        documents: The terms of each, repeats included; read once, may be a generator.
    """
    places: dict[Term, int] = {}
    lengths, owners, terms, frequencies = array("i"), array("i"), array("i"), array("H")
    for number, document in enumerate(documents):
        counted: dict[Term, int] = {}
        for term in document:
            counted[term] = counted.get(term, 0) + 1
        lengths.append(len(document))
        for term, frequency in counted.items():
            owners.append(number)
            terms.append(places.setdefault(term, len(places)))
            frequencies.append(min(frequency, 65_535))
    return TermTable(
        tuple(places),
        np.array(lengths, dtype=np.int32),
        np.array(owners, dtype=np.int32),
        np.array(terms, dtype=np.int32),
        np.array(frequencies, dtype=np.uint16),
    )


class TermCounter:
    """Counts the terms of texts, block by block, and keeps each block's table in a folder of files.

    A block ends behind a text whose hash says so, not after a fixed number: an edit, or a text put in, then changes the one block it
    is in and leaves all others as they were.
    """

    def __init__(self, analyse: Callable[[str], list[Term]], fingerprint: str, folder: Path | None) -> None:
        """Make a counter.

        Args:
            analyse: A text's terms.
            fingerprint: Differs where `analyse` would give other terms.
            folder: For the cache; none is kept where None. A folder that can't be written costs time, not an error.
        """
        self._analyse = analyse
        self._fingerprint = fingerprint
        self._folder = folder
        self.counted = 0
        """How many texts were analysed, not found in the cache."""

    def count(self, texts: Iterable[str]) -> list[TermTable]:
        """The tables of consecutive blocks of the texts, in order."""
        tables = [self._block(block) for block in _blocks(texts)]
        self._prune()
        return tables

    def _block(self, block: Sequence[str]) -> TermTable:
        if self._folder is None:
            return self._count(block)
        digest = hashlib.sha256(f"{_FORMAT} {self._fingerprint}".encode())
        for text in block:
            digest.update(b"\0" + text.encode("utf-8", errors="surrogatepass"))
        path = self._folder / f"{digest.hexdigest()[:40]}.terms"
        with suppress(OSError, ValueError, EOFError, TypeError):
            table = _from_plain(marshal.loads(path.read_bytes()))  # noqa: S302 - our own file, in the user's own cache
            os.utime(path)
            return table
        table = self._count(block)
        write_atomically(path, marshal.dumps(_to_plain(table)))
        return table

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


def _to_plain(table: TermTable) -> tuple[Any, ...]:
    arrays = (table.lengths, table.documents, table.terms, table.frequencies)
    return (_FORMAT, table.vocabulary, *(part.tobytes() for part in arrays))


def _from_plain(plain: Any) -> TermTable:
    version, vocabulary, lengths, documents, terms, frequencies = plain
    if version != _FORMAT:
        raise ValueError(version)
    return TermTable(
        vocabulary,
        np.frombuffer(lengths, dtype=np.int32),
        np.frombuffer(documents, dtype=np.int32),
        np.frombuffer(terms, dtype=np.int32),
        np.frombuffer(frequencies, dtype=np.uint16),
    )
