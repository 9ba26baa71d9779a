"""Excel workbooks."""

import io
from datetime import date, datetime, time
from zipfile import BadZipFile

from openpyxl import load_workbook

from retrieval.importing.files.containers import check_office_file
from retrieval.importing.files.errors import ImportingError, saying
from retrieval.importing.files.source import MAX_PARAGRAPHS, Form, SourceLine, SourceText

MAX_COLUMNS = 64


def read_sheets(name: str, data: bytes) -> SourceText:
    """Read an .xlsx: every row with something in it is a line, formulas by what they came to.

    Raises:
        ImportingError: Where it can't be opened, or has too many rows.
    """
    parts = check_office_file(name, data)
    if "xl/workbook.xml" not in parts:
        raise ImportingError(f"“{name}”不是 Excel 表格：请用 Excel 或 WPS 打开，另存为 .xlsx")
    lines: list[SourceLine] = []
    # openpyxl raises whatever a malformed part leads it to; an XML ParseError is a SyntaxError.
    faults = (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError)
    with saying(f"“{name}”已经损坏，打不开：请用 Excel 或 WPS 另存为一份新的 .xlsx", *faults):
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the file's own word about its size may be a lie, and rows are padded to it
            for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
                cells = tuple(_written(value) for value in row)
                while cells and not cells[-1]:
                    cells = cells[:-1]
                if cells:
                    text = " ".join("\t".join(cells).split("\n"))
                    lines.append(SourceLine(text, f"工作表“{sheet.title}”第 {number} 行", 0, cells))
                if len(lines) > MAX_PARAGRAPHS:
                    raise ImportingError(f"“{name}”超过 {MAX_PARAGRAPHS} 行：请分成几个文件")
    return SourceText(name, Form.SHEET, tuple(lines))


def _written(value: object) -> str:
    """A cell as a person reads it; only its line ends are kept of its white space."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    lines = (" ".join(line.split()) for line in str(value).splitlines())
    return "\n".join(filter(None, lines))
