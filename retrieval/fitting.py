"""Fits the ranker and the tier model to labelled questions.

A station's own cases have no alternate questions, the shipped ones have many. So that the weights suit both, the questions are asked
of several worlds: the knowledge as it is, with records beside it that nobody asks about, with a random half of its records stripped of
their alternate questions, and with all of them stripped. What is fitted judges a record by what it has.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.answer import KINDS, Answerer, Logistic, Tier, TierModel, TierRule, kind_of
from retrieval.content import load_folder
from retrieval.errors import FitError
from retrieval.evaluation import LabelledQuestion, read_questions, right_clauses
from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.hits import Evidence, Hits
from retrieval.search.ranker import FEATURES, Ranker, features
from retrieval.search.retriever import Retriever

R = TypeVar("R", Case, Clause)

EVIDENCE = tuple(field.name for field in fields(Evidence))
_HALVES = 4
_RANK_PENALTY = 2.0
_TIER_PENALTY = 1.0
_FAR_WEIGHT = 4.0
"""How much a far-off question counts in the fit of tiers: there are few of them, and an answer to one makes the bot a joke."""
_LENT = Ranker(dict.fromkeys(FEATURES, 0.0), case_lends=1.5, clause_lends=0.3)
"""How much linked records lend each other is set, not fitted: see README.md beside the ranker."""


@dataclass(frozen=True, slots=True)
class World:
    """A knowledge base, and questions that are asked of it."""

    knowledge: KnowledgeBase
    questions: tuple[LabelledQuestion, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is fitted: `fitted.json`."""

    ranker: Ranker
    tiers: TierModel


