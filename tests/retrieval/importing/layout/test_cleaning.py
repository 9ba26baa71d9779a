"""Noise out, words untouched, and everything told."""

import pytest

from retrieval.importing import SourceText, read_document
from retrieval.importing.layout.cleaning import Cleaned, clean
from tests.retrieval.importing.documents import pdf, source, wrapped

_LONG = "供电企业应当按照国家核准的电价和用电计量装置的记录向用户计收电费，用户应当按照规定的期限交付电费，逾期不交的按照合同约定处理。"


def texts(cleaned: Cleaned) -> list[str]:
    """The paragraphs."""
    return [passage.text for passage in cleaned.passages]


def scraped(*pages: str) -> SourceText:
    """Pages as a download site shows them: each begins with its number, wherever the last one stopped."""
    return source("\n".join(f"{number}、{page}" for number, page in enumerate(pages, 1)))


def test_page_marks_inside_words_go() -> None:
    """为目⏎2、标 becomes 为目标; each mark is told with its line, before and after."""
    page = _LONG * 5

    cleaned = clean(scraped(f"{page}以满意为目", f"标，{page}不", f"仅如此。{page}"))

    assert "以满意为目标，供电" in texts(cleaned)[0]
    assert "不仅如此。" in texts(cleaned)[0]
    second = cleaned.changes[1]
    assert (second.line, second.before, second.after) == (2, "。以满意为目⏎2、标，供电企业", "。以满意为目标，供电企业")


@pytest.mark.parametrize(
    "text",
    [
        "1、加强学习\n2、提高认识\n3、改进作风",
        f"1、{_LONG}\n2、{_LONG}\n3、{_LONG}",
        f"1、{_LONG * 6}\n2、{_LONG * 6}\n3、{_LONG * 6}",
    ],
)
def test_a_list_is_no_row_of_page_marks(text: str) -> None:
    """Numbered paragraphs stay as they are, however long, where they end with their sentences."""
    assert texts(clean(source(text))) == text.split("\n")


def test_headers_footers_and_page_numbers_of_pages_go() -> None:
    """What stands at the same edge of many pages goes, also where a number in it changes; what stands there once stays."""
    lines = [f"第{number}段要求抄表人员到位抄表并做好记录。" for number in range(1, 150)]
    (read,) = read_document("a.pdf", pdf(lines, header="供电服务规范汇编", numbers=True))

    cleaned = clean(read)

    assert texts(cleaned) == lines
    assert {change.before for change in cleaned.changes} == {"供电服务规范汇编", "- 1 -", "- 2 -", "- 3 -", "- 4 -"}


def test_a_sentence_that_runs_over_a_page_is_joined() -> None:
    """Header, number and the break between them go; the sentence is whole."""
    lines = wrapped([_LONG * 80], 70)
    (read,) = read_document("a.pdf", pdf(lines, header="供电服务规范汇编", numbers=True))

    assert texts(clean(read)) == [_LONG * 80]


def test_page_numbers_of_a_text_without_pages_go_where_they_count_up() -> None:
    """- 3 - and 第 3 页 are certain; bare numbers are, where each is one more than the last; else they stay, with a doubt."""
    certain = clean(source("抄表到位。\n- 3 -\n停电通知。\n第 4 页 共 9 页\n送电确认。"))
    counted = clean(source("抄表到位。\n1\n停电通知。\n2\n送电确认。\n3\n做好记录。"))
    unsure = clean(source("抄表到位。\n17\n停电通知。"))

    assert texts(certain) == ["抄表到位。", "停电通知。", "送电确认。"]
    assert texts(counted) == ["抄表到位。", "停电通知。", "送电确认。", "做好记录。"]
    assert texts(unsure) == ["抄表到位。", "17", "停电通知。"]
    assert [(doubt.line, "像是页码" in doubt.message) for doubt in unsure.doubts] == [(2, True)]


def test_a_header_that_breaks_into_sentences_goes() -> None:
    """The same short line in the middle of sentences, again and again, belonged to pages; a heading that comes again doesn't."""
    header = "供电服务手册"
    parts = [_LONG[:30], _LONG[30:]]
    text = "\n".join([parts[0], header, parts[1]] * 3)
    headings = "\n".join(["小结", _LONG] * 4)

    assert header not in "".join(texts(clean(source(text))))
    assert texts(clean(source(headings))) == ["小结", _LONG] * 4


