"""Labelled questions: how well they are answered, and the tier model that fits them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import LIMIT, Answer, Answerer, Logistic, Tier, TierModel
from retrieval.content.textfile import read_text_file
from retrieval.emergencies import find_advices
from retrieval.errors import KnowledgeError, Problem
from retrieval.model import KnowledgeBase
from retrieval.search.hits import Evidence
from retrieval.text import normalise


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question whose right answer is known.

    Attributes:
        previous: The same person's question just before; empty for none.
        cases: Ids of the cases that fit, the best one first; empty where none does.
        clauses: Ids of the clauses that answer it; empty where that was not judged.
        answerable: Whether the knowledge answers it.
        near: For an unanswerable one, whether it is about the trade at all.
        alarm: Whether it tells of danger to life; None if it is judged by its answer and not by this.
    """

    id: str
    question: str
    previous: str
    style: str
    cases: tuple[str, ...]
    clauses: tuple[str, ...]
    answerable: bool
    near: bool
    alarm: bool | None = None


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """Read labelled questions, one JSON object a line.

    Raises:
        KnowledgeError: With a Problem for every line that can't be read.
    """
    questions: list[LabelledQuestion] = []
    problems: list[Problem] = []
    file = read_text_file(path.parent, PurePath(path.name))
    if isinstance(file, Problem):
        raise KnowledgeError([file])
    for number, line in enumerate(file.lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            question = item["question"] if "question" in item else item["q"]
            if (
                not isinstance(question, str)
                or not isinstance(item["cases"], list)
                or not isinstance(item["clauses"], list)
                or not isinstance(item.get("alarm"), bool | None)
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
                    alarm=item.get("alarm"),
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

    A clause also counts as right where it is guidance that a right case cites: the rural cases' rules are taken from the cases. Of a question
    that is judged by its alarm only the advice is asked for; that costs next to nothing.
    """
    outcomes = []
    for question in questions:
        if question.alarm is not None:
            said = normalise(question.question), normalise(question.previous)
            advice = find_advices(knowledge.emergencies, *said)
            outcomes.append(
                Outcome(question, Answer(question.question, today, Tier.NONE, (), (), advice=advice), (), 0, 0)
            )
            continue
        answer = answerer.answer(question.question, today=today, previous=question.previous)
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
    alarms = [bool(outcome.answer.advice) for outcome in outcomes if outcome.question.alarm]
    look_alikes = [bool(outcome.answer.advice) for outcome in outcomes if outcome.question.alarm is False]
    outcomes = judged_by_answer(outcomes)
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
        "alarms_heard": _share(alarms),
        "look_alikes_ringing": _share(look_alikes),
    }


def judged_by_answer(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes without those that are judged by their alarm."""
    return [outcome for outcome in outcomes if outcome.question.alarm is None]


def tier_table(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """How many questions got which tier, and were right (first case), wrong, or not answerable at all.

    Answerable questions that no case answers are right where a right clause comes first.
    """
    table = {tier.value: {"right": 0, "wrong": 0, "unanswerable": 0} for tier in Tier}
    for outcome in judged_by_answer(outcomes):
        if not outcome.question.answerable:
            column = "unanswerable"
        else:
            rank = outcome.case_rank if outcome.question.cases else outcome.clause_rank
            column = "right" if rank == 1 else "wrong"
        table[outcome.answer.tier.value][column] += 1
    return table


def calibration(outcomes: Sequence[Outcome], bins: int = 5) -> list[tuple[float, float, int]]:
    """Whether `sure` means what it says: for each fifth of its range the mean estimate, the share of right ones, and how many.

    Look-ups by number are left out; an unanswerable question counts as not right.
    """
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for outcome in judged_by_answer(outcomes):
        if not outcome.answer.lookups and (outcome.question.cases or not outcome.question.answerable):
            sure = outcome.answer.sure
            rows[min(int(sure * bins), bins - 1)].append((sure, outcome.case_rank == 1))
    return [
        (round(sum(sure for sure, _ in row) / len(row), 3), _share(right for _, right in row), len(row))
        for row in rows
        if row
    ]


class Change(StrEnum):
    """What became of a question between two evaluations."""

    BETTER = "better"
    WORSE = "worse"


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[tuple[Change, Outcome, Outcome]]:
    """The questions that are answered better or worse than before, the worse ones first.

    For an answerable question the place of the first right case counts (of the first right clause where no case was to be found), then
    the tier; an unanswerable one is best refused and worst answered direct. An alarm is best heard, a look-alike best not.

    Args:
        before: In the same order as `after`, of the same questions.
        after: As judged now.
    """
    changed = []
    for old, new in zip(before, after, strict=True):
        difference = _badness(new) - _badness(old)
        if difference:
            changed.append((Change.WORSE if difference > 0 else Change.BETTER, old, new))
    return sorted(changed, key=lambda change: change[0] is Change.BETTER)


def _badness(outcome: Outcome) -> int:
    if outcome.question.alarm is not None:
        return int(outcome.question.alarm is not bool(outcome.answer.advice))
    tier = (Tier.DIRECT, Tier.CHOOSE, Tier.NONE).index(outcome.answer.tier)
    if not outcome.question.answerable:
        return 2 - tier
    rank = outcome.case_rank if outcome.question.cases else outcome.clause_rank
    return 3 * (rank - 1 if rank else LIMIT) + tier


def _share(truths: Iterable[bool]) -> float:
    return _mean([float(truth) for truth in truths])


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 4) if numbers else 0.0


FEATURES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class _Sample:
    """Evidence and labels of questions; the arrays run in parallel.

    Attributes:
        features: Shape (questions, features).
        answerable: Whether the knowledge answers it.
        right: Whether the first case does.
        near: For an unanswerable one, whether it is about the trade.
    """

    features: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    near: NDArray[np.bool_]

    def part(self, chosen: NDArray[np.bool_]) -> "_Sample":
        return _Sample(self.features[chosen], self.answerable[chosen], self.right[chosen], self.near[chosen])


def _sample(questions: Sequence[LabelledQuestion], answerer: Answerer) -> _Sample:
    rows, answerable, right, near = [], [], [], []
    for question in questions:
        if question.alarm is not None or question.previous or (question.answerable and not question.cases):
            continue  # is judged by its alarm; leans on another question; or a clause alone answers it, and whether the first case is right can't be said
        answer = answerer.answer(question.question, today=date.min)
        if answer.lookups or answer.courtesy:
            continue  # its tier doesn't depend on the model
        hits, evidence = answerer.evidence(question.question)
        rows.append([getattr(evidence, name) for name in FEATURES])
        answerable.append(question.answerable)
        right.append(question.answerable and bool(hits.cases) and hits.cases[0].record.id in question.cases)
        near.append(question.near)
    return _Sample(np.array(rows), np.array(answerable), np.array(right), np.array(near))


def fit_tiers(questions: Sequence[LabelledQuestion], answerer: Answerer) -> TierModel:
    """Fit the tier model to labelled questions.

    Args:
        questions: At least a few answerable and a few unanswerable ones. Those that name a clause by number, follow-ups, and those
            that only a clause answers are left out.
        answerer: Whose evidence is used; its own tier model is not.
    """
    return _fit_model(_sample(questions, answerer))


_PENALTY = 1.0
_FAR_WEIGHT = 4.0
"""How much a far-off question counts in the fit: there are few of them, and an answer to one makes the bot a joke."""
_REFUSED = 0.02
_NEAR_DIRECT = 0.05
_WRONG_DIRECT = 0.01


def _fit_model(sample: _Sample) -> TierModel:
    """Two ridge logistic regressions, and the thresholds at which the shares named above are kept on the sample itself."""
    weights = np.where(~sample.answerable & ~sample.near, _FAR_WEIGHT, 1.0)
    fits = _fit(sample.features, sample.answerable.astype(float), weights)
    sure = _fit(sample.features, sample.right.astype(float), weights)
    fit_probabilities = _probabilities(fits, sample.features)
    sure_probabilities = _probabilities(sure, sample.features)
    refuse_below = np.quantile(fit_probabilities[sample.answerable], _REFUSED)
    direct_from = max(
        np.quantile(sure_probabilities[~sample.answerable], 1 - _NEAR_DIRECT),
        _at_most(sure_probabilities, sample.answerable & ~sample.right, _WRONG_DIRECT * sample.answerable.sum()),
    )
    return TierModel(fits, sure, round(float(refuse_below), 3), round(float(direct_from), 3))


def _at_most(probabilities: NDArray[np.float64], chosen: NDArray[np.bool_], count: float) -> float:
    """The lowest threshold that at most so many of the chosen reach."""
    ordered = np.sort(probabilities[chosen])[::-1]
    return float(np.nextafter(ordered[int(count)], 1.0)) if len(ordered) > int(count) else 0.0


def cross_validate(questions: Sequence[LabelledQuestion], answerer: Answerer, folds: int = 10) -> dict[str, float]:
    """How the tier model does on questions it was not fitted to; shares, 0 to 1.

    Each question's fold is decided by its place, so that the figures are the same at every run.
    """
    sample = _sample(questions, answerer)
    place = np.arange(len(sample.answerable)) % folds
    tiers = np.empty(len(sample.answerable), dtype=object)
    for fold in range(folds):
        model = _fit_model(sample.part(place != fold))
        held_out = sample.features[place == fold]
        fits, sure = _probabilities(model.fits, held_out), _probabilities(model.sure, held_out)
        tiers[place == fold] = [model.tier(*pair) for pair in zip(fits.tolist(), sure.tolist(), strict=True)]
    refused, direct = tiers == Tier.NONE, tiers == Tier.DIRECT
    far = ~sample.answerable & ~sample.near
    return {
        "answerable_refused": _mean(refused[sample.answerable].tolist()),
        "answerable_direct": _mean(direct[sample.answerable].tolist()),
        "direct_first_case_wrong": _mean((direct & ~sample.right)[sample.answerable].tolist()),
        "near_direct": _mean(direct[sample.near].tolist()),
        "near_refused": _mean(refused[sample.near].tolist()),
        "far_not_refused": _mean((~refused)[far].tolist()),
    }


def _fit(features: NDArray[np.float64], truth: NDArray[np.float64], weights: NDArray[np.float64]) -> Logistic:
    """Ridge logistic regression by Newton's method (Hastie, Tibshirani, Friedman, Elements of Statistical Learning, 4.4.1).

    Args:
        features: Shape (questions, features).
        truth: 0 or 1 for each question.
        weights: How much each question counts.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation[deviation == 0] = 1.0
    design = np.column_stack([np.ones(len(features)), (features - mean) / deviation])
    ridge = np.diag([1e-9, *[_PENALTY] * features.shape[1]])
    coefficients = np.zeros(design.shape[1])
    for _ in range(30):
        probability = 1 / (1 + np.exp(-design @ coefficients))
        gradient = design.T @ (weights * (probability - truth)) + ridge @ coefficients
        curvature = (design * (weights * probability * (1 - probability))[:, None]).T @ design + ridge
        coefficients -= np.linalg.solve(curvature, gradient)
    scaled = coefficients[1:] / deviation
    bias = float(coefficients[0] - scaled @ mean)
    return Logistic(
        round(bias, 4), {name: round(float(weight), 4) for name, weight in zip(FEATURES, scaled, strict=True)}
    )


def _probabilities(model: Logistic, features: NDArray[np.float64]) -> NDArray[np.float64]:
    total = model.bias + features @ np.array([model.weights[name] for name in FEATURES])
    return np.asarray(1 / (1 + np.exp(-total)))
