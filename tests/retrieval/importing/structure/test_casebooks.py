"""Collections of cases, in the ways in which companies write them."""

from pathlib import PurePosixPath

import pytest
from docx import Document

from retrieval.content.cases import read_case
from retrieval.content.format import CASE_HEADINGS
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing import Draft, DraftKind, draft, read_document
from retrieval.model import CaseKind, KnowledgeBase
from tests.retrieval.importing.documents import saved, sheet, source

_BODY = "抄表员刘某估抄电量，客户投诉到公司。"
_LESSON = "抄表必须到位，严禁估抄。"


def made(text: str, knowledge: KnowledgeBase | None = None) -> Draft:
    """The draft of a text."""
    result = draft(source(text), knowledge or KnowledgeBase())
    for file in result.files:
        problems: list[Problem] = []
        if file.path.parent == PurePosixPath("cases"):
            read_case(TextFile(file.path, tuple(file.text.split("\n")), "utf-8"), problems)
        assert problems == []
    return result


@pytest.mark.parametrize(
    "headings",
    [
        ("案例一：估抄惹投诉", "案例二：漏抄惹投诉"),
        ("案例1 估抄惹投诉", "案例2 漏抄惹投诉"),
        ("【案例之一】估抄惹投诉", "【案例之二】漏抄惹投诉"),
        ("典型案例一、估抄惹投诉", "典型案例二、漏抄惹投诉"),
        ("案例一\n估抄惹投诉", "案例二\n漏抄惹投诉"),
        ("第一个案例：估抄惹投诉", "第二个案例：漏抄惹投诉"),
        ("一、估抄惹投诉", "二、漏抄惹投诉"),
        ("1. 估抄惹投诉", "2. 漏抄惹投诉"),
        ("估抄惹投诉", "漏抄惹投诉"),
    ],
)
@pytest.mark.parametrize("sections", ["【{}】\n{}", "{}：{}", "{}\n{}", "（一）{}\n{}", "■{}\n{}"])
def test_every_usual_way_of_heading_is_understood(headings: tuple[str, str], sections: str) -> None:
    """Two cases of two sections each, whatever marks them."""
    cases = [f"{heading}\n{sections.format('案情', _BODY)}\n{sections.format('点评', _LESSON)}" for heading in headings]

    result = made("\n".join(cases))

    assert result.kind is DraftKind.CASES
    assert [case.title for case in result.cases] == ["估抄惹投诉", "漏抄惹投诉"]
    for case in result.cases:
        assert [(section.title, section.text) for section in case.sections] == [("案情", _BODY), ("点评", _LESSON)]
        assert case.takeaway == _LESSON


def test_variants_get_the_names_that_the_bot_reads_out() -> None:
    """事件经过, 教训 and their like become 事件过程 and 案例点评, and each change is told; 处理 stays."""
    result = made(f"案例一：估抄\n事件经过：{_BODY}\n处理：退还电费。\n教训：{_LESSON}\n启示：举一反三。")

    assert [section.title for section in result.cases[0].sections] == ["事件过程", "处理", "案例点评", "启示"]
    assert [(change.before, change.after) for change in result.changes] == [
        ("事件经过", "事件过程"),
        ("教训", "案例点评"),
    ]


def test_a_takeaway_is_no_half_sentence() -> None:
    """Where every sentence is too long to be one, the title is taken."""
    (case,) = made(f"案例一：估抄\n案情：{'一直说下去' * 13}。\n点评：{'不停地说下去' * 11}。").cases

    assert case.takeaway == "估抄"


def test_a_positive_case_shows_by_its_sections() -> None:
    """服务过程 and 取得效果 make it one; its variants get these names."""
    (case,) = made("案例一：抢修及时\n服务经过：连夜抢修。\n取得成效：客户送来锦旗。\n启示：想在前面。").cases

    assert case.kind is CaseKind.POSITIVE
    assert [section.title for section in case.sections] == ["服务过程", "取得效果", "案例点评"]