def test_a_turn_of_phrase_that_fills_a_line_again_and_again_stays() -> None:
    """In a text of broken lines the same words may stand on a line of their own; they are text."""
    paragraph = "没有约定或者约定不明确依据本法第五百一十条的规定"
    text = "\n".join(["甲" * 24, paragraph, "乙" * 24] * 5)

    assert "".join(texts(clean(source(text)))).count(paragraph) == 5


@pytest.mark.parametrize("width", [44, 60, 78])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_lines_that_were_broken_at_a_width_are_joined(width: int, indent: str) -> None:
    """Paragraphs come back whole; a heading stays by itself."""
    paragraphs = ["停电管理要求", *[f"{_LONG[: 60 + 7 * number]}第{number}项要求到此为止。" for number in range(6)]]
    cleaned = clean(source("\n".join(wrapped(paragraphs, width, indent=indent))))

    assert texts(cleaned) == paragraphs
    assert {change.why for change in cleaned.changes} == {"句子中间的换行"}


@pytest.mark.parametrize(
    "line",
    [
        "值班人员名单如下：张三 李四 王五 赵六。",
        "第一步 受理；第二步 核查；第三步 答复。",
        "用语：您好 请讲 再见，一句不能少。",
        "填写（ ）和“ ”，日期：  年  月  日。",
        "案例一：估表被投诉 服务不到位",
    ],
)
def test_blanks_that_part_words_stay(line: str) -> None:
    """Names, steps, lists of words, blanks to be filled in, the halves of a title."""
    assert texts(clean(source(line))) == [line]


def test_a_citation_at_the_start_of_a_broken_line_is_joined() -> None:
    """依照⏎第三条: the line broke before the number; a chapter above an article is no such line."""
    cleaned = clean(source("超过五日的，依照\n第三条处理。\n第二章 应当遵守的规定\n第四条　要登记。"))

    assert texts(cleaned) == ["超过五日的，依照第三条处理。", "第二章 应当遵守的规定", "第四条　要登记。"]


def test_several_sections_in_one_piece_are_parted() -> None:
    """【案例分类】抄表【事件过程】…: nothing stands between them, and each begins anew."""
    cleaned = clean(source("【案例分类】抄表收费【事件过程】没去抄表，客户来投诉。"))

    assert texts(cleaned) == ["【案例分类】抄表收费", "【事件过程】没去抄表，客户来投诉。"]


def test_a_full_line_that_ends_a_sentence_is_a_doubt() -> None:
    """Nobody can see whether the paragraph ends there; the doubt names the line."""
    line = "抄表人员应当按照规定的周期到位抄表不得估抄漏抄错"
    text = "\n".join([*[line] * 8, line[:-1] + "。", "停电应当提前通知客户并且做好记录以备检查和考核用", "到此为止。"])

    cleaned = clean(source(text))

    assert [(doubt.line, "正好排满" in doubt.message) for doubt in cleaned.doubts] == [(10, True)]


def test_short_lines_are_left_alone() -> None:
    """Where lines are no sentences, nothing is joined: a title, a date, a list of names."""
    text = "供电服务规范\n国家电网公司\n2003年12月\n张三 李四"

    assert texts(clean(source(text))) == text.split("\n")


def test_stray_blanks_between_characters_go() -> None:
    """In sentences, and in titles that were spread over a line; not where they part two halves of a title or a number's text."""
    cleaned = clean(
        source(
            "客户都有意 见，请当 面说明。\n第一章　总 　则\n估超电量出差错 应急不足被投诉\n第一条 为了服务，制定本规范。\n共 3 人到场。"
        )
    )

    assert texts(cleaned) == [
        "客户都有意见，请当面说明。",
        "第一章　总则",
        "估超电量出差错 应急不足被投诉",
        "第一条 为了服务，制定本规范。",
        "共 3 人到场。",
    ]
    assert [change.line for change in cleaned.changes] == [1, 1, 2]


def test_full_width_digits_become_plain() -> None:
    """１２３ and ８０％ are the same numbers; full-width marks of a sentence stay."""
    cleaned = clean(source("停电前３０分钟通知，电压合格率９９．５％。"))

    assert texts(cleaned) == ["停电前30分钟通知，电压合格率99.5%。"]
    assert [change.why for change in cleaned.changes] == ["全角数字和字母"] * 2


def test_characters_that_only_look_right_are_put_right() -> None:
    """Some PDF writers use radicals in the place of characters; invisible marks go."""
    cleaned = clean(source("第⼀条\u200b 停电"))

    assert texts(cleaned) == ["第一条 停电"]


