"""What a rule's dates say, and the views of a knowledge base."""

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import KnowledgeBase, Rule, RuleKind, Status

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
RULE = Rule(
    id="rule",
    title="规则",
    short=(),
    issuer="",
    document="",
    edition="",
    kind=RuleKind.REGULATION,
    in_force=None,
    ended=None,
    replaced_by=None,
    verified=False,
    source="试验",
    preamble="",
    path=PurePath("rules", "rule.md"),
    book="rule",
)


@given(DAYS, st.integers(1, 9000), st.integers(-9000, 9000))
def test_a_rule_is_in_force_from_its_first_day_to_the_day_before_it_ended(
    first: date, length: int, offset: int
) -> None:
    """Before the first day it is not yet in force, on the first day it is, on the day it ended it is no longer."""
    rule = replace(RULE, in_force=first, ended=first + timedelta(days=length))
    today = first + timedelta(days=offset)

    expected = Status.NOT_YET if offset < 0 else Status.IN_FORCE if offset < length else Status.ENDED
    assert rule.status(today) is expected


@given(DAYS)
def test_a_rule_without_dates_is_of_unknown_status(today: date) -> None:
    """No dates and no successor: nothing is claimed."""
    assert RULE.status(today) is Status.UNKNOWN


@given(DAYS, st.none() | DAYS)
def test_a_rule_with_a_successor_but_no_day_has_ended(today: date, first: date | None) -> None:
    """Better warned than wrong: a successor without a day counts on every day."""
    assert replace(RULE, in_force=first, replaced_by="新规则").status(today) is Status.ENDED


@given(DAYS, st.integers(1, 5000))
def test_a_successor_with_a_day_counts_from_that_day(today: date, later: int) -> None:
    """A rule that is known to end later is still in force today."""
    rule = replace(RULE, in_force=date.min, ended=today + timedelta(days=later), replaced_by="新规则")

    assert rule.status(today) is Status.IN_FORCE


def test_every_clause_and_case_is_found_under_its_id(knowledge: KnowledgeBase) -> None:
    """The views by id hold each record once, under its own id, and ids are unique."""
    assert list(knowledge.clause_by_id.values()) == list(knowledge.clauses)
    assert list(knowledge.case_by_id.values()) == list(knowledge.cases)
    assert all(key == clause.id for key, clause in knowledge.clause_by_id.items())
    assert all(key == case.id for key, case in knowledge.case_by_id.items())


def test_clauses_are_grouped_by_rule_in_their_order(knowledge: KnowledgeBase) -> None:
    """Every rule has its clauses, as in the file, and together they are all clauses."""
    assert list(knowledge.clauses_by_rule) == [rule.id for rule in knowledge.rules]
    assert [clause for clauses in knowledge.clauses_by_rule.values() for clause in clauses] == list(knowledge.clauses)
    assert all(clause.rule.id == rule for rule, clauses in knowledge.clauses_by_rule.items() for clause in clauses)


def test_a_clause_knows_the_cases_beside_it(knowledge: KnowledgeBase) -> None:
    """The view by clause turns the cases' cites and related round, and holds nothing else."""
    turned = {(clause, case.id) for clause, cases in knowledge.cases_by_clause.items() for case in cases}

    assert turned == {(clause, case.id) for case in knowledge.cases for clause in case.cites + case.related}
    assert all(knowledge.cases_by_clause.values())


def test_the_first_section_that_is_there_is_given(knowledge: KnowledgeBase) -> None:
    """Titles are tried in the order asked for; without any of them the text is empty."""
    positive = knowledge.case_by_id["two-candles"]

    assert positive.section("事件过程", "服务过程") == positive.section("服务过程") != ""
    assert positive.section("案例点评", "服务过程") == positive.section("案例点评")
    assert positive.section("没有这一节") == ""


def test_knowledge_cannot_be_changed(knowledge: KnowledgeBase) -> None:
    """Records are frozen: a generation is replaced, not edited."""
    with pytest.raises(FrozenInstanceError):
        knowledge.cases[0].title = "别的"  # type: ignore[misc]
