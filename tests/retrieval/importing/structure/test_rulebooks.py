"""Rule books, in the ways in which companies write them."""

from pathlib import PurePosixPath

import pytest

from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing import Draft, DraftKind, draft
from retrieval.importing.headings.articles import article_heading
from retrieval.importing.structure.chains import Candidate, best_chain
from retrieval.model import KnowledgeBase
from tests.retrieval.importing.documents import source

_CODE = """\
国家电网公司
供电服务规范
目　　录
第一章 总则 …………………… 1
第二章 通用服务规范 ………… 3
第一章 总　则
第一条 为坚持“人民电业为人民”的服务宗旨，制定本规范。
第二章
通用服务规范
第二条 基本道德和技能规范
(一)严格遵守国家法律、法规。
(二)真心实意为客户着想：
1.不推诿；
2.不拒绝。
第二条之一【礼貌】使用文明礼貌用语。
第三条（诚信服务）公布服务承诺。
违反本规范第二条第（二）项规定的，依照第一条处理。
第四条 本规范自2003年12月1日起施行。
附件1：服务用语
您好
"""


def made(text: str, name: str = "稿.txt", knowledge: KnowledgeBase | None = None) -> Draft:
    """The draft of a text."""
    return draft(source(text, name), knowledge or KnowledgeBase())


def problems(text: str, path: PurePosixPath) -> list[Problem]:
    """What the loader says about a draft."""
    found: list[Problem] = []
    read_rule(TextFile(path, tuple(text.split("\n")), "utf-8"), found)
    return found


def test_a_company_s_code_is_written_down() -> None:
    """Chapters, headings beside and below the number, inserted articles, items and their parts; contents and annex apart."""
    result = made(_CODE)
    (file,) = result.files

    assert result.kind is DraftKind.RULES
    assert file.path == PurePosixPath("rules/gong-dian-fu-wu-gui-fan.md")
    assert file.text == (
        "---\nid: gong-dian-fu-wu-gui-fan\ntitle: 供电服务规范\nissuer: 国家电网公司\nkind: company\n"
        "in_force: 2003-12-01\nverified: no\nsource: 稿.txt（第 7 行起）\n---\n"
        "国家电网公司\n\n# 第一章 总则\n\n## 第一条\n为坚持“人民电业为人民”的服务宗旨，制定本规范。\n\n# 第二章 通用服务规范\n\n"
        "## 第二条 基本道德和技能规范\n(一)严格遵守国家法律、法规。\n\n(二)真心实意为客户着想：\n\n1.不推诿；\n\n2.不拒绝。\n\n"
        "## 第二条之一 礼貌\n使用文明礼貌用语。\n\n## 第三条 诚信服务\n公布服务承诺。\n\n"
        "违反本规范第二条第（二）项规定的，依照第一条处理。\n\n## 第四条\n本规范自2003年12月1日起施行。\n\n# 附件1：服务用语\n您好\n"
    )
    assert problems(file.text, file.path) == []
    assert [part.why for part in result.left_out] == ["目录"] * 3


def test_items_and_their_parts_can_be_found() -> None:
    """第二条第（二）项 holds its own 1. and 2.; an inserted article has its own number."""
    clauses = {clause.label: clause for clause in made(_CODE).clauses}

    (paragraph,) = clauses["第二条"].paragraphs
    assert [item.number for item in paragraph.items] == [1, 2]
    assert paragraph.items[1].text == "真心实意为客户着想：\n1.不推诿；\n2.不拒绝。"
    assert clauses["第二条之一"].id == "gong-dian-fu-wu-gui-fan#2-1"


def test_items_in_one_piece_can_be_found() -> None:
    """下列行为：（一）…；（二）…: printed in one paragraph, counted as two items."""
    (first, _) = made("供电办法\n第一条 不得有下列行为：（一）估抄；（二）漏抄。\n第二条 到此为止。").clauses

    assert first.paragraphs[0].text == "不得有下列行为："
    assert [(item.number, item.text) for item in first.paragraphs[0].items] == [(1, "估抄；"), (2, "漏抄。")]
    assert first.text == "不得有下列行为：（一）估抄；（二）漏抄。"


