"""Questions to answers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.answering.answer import (
    KINDS,
    LIMIT,
    Answer,
    Answerer,
    Logistic,
    Tier,
    TierModel,
    TierRule,
    kind_of,
    load_tier_model,
)
from retrieval.content import load_folder
from retrieval.model import KnowledgeBase, Status
from retrieval.search.hits import Evidence

TODAY = date(2026, 11, 23)
BUSINESS_67 = "supply-business-rules-1996#67"
WORDS = st.sampled_from(
    [
        "停电",
        "通知",
        "欠费",
        "抄表",
        "估",
        "客户",
        "投诉",
        "装表",
        "漏保",
        "打洞",
        "楼道灯",
        "收费",
        "怎么办",
        "行不行",
        "几天",
        "十个不准",
        "第四条",
        "67条",
        "营业规则",
        "物权法",
        "红烧肉",
        "天气",
        "😀",
        " ",
        "。",
        "?",
        "a",
        "電錶",
        "\u200b",
        "\n",
    ]
)
QUESTIONS = st.lists(WORDS, max_size=9).map("".join)


def answers_of(knowledge: KnowledgeBase, cache: Path, cases: list[str], clauses: list[str]) -> Answerer:
    """Answers from some of the records, with the citations among them."""
    kept = tuple(knowledge.clause_by_id[clause] for clause in clauses)
    alone = tuple(replace(knowledge.case_by_id[one], cites=(), related=()) for one in cases)
    return Answerer(KnowledgeBase(rules=knowledge.rules, clauses=kept, cases=alone, lexicon=knowledge.lexicon), cache)


def check(answer: Answer) -> None:
    """What is true of all answers."""
    assert len(answer.clauses) <= LIMIT
    assert len(answer.cases) <= LIMIT
    assert len(answer.nearest) <= 3
    for found in (answer.clauses, answer.cases):
        ids = [hit.record.id for hit in found]
        assert len(set(ids)) == len(ids)
    assert 0 <= answer.fits <= 1
    assert 0 <= answer.sure <= 1
    if answer.tier is Tier.NONE:
        assert (answer.clauses, answer.cases, answer.situations) == ((), (), ())
    else:
        assert answer.clauses or answer.cases
        assert answer.nearest == ()
    if answer.tier is Tier.DIRECT:
        assert answer.matched
        assert answer.situations == ()
    if answer.tier is Tier.CHOOSE and not answer.lookups:
        assert len(answer.situations) == min(3, len(answer.cases))
        for hit, situation in zip(answer.cases, answer.situations, strict=False):
            assert situation in (*hit.record.questions, hit.record.title)


def test_the_first_question_of_the_job(answerer: Answerer) -> None:
    """How many days before a disconnection: the clause of 1996, that it has ended and what replaced it, and the case beside it."""
    answer = answerer.answer("停人家的电要提前几天打招呼", today=TODAY)

    first = answer.clauses[0].record
    assert answer.tier is Tier.DIRECT
    assert first.id == BUSINESS_67
    assert "停电前三至七天内" in first.text
    assert first.rule.status(answer.today) is Status.ENDED
    assert first.rule.replaced_by is not None
    assert answer.cases[0].record.id == "arrears-disconnection-estate"
    assert "打招呼→通知" in answer.matched
    assert (answer.question, answer.today) == ("停人家的电要提前几天打招呼", TODAY)


def test_the_day_of_the_question_decides_on_the_status(answerer: Answerer) -> None:
    """The answer carries the day for which it was asked, and the same clause was in force on an earlier one."""
    answer = answerer.answer("停人家的电要提前几天打招呼", today=date(2024, 5, 31))

    assert answer.today == date(2024, 5, 31)
    assert answer.clauses[0].record.rule.status(answer.today) is Status.IN_FORCE


@pytest.mark.parametrize(
    ("question", "case"),
    [
        ("下大雪没去抄表,我估了个数报上去,会怎么样", "estimated-reading"),
        ("户主不在家 邻居让我进去修行不行", "entering-empty-home"),
        ("在人家墙上打眼没打招呼", "drilling-without-consent"),
        ("漏保老跳我给他绕过去了", "bypassed-rcd"),
        ("楼道灯欠费停了一楼的人来闹", "corridor-light"),
        ("收电费的时候帮村里把卫生费一起收了", "surcharge-on-bill"),
        ("電錶箱從牆上掉下來了", "loose-meter-box"),
        ("动力用户验收完十几天还没装表", "late-connection"),
    ],
)
def test_a_colloquial_question_brings_its_case(answerer: Answerer, question: str, case: str) -> None:
    """Asked as people at the door ask, in words that no document has, the right case is first."""
    answer = answerer.answer(question, today=TODAY)

    assert answer.tier is not Tier.NONE
    assert answer.cases[0].record.id == case


@settings(max_examples=200, deadline=None)
@given(QUESTIONS)
def test_every_answer_keeps_its_promises(answerer: Answerer, question: str) -> None:
    """Whatever is asked: few hits, each once, none in tier none, terms that carried it in tier direct, a situation for each choice."""
    check(answerer.answer(question, today=TODAY))


@settings(max_examples=60, deadline=None)
@given(QUESTIONS)
def test_the_same_question_has_the_same_answer(answerer: Answerer, question: str) -> None:
    """Nothing is left over from one question to the next."""
    first = answerer.answer(question, today=TODAY)
    answerer.answer("停电要提前几天", today=TODAY)

    assert answerer.answer(question, today=TODAY) == first


@settings(deadline=None)
@given(st.text(st.characters()))
@example("")
@example("😀👍🏽")
@example("。,?!……——")
@example("\x00\ud83d\u202e")
@example("停电通知" * 1000)
@example("电" * 4000)
@example("?" * 4000)
@example("a" * 4000)
@example("9" * 4000)
@example("\n" * 4000)
def test_any_text_is_answered(answerer: Answerer, question: str) -> None:
    """Nothing that can be typed makes it raise."""
    check(answerer.answer(question, today=TODAY))


@pytest.mark.parametrize("question", ["", " ", "😀", "👍🏽👍🏽", "。。。", "?!", "……", "\u200b", "\n", "!" * 4000])
def test_what_is_no_question_has_no_answer(answerer: Answerer, question: str) -> None:
    """Without a word there is nothing to be found, and nothing to be offered."""
    answer = answerer.answer(question, today=TODAY)

    assert (answer.tier, answer.nearest, answer.matched) == (Tier.NONE, (), ())


@pytest.mark.parametrize(
    "question",
    [
        "红烧肉怎么做",
        "世界杯谁赢了",
        "怎么学英语",
        "今天股票涨了吗",
        "你好",
        "给我讲个笑话",
        "明天天气",
        "明天天气怎么样",
    ],
)
def test_a_far_off_question_is_refused(answerer: Answerer, question: str) -> None:
    """What has nothing to do with the trade gets no clause and no case."""
    assert answerer.answer(question, today=TODAY).tier is Tier.NONE


def test_a_refused_question_is_offered_the_nearest_cases(answerer: Answerer) -> None:
    """Where something was found but does not fit, up to three cases are named as topics."""
    answer = answerer.answer("红烧肉怎么做", today=TODAY)

    assert len(answer.nearest) == 3
    assert answer.fits < 0.28


@pytest.mark.parametrize(
    ("previous", "question", "case"),
    [
        ("户主不在家能进屋修吗", "要是他口头同意呢", "entering-empty-home"),
        ("电表箱掉下来了", "那谁来修呢", "loose-meter-box"),
        ("停电要提前几天", "那要是重要用户呢", "arrears-disconnection-estate"),
    ],
)
def test_a_follow_up_leans_on_the_question_before(answerer: Answerer, previous: str, question: str, case: str) -> None:
    """What says only what is different is answered from both, and both are what the next one may lean on."""
    answer = answerer.answer(question, today=TODAY, previous=previous)

    check(answer)
    assert answer.follows
    assert answer.cases[0].record.id == case
    assert answer.topic == f"{previous} {question}"


def test_a_few_known_words_of_something_else_get_no_sure_answer(answerer: Answerer) -> None:
    """What means nothing here by itself may be of the topic before, and may not be: it is refused, or for the person to say."""
    answer = answerer.answer("今天中午吃啥", today=TODAY, previous="客户家漏保跳了能不能帮他拆掉")

    check(answer)
    assert answer.tier is not Tier.DIRECT
    assert answerer.answer("下雨呢", today=TODAY, previous="下雪出不了门，电表数能不能先估一个").tier is Tier.DIRECT


@pytest.mark.parametrize(
    "question", ["停人家的电要提前几天打招呼", "红烧肉怎么做", "对了,电表箱掉下来了怎么办", "十个不准第四条"]
)
def test_a_question_of_its_own_leans_on_nothing(answerer: Answerer, question: str) -> None:
    """Whatever was asked before, a whole question is answered as if it were the first."""
    after = answerer.answer(question, today=TODAY, previous="户主不在家能进屋修吗")

    assert after == answerer.answer(question, today=TODAY)
    assert (after.follows, after.topic) == (False, question)


def test_a_number_alone_is_of_the_rule_named_before(answerer: Answerer) -> None:
    """那83条呢 behind 营业规则67条 is the 83rd of the same rule, also where another rule has such a number."""
    after = answerer.answer("那83条呢", today=TODAY, previous="供电营业规则67条")
    first = answerer.answer("第一条呢", today=TODAY, previous="十个不准第四条")

    assert after.clauses[0].record.id == "supply-business-rules-1996#83"
    assert first.clauses[0].record.id == "ten-donts#1"
    assert first.tier is Tier.DIRECT


@settings(max_examples=60, deadline=None)
@given(QUESTIONS, st.text(st.characters()) | QUESTIONS)
def test_any_two_questions_are_answered(answerer: Answerer, question: str, previous: str) -> None:
    """Nothing that was asked before makes it raise or break a promise, and the topic stays short."""
    answer = answerer.answer(question, today=TODAY, previous=previous)

    check(answer)
    assert answer.topic in {question, previous} or answer.lookups or (answer.follows and len(answer.topic) <= 200)


@pytest.mark.parametrize(
    ("question", "advice"),
    [
        ("下暴雨线断了掉路上", "先别靠近"),
        ("有根线断了掉地上", "先别靠近"),
        ("电杆旁边的线掉到路上了咋办", "先别靠近"),
        ("有人触电了怎么办", "120"),
        ("客户家有人觸電了", "120"),
        ("变压器着火了", "119"),
        ("高压线断了掉在地上", "8 米"),
        ("漏保老跳 我直接短接了 结果有人触电", "120"),
    ],
)
def test_danger_to_life_comes_before_any_rule(answerer: Answerer, question: str, advice: str) -> None:
    """What must be done first is said, and no rule is given as the one sure answer."""
    answer = answerer.answer(question, today=TODAY)

    check(answer)
    assert [advice in said for said in answer.advice] == [True]
    assert answer.tier is not Tier.DIRECT


def test_what_would_be_sure_is_a_choice_where_life_is_in_danger(answerer: Answerer) -> None:
    """The same words are answered at once as long as nobody is hurt; the case is still first among the choices."""
    safe = answerer.answer("漏保老跳 我直接短接了", today=TODAY)
    danger = answerer.answer("漏保老跳 我直接短接了 结果有人触电", today=TODAY)

    assert (safe.tier, danger.tier) == (Tier.DIRECT, Tier.CHOOSE)
    assert safe.cases[0].record.id == danger.cases[0].record.id == "bypassed-rcd"
    assert len(danger.situations) == 3


def test_where_nobody_is_in_danger_nothing_is_advised(answerer: Answerer, knowledge: KnowledgeBase) -> None:
    """The first alternate question of no case but those that speak of it brings advice."""
    advised = [one.id for one in knowledge.cases if answerer.answer(one.questions[0], today=TODAY).advice]

    assert advised == []


@pytest.mark.parametrize("question", ["接触电表箱要先说一声吗", "停电死活不给送", "看着火表抄数", "停电伤了客户的心"])
def test_danger_is_not_heard_across_words(answerer: Answerer, question: str) -> None:
    """接触电表 is no 触电, 停电死活 no 电死, 看着火表 no 着火."""
    assert answerer.answer(question, today=TODAY).advice == ()


def test_a_question_given_to_a_clause_is_answered_with_it(folder: Path, cache: Path) -> None:
    """Word for word, with whatever marks; no case that doesn't name the clause speaks before it, and who asks otherwise is not meant."""
    bank = (
        "---\nid: bank\ntitle: 题库\nkind: guidance\nverified: no\nsource: 试验\n---\n"
        "## 1、换表要不要留告知单？\n要，请客户签字确认旧表底度。\n### 问法\n- 换表要不要留告知单？\n"
    )
    (folder / "rules" / "bank.md").write_text(bank, encoding="utf-8")
    answerer = Answerer(load_folder(folder), cache)

    for question in ("换表要不要留告知单？", "换表要不要留告知单"):
        answer = answerer.answer(question, today=TODAY, previous="停人家的电要提前几天打招呼")
        assert answer.tier is Tier.DIRECT
        assert answer.clauses[0].record.id == "bank#1"
        assert answer.cases == ()
        assert not answer.follows
    assert answerer.answer("换表箱要不要留螺丝", today=TODAY).cases


