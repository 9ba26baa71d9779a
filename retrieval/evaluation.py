"""Labelled questions: how well they are answered, and the tier model that fits them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Answer, Answerer, Logistic, Tier, TierModel
from retrieval.errors import KnowledgeError, Problem
from retrieval.model import KnowledgeBase
from retrieval.search.retriever import Evidence


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question whose right answer is known.

    Attributes:
        previous: The same person's question just before; empty for none.
        cases: Ids of the cases that fit, the best one first; empty where none does.
        clauses: Ids of the clauses that answer it; empty where that was not judged.
        answerable: Whether the knowledge answers it.
        near: For an unanswerable one, whether it is about the trade at all.
    """

    id: str
    question: str
    previous: str
    style: str
    cases: tuple[str, ...]
    clauses: tuple[str, ...]
    answerable: bool
    near: bool


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """Read labelled questions, one JSON object a line.

    Raises:
        KnowledgeError: With a Problem for every line that can't be read.
    """
    questions: list[LabelledQuestion] = []
    problems: list[Problem] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            question = item["question"] if "question" in item else item["q"]
            if (
                not isinstance(question, str)
                or not isinstance(item["cases"], list)
                or not isinstance(item["clauses"], list)
            ):
                raise TypeError  # noqa: TRY301 - one answer to every way in which a line can be wrong
            questions.append(
                LabelledQuestion(
                    id=str(item.get("id", number)),
                    question=question,
                    previous=str(item.get("previous") or ""),
                    style=str(item.get("style", "")),
                    cases=tuple(map(str, item["cases"])),
                    clauses=tuple(map(str, item["clauses"])),
                    answerable=bool(item.get("answerable", True)),
                    near=bool(item.get("near", False)),
                )
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(Problem(path, number, '一行写一个 JSON,至少要有 "question"、"cases"、"clauses" 三项'))
    if problems:
        raise KnowledgeError(problems)
    return tuple(questions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A labelled question and its answer, judged.

    Attributes:
        found_cases: Ids in the order of the answer, whatever its tier.
        case_rank: The place of the first right case, from 1; 0 where none is among the first five or none was to be found.
        clause_rank: The same for clauses.
    """

    question: LabelledQuestion
    answer: Answer
    found_cases: tuple[str, ...]
    case_rank: int
    clause_rank: int


def judge(
    questions: Iterable[LabelledQuestion], answerer: Answerer, knowledge: KnowledgeBase, today: date
) -> tuple[Outcome, ...]:
    """Ask every question and hold the answer against its labels.

    A clause also counts as right where it is guidance that a right case cites: the rural cases' rules are taken from the cases.
    """
    outcomes = []
    for question in questions:
        answer = answerer.answer(question.question, today=today)
        cases = tuple(hit.record.id for hit in answer.cases)
        clauses = tuple(hit.record.id for hit in answer.clauses)
        right_clauses = set(question.clauses)
        if question.clauses:
            right_clauses |= {
                clause
                for case in question.cases
                if case in knowledge.case_by_id
                for clause in knowledge.case_by_id[case].cites
                if knowledge.clause_by_id[clause].rule.kind == "guidance"
            }
        outcomes.append(
            Outcome(question, answer, cases, _rank(cases, set(question.cases)), _rank(clauses, right_clauses))
        )
    return tuple(outcomes)


def _rank(found: Sequence[str], right: set[str]) -> int:
    return next((place for place, identifier in enumerate(found, 1) if identifier in right), 0)


def metrics(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """The figures that say how good the answers are; shares are 0 to 1, and 0 where there is nothing to be counted."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    with_case = [outcome for outcome in answerable if outcome.question.cases]
    with_clause = [outcome for outcome in answerable if outcome.question.clauses]
    near = [outcome for outcome in outcomes if not outcome.question.answerable and outcome.question.near]
    far = [outcome for outcome in outcomes if not outcome.question.answerable and not outcome.question.near]
    return {
        "questions": len(outcomes),
        "case_first": _share(outcome.case_rank == 1 for outcome in with_case),
        "case_in_three": _share(1 <= outcome.case_rank <= 3 for outcome in with_case),
        "case_mrr": _mean([1 / outcome.case_rank if outcome.case_rank else 0.0 for outcome in with_case]),
        "clause_first": _share(outcome.clause_rank == 1 for outcome in with_clause),
        "clause_in_three": _share(1 <= outcome.clause_rank <= 3 for outcome in with_clause),
        "clause_mrr": _mean([1 / outcome.clause_rank if outcome.clause_rank else 0.0 for outcome in with_clause]),
        "answerable_refused": _share(outcome.answer.tier is Tier.NONE for outcome in answerable),
        "answerable_direct": _share(outcome.answer.tier is Tier.DIRECT for outcome in answerable),
        "direct_first_case_wrong": _share(
            outcome.answer.tier is Tier.DIRECT and outcome.case_rank != 1 for outcome in with_case
        ),
        "unanswerable_direct": _share(outcome.answer.tier is Tier.DIRECT for outcome in near + far),
        "near_direct": _share(outcome.answer.tier is Tier.DIRECT for outcome in near),
        "near_refused": _share(outcome.answer.tier is Tier.NONE for outcome in near),
        "far_not_refused": _share(outcome.answer.tier is not Tier.NONE for outcome in far),
    }


def _share(truths: Iterable[bool]) -> float:
    return _mean([float(truth) for truth in truths])


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 4) if numbers else 0.0


FEATURES = tuple(field.name for field in fields(Evidence))


def fit_tiers(questions: Sequence[LabelledQuestion], answerer: Answerer, penalty: float = 1.0) -> TierModel:
    """Fit the tier model to labelled questions.

    Questions that name a clause by number are left out: their tier does not depend on the model. The thresholds are those at which,
    among the questions given, 1.5 % of the answerable ones are refused, and at which at most 3 % of the unanswerable ones and 1.5 % of those
    whose first case is wrong are answered direct.

    Args:
        questions: At least a few answerable and a few unanswerable ones.
        answerer: Whose evidence is used; its own tier model is not.
        penalty: Of the weights' squares (L2), on standardised features.
    """
    rows, answerable, right = [], [], []
    for question in questions:
        if question.previous or answerer.answer(question.question, today=date.min).lookups:
            continue
        hits, evidence = answerer.evidence(question.question)
        if question.answerable and not question.cases:
            continue  # a clause alone answers it: whether the first case is right can't be said
        rows.append([getattr(evidence, name) for name in FEATURES])
        answerable.append(question.answerable)
        right.append(question.answerable and bool(hits.cases) and hits.cases[0].record.id in question.cases)
    features = np.array(rows)
    fits = _fit(features, np.array(answerable, dtype=float), penalty)
    sure = _fit(features, np.array(right, dtype=float), penalty)
    fit_probabilities = _probabilities(fits, features)
    sure_probabilities = _probabilities(sure, features)
    is_answerable, is_right = np.array(answerable), np.array(right)
    refuse_below = float(np.quantile(fit_probabilities[is_answerable], 0.015))
    unanswerable = np.quantile(sure_probabilities[~is_answerable], 0.97)
    direct_from = (
        float(max(unanswerable, np.quantile(sure_probabilities[is_answerable & ~is_right], 0.8)))
        if (is_answerable & ~is_right).any()
        else float(unanswerable)
    )
    return TierModel(fits, sure, round(refuse_below, 3), round(direct_from, 3))


def _fit(features: NDArray[np.float64], truth: NDArray[np.float64], penalty: float) -> Logistic:
    """Ridge logistic regression by Newton's method (Hastie, Tibshirani, Friedman, Elements of Statistical Learning, 4.4.1)."""
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation[deviation == 0] = 1.0
    design = np.column_stack([np.ones(len(features)), (features - mean) / deviation])
    ridge = np.diag([1e-9, *[penalty] * features.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        probability = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (probability - truth) + ridge @ weights
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(curvature, gradient)
    scaled = weights[1:] / deviation
    bias = float(weights[0] - scaled @ mean)
    return Logistic(
        round(bias, 4), {name: round(float(weight), 4) for name, weight in zip(FEATURES, scaled, strict=True)}
    )


def _probabilities(model: Logistic, features: NDArray[np.float64]) -> NDArray[np.float64]:
    total = model.bias + features @ np.array([model.weights[name] for name in FEATURES])
    return np.asarray(1 / (1 + np.exp(-total)))