@pytest.mark.parametrize(
    "text",
    [
        "第十九条第一款的规定",
        "第八条、第九条",
        "第三条规定的行为",
        "第二十条和第二十一条",
        "第五条所称用户",
        "第七条的",
        "第九条 第二款",
        "第四条中的用户",
    ],
)
def test_an_article_that_is_talked_about_is_no_heading(text: str) -> None:
    """What follows the number shows it."""
    assert article_heading(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "第十条 供电企业应当",
        "第10条：供电",
        "第 十 条　供电",
        "第十条之一 供电",
        "第十条供电企业",
        "第十条中国境内",
        "第十条",
        "第十条第三人与债务人",
    ],
)
def test_an_article_that_begins_is_a_heading(text: str) -> None:
    """With a blank, a colon or nothing behind the number."""
    found = article_heading(text)

    assert found is not None
    assert found.number == 10


def test_a_number_that_leaps_ahead_is_a_mention() -> None:
    """Of candidates 1 2 19 3 4 20 5, those count that count on."""
    numbers = [1, 2, 19, 3, 4, 20, 5]
    candidates = [Candidate(place, (number, 0), sure=True) for place, number in enumerate(numbers)]

    assert [candidate.number[0] for candidate in best_chain(candidates)] == [1, 2, 3, 4, 5]


def test_an_excerpt_with_gaps_is_still_a_book() -> None:
    """Articles that are missing are told; those that are there are written down."""
    result = made("供电营业规则\n第六十七条 停电要通知。\n第八十三条 抄表要按期。")

    assert [clause.label for clause in result.clauses] == ["第六十七条", "第八十三条"]
    assert any("第六十七条后面是第八十三条" in doubt.message for doubt in result.doubts)


def test_a_list_without_articles_is_a_book_of_its_numbers() -> None:
    """“十个不准” count 一、二、三; the clauses are cited under these numbers."""
    text = "员工服务“十个不准”\n一、不准违规停电。\n二、不准乱收费。\n三、不准指定施工单位。"

    result = made(text)

    assert [clause.id.partition("#")[2] for clause in result.clauses] == ["1", "2", "3"]
    assert "## 一\n不准违规停电。" in result.files[0].text
    assert "short: [十个不准]" in result.files[0].text
    assert problems(result.files[0].text, result.files[0].path) == []


_STANDARD = """\
国家电网公司企业标准
Q/GDW 1403—2014
供电服务质量标准
2014-05-01发布　2014-06-01实施
国家电网公司　发布
目次
1 范围……1
2 要求……1
2.1 电压……2
1 范围
本标准适用于各供电企业。
2 要求
2.1 电压
2.1.1 电压要合格。
2.1.2 供电企业应做到：
1. 公开；
2. 便捷；
3. 规范。
2.1.2.1 农村另行规定。
2.2 停电要通知，3.5千伏除外。
2.3 送电按照2.2确认。
附录A 用语
您好
"""


def test_a_standard_is_a_book_of_its_decimal_numbers() -> None:
    """Sentences are clauses, names with clauses below are chapters; a list inside a clause is none of them."""
    result = made(_STANDARD)
    (file,) = result.files

    assert [(clause.label, str(clause.number), clause.text) for clause in result.clauses] == [
        ("1", "1", "本标准适用于各供电企业。"),
        ("2.1.1", "2(1)(1)", "电压要合格。"),
        ("2.1.2", "2(1)(2)", "供电企业应做到：\n1. 公开；\n2. 便捷；\n3. 规范。\n2.1.2.1 农村另行规定。"),
        ("2.2", "2(2)", "停电要通知，3.5千伏除外。"),
        ("2.3", "2(3)", "送电按照2.2确认。"),
    ]
    assert [line for line in file.text.splitlines() if line.startswith("# ")] == [
        "# 2 要求",
        "# 2.1 电压",
        "# 附录A 用语",
    ]
    assert problems(file.text, file.path) == []
    assert [part.why for part in result.left_out] == ["目录"] * 4
    for line in ("document: Q/GDW 1403—2014", "issuer: 国家电网公司", "in_force: 2014-06-01", "kind: company"):
        assert line in file.text