@pytest.mark.parametrize(
    "question", ["你好", "谢谢师傅!", "好的,知道了", "OK", "嗯嗯", "在吗?", "您好,辛苦了", "吃了没", "吃饭了吗?"]
)
def test_a_greeting_is_no_question(answerer: Answerer, question: str) -> None:
    """Greetings and thanks are told from questions, and what was asked before may still be leaned on."""
    answer = answerer.answer(question, today=TODAY, previous="户主不在家能进屋修吗")

    check(answer)
    assert answer.courtesy
    assert answer.tier is Tier.NONE
    assert answer.topic == "户主不在家能进屋修吗"


@pytest.mark.parametrize("question", ["你好,停电要提前几天通知", "谢谢,那电表箱掉下来呢", "明天天气", "好的案例有哪些"])
def test_a_polite_question_is_a_question(answerer: Answerer, question: str) -> None:
    """A greeting before a question doesn't hide it."""
    assert not answerer.answer(question, today=TODAY).courtesy


def test_a_topic_that_is_not_held_is_named(answerer: Answerer) -> None:
    """Solar power is of the trade and not in the knowledge: refused, and told what it was about."""
    answer = answerer.answer("光伏发电怎么申请", today=TODAY)

    assert answer.tier is Tier.NONE
    assert "分布式光伏" in answer.foreign


