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
        score: What hits are ranked by, 0 or more, unbounded; compares within one search only.
        bm25: rank-bm25's score of the record's best document (its text, a passage, an alternate question), 0 or more; 0 for a record
            found through its link alone.
    """

    record: T
    score: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the first record fits its question, in figures that compare across searches.

    The first record is the best case, or the best clause where that one does better by its own words.

    Attributes:
        score: The ranker's score of the record, its links counted; any number, about 0 where there is nothing to it.
        lead: How far it is ahead of the second of its kind, 0 to 6.
        rival: How far it is ahead of the best record of the other kind that is not read beside it, -6 to 6.
        share: What the question's terms add up to in the record, of what they could; 0 to about 1.5.
        coverage: The share of the question's weight in character pairs that the record holds, 0 to 1.
        sounds: The same in pairs of syllables.
        topics: The share of the words that name something which the record holds, or says in other words; rare words weigh more. 0 to 1.
        content: How much the question names at all: logarithm of 1 + the weight of the words that name something.
        heard: The same of those that the record says; unheard: of those that it doesn't.
        missing: The weight of the rarest word that names something and that the record does not hold, 0 to 1.
        foreign: How many topics the question names that no record holds (光伏发电, 快递), logarithm of 1 + that.
        nearest: The likeness (cosine) of the best alternate question of the record, 0 to 1.
        taught: How many alternate questions the record has, 0 to 1.
        by_clause: 1 where the first record is a clause.
        trade: How much more the question's words are at home here than in general Chinese: logarithm of 1 + the decades above the
            first, over all its words.
        familiar: The share of the words that name something which any record holds; rare words weigh more. 0 to 1.
        length: Logarithm of 1 + the number of the question's Chinese characters.
    """

    score: float = 0.0
    lead: float = 0.0
    rival: float = 0.0
    share: float = 0.0
    coverage: float = 0.0
    sounds: float = 0.0
    topics: float = 0.0
    content: float = 0.0
    heard: float = 0.0
    unheard: float = 0.0
    missing: float = 0.0
    foreign: float = 0.0
    nearest: float = 0.0
    taught: float = 0.0
    by_clause: float = 0.0
    trade: float = 0.0
    familiar: float = 0.0
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first.

    Attributes:
        matched: The words, concepts (`掐电→停电`) and pairs of characters that carried the first hit, heaviest first.
        foreign: The topics that the question names and no record holds.
        by_clause: Whether the best clause fits by its own words better than any case.
        replaced: For a clause whose fit was that of another edition's, the id of the clause → that other one.
    """

    cases: tuple[Hit[Case], ...]
    clauses: tuple[Hit[Clause], ...]
    evidence: Evidence
    matched: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    by_clause: bool = False
    replaced: Mapping[str, Clause] = field(default_factory=dict)


NO_HITS = Hits((), (), Evidence())