def test_a_decimal_number_that_is_missing_is_told() -> None:
    """2.1, 2.3: one may have been lost."""
    result = made("抄表规定\n1.1 抄表。\n1.2 记录。\n2.1 复核。\n2.3 归档。")

    assert [clause.label for clause in result.clauses] == ["1.1", "1.2", "2.1", "2.3"]
    assert any("2.1后面是2.3" in doubt.message for doubt in result.doubts)


def test_brackets_below_names_are_clauses() -> None:
    """（一） counts anew below 二、, and is cited with it; where 三、 has text of its own it is a clause; 1. is part of one."""
    result = made(
        "窗口服务规定\n一、行为\n（一）着装整齐。\n（二）用语文明：\n1.您好；\n2.再见。\n二、时限\n（一）三天装表。\n三、自2022年1月1日起试行。"
    )
    (file,) = result.files

    assert [(clause.label, clause.id.partition("#")[2]) for clause in result.clauses] == [
        ("一、（一）", "1(1)"),
        ("一、（二）", "1(2)"),
        ("二、（一）", "2(1)"),
        ("三", "3"),
    ]
    assert result.clauses[1].text == "用语文明：\n1.您好；\n2.再见。"
    assert "in_force: 2022-01-01" in file.text
    assert problems(file.text, file.path) == []


def test_brackets_below_a_sentence_are_its_items() -> None:
    """一、不得有下列行为：（一）…: the clause is 一, as it has always been."""
    result = made("员工禁令\n一、不得有下列行为：\n（一）估抄；\n（二）漏抄。\n二、不得收礼。\n三、不得指定施工单位。")

    assert [clause.label for clause in result.clauses] == ["一", "二", "三"]
    assert [item.number for item in result.clauses[0].paragraphs[0].items] == [1, 2]


@pytest.mark.parametrize(
    "tail",
    [
        "某县供电公司\n二〇二二年六月一日",
        "某县供电公司　2022年6月1日",
        "抄送：某市供电公司。\n某县供电公司办公室　2022年6月1日印发",
    ],
)
def test_what_stands_below_the_last_article_is_no_part_of_it(tail: str) -> None:
    """A signature, or who gets copies, is listed as left out; year and issuer are taken from it."""
    result = made(f"抄表办法\n第一条 抄表。\n第二条 下列单位适用：\n城东供电所\n城西供电所\n第三条 记录。\n{tail}")

    assert [clause.text for clause in result.clauses] == ["抄表。", "下列单位适用：\n城东供电所\n城西供电所", "记录。"]
    assert [part.text for part in result.left_out] == tail.split("\n")
    assert "edition: 2022版" in result.files[0].text
    assert "issuer: 某县供电公司" in result.files[0].text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("某供电所关于规范\n窗口服务的若干规定", "某供电所关于规范窗口服务的若干规定"),
        ("某县供电公司\n抄表管理办法", "抄表管理办法"),
        ("某县供电公司\n抄表管理办法\n发布单位：某县供电公司", "某县供电公司抄表管理办法"),
        ("规章制度汇编\n抄表管理办法", "抄表管理办法"),
        ("关于印发《抄表管理办法》的通知\n抄表管理办法", "抄表管理办法"),
    ],
)
def test_a_title_of_two_lines_is_one(head: str, title: str) -> None:
    """A line that breaks off, or an office that is named once more as the issuer, belongs to the title below it."""
    assert made(f"{head}\n第一条 抄表。\n第二条 记录。").title == title


def test_headings_below_numbers_are_kept() -> None:
    """一、服务意识 with paragraphs below is a clause with a heading."""
    text = "优质服务要求\n一、服务意识\n要有意识。\n二、服务本领\n要有本领。\n三、服务行动\n要有行动。"

    result = made(text)

    assert "## 一、服务意识\n要有意识。" in result.files[0].text
    assert [clause.heading for clause in result.clauses] == ["服务意识", "服务本领", "服务行动"]
    assert problems(result.files[0].text, result.files[0].path) == []