def test_an_empty_knowledge_base_answers_nothing(cache: Path) -> None:
    """Neither words nor numbers find anything, and nothing raises."""
    answerer = Answerer(KnowledgeBase(), cache)

    for question in ("停电要提前几天通知", "营业规则67条", ""):
        answer = answerer.answer(question, today=TODAY)
        check(answer)
        assert answer.tier is Tier.NONE


def test_a_number_is_found_in_the_smallest_knowledge_base(knowledge: KnowledgeBase, cache: Path) -> None:
    """One rule with one clause: asked for by number it is a sure answer."""
    answer = answers_of(knowledge, cache, [], ["ten-donts#4"]).answer("十个不准第四条", today=TODAY)

    assert answer.tier is Tier.DIRECT
    assert [hit.record.id for hit in answer.clauses] == ["ten-donts#4"]


def test_a_station_that_begins_with_one_record_is_answered(knowledge: KnowledgeBase, cache: Path) -> None:
    """One case and no rules, one rule and no cases, two clauses: its very words bring the right record first, and others none."""
    beginnings: tuple[tuple[list[str], list[str], str, str], ...] = (
        (["two-candles"], [], "停电还给人送蜡烛 是哪回", "two-candles"),
        ([], ["ten-donts#4"], "客户投诉能不能推诿塞责", "ten-donts#4"),
        (["bypassed-rcd"], ["ten-donts#4"], "漏保老跳 我直接短接了行不行", "bypassed-rcd"),
        ([], ["ten-donts#1", "ten-donts#4"], "客户投诉能不能推诿塞责", "ten-donts#4"),
    )
    for cases, clauses, question, due in beginnings:
        answerer = answers_of(knowledge, cache, cases, clauses)
        answer = answerer.answer(question, today=TODAY)
        check(answer)
        found = [hit.record.id for hit in answer.cases] + [hit.record.id for hit in answer.clauses]
        assert found[:1] == [due], due
        assert answerer.answer("红烧肉怎么做", today=TODAY).tier is Tier.NONE


