"""Clauses asked for by number."""

import signal
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.answering.answer import Answerer, Tier
from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.model import ClauseNumber, KnowledgeBase
from retrieval.numerals import to_chinese
from retrieval.search.lookup import ClauseFinder

TODAY = date(2026, 11, 23)
BUSINESS_67 = "supply-business-rules-1996#67"
BUSINESS_83 = "supply-business-rules-1996#83"
SPELLINGS = {
    BUSINESS_67: (
        "供电营业规则67条",
        "供电营业规则第67条",
        "供电营业规则第六十七条",
        "《供电营业规则》第六十七条",
        "营业规则第六十七条",
        "营业规则67条",
        "营业规则67",
        "规则六七条",
        "营业规则第六七条",
        "营业规则６７条",
        "营业规则第６７條",
        "供電營業規則第六十七條",
        "供电营业规则第 六十七 条",
        "营业规则 67 条",
        "营业规则，第67条",
        "营业规则里的第67条",
        "查一下营业规则第67条",
        "按营业规则六十七条",
        "供电营业规则 第67条 是怎么说的",
        "停电通知供电营业规则67条怎么讲",
        "供电营业规则(1996版)第67条",
        "营业规则第67条第2款",
        "第六十七条",
        "67条",
        "第67条讲什么",
        "67条规定",
        "规则67",
        "规则 67",
        "规则第67",
        "规则六十七",
        "按规则67",
        "查规则67",
        "规则67说的啥",
        "营规67",
        "67",
        "67呢",
        "查67",
    ),
    BUSINESS_83: (
        "营业规则83",
        "营业规则八三条",
        "供电规则83条",
        "营业规则第捌拾叁条",
        "第捌拾叁条",
        "我想看供电营业规则的第八十三条",
    ),
    "ten-donts#1": (
        "十个不准头一条",
        "十个不准首条",
        "十个不准第一条",
        "十个不准的第一条",
        "十不准第一条",
        "国家电网公司员工服务“十个不准”第一条",
    ),
    "ten-donts#4": (
        "十个不准第4条",
        "十个不準第四條",
        "“十个不准”第四条",
        "员工服务十个不准第4条",
        "十个不准里的第四条",
        "十个不准:第4条",
        "十个不准第四个",
        "十个不准4",
        "违反了十个不准第四条",
    ),
    "ten-promises-2005#5": (
        "十项承诺第5条",
        "十项承诺第五条",
        "供电服务十项承诺5条",
        "国家电网公司供电服务“十项承诺”第5条",
        "承诺第五条",
        "承诺5",
        "十项承诺5讲啥",
    ),
    "service-code-2003#4(2)": (
        "规范4(2)",
        "规范4（2）",
        "规范四(二)",
        "违反规范4(2)",
        "服务规范4条2项",
        "服务规范4条2款",
        "服务规范４条２款",
        "服务规范第四条（二）",
        "服务规范四(二)",
        "服务规范第四条",
    ),
    "service-code-2003#4(5)": (
        "服务规范第四条第五款",
        "服务规范第四条 第五款",
        "服务规范第四条的第五项",
        "服务规范第四条(五)项",
        "服务规范4-5",
        "服务规范4.5",
        "服务规范4条5",
    ),
    "service-code-2003#5(4)": ("服务规范第五条第四项", "服务规范5条4款"),
    "service-code-2003#18(3)": ("国网服务规范第十八条(三)", "供电服务规范18条3款", "规范十八条三项"),
    "service-code-2003#19(1)": (
        "《国家电网公司供电服务规范》第十九条(一)",
        "服务规范19条1项",
        "服务规范第19条（1）",
        "服务规范第十九条第一款",
        "服务规范19条",
    ),
    "supply-use-regulations#20": (
        "条例二十条",
        "条例20條",
        "条例20",
        "电力供应与使用条例第二十条",
        "電力供應與使用條例第二十條",
    ),
    "supply-use-regulations#27": ("供应与使用条例27条", "使用条例27条", "请问条例27条", "条例二七条"),
    "five-haves#3": ("五有第3条", "五有三", "供电所优质服务“五有”第三条"),
    "rural-service-norms#6": ("农村案例要求第六条", "农村供电所优质服务案例要求第6条", "农村供电所案例要求六条"),
}
PIECES = st.sampled_from(
    [
        "供电营业规则",
        "营业规则",
        "十个不准",
        "服务规范",
        "条例",
        "规范",
        "河南省",
        "物权法",
        "第",
        "条",
        "款",
        "项",
        "之",
        "的",
        "和",
        "(",
        ")",
        "（",
        "）",
        "《",
        "》",
        "“",
        "”",
        " ",
        ",",
        "、",
        "头",
        "六",
        "十",
        "七",
        "两",
        "67",
        "4",
        "９",
        "违反了",
        "查",
        "停电",
        "线路",
        "到",
        "-",
        "承诺",
        "五有",
        "呢",
        "有哪些",
    ]
)


