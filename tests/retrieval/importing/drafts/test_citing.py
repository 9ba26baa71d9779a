"""Clauses that a text names."""

import pytest

from retrieval.importing import Citation, NotHeld
from retrieval.importing.drafts.citing import CitationFinder
from retrieval.importing.layout.passages import Passage
from retrieval.importing.layout.title_marks import restore_title_marks
from retrieval.model import KnowledgeBase


@pytest.fixture(scope="module")
def finder(knowledge: KnowledgeBase) -> CitationFinder:
    """Over the repo's own knowledge."""
    return CitationFinder(knowledge)


def cited(finder: CitationFinder, text: str) -> tuple[list[str], list[str]]:
    """The ids that a text cites, and what it names that isn't held."""
    held, missing, _ = finder.find([Passage(text, ((0, 1),))])
    return [citation.clause for citation in held], [item.written for item in missing]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("违反了《供电营业规则》第八十三条。", ["supply-business-rules-1996#83"]),
        ("(1)供电营业规则第八十三条。“供电企业应在规定的日期抄录计费电能表读数。”", ["supply-business-rules-1996#83"]),
        ("国家电网公司供电服务规范第十九条第一款。", ["service-code-2003#19(1)"]),
        ("《供电服务规范》第四条第（五）项", ["service-code-2003#4(5)"]),
        ("服务规范第十八条供电方案答复及送电时限之(三)。", ["service-code-2003#18(3)"]),
        ("国家电网公司供电服务“十项承诺”第5条。", ["ten-promises-2005#5"]),
        ("员工服务“十个不准”第一条、第四条", ["ten-donts#1", "ten-donts#4"]),
        (
            "《供电营业规则》第六十七条和《电力供应与使用条例》第二十七条",
            ["supply-business-rules-1996#67", "supply-use-regulations#27"],
        ),
        (
            "《供电营业规则》第六十七条、第八十三条的规定",
            ["supply-business-rules-1996#67", "supply-business-rules-1996#83"],
        ),
        (
            "供电服务规范第四条。“真心实意为客户着想,尽量满足客户的合理要求。对客户的咨询、投诉等不推诿。”",
            ["service-code-2003#4(2)"],
        ),
    ],
)
def test_what_is_held_is_cited(finder: CitationFinder, text: str, clauses: list[str]) -> None:
    """With and without title marks, items as 款 or in brackets, several in a row; a quotation decides between items."""
    assert cited(finder, text) == (clauses, [])


_67, _83 = "supply-business-rules-1996#67", "supply-business-rules-1996#83"


@pytest.mark.parametrize(
    ("text", "clauses", "missing"),
    [
        ("《供电营业规则》第66、67条", [_67], ["《供电营业规则》第66条"]),
        ("《供电营业规则》第六十七、六十八、八十三条", [_67, _83], ["《供电营业规则》第六十八条"]),
        ("《供电营业规则》第六十六条至第六十八条", [_67], ["《供电营业规则》第六十六条", "《供电营业规则》第六十八条"]),
        ("《供电营业规则》66～68条", [_67], ["《供电营业规则》第66条", "《供电营业规则》第68条"]),
        ("《供电营业规则》第六十七条；第八十三条", [_67, _83], []),
        ("违反《供电营业规则》第六十七条。第八十三条也有规定。", [_67, _83], []),
        ("供电营业规则六十七条", [_67], []),
        ("《供电营业规则》第 67 条 第 1 款", [_67], []),
        ("《供电营业规则》第八十三条第一款第（二）项", [_83], []),
        ("《供电服务规范》第四条第（二）项、第（五）项", ["service-code-2003#4(2)", "service-code-2003#4(5)"], []),
        ("《供电服务规范》第四条（二）（五）", ["service-code-2003#4(2)", "service-code-2003#4(5)"], []),
        (
            "《供电营业规则》第83条、《供电服务规范》第十八条第三款",
            [_83, "service-code-2003#18(3)"],
            [],
        ),
        ("《供电营业规则》第 六十 七 条、第８３条", [_67, _83], []),
        ("（《供电营业规则》§66、§67）", [_67], ["《供电营业规则》第66条"]),
        ("第三条线路第二天停电，依据《电力法》第一条至第六十条", [], ["《电力法》第一条至第六十条"]),
    ],
)
def test_each_number_of_a_list_is_linked_or_listed(
    finder: CitationFinder, text: str, clauses: list[str], missing: list[str]
) -> None:
    """Lists, ranges, items, numbers behind a semicolon: none falls away. A range of a whole law is listed as such."""
    assert cited(finder, text) == (clauses, missing)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("《供电营业规则》（1996版）第六十七条", [_67]),
        ("《供电营业规则（1996）》第六十七条", [_67]),
        ("1996年《供电营业规则》第六十七条", [_67]),
        ("原《供电营业规则》第六十七条", [_67]),
        ("《供电营业规则》（电力工业部令第8号）第六十七条", [_67]),
        ("电力工业部8号令第六十七条", [_67]),
        ("《供电营业规则》（2024版）第六十七条", []),
        ("根据2024年修订的《供电营业规则》第六十七条", []),
        ("新《供电营业规则》第六十七条", []),
        ("《供电营业规则》（国家发展改革委令第14号）第六十七条", []),
        ("国家发展改革委14号令第六十七条", []),
    ],
)
def test_an_edition_that_is_named_links_to_itself_or_to_nothing(
    finder: CitationFinder, text: str, clauses: list[str]
) -> None:
    """Only the edition of 1996 is held, and it has ended: what names another one is listed as not held, never linked to it."""
    held, missing = cited(finder, text)

    assert held == clauses
    assert bool(missing) is not bool(clauses)


