"""Files for Excel and WPS, whose texts stay texts."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | datetime | None


_SHARE = "0%"


_DAY = "yyyy-mm-dd"


_MINUTE = "yyyy-mm-dd hh:mm"


TEXT = "@"


# What XML can't hold; a name may well contain it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_FORMULA = ("=", "+", "-", "@")


def harmless(cell: str) -> str:
    """With the apostrophe that keeps a spreadsheet program from running it as a formula, as `read_roster` knows it."""
    return "'" + cell if cell.startswith((*_FORMULA, "'")) else cell


def add_sheet(book: Workbook, name: str, titles: Sequence[str], rows: Iterable[Sequence[Value]]) -> Worksheet:
    """A sheet with a bold heading that stays in sight."""
    sheet: Worksheet = book.create_sheet(name)
    heading = [_cell(sheet, title) for title in titles]
    for cell in heading:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EFEC")
        cell.alignment = Alignment(vertical="center")
    sheet.append(heading)
    widths = [_width(title) for title in titles]
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        widths = [max(width, _width(value)) for width, value in zip(widths, row, strict=True)]
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, 8), 50)
    sheet.freeze_panes = "A2"
    return sheet


def _cell(sheet: Worksheet, value: Value) -> Cell:
    """A cell; a text stays a text whatever it begins with, also when somebody edits it later."""
    cell = Cell(sheet, 1, 1)  # `append` gives it its place
    if isinstance(value, str):
        text = _ILLEGAL.sub("\ufffd", value)
        cell.value = text
        cell.data_type = "s"  # openpyxl took it for a formula where it begins with =
        cell.number_format = TEXT
        cell.quotePrefix = text.startswith(_FORMULA)
    elif isinstance(value, float):
        cell.value = value
        cell.number_format = _SHARE
    elif isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None, second=0, microsecond=0)
        cell.number_format = _MINUTE
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = _DAY
    else:
        cell.value = value
    return cell


def _width(value: Value) -> int:
    """How wide a value is, in digits; a Chinese character takes two."""
    if isinstance(value, str):
        return sum(1 if letter < "\u2e80" else 2 for letter in value)
    if isinstance(value, datetime):
        return 16
    return 10 if isinstance(value, date) else 5


def saved(book: Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