def test_two_books_in_one_document_are_two_files() -> None:
    """第一条 begins anew below a title: a book of its own, with its own date and title."""
    result = made(
        "关于印发《抄表管理办法》的通知\n各单位：\n现印发给你们。\n抄表管理办法\n第一条 抄表应到位。\n第二条 本办法自2020年1月1日起执行。\n"
        "停电管理办法\n第一条 停电要通知。\n第二条 本办法自2021年1月1日起执行。"
    )

    assert result.title == "抄表管理办法、停电管理办法"
    assert [file.path.stem for file in result.files] == ["chao-biao-guan-li-ban-fa", "ting-dian-guan-li-ban-fa"]
    assert "in_force: 2020-01-01" in result.files[0].text
    assert "in_force: 2021-01-01" in result.files[1].text


def test_numbers_that_begin_anew_in_each_chapter_are_books_of_their_own() -> None:
    """Two clauses under one number would be a Problem; the chapters are drafted one by one, with a doubt."""
    result = made("抄表办法\n第一章 总则\n第一条 抄表。\n第二条 记录。\n第二章 停电\n第一条 通知。\n第二条 送电。")

    assert result.title == "抄表办法、抄表办法 第二章 停电"
    assert [problems(file.text, file.path) for file in result.files] == [[], []]
    assert any(doubt.line == 6 and "重新从第一条开始" in doubt.message for doubt in result.doubts)


def test_an_article_that_is_quoted_begins_no_book() -> None:
    """第一条 of another rule in a paragraph of its own stays text of the article that quotes it, with a doubt."""
    result = made("抄表办法\n第一条 抄表。\n第二条 按下面这一条办：\n第一条 为了服务客户。\n第三条 记录。")

    assert [clause.label for clause in result.clauses] == ["第一条", "第二条", "第三条"]
    assert result.clauses[1].text == "按下面这一条办：\n第一条 为了服务客户。"
    assert any(doubt.line == 4 for doubt in result.doubts)


def test_an_article_without_text_is_told() -> None:
    """It would be a Problem of the loader; it is left out and listed."""
    result = made("抄表办法\n第一条 抄表。\n第二条\n第三条 记录。")

    assert [clause.label for clause in result.clauses] == ["第一条", "第三条"]
    assert any(doubt.line == 3 and "第二条下面没有条文" in doubt.message for doubt in result.doubts)
    assert [part.text for part in result.left_out] == ["第二条"]


def test_lines_that_markdown_would_take_for_more_stay_text() -> None:
    """A paragraph that begins with # is no heading of the draft."""
    result = made("抄表办法\n第一条 抄表。\n#1变压器要记录。\n第二条 记录。")

    assert result.clauses[0].text == "抄表。\n#1变压器要记录。"
    assert problems(result.files[0].text, result.files[0].path) == []


def test_ids_are_new(knowledge: KnowledgeBase) -> None:
    """An id is not given twice: not where the knowledge has it, not where a draft waits."""
    text = "抄表办法\n第一条 抄表。\n第二条 记录。"
    first = made(text, knowledge=knowledge).files[0].path.stem

    assert first == "chao-biao-ban-fa"
    assert draft(source(text), knowledge, {first}).files[0].path.stem == "chao-biao-ban-fa-2"