@pytest.mark.parametrize(
    ("fits", "sure", "tier"),
    [
        (0.29, 0.99, Tier.NONE),
        (0.3, 0.69, Tier.CHOOSE),
        (0.3, 0.7, Tier.DIRECT),
        (1.0, 0.0, Tier.CHOOSE),
        (0.0, 0.0, Tier.NONE),
    ],
)
def test_two_thresholds_make_three_tiers(fits: float, sure: float, tier: Tier) -> None:
    """Below the first nothing is shown, from the second on the answer is given at once."""
    rule = TierRule(Logistic(0, {}), Logistic(0, {}), refuse_below=0.3, direct_from=0.7)

    assert rule.tier(fits, sure) is tier


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        (Evidence(taught=0.9), "taught"),
        (Evidence(taught=0.9, by_clause=1.0), "taught"),
        (Evidence(taught=0.2), "case"),
        (Evidence(by_clause=1.0), "clause"),
    ],
)
def test_the_leading_record_decides_on_the_rule(evidence: Evidence, kind: str) -> None:
    """Many alternate questions make a record taught, whatever it is; without them cases and clauses have rules of their own."""
    model = load_tier_model()

    assert kind_of(evidence) == kind
    assert model.rule(evidence) is getattr(model, kind)


EVIDENCE = Evidence(coverage=0.5, score=2.0)


