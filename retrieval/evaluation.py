"""Labelled questions, and how well they are answered."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePath

from retrieval.answering.answer import LIMIT, Answer, Answerer, Tier
from retrieval.answering.emergencies import find_advices
from retrieval.content.textfile import read_text_file
from retrieval.errors import KnowledgeError, Problem
from retrieval.model import KnowledgeBase
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
        outcomes.append(
            Outcome(
                question,
                answer,
                cases,
                _rank(cases, set(question.cases)),
                _rank(clauses, right_clauses(question, knowledge)),
            )
        )
    return tuple(outcomes)


def right_clauses(question: LabelledQuestion, knowledge: KnowledgeBase) -> set[str]:
    """The clauses that count as right: those of the label, and guidance that a right case cites."""
    if not question.clauses:
        return set()
    guidance = {
        clause
        for case in question.cases
        if case in knowledge.case_by_id
        for clause in knowledge.case_by_id[case].cites
        if knowledge.clause_by_id[clause].rule.kind == "guidance"
    }
    return guidance.union(question.clauses)


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


_OFFERED = 3
"""Records among which a person chooses."""


def is_grave(old: Outcome, new: Outcome) -> bool:
    """Whether an answer that changed misleads or fails a person: not one that only moved, or that now asks instead of saying.

    Grave is: a right answer that is now refused, or not among those offered; a wrong answer that is given for sure and was not before;
    first aid that is not heard any more, or comes where nobody needs it.
    """
    if new.question.alarm is not None:
        return new.question.alarm is not bool(new.answer.advice)
    sure_before, sure = old.answer.tier is Tier.DIRECT, new.answer.tier is Tier.DIRECT
    if not new.question.answerable:
        return sure and not sure_before
    if sure and not _is_shown(new):
        return not sure_before or _is_shown(old)
    return _is_shown(old) and not _is_shown(new)


def _is_shown(outcome: Outcome) -> bool:
    """Whether a person sees the right record: first where the answer is sure, among the first three where there is a choice."""
    if outcome.answer.tier is Tier.NONE:
        return False
    rank = outcome.case_rank if outcome.question.cases else outcome.clause_rank
    return 1 <= rank <= (1 if outcome.answer.tier is Tier.DIRECT else _OFFERED)


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