@pytest.fixture(scope="session")
def finder(knowledge: KnowledgeBase) -> ClauseFinder:
    """Looks numbers up in the repo's own knowledge."""
    return ClauseFinder(knowledge)


@pytest.fixture
def limit() -> Iterator[None]:
    """Ends a test that doesn't end by itself: what takes three seconds for a few characters takes for ever for a few more."""
    if not hasattr(signal, "SIGALRM"):
        pytest.skip("this system has no alarm")

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(3)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("question", "clause"), [(question, clause) for clause, questions in SPELLINGS.items() for question in questions]
)
def test_a_clause_is_found_however_its_number_is_written(answerer: Answerer, question: str, clause: str) -> None:
    """The clause named comes first, and the answer is sure of it."""
    answer = answerer.answer(question, today=TODAY)

    assert answer.clauses[0].record.id == clause
    assert answer.tier is Tier.DIRECT
    assert answer.lookups
    assert answer.matched


def test_every_clause_is_found_by_its_title_and_label(answerer: Answerer, knowledge: KnowledgeBase) -> None:
    """What the bot prints above a clause, typed back, brings that clause first: 第六十七条, 第5条, 一, 案例之六."""
    for clause in knowledge.clauses:
        answer = answerer.answer(f"《{clause.rule.title}》{clause.label}", today=TODAY)
        assert answer.clauses[0].record.id == clause.id
        assert answer.tier is Tier.DIRECT


@pytest.fixture(scope="session")
def books(knowledge: KnowledgeBase) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """For each rule book what it is called and the ids of its clauses."""
    return {
        rule.id: ((rule.title, *rule.short), [clause.id for clause in knowledge.clauses_by_rule[rule.id]])
        for rule in knowledge.rules
    }


@given(
    pattern=st.sampled_from(["{}第{}条", "{}{}条", "《{}》第{}条", "{} 第 {} 条", "请问{}的第{}条"]),
    number=st.integers(1, 999),
    chinese=st.booleans(),
    data=st.data(),
)
def test_any_number_of_any_rule_is_looked_up_in_that_rule(
    finder: ClauseFinder,
    books: dict[str, tuple[tuple[str, ...], list[str]]],
    pattern: str,
    number: int,
    chinese: bool,
    data: st.DataObject,
) -> None:
    """Held or not, the number and the rule are understood, and what is given is exactly what that rule holds of the article."""
    rule = data.draw(st.sampled_from(sorted(books)))
    names, held = books[rule]

    (lookup,) = finder.find(
        pattern.format(data.draw(st.sampled_from(names)), to_chinese(number) if chinese else number)
    )

    assert lookup.number == ClauseNumber(number)
    assert [found.id for found in lookup.rules] == [rule]
    assert [clause.id for clause in lookup.held] == held
    assert lookup.clauses == tuple(clause for clause in lookup.held if clause.number.article == number)


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("十个不准第一条和第四条", ["ten-donts#1", "ten-donts#4"]),
        ("营业规则67条和83条", [BUSINESS_67, BUSINESS_83]),
        ("营业规则67条、十个不准第一条", [BUSINESS_67, "ten-donts#1"]),
        ("服务规范第4、5条", ["service-code-2003#4(2)", "service-code-2003#4(5)", "service-code-2003#5(4)"]),
        ("营业规则67条、十个不准第一条和第四条", [BUSINESS_67, "ten-donts#1", "ten-donts#4"]),
        ("服务规范第四条", ["service-code-2003#4(2)", "service-code-2003#4(5)"]),
    ],
)
def test_several_clauses_come_in_the_order_asked(answerer: Answerer, question: str, clauses: list[str]) -> None:
    """All that are named come first, in the order of the question."""
    answer = answerer.answer(question, today=TODAY)

    assert [hit.record.id for hit in answer.clauses][: len(clauses)] == clauses


