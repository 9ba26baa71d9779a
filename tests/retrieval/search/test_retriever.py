"""Question to hits."""

from collections.abc import Iterable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.content import load_folder
from retrieval.model import Case, Clause, ClauseNumber, KnowledgeBase, RuleKind
from retrieval.search.hits import NO_HITS, Evidence, Hit, Hits
from retrieval.search.retriever import Retriever
from tests.retrieval.samples import case, rule, write

CLAUSE_WORDS = ("苹果", "火车", "图书", "钢笔", "泳池", "葵花")
CASE_WORDS = ("影院", "菜场", "博物", "理发", "咖啡", "动画")
PIECES = st.sampled_from(
    [
        "停电",
        "通知",
        "欠费",
        "抄表",
        "估",
        "错了",
        "客户",
        "投诉",
        "装表",
        "表箱",
        "漏保",
        "横担",
        "打洞",
        "楼道灯",
        "蜡烛",
        "收费",
        "怎么办",
        "行不行",
        "几天",
        "红烧肉",
        "天气",
        " ",
        ",",
        "?",
        "67",
        "a",
        "电",
        "不",
    ]
)


@pytest.fixture(scope="session")
def retriever(knowledge: KnowledgeBase, cache: Path) -> Retriever:
    """Searches the repo's own knowledge."""
    return Retriever(knowledge, cache)


@pytest.fixture
def library(tmp_path: Path) -> KnowledgeBase:
    """Six clauses and six cases, each about one thing of which no other speaks; the first case cites the first clause, and so on."""
    clauses = "".join(f"\n## 第{number}条\n{word}。\n" for number, word in enumerate(CLAUSE_WORDS, 1))
    write(tmp_path, "rules/sound.md", rule("sound", {8: clauses} | dict.fromkeys(range(9, 13))))
    for number, word in enumerate(CASE_WORDS, 1):
        changes = {6: f"cites: [sound#{number}]", 11: f"{word}。", 14: f"- {word}问"}
        write(tmp_path, f"cases/case-{number}.md", case(f"case-{number}", changes))
    return load_folder(tmp_path)


def ids(hits: Iterable[Hit[Case] | Hit[Clause]]) -> list[str]:
    """The ids of what was found."""
    return [hit.record.id for hit in hits]


def part_of(knowledge: KnowledgeBase, cases: Iterable[str], clauses: Iterable[str]) -> KnowledgeBase:
    """Some of the records, with the citations among them."""
    kept = tuple(knowledge.clause_by_id[clause] for clause in clauses)
    ids_kept = {clause.id for clause in kept}
    alone = tuple(
        replace(
            knowledge.case_by_id[identifier],
            cites=tuple(clause for clause in knowledge.case_by_id[identifier].cites if clause in ids_kept),
            related=(),
        )
        for identifier in cases
    )
    return KnowledgeBase(rules=knowledge.rules, clauses=kept, cases=alone, lexicon=knowledge.lexicon)


def check(hits: Hits, limit: int) -> None:
    """What is true of all hits of all searches."""
    for found in (hits.cases, hits.clauses):
        scores = [hit.score for hit in found]
        assert len(found) <= limit
        assert scores == sorted(scores, reverse=True)
        assert len(set(ids(found))) == len(found)
    assert len(hits.matched) <= 8


def check_evidence(evidence: Evidence) -> None:
    """What is true of the evidence of all searches."""
    for share in (evidence.coverage, evidence.sounds, evidence.topics, evidence.missing, evidence.familiar):
        assert 0 <= share <= 1 + 1e-9
    for share in (evidence.nearest, evidence.taught):
        assert 0 <= share <= 1 + 1e-9
    assert evidence.by_clause in {0, 1}
    assert evidence.lead <= 6
    assert -6 <= evidence.rival <= 6
    assert min(evidence.share, evidence.content, evidence.heard, evidence.unheard) >= 0
    assert min(evidence.foreign, evidence.trade, evidence.length) >= 0


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join), st.integers(1, 12))
def test_hits_are_ranked_and_few(retriever: Retriever, question: str, limit: int) -> None:
    """Whatever is asked, hits are best first, each once, no more than asked for, with evidence in its ranges."""
    hits = retriever.search(question, limit)

    check(hits, limit)
    check_evidence(hits.evidence)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join), st.integers(1, 12))
