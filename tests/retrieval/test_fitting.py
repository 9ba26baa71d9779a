"""The fit of the ranker and of the tiers."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.answering.answer import KINDS, Answerer, load_tier_model
from retrieval.errors import FitError
from retrieval.fitting import (
    Choice,
    Sample,
    World,
    first_share,
    fit,
    fit_choices,
    fit_tiers,
    gather_choices,
    join,
    make_worlds,
    merge,
    read_worlds,
    sample,
    strip,
    tier_shares,
)
from retrieval.model import KnowledgeBase
from retrieval.search.ranker import FEATURES, load_ranker
from tests.conftest import KNOWLEDGE
from tests.retrieval.conftest import BYSTANDERS

WEIGHTS = st.lists(st.floats(-2, 2), min_size=2, max_size=4)
SEEDS = st.integers(0, 2**32 - 1)


def made_choices(weights: NDArray[np.float64], seed: int, count: int, records: int = 6) -> list[Choice]:
    """Choices made by a person who follows the weights, with Gumbel noise: a conditional logit."""
    random = np.random.default_rng(seed)
    choices = []
    for number in range(count):
        features = random.normal(size=(records, len(weights)))
        right = np.zeros(records)
        right[np.argmax(features @ weights + random.gumbel(size=records))] = 1.0
        choices.append(Choice(f"问题{number}", features, right))
    return choices


def likelihood(choices: Sequence[Choice], weights: NDArray[np.float64]) -> float:
    """The logarithm of how likely the right records are to be chosen."""
    total = 0.0
    for choice in choices:
        scores = choice.features @ weights
        total += float(np.log(np.exp(scores) @ choice.right / np.exp(scores).sum()))
    return total


@settings(max_examples=15)
@given(WEIGHTS, SEEDS)
def test_known_weights_are_found_again(weights: list[float], seed: int) -> None:
    """From choices made by known weights, the fit finds them to within sampling error."""
    known = np.array(weights)

    assert fit_choices(made_choices(known, seed, 900)) == pytest.approx(known, abs=0.5)


@given(WEIGHTS, SEEDS)
def test_after_the_fit_the_right_records_are_likelier(weights: list[float], seed: int) -> None:
    """However few choices there are, the fitted weights explain them no worse than none, and better than those turned round."""
    choices = made_choices(np.array(weights), seed, 20)

    fitted = fit_choices(choices)

    assert likelihood(choices, fitted) >= likelihood(choices, np.zeros(len(weights)))
    assert likelihood(choices, fitted) >= likelihood(choices, -fitted)


def test_of_several_right_records_any_may_come_first() -> None:
    """A choice with two right records counts as right by either."""
    features = np.array([[1.0], [0.0], [-1.0]])
    choices = [Choice("问题", features, np.array([1.0, 0.0, 1.0]))]

    assert first_share(choices, np.array([1.0])) == first_share(choices, np.array([-1.0])) == 1.0
    assert first_share([Choice("问题", features, np.array([0.0, 1.0, 0.0]))], np.array([1.0])) == 0.0


def test_nothing_is_fitted_to_nothing() -> None:
    """Without choices, or without questions of each sort, an error says so."""
    few = Sample(
        np.zeros((3, 18)), np.ones(3, dtype=bool), np.ones(3, dtype=bool), np.zeros(3, dtype=bool), np.array(["问"] * 3)
    )

    with pytest.raises(FitError):
        fit_choices([])
    with pytest.raises(FitError):
        fit_tiers([few])


@given(st.data())
def test_stripping_takes_nothing_but_alternate_questions(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    """Named records lose their alternate questions; all else stays, in its order."""
    ids = [*knowledge.case_by_id, *knowledge.clause_by_id]
    named = data.draw(st.frozensets(st.sampled_from([*ids, "nothing"])))

    stripped = strip(knowledge, named)

    for before, after in zip(knowledge.cases, stripped.cases, strict=True):
        assert after == (replace(before, questions=()) if before.id in named else before)
    for old, new in zip(knowledge.clauses, stripped.clauses, strict=True):
        assert new == (replace(old, questions=()) if old.id in named else old)
    assert replace(stripped, cases=knowledge.cases, clauses=knowledge.clauses) == knowledge
    assert strip(stripped, named) == stripped


def test_joined_records_stand_behind_and_bring_no_words(knowledge: KnowledgeBase) -> None:
    """The first folder's records keep their places, all of the second's are there, and the word lists are the first's."""
    beside = read_worlds(BYSTANDERS, BYSTANDERS / "golden.jsonl", None)[0].knowledge

    both = join(knowledge, beside)

    assert both.cases == knowledge.cases + beside.cases
    assert both.clauses == knowledge.clauses + beside.clauses
    assert both.rules == knowledge.rules + beside.rules
    assert both.lexicon is knowledge.lexicon
    assert join(knowledge, KnowledgeBase()) == knowledge