def test_a_title_that_is_missing_is_guessed_from_the_name() -> None:
    """The file's name stands in, without its year, and that is a doubt."""
    result = made("第一条 抄表。\n第二条 记录。", "抄表办法_2019修订.docx")

    assert result.title == "抄表办法"
    assert "edition: 2019修订" in result.files[0].text
    assert any("没有找到规章的名称" in doubt.message for doubt in result.doubts)


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("（国家电网生〔2003〕477号）", ["document: 国家电网生〔2003〕477号", "edition: 2003版"]),
        (
            "中华人民共和国国家发展和改革委员会令第14号",
            ["issuer: 国家发展和改革委员会", "document: 国家发展和改革委员会令第14号"],
        ),
        (
            "（1996年4月17日国务院令第196号发布 根据2016年2月6日《关于修改的决定》第一次修订 根据2019年3月2日决定第二次修订）",
            ["issuer: 国务院", "edition: 2019修订"],
        ),
        ("（2019年3月1日发布　2021年修订）", ["edition: 2021修订"]),
        (
            "文件编号\tQ/SX-JL-012-2022\n发布单位\t某供电营业所\t发布日期\t2021年4月28日",
            ["issuer: 某供电营业所", "document: Q/SX-JL-012-2022", "edition: 2021版"],
        ),
        (
            "某县供电公司文件\n某电营〔2022〕5号",
            ["issuer: 某县供电公司", "document: 某电营〔2022〕5号", "kind: company"],
        ),
        ("二〇〇三年十二月一日国家电网公司发布", ["issuer: 国家电网公司", "edition: 2003版"]),
    ],
)
def test_what_the_head_says_is_read(head: str, lines: list[str]) -> None:
    """Numbers of documents, orders and revision notes, as they are printed below titles."""
    text = made(f"供电服务规则\n{head}\n第一条 抄表。\n第二条 记录。").files[0].text

    assert [line for line in lines if line not in text.split("\n")] == []


def test_a_book_that_repeals_a_held_one_says_so(knowledge: KnowledgeBase) -> None:
    """The admin is told in which file to write ended and replaced_by."""
    result = made(
        "供用电管理规则\n第一条 抄表。\n第二条 本规则自2024年6月1日起施行，《供电营业规则》同时废止。",
        knowledge=knowledge,
    )

    assert any("supply-business-rules-1996" in doubt.message and "废止" in doubt.message for doubt in result.doubts)


def sections(made: Draft) -> str:
    """The text of a draft's only file, without its front matter."""
    (file,) = made.files
    return file.text.partition("\n---\n")[2]


def drafted(text: str) -> Draft:
    """A text as a draft, with nothing known."""
    return draft(source(text), KnowledgeBase())


def test_headings_between_articles_belong_to_none() -> None:
    """一、二、 that group articles, 附则 by itself, and the second line of a chapter's title."""
    made = drafted(
        "某地供电纠纷处理规定\n一、责任的认定\n第一条　供电人维护线路。\n第二条　用户维护表后线。\n二、赔偿的范围\n第三条　赔医疗费。\n"
        "第三章　供电设施的\n建设与保护\n第四条　线下不得盖房。\n附则\n第五条　本规定自2020年1月1日起施行。"
    )

    assert [clause.text for clause in made.clauses] == [
        "供电人维护线路。",
        "用户维护表后线。",
        "赔医疗费。",
        "线下不得盖房。",
        "本规定自2020年1月1日起施行。",
    ]
    headings = [line for line in sections(made).splitlines() if line.startswith("# ")]
    assert headings == ["# 一、责任的认定", "# 二、赔偿的范围", "# 第三章 供电设施的建设与保护", "# 附则"]


def test_a_last_item_without_an_end_mark_is_no_heading() -> None:
    """Items and what follows a colon or a semicolon belong to the article above."""
    made = drafted(
        "某办法\n第一条　下列情形不停电：\n（一）节日；\n（二）高考\n第二条　先通知。\n第三条　登记下列内容：\n户号\n第四条　施行。"
    )

    assert made.clauses[0].text == "下列情形不停电：\n（一）节日；\n（二）高考"
    assert made.clauses[2].text == "登记下列内容：\n户号"


def test_text_between_a_chapter_and_its_first_article_is_not_the_article_s_above() -> None:
    """It stays below its chapter's heading, and a doubt says that the bot doesn't find it."""
    made = drafted(
        "某办法\n第一章　总则\n第一条　先通知。\n第二章　抄表\n本章所称抄表，是指到场抄表。\n第二条　到位。\n第三条　登记。"
    )

    assert made.clauses[0].text == "先通知。"
    assert "# 第二章 抄表\n本章所称抄表，是指到场抄表。" in sections(made)
    assert any("章节标题和下一条之间" in doubt.message for doubt in made.doubts)


