"""Hits to an answer: how sure it is, and what of it is shown."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.lookup import ClauseFinder, NumberLookup
from retrieval.search.retriever import NO_HITS, Evidence, Hit, Hits, Retriever

LIMIT = 5
"""How many cases, and how many clauses, an answer holds at the most."""


class Tier(StrEnum):
    """How an answer is shown.

    direct: sure; rule and lesson at once. choose: two or three candidates. none: nothing here fits.
    """

    DIRECT = "direct"
    CHOOSE = "choose"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question on one day.

    Attributes:
        today: The day for which the status of rules is to be told.
        clauses: Best first, at most 5; empty in tier none.
        cases: Best first, at most 5; empty in tier none.
        situations: In tier choose, for each of the first three cases the alternate question of it that is nearest to the question.
        nearest: In tier none, the cases that come nearest, to be offered as topics; at most 3.
        lookups: What was asked for by number; with tier none, a number that the knowledge does not hold.
        matched: The words, synonyms and pairs of characters that carried the first hit.
        fits: The estimated probability that the knowledge answers the question, 0 to 1.
        sure: The estimated probability that it does so with its first case, 0 to 1.
    """

    question: str
    today: date
    tier: Tier
    clauses: tuple[Hit[Clause], ...]
    cases: tuple[Hit[Case], ...]
    situations: tuple[str, ...]
    nearest: tuple[Case, ...]
    lookups: tuple[NumberLookup, ...]
    matched: tuple[str, ...]
    fits: float
    sure: float


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over the fields of `Evidence`.

    Attributes:
        bias: Added to the weighted sum.
        weights: Under the names of the fields; a field without one counts nothing.
    """

    bias: float
    weights: Mapping[str, float]

    def probability(self, evidence: Evidence) -> float:
        """The estimated probability, 0 to 1."""
        total = self.bias + sum(weight * getattr(evidence, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


@dataclass(frozen=True, slots=True)
class TierModel:
    """Decides on the tier.

    Attributes:
        fits: Whether the knowledge answers the question.
        sure: Whether the first case does.
        refuse_below: Below this `fits` the tier is none.
        direct_from: From this `sure` on the tier is direct.
    """

    fits: Logistic
    sure: Logistic
    refuse_below: float
    direct_from: float

    def tier(self, fits: float, sure: float) -> Tier:
        """The tier for the two probabilities."""
        if fits < self.refuse_below:
            return Tier.NONE
        return Tier.DIRECT if sure >= self.direct_from else Tier.CHOOSE


def load_tier_model() -> TierModel:
    """The fitted parameters in `tiers.json`."""
    parameters = json.loads(files("retrieval").joinpath("tiers.json").read_text(encoding="utf-8"))
    return TierModel(
        Logistic(parameters["fits"]["bias"], parameters["fits"]["weights"]),
        Logistic(parameters["sure"]["bias"], parameters["sure"]["weights"]),
        parameters["refuse_below"],
        parameters["direct_from"],
    )


class Answerer:
    """Answers from one knowledge base; everything that is slow happens when it is made."""

    def __init__(self, knowledge: KnowledgeBase, cache: Path | None = None, tiers: TierModel | None = None) -> None:
        """Make ready to answer.

        Args:
            knowledge: What is answered from.
            cache: A folder that may keep what this works out, so that the next time is faster; none is used where None.
            tiers: The fitted one in `tiers.json` where None.
        """
        self._knowledge = knowledge
        self._tiers = tiers or load_tier_model()
        self._finder = ClauseFinder(knowledge)
        self._retriever = Retriever(knowledge, cache)

    def answer(self, question: str, *, today: date) -> Answer:
        """Answer a question.

        Args:
            question: As typed, of any length; nothing in it can make this raise.
            today: The day for which it is asked.
        """
        lookups = self._finder.find(question)
        if lookups:
            return self._answer_by_number(question, today, lookups)
        hits = self._retriever.search(question, LIMIT)
        if hits is NO_HITS:
            return Answer(question, today, Tier.NONE, (), (), (), (), (), (), 0.0, 0.0)
        fits = self._tiers.fits.probability(hits.evidence)
        sure = self._tiers.sure.probability(hits.evidence)
        tier = self._tiers.tier(fits, sure)
        if tier is Tier.NONE:
            nearest = tuple(hit.record for hit in hits.cases[:3])
            return Answer(question, today, tier, (), (), (), nearest, (), hits.matched, fits, sure)
        situations: tuple[str, ...] = ()
        if tier is Tier.CHOOSE:
            situations = tuple(self._retriever.situation(question, hit.record) for hit in hits.cases[:3])
        return Answer(question, today, tier, hits.clauses, hits.cases, situations, (), (), hits.matched, fits, sure)

    def evidence(self, question: str) -> tuple[Hits, Evidence]:
        """What the tier of a question is decided by, for fitting the model."""
        hits = self._retriever.search(question, LIMIT)
        return hits, hits.evidence

    def _answer_by_number(self, question: str, today: date, lookups: Sequence[NumberLookup]) -> Answer:
        asked = list(dict.fromkeys(clause for lookup in lookups for clause in lookup.clauses))
        if not asked:
            return Answer(question, today, Tier.NONE, (), (), (), (), tuple(lookups), (), 0.0, 0.0)
        words = lookups[0].rest
        hits = self._retriever.search(words, LIMIT) if len(words) > 1 else NO_HITS
        found = {hit.record.id: hit for hit in hits.clauses}
        if not all(lookup.rules for lookup in lookups):  # 第四条 of which rule? What else was said may tell.
            asked.sort(key=lambda clause: -found[clause.id].score if clause.id in found else 0.0)
        top = max((hit.score for hit in hits.clauses), default=0.0)
        named = [Hit(clause, top + 1.0, found[clause.id].bm25 if clause.id in found else 0.0) for clause in asked]
        others = [hit for hit in hits.clauses if hit.record not in asked]
        cases = self._cases_beside(asked, words, hits.cases)
        books = {clause.rule.id for clause in asked}
        tier = Tier.DIRECT if len(books) == 1 or len(named) == 1 else Tier.CHOOSE
        matched = tuple(f"{clause.rule.title}{clause.label}" for clause in asked)
        return Answer(
            question,
            today,
            tier,
            tuple((named + others)[:LIMIT]),
            cases,
            (),
            (),
            tuple(lookups),
            matched[:LIMIT],
            1.0,
            1.0,
        )

    def _cases_beside(self, clauses: Sequence[Clause], words: str, hits: Sequence[Hit[Case]]) -> tuple[Hit[Case], ...]:
        """The cases that are read beside the clauses: those first that name one, then those that fit the rest of the question best."""
        beside = list(
            dict.fromkeys(case for clause in clauses for case in self._knowledge.cases_by_clause.get(clause.id, ()))
        )
        asked = {clause.id for clause in clauses}
        scored = self._retriever.score_cases(words, beside) if len(words) > 1 else [(case, 0.0) for case in beside]
        scored.sort(key=lambda pair: asked.isdisjoint(pair[0].cites))
        top = max((hit.score for hit in hits), default=0.0)
        linked = [Hit(case, top + 1.0, score) for case, score in scored]
        return tuple((linked + [hit for hit in hits if hit.record not in beside])[:LIMIT])
