"""Which day, or which edition, a question asks about."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.asked_time import read_asked_time, read_edition_year

TODAY = date(2026, 11, 23)
PIECES = st.sampled_from(
    [
        "2023年",
        "去年",
        "前年",
        "5月",
        "31日",
        "以前",
        "的时候",
        "96版",
        "旧的",
        "营业规则",
        "67条",
        "30天前",
        "现在",
        "三年前",
        "2月30日",
        "停电",
        " ",
    ]
)


@pytest.mark.parametrize(
    ("question", "day", "rest"),
    [
        ("2023年的时候停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("2023年停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("２０２３ 年 停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("二〇二三年停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("停电要提前几天,2023年那会", date(2023, 12, 31), "停电要提前几天,那会"),
        ("2023年5月停电要提前几天", date(2023, 5, 31), "停电要提前几天"),
        ("23年5月停电要提前几天", date(2023, 5, 31), "停电要提前几天"),
        ("23年的时候停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("2024年2月停电要提前几天", date(2024, 2, 29), "停电要提前几天"),
        ("2024年5月31号停电要提前几天", date(2024, 5, 31), "停电要提前几天"),
        ("2024-05-31停电要提前几天", date(2024, 5, 31), "停电要提前几天"),
        ("2024年初停电要提前几天", date(2024, 1, 31), "停电要提前几天"),
        ("2024年上半年停电要提前几天", date(2024, 6, 30), "停电要提前几天"),
        ("2024年6月以前停电要提前几天", date(2024, 5, 31), "停电要提前几天"),
        ("2024年6月1日之前停电要提前几天", date(2024, 5, 31), "停电要提前几天"),
        ("2024年以前停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("去年停电要提前几天", date(2025, 12, 31), "停电要提前几天"),
        ("去年5月停电要提前几天", date(2025, 5, 31), "停电要提前几天"),
        ("去年五月份停电要提前几天", date(2025, 5, 31), "停电要提前几天"),
        ("去年冬天停电要提前几天", date(2025, 12, 31), "停电要提前几天"),
        ("前年停电要提前几天", date(2024, 12, 31), "停电要提前几天"),
        ("大前年停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("三年前停电要提前几天", date(2023, 12, 31), "停电要提前几天"),
        ("今年3月停电要提前几天", date(2026, 3, 31), "停电要提前几天"),
        ("2023年的规定停电要提前几天", date(2023, 12, 31), "规定停电要提前几天"),
        ("按2023年的规定停电要提前几天", date(2023, 12, 31), "按规定停电要提前几天"),
        ("2023年的规定现在还管用吗", date(2023, 12, 31), "规定现在还管用吗"),
        ("2023年营业规则67条", date(2023, 12, 31), "营业规则67条"),
    ],
)
def test_a_time_is_its_last_day(question: str, day: date, rest: str) -> None:
    """A year, a month, a part of a year before today is meant as it ended; 以前 as the day before; the rest is what is asked."""
    asked = read_asked_time(question, TODAY)

    assert (asked.day, asked.rest, asked.topic) == (day, rest, rest)


@pytest.mark.parametrize(
    "question",
    [
        "2003版服务规范第四条",
        "2005年承诺第5条",
        "2005年公布的承诺里怎么说",
        "30天前通知",
        "提前30天通知用户",
        "停电前三至七天内送通知",
        "国家电网生〔2003〕477号第四条",
        "2015年装的表坏了谁换",
        "去年换的表箱掉下来了",
        "去年秋天就报的装表,没人管",
        "按去年的量估了一个",
        "照着去年同月写",
        "比去年多了两倍",
        "2026年停电要提前几天",
        "今年停电要提前几天",
        "2027年停电要提前几天",
        "2024年6月以后停电要提前几天",
        "2024年6月1日起怎么停电",
        "从2023年就没人抄表",
        "2023年改造干得糙,现在要求啥",
        "去年改造干得糙 今年要求啥",
        "目前年底冲进度",
        "提前年检行不行",
        "过年前停电",
        "大年夜前年货还没卖就停电了",
        "干了二十三年农电工",
        "欠了三年电费",
        "2024年2月30日停电",
        "1234年停电",
        "六七年没换表",
    ],
)
def test_a_year_in_another_role_is_no_time(question: str) -> None:
    """Editions, periods, ages of things, amounts, what goes on until today, days to come and days that don't exist."""
    asked = read_asked_time(question, TODAY)

    assert (asked.day, asked.rest) == (None, question)


