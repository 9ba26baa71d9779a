"""What Word files hold beside plain paragraphs."""

import quopri

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from retrieval.importing import DraftKind, SourceText, draft, read_document
from retrieval.importing.files.symbols import UNREADABLE, symbol
from retrieval.model import KnowledgeBase
from tests.retrieval.importing.documents import saved, word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def read(document: object) -> SourceText:
    """A document, read."""
    (source,) = read_document("a.docx", saved(document))
    return source


def texts(document: object) -> list[str]:
    """A document's lines that are not empty."""
    return [line.text for line in read(document).lines if line.text.strip()]


def with_run(xml: str, before: str = "", after: str = "") -> object:
    """A document of one paragraph with a piece of markup in it."""
    document = Document()
    paragraph = document.add_paragraph(before)
    paragraph._p.append(parse_xml(xml))
    paragraph.add_run(after)
    return document


def listed(levels: str, *paragraphs: tuple[int, str]) -> object:
    """A document whose paragraphs are numbered by Word; `levels` are the list's."""
    document = Document()
    part = document.part.numbering_part.element
    part.append(parse_xml(f'<w:abstractNum {_W} w:abstractNumId="88">{levels}</w:abstractNum>'))
    part.append(parse_xml(f'<w:num {_W} w:numId="88"><w:abstractNumId w:val="88"/></w:num>'))
    for level, text in paragraphs:
        document.add_paragraph(text)._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {_W}><w:ilvl w:val="{level}"/><w:numId w:val="88"/></w:numPr>')
        )
    return document


def level(number: int, text: str, form: str = "chineseCounting", more: str = "") -> str:
    """One level of a list."""
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


_CHAPTERS = ((0, "总则"), (1, "目的。"), (1, "范围。"), (0, "抄表"), (1, "到位。"))


def test_articles_count_on_across_chapters_where_the_list_says_so() -> None:
    """LvlRestart 0 is how most rule books are numbered; without it the articles start anew in each chapter."""
    going_on = level(0, "第%1章") + level(1, "第%2条", more='<w:lvlRestart w:val="0"/>')
    anew = level(0, "第%1章") + level(1, "第%2条")

    assert texts(listed(going_on, *_CHAPTERS))[-1] == "第三条 到位。"
    assert texts(listed(anew, *_CHAPTERS))[-1] == "第一条 到位。"


def test_a_level_may_start_anew_only_after_some_levels() -> None:
    """LvlRestart 1 on the third level: the second level doesn't restart it, the first does."""
    levels = level(0, "%1、") + level(1, "（%2）") + level(2, "%3.", "decimal", '<w:lvlRestart w:val="1"/>')

    written = texts(listed(levels, (0, "甲"), (1, "乙"), (2, "丙"), (1, "丁"), (2, "戊"), (0, "己"), (2, "庚")))

    assert [line for line in written if line[0].isdecimal()] == ["1.丙", "2.戊", "1.庚"]


def test_numbers_of_all_levels_are_plain_where_the_level_is_legal() -> None:
    """isLgl: 1.1 below 第一章, not 一.1."""
    levels = level(0, "第%1章") + level(1, "%1.%2", "decimal", "<w:isLgl/>")

    assert texts(listed(levels, (0, "总则"), (1, "目的。")))[-1] == "1.1 目的。"


def test_formulas_are_text_where_they_stand() -> None:
    """A formula in a sentence, and one of a line of its own with a fraction, a power and a root."""
    inline = f"<m:oMath {_M}><m:r><m:t>±10%</m:t></m:r></m:oMath>"
    display = (
        f"<m:oMathPara {_M}><m:oMath><m:r><m:t>S=</m:t></m:r><m:f><m:num><m:r><m:t>P</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>1+K</m:t></m:r></m:den></m:f><m:r><m:t>+</m:t></m:r>"
        "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
        "<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad></m:oMath></m:oMathPara>"
    )

    assert texts(with_run(inline, "偏差不超过额定值的", "。")) == ["偏差不超过额定值的±10%。"]
    assert texts(with_run(display)) == ["S=P/(1+K)+x²√(y)"]


def test_no_letter_of_an_unknown_formula_is_lost() -> None:
    """A box, a limit, a bar: what stands in them is written one after the other."""
    xml = f"<m:oMath {_M}><m:borderBox><m:e><m:r><m:t>甲</m:t></m:r></m:e></m:borderBox><m:limLow><m:e><m:r><m:t>lim</m:t></m:r></m:e><m:lim><m:r><m:t>n</m:t></m:r></m:lim></m:limLow></m:oMath>"

    assert texts(with_run(xml)) == ["甲limn"]


def test_signs_of_picture_fonts_are_characters() -> None:
    """A ticked and an empty box stay; one that nobody knows is marked and told."""
    ticked = with_run(f'<w:r {_W}><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "合格", "。")
    unknown = with_run(f'<w:r {_W}><w:sym w:font="Holidays" w:char="F021"/></w:r>', "合格", "。")

    assert texts(ticked) == ["合格☑。"]
    assert texts(unknown) == [f"合格{UNREADABLE}。"]
    assert any("1 个符号认不出来" in remark for remark in read(unknown).remarks)


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [("Wingdings", "F0A8", "☐"), ("Wingdings 2", "F052", "☑"), ("Symbol", "F0B1", "±"), ("Symbol", "F06D", "μ"),
     ("宋体", "00D7", "×"), ("Wingdings", "x", UNREADABLE), ("Arial", "D800", UNREADABLE)],
)  # fmt: skip
def test_a_sign_is_what_it_looks_like(font: str, code: str, sign: str) -> None:
    """By font and code, as Word writes them."""
    assert symbol(font, code) == sign