def test_a_group_decides_on_its_cases() -> None:
    """（二）优质服务事例 holds until the next group; the groups' headings are listed as left out."""
    result = made(
        f"（一）不良服务事件\n案例一：估抄\n案情：{_BODY}\n（二）优质服务事例\n案例二：抢修\n案情：连夜抢修。\n"
        f"业扩报装\n（一）不良服务事件\n案例三：拖延\n案情：{_BODY}"
    )

    assert [case.kind.value for case in result.cases] == ["negative", "positive", "negative"]
    assert [part.text for part in result.left_out] == [
        "（一）不良服务事件",
        "（二）优质服务事例",
        "业扩报装",
        "（一）不良服务事件",
    ]


def test_a_table_of_contents_holds_no_cases() -> None:
    """Headings without text that come again with text are contents."""
    result = made(
        f"目录\n案例一 估抄惹投诉……1\n案例二 漏抄惹投诉……3\n案例一 估抄惹投诉\n案情：{_BODY}\n案例二 漏抄惹投诉\n案情：{_BODY}"
    )

    assert [case.line for case in result.cases] == [4, 6]


def test_the_category_is_the_document_s_own() -> None:
    """【案例分类】 is no section; without it the category is guessed and that is a doubt."""
    told = made(f"案例一：估抄\n【案例分类】 抄表收费\n【案情】{_BODY}")
    guessed = made(f"案例一：估抄\n【案情】{_BODY}")

    assert told.cases[0].category == "抄表收费"
    assert [section.title for section in told.cases[0].sections] == ["案情"]
    assert guessed.cases[0].category == "未分类"
    assert any("分类先写了“未分类”" in doubt.message for doubt in guessed.doubts)


def test_a_case_without_a_title_or_headings_is_written_down_with_a_doubt() -> None:
    """Its first sentence is the title, its text one section; the admin is told to mend both."""
    result = made(f"【案例之一】{_BODY}所以今后不得估抄。\n【案例之二】{_BODY}")

    assert result.cases[0].title == "抄表员刘某估抄电量，客户投诉到公司"
    assert [section.title for section in result.cases[0].sections] == ["事件过程"]
    assert any("原文没有写全" in doubt.message for doubt in result.doubts)


def test_a_sentence_about_a_case_begins_none() -> None:
    """案例一中的抄表员…: a mention in the text of a case."""
    result = made(
        f"案例一：估抄\n案情：{_BODY}\n案例一中的抄表员后来被考核，大家要吸取教训。\n案例二：漏抄\n案情：{_BODY}"
    )

    assert len(result.cases) == 2
    assert "案例一中的抄表员" in result.cases[0].sections[0].text


def test_a_case_in_a_table_is_read() -> None:
    """Word tables put the section's name in the left column."""
    result = made(f"案例一：估抄\n案情\t{_BODY}\n点评\t{_LESSON}")

    assert [(section.title, section.text) for section in result.cases[0].sections] == [
        ("案情", _BODY),
        ("点评", _LESSON),
    ]


def test_the_source_names_document_and_place() -> None:
    """Whoever doubts a word finds it: the collection, the case's label, the file and the line."""
    result = made(f"供电服务案例汇编\n案例一：估抄\n案情：{_BODY}")

    assert "source: 供电服务案例汇编 案例一（稿.txt 第 2 行）" in result.files[0].text
    assert result.title == "供电服务案例汇编"


def test_an_empty_section_is_told() -> None:
    """A heading without text would be a Problem; it is left out, with its line."""
    result = made(f"案例一：估抄\n【案情】\n{_BODY}\n【点评】\n【处理】\n退费。")

    assert [section.title for section in result.cases[0].sections] == ["案情", "处理"]
    assert any(doubt.line == 4 and "“点评”下面没有内容" in doubt.message for doubt in result.doubts)


def test_a_number_that_is_missing_is_told() -> None:
    """案例一, 案例三: one may have been lost."""
    result = made(f"案例一：估抄\n案情：{_BODY}\n案例三：漏抄\n案情：{_BODY}")

    assert any("案例一后面是案例三" in doubt.message for doubt in result.doubts)


def test_words_that_the_format_uses_do_no_harm() -> None:
    """Sections called 问法, lines that consist of 说明, colons and quotes in a title: the loader reads it back."""
    result = made(f"案例一：'估抄': A1 #1 投诉\n案情：{_BODY}\n说明\n【问法】怎么问。")

    assert result.cases[0].title == "'估抄': A1 #1 投诉"
    assert [section.title for section in result.cases[0].sections] == ["案情", "原文问法"]