@pytest.mark.parametrize(
    ("question", "year", "topic"),
    [
        ("96版营业规则67条", 1996, "营业规则67条"),
        ("1996版营业规则67条", 1996, "营业规则67条"),
        ("1996年版的营业规则67条", 1996, "营业规则67条"),
        ("九六版营业规则67条", 1996, "营业规则67条"),
        ("营业规则(1996)67条", 1996, "营业规则67条"),
        ("供电营业规则（1996版）第67条", 1996, "供电营业规则第67条"),
        ("96年规则里管抄表的是哪条", 1996, "规则里管抄表的是哪条"),
        ("24版营业规则", 2024, "营业规则"),
        ("2005年承诺第5条", 2005, "承诺第5条"),
        ("2003版服务规范", 2003, "服务规范"),
        ("营业规则67条", None, "营业规则67条"),
        ("第24版", None, "第24版"),
    ],
)
def test_an_edition_is_named_by_its_year(question: str, year: int | None, topic: str) -> None:
    """Of four or two digits; what is searched for is the question without it."""
    asked = read_asked_time(question, TODAY)

    assert (asked.year, asked.topic, asked.day) == (year, topic, None)
    assert read_edition_year(question) in {year, None, 2005}


@pytest.mark.parametrize(
    ("question", "old"),
    [
        ("旧的营业规则停电几天", True),
        ("老营业规则67条", True),
        ("老规定停电几天", True),
        ("旧版67条", True),
        ("以前的规定停电几天", True),
        ("查以前的规定", True),
        ("原来的规定停电几天", True),
        ("作废的规则", True),
        ("新的营业规则停电几天", False),
        ("老规矩作废了,新要求是啥", False),
        ("老规定现在还管用吗", False),
        ("老板的规定", False),
        ("老人家不会看规定", False),
        ("停电以前的规定动作", False),
        ("老旧小区供电规定", False),
        ("旧表箱有什么规定", False),
        ("还拿老办法治", False),
        ("原来规定是这样的", False),
    ],
)
def test_the_edition_before_may_be_asked_for(question: str, old: bool) -> None:
    """旧 and 老 count right before a rule, 以前的 where a phrase begins; who also says 现在 or 新 means today."""
    assert read_asked_time(question, TODAY).old is old


def test_relative_words_are_counted_from_today() -> None:
    """去年 is the year before the one of the question."""
    assert read_asked_time("去年停电要几天", date(2025, 1, 1)).day == date(2024, 12, 31)
    assert read_asked_time("2024年停电要几天", date(2024, 12, 31)).day is None
    assert read_asked_time("2024年停电要几天", date(2025, 1, 1)).day == date(2024, 12, 31)


@given(st.text() | st.lists(PIECES, max_size=8).map("".join), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
@example("0000年0月0日", TODAY)
@example("99年前", date(1949, 1, 1))
def test_any_text_is_read(question: str, today: date) -> None:
    """Nothing raises; a day is before today; an old edition is not asked for beside a day; something remains to be searched for."""
    asked = read_asked_time(question, today)

    assert asked.day is None or asked.day < today
    assert not (asked.day and asked.old)
    assert not question.strip() or (asked.rest and asked.topic)


def test_no_alternate_question_asks_for_the_past(knowledge: KnowledgeBase) -> None:
    """What happened last year in the shipped questions is told, not asked: at most one in a hundred is read as a time."""
    records: tuple[Case | Clause, ...] = (*knowledge.cases, *knowledge.clauses)
    ways = [way for record in records for way in record.questions]

    assert sum(read_asked_time(way, TODAY).day is not None for way in ways) < len(ways) / 100
    assert [way for way in ways if read_asked_time(way, TODAY).old] == []
