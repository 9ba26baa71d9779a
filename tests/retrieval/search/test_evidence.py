"""What speaks for a record, and the ranker."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.model import KnowledgeBase
from retrieval.search.candidates import Candidates, IndexedFirstStage, Query
from retrieval.search.evidence import FIGURES, Measures
from retrieval.search.ranker import FEATURES, Ranker, features, load_ranker
from retrieval.search.retriever import Retriever


@pytest.fixture(scope="session")
def talker(knowledge: KnowledgeBase, cache: Path) -> Retriever:
    """Searches the repo's own cases; the last one's text holds all that staff say in questions to the others, and no one asks for it."""
    *others, last = knowledge.cases
    words = "。".join(way for one in others for way in one.questions[::4])
    wordy = replace(last, id="talker", questions=(), sections=(replace(last.sections[0], text=words),))
    return Retriever(replace(knowledge, cases=(*others, wordy)), cache)


def test_a_record_of_everyday_words_is_not_ahead(talker: Retriever, knowledge: KnowledgeBase) -> None:
    """Its share of a question to another record is the highest of all cases; less its mean, in spreads, it leads in no more than a few."""
    share, standard, asked = 0, 0, 0
    place = FIGURES.index("text")
    last = len(knowledge.clauses) + len(knowledge.cases) - 1
    for one in knowledge.cases[:-1]:
        for question in one.questions[1::20]:
            measures = talker.measure(question)
            cases = measures.rows >= len(knowledge.clauses)
            rows = measures.rows[cases]
            asked += 1
            share += rows[np.argmax(measures.figures[cases, place])] == last
            standard += rows[np.argmax(measures.standard[cases, place])] == last

    assert share > 0.5 * asked
    assert standard < 0.2 * asked


def test_a_record_without_alternate_questions_is_measured_by_its_text_alone(talker: Retriever) -> None:
    """Its likeness to alternate questions is nought, also after mean and spread are taken off; all that it holds is its text."""
    measures = talker.measure("停人家的电要提前几天打招呼")
    bare = talker.taught(measures.rows) == 0

    assert bare.any()
    for name in ("near", "nearest"):
        assert not measures.figures[bare, FIGURES.index(name)].any()
        assert not measures.standard[bare, FIGURES.index(name)].any()
        assert measures.standard[~bare, FIGURES.index(name)].any()
    assert np.array_equal(measures.figures[bare, FIGURES.index("all")], measures.figures[bare, FIGURES.index("text")])


def test_another_first_stage_may_stand_in(talker: Retriever) -> None:
    """Rows and scores are all that the second stage needs: without gathered postings it finds the same."""

    class Distant:
        def __init__(self, inner: IndexedFirstStage) -> None:
            self._inner = inner

        def find(self, query: Query, rows: object = None) -> Candidates:
            assert rows is None
            return replace(self._inner.find(query), postings=None)

    records = talker.measured
    first = records.first_stage
    assert isinstance(first, IndexedFirstStage)
    terms = ("b停电", "b通知")
    query = Query(terms, np.ones(2), np.ones(2))
    due, found = records.measure(query), records.weigh(query, Distant(first).find(query))

    assert np.array_equal(due.rows, found.rows)
    assert np.array_equal(due.standard, found.standard)
    assert np.array_equal(due.bm25, found.bm25)


def measures_of(standard: list[float], figures: list[float]) -> Measures:
    """Measures of one record."""
    return Measures(np.array([0]), np.array([figures]), np.array([standard]), np.zeros((0, 1)), np.zeros(1), total=1.0)


@pytest.mark.parametrize("name", FEATURES)
def test_the_ranker_adds_up_what_each_feature_counts(name: str) -> None:
    """With one weight alone, a record scores that weight times its feature."""
    weights: Mapping[str, float] = {other: 2.0 * (other == name) for other in FEATURES}
    measures = measures_of([1.0, 2.0, 3.0, 4.0, 5.0], [0.1, 0.2, 0.3, 0.4, 0.5])
    due = {
        "text": 1.0,
        "passage": 2.0,
        "all": 3.0,
        "near": 4.0,
        "share_of_text": 0.1,
        "share_of_all": 0.3,
        "taught": 0.7,
    }

    assert features(measures, np.array([0.7]))[0].tolist() == list(due.values())
    assert Ranker(weights, 0.0, 0.0).score(measures, np.array([0.7])).tolist() == [2.0 * due[name]]


def test_the_fitted_weights_name_every_feature() -> None:
    """`fitted.json` has a weight for each feature and none besides; links take nothing away."""
    ranker = load_ranker()

    assert set(ranker.weights) == set(FEATURES)
    assert ranker.case_lends >= 0
    assert ranker.clause_lends >= 0