@pytest.mark.parametrize("name", sorted(CASE_HEADINGS))
def test_a_section_with_a_name_of_the_format_stays_text_of_the_case(name: str) -> None:
    """It gets another name: what the company wrote is neither our note nor an alternate question, and is found."""
    text = "客户对电价政策有疑问，营业员没有讲清。"
    result = made(f"案例一：估抄\n【案情】\n{_BODY}\n【{name}】\n{text}\n【点评】\n{_LESSON}")

    (file,) = result.files
    case, _ = read_case(TextFile(file.path, tuple(file.text.split("\n")), "utf-8"), [])
    assert (case.note, case.questions, case.quizzes) == ("", (), ())
    assert [(part.title, part.text) for part in case.sections if part.text == text] == [(f"原文{name}", text)]


def test_cases_that_are_forms_are_read() -> None:
    """One table a case: its title stands in a row, its number above it, and short rows hold two fields each."""
    form = "表{0} 编号：SQ-{0}\n服务事件分析表\n事件名称\t{1}\n发生时间\t5月9日\t涉及班组\t计量班\n事件类别\t抄表收费\t客户性质\t居民\n事件简述\t{2}\n教训\t{3}\n填表人：王某"
    result = made("\n".join(form.format(number, title, _BODY, _LESSON) for number, title in ((1, "估抄"), (2, "漏抄"))))

    assert [(case.label, case.title, case.category) for case in result.cases] == [
        ("SQ-1", "估抄", "抄表收费"),
        ("SQ-2", "漏抄", "抄表收费"),
    ]
    for case in result.cases:
        assert [(section.title, section.text) for section in case.sections] == [
            ("发生时间", "5月9日"),
            ("涉及班组", "计量班"),
            ("客户性质", "居民"),
            ("事件过程", _BODY),
            ("案例点评", _LESSON),
        ]
    assert [part.text for part in result.left_out][:3] == ["表1 编号：SQ-1", "服务事件分析表", "事件名称"]


def test_a_form_in_word_keeps_its_paragraphs() -> None:
    """A name that is broken or spread over its cell is one word, and what stands beside it keeps its paragraphs."""
    document = Document()
    table = document.add_table(rows=0, cols=2)
    for name, text in (
        ("事 件 名 称", "估抄"),
        ("事件\n简述", f"1.{_BODY}\n2.{_BODY}"),
        ("教\n训", _LESSON),
        ("点评", _LESSON),
    ):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = name, text
    (read,) = read_document("表.docx", saved(document))

    (case,) = draft(read, KnowledgeBase()).cases

    assert case.title == "估抄"
    assert [(section.title, section.text) for section in case.sections] == [
        ("事件过程", f"1.{_BODY}\n2.{_BODY}"),
        ("案例点评", _LESSON),
        ("点评", _LESSON),
    ]


def test_a_collection_that_sounds_positive_is_a_doubt() -> None:
    """Nothing else says which cases are to be copied; they are written down as negative, and that is told."""
    result = made(f"优质服务案例选编\n案例一：抢修\n案情：{_BODY}\n点评：{_LESSON}")

    assert any("像是正面的" in doubt.message for doubt in result.doubts)


def test_cases_whose_titles_have_a_name_of_their_own_are_read() -> None:
    """案例名称：… begins a case where nothing is numbered."""
    result = made(f"案例名称：估抄\n案例描述：{_BODY}\n工作启示：{_LESSON}\n案例名称：漏抄\n案例描述：{_BODY}")

    assert [case.title for case in result.cases] == ["估抄", "漏抄"]


def test_a_list_of_contents_without_dots_holds_no_cases() -> None:
    """Titles with their page come first; a case is where its first section follows, and a list in it begins none."""
    result = made(
        f"案例汇编\n目录\n一、估抄 1\n二、漏抄 3\n一、估抄\n案情：{_BODY}\n防范措施：\n1、到位\n2、复核\n二、漏抄\n案情：{_BODY}"
    )

    assert [(case.title, case.line) for case in result.cases] == [("估抄", 5), ("漏抄", 10)]
    assert result.cases[0].sections[1].text == "1、到位\n2、复核"