def test_a_short_list_is_the_head_of_the_long_one(retriever: Retriever, question: str, limit: int) -> None:
    """How many are asked for changes nothing about which are best."""
    short, whole = retriever.search(question, limit), retriever.search(question, 100)

    assert short.cases == whole.cases[:limit]
    assert short.clauses == whole.clauses[:limit]


def test_every_case_is_found_by_its_own_alternate_questions(retriever: Retriever, knowledge: KnowledgeBase) -> None:
    """Of every tenth alternate question, at least 98 in 100 bring their own case first."""
    found = [ids(retriever.search(way).cases)[:1] == [one.id] for one in knowledge.cases for way in one.questions[::10]]

    assert len(found) > 100
    assert sum(found) >= 0.98 * len(found)


@pytest.mark.parametrize(
    "rule",
    [
        "rural-service-norms",
        "service-code-2003",
        "supply-business-rules-1996",
        "supply-use-regulations",
        "ten-donts",
        "ten-promises-2005",
        "five-haves",
    ],
)
def test_every_clause_is_found_by_its_own_alternate_questions(
    retriever: Retriever, knowledge: KnowledgeBase, rule: str
) -> None:
    """Of all alternate questions, at least nine in ten bring their own clause first."""
    found = [
        ids(retriever.search(way).clauses)[:1] == [clause.id]
        for clause in knowledge.clauses_by_rule[rule]
        for way in clause.questions
    ]

    assert len(found) >= 35
    assert sum(found) >= 0.9 * len(found)


def test_the_order_of_the_documents_decides_nothing(knowledge: KnowledgeBase, cache: Path) -> None:
    """With cases and clauses turned round, the same are found with the same scores."""
    turned = Retriever(replace(knowledge, cases=knowledge.cases[::-1], clauses=knowledge.clauses[::-1]), cache)
    straight = Retriever(knowledge, cache)

    for question in ("停人家的电要提前几天打招呼", "电表箱掉下来了", "客户投诉推诿"):
        there, back = straight.search(question), turned.search(question)
        assert ids(there.cases) == ids(back.cases)
        assert ids(there.clauses) == ids(back.clauses)
        assert [hit.score for hit in there.cases] == pytest.approx([hit.score for hit in back.cases])


