"""What a search finds, and how well it fits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from retrieval.model import Case, Clause

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A found record.

    Attributes:
        record: What was found.
        score: What hits are ranked by: the share of the best BM25 score of the kind, with the support of linked records;
            0 to about 2. Compares within one search only.
        bm25: The record's own BM25 score, 0 or more, unbounded; 0 for a record found through its link alone.
    """

    record: T
    score: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a search fits its question, in figures that compare across searches.

    Attributes:
        coverage: The share of the question's weight in character pairs that the best record holds, 0 to 1.
        sound_coverage: The same in pairs of syllables.
        concept_coverage: The same in concepts; 0 where the question names none.
        known: The share of the question's weight in character pairs that occurs anywhere in the knowledge, 0 to 1.
        known_words: The same in words.
        foreign: How many concepts the question names that no record holds (光伏发电, 快递), logarithm of 1 + that.
        strength: Logarithm of 1 + the best BM25 score; 0 or more.
        lead: How far the first case is ahead of the second, as a share of the first; 0 to 1.
        standout: How many standard deviations the best case is above the mean of all cases; 0 or more.
        trade: How many places of the question are the station's own words and synonyms, logarithm of 1 + that.
        trade_share: The share of the question's characters in its synonyms, 0 to 1.
        length: Logarithm of 1 + the number of the question's Chinese characters.
    """

    coverage: float = 0.0
    sound_coverage: float = 0.0
    concept_coverage: float = 0.0
    known: float = 0.0
    known_words: float = 0.0
    foreign: float = 0.0
    strength: float = 0.0
    lead: float = 0.0
    standout: float = 0.0
    trade: float = 0.0
    trade_share: float = 0.0
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first.

    Attributes:
        matched: The words, concepts (`掐电→停电`) and pairs of characters that carried the first hit, heaviest first.
        foreign: The concepts that the question names and no record holds.
        from_core: False where the best clause is one that no editor has tied to a case or given an alternate question.
        replaced: For a clause whose fit was that of another edition's, the id of the clause → that other one.
    """

    cases: tuple[Hit[Case], ...]
    clauses: tuple[Hit[Clause], ...]
    evidence: Evidence
    matched: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    from_core: bool = True
    replaced: Mapping[str, Clause] = field(default_factory=dict)


NO_HITS = Hits((), (), Evidence())
