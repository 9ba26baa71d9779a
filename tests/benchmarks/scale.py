"""Quality and speed beside what everybody uses: `uv run --group bench python -m tests.benchmarks.scale [SIZE ...]`.

Everything runs in one process on one machine, one after the other; compare ratios, not milliseconds. Sizes are numbers of clauses
(default 1000 10000 57000 500000), made from the statutes in ../shared/laws. All rankers get the questions of the shipped
`golden.jsonl`; quality is measured on ../shared/golden/dev.jsonl.
"""

import gc
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import jieba
import numpy as np
from rank_bm25 import BM25Okapi

from bot.station.folders import CACHE, DEFAULT_KNOWLEDGE
from retrieval.answering.answer import Answerer
from retrieval.content import load_folder
from retrieval.evaluation import judge, metrics, read_questions
from retrieval.model import KnowledgeBase
from retrieval.search.index import InvertedIndex, best_rows
from tests.benchmarks.corpora import LAWS, clauses, write_rule_books, write_statutes

DEV = LAWS.parent / "golden" / "dev.jsonl"
DAY = date(2026, 11, 23)
# rank-bm25 goes over every document for every term, and FTS5 over most; more would only take the reader's time.
RANK_BM25_LIMIT = 60_000

Scorer = Callable[[list[str]], object]


def memory() -> float:
    """The memory of this process now, in MB; Linux only."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def timed(score: Scorer, questions: Sequence[list[str]]) -> tuple[float, float]:
    """Median and 99th percentile of a question, in ms."""
    for question in questions[:10]:
        score(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        score(question)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.99)]


def full_text_search(documents: Sequence[list[str]]) -> Scorer:
    """SQLite's FTS5 over the same words."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = 'unicode61')")
    connection.executemany("INSERT INTO texts (body) VALUES (?)", ((" ".join(words),) for words in documents))

    def score(question: list[str]) -> list[Any]:
        words = " OR ".join(f'"{word}"' for word in question if word.isalnum())
        return connection.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 5", (words,)
        ).fetchall()

    return score


def bm25s_scorer(documents: Sequence[list[str]], backend: str) -> Scorer:
    """bm25s over the same words, best five."""
    index = bm25s.BM25(backend=backend)
    index.index(list(documents), show_progress=False)
    size = min(5, len(documents))
    return lambda question: index.retrieve([question], k=size, show_progress=False)


def own_scorer(documents: Sequence[list[str]]) -> Scorer:
    """This project's index over the same words, best five."""
    index = InvertedIndex.of_documents(documents)

    return lambda question: best_rows(index.score(question), 5)


def rank_bm25_scorer(documents: Sequence[list[str]]) -> Scorer:
    """rank-bm25's own get_scores."""
    index = BM25Okapi(documents)
    return index.get_scores  # type: ignore[no-any-return]  # rank-bm25 ships no types


def compare_rankers(size: int, questions: Sequence[str]) -> None:
    """All rankers over jieba's words of made clauses."""
    documents = [jieba.lcut(text) for text in clauses(size)]
    asked = [jieba.lcut(question) for question in questions]
    makers: list[tuple[str, Callable[[], Scorer], Sequence[list[str]]]] = [
        ("this project's index", lambda: own_scorer(documents), asked),
        ("bm25s, numpy", lambda: bm25s_scorer(documents, "numpy"), asked),
        ("bm25s, numba", lambda: bm25s_scorer(documents, "numba"), asked),
        ("SQLite FTS5", lambda: full_text_search(documents), asked if size <= RANK_BM25_LIMIT else asked[:50]),
    ]
    if size <= RANK_BM25_LIMIT:
        makers.append(("rank-bm25 get_scores", lambda: rank_bm25_scorer(documents), asked[:20]))
    print(f"\n{size} clauses, jieba's words    {'build s':>9}{'MB':>7}{'p50 ms':>10}{'p99 ms':>10}{'p50 x ours':>12}")
    base = 0.0
    for name, make, few in makers:
        gc.collect()
        before, start = memory(), time.perf_counter()
        score = make()
        built, used = time.perf_counter() - start, memory() - before
        median, p99 = timed(score, few)
        base = base or median
        print(f"  {name:28}{built:9.2f}{used:7.0f}{median:10.3f}{p99:10.3f}{median / base:12.1f}")
        del score


