"""What holds for every document, whatever is in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.importing import DraftKind, Form, ImportingError, SourceLine, SourceText, draft, read_document, report
from retrieval.importing.layout.cleaning import clean
from retrieval.model import KnowledgeBase
from tests.retrieval.importing.documents import accounted, han, source

_TOKENS = [
    "第一条 ",
    "第二条",
    "第三条之一 ",
    "第十条的规定",
    "第一章 总则",
    "第二章",
    "目录",
    "附件1：",
    "（一）",
    "(2)",
    "1.",
    "一、",
    "二、",
    "三、",
    "案例一：",
    "案例2：",
    "【案例之三】",
    "【案情】",
    "【事件过程】",
    "【案例点评】",
    "教训：",
    "处理",
    "（一）不良服务事件",
    "第二篇：",
    "以上2个案例",
    "问：",
    "答：",
    "1.问：",
    "《供电营业规则》第八十三条",
    "“十项承诺”第5条。",
    "违反规定的",
    "抄表员漏抄",
    "停电应当通知",
    "客户投诉",
    "。",
    "，",
    "；",
    "：",
    "”",
    "“",
    " ",
    "\u3000\u3000",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\x0c",
    "１２",
    "- 3 -",
    "7",
    "2、",
    "限制150内",
    "请在淘文阁搜索",
    "某供电所",
    "1.1 ",
    "1.2",
    "1.2.1 ",
    "2.1 ",
    "事件名称\t",
    "案例名称：",
    "案情\t",
    "发生时间\t5月\t班组\t一班",
    "表1 编号：A-1",
    "第1页 共3页",
    "2021年11月",
    "编写人员名单",
    "主编：张某",
    "抄送：",
    "关于规范",
    "⻓",
    "规定",
    "电",
    "#",
    "---",
    "说明",
    "问法",
    "<!-- 注 -->",
    "**",
    "'",
    ": ",
    "[",
    "\u200b",
    "⼀",
    "案",
    "例",
]
texts = st.lists(st.sampled_from(_TOKENS), max_size=60).map("".join) | st.text(max_size=200)
names = st.sampled_from(["稿.txt", "稿.md", "电力法_2018修正.docx"])
long_texts = st.lists(st.sampled_from(_TOKENS + ["抄表到位服务客户" * 4] * 20), max_size=120).map("".join)


@settings(max_examples=200)
@given(texts | long_texts, names)
def test_nothing_that_is_not_noise_is_lost(knowledge: KnowledgeBase, text: str, name: str) -> None:
    """Every Chinese character is in a draft, in a change, or in the text that is listed as left out."""
    made = draft(source(text, name), knowledge)

    assert han(text) - accounted(made) == {}


@settings(max_examples=200)
@given(texts | long_texts, names)
def test_no_text_is_too_odd_for_a_draft(knowledge: KnowledgeBase, text: str, name: str) -> None:
    """Drafting never raises, every draft can be told about, and the loader finds no Problem in any."""
    made = draft(source(text, name), knowledge)

    assert report(made)
    assert (made.kind is DraftKind.UNKNOWN) <= (made.files == ())
    assert len({file.path for file in made.files}) == len(made.files)
    assert [doubt.message for doubt in made.doubts if doubt.message.startswith("草稿还要改")] == []


@settings(max_examples=200)
@given(texts | long_texts)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    """Cleaning a text a second time changes nothing."""
    once = clean(source(text))
    again = clean(source("\n\n".join(passage.text for passage in once.passages)))

    assert [passage.text for passage in again.passages] == [passage.text for passage in once.passages]
    assert again.changes == ()


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.sampled_from(["问题", "答案", "A", "抄表没人怎么办？", "补抄", "", "解析", "1"]), max_size=5),
        max_size=8,
    )
)
def test_no_table_is_too_odd(knowledge: KnowledgeBase, rows: list[list[str]]) -> None:
    """Rows of any shape become a draft, and no word of theirs is lost."""
    lines = tuple(
        SourceLine("\t".join(row), f"工作表“一”第 {number} 行", 0, tuple(row)) for number, row in enumerate(rows, 1)
    )

    made = draft(SourceText("表.xlsx", Form.SHEET, lines), knowledge)

    assert han("".join("".join(row) for row in rows)) - accounted(made) == {}


@settings(max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.docx", "a.pdf", "a.xlsx", "a.txt", "a.md", "a.zip", "a.doc", "a", "a.docm"]),
)
def test_bytes_that_are_no_document_are_refused_in_one_sentence(data: bytes, name: str) -> None:
    """Whatever the bytes are, there is a text or one ImportingError."""
    message = "“a"
    try:
        read = read_document(name, data)
    except ImportingError as error:
        read, message = (), str(error)

    assert all(source.lines for source in read)
    assert message.startswith("“a")
    assert "\n" not in message


@settings(max_examples=200)
@given(st.sampled_from([b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]), st.binary(max_size=400))
def test_a_file_that_only_begins_like_a_document_is_refused(start: bytes, rest: bytes) -> None:
    """A right beginning with rubbish behind it is refused, and nothing else is raised."""
    for name in ("a.docx", "a.pdf", "a.xlsx", "a.zip"):
        with pytest.raises(ImportingError):
            read_document(name, start + rest)