@pytest.mark.parametrize(
    "question", ["营业规则第67、83条", "营业规则67,83条", "营业规则第六十七、八十三条", "营业规则第67和83条"]
)
def test_numbers_in_a_row_are_all_asked_for(answerer: Answerer, question: str) -> None:
    """67、83条 names two clauses."""
    answer = answerer.answer(question, today=TODAY)

    assert [hit.record.id for hit in answer.clauses][:2] == [BUSINESS_67, BUSINESS_83]


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("规则67和83", ["67", "83"]),
        ("规则67、83", ["67", "83"]),
        ("十个不准1、4", ["1", "4"]),
        ("条例27和20", ["27", "20"]),
        ("规则67,规范4(2)", ["67", "4(2)"]),
        ("营业规则第66条和第67条", ["66", "67"]),
        ("第66条和第67条", ["66", "67"]),
    ],
)
def test_a_list_is_looked_up_number_by_number(finder: ClauseFinder, question: str, numbers: list[str]) -> None:
    """Each number of a list is a look-up of its own, held or not, with or without 条."""
    assert [str(lookup.number) for lookup in finder.find(question)] == numbers


@pytest.mark.parametrize(
    "question",
    [
        "67到83条",
        "从67条到83条",
        "营业规则67到83条",
        "营业规则第67条至第83条",
        "营业规则67-83条",
        "营业规则67~83条",
        "营业规则第六十七至八十三条",
        "营规67到83",
        "规则67-83",
    ],
)
def test_a_range_holds_all_between_its_ends(finder: ClauseFinder, question: str) -> None:
    """A range is one look-up with a first and a last article, and the clauses held between them."""
    (lookup,) = finder.find(question)

    assert (lookup.number, lookup.last) == (ClauseNumber(67), 83)
    assert [clause.id for clause in lookup.clauses] == [BUSINESS_67, BUSINESS_83]


def test_a_dash_is_an_item_where_there_is_one(finder: ClauseFinder) -> None:
    """服务规范4-5 is item 5 of article 4; with 条 it is a range."""
    (item,), (between,) = finder.find("服务规范4-5"), finder.find("服务规范4-5条")

    assert [clause.id for clause in item.clauses] == ["service-code-2003#4(5)"]
    assert (between.number, between.last, len(between.clauses)) == (ClauseNumber(4), 5, 3)


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("五有", "five-haves"),
        ("五有是哪五有", "five-haves"),
        ("优质服务五有是哪五有", "five-haves"),
        ("服务要做到五有,是哪五有来着", "five-haves"),
        ("什么是五有", "five-haves"),
        ("十个不准", "ten-donts"),
        ("“十个不准”都有哪些？", "ten-donts"),
        ("十不准内容", "ten-donts"),
        ("十项承诺", "ten-promises-2005"),
        ("服务规范有哪些条", "service-code-2003"),
        ("1996版营业规则", "supply-business-rules-1996"),
        ("营业规则", "supply-business-rules-1996"),
    ],
)
def test_a_rule_book_named_alone_is_asked_for_as_a_whole(answerer: Answerer, question: str, rule: str) -> None:
    """All its clauses held are given, in its order, and the answer is sure."""
    answer = answerer.answer(question, today=TODAY)
    held = answerer.knowledge.clauses_by_rule[rule]

    (lookup,) = answer.lookups
    assert lookup.whole
    assert (answer.tier, answer.asked, answer.cases) == (Tier.DIRECT, tuple(held), ())
    assert tuple(hit.record for hit in answer.clauses) == tuple(held[:5])