@pytest.mark.parametrize(
    "tail",
    [
        "某供电所综合班\n2021年11月",
        "某供电所营业班　2021年12月",
        "编写人员名单\n主　编：王某某\n编　写：（按姓氏笔画排序）\n李某某　张某某　赵　某",
        "编写：王某\n审核：李某\n2022年6月",
        "填表人：综合班　　审核人：",
    ],
)
def test_what_stands_below_a_case_is_no_part_of_it(tail: str) -> None:
    """Signatures, lists of contributors and the feet of forms are listed as left out."""
    result = made(f"案例一：估抄\n案情：{_BODY}\n点评：{_LESSON}\n{tail}")

    assert result.cases[0].sections[-1].text == _LESSON
    assert len(result.left_out) == len(tail.split("\n"))


@pytest.mark.parametrize("tail", ["客户罗某", "2021年11月的投诉由综合班答复", "某供电公司", "供电所 营业班"])
def test_a_last_line_that_may_be_text_stays(tail: str) -> None:
    """Without a date, or something that says what it is, a short line is part of the case."""
    result = made(f"案例一：估抄\n案情：{_BODY}\n点评：{_LESSON}\n{tail}")

    assert result.cases[0].sections[-1].text == f"{_LESSON}\n{tail}"


def test_a_collection_s_title_of_two_lines_is_one() -> None:
    """A line that ends with a year belongs to the title below it; an office's name doesn't."""
    case = f"案例一：估抄\n案情：{_BODY}"

    assert (
        made(f"某县供电公司2022年度\n违规事件警示教育汇编\n{case}").title == "某县供电公司2022年度违规事件警示教育汇编"
    )
    assert made(f"某县供电公司\n违规事件警示教育汇编\n{case}").title == "违规事件警示教育汇编"


_ROWS = (
    ("序号", "案例名称", "案例分类", "事件经过", "暴露问题", "违反条款", "整改措施", "涉及班组"),
    (1, "中午关窗", "营业服务", "收费员中午关窗，客户等了一小时。", "没有轮班。", "《供电营业规则》第六十七条", "中午必须留一人值班。", "营业班"),
    (2, "修完不回访", None, "抢修后没有回访，\n客户又打一次电话。", None, None, "修完当场请客户确认。", None),
    (3, "没写完的", None, None, None, None, None, None),
)  # fmt: skip


def test_a_workbook_with_a_case_in_each_row(knowledge: KnowledgeBase) -> None:
    """Sections are named by the header's words; numbers and rows without a text are listed; nothing becomes a rule book."""
    (read,) = read_document("案例.xlsx", sheet(*_ROWS))

    result = draft(read, knowledge)

    assert result.kind is DraftKind.CASES
    first, second = result.cases
    assert (first.title, first.category) == ("中午关窗", "营业服务")
    assert [section.title for section in first.sections] == ["事件过程", "暴露问题", "违反条款", "整改措施", "涉及班组"]
    assert first.cites == ("supply-business-rules-1996#67",)
    assert first.takeaway == "中午必须留一人值班。"
    assert [(section.title, section.text) for section in second.sections] == [
        ("事件过程", "抢修后没有回访，\n客户又打一次电话。"),
        ("整改措施", "修完当场请客户确认。"),
    ]
    assert ("没有案例正文的行", "3 没写完的") in [(part.why, part.text) for part in result.left_out]