def test_the_worlds_are_the_same_at_every_call() -> None:
    """Nothing but chance that is fixed decides on the halves, and the halves differ; the first world is as it is, the last has no questions."""
    own, beside = read_worlds(KNOWLEDGE, KNOWLEDGE / "golden.jsonl", BYSTANDERS)

    worlds = list(make_worlds(own, beside))

    assert worlds == list(make_worlds(own, beside))
    assert worlds[0] == own
    assert {len(world.knowledge.cases) for world in worlds[1:-1]} == {len(worlds[1].knowledge.cases)}
    bare = [frozenset(case.id for case in own.knowledge.cases if not taught(world, case.id)) for world in worlds]
    assert len(set(bare)) == len(worlds) - 1  # the first two are whole
    assert len(bare[-1]) == len(own.knowledge.cases)
    assert len(list(make_worlds(own))) == len(worlds) - 1


def taught(world: World, case: str) -> bool:
    """Whether a case of a world has alternate questions."""
    return bool(world.knowledge.case_by_id[case].questions)


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Three of the worlds with a third of the questions: as it is, a half stripped beside bystanders, all stripped."""
    chosen = list(make_worlds(*read_worlds(KNOWLEDGE, KNOWLEDGE / "golden.jsonl", BYSTANDERS)))
    return [replace(world, questions=world.questions[::3]) for world in (chosen[0], chosen[2], chosen[-1])]


def test_what_ships_suits_what_is_found_today(worlds: list[World], cache: Path) -> None:
    """Fitting to a part of the questions anew gives little that `fitted.json` has not: nobody forgot to fit after a change.

    A whole fit takes minutes; the test below does it on demand.
    """
    ranker, tiers = load_ranker(), load_tier_model()
    choices = [choice for world in worlds for choice in gather_choices(world, cache)]
    shipped, fitted = np.array([ranker.weights[name] for name in FEATURES]), fit_choices(choices)
    samples = [sample(world.questions, Answerer(world.knowledge, cache, ranker=ranker)) for world in worlds]
    ours, theirs = tier_shares(tiers, merge(samples)), tier_shares(fit_tiers(samples), merge(samples))

    assert first_share(choices, shipped) >= first_share(choices, fitted) - 0.02
    assert ours.pop("answerable_direct") == pytest.approx(theirs.pop("answerable_direct"), abs=0.2)
    assert ours == pytest.approx(theirs, abs=0.1)
    assert ours["sure_and_wrong"] <= 0.02
    assert ours["near_direct"] <= 0.04


@pytest.mark.skipif("POLICYBOT_REFIT" not in os.environ, reason="takes minutes; POLICYBOT_REFIT=1 asks for it")
def test_what_ships_is_what_fitting_gives(cache: Path) -> None:
    """`policybot evaluate --fit retrieval/fitted.json --beside tests/retrieval/fitting` changes nothing, and holds on unseen questions."""
    fitted, shares = fit(*read_worlds(KNOWLEDGE, KNOWLEDGE / "golden.jsonl", BYSTANDERS), cache)
    ranker, tiers = load_ranker(), load_tier_model()

    assert dict(fitted.ranker.weights) == pytest.approx(dict(ranker.weights), abs=0.02)
    for kind in KINDS:
        ours, due = getattr(fitted.tiers, kind), getattr(tiers, kind)
        assert (ours.refuse_below, ours.direct_from) == pytest.approx((due.refuse_below, due.direct_from), abs=0.01)
        assert dict(ours.fits.weights) == pytest.approx(dict(due.fits.weights), abs=0.05)
        assert dict(ours.sure.weights) == pytest.approx(dict(due.sure.weights), abs=0.05)
    assert shares["first_by_ranker"] >= 0.7
    assert shares["sure_and_wrong"] <= 0.03