@pytest.mark.parametrize(
    ("before", "question", "completed"),
    [
        ("十个不准第四条", "1", "国家电网公司员工服务“十个不准”第1条"),
        ("营业规则停电提前几天", "六十七呢", "供电营业规则第67条"),
        ("67", "83呢", "供电营业规则第83条"),
        ("五有是哪五有", "第二条说的啥", "供电所优质服务“五有”第二条说的啥"),
        ("服务规范第四条第二款", "第五款呢", "国家电网公司供电服务规范第4条第五项"),
        ("服务规范第四条第二款", "(五)", "国家电网公司供电服务规范第4条第五项"),
        ("2024版营业规则67条", "83呢", "供电营业规则（2024版）第83条"),
        ("电力法60条", "那61条", "电力法61条"),
        ("供电营业规则67条", "67到83条", "供电营业规则67到83条"),
        ("户主不在家能进屋吗", "67", ""),
        ("供电营业规则67条", "67度电", ""),
        ("供电营业规则67条", "2024", ""),
        ("供电营业规则67条", "户主不在家能进屋吗", ""),
        ("五有是哪五有", "第五款呢", ""),
    ],
)
def test_a_number_alone_is_of_the_rule_book_named_before(
    finder: ClauseFinder, before: str, question: str, completed: str
) -> None:
    """A number, an item or a range is completed by the rule book, the edition and the article of the question before."""
    assert finder.complete(question, before) == completed


def test_a_number_that_is_not_held_keeps_the_rule_book_for_the_next(answerer: Answerer) -> None:
    """十个不准第一条, 第二条呢 (which is missing), 那第四条: the last is still of the same rule book."""
    missing = answerer.answer("第二条呢", today=TODAY, previous="十个不准第一条")
    last = answerer.answer("那第四条", today=TODAY, previous=missing.topic)

    assert missing.tier is Tier.NONE
    assert (last.tier, last.clauses[0].record.id) == (Tier.DIRECT, "ten-donts#4")


def test_clauses_of_two_books_that_are_both_named_are_no_choice(answerer: Answerer) -> None:
    """Who names two rule books gets both."""
    answer = answerer.answer("营业规则67条、十个不准第一条", today=TODAY)

    assert answer.tier is Tier.DIRECT
    assert [clause.id for clause in answer.asked] == [BUSINESS_67, "ten-donts#1"]


@pytest.mark.parametrize("question", ["2024版营业规则67条", "2024版营业规则", "营业规则2024", "2024版67条"])
def test_an_edition_that_is_not_held_is_named_with_what_is_held_of_another(answerer: Answerer, question: str) -> None:
    """Of 2024 there is nothing: the look-up says so, and what there is of the edition before."""
    answer = answerer.answer(question, today=TODAY)

    (lookup,) = answer.lookups
    assert answer.tier is Tier.NONE
    assert lookup.unknown in {"供电营业规则（2024版）", "2024版"}
    assert [clause.id for clause in lookup.held] == [BUSINESS_67, BUSINESS_83]


@pytest.mark.parametrize(
    ("question", "edition"),
    [
        ("2024版营业规则停电提前几天通知", "供电营业规则（2024版）"),
        ("2024年供电营业规则第67条", "供电营业规则（2024版）"),
        ("2024版停电提前几天通知", "2024版"),
        ("1996版营业规则停电提前几天通知", ""),
        ("2023年供电营业规则第67条", ""),
        ("营业规则停电提前几天通知", ""),
    ],
)
def test_an_answer_from_another_edition_says_so(answerer: Answerer, question: str, edition: str) -> None:
    """It bears the name of the edition that isn't held; a year in which the one held was in force names none."""
    assert answerer.answer(question, today=TODAY).edition_not_held == edition