def test_a_word_table_with_a_case_in_a_merged_cell() -> None:
    """案例一 beside its sections, merged downwards: each case has its own cells, whatever the table's columns."""
    document = Document()
    document.add_paragraph("某供电所服务案例")
    table = document.add_table(3, 3)
    for row, cells in zip(
        table.rows,
        (
            ("案例一 估抄", "事件经过", "抄表员没到现场。"),
            ("", "整改措施", "必须到现场。"),
            ("案例二", "事件经过", "收费员关窗。"),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    (read,) = read_document("案例.docx", saved(document))

    first, second = draft(read, KnowledgeBase()).cases

    assert (first.label, first.title, first.takeaway) == ("案例一", "估抄", "必须到现场。")
    assert [section.text for section in first.sections] == ["抄表员没到现场。", "必须到现场。"]
    assert [section.text for section in second.sections] == ["收费员关窗。"]


_NEWS = (
    "供电所连夜抢修 村民送来锦旗\n来源：某县供电公司\n11月3日晚，大风刮断了青山村的线路，全村停电。供电所接到95598工单，抢修队当晚赶到，凌晨恢复供电。\n"
    "第二天，村民王大爷送来锦旗，感谢他们雪中送炭。"
)


def test_plain_news_is_one_case_without_a_takeaway() -> None:
    """The first line is its title, the rest its course; its kind is guessed and said so; no sentence of it is made a lesson."""
    result = made(_NEWS)

    (case,) = result.cases
    assert (case.title, case.kind, case.takeaway) == ("供电所连夜抢修 村民送来锦旗", CaseKind.POSITIVE, "")
    assert [section.title for section in case.sections] == ["服务过程"]
    assert [part.text for part in result.left_out] == ["来源：某县供电公司"]
    assert any("教训空着" in doubt.message for doubt in result.doubts)
    assert any("先当作正面案例" in doubt.message for doubt in result.doubts)


def test_headings_of_a_story_s_own_are_its_sections() -> None:
    """一、接到投诉, 二、上门核实: short, counted from one; a complaint makes it a case not to be copied."""
    (case,) = made(
        "因接错线被投诉\n2021年5月，客户李某反映电费变高，拨打95598投诉，供电所核实是装表工把两家的表接反了。\n"
        "一、接到投诉\n值班员当天没有派单，拖了三天。\n二、上门核实\n到场发现接反，向客户道歉并退还电费，最终扣发小王绩效。"
    ).cases

    assert case.kind is CaseKind.NEGATIVE
    assert [section.title for section in case.sections] == ["事件过程", "接到投诉", "上门核实"]


@pytest.mark.parametrize(
    "text",
    [
        "关于规范营业厅服务的通知\n各供电所：\n营业厅要按时开门，客户来了要起身迎接。各所要认真落实，12月1日前报公司。",
        "某所服务规定\n一、停电必须提前通知客户。\n二、抄表应当到场，不得估抄。\n三、接到投诉当天应当回访客户，2021年1月1日起施行。",
        "今天开会，讨论了客户服务。所长讲了话。",
    ],
)
def test_notices_and_lists_of_rules_are_no_story(text: str) -> None:
    """Little is told in them, or they say mostly what must be done."""
    assert draft(source(text), KnowledgeBase()).cases == ()


def test_the_rule_s_words_that_a_story_quotes_are_kept_as_such(knowledge: KnowledgeBase) -> None:
    """The quotation behind a citation gets a section of its own, that a reply can show; a case that has one keeps it."""
    quoted = "《供电营业规则》第八百条规定：“抄表要到现场，不得估抄。”"

    (story,) = made(f"{_NEWS}\n{quoted}", knowledge).cases
    (ready,) = made(f"案例一：估抄\n【事件过程】{_BODY}{quoted}\n【违规条款】见公司规定。", knowledge).cases

    assert story.sections[-1].title == "相关规定"  # of a case to be copied
    assert story.sections[-1].text == "《供电营业规则》第八百条规定：“抄表要到现场，不得估抄。”"
    assert [section.text for section in ready.sections if section.title == "违规条款"] == ["见公司规定。"]


def test_the_only_case_of_a_document_has_all_of_its_text() -> None:
    """What stands above the first usual heading belongs to it; the letterhead and the salutation are listed, the title is the title."""
    result = made(
        "某市供电公司文件\n某供营销〔2023〕41号\n关于“人情电价”问题的通报\n各所：\n2023年4月，检查发现台区经理曹某给亲属按居民电价计费。\n"
        "一、基本情况\n汽修店应为商业用电。\n二、处理决定\n追补差额，曹某待岗。"
    )

    (case,) = result.cases
    assert case.title == "关于“人情电价”问题的通报"
    assert "2023年4月" in case.sections[0].text
    assert [part.text for part in result.left_out] == ["某市供电公司文件", "某供营销〔2023〕41号"]


def test_praise_makes_a_case_one_to_be_copied() -> None:
    """Thanks and praise more than once, and no complaint; one word of a fault is enough to doubt it."""
    praised = "案例一：代交\n【案情】柜员主动垫上两块钱，老人送来花生，连声谢谢。\n【点评】多走一步。"
    mixed = praised.replace("多走一步", "事后又被投诉")

    assert made(praised).cases[0].kind is CaseKind.POSITIVE
    assert made(mixed).cases[0].kind is CaseKind.NEGATIVE