def test_an_article_may_begin_with_another_s_number() -> None:
    """第三条 第二条规定的…: the first number is the article's; without a blank it is a citation."""
    made = drafted("某办法\n第一条　先通知。\n第二条　限五日。\n第三条　第二条规定的期限从次日起算。\n第四条　施行。")

    assert [clause.label for clause in made.clauses] == ["第一条", "第二条", "第三条", "第四条"]
    assert made.clauses[2].text == "第二条规定的期限从次日起算。"


def test_items_of_another_style_are_inside_an_item() -> None:
    """（1） below （一） is a list of its own, in clauses that are counted 一、（一） and in those of articles."""
    levels = drafted(
        "某所抄表办法\n一、抄表\n（一）看天气。\n（二）分步：\n（1）到场；\n（2）核号；\n（3）记数。\n（三）复核。"
    )
    articles = drafted(
        "某办法\n第一条　分步：\n（一）到场：\n（1）敲门；\n（2）亮证；\n（二）记数。\n第二条　登记。\n第三条　施行。"
    )

    assert [(clause.label, clause.text) for clause in levels.clauses][1:] == [
        ("一、（二）", "分步：\n（1）到场；\n（2）核号；\n（3）记数。"),
        ("一、（三）", "复核。"),
    ]
    (first,) = articles.clauses[0].paragraphs
    assert [(item.number, item.text) for item in first.items] == [
        (1, "到场：\n（1）敲门；\n（2）亮证；"),
        (2, "记数。"),
    ]


@pytest.mark.parametrize(
    ("letter", "title"),
    [
        (
            "某公司关于印发《某供电所值班办法》的通知\n各所：\n现印发给你们。\n2020年6月1日\n某供电所值班办法",
            "某供电所值班办法",
        ),
        ("某公司关于印发某供电所应急预案的通知\n各所：\n某供电所应急预案", "某供电所应急预案"),
        ("某公司关于印发《某供电所值班办法（试行）》的通知\n现印发给你们。", "某供电所值班办法（试行）"),
    ],
)
def test_a_letter_names_what_it_issues(letter: str, title: str) -> None:
    """关于印发…的通知 is the letter; the book is what it issues, and the letter's words stay."""
    made = drafted(f"{letter}\n第一条　值班不离岗。\n第二条　交班要签字。\n第三条　施行。")

    assert made.title == title
    assert "关于印发" in sections(made)


@pytest.mark.parametrize(
    "text",
    [
        "某市场规则（V2）修订内容\n一、《准入细则》\n（一）原规则：4.定义\n新增内容：\n停牌：指暂停。\n（二）原规则：6.2\n修改为：\n次月可参与。",
        "关于修改《某省用电条例》的决定\n一、将第六条修改为：“先通知，后停电。”\n二、删去第八条。\n三、第十条修改为：“五日内答复。”",
    ],
)
def test_an_amendment_is_no_rule_book(text: str) -> None:
    """Its old wordings would be quoted as rules in force: nothing is drafted, everything listed, and the way out told."""
    made = drafted(text)

    assert made.files == ()
    assert "修订" in made.doubts[0].message
    assert "".join(part.text for part in made.left_out) == text.replace("\n", "")


def test_a_rule_about_cases_is_a_rule() -> None:
    """（一）认定（二）处理 stand in rule books too; 第一条 to 第四条 decide."""
    made = drafted(
        "供电投诉案件处理规定\n第一条　投诉的范围\n（一）停电；\n（二）抄表。\n第二条　认定和处理\n（一）认定\n以工单为准。\n（二）处理\n五日答复。\n"
        "第三条　重大的\n（一）认定\n以通报为准。\n（二）处理\n三日答复。\n第四条　施行。"
    )

    assert made.kind is DraftKind.RULES
    assert [clause.label for clause in made.clauses] == ["第一条", "第二条", "第三条", "第四条"]