def test_a_word_with_its_reading_above_is_not_doubled() -> None:
    """Ruby: the character is text, how it is spoken is not."""
    xml = f"<w:r {_W}><w:ruby><w:rt><w:r><w:t>zhá</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>闸</w:t></w:r></w:rubyBase></w:ruby></w:r>"

    assert texts(with_run(xml, "合上", "刀。")) == ["合上闸刀。"]


@pytest.mark.parametrize(
    ("mark", "why"), [("strike", "划掉的文字"), ("dstrike", "划掉的文字"), ("vanish", "隐藏的文字")]
)
def test_what_is_struck_through_or_hidden_is_named_and_no_text(mark: str, why: str) -> None:
    """It doesn't become a rule, and it isn't lost either; a mark that is switched off means nothing."""
    marked = f"<w:r {_W}><w:rPr><w:{mark}/></w:rPr><w:t>五日内</w:t></w:r>"
    off = marked.replace(f"<w:{mark}/>", f'<w:{mark} w:val="0"/>')

    source = read(with_run(marked, "应当", "三日内答复。"))

    assert [line.text for line in source.lines] == ["应当三日内答复。"]
    assert [(part.line, part.text, part.why) for part in source.left_out] == [(1, "五日内", why)]
    assert texts(with_run(off, "应当", "答复。")) == ["应当五日内答复。"]


def embedded(kind: str, ending: str, data: bytes) -> object:
    """A document with another one between its first and its last paragraph."""
    document = Document()
    document.add_paragraph("第一条　先通知。")
    part = Part(PackURI(f"/word/chunk.{ending}"), kind, data, document.part.package)
    relation = document.part.relate_to(part, f"{RELATIONSHIP_TYPE.OFFICE_DOCUMENT.rpartition('/')[0]}/aFChunk")
    document.element.body.insert(1, parse_xml(f'<w:altChunk {_W} {_R} r:id="{relation}"/>'))
    document.add_paragraph("第四条　再复电。")
    return document


_PAGE = "<html><head><style>p {}</style></head><body><p>第二条　后停电。</p><table><tr><td>第三条</td><td>要回访。</td></tr></table></body></html>"
_MHT = (
    b'MIME-Version: 1.0\nContent-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
    + quopri.encodestring(_PAGE.encode())
)
_RELATED = (
    b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
    + _MHT.partition(b"\n")[2]
    + b"\n--b\nContent-Type: image/png\n\nx\n--b--\n"
)


@pytest.mark.parametrize(
    ("kind", "ending", "data"),
    [
        ("text/html", "html", _PAGE.encode()),
        ("text/html", "htm", f'<meta charset="gb2312">{_PAGE}'.encode("gb18030")),
        ("message/rfc822", "mht", _MHT),
        ("message/rfc822", "mht", _RELATED),
        ("text/plain", "txt", "第二条　后停电。\n第三条\t要回访。".encode()),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "docx",
         word(["第二条　后停电。", "第三条\t要回访。"])),
    ],
    ids=["html", "gbk html", "mht", "mht of parts", "text", "word"],
)  # fmt: skip
def test_a_document_inside_the_document_is_read_where_it_stands(kind: str, ending: str, data: bytes) -> None:
    """altChunk: some offices' systems put everything in one; what stands around it keeps its order."""
    assert texts(embedded(kind, ending, data)) == [
        "第一条　先通知。",
        "第二条　后停电。",
        "第三条\t要回访。",
        "第四条　再复电。",
    ]


def test_an_embedded_document_that_can_t_be_read_is_named() -> None:
    """The rest is read, and a remark says what is missing."""
    source = read(embedded("application/rtf", "rtf", b"{\\rtf1 x}"))

    assert [line.text for line in source.lines] == ["第一条　先通知。", "第四条　再复电。"]
    assert any("嵌着一份别的文档，没有读" in remark for remark in source.remarks)


def test_merged_cells_say_their_word_in_every_row() -> None:
    """Merged downwards: each row stands by itself. Merged across: the columns behind keep their places."""
    document = Document()
    table = document.add_table(3, 3)
    for row, cells in zip(
        table.rows, (("电压", "期限", ""), ("低压", "单相", "3日"), ("", "三相", "5日")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(0, 1).merge(table.cell(0, 2))

    source = read(document)

    assert [line.cells for line in source.lines] == [("电压", "期限"), ("低压", "单相", "3日"), ("低压", "三相", "5日")]


def test_a_whole_book_numbered_by_word_is_one_book() -> None:
    """Chapters and articles of one automatic list, articles counting on: one draft with all its articles."""
    levels = level(0, "第%1章") + level(1, "第%2条", more='<w:lvlRestart w:val="0"/>')
    document = listed(levels, *_CHAPTERS, (0, "附则"), (1, "本办法自2020年1月1日起施行。"))
    document.element.body.insert(0, Document().add_paragraph("某供电所抄表管理办法")._p)  # type: ignore[attr-defined] # python-docx's own

    made = draft(read(document), KnowledgeBase())

    assert made.kind is DraftKind.RULES
    assert [clause.label for clause in made.clauses] == ["第一条", "第二条", "第三条", "第四条"]
    assert len(made.files) == 1