@given(st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_a_probability_is_one(bias: float, weight: float) -> None:
    """Whatever the parameters, the result is from 0 to 1 and doesn't overflow."""
    assert 0 <= Logistic(bias, {"score": weight}).probability(EVIDENCE) <= 1


def test_a_probability_is_the_logistic_of_the_weighted_sum() -> None:
    """Half at nought, and one over one plus e at minus one; a field without a weight counts nothing."""
    assert Logistic(0, {}).probability(EVIDENCE) == 0.5
    assert Logistic(-3, {"coverage": 2.0, "score": 0.5}).probability(EVIDENCE) == pytest.approx(
        1 / (1 + 2.718281828**1)
    )


def test_the_model_that_ships_is_whole() -> None:
    """Its weights are of fields that evidence has, nothing is evidence for nothing, and 0 < none < direct < 1."""
    model = load_tier_model()

    for rule in (getattr(model, kind) for kind in KINDS):
        assert 0 < rule.refuse_below < rule.direct_from < 1
        for logistic in (rule.fits, rule.sure):
            assert set(logistic.weights) == set(Evidence.__dataclass_fields__)
        assert rule.tier(rule.fits.probability(Evidence()), rule.sure.probability(Evidence())) is Tier.NONE


def test_a_tier_model_of_ones_own_is_used(knowledge: KnowledgeBase, cache: Path) -> None:
    """A model that is never sure offers choices where the shipped one answers."""
    unsure = TierRule(Logistic(0, {}), Logistic(0, {}), refuse_below=0.1, direct_from=0.9)
    answer = Answerer(knowledge, cache, TierModel(unsure, unsure, unsure)).answer(
        "停人家的电要提前几天打招呼", today=TODAY
    )

    assert answer.tier is Tier.CHOOSE
    assert (answer.fits, answer.sure) == (0.5, 0.5)
    assert len(answer.situations) == 3
    check(answer)
