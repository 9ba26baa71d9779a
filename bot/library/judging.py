"""How a reading of the folder differs from what is in use, and which questions it answers better or worse."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.generation.generations import Generation, Record
from bot.library.edits import name_of
from bot.library.report import Differences, Judged
from retrieval.answering.answer import Tier
from retrieval.evaluation import Change, LabelledQuestion, Outcome, compare, is_grave, judge, read_questions
from retrieval.model import Clause, KnowledgeBase

_GOLDEN = "golden.jsonl"
_Kept = TypeVar("_Kept")


def read_golden(folder: Path) -> Sequence[LabelledQuestion]:
    """Read the acceptance questions of a folder; none where it has no list of them."""
    path = folder / _GOLDEN
    return read_questions(path) if path.is_file() else ()


def judge_all(questions: Sequence[LabelledQuestion], generation: Generation, today: date) -> tuple[Outcome, ...]:
    """Ask a generation the acceptance questions.

    Args:
        questions: May be none.
        generation: Answers them.
        today: Decides what is in force.
    """
    return judge(questions, generation.answerer, generation.knowledge, today) if questions else ()


def compare_outcomes(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> tuple[tuple[Judged, ...], tuple[Judged, ...], int]:
    """Return the questions that are answered better, those that are gravely worse, and how many others only moved."""
    moved = 0
    better: list[Judged] = []
    worse: list[Judged] = []
    for change, old, new in compare(before, after):
        grave = is_grave(old, new)
        if change is Change.WORSE and not grave:
            moved += 1
            continue
        said = _answered(old), _answered(new)
        if said[0] == said[1]:  # the same comes first: what has moved is the right one
            said = f"{said[0]}（{_place(old)}）", f"{said[1]}（{_place(new)}）"
        judged = Judged(
            new.question.question, *said, answerable=new.question.answerable or new.question.alarm is not None
        )
        (worse if grave else better).append(judged)
    return tuple(better), tuple(worse), moved


def _answered(outcome: Outcome) -> str:
    answer = outcome.answer
    if outcome.question.alarm is not None:
        return "先说怎么救人" if answer.advice else "没当成要命的事"
    if answer.tier is Tier.NONE:
        return "没有答案"
    records: list[Record] = [*(hit.record for hit in answer.cases), *(hit.record for hit in answer.clauses)]
    first = name_of(records[0]) if records else ""
    return first if answer.tier is Tier.DIRECT else f"请他挑，第一个是{first}"


def _place(outcome: Outcome) -> str:
    rank = outcome.case_rank if outcome.question.cases else outcome.clause_rank
    return f"对的排在第 {rank} 个" if rank else "对的没有排上"


def compare_knowledge(old: KnowledgeBase, new: KnowledgeBase) -> tuple[Differences, Differences, Differences]:
    """Return what differs in rule books, in clauses and in cases."""
    return (
        _differences(
            {rule.id: rule for rule in old.rules},
            {rule.id: rule for rule in new.rules},
            lambda rule: f"{rule.title}（{rule.edition}）" if rule.edition else rule.title,
            repr,
        ),
        _differences(old.clause_by_id, new.clause_by_id, name_of, _clause_content),
        _differences(old.case_by_id, new.case_by_id, lambda case: case.title, repr),
    )


def _clause_content(clause: Clause) -> str:
    """Without its line, which an edit above it moves, and without its rule, which is listed by itself."""
    return repr((clause.text, clause.label, clause.heading, clause.note, clause.questions, clause.becomes))


def _differences(
    old: Mapping[str, _Kept], new: Mapping[str, _Kept], title: Callable[[_Kept], str], content: Callable[[_Kept], str]
) -> Differences:
    return Differences(
        tuple(title(each) for key, each in new.items() if key not in old),
        tuple(
            title(each)
            for key, each in new.items()
            if key in old and old[key] is not each and content(old[key]) != content(each)
        ),
        tuple(title(each) for key, each in old.items() if key not in new),
    )
