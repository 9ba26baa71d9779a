"""Passages, and the best of the documents that a record owns."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import retrieval.search.index
from retrieval.search.candidates import IndexedFirstStage, Query
from retrieval.search.fields import Field, OwnedTerms, passages
from retrieval.search.index import InvertedIndex

TEXTS = st.text(st.sampled_from("停电通知,。!?;”\n ab"), max_size=600)
DOCUMENTS = st.lists(
    st.tuples(st.integers(0, 6), st.lists(st.sampled_from("abcdef"), max_size=6)), min_size=1, max_size=25
)
QUESTIONS = st.lists(st.sampled_from("abcdefz"), min_size=1, max_size=6, unique=True)
RECORDS = 7


@given(TEXTS)
def test_passages_lose_no_character(text: str) -> None:
    """Joined again, the passages of a text are the text, but for white space."""
    assert "".join("".join(passages(text)).split()) == "".join(text.split())


@given(st.lists(st.text("停电通知", min_size=1, max_size=90).map(lambda words: words + "。"), max_size=12))
def test_short_sentences_are_joined_and_a_passage_has_an_end(sentences: list[str]) -> None:
    """All passages but the last have 60 characters or are cut before a sentence that would make more than 160; none has more."""
    found = list(passages("".join(sentences)))

    assert all(len(one) <= 160 for one in found)
    assert all(len(one) >= 60 or len(one) + len(after) > 160 for one, after in itertools.pairwise(found))


def make_field(documents: Sequence[tuple[int, list[str]]]) -> Field:
    """Documents of seven records."""
    ordered = sorted(documents, key=lambda document: document[0])
    return Field(InvertedIndex.of_documents(terms for _, terms in ordered), [owner for owner, _ in ordered], RECORDS)


@given(DOCUMENTS, QUESTIONS, st.sets(st.integers(0, RECORDS - 1)))
@pytest.mark.parametrize("few", [0, 20_000])
def test_the_most_that_a_term_adds_is_that_of_the_best_document(
    few: int, documents: list[tuple[int, list[str]]], question: list[str], wanted: set[int]
) -> None:
    """Over few and over many postings, and worked out beforehand, each term adds what it adds to a record's best document."""
    field = make_field(documents)
    rows = np.array(sorted(wanted), dtype=np.intp)
    columns = np.full(RECORDS + 1, -1, dtype=np.int32)
    columns[rows] = np.arange(len(rows))
    naive = np.zeros((len(question), len(rows)))
    for place, term in enumerate(question):
        adds, holding = field.index.score([term]), field.index.gather([term]).holding()
        for column, row in enumerate(rows):
            mine = adds[(field.owners == row) & holding]
            naive[place, column] = mine.max() if mine.size else 0.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.search.index, "_FEW", few)
        postings = field.index.gather(question)
        best = postings.best_of(field.owners, columns, len(rows), len(question)) if postings else np.zeros_like(naive)

    assert np.array_equal(best, naive)
    assert np.array_equal(OwnedTerms(field).best_of(postings.rows, columns, len(rows)), naive)


@given(DOCUMENTS, st.data())
def test_the_best_scores_of_a_record_are_those_of_its_documents(
    documents: list[tuple[int, list[str]]], data: st.DataObject
) -> None:
    """The three best different scores of each record, best first, and noughts if there are fewer."""
    field = make_field(documents)
    scores = np.array([data.draw(st.integers(0, 4)) for _ in documents], dtype=np.float64)

    found = field.best(scores, np.arange(RECORDS), 3)

    for row in range(RECORDS):
        different = sorted(set(scores[field.owners == row].tolist()), reverse=True)[:3]
        assert found[:, row].tolist() == [*different, 0.0, 0.0, 0.0][:3]


@given(DOCUMENTS, QUESTIONS)
def test_the_first_stage_finds_who_holds_a_term(documents: list[tuple[int, list[str]]], question: list[str]) -> None:
    """Of few documents all that hold a term are found, no other, with rank-bm25's score of the best document of each."""
    field = make_field(documents)
    ones = np.ones(len(question))

    found = IndexedFirstStage([field], RECORDS).find(Query(tuple(question), ones, ones))

    assert set(found.rows.tolist()) == {owner for owner, terms in documents if set(terms) & set(question)}
    scores = field.index.score(question)
    for row, best in zip(found.rows.tolist(), found.scores[0].tolist(), strict=True):
        assert best == pytest.approx(scores[field.owners == row].max())