@dataclass(frozen=True, slots=True)
class Choice:
    """The records of one kind that one question may be about: features of shape (records, features), and which are right."""

    question: str
    features: NDArray[np.float64]
    right: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Evidence and labels of questions; the arrays run in parallel.

    Attributes:
        features: Shape (questions, features).
        answerable: Whether the knowledge answers it.
        right: Whether the first case does, or the first clause where no case answers.
        near: For an unanswerable one, whether it is about the trade.
        questions: As typed.
    """

    features: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    near: NDArray[np.bool_]
    questions: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_]) -> "Sample":
        """The questions that are chosen."""
        return Sample(**{field.name: getattr(self, field.name)[chosen] for field in fields(Sample)})


def read_worlds(folder: Path, questions: Path, beside: Path | None) -> tuple[World, World | None]:
    """Read the knowledge and the records beside it, each with the questions on them.

    Args:
        folder: The knowledge.
        questions: Labelled questions on it.
        beside: Its golden.jsonl asks about its own records; its shipped.jsonl, if there is one, has more questions on the knowledge.

    Raises:
        KnowledgeError: If a folder or the questions have Problems.
    """
    labelled = read_questions(questions)
    if beside is None:
        return World(load_folder(folder), labelled), None
    more, theirs = beside / "shipped.jsonl", beside / "golden.jsonl"
    if more.is_file():
        labelled += read_questions(more)
    bystanders = World(load_folder(beside), read_questions(theirs) if theirs.is_file() else ())
    return World(load_folder(folder), labelled), bystanders


def make_worlds(own: World, beside: World | None = None) -> Iterator[World]:
    """Make the worlds of which the questions are asked; the same at every call.

    Args:
        own: The knowledge, and the questions on it.
        beside: Records that nobody asks about, and questions on them that are asked in some worlds all the same.
    """
    yield own
    both = own.knowledge if beside is None else join(own.knowledge, beside.knowledge)
    if beside is not None:
        yield World(both, own.questions)
    records: tuple[Case | Clause, ...] = (*own.knowledge.cases, *own.knowledge.clauses)
    taught = [one.id for one in records if one.questions]
    for number in range(_HALVES):
        half = frozenset(random.Random(number).sample(taught, len(taught) // 2))  # noqa: S311 - reproducible, not secret
        asked = own.questions if beside is None or number % 2 else own.questions + beside.questions
        yield World(strip(both, half), asked)
    yield World(strip(own.knowledge, frozenset(taught)), own.questions)


def strip(knowledge: KnowledgeBase, records: frozenset[str]) -> KnowledgeBase:
    """Take the alternate questions from records, given by their ids."""

    def bare(these: Iterable[R]) -> tuple[R, ...]:
        return tuple(replace(one, questions=()) if one.id in records else one for one in these)

    return replace(knowledge, cases=bare(knowledge.cases), clauses=bare(knowledge.clauses))


def join(knowledge: KnowledgeBase, beside: KnowledgeBase) -> KnowledgeBase:
    """Lay the records of another folder beside those of the first, whose word lists stay."""
    return replace(
        knowledge,
        rules=knowledge.rules + beside.rules,
        clauses=knowledge.clauses + beside.clauses,
        cases=knowledge.cases + beside.cases,
    )


def fit(
    own: World, beside: World | None, cache: Path | None, progress: Callable[[str], None] = lambda _text: None
) -> tuple[Fitted, Mapping[str, float]]:
    """Fit the ranker, then the tiers to what it finds.

    Args:
        own: The knowledge, and questions on it: some that it answers and some that it doesn't.
        beside: As for `make_worlds`.
        cache: A folder that may keep what indexing works out.
        progress: Is told in words what is being done.

    Returns:
        What is fitted to all questions, and the shares of `held_out`.

    Raises:
        FitError: If there are too few questions.
    """
    worlds = list(make_worlds(own, beside))
    choices: list[Choice] = []
    for world in worlds:
        choices += gather_choices(world, cache)
    progress(f"ranker: {len(choices)} choices")
    ranker = make_ranker(fit_choices(choices))
    samples = [sample(world.questions, Answerer(world.knowledge, cache, ranker=ranker)) for world in worlds]
    progress(f"tiers: {sum(len(one.right) for one in samples)} questions")
    return Fitted(ranker, fit_tiers(samples)), held_out(choices, merge(samples))


def make_ranker(weights: NDArray[np.float64]) -> Ranker:
    """A ranker with fitted weights, in the order of `FEATURES`."""
    return replace(
        _LENT, weights={name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)}
    )


def held_out(choices: Sequence[Choice], whole: Sample) -> dict[str, float]:
    """Fit to half of the questions and judge on the other half.

    A question is in the same half in all worlds. The evidence on which the tiers are tried is what the ranker of all questions found:
    with its few weights it can hardly have learnt a question by heart, and gathering it anew takes minutes.
    """
    seen = frozenset(sorted({choice.question for choice in choices}.union(whole.questions.tolist()))[::2])
    weights = fit_choices([choice for choice in choices if choice.question in seen])
    shares = {"first_by_ranker": first_share([choice for choice in choices if choice.question not in seen], weights)}
    known = np.array([question in seen for question in whole.questions.tolist()])
    return shares | tier_shares(fit_tiers([whole.part(known)]), whole.part(~known))


def first_share(choices: Sequence[Choice], weights: NDArray[np.float64]) -> float:
    """The share of the choices in which a right record has the highest score by itself, without its links."""
    first = [choice.right[np.argmax(choice.features @ weights)] for choice in choices]
    return round(float(np.mean(first)), 4) if first else 0.0


def gather_choices(world: World, cache: Path | None) -> Iterator[Choice]:
    """The choices between cases where a case answers, and between clauses where only a clause does."""
    retriever = Retriever(world.knowledge, cache, ranker=_LENT)
    for question in world.questions:
        if not question.answerable or question.previous or question.alarm is not None or question.style == "citation":
            continue
        measures = retriever.measure(question.question)
        due = frozenset(question.cases or question.clauses)
        records = retriever.records(measures.rows)
        kind = Case if question.cases else Clause
        chosen = np.array([isinstance(record, kind) for record in records], dtype=np.bool_)
        right = np.array(
            [record.id in due for record, it_is in zip(records, chosen, strict=True) if it_is], dtype=np.float64
        )
        if 0 < right.sum() < right.size:
            yield Choice(question.question, features(measures, retriever.taught(measures.rows))[chosen], right)


def fit_choices(choices: Sequence[Choice]) -> NDArray[np.float64]:
    """Conditional logit by Newton's method: the weights under which the right records are most likely to be chosen.

    Source: McFadden, Conditional logit analysis of qualitative choice behavior, 1974; where several records are right, any may be chosen.

    Raises:
        FitError: If there is no choice.
    """
    if not choices:
        raise FitError
    size = choices[0].features.shape[1]
    weights = np.zeros(size)
    for _ in range(100):
        gradient, curvature = _RANK_PENALTY * weights, _RANK_PENALTY * np.eye(size)
        for choice in choices:
            scores = choice.features @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            among_right = likely * choice.right
            among_right /= max(float(among_right.sum()), 1e-300)
            gradient = gradient - choice.features.T @ (among_right - likely)
            mean = choice.features.T @ likely
            curvature = curvature + (choice.features.T * likely) @ choice.features - np.outer(mean, mean)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step * min(1.0, 2.0 / float(np.abs(step).max()))
        if np.abs(step).max() < 1e-4:
            break
    return weights


def merge(samples: Sequence[Sample]) -> Sample:
    """Several samples as one."""
    return Sample(
        **{field.name: np.concatenate([getattr(one, field.name) for one in samples]) for field in fields(Sample)}
    )


def sample(questions: Sequence[LabelledQuestion], answerer: Answerer) -> Sample:
    """Gather evidence on questions whose tier depends on the model: no follow-up, no number, no courtesy."""
    rows, answerable, right, near, asked = [], [], [], [], []
    for question in questions:
        if question.previous or question.alarm is not None or question.style == "citation":
            continue
        answer = answerer.answer(question.question, today=date.min)
        if answer.lookups or answer.courtesy:
            continue
        hits = answerer.evidence(question.question)
        rows.append([getattr(hits.evidence, name) for name in EVIDENCE])
        answerable.append(question.answerable)
        right.append(question.answerable and _is_right(question, hits, answerer.knowledge))
        near.append(question.near)
        asked.append(question.question)
    return Sample(np.array(rows), np.array(answerable), np.array(right), np.array(near), np.array(asked))


def _is_right(question: LabelledQuestion, hits: Hits, knowledge: KnowledgeBase) -> bool:
    if question.cases:
        return bool(hits.cases) and hits.cases[0].record.id in question.cases
    return bool(hits.clauses) and hits.clauses[0].record.id in right_clauses(question, knowledge)


_REFUSED = {"taught": 0.025, "case": 0.05, "clause": 0.08}
"""Of the answerable questions that a kind of record leads, the share that is refused: what lies below can't be told from what is not held."""
_NEAR_DIRECT = {"taught": 0.015, "case": 0.01, "clause": 0.004}
_WRONG_DIRECT = {"taught": 0.01, "case": 0.006, "clause": 0.001}
"""Of the questions that a kind of record leads, the shares that get a sure answer where none is held, and a sure answer that is wrong."""

