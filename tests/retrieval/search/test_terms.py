"""Counted terms and their cache."""

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import Lexicon
from retrieval.search import terms
from retrieval.search.analyzer import Analyzer
from retrieval.search.retriever import _make_analyse
from retrieval.search.terms import TermCounter, TermTable, count_terms, write_atomically

TEXTS = [f"第{number}句 停电 通知 {number % 7} {number % 13}" for number in range(3000)]
DOCUMENTS = st.lists(st.lists(st.sampled_from("abcde"), max_size=10), max_size=10)


def words(text: str) -> list[str]:
    """A stand-in for an analyzer that is quick and plain to see through."""
    return text.split()


def documents_of(tables: Iterable[TermTable]) -> list[Counter[str]]:
    """The counted terms of each document, back from the tables."""
    found = []
    for table in tables:
        counted: list[Counter[str]] = [Counter() for _ in table.lengths]
        terms = [
            term for term, count in zip(table.vocabulary, table.counts.tolist(), strict=True) for _ in range(count)
        ]
        for term, document, frequency in zip(terms, table.documents, table.frequencies, strict=True):
            counted[document][term] += int(frequency)
        found += counted
    return found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A cache folder that was filled once with the counts of TEXTS."""
    list(TermCounter(words, "v1", tmp_path / "store").count(TEXTS))
    return tmp_path / "store"


@given(DOCUMENTS)
def test_a_table_holds_what_was_counted(documents: list[list[str]]) -> None:
    """Each document's terms, their number and its length can be read back from the table."""
    table = count_terms(documents)

    assert documents_of([table]) == [Counter(document) for document in documents]
    assert table.lengths.tolist() == [len(document) for document in documents]
    assert len(set(table.vocabulary)) == len(table.vocabulary)
    ends = table.counts.cumsum().tolist()
    for start, end in zip([0, *ends], ends, strict=False):
        owners = table.documents[start:end].tolist()
        assert owners == sorted(owners)


def test_documents_may_come_one_by_one() -> None:
    """A generator is counted as a list is, and terms are numbered as they first occur, which the sums depend on."""

    def stream() -> Iterator[list[str]]:
        yield ["b", "a", "b"]
        yield []
        yield ["c", "a"]

    table = count_terms(stream())

    assert table.vocabulary == ("b", "a", "c")
    assert documents_of([table]) == [Counter("bab"), Counter(), Counter("ca")]
    assert table.lengths.tolist() == [3, 0, 2]


def test_a_frequency_stops_at_what_the_table_holds() -> None:
    """A term that occurs 70,000 times is counted as 65,535, not as 4,464."""
    table = count_terms([["a"] * 70_000])

    assert table.frequencies.tolist() == [65_535]
    assert table.lengths.tolist() == [70_000]


@given(st.lists(st.text(max_size=8), max_size=40))
def test_blocks_together_are_all_texts_in_order(texts: list[str]) -> None:
    """However the texts are cut into blocks, each is counted once and they keep their order."""
    counter = TermCounter(words, "v1", None)

    assert documents_of(counter.count(texts)) == [Counter(text.split()) for text in texts]
    assert counter.counted == len(texts)


def test_what_was_counted_once_is_not_counted_again(store: Path) -> None:
    """The second count analyses nothing and gives the same tables."""
    counter = TermCounter(words, "v1", store)

    tables = list(counter.count(TEXTS))

    assert counter.counted == 0
    assert documents_of(tables) == [Counter(text.split()) for text in TEXTS]
    assert all(table.lengths.dtype == np.int32 and table.frequencies.dtype == np.uint16 for table in tables)


def test_an_edit_counts_only_its_own_block_again(store: Path) -> None:
    """One changed text, one put in and one taken out each cost the block that they are in, and no other."""
    before = list(TermCounter(words, "v1", store).count(TEXTS))
    sizes = [len(table.lengths) for table in before]
    block = max(range(len(sizes)), key=sizes.__getitem__)
    place = sum(sizes[:block]) + sizes[block] // 2
    changes = {
        "changed": ([*TEXTS[:place], "改过了 ", *TEXTS[place + 1 :]], sizes[block]),
        "put in": ([*TEXTS[:place], "新来的 ", *TEXTS[place:]], sizes[block] + 1),
        "taken out": ([*TEXTS[:place], *TEXTS[place + 1 :]], sizes[block] - 1),
    }

    assert len(sizes) > 3
    for kind, (texts, due) in changes.items():
        counter = TermCounter(words, "v1", store)
        tables = list(counter.count(texts))
        assert len(tables) == len(before), kind  # else the edit itself ended or joined a block: choose another text
        assert counter.counted == due, kind
        assert documents_of(tables) == [Counter(text.split()) for text in texts], kind


