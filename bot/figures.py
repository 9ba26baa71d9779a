"""What `policybot evaluate` prints."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bot.folders import CACHE
from retrieval.answer import Answerer
from retrieval.content import load_folder
from retrieval.evaluation import (
    Outcome,
    calibration,
    compare,
    cross_validate,
    fit_tiers,
    judge,
    metrics,
    read_questions,
    tier_table,
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A folder, judged on labelled questions.

    Attributes:
        unknown: For each outcome, the words of its question that no record holds.
    """

    outcomes: Sequence[Outcome]
    unknown: Sequence[tuple[str, ...]]


def evaluate(folder: Path, questions: Path, today: date) -> Evaluation:
    """Judge a folder.

    Raises:
        KnowledgeError: Where the folder or the questions have Problems.
    """
    knowledge = load_folder(folder)
    answerer = Answerer(knowledge, CACHE)
    outcomes = judge(read_questions(questions), answerer, knowledge, today)
    unknown = [
        answerer.unknown_words(outcome.question.question) if outcome.question.alarm is None else ()
        for outcome in outcomes
    ]
    return Evaluation(outcomes, unknown)


def fit(folder: Path, questions: Path, target: Path) -> str:
    """Fit the tier model, write it, and say how well it does on questions that it has not seen.

    Raises:
        KnowledgeError: Where the folder or the questions have Problems.
    """
    answerer = Answerer(load_folder(folder), CACHE)
    labelled = read_questions(questions)
    model = fit_tiers(labelled, answerer)
    target.write_text(json.dumps(asdict(model), indent=2) + "\n", encoding="utf-8")
    lines = [f"written: {target}", "ten-fold cross-validation, the shares of unseen questions:"]
    lines += [f"  {name:28} {share:.1%}" for name, share in cross_validate(labelled, answerer).items()]
    return "\n".join(lines)


def as_json(evaluation: Evaluation, against: Evaluation | None) -> str:
    """All figures as one JSON object."""
    result: dict[str, object] = dict(metrics(evaluation.outcomes))
    result["tiers"] = tier_table(evaluation.outcomes)
    result["calibration"] = [
        {"sure": sure, "right": right, "questions": count} for sure, right, count in calibration(evaluation.outcomes)
    ]
    result["misses"] = [
        {
            "id": outcome.question.id,
            "question": outcome.question.question,
            "found": outcome.found_cases,
            "unknown": unknown,
        }
        for outcome, unknown in _misses(evaluation)
    ]
    if against is not None:
        result["changes"] = [
            {"id": new.question.id, "change": change.value, "before": old.found_cases, "after": new.found_cases}
            for change, old, new in compare(against.outcomes, evaluation.outcomes)
        ]
    return json.dumps(result, ensure_ascii=False)


def as_text(evaluation: Evaluation, against: Evaluation | None) -> str:
    """All figures for a person; with the figures of another folder in a second column where one is given."""
    figures = metrics(evaluation.outcomes)
    others = metrics(against.outcomes) if against is not None else {}
    lines = []
    for name, figure in figures.items():
        row = f"{name:26} {_written(figure):>7}"
        lines.append(f"{row}   against {_written(others[name]):>7}" if others else row)
    lines += ["", f"{'tier':10}{'right':>8}{'wrong':>8}{'unanswerable':>14}"]
    for tier, counts in tier_table(evaluation.outcomes).items():
        lines.append(f"{tier:10}{counts['right']:8}{counts['wrong']:8}{counts['unanswerable']:14}")
    lines += ["", f"{'sure':>6}{'right':>8}{'questions':>11}"]
    lines += [f"{sure:6.2f}{right:8.1%}{count:11}" for sure, right, count in calibration(evaluation.outcomes)]
    lines += ["", "misses:"]
    for outcome, unknown in _misses(evaluation):
        question = outcome.question
        if question.alarm is not None:
            lines.append(
                f"  {question.id} {question.question} ({'an alarm, not heard' if question.alarm else 'no alarm'})"
            )
            continue
        wanted = ", ".join(question.cases) or "none"
        words = f"; unknown: {' '.join(unknown)}" if unknown else ""
        found = ", ".join(outcome.found_cases[:3])
        lines.append(
            f"  {question.id} [{outcome.answer.tier.value}] {question.question} → {found} (wanted: {wanted}{words})"
        )
    if against is not None:
        lines += ["", "changes:"]
        for change, old, new in compare(against.outcomes, evaluation.outcomes):
            lines.append(f"  {change.value}: {new.question.id} {new.question.question}: {_said(old)} → {_said(new)}")
    return "\n".join(lines)


def _said(outcome: Outcome) -> str:
    """What was said to a question, in a few words."""
    if outcome.question.alarm is not None:
        return "alarm" if outcome.answer.advice else "no alarm"
    return f"{outcome.answer.tier.value} {', '.join(outcome.found_cases[:1])}".strip()


def _written(figure: float) -> str:
    return str(figure) if isinstance(figure, int) else f"{figure:.1%}"


def _misses(evaluation: Evaluation) -> list[tuple[Outcome, tuple[str, ...]]]:
    """Answerable questions whose first case is wrong, or that were refused; unanswerable ones that got a sure answer; false and missed alarms."""
    return [
        (outcome, unknown)
        for outcome, unknown in zip(evaluation.outcomes, evaluation.unknown, strict=True)
        if _is_miss(outcome)
    ]


def _is_miss(outcome: Outcome) -> bool:
    if outcome.question.alarm is not None:
        return outcome.question.alarm is not bool(outcome.answer.advice)
    tier = outcome.answer.tier.value
    if not outcome.question.answerable:
        return tier == "direct" or (tier != "none" and not outcome.question.near)
    return tier == "none" or (bool(outcome.question.cases) and outcome.case_rank != 1)
