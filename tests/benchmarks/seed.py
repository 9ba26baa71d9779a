"""Answers at the size of the shipped knowledge, beside plain rank-bm25: `uv run python -m tests.benchmarks.seed`.

Prints times of one warm process on this machine, and ratios; the ratios are what compares between machines.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date

import jieba
from rank_bm25 import BM25Okapi

from bot.asking.service import LONGEST_QUESTION
from bot.station.folders import CACHE, DEFAULT_KNOWLEDGE
from retrieval.answering.answer import Answerer
from retrieval.content import load_folder
from retrieval.evaluation import read_questions
from retrieval.search.retriever import Retriever

ROUNDS = 5
DAY = date(2026, 11, 23)
PIECES = ("2023年", "旧", "去年就", "以前的", "的规", "供电营业", "二", "2023年供电", "去年我们")
"""What patterns for times could stumble over, said again and again."""


def measure(call: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each question, the fastest of the rounds."""
    for question in questions:
        call(question)  # warm
    best = [float("inf")] * len(questions)
    for _ in range(ROUNDS):
        for place, question in enumerate(questions):
            start = time.perf_counter()
            call(question)
            best[place] = min(best[place], (time.perf_counter() - start) * 1000)
    return best


def report(name: str, times: Sequence[float], base: float | None = None) -> float:
    """Print median and 99th percentile; gives the median."""
    median = statistics.median(times)
    p99 = sorted(times)[int(len(times) * 0.99)]
    ratio = f"   {median / base:6.2f} x the first line" if base else ""
    print(f"{name:46} p50 {median:7.3f} ms   p99 {p99:7.3f} ms{ratio}")
    return median


def main() -> None:
    """Measure and print."""
    start = time.perf_counter()
    knowledge = load_folder(DEFAULT_KNOWLEDGE)
    answerer = Answerer(knowledge, CACHE)
    print(f"ready after {time.perf_counter() - start:.2f} s")
    questions = [item.question for item in read_questions(DEFAULT_KNOWLEDGE / "golden.jsonl") if item.alarm is None]
    print(f"{len(questions)} questions, {len(knowledge.cases)} cases, {len(knowledge.clauses)} clauses")

    texts = [
        " ".join((case.title, *(section.text for section in case.sections), *case.questions))
        for case in knowledge.cases
    ]
    texts += [" ".join((clause.text, *clause.questions)) for clause in knowledge.clauses]
    plain = BM25Okapi([jieba.lcut(text) for text in texts])
    base = report(
        "rank-bm25 over jieba.lcut (ranking only)", measure(lambda text: plain.get_scores(jieba.lcut(text)), questions)
    )
    retriever = Retriever(knowledge, CACHE)
    report("this project, ranking with evidence", measure(retriever.search, questions), base)
    report("this project, whole answer", measure(lambda text: answerer.answer(text, today=DAY), questions), base)
    longest = [piece * (LONGEST_QUESTION // len(piece)) for piece in PIECES]
    report("as long as a question may be", measure(lambda text: answerer.answer(text, today=DAY), longest), base)


if __name__ == "__main__":
    main()
