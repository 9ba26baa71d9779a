"""Trials of what a station does to the knowledge: it brings records without alternate questions, and records that nobody asks about."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrieval.answering.answer import Answerer, Tier
from retrieval.evaluation import LabelledQuestion, Outcome, judge
from retrieval.fitting import World, join, strip
from retrieval.model import KnowledgeBase

_MOST_CASES = 40
"""How many cases are tried in turn at the most: each needs an index of its own."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How answerable questions are answered, as the person sees it.

    Attributes:
        questions: How many.
        first: The share of which the first case is right; the first clause if no case answers. 0 to 1.
        in_three: The same among the first three.
        refused: The share that gets no answer.
        sure_and_wrong: The share that gets a sure answer whose first record is not right.
    """

    questions: int
    first: float
    in_three: float
    refused: float
    sure_and_wrong: float

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Shares":
        """Count the answerable questions among some outcomes."""
        answered = [
            (outcome.answer.tier, outcome.case_rank if outcome.question.cases else outcome.clause_rank)
            for outcome in outcomes
            if _is_asked(outcome.question)
        ]

        def share(truths: Iterable[bool]) -> float:
            return round(sum(truths) / len(answered), 4) if answered else 0.0

        return cls(
            questions=len(answered),
            first=share(rank == 1 for _, rank in answered),
            in_three=share(1 <= rank <= 3 for _, rank in answered),
            refused=share(tier is Tier.NONE for tier, _ in answered),
            sure_and_wrong=share(tier is Tier.DIRECT and rank != 1 for tier, rank in answered),
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """How cases without alternate questions are found, each beside others that have theirs.

    Attributes:
        in_turn: One case at a time is without.
        halves: Half of all records are without.
    """

    in_turn: Shares
    halves: Shares


@dataclass(frozen=True, slots=True)
class Bystanders:
    """What records that nobody asks about take away."""

    without: Shares
    beside: Shares


def try_imported(own: World, answerer: Answerer, cache: Path | None, today: date) -> Imported:
    """Take the alternate questions from cases, and ask what these cases answer.

    Args:
        own: Questions of which no case holds the answer are not asked.
        answerer: Of the same knowledge; what it has worked out is used again.
        cache: A folder that may keep what indexing works out.
        today: The day for which it is asked.
    """
    taught = [case.id for case in own.knowledge.cases if case.questions]
    tried = taught[:: -(-len(taught) // _MOST_CASES) or 1]
    shuffled = taught + [clause.id for clause in own.knowledge.clauses if clause.questions]
    random.Random("halves").shuffle(shuffled)  # noqa: S311 - reproducible, not secret

    def outcomes(groups: Iterable[Sequence[str]]) -> Iterator[Outcome]:
        for group in groups:
            bare = frozenset(group)
            asked = [
                question for question in own.questions if _is_asked(question) and bare.intersection(question.cases)
            ]
            if asked:
                stripped = strip(own.knowledge, bare)
                yield from judge(asked, Answerer(stripped, cache, earlier=answerer), stripped, today)

    return Imported(
        in_turn=Shares.of(outcomes([case] for case in tried)),
        halves=Shares.of(outcomes([shuffled[::2], shuffled[1::2]])),
    )


def try_bystanders(
    outcomes: Sequence[Outcome],
    knowledge: KnowledgeBase,
    beside: KnowledgeBase,
    answerer: Answerer,
    cache: Path | None,
    today: date,
) -> Bystanders:
    """Lay records of another folder beside the knowledge and ask the same questions again.

    Args:
        outcomes: Of the knowledge alone.
        knowledge: As it is.
        beside: Has the records that nobody asks about.
        answerer: Of the knowledge alone; what it has worked out is used again.
        cache: A folder that may keep what indexing works out.
        today: The day for which it is asked.
    """
    both = join(knowledge, beside)
    asked = [outcome.question for outcome in outcomes if _is_asked(outcome.question)]
    after = judge(asked, Answerer(both, cache, earlier=answerer), both, today)
    return Bystanders(without=Shares.of(outcomes), beside=Shares.of(after))


def _is_asked(question: LabelledQuestion) -> bool:
    return question.answerable and question.alarm is None and bool(question.cases or question.clauses)