def test_a_book_on_a_line_by_itself_is_the_one_of_the_articles_below(finder: CitationFinder) -> None:
    """《…规则》, then 第六十七条 …, 第六十六条 … on lines of their own; another paragraph ends it."""
    lines = ("《供电营业规则》", "第六十七条　先送达通知。", "第六十六条　经批准。", "此后再说。", "第八十三条　抄表。")

    held, missing, _ = finder.find([Passage(line, ((0, number),)) for number, line in enumerate(lines, 1)])

    assert [citation.clause for citation in held] == [_67]
    assert [item.line for item in missing] == [3]


def test_this_rule_of_a_case_is_the_one_named_before(finder: CitationFinder) -> None:
    """In a case 本条例 is the regulation just named; in a rule book it is the book itself."""
    passage = Passage("违反《电力供应与使用条例》第二十七条和本条例第九十条。", ((0, 1),))

    held, missing, _ = finder.find([passage])
    own, others, _ = finder.find([passage], books=False)

    assert [citation.clause for citation in held] == ["supply-use-regulations#27"]
    assert [item.written for item in missing] == ["本条例第九十条（《电力供应与使用条例》）"]
    assert ([citation.clause for citation in own], others) == (["supply-use-regulations#27"], [])


def test_that_book_is_the_one_named_last(finder: CitationFinder) -> None:
    """该规则第八十三条 is an article of the rules that were named before it."""
    text = "违反《供电营业规则》第六十七条，该规则第八十三条也有规定。"

    assert cited(finder, text) == (["supply-business-rules-1996#67", "supply-business-rules-1996#83"], [])


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("《抄表管理细则》3.2.1的要求", ["《抄表管理细则》3.2.1"]),
        ("《窗口服务规定》第二部分（四）写明", ["《窗口服务规定》第二部分（四）"]),
        (
            "《抄表管理办法》第三条，该办法第五条又规定",
            ["《抄表管理办法》第三条", "该办法第五条（《抄表管理办法》）"],
        ),
        ("《供电营业规则》第一百条", ["《供电营业规则》第一百条"]),
        ("依据《居民用电服务质量监管专项行动办法》第三条", ["《居民用电服务质量监管专项行动办法》第三条"]),
        ("《河南省供电营业规则》第六十七条", ["《河南省供电营业规则》第六十七条"]),
        ("应当执行《用电检查管理办法》的规定", ["《用电检查管理办法》"]),
    ],
)
def test_what_is_not_held_is_listed(finder: CitationFinder, text: str, missing: list[str]) -> None:
    """An article that is missing, another rule book, one whose name only ends alike, one named without an article."""
    assert cited(finder, text) == ([], missing)


@pytest.mark.parametrize(
    "text",
    ["本规则第六十七条", "依照本条例第二十条处理", "三条线路停电", "第二条街", "《人民日报》报道", "按第六十七条办"],
)
def test_what_names_no_rule_book_is_no_citation(finder: CitationFinder, text: str) -> None:
    """A book's own articles, counted things, newspapers, a number alone."""
    assert cited(finder, text) == ([], [])


def test_an_article_that_fits_several_clauses_is_a_doubt(finder: CitationFinder) -> None:
    """Without a quotation nobody knows which item of the article is meant: all are cited, and that is told."""
    held, _, doubts = finder.find([Passage("违反供电服务规范第四条。", ((0, 7),))])

    assert [citation.clause for citation in held] == ["service-code-2003#4(2)", "service-code-2003#4(5)"]
    assert [line for line, _ in doubts] == [7]


def test_a_citation_tells_its_line_and_words(finder: CitationFinder) -> None:
    """The line is that of the number, also in a paragraph that came from several lines."""
    passage = Passage(
        "客户投诉。违反《供电营业规则》第八十三条，又违反《电力法》第五十九条。", ((0, 3), (5, 4), (20, 5))
    )

    held, missing, _ = finder.find([passage])

    assert held == [Citation(4, "《供电营业规则》第八十三条", "supply-business-rules-1996#83")]
    assert missing == [NotHeld(5, "《电力法》第五十九条")]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("违反供电营业规则》第八十三条。", "违反供电营业规则》第八十三条。"),
        ("（1）供电营业规则》第八十三条。", "（1）《供电营业规则》第八十三条。"),
        ("《供电营业规则第八十三条。", "《供电营业规则》第八十三条。"),
        ("《供电营业规则》第八十三条。", "《供电营业规则》第八十三条。"),
        ("供电营业规则第八十三条。", "供电营业规则第八十三条。"),
        ("《供电营业规则实施细则》第三条。", "《供电营业规则实施细则》第三条。"),
    ],
)
def test_half_of_a_pair_of_title_marks_is_made_whole(knowledge: KnowledgeBase, text: str, whole: str) -> None:
    """Only at a held rule book's very name, and only where one mark stands; it is told, and words are never touched."""
    (passage,), changes = restore_title_marks([Passage(text, ((0, 4),))], knowledge)

    assert passage.text == whole
    assert [change.line for change in changes] == ([4] if text != whole else [])