_LEAST_SURE = {"taught": 0.85, "case": 0.85, "clause": 0.92}
"""No answer is sure below this estimate: the samples are too few to trust a lower threshold, least of all for clauses."""

_LEAST = 10
"""Questions of each sort, answerable and not, without which a rule is not fitted."""


def fit_tiers(samples: Sequence[Sample]) -> TierModel:
    """Fit a rule for each kind of record that can lead an answer.

    Raises:
        FitError: If there are too few questions for one of the kinds.
    """
    whole = merge(samples)
    kinds = _kinds(whole)
    for kind in KINDS:
        answerable = whole.answerable[kinds == kind]
        if min(answerable.sum(), (~answerable).sum()) < _LEAST:
            raise FitError
    return TierModel(**{kind: _fit_rule(whole.part(kinds == kind), kind) for kind in KINDS})


def _kinds(sample: Sample) -> NDArray[np.str_]:
    return np.array([kind_of(Evidence(*row)) for row in sample.features.tolist()])


def tier_shares(model: TierModel, sample: Sample) -> dict[str, float]:
    """How the questions of a sample would be answered: the shares of `evaluation.metrics` that are the tiers' doing."""
    kinds = _kinds(sample)
    refused, direct = np.zeros(len(kinds), dtype=np.bool_), np.zeros(len(kinds), dtype=np.bool_)
    for kind in KINDS:
        rule, chosen = getattr(model, kind), kinds == kind
        likely = zip(
            probabilities(rule.fits, sample.features[chosen]),
            probabilities(rule.sure, sample.features[chosen]),
            strict=True,
        )
        tiers = [rule.tier(fits, sure) for fits, sure in likely]
        refused[chosen] = [tier is Tier.NONE for tier in tiers]
        direct[chosen] = [tier is Tier.DIRECT for tier in tiers]
    near, far = ~sample.answerable & sample.near, ~sample.answerable & ~sample.near

    def share(truths: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
        return round(float(truths[among].mean()), 4) if among.any() else 0.0

    return {
        "answerable_refused": share(refused, sample.answerable),
        "answerable_direct": share(direct, sample.answerable),
        "sure_and_wrong": share(direct & ~sample.right, sample.answerable),
        "near_direct": share(direct, near),
        "near_refused": share(refused, near),
        "far_not_refused": share(~refused, far),
    }


def _fit_rule(sample: Sample, kind: str) -> TierRule:
    """Two ridge logistic regressions, and the thresholds at which the shares named above are kept on the sample itself."""
    weights = np.where(~sample.answerable & ~sample.near, _FAR_WEIGHT, 1.0)
    fits = _fit_logistic(sample.features, sample.answerable.astype(float), weights)
    sure = _fit_logistic(sample.features, sample.right.astype(float), weights)
    fit_probabilities = probabilities(fits, sample.features)
    sure_probabilities = probabilities(sure, sample.features)
    refuse_below = np.quantile(fit_probabilities[sample.answerable], _REFUSED[kind])
    direct_from = max(
        _LEAST_SURE[kind],
        float(np.quantile(sure_probabilities[~sample.answerable], 1 - _NEAR_DIRECT[kind])),
        _at_most(sure_probabilities, sample.answerable & ~sample.right, _WRONG_DIRECT[kind] * sample.answerable.sum()),
    )
    return TierRule(fits, sure, round(float(refuse_below), 3), round(direct_from, 3))


def _at_most(likely: NDArray[np.float64], chosen: NDArray[np.bool_], count: float) -> float:
    """The lowest threshold that at most so many of the chosen reach."""
    ordered = np.sort(likely[chosen])[::-1]
    return float(np.nextafter(ordered[int(count)], 1.0)) if len(ordered) > int(count) else 0.0


def _fit_logistic(data: NDArray[np.float64], truth: NDArray[np.float64], weights: NDArray[np.float64]) -> Logistic:
    """Ridge logistic regression by Newton's method (Hastie, Tibshirani, Friedman, Elements of Statistical Learning, 4.4.1).

    Args:
        data: Shape (questions, features).
        truth: 0 or 1 for each question.
        weights: How much each question counts.
    """
    mean, deviation = data.mean(axis=0), data.std(axis=0)
    deviation[deviation == 0] = 1.0
    design = np.column_stack([np.ones(len(data)), (data - mean) / deviation])
    ridge = np.diag([1e-9, *[_TIER_PENALTY] * data.shape[1]])
    coefficients = np.zeros(design.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-design @ coefficients))
        gradient = design.T @ (weights * (likely - truth)) + ridge @ coefficients
        curvature = (design * (weights * likely * (1 - likely))[:, None]).T @ design + ridge
        coefficients -= np.linalg.solve(curvature, gradient)
    scaled = coefficients[1:] / deviation
    bias = float(coefficients[0] - scaled @ mean)
    return Logistic(
        round(bias, 4), {name: round(float(weight), 4) for name, weight in zip(EVIDENCE, scaled, strict=True)}
    )


def probabilities(model: Logistic, data: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a model estimates for evidence of shape (questions, features)."""
    total = model.bias + data @ np.array([model.weights[name] for name in EVIDENCE])
    return np.asarray(1 / (1 + np.exp(-total)))
