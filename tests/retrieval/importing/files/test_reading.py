"""Reading files: every kind that is understood, and one clear sentence for each that isn't."""

import io
from collections.abc import Callable
from functools import partial

import pytest
from docx import Document
from docx.oxml import parse_xml
from pypdf import PdfReader, PdfWriter

from retrieval.importing import Form, ImportingError, read_document
from tests.retrieval.importing.documents import archive, blank_pdf, pdf, saved, sheet, with_part, word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter(PdfReader(io.BytesIO(blank_pdf(1))))
    writer.encrypt("geheim", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def locked_zip() -> bytes:
    """An archive whose entry says that it is encrypted."""
    data = bytearray(archive({"a.txt": "停电".encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def linked_word(kind: str) -> bytes:
    """A Word file with a relationship to something outside."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONSHIPS}/{kind}" Target="http://example.org/x" TargetMode="External"/>'
        "</Relationships>"
    )
    return with_part(word(["停电要通知。"]), "word/_rels/document.xml.rels", rels.encode())


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "unknown": ("a.exe", lambda: b"MZ" + bytes(10) + b"x", "不认识是什么文件"),
    "no ending": ("说明", "停电".encode, "不认识是什么文件"),
    "empty": ("a.docx", lambda: b"", "是空的"),
    "only blanks": ("a.txt", lambda: b" \n\n ", "是空的"),
    "an empty Word file": ("a.docx", lambda: word(["", " "]), "是空的"),
    "an empty workbook": ("a.xlsx", sheet, "是空的"),
    "a broken Word file": ("a.docx", lambda: word(["停电"])[:2000], "已经损坏"),
    "a broken PDF": ("a.pdf", lambda: b"%PDF-1.7\nrubbish", "已经损坏"),
    "a PDF packed in an unknown way": (
        "a.pdf",
        lambda: pdf(["停电要通知。"]).replace(b"/FlateDecode", b"/FlatfDecode"),
        "已经损坏",
    ),
    "text named .docx": ("a.docx", "停电要通知".encode, "已经损坏"),
    "a picture named .docx": ("a.docx", lambda: _PNG, "是一张图片"),
    "an old .doc": ("a.doc", lambda: _OLE, "另存为 .docx"),
    "an old .xls": ("a.xls", lambda: _OLE, "另存为 .xlsx"),
    "an old .doc named .docx": ("a.docx", lambda: _OLE, "另存为 .docx"),
    "a web page named .doc": ("a.doc", lambda: b"<html></html>", "另存为 .docx"),
    "a rich text": ("a.rtf", lambda: b"{\\rtf1 x}", "另存为 .docx"),
    "a locked Word file": ("a.docx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
    "a locked workbook": ("a.xlsx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
    "a locked PDF": ("a.pdf", locked_pdf, "有密码"),
    "a locked archive": ("a.zip", locked_zip, "有密码"),
    "a scanned PDF": ("a.pdf", partial(blank_pdf, 2), "扫描件"),
    "too many pages": ("a.pdf", partial(blank_pdf, 501), "有 501 页，最多 500 页"),
    "too many bytes": ("a.txt", lambda: b"x" * (10 * 1024 * 1024 + 1), "最多 10 MB"),
    "too many lines": ("a.txt", lambda: b"x\n" * 200_001, "最多 200000 行"),
    "a macro's name": ("a.docm", lambda: word(["停电"]), "带宏"),
    "a macro inside": ("a.docx", lambda: with_part(word(["停电"]), "word/vbaProject.bin", b"x"), "有宏"),
    "a linked template": ("a.docx", lambda: linked_word("attachedTemplate"), "链接了别的文件"),
    "a linked picture": ("a.docx", lambda: linked_word("image"), "链接了别的文件"),
    "an entity in Word": (
        "a.docx",
        lambda: with_part(word(["停电"]), "word/document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        "实体声明",
    ),
    "an entity in UTF-16": (
        "a.docx",
        lambda: with_part(word(["停电"]), "word/styles.xml", "<!DOCTYPE x []><x/>".encode("utf-16")),
        "实体声明",
    ),
    "an entity in Excel": (
        "a.xlsx",
        lambda: with_part(sheet(["问题"]), "xl/workbook.xml", b"<!ENTITY a 'b'><x/>"),
        "实体声明",
    ),
    "a bomb": ("a.zip", lambda: archive({"a.txt": bytes(30 * 1024 * 1024)}), "压缩炸弹"),
    "a bomb in Word": ("a.docx", lambda: with_part(word(["停电"]), "word/x.xml", bytes(30 * 1024 * 1024)), "压缩炸弹"),
    "too many files": ("a.zip", lambda: archive({f"{n}.txt": b"x" for n in range(51)}), "有 51 个文件，最多 50 个"),
    "an archive in an archive": ("a.zip", lambda: archive({"b.zip": archive({"c.txt": b"x"})}), "还有压缩包“b.zip”"),
    "only tricks": (
        "a.zip",
        lambda: archive({"../a.txt": b"x", "/b.txt": b"x", "C:\\c.txt": b"x"}),
        "没有能导入的文件",
    ),
    "an archive of pictures": ("a.zip", lambda: archive({"a.png": _PNG}), "没有能导入的文件"),
    "an old .doc in an archive": ("a.zip", lambda: archive({"旧.doc": _OLE}), "“旧.doc”是老格式"),
    "another archive": ("a.rar", lambda: b"Rar!\x1a\x07" + bytes(20), "压成 .zip"),
    "a broken archive": ("a.zip", lambda: archive({"a.txt": b"x" * 500})[:60], "已经损坏"),
    "text in no encoding": ("a.txt", lambda: "停电".encode() + b"\xff\xff\x81", "读不出来的字"),
    "a program named .txt": ("a.txt", lambda: b"MZ\x00\x01\x02abc", "不是文字文件"),
    "slides": ("a.docx", lambda: archive({"ppt/presentation.xml": b"<x/>"}), "不是 Word 文档"),
    "a workbook named .docx": ("a.docx", lambda: sheet(["问题"]), "不是 Word 文档"),
    "a Word file named .xlsx": ("a.xlsx", lambda: word(["停电"]), "不是 Excel 表格"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_t_be_read_is_refused_in_one_sentence(case: str) -> None:
    """The message names the file, says what is wrong, and is one line."""
    name, make, words = REFUSED[case]

    with pytest.raises(ImportingError) as caught:
        read_document(name, make())

    message = str(caught.value)
    assert words in message
    assert "“" in message
    assert "\n" not in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    """UTF-8 with and without a mark, Notepad's Unicode, GBK; any line end, and a form feed ends a page."""
    (source,) = read_document("a.txt", "停电\r\n要通知\f客户\n".encode(encoding))

    assert source.form is Form.TEXT
    assert [line.text for line in source.lines] == ["停电", "要通知 客户", ""]
    assert source.place(2) == "第 2 行"


def test_a_page_ends_at_a_form_feed() -> None:
    """Lines behind it are on the next page; a text without any has no pages."""
    (paged,) = read_document("a.txt", "一\n\f二\n三\f\n四".encode())
    (plain,) = read_document("a.txt", "一\n二".encode())

    assert [line.page for line in paged.lines] == [1, 2, 2, 3]
    assert [line.page for line in plain.lines] == [0, 0]


def test_word_keeps_what_a_reader_sees() -> None:
    """Paragraphs, line breaks, tables by rows, insertions and links are read; deletions, headers and footers aren't text."""
    document = Document()
    document.add_paragraph("抄表").add_run("到位。").add_break()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "问题", "答案"
    framed = document.add_table(1, 1)
    framed.cell(0, 0).text = "框里的话。"
    document.sections[0].header.paragraphs[0].text = "供电所内部资料"
    paragraph = document.add_paragraph("停电")
    paragraph._p.append(parse_xml(f"<w:ins {_W}><w:r><w:t>要通知</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {_W}><w:r><w:delText>不通知</w:delText></w:r></w:del>"))

    (source,) = read_document("a.docx", saved(document))

    assert [line.text for line in source.lines] == ["抄表到位。", "", "问题\t答案", "框里的话。", "停电要通知"]
    assert source.lines[2].cells == ("问题", "答案")
    assert [(part.text, part.why) for part in source.left_out] == [("供电所内部资料", "页眉")]
    assert any("修订" in remark for remark in source.remarks)
    assert source.place(1) == source.place(2) == "第 1 段"


def numbered_word() -> bytes:
    """A Word file whose numbers are Word's own: 第一条, then （一） below it."""
    document = Document()
    part = document.part.numbering_part.element
    part.append(
        parse_xml(
            f'<w:abstractNum {_W} w:abstractNumId="77">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
            "</w:abstractNum>"
        )
    )
    part.append(parse_xml(f'<w:num {_W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in [
        (0, "抄表应当到位。"),
        (0, "不得有下列行为："),
        (1, "估抄；"),
        (1, "漏抄。"),
        (0, "本办法自印发之日起执行。"),
    ]:
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {_W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    return saved(document)


def test_numbers_that_word_writes_by_itself_are_read() -> None:
    """第一条 of an automatic list stands nowhere in the file; it is counted as Word counts it, and starts anew per level."""
    (source,) = read_document("a.docx", numbered_word())

    assert [line.text for line in source.lines] == [
        "第一条 抄表应当到位。",
        "第二条 不得有下列行为：",
        "（一）估抄；",
        "（二）漏抄。",
        "第三条 本办法自印发之日起执行。",
    ]


def test_a_hyperlink_is_no_danger() -> None:
    """A link to a web page is what ordinary documents hold; the document is read."""
    (source,) = read_document("a.docx", linked_word("hyperlink"))

    assert source.lines[0].text == "停电要通知。"


def test_a_workbook_s_rows_are_lines() -> None:
    """Numbers without a decimal point, dates as dates, blank rows left out; the place names sheet and row."""
    (source,) = read_document("a.xlsx", sheet(["序号", "题目"], [], [1.0, "停电\n要通知"]))

    assert [line.cells for line in source.lines] == [("序号", "题目"), ("1", "停电\n要通知")]
    assert source.place(2) == "工作表“题库”第 3 行"


def test_a_pdf_s_lines_have_pages_and_indents() -> None:
    """Chinese comes back as it was printed; a line that is set in keeps two ideographic blanks."""
    lines = [
        "\u3000\u3000停电要提前通知客户，不得无故拖延。",
        "送电以后再确认一次，做好记录。",
        "客户有意见的要当面说明。",
    ] * 20

    (source,) = read_document("a.pdf", pdf(lines, indents=True))

    assert [line.text for line in source.lines] == lines
    assert (source.lines[0].page, source.lines[-1].page) == (1, 2)
    assert source.place(46) == "第 2 页第 1 行"


def test_an_archive_gives_each_document() -> None:
    """Folders are only a path, litter is passed over, and what was not read is told."""
    data = archive({"规章/停电.txt": "停电".encode(), "__MACOSX/x.txt": b"x", "图.png": _PNG, "b.docx": word(["送电"])})

    sources = read_document("包.zip", data)

    assert [source.name for source in sources] == ["停电.txt", "b.docx"]
    assert sources[0].remarks == ("压缩包里没有读的文件：图.png",)


def test_a_chinese_name_in_gbk_is_read() -> None:
    """Windows writes the names in an archive in GBK and doesn't say so."""
    data = archive({"12345678.txt": "停电".encode()}).replace(b"12345678", "停电规定".encode("gb18030"))

    (source,) = read_document("包.zip", data)

    assert source.name == "停电规定.txt"


def test_a_chinese_name_of_a_mac_is_read() -> None:
    """A Mac writes the names in UTF-8 and doesn't say so either; read as GBK they would be nonsense."""
    name = "停电规定管理".encode()
    data = archive({f"{'1' * len(name)}.txt": "停电".encode()}).replace(b"1" * len(name), name)

    (source,) = read_document("包.zip", data)

    assert source.name == "停电规定管理.txt"


def test_a_file_of_an_archive_that_can_t_be_read_refuses_only_itself() -> None:
    """The others are read, and it is named with what to do about it."""
    (source,) = read_document("包.zip", archive({"旧.doc": _OLE, "停电.txt": "停电".encode(), "c.zip": archive({})}))

    assert source.name == "停电.txt"
    assert any("“旧.doc”是老格式" in remark for remark in source.remarks)
    assert any("还有压缩包“c.zip”" in remark for remark in source.remarks)


def test_an_older_word_file_is_converted_where_there_is_a_converter() -> None:
    """By itself and in an archive; the reader says that it was converted. A password is none of its business."""
    asked: list[str] = []

    def convert(name: str, data: bytes) -> bytes:
        asked.append(name)
        assert data == _OLE
        return word(["停电要通知。"])

    (alone,) = read_document("旧.doc", _OLE, convert)
    (packed,) = read_document("包.zip", archive({"旧.wps": _OLE}), convert)

    assert asked == ["旧.doc", "旧.wps"]
    assert alone.lines[0].text == packed.lines[0].text == "停电要通知。"
    assert any("老格式" in remark for remark in alone.remarks)
    with pytest.raises(ImportingError, match="有密码"):
        read_document("锁.doc", _OLE + "EncryptedPackage".encode("utf-16-le"), convert)


def test_big5_is_read_and_named() -> None:
    """Its bytes make characters in GBK too, but rare ones; ordinary GBK is not taken for Big5."""
    text = "第一條 停電應當提前三日通知客戶，不得無故拖延。"
    (source,) = read_document("a.txt", text.encode("big5"))
    (plain,) = read_document("a.txt", "第一条 停电应当提前三日通知客户。".encode("gb18030"))

    assert source.lines[0].text == text
    assert any("Big5" in remark for remark in source.remarks)
    assert plain.remarks == ()


def test_the_name_of_a_file_is_no_path() -> None:
    """Folders before the name are dropped, with either slash."""
    (source,) = read_document("C:\\资料\\..\\停电.txt", "停电".encode())

    assert source.name == "停电.txt"
    assert source.stem == "停电"
