"""What `policybot evaluate` prints."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bot.station.folders import CACHE
from retrieval.answering.answer import Answerer
from retrieval.content import load_folder
from retrieval.evaluation import (
    Outcome,
    calibration,
    compare,
    judge,
    metrics,
    read_questions,
    tier_table,
)
from retrieval.fitting import Fitted, World, read_worlds
from retrieval.fitting import fit as fit_world
from retrieval.trials import Bystanders, Imported, Shares, try_bystanders, try_imported


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A folder, judged on labelled questions.

    Attributes:
        unknown: For each outcome, the words of its question that no record holds.
        imported: How its cases are found without their alternate questions; None if that was not tried.
        bystanders: What records of another folder beside it take away; None if that was not tried.
    """

    outcomes: Sequence[Outcome]
    unknown: Sequence[tuple[str, ...]]
    imported: Imported | None = None
    bystanders: Bystanders | None = None


def evaluate(
    folder: Path, questions: Path, today: date, *, beside: Path | None = None, trials: bool = True
) -> Evaluation:
    """Judge a folder.

    Args:
        folder: The knowledge.
        questions: Labelled questions.
        today: The day for which they are asked.
        beside: A folder whose records nobody asks about.
        trials: Whether to try what the knowledge makes of records without alternate questions, and of bystanders.

    Raises:
        KnowledgeError: If a folder or the questions have Problems.
    """
    knowledge = load_folder(folder)
    bystanders = load_folder(beside) if beside is not None else None
    answerer = Answerer(knowledge, CACHE)
    labelled = read_questions(questions)
    outcomes = judge(labelled, answerer, knowledge, today)
    unknown = [
        answerer.unknown_words(outcome.question.question) if outcome.question.alarm is None else ()
        for outcome in outcomes
    ]
    if not trials:
        return Evaluation(outcomes, unknown)
    return Evaluation(
        outcomes,
        unknown,
        try_imported(World(knowledge, labelled), answerer, CACHE, today),
        try_bystanders(outcomes, knowledge, bystanders, answerer, CACHE, today) if bystanders is not None else None,
    )


def fit(folder: Path, questions: Path, beside: Path | None, target: Path, progress: Callable[[str], None]) -> str:
    """Fit the ranker and the tiers, write them, and say how well they do on questions that they have not seen.

    Args:
        folder: The knowledge.
        questions: Labelled questions on it.
        beside: A folder whose records stand beside the knowledge; its golden.jsonl asks about them, its shipped.jsonl, if there is
            one, has more questions on the knowledge.
        target: What is written, as `retrieval/fitted.json`.
        progress: Is told in words what is being done.

    Raises:
        KnowledgeError: If a folder or the questions have Problems.
        FitError: If there are too few questions.
    """
    fitted, held_out = fit_world(*read_worlds(folder, questions, beside), CACHE, progress)
    target.write_text(fitted_as_json(fitted), encoding="utf-8")
    lines = [f"written: {target}", "", "ranker:"]
    lines += [f"  {name:20} {weight:7.3f}" for name, weight in fitted.ranker.weights.items()]
    lines += ["", f"{'led by':10}{'refuse below':>14}{'direct from':>14}"]
    for kind, rule in (("taught", fitted.tiers.taught), ("case", fitted.tiers.case), ("clause", fitted.tiers.clause)):
        lines.append(f"{kind:10}{rule.refuse_below:14.3f}{rule.direct_from:14.3f}")
    lines += ["", "held out (fitted to half of the questions, judged on the other half):"]
    lines += [f"  {name:20} {share:7.1%}" for name, share in held_out.items()]
    return "\n".join(lines)


def fitted_as_json(fitted: Fitted) -> str:
    """The text of `retrieval/fitted.json`."""
    return json.dumps(asdict(fitted), indent=2) + "\n"


def as_json(evaluation: Evaluation, against: Evaluation | None) -> str:
    """All figures as one JSON object."""
    result: dict[str, object] = dict(metrics(evaluation.outcomes))
    result["tiers"] = tier_table(evaluation.outcomes)
    result["calibration"] = [
        {"sure": sure, "right": right, "questions": count} for sure, right, count in calibration(evaluation.outcomes)
    ]
    result["imported"] = asdict(evaluation.imported) if evaluation.imported is not None else None
    result["bystanders"] = asdict(evaluation.bystanders) if evaluation.bystanders is not None else None
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
    lines += ["", *_trials(evaluation), "", "misses:"]
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


def _trials(evaluation: Evaluation) -> list[str]:
    """The figures of imported cases and of bystanders, as a table."""
    rows: list[tuple[str, Shares]] = []
    if evaluation.imported is not None:
        rows += [
            ("imported, each in turn", evaluation.imported.in_turn),
            ("imported, halves", evaluation.imported.halves),
        ]
    if evaluation.bystanders is not None:
        rows += [
            ("without bystanders", evaluation.bystanders.without),
            ("with bystanders", evaluation.bystanders.beside),
        ]
    lines = [f"{'':24}{'questions':>10}{'first':>8}{'in three':>10}{'refused':>9}{'sure and wrong':>16}"]
    lines += [
        f"{name:24}{row.questions:10}{row.first:8.1%}{row.in_three:10.1%}{row.refused:9.1%}{row.sure_and_wrong:16.1%}"
        for name, row in rows
    ]
    if evaluation.bystanders is None:
        lines.append("bystanders: not tried; --beside DIR names a folder of records that nobody asks about")
    return lines


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