@pytest.mark.parametrize(
    ("odd", "plain"),
    [("⻓⻘⻋⻔⻅⻚⻢⻛", "长青车门见页马风"), ("客⼾", "客户"), ("⼀⽇⽤電", "一日用電"), ("⻓，３号⻋", "长，3号车")],
)
def test_every_radical_becomes_its_character(odd: str, plain: str) -> None:
    """Also those that NFKC leaves, and 户 in the form of simplified characters; it is told once for what stands together."""
    cleaned = clean(source(odd))

    assert texts(cleaned) == [plain]
    assert [change.after for change in cleaned.changes if "字形一样" in change.why] == [plain]


def test_a_header_beside_page_numbers_goes() -> None:
    """A text without pages shows by its page numbers where they end; the sentence that ran over is whole again."""
    cleaned = clean(
        source(
            "学习园地\n停电要\n\n第1页 共3页\n学习园地\n\n，通知。\n第2页 共3页\n学习园地\n送电要确认。\n第3页 共3页"
        )
    )

    assert texts(cleaned) == ["停电要，通知。", "送电要确认。"]
    assert [change.before for change in cleaned.changes if "页眉" in change.why] == ["学习园地"] * 3


def test_what_stands_beside_one_page_number_stays() -> None:
    """A heading at the top of a page is text; only what comes again and again is a header."""
    text = "停电管理\n停电要通知。\n第1页\n送电管理\n送电要确认。\n第2页\n抄表管理\n抄表要到位。"

    assert texts(clean(source(text))) == [line for line in text.split("\n") if "页" not in line]


def test_entries_of_a_list_of_contents_stay_apart() -> None:
    """Each is a line of its own, however full the lines are, and none runs over into the text."""
    entries = [f"{number}.停电不通知客户的货物受损之{number}……………………{number}" for number in range(1, 9)]
    (read,) = read_document("a.pdf", pdf([*entries, *wrapped([_LONG * 8], 60)]))

    assert texts(clean(read)) == [*entries, _LONG * 8]


def test_a_heading_that_is_quoted_parts_nothing() -> None:
    """与【案例一】一样: only behind a sentence, or a mark, a heading begins a paragraph."""
    text = "与【案例一】一样，客户要看【处理结果】才罢休。"

    assert texts(clean(source(text))) == [text]


@pytest.mark.parametrize(
    "line",
    [
        "《规范.doc》由会员分享,可在线阅读,更多相关《规范.doc》请在淘文阁 - 分享文档赚钱的网站上搜索。",
        "限制150内",
        "书山有路勤为径,学海无涯苦作舟。",
        "本文档下载自百度文库，仅供参考",
        "精品文档",
        "欢迎下载",
        "——更多资料请到豆丁网——",
    ],
)
def test_what_download_sites_add_goes(line: str) -> None:
    """Their lines are dropped and told; the line before and behind stay."""
    cleaned = clean(source(f"停电要通知客户。\n{line}\n送电要确认。"))

    assert texts(cleaned) == ["停电要通知客户。", "送电要确认。"]
    assert [change.before for change in cleaned.changes] == [line]


def test_paragraphs_that_a_scrape_ran_together_are_parted() -> None:
    """Headings begin paragraphs, and so does what stands behind a sentence and a blank."""
    text = "案例1:估抄惹投诉 【案情】 某所估抄电量。【处理】 退还电费。" + _LONG * 2 + " 此外要加强管理。 (2)整改到位。"

    assert texts(clean(source(text))) == [
        "案例1:估抄惹投诉",
        "【案情】 某所估抄电量。",
        f"【处理】 退还电费。{_LONG * 2}",
        "此外要加强管理。",
        "(2)整改到位。",
    ]


def test_a_blank_behind_every_sentence_is_a_habit() -> None:
    """Where nearly every sentence has one it parts no paragraphs."""
    sentences = ["抄表应当到位并且做好记录不得估抄。"] * 12

    assert texts(clean(source(" ".join(sentences)))) == ["".join(sentences)]


def test_a_passage_knows_its_lines() -> None:
    """After joining and cutting, each place in a paragraph still tells its line."""
    (passage,) = clean(source("\n".join(wrapped([_LONG * 3], 44)))).passages

    assert passage.line() == 1
    assert passage.line(len(passage.text) - 1) == len(wrapped([_LONG * 3], 44))
