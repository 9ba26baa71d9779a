"""What becomes of the knowledge where records have no alternate questions, and where others stand beside it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.answering.answer import Answer, Answerer, Tier
from retrieval.evaluation import LabelledQuestion, Outcome, judge
from retrieval.fitting import World, read_worlds
from retrieval.model import KnowledgeBase
from retrieval.trials import Shares, try_bystanders, try_imported
from tests.conftest import KNOWLEDGE
from tests.retrieval.conftest import BYSTANDERS

TODAY = date(2026, 11, 23)
QUESTION = LabelledQuestion("q", "停电", "", "keyword", ("a",), ("c",), True, False)


def outcome(question: LabelledQuestion, tier: Tier, case_rank: int = 0, clause_rank: int = 0) -> Outcome:
    """A question, answered and judged."""
    return Outcome(question, Answer(question.question, TODAY, tier, (), ()), (), case_rank, clause_rank)


def test_shares_of_a_list_counted_by_hand() -> None:
    """Each share is what a person counts; a clause counts where no case answers, and what the knowledge doesn't answer counts nothing."""
    by_clause = replace(QUESTION, cases=())
    shares = Shares.of(
        (
            outcome(QUESTION, Tier.DIRECT, 1, 0),
            outcome(QUESTION, Tier.DIRECT, 2, 1),
            outcome(QUESTION, Tier.CHOOSE, 4, 0),
            outcome(QUESTION, Tier.NONE, 0, 0),
            outcome(by_clause, Tier.CHOOSE, 0, 1),
            outcome(replace(QUESTION, cases=(), clauses=(), answerable=False), Tier.DIRECT),
            outcome(replace(QUESTION, alarm=True), Tier.NONE),
        )
    )

    assert shares == Shares(questions=5, first=0.4, in_three=0.6, refused=0.2, sure_and_wrong=0.2)
    assert Shares.of(()) == Shares(0, 0.0, 0.0, 0.0, 0.0)


def test_only_what_a_stripped_case_answers_is_asked(knowledge: KnowledgeBase, answerer: Answerer, cache: Path) -> None:
    """Each question is asked once for its case in turn, and once in the half that has lost it."""
    asked = replace(QUESTION, question="送蜡烛的案例", cases=("two-candles",), clauses=())
    of_none = replace(QUESTION, cases=(), clauses=("ten-donts#4",))

    imported = try_imported(World(knowledge, (asked, of_none)), answerer, cache, TODAY)

    assert (imported.in_turn.questions, imported.halves.questions) == (1, 1)
    assert imported.in_turn.first == 1.0


@pytest.fixture(scope="module")
def worlds() -> tuple[World, World]:
    """The shipped knowledge with its own acceptance questions, and the bystanders."""
    own, beside = read_worlds(KNOWLEDGE, KNOWLEDGE / "golden.jsonl", BYSTANDERS)
    assert beside is not None
    of_both = tuple(question for question in own.questions if not question.id.startswith("more-"))
    return replace(own, questions=of_both), beside


def test_a_case_is_found_before_it_has_alternate_questions(
    worlds: tuple[World, World], answerer: Answerer, cache: Path
) -> None:
    """The floor for imported cases: beside others that keep theirs, and where half of the records have none."""
    imported = try_imported(worlds[0], answerer, cache, TODAY)

    assert imported.in_turn.questions >= 400
    assert imported.in_turn.first >= 0.69
    assert imported.in_turn.in_three >= 0.85
    assert imported.in_turn.refused <= 0.07
    assert imported.in_turn.sure_and_wrong <= 0.05
    assert imported.halves.first >= 0.66
    assert imported.halves.in_three >= 0.81
    assert imported.halves.refused <= 0.075
    assert imported.halves.sure_and_wrong <= 0.04


def test_bystanders_take_little_away(worlds: tuple[World, World], answerer: Answerer, cache: Path) -> None:
    """The floor where records that nobody asks about stand beside the shipped ones."""
    own, beside = worlds
    alone = judge(own.questions, answerer, own.knowledge, TODAY)

    found = try_bystanders(alone, own.knowledge, beside.knowledge, answerer, cache, TODAY)

    assert found.without == Shares.of(alone)
    assert found.beside.questions == found.without.questions
    assert found.beside.first >= max(0.94, found.without.first - 0.025)
    assert found.beside.in_three >= max(0.96, found.without.in_three - 0.025)
    assert found.beside.refused <= 0.02
    assert found.beside.sure_and_wrong <= 0.02
