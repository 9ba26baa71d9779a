"""BM25 over postings, held against rank-bm25 itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

import retrieval.search.index
from retrieval.search.index import InvertedIndex, best_rows
from retrieval.search.terms import TermTable, count_terms

TERMS = st.sampled_from([f"w{letter}" for letter in "abcdefghij"])
DOCUMENTS = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=12)
QUESTIONS = st.lists(TERMS | st.just("wz"), max_size=8)


def tables_of(documents: list[list[str]], cuts: list[int]) -> list[TermTable]:
    """The documents' tables, cut into runs at some places; a run may be empty."""
    bounds = [0, *sorted(cut % (len(documents) + 1) for cut in cuts), len(documents)]
    return [count_terms(documents[start:end]) for start, end in pairwise(bounds)]


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, QUESTIONS, st.lists(st.integers(0, 12), max_size=3))
def test_scores_are_those_of_rank_bm25_to_the_last_bit(
    documents: list[list[str]], question: list[str], cuts: list[int]
) -> None:
    """For any documents and question, in one table or in several, every score is bit for bit BM25Okapi's."""
    assume(any(documents))  # rank-bm25 itself divides by nought where there is no term at all
    due = BM25Okapi(documents).get_scores(question)

    assert np.array_equal(InvertedIndex.of_documents(documents).score(question), due)
    assert np.array_equal(InvertedIndex(tables_of(documents, cuts)).score(question), due)


@given(DOCUMENTS, st.lists(st.integers(0, 12), max_size=3))
def test_every_term_has_the_idf_of_rank_bm25(documents: list[list[str]], cuts: list[int]) -> None:
    """The idf of each term is BM25Okapi's, negative ones mended as it mends them; `in` knows just these terms."""
    assume(any(documents))
    index = InvertedIndex(tables_of(documents, cuts))

    assert dict(index.idf) == BM25Okapi(documents).idf
    assert all(term in index for document in documents for term in document)
    assert "wz" not in index


def test_scores_of_the_shipped_size_are_those_of_rank_bm25() -> None:
    """With a few hundred documents of a hundred terms the sums are equal to the last bit too."""
    random = np.random.default_rng(1)
    documents = [[f"w{term}" for term in random.zipf(1.3, 100) % 5000] for _ in range(400)]
    question = [f"w{term}" for term in random.zipf(1.3, 60) % 5000]

    index = InvertedIndex([count_terms(documents[:7]), count_terms(documents[7:300]), count_terms(documents[300:])])

    assert np.array_equal(index.score(question), BM25Okapi(documents).get_scores(question))


def test_scores_with_many_different_frequencies_are_those_of_rank_bm25() -> None:
    """Three hundred frequencies, more than a byte tells apart, and as many lengths: equal to the last bit."""
    documents = [["wa"] * number + ["wb"] * (number % 7) + [f"w{number % 50}"] for number in range(1, 301)] + [
        ["wx"]
    ] * 400
    question = ["wa", "wb", "w7", "wx"]

    assert np.array_equal(
        InvertedIndex.of_documents(documents).score(question), BM25Okapi(documents).get_scores(question)
    )


@given(DOCUMENTS, QUESTIONS)
def test_postings_are_the_documents_that_hold_a_term(documents: list[list[str]], question: list[str]) -> None:
    """A question's postings are of all documents that hold one of its terms, and of no others, even where weights are nought or less."""
    postings = InvertedIndex.of_documents(documents).gather(question)

    assert postings.holding().tolist() == [not set(question).isdisjoint(document) for document in documents]


@given(DOCUMENTS, QUESTIONS, st.sampled_from([0, 2, 16]))
def test_many_postings_are_added_up_as_few_are(documents: list[list[str]], question: list[str], common: int) -> None:
    """Adding term by term, common ones to all documents at once, gives the same scores to the last bit, and the same postings."""
    index = InvertedIndex.of_documents(documents)
    few = index.gather(question)
    with many_postings(common):
        many = index.gather(question)

        assert np.array_equal(many.scores(np.ones(len(question))), few.scores(np.ones(len(question))))
        assert np.array_equal(many.holding(), few.holding())
        assert [many.of_document(number) for number in range(len(documents))] == [
            few.of_document(number) for number in range(len(documents))
        ]