@pytest.mark.parametrize(
    "question",
    [
        "服务规范第四条第(五)项",
        "服务规范第四条第（五）款",
        "服务规范第四条之(五)",
        "服务规范第四条中的(五)",
        "服务规范第四条，第五款",
    ],
)
def test_an_item_behind_a_mark_is_that_item(answerer: Answerer, question: str) -> None:
    """The clause shown first is the item asked for, not another one of its article."""
    answer = answerer.answer(question, today=TODAY)

    assert answer.clauses[0].record.id == "service-code-2003#4(5)"


def test_clauses_of_two_rules_come_in_the_order_asked(answerer: Answerer) -> None:
    """Of an ended rule and of one in force, the one named first is shown first."""
    answer = answerer.answer("营业规则67条和条例20条", today=TODAY)

    assert [hit.record.id for hit in answer.clauses][:2] == [BUSINESS_67, "supply-use-regulations#20"]


@pytest.mark.parametrize("question", ["服务规范4条2款和5款", "服务规范第四条(二)、(五)"])
def test_two_items_of_an_article_are_both_asked_for(finder: ClauseFinder, question: str) -> None:
    """Items in a row belong to the article before them."""
    clauses = [clause.id for lookup in finder.find(question) for clause in lookup.clauses]

    assert clauses == ["service-code-2003#4(2)", "service-code-2003#4(5)"]


@pytest.mark.parametrize(
    ("question", "rule", "held"),
    [
        ("十个不准第六条", "ten-donts", ["ten-donts#1", "ten-donts#4"]),
        ("供电营业规则第一百条", "supply-business-rules-1996", [BUSINESS_67, BUSINESS_83]),
        ("营业规则第99999条", "supply-business-rules-1996", [BUSINESS_67, BUSINESS_83]),
        ("十项承诺第一条", "ten-promises-2005", ["ten-promises-2005#5"]),
        ("条例第二十八条", "supply-use-regulations", ["supply-use-regulations#20", "supply-use-regulations#27"]),
        (
            "服务规范4条9款",
            "service-code-2003",
            [f"service-code-2003#{number}" for number in ("4(2)", "4(5)", "5(4)", "18(3)", "19(1)")],
        ),
    ],
)
def test_a_number_that_is_not_held_is_refused_with_what_is(
    answerer: Answerer, question: str, rule: str, held: list[str]
) -> None:
    """Nothing is shown in place of a clause that is not there; the look-up says of which rule it was and what of it there is."""
    answer = answerer.answer(question, today=TODAY)

    assert (answer.tier, answer.clauses, answer.cases) == (Tier.NONE, (), ())
    (lookup,) = answer.lookups
    assert [found.id for found in lookup.rules] == [rule]
    assert (lookup.clauses, lookup.unknown) == ((), "")
    assert [clause.id for clause in lookup.held] == held


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("电力设施保护条例第二十条", "电力设施保护条例"),
        ("物权法第67条", "物权法"),
        ("民法典第六十七条", "民法典"),
        ("《电力法》第二十七条", "电力法"),
        ("河南省供用电条例第27条", "河南省供用电条例"),
        ("河南省供电营业规则67条", "河南省供电营业规则"),
        ("消费者权益保护法第二十条", "消费者权益保护法"),
        ("电力供应与使用条例实施细则第20条", "电力供应与使用条例实施细则"),
        ("请问电力法27条", "电力法"),
    ],
)
def test_a_rule_that_is_not_held_is_refused_by_its_name(answerer: Answerer, question: str, unknown: str) -> None:
    """A number of a foreign rule is never answered from one of ours, however alike the names are."""
    answer = answerer.answer(question, today=TODAY)

    assert (answer.tier, answer.clauses, answer.cases) == (Tier.NONE, (), ())
    (lookup,) = answer.lookups
    assert (lookup.rules, lookup.unknown, lookup.clauses, lookup.held) == ((), unknown, (), ())


