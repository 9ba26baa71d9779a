"""Reads the file of a list of people.

What is wrong with single cells comes back as faults, all at once; a file that can't be read at all raises RosterError.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import PurePath
from typing import NoReturn

import openpyxl
from openpyxl import Workbook

from bot.people.roster import LARGEST_FILE, Roster, RosterError
from bot.people.roster_table import HEADER_ROWS, MOST_COLUMNS, HeadingError, places_in, read_table

LARGEST_UNPACKED = 50 * 1024 * 1024
_MOST_PARTS = 1000
_MOST_TAGS = 1_500_000
_TOO_MUCH = "这个表格解开以后太大了，请把名单复制到一张新表里再发。"
_SEPARATORS = (",", "\t", ";", "\uff0c", "\uff1b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATIONS = re.compile(b"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_roster(name: str, data: bytes) -> Roster:
    """Read a list of people.

    Args:
        name: The file's name; its ending says what it should be: .xlsx, .csv or .txt.
        data: The file. A text may be UTF-8, UTF-16 or GB18030, separated by commas (also full-width ones), semicolons or tabs.

    Raises:
        RosterError: The file is too big, empty, broken, locked, of another kind, or has no usable heading.
    """
    ending = PurePath(name.strip()).suffix.lower()
    if ending in {".xls", ".et", ".xlsm", ".xlsb", ".ods", ".numbers"}:
        raise RosterError(f"{ending} 的表格读不了，请用 Excel 或 WPS 另存为 .xlsx 再发。")
    if ending not in {".xlsx", ".csv", ".txt"}:
        raise RosterError("名单只收 .xlsx 表格，或者 .csv、.txt 文本。")
    if len(data) > LARGEST_FILE:
        raise RosterError("文件超过 2 MB 了，名单用不了这么大，请只留下名单那一张表再发。")
    if not data.strip(b"\0 \r\n\t"):
        raise RosterError("这个文件是空的。")
    return _read_sheets(data) if ending == ".xlsx" else _read_text(data)


def _read_sheets(data: bytes) -> Roster:
    _inspect(data)
    try:
        with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as book:
            return _read_first_list(book)
    except RosterError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken file makes it stumble over
        _broken(error)


def _read_first_list(book: Workbook) -> Roster:
    """The first sheet that has the heading of a list."""
    unusable: RosterError | None = None
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write a wrong one, and rows would be lost
        try:
            return read_table(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))
        except HeadingError as error:
            unusable = unusable or error
    raise unusable or RosterError("这个文件里没有普通的工作表。")


def _broken(error: Exception) -> NoReturn:
    raise RosterError("这个 .xlsx 文件坏了，打不开。请在 Excel 或 WPS 里重新另存一份再发。") from error


def _inspect(data: bytes) -> None:
    """Refuse what is no plain workbook, before anything unpacks it."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise RosterError("这个表格设了打开密码，请取消密码另存一份再发。")
        raise RosterError("这其实是老格式的 .xls 表格，请用 Excel 或 WPS 另存为 .xlsx 再发。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            _inspect_parts(parts)
    except RosterError:
        raise
    except Exception as error:  # noqa: BLE001 - zipfile raises a dozen kinds on broken archives
        _broken(error)


def _inspect_parts(parts: zipfile.ZipFile) -> None:
    infos = parts.infolist()
    # What a part says of its size binds: zipfile never unpacks more of it than that.
    if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise RosterError(_TOO_MUCH)
    if any(info.flag_bits & 1 for info in infos):
        raise RosterError("这个表格设了打开密码，请取消密码另存一份再发。")
    names = [info.filename.lower() for info in infos]
    if any(part.endswith("vbaproject.bin") for part in names):
        raise RosterError("这个表格里带着宏，请另存为不带宏的 .xlsx 再发。")
    if "[content_types].xml" not in names:
        raise RosterError("这不是 Excel 表格，请用 Excel 或 WPS 另存为 .xlsx 再发。")
    tags = 0
    for info in infos:
        if info.filename.startswith("xl/media/"):
            continue
        content = parts.read(info).replace(b"\0", b"")  # so that UTF-16 is looked through too
        # No spreadsheet program writes these; they are how a small file makes a parser expand a huge one.
        if _DECLARATIONS.search(content):
            raise RosterError("这个 .xlsx 文件的内容不正常，请在 Excel 或 WPS 里重新另存一份再发。")
        # A cell of four bytes takes a hundred in memory.
        tags += content.count(b"<")
        if tags > _MOST_TAGS:
            raise RosterError(_TOO_MUCH)


def _read_text(data: bytes) -> Roster:
    if data.startswith((b"PK\x03\x04", _OLE)):
        raise RosterError("这其实是 Excel 表格，请用 Excel 或 WPS 另存为 .xlsx 再发。")
    text = _decoded(data)
    # The heading decides: below it, a comma may well stand inside a cell.
    best = max(_SEPARATORS, key=lambda separator: _headings_found(text, separator))
    try:
        return read_table(_unquoted(_records(text, best)))
    except csv.Error as error:
        raise RosterError("文本里的双引号不成对，后面的行分不开，请检查双引号再发。") from error


def _decoded(data: bytes) -> str:
    encodings = ["utf-8", "gb18030"]
    if data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif zeros := data.count(0):
        # Separators, digits and line ends have their zero behind them in little endian, before them in big endian.
        wide = "utf-16-le" if data[1::2].count(0) * 2 >= zeros else "utf-16-be"
        # Plain ASCII in UTF-16 is UTF-8 too, with every second letter a zero; a stray zero is just a bad letter.
        encodings = [wide] if zeros * 4 > len(data) else ["utf-8", wide]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterError("文字的编码认不出来，请另存为 UTF-8 的 .csv，或者直接发 .xlsx。")


def _records(text: str, separator: str) -> Iterator[list[str]]:
    # Strict: a quote that is never closed would otherwise swallow the rest of the list without a word.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _headings_found(text: str, separator: str) -> int:
    found = 0
    try:
        for row, _ in zip(_records(text, separator), range(HEADER_ROWS), strict=False):
            found = max(found, len(places_in(row)))
    except csv.Error:
        return found
    return found


def _unquoted(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Without the apostrophe that keeps a spreadsheet program from taking a cell of a text file for a formula."""
    for row in rows:
        yield [cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "'"} else cell for cell in row]