@contextmanager
def many_postings(common: int) -> Iterator[None]:
    """Every question counts as one with many postings, and a term as common that one document in so many holds."""
    before = retrieval.search.index._FEW, retrieval.search.index._COMMON
    retrieval.search.index._FEW, retrieval.search.index._COMMON = -1, common
    try:
        yield
    finally:
        retrieval.search.index._FEW, retrieval.search.index._COMMON = before


@pytest.mark.parametrize("common", [0, 16])
def test_what_is_kept_of_the_terms_asked_for_most_has_an_end(monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    """Beyond the limit the term that was asked for longest ago is forgotten; the scores stay the same."""
    monkeypatch.setattr(retrieval.search.index, "_FEW", -1)
    monkeypatch.setattr(retrieval.search.index, "_COMMON", common)
    monkeypatch.setattr(retrieval.search.index, "_KEPT_POSTINGS", 3)
    monkeypatch.setattr(retrieval.search.index, "_KEPT_SPREAD", 8)
    documents = [["wa", "wb", "wc"], ["wa", "wd"], ["wb"], ["wc"], ["we"], ["wf"]]
    index = InvertedIndex.of_documents(documents)

    for question in (["wa"], ["wb"], ["wa", "wc"], ["wa"]):
        assert np.array_equal(index.score(question), BM25Okapi(documents).get_scores(question))
        assert sum(map(len, index._kept.values())) <= 3
        assert len(index._spread) <= 1
        assert bool(index._kept) is (common == 0)
        assert index._kept_postings == sum(map(len, index._kept.values()))


RUNS = st.lists(st.lists(st.lists(TERMS, max_size=6), min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.lists(RUNS, min_size=2, max_size=4), QUESTIONS)
def test_an_index_that_uses_an_earlier_ones_numbers_scores_as_a_fresh_one(
    generations: list[list[list[list[str]]]], question: list[str]
) -> None:
    """Through several edits, of runs that stay, come and go: the same scores, the same documents, the same terms held."""
    index = InvertedIndex([])
    for runs in generations:
        assume(any(document for run in runs for document in run))
        tables = [replace(count_terms(run), key=str(run)) for run in runs]
        short = [replace(table, vocabulary=()) if table.key in index.keys else table for table in tables]
        index = InvertedIndex(short, index if index.keys else None)
        fresh = InvertedIndex(tables)

        assert index.score(question) == pytest.approx(fresh.score(question))
        assert np.array_equal(index.gather(question).holding(), fresh.gather(question).holding())
        assert dict(index.idf) == pytest.approx(dict(fresh.idf))
        assert index.rarest == pytest.approx(fresh.rarest)
        assert [term in index for term in question] == [term in fresh for term in question]


def test_an_index_full_of_numbers_of_what_is_gone_is_begun_anew() -> None:
    """Its numbers are not used again, so that they don't pile up edit by edit."""
    first = InvertedIndex([replace(count_terms([[f"w{number}" for number in range(50)]]), key="first")])
    second = InvertedIndex([replace(count_terms([["wa", "wb"]]), key="second")], first)

    assert "first" in first.keys
    assert "second" not in second.keys
    assert second.score(["w1"]).tolist() == [0.0]


def test_two_threads_may_ask_one_index() -> None:
    """What is kept stays right while two threads ask for other terms at the same time."""
    chance = Random(7)  # noqa: S311 - reproducible, not secret
    documents = [[f"w{chance.randrange(60)}" for _ in range(30)] for _ in range(2_000)]
    index, exact = InvertedIndex.of_documents(documents), BM25Okapi(documents)
    questions = [[f"w{(start + step) % 60}" for step in range(30)] for start in range(40)]
    due = [exact.get_scores(question) for question in questions]

    def ask() -> bool:
        return all(
            np.array_equal(index.score(question), scores) for question, scores in zip(questions, due, strict=True)
        )

    with ThreadPoolExecutor(2) as pool:
        assert [task.result() for task in [pool.submit(ask), pool.submit(ask)]] == [True, True]


@given(DOCUMENTS, st.lists(TERMS, max_size=8, unique=True), st.data())
def test_a_documents_score_is_the_sum_of_what_its_terms_add(
    documents: list[list[str]], question: list[str], data: st.DataObject
) -> None:
    """What is told of one document names the question's terms in it, and adds up to its score at any weights."""
    assume(any(documents))
    number = data.draw(st.integers(0, len(documents) - 1))
    weights = np.array(data.draw(st.lists(st.floats(0, 4), min_size=len(question), max_size=len(question))))
    postings = InvertedIndex.of_documents(documents).gather(question)

    mine = postings.of_document(number)

    assert mine.keys() == {place for place, term in enumerate(question) if term in documents[number]}
    total = sum(weights[place] * added for place, added in mine.items())
    assert postings.scores(weights)[number] == pytest.approx(total)


@given(DOCUMENTS, QUESTIONS)
def test_a_term_asked_twice_counts_twice(documents: list[list[str]], question: list[str]) -> None:
    """Repeating the question doubles each score."""
    index = InvertedIndex.of_documents(documents)

    assert index.score(question * 2) == pytest.approx(index.score(question) * 2)


def test_of_two_documents_of_one_length_the_one_with_the_rarer_term_is_first() -> None:
    """A term that one document holds outweighs one that three hold."""
    index = InvertedIndex.of_documents(
        [["a", "b"], ["a", "c"], ["a", "d"], ["e", "f"], ["g", "h"], ["i", "k"], ["l", "m"]]
    )

    scores = index.score(["a", "b"])

    assert scores.argmax() == 0
    assert scores[1] == scores[2] > 0
    assert scores[3:].tolist() == [0.0] * 4


@pytest.mark.parametrize("tables", [[], [count_terms([])], [count_terms([]), count_terms([])]])
def test_no_documents_have_no_scores(tables: list[TermTable]) -> None:
    """An empty corpus, where rank-bm25 divides by nought, is an index of size 0."""
    index = InvertedIndex(tables)

    assert index.size == 0
    assert index.score(["wa", "wb"]).shape == (0,)
    assert "wa" not in index


def test_documents_without_terms_score_nought() -> None:
    """A corpus of empty documents has its size, and no document is found."""
    index = InvertedIndex.of_documents([[], [], []])

    assert index.size == 3
    assert index.score(["wa"]).tolist() == [0.0, 0.0, 0.0]
    assert not index.gather(["wa"]).holding().any()


def test_an_empty_question_scores_nought() -> None:
    """Without terms every document has the score 0."""
    assert InvertedIndex.of_documents([["wa"], ["wb"]]).score([]).tolist() == [0.0, 0.0]


def test_a_term_in_every_document_is_no_sign_but_is_found() -> None:
    """In tiny collections a common term's weight is not above nought; its documents are still in the postings."""
    index = InvertedIndex.of_documents([["wa", "wb"], ["wa", "wc"]])

    assert (index.score(["wa"]) <= 0).all()
    assert index.gather(["wa"]).holding().tolist() == [True, True]


@given(st.integers(0, 3000), st.integers(1, 600), st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_best_rows_are_those_of_a_full_sort(size: int, limit: int, different: int, chance: Random) -> None:
    """However many scores there are, and however many are equal, the best rows are the head of a stable sort."""
    scores = np.array([chance.randint(0, different) / 2 for _ in range(size)])

    assert best_rows(scores, limit).tolist() == np.argsort(-scores, kind="stable")[:limit].tolist()