@pytest.mark.parametrize(
    "question",
    [
        "供电所有六七条线路跳闸",
        "我们一共十个人去五户",
        "这个月停了三项业务",
        "有三条线路",
        "十八条路灯线",
        "第二条街停电了",
        "拉了四条线",
        "我给他发了3条信息",
        "发了三条微信",
        "客户一条短信都没收到",
        "一条龙服务",
        "两条意见怎么回",
        "三个十条",
        "十条农村服务要求里抄表那条",
        "停电提前三至七天",
        "第二天能送电吗",
        "打了95598",
        "67度电",
        "67到83度",
        "4小时2个人",
        "220伏",
        "13812345678",
        "3到5天",
        "拉了3到5条线路",
        "规范操作2次",
        "操作规范2",
        "承诺2天内",
        "承诺2到3天",
        "承诺2、3天",
        "为什么不准2",
        "河南省供电营业规则67",
        "线路规范3",
        "4号线",
        "规则",
        "规范",
        "承诺",
        "条例有哪些条",
        "十项承诺里几天送电",
        "供电服务规范对抄表有哪些要求",
        "120",
        "220",
        "2024",
        "95598",
        "7",
        "",
    ],
)
def test_counted_things_are_no_look_ups(answerer: Answerer, finder: ClauseFinder, question: str) -> None:
    """Lines, people, days and messages that are counted name no clause."""
    assert finder.find(question) == ()
    assert answerer.answer(question, today=TODAY).lookups == ()


@pytest.mark.parametrize(
    "question", ["有三、四条线路跳闸", "三、四条街都停了", "今天发了两,三条短信", "第三、四条街", "一、二条意见怎么回"]
)
def test_counted_things_in_a_row_are_no_look_ups(finder: ClauseFinder, question: str) -> None:
    """三、四条线路 is a guess at how many, not two articles."""
    assert finder.find(question) == ()


@pytest.mark.parametrize("question", ["第四条", "第一条", "头一条"])
def test_a_number_that_several_rules_have_is_a_choice(answerer: Answerer, question: str) -> None:
    """Without a rule's name, an article that three rules hold is shown from all three, and not as sure."""
    answer = answerer.answer(question, today=TODAY)

    assert answer.tier is Tier.CHOOSE
    assert {hit.record.rule.id for hit in answer.clauses} >= {"five-haves", "rural-service-norms", "ten-donts"}


def test_the_other_words_choose_among_rules_with_that_number(answerer: Answerer) -> None:
    """第四条 with 推诿 is that of the rule that speaks of it."""
    assert answerer.answer("第4条是不准推诿吗", today=TODAY).clauses[0].record.id == "ten-donts#4"


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("供电营业规则67条", ""),
        ("营业规则67条说的欠费停电", "说的欠费停电"),
        ("停电通知供电营业规则67条怎么讲", "停电通知怎么讲"),
    ],
)
def test_what_else_was_said_is_kept(finder: ClauseFinder, question: str, rest: str) -> None:
    """The rest of the question is without the rule's name and the number."""
    assert finder.find(question)[0].rest == rest


def test_the_case_of_a_clause_stands_beside_it(answerer: Answerer, knowledge: KnowledgeBase) -> None:
    """A clause asked for by number comes with the cases that cite it, and those come before cases only related to it."""
    for clause in knowledge.clauses:
        answer = answerer.answer(f"{clause.rule.title}第{clause.number.article}条", today=TODAY)
        citing = {case.id for case in knowledge.cases if clause.id in case.cites}
        shown = [hit.record.id for hit in answer.cases]
        asked = {hit.record.id for hit in answer.clauses}
        if len(asked) == 1:
            assert citing == set(shown[: len(citing)])


