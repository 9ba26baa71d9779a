"""What records reach on questions that belong to others: their mean and spread there."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.model import KnowledgeBase

_QUESTIONS = 160
_LEAST_QUESTIONS = 48
_PRIOR = 8.0
"""A record's mean and spread are drawn to those of its kind as if these had been seen so many times more."""


@dataclass(frozen=True, slots=True)
class BackgroundQuestion:
    """A question that belongs to a record.

    Attributes:
        text: As typed.
        near: The rows of the records that it says nothing about others of: its own, and those that share its questions. Ascending.
    """

    text: str
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Norms:
    """Mean and spread of each record's figures on questions of others.

    Attributes:
        mean: Shape (records, figures).
        spread: The standard deviation; shape (records, figures).
        plain: The rows of clauses without alternate questions, ascending.
        digest: Differs if the questions, or what they say of the plain clauses, differ.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    plain: NDArray[np.intp]
    digest: bytes


class Tally:
    """Sums of the figures that records reach on questions of others."""

    def __init__(self, records: int, figures: int) -> None:
        """Begin with nothing seen."""
        self._sums = np.zeros((records, figures))
        self._squares = np.zeros((records, figures))
        self._counts = np.zeros(records)

    def add(self, rows: NDArray[np.intp], figures: NDArray[np.float64]) -> None:
        """Add what records reach on one question.

        Args:
            rows: Of the records, each once.
            figures: Shape (records, figures), or (records, 1) if all figures are the same.
        """
        self._sums[rows] += figures
        self._squares[rows] += figures**2
        self._counts[rows] += 1

    def settle(self, kinds: Iterable[NDArray[np.intp]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and spread of each record, drawn to those of its kind if little was seen.

        Args:
            kinds: The rows of the records of each kind.
        """
        mean, spread = np.zeros_like(self._sums), np.ones_like(self._sums)
        for rows in kinds:
            seen = self._counts[rows].sum()
            if not rows.size or not seen:
                continue
            sums, squares, times = self._sums[rows], self._squares[rows], self._counts[rows, None]
            usual = sums.sum(axis=0) / seen
            variance = np.maximum(squares.sum(axis=0) / seen - usual**2, 1e-6)
            own = (sums + _PRIOR * usual) / (times + _PRIOR)
            around = np.maximum(squares - 2 * own * sums + times * own**2, 0.0)
            mean[rows], spread[rows] = own, np.sqrt((around + _PRIOR * variance) / (times + _PRIOR))
        return mean, spread


def choose_questions(knowledge: KnowledgeBase, ways: Sequence[tuple[int, str]]) -> list[BackgroundQuestion]:
    """Choose questions as staff ask them: some of the alternate questions, by their own words so that an edit changes no other.

    If a station has few, the titles and takeaways of its cases and the beginnings of its clauses stand in.

    Args:
        knowledge: Its clauses are in rows from 0, its cases behind them.
        ways: Its alternate questions, each with the row of its record.
    """
    chosen = _some(ways, _QUESTIONS)
    if len(chosen) < _LEAST_QUESTIONS:
        first = len(knowledge.clauses)
        stand_ins = [
            (first + row, text) for row, case in enumerate(knowledge.cases) for text in (case.title, case.takeaway)
        ]
        stand_ins += [(row, clause.text[:24]) for row, clause in enumerate(knowledge.clauses)]
        chosen += _some(stand_ins, _LEAST_QUESTIONS * 2 - len(chosen))
    kin = _kin(knowledge)
    return [BackgroundQuestion(text, tuple(sorted({row, *kin.get(row, ())}))) for row, text in chosen]


def digest_of(questions: Sequence[BackgroundQuestion], plain: NDArray[np.intp]) -> bytes:
    """Return a digest of the questions and of the plain clauses that each is near to."""
    rows = frozenset(plain.tolist())
    return digest_texts(f"{question.text}\0{[row for row in question.near if row in rows]}" for question in questions)


def digest_texts(texts: Iterable[str]) -> bytes:
    """Return a digest of texts in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()


def _some(questions: Sequence[tuple[int, str]], count: int) -> list[tuple[int, str]]:
    marks = sorted(
        (hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), row, text)
        for row, text in questions
    )
    return [(row, text) for _, row, text in marks[:count]]


def _kin(knowledge: KnowledgeBase) -> Mapping[int, frozenset[int]]:
    """Return for each record those that it is read beside, and those that are read beside these."""
    first = len(knowledge.clauses)
    rows = {clause.id: row for row, clause in enumerate(knowledge.clauses)}
    beside: dict[int, set[int]] = {}
    for row, case in enumerate(knowledge.cases, first):
        for clause in case.clause_ids:
            beside.setdefault(row, set()).add(rows[clause])
            beside.setdefault(rows[clause], set()).add(row)
    return {row: frozenset(near.union(*(beside[one] for one in near))) for row, near in beside.items()}