def test_what_was_indexed_from_the_cache_is_what_was_indexed_without(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The first time, the second time and without any cache, hits are equal to the last bit."""
    question = "停人家的电要提前几天打招呼"

    first, second = (Retriever(knowledge, tmp_path).search(question) for _ in range(2))

    assert first == second
    assert first == Retriever(knowledge).search(question)


def test_a_clause_brings_the_case_that_cites_it(library: KnowledgeBase, cache: Path) -> None:
    """A case that shares no word with the question is found through its clause, and says so by a score of its own of nought."""
    retriever = Retriever(library, cache)

    for number, word in enumerate(CLAUSE_WORDS, 1):
        hits = retriever.search(word)
        assert ids(hits.clauses) == [f"sound#{number}"]
        assert [(hit.record.id, hit.bm25) for hit in hits.cases] == [(f"case-{number}", 0.0)]


def test_a_case_brings_the_clause_that_it_cites(library: KnowledgeBase, cache: Path) -> None:
    """A clause that shares no word with the question is found through its case."""
    retriever = Retriever(library, cache)

    for number, word in enumerate(CASE_WORDS, 1):
        hits = retriever.search(word)
        assert ids(hits.cases) == [f"case-{number}"]
        assert [(hit.record.id, hit.bm25) for hit in hits.clauses] == [(f"sound#{number}", 0.0)]


def test_the_clause_cited_first_comes_first(library: KnowledgeBase, cache: Path) -> None:
    """Of the clauses that only their case brings, the one that it names first is the main one."""
    cases = tuple(replace(one, cites=("sound#6", "sound#2"), related=("sound#4",)) for one in library.cases[:1])
    retriever = Retriever(replace(library, cases=cases + library.cases[1:]), cache)

    assert ids(retriever.search("影院").clauses) == ["sound#6", "sound#2", "sound#4"]


def test_a_weak_case_passes_nothing_on(library: KnowledgeBase, cache: Path) -> None:
    """A case that scores less than half of the best clause lends its own clause nothing; alone it does."""
    retriever = Retriever(library, cache)
    hits = retriever.search("苹果苹果苹果苹果苹果 菜")

    assert "case-2" in ids(hits.cases)
    assert ids(hits.clauses) == ["sound#1"]
    assert "sound#2" in ids(retriever.search("菜").clauses)


def test_a_link_adds_to_what_a_clause_has(knowledge: KnowledgeBase, cache: Path) -> None:
    """The clause of the best case is ahead of where its own words put it."""
    linked = Retriever(knowledge, cache)
    unlinked = Retriever(
        replace(knowledge, cases=tuple(replace(one, cites=(), related=()) for one in knowledge.cases)), cache
    )
    question = "半夜两点半停电 给人送蜡烛"

    def rank(retriever: Retriever) -> int:
        return ids(retriever.search(question, 50).clauses).index("supply-business-rules-1996#67")

    assert rank(linked) == 0 < rank(unlinked)


def with_statute(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The repo's own knowledge and, beside it, a statute of forty articles that no editor has worked on."""
    book = replace(knowledge.rules[0], id="statute", title="道路交通安全法", short=(), kind=RuleKind.REGULATION)
    words = ("机动车", "停车", "信号灯", "驾驶证", "通知客户停电", "欠费", "抄表", "投诉")
    articles = tuple(
        replace(
            knowledge.clauses[0],
            id=f"statute#{number}",
            rule=book,
            number=ClauseNumber(number),
            label=f"第{number}条",
            heading="",
            text=f"{words[number % 8]}应当遵守规定{number}。" + ("高速公路避险车道" if number == 7 else ""),
            questions=(),
        )
        for number in range(1, 41)
    )
    return replace(knowledge, rules=(*knowledge.rules, book), clauses=(*knowledge.clauses, *articles))


@pytest.fixture(scope="session")
def statute(knowledge: KnowledgeBase, cache: Path) -> Retriever:
    """Searches the repo's own knowledge and the forty articles."""
    return Retriever(with_statute(knowledge), cache)


def test_a_statute_takes_no_first_place_from_the_cases(statute: Retriever, knowledge: KnowledgeBase) -> None:
    """With forty articles more, at least 98 in 100 alternate questions of the cases still bring their own case first."""
    found = [
        ids(statute.search(question).cases)[:1] == [one.id]
        for one in knowledge.cases
        for question in one.questions[::30]
    ]

    assert len(found) > 50
    assert sum(found) >= 0.98 * len(found)


@pytest.fixture(scope="session")
def both(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The repo's own knowledge and the forty articles."""
    return with_statute(knowledge)


def test_what_is_used_again_after_an_edit_changes_no_answer(
    statute: Retriever, both: KnowledgeBase, cache: Path
) -> None:
    """After an edit of a case the texts of clauses are not indexed again; answers are equal to those of a new start to the last bit."""
    first, *others = both.cases
    for edited in (
        replace(both, cases=(replace(first, takeaway="先核实谁欠的"), *others)),
        replace(both, cases=(replace(first, cites=("statute#7",), related=()), *others)),
        replace(both, cases=tuple(others)),
    ):
        shared, fresh = Retriever(edited, cache, earlier=statute), Retriever(edited, cache)
        assert shared.measured.texts is statute.measured.texts
        assert np.array_equal(shared.measured.norms.mean, fresh.measured.norms.mean)
        assert np.array_equal(shared.measured.norms.spread, fresh.measured.norms.spread)
        for question in ("高速公路避险车道", "停人家的电要提前几天打招呼", "先核实谁欠的"):
            assert shared.search(question) == fresh.search(question)


def test_an_edited_clause_is_indexed_again(statute: Retriever, both: KnowledgeBase, cache: Path) -> None:
    """After an edit of a clause, answers are equal to those of a new start."""
    reworded = replace(both, clauses=(replace(both.clauses[0], text="另一种说法"), *both.clauses[1:]))
    again, fresh = Retriever(reworded, cache, earlier=statute), Retriever(reworded, cache)

    assert again.measured.texts is not statute.measured.texts
    for question in ("高速公路避险车道", "停人家的电要提前几天打招呼", "另一种说法"):
        hits, due = again.search(question), fresh.search(question)
        assert (ids(hits.cases), ids(hits.clauses)) == (ids(due.cases), ids(due.clauses))
        # Terms have other numbers there, so sums may differ in the last bit.
        assert [hit.score for hit in hits.clauses] == pytest.approx([hit.score for hit in due.clauses])


def test_another_lexicon_begins_anew(statute: Retriever, both: KnowledgeBase, cache: Path) -> None:
    """Texts that give other terms are indexed again."""
    taught = replace(both, lexicon=replace(both.lexicon, terms=(*both.lexicon.terms, ("避险车道", None))))

    assert Retriever(taught, cache, earlier=statute).measured.texts is not statute.measured.texts


def test_an_article_that_fits_by_its_own_words_leads(statute: Retriever) -> None:
    """What only the statute speaks of brings its article first and says so; what a case tells does not."""
    hits = statute.search("高速公路避险车道")

    assert hits.clauses[0].record.id == "statute#7"
    assert hits.by_clause
    assert not statute.search("停人家的电要提前几天打招呼").by_clause


def test_who_asks_for_a_good_example_gets_one(retriever: Retriever) -> None:
    """Of cases about one thing, the positive one is ahead where the question asks for it."""
    assert ids(retriever.search("欠费停电 做得好的").cases)[0] == "two-candles"
    assert ids(retriever.search("欠费停电").cases)[0] == "arrears-disconnection-estate"


def test_the_question_before_counts_less_than_the_new_one(retriever: Retriever) -> None:
    """A follow-up alone finds something else; with the question before, its case comes first, and the new words still count."""
    alone = retriever.search("口头同意呢").cases
    after = retriever.search("口头同意呢", previous="户主不在家能进屋修吗").cases
    new, old = "停人家的电要提前几天", "打洞没有封堵"
    due = "arrears-disconnection-estate"

    def score(question: str, previous: str) -> float:
        return next(hit.bm25 for hit in retriever.search(question, 19, previous).cases if hit.record.id == due)

    assert ids(after)[0] == "entering-empty-home"
    assert after[0].bm25 > max(hit.bm25 for hit in alone)
    assert score(new, old) > score(old, new) > score(old, "")


def test_concepts_that_no_record_holds_are_told(retriever: Retriever) -> None:
    """A topic of the trade that the knowledge doesn't treat is named as such; what it does treat is not."""
    assert "分布式光伏" in retriever.search("光伏发电怎么申请").foreign
    assert retriever.search("停人家的电要提前几天打招呼").foreign == ()


def test_words_that_no_record_holds_are_told(retriever: Retriever) -> None:
    """Of a question, those of two or more characters that could be taught."""
    unknown = retriever.unknown_words("光伏逆变器怎么申请停电")

    assert "逆变器" in unknown
    assert "停电" not in unknown
    assert all(len(word) > 1 for word in unknown)


@pytest.mark.parametrize("question", ["", "?!。,", "😀😀", "\u200b", "zzzz", "囧", "\ud83d"])
def test_what_shares_nothing_with_the_knowledge_has_no_hits(library: KnowledgeBase, cache: Path, question: str) -> None:
    """No common term, no hit: an answer is never made up."""
    assert Retriever(library, cache).search(question) is NO_HITS


def test_matched_terms_are_what_carried_the_hit(retriever: Retriever) -> None:
    """They are in the question, or are the standard of a way of saying that is, and none is a part of another."""
    question = "停人家的电要提前几天打招呼"
    matched = retriever.search(question).matched

    assert "打招呼→通知" in matched
    assert all(word.partition("→")[0] in question for word in matched)
    assert len(set(matched)) == len(matched)


def test_a_typo_that_sounds_alike_still_finds(retriever: Retriever) -> None:
    """Homophones from a pinyin keyboard or from dictation cost the pairs of characters, and the syllables win the case back."""
    assert ids(retriever.search("表像从墙上雕下来了").cases)[0] == "loose-meter-box"
    assert ids(retriever.search("路保老是条闸绕过区").cases)[0] == "bypassed-rcd"


def test_the_situation_is_the_nearest_alternate_question(retriever: Retriever, knowledge: KnowledgeBase) -> None:
    """An alternate question that fits a button is its own situation; one that doesn't is shown as another of its case."""
    for one in knowledge.cases:
        short = [way for way in one.questions if len(way) <= 40]
        assert retriever.situation(short[3], one) == short[3]
        assert retriever.situation("毫不相干", one) in short


def test_a_case_without_alternate_questions_is_shown_by_its_title(
    retriever: Retriever, knowledge: KnowledgeBase
) -> None:
    """There is always something to be written on the button."""
    one = replace(knowledge.cases[0], id="bare", questions=())

    assert retriever.situation("停电", one) == one.title


def test_given_cases_are_scored_by_their_own_words(retriever: Retriever, knowledge: KnowledgeBase) -> None:
    """All that were given come back, those that fit best first, with the BM25 score that a search gives them."""
    question = "漏保老跳绕过去"
    scored = retriever.score_cases(question, knowledge.cases)

    assert {one.id for one, _ in scored} == set(knowledge.case_by_id)
    assert scored[0][0].id == "bypassed-rcd"
    searched = {hit.record.id: hit.bm25 for hit in retriever.search(question, 100).cases}
    assert {one.id: score for one, score in scored} == pytest.approx(
        {one.id: searched.get(one.id, 0.0) for one, _ in scored}
    )


def test_no_knowledge_has_no_hits(cache: Path) -> None:
    """An empty knowledge base can be searched."""
    retriever = Retriever(KnowledgeBase(), cache)

    assert retriever.search("停电要提前几天通知") is NO_HITS
    assert set(astuple(NO_HITS.evidence)) == {0}


@pytest.mark.parametrize(
    ("cases", "clauses", "question", "due"),
    [
        (["two-candles"], [], "停电送蜡烛", "two-candles"),
        ([], ["ten-donts#4"], "客户投诉能不能推诿", "ten-donts#4"),
        ([], ["ten-donts#1", "ten-donts#4"], "客户投诉能不能推诿", "ten-donts#4"),
        (["two-candles", "bypassed-rcd"], [], "停电送蜡烛", "two-candles"),
        (["two-candles"], ["ten-donts#4"], "停电送蜡烛", "two-candles"),
    ],
)
def test_a_tiny_knowledge_base_is_found_in(
    knowledge: KnowledgeBase, cache: Path, cases: list[str], clauses: list[str], question: str, due: str
) -> None:
    """With one or two documents no term has a positive weight in BM25Okapi; what fits is among the hits all the same."""
    hits = Retriever(part_of(knowledge, cases, clauses), cache).search(question)

    check(hits, 5)
    assert due in ids(hits.cases) + ids(hits.clauses)


@pytest.mark.parametrize(
    ("cases", "clauses", "question", "due"),
    [
        (["bypassed-rcd", "two-candles"], [], "停电送蜡烛", "two-candles"),
        (["two-candles", "bypassed-rcd"], [], "漏保下雨老跳 嫌麻烦给他跨过去直连了", "bypassed-rcd"),
        ([], ["ten-donts#4", "ten-donts#1"], "违规停电", "ten-donts#1"),
    ],
)
def test_of_two_documents_the_one_that_fits_is_first(
    knowledge: KnowledgeBase, cache: Path, cases: list[str], clauses: list[str], question: str, due: str
) -> None:
    """A station that starts with two cases, or two clauses, is shown the right one first."""
    hits = Retriever(part_of(knowledge, cases, clauses), cache).search(question)

    assert (ids(hits.cases) + ids(hits.clauses))[0] == due


@pytest.fixture(scope="session")
def small(knowledge: KnowledgeBase, cache: Path) -> dict[tuple[int, int], Retriever]:
    """Search in the first few cases and the first few clauses, by how many of each there are."""
    cases, clauses = list(knowledge.case_by_id), list(knowledge.clause_by_id)
    return {
        (many, more): Retriever(part_of(knowledge, cases[:many], clauses[:more]), cache)
        for many in range(4)
        for more in range(4)
    }


@settings(deadline=None)
@given(st.text(st.characters()), st.integers(0, 3), st.integers(0, 3))
def test_any_text_is_searched_in_any_small_knowledge_base(
    small: dict[tuple[int, int], Retriever], question: str, cases: int, clauses: int
) -> None:
    """Few documents or none, any question: hits in their order and no exception."""
    check(small[cases, clauses].search(f"{question}停电客户"), 5)


def test_evidence_of_a_single_document_is_in_its_ranges(small: dict[tuple[int, int], Retriever]) -> None:
    """A share is from 0 to 1, in a knowledge base of one case too."""
    check_evidence(small[1, 0].search("停电送蜡烛").evidence)