@given(st.text(st.characters()))
@example("第" * 50)
@example("条" * 50)
@example("之一二三四五六七八九条")
@example("\ud83d67条")
def test_any_text_is_looked_up_without_an_exception(finder: ClauseFinder, question: str) -> None:
    """Whatever is typed, finding gives look-ups or none."""
    for lookup in finder.find(question):
        assert lookup.number.article >= 1


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=8).map("".join), st.lists(PIECES, max_size=8).map("".join))
@example("67", "2024版营业规则")
def test_any_number_behind_any_question_is_completed(finder: ClauseFinder, question: str, before: str) -> None:
    """Completing and reading whole rule books never raises; a book given as a whole is either held or said to be missing."""
    assert isinstance(finder.complete(question, before), str)
    for lookup in finder.find_book(before):
        assert lookup.whole
        assert lookup.held
        assert bool(lookup.clauses) is not bool(lookup.unknown)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=10).map("".join))
def test_any_mixture_of_names_and_numbers_is_looked_up(finder: ClauseFinder, question: str) -> None:
    """However names, marks and numbers are mixed, each look-up is consistent: clauses have the number, and are of the rules named."""
    for lookup in finder.find(question):
        first = lookup.number.article
        assert all(first <= clause.number.article <= (lookup.last or first) for clause in lookup.clauses)
        assert not (lookup.rules and lookup.unknown)
        if lookup.rules:
            assert all(clause.rule in lookup.rules for clause in lookup.clauses)
            assert all(clause.rule == lookup.rules[0] for clause in lookup.held)
        if lookup.unknown:
            assert lookup.clauses == ()


@pytest.mark.usefixtures("limit")
def test_forty_looks_are_looked_up(finder: ClauseFinder) -> None:
    """A question of 44 characters is answered at all."""
    finder.find("看" * 40 + "哦67条")


@pytest.mark.usefixtures("limit")
def test_a_repeated_phrase_before_a_short_name_is_looked_up(finder: ClauseFinder) -> None:
    """A question of 96 characters is answered at all."""
    finder.find("违反了" * 30 + "哦规范67条")


@pytest.mark.usefixtures("limit")
def test_four_thousand_characters_of_numbers_are_looked_up(finder: ClauseFinder) -> None:
    """A message as long as Telegram allows is answered at all."""
    finder.find("67条" * 1333)


def test_knowledge_without_rules_has_nothing_to_look_up() -> None:
    """An empty knowledge base understands a lone number and holds nothing under it."""
    (lookup,) = ClauseFinder(KnowledgeBase()).find("第六十七条")

    assert (lookup.number, lookup.clauses, lookup.held) == (ClauseNumber(67), (), ())


_LEVELS = """---
id: meters
title: 封印管理细则
kind: company
verified: no
source: 试验
---
## 3.1
领用。
## 3.2.1
退库。
## 3.2.2
存放。
## 五、（二）
检查。
"""


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("封印管理细则3.2.1", ["meters#3(2)(1)"]),
        ("《封印管理细则》3.2.2怎么说", ["meters#3(2)(2)"]),
        ("封印管理细则3.1", ["meters#3(1)"]),
        ("封印管理细则3.2", ["meters#3(2)(1)", "meters#3(2)(2)"]),
        ("封印管理细则五、（二）", ["meters#5(2)"]),
        ("封印管理细则五（二）", ["meters#5(2)"]),
        ("封印管理细则3.2.7", []),
    ],
)
def test_numbers_in_levels_are_looked_up(question: str, clauses: list[str]) -> None:
    """3.2.1 is that very clause, 3.2 all below it, and 五、（二） is found as it is printed."""
    problems: list[Problem] = []
    rule, held = read_rule(TextFile(PurePath("rules/meters.md"), tuple(_LEVELS.split("\n")), "utf-8"), problems)
    assert problems == []

    (lookup,) = ClauseFinder(KnowledgeBase(rules=(rule,), clauses=held)).find(question)

    assert [clause.id for clause in lookup.clauses] == clauses