def whole_answers(size: int, questions: Sequence[str]) -> None:
    """Load, start and answer with made clauses beside the shipped knowledge."""
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "knowledge", Path(name) / "cache"
        shutil.copytree(DEFAULT_KNOWLEDGE, folder)
        write_rule_books(folder, size, 1)
        for label in ("first start", "after an edit of one clause"):
            gc.collect()
            start = time.perf_counter()
            knowledge = load_folder(folder)
            answerer = Answerer(knowledge, cache)
            print(f"  {label:28}{time.perf_counter() - start:9.2f} s")
            book = folder / "rules" / "made-0.md"
            book.write_text(book.read_text(encoding="utf-8").replace("。", "。改。", 1), encoding="utf-8")
        median, p99 = timed(
            lambda question: answerer.answer("".join(question), today=DAY), [[question] for question in questions]
        )
        print(f"  whole answer                p50 {median:.3f} ms, p99 {p99:.3f} ms; process {memory():.0f} MB")


def quality(name: str, rank: Callable[[str], list[str]], knowledge: KnowledgeBase) -> None:
    """Print the share of development questions whose right case comes first, and in the first three."""
    questions = [question for question in read_questions(DEV) if question.cases]
    places = [
        next((place for place, case in enumerate(rank(item.question), 1) if case in item.cases), 99)
        for item in questions
    ]
    first, three = (sum(place <= limit for place in places) / len(places) for limit in (1, 3))
    print(f"  {name:52} first {first:.1%}   in three {three:.1%}   ({len(knowledge.cases)} cases)")


def compare_quality(knowledge: KnowledgeBase) -> None:
    """Right cases of plain rank-bm25 and of this project, with and without statutes beside the seed."""
    if not DEV.exists():
        print(f"\nno development questions in {DEV}: quality is not measured")
        return
    print("\nright case, development questions")
    plain = ["\n".join([case.title, *(section.text for section in case.sections)]) for case in knowledge.cases]
    rich = ["\n".join([text, *case.questions]) for text, case in zip(plain, knowledge.cases, strict=True)]
    for name, texts in (
        ("rank-bm25 + jieba.lcut, texts only", plain),
        ("rank-bm25 + jieba.lcut, with alternate questions", rich),
    ):
        index = BM25Okapi([jieba.lcut(text) for text in texts])

        def rank(question: str, index: Any = index) -> list[str]:
            order = np.argsort(-index.get_scores(jieba.lcut(question)), kind="stable")
            return [knowledge.cases[row].id for row in order[:5]]

        quality(name, rank, knowledge)
    answerer = Answerer(knowledge, CACHE)
    quality("this project", lambda question: [hit.record.id for hit in answerer.evidence(question).cases], knowledge)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "knowledge"
        shutil.copytree(DEFAULT_KNOWLEDGE, folder)
        articles = write_statutes(folder)
        both = load_folder(folder)
        with_laws = Answerer(both, CACHE)
        label = f"this project, {articles} articles of statutes beside it"
        quality(label, lambda question: [hit.record.id for hit in with_laws.evidence(question).cases], both)
        outcomes = judge(read_questions(DEV), with_laws, both, DAY)
        figures = metrics(outcomes)
        print(
            f"  {'':52} of whole answers: first {figures['case_first']:.1%}, clause first {figures['clause_first']:.1%}"
        )


def main() -> None:
    """Measure and print."""
    if not LAWS.is_dir():
        print(f"The statutes are not at hand ({LAWS}); nothing to measure on.")
        return
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 57_000, 500_000]
    knowledge = load_folder(DEFAULT_KNOWLEDGE)
    questions = [item.question for item in read_questions(DEFAULT_KNOWLEDGE / "golden.jsonl") if item.alarm is None]
    compare_quality(knowledge)
    for size in sizes:
        compare_rankers(size, questions)
        if size <= RANK_BM25_LIMIT:
            whole_answers(size, questions)


if __name__ == "__main__":
    main()