def test_a_vocabulary_that_is_known_is_not_read_again(store: Path) -> None:
    """Of tables whose keys are known the numbers come from the cache, and the others come whole; keys are those of the content."""
    whole = list(TermCounter(words, "1", store).count(TEXTS))
    known = {table.key for table in whole[::2]}

    again = list(TermCounter(words, "1", store).count(TEXTS, known))

    assert [table.key for table in again] == [table.key for table in whole]
    assert len({table.key for table in whole}) == len(whole)
    for place, (table, due) in enumerate(zip(again, whole, strict=True)):
        assert table.vocabulary == (due.vocabulary if place % 2 else ())
        assert np.array_equal(table.counts, due.counts)
        assert np.array_equal(table.documents, due.documents)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda _: b"garbage",
        lambda content: bytes(reversed(content)),
        lambda _: b"\xe9" + (99).to_bytes(4, "little"),
        lambda _: b"N",
        lambda content: b")\x01" + content,
    ],
    ids=["empty", "cut by a byte", "cut in half", "text", "reversed", "a number", "nothing", "another shape"],
)
def test_a_spoilt_cache_file_is_counted_anew(store: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A file that is cut off or is something else costs the time of its block, is mended, and changes no result."""
    for path in store.glob("*.terms"):
        path.write_bytes(spoil(path.read_bytes()))
    counter = TermCounter(words, "v1", store)

    tables = list(counter.count(TEXTS))

    assert counter.counted == len(TEXTS)
    assert documents_of(tables) == [Counter(text.split()) for text in TEXTS]
    again = TermCounter(words, "v1", store)
    list(again.count(TEXTS))
    assert again.counted == 0


def test_one_spoilt_file_costs_one_block(store: Path) -> None:
    """Files are independent of each other."""
    path = max(store.glob("*.terms"), key=lambda path: path.stat().st_size)
    path.write_bytes(b"")
    counter = TermCounter(words, "v1", store)

    list(counter.count(TEXTS))

    assert 0 < counter.counted < len(TEXTS)


def test_another_fingerprint_shares_nothing(store: Path) -> None:
    """Where the analyzer would give other terms, all texts are counted again, and both counts are kept."""
    other = TermCounter(str.splitlines, "v2", store)

    assert documents_of(other.count(TEXTS)) == [Counter([text]) for text in TEXTS]
    assert other.counted == len(TEXTS)
    first = TermCounter(words, "v1", store)
    list(first.count(TEXTS))
    assert first.counted == 0


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path: Path) -> None:
    """With a file where the cache folder should be, the count is right and nothing is written."""
    (tmp_path / "store").write_text("in the way")

    for _ in range(2):
        counter = TermCounter(words, "v1", tmp_path / "store" / "deeper")
        assert documents_of(counter.count(TEXTS)) == [Counter(text.split()) for text in TEXTS]
        assert counter.counted == len(TEXTS)
    assert (tmp_path / "store").read_text() == "in the way"


def test_without_a_folder_nothing_is_kept() -> None:
    """A counter without a cache counts every time."""
    counter = TermCounter(words, "v1", None)

    list(counter.count(TEXTS))
    list(counter.count(TEXTS))

    assert counter.counted == 2 * len(TEXTS)


def test_progress_is_told_block_by_block(store: Path) -> None:
    """Counted or found, each text is told as done once."""
    for folder in (None, store):
        done: list[int] = []
        blocks = list(TermCounter(words, "v1", folder, done.append).count(TEXTS))
        assert done == [len(table.lengths) for table in blocks]
        assert sum(done) == len(TEXTS)


def test_the_blocks_unused_for_longest_are_dropped(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more files than may be kept, those stay that were used last."""
    paths = sorted(store.glob("*.terms"))
    for age, path in enumerate(paths):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    monkeypatch.setattr(terms, "_KEPT_FILES", 4)

    list(TermCounter(words, "v1", store).count(["一句 新的"]))

    kept = set(store.glob("*.terms"))
    assert len(kept) == 4
    assert kept & set(paths) == set(paths[:3])


def test_a_file_is_written_as_a_whole(tmp_path: Path) -> None:
    """Writing makes the folders, replaces what was there and leaves nothing else behind."""
    path = tmp_path / "a" / "b" / "file"

    write_atomically(path, b"first")
    write_atomically(path, b"second")

    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where the name is taken by a folder, no half file and no error remain."""
    (tmp_path / "name" / "full").mkdir(parents=True)

    write_atomically(tmp_path / "name", b"content")

    assert [path.name for path in tmp_path.iterdir()] == ["name"]


def test_all_cores_count_what_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """A large collection, counted by other processes, gives the same tables, tells of the same progress, and fills the cache."""
    monkeypatch.setattr(terms, "PARALLEL_FROM", 100)
    texts = [f"第{number}户停电以后的第{number % 7}天没有人来" for number in range(700)]
    analyzer = Analyzer(Lexicon(), cache)
    told: list[int] = []
    recipe = functools.partial(_make_analyse, Lexicon(), cache)
    counter = TermCounter(analyzer.terms, analyzer.fingerprint, tmp_path, told.append, recipe)

    tables = list(counter.count(texts))
    alone = list(TermCounter(analyzer.terms, analyzer.fingerprint, None).count(texts))

    assert sum(told) == counter.counted == len(texts)
    assert [table.vocabulary for table in tables] == [table.vocabulary for table in alone]
    assert all(
        np.array_equal(one.documents, other.documents) and np.array_equal(one.frequencies, other.frequencies)
        for one, other in zip(tables, alone, strict=True)
    )
    again = TermCounter(analyzer.terms, analyzer.fingerprint, tmp_path, recipe=recipe)
    assert len(list(again.count(texts))) == len(tables)
    assert again.counted == 0
