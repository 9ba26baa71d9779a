"""A station's list of people, as an office clerk keeps it in Excel or WPS.

What is wrong with single cells comes back as faults, all at once; a file that can't be read at all raises RosterError.
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import NoReturn

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES

from bot.station.accounts import SERVICE_ACCOUNTS
from retrieval.errors import PolicybotError

COLUMNS = ("编号", "姓名", "班组", "角色", "状态")
ROLES: Mapping[str, str] = {"员工": "staff", "培训员": "trainer", "管理员": "admin"}
"""What the list says → what it means."""
STATES: Mapping[str, bool] = {"在用": False, "停用": True}
"""What the list says → whether the person is suspended."""
LONGEST = 32
"""Characters of a name, and of a team."""
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_PEOPLE = 20_000
BIGGEST_ID = 2**52 - 1
"""Telegram promises that its numbers fit into 52 bits."""

_HEADER_ROWS = 10
_MOST_COLUMNS = 64
_MOST_PARTS = 1000
_MOST_TAGS = 1_500_000
_LAST_LINE = 1_048_576
"""Of a sheet in Excel; a file may claim more, and each would be an empty row."""
_TOO_MUCH = "这个表格解开以后太大了，请把名单复制到一张新表里再发。"
_SYNONYMS = {
    "编号": 0,
    "id": 0,
    "tg号": 0,
    "tgid": 0,
    "tg编号": 0,
    "telegram编号": 0,
    "telegram号": 0,
    "telegramid": 0,
    "姓名": 1,
    "名字": 1,
    "班组": 2,
    "班": 2,
    "组": 2,
    "角色": 3,
    "身份": 3,
    "权限": 3,
    "状态": 4,
}
"""Headings as `_heading` leaves them → place in COLUMNS."""
_SEPARATORS = (",", "\t", ";", "\uff0c", "\uff1b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATIONS = re.compile(b"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Zero-width blanks, soft hyphens and byte order marks come in by copy and paste, and make two names out of one.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n\r\t\v\f\x1c-\x1f\x85\u2028\u2029]+")
# They turn the text around them: a name could pass for another one.
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SCIENTIFIC = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?E\+?(\d{1,3})", re.IGNORECASE | re.ASCII)


class RosterError(PolicybotError):
    """A list that can't be read at all; the message is one sentence in Chinese for the person who sent it."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person.

    Attributes:
        line: From 1, as the spreadsheet shows it.
        user_id: Telegram's number, 1 to `BIGGEST_ID`.
        name: 1 to `LONGEST` characters, no control characters; `team` likewise, but may be empty.
        role: staff, trainer or admin.
    """

    line: int
    user_id: int
    name: str
    team: str
    role: str
    suspended: bool


@dataclass(frozen=True, slots=True, order=True)
class RosterFault:
    """One thing that the clerk has to mend.

    Attributes:
        line: From 1, as the spreadsheet shows it.
        column: One of COLUMNS.
        message: In plain Chinese; may quote what the cell says.
    """

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A list as it was read. Every line that holds anything is in `rows` or has a fault, never both.

    Attributes:
        rows: In the order of the file.
        faults: Ordered by line, then as the columns stand in COLUMNS.
    """

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]


_Table = Iterable[Sequence[object]]


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


# ---- the two kinds of file


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
            return _read_table(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True))
        except _HeadingError as error:
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
        return _read_table(_unquoted(_records(text, best)))
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
        for row, _ in zip(_records(text, separator), range(_HEADER_ROWS), strict=False):
            found = max(found, len(_places(row)))
    except csv.Error:
        return found
    return found


def _unquoted(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Without the apostrophe that keeps a spreadsheet program from taking a cell of a text file for a formula."""
    for row in rows:
        yield [cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "'"} else cell for cell in row]


# ---- the table


class _HeadingError(RosterError):
    """A sheet without the heading of a list; another sheet may have it."""


def _read_table(table: _Table) -> Roster:
    lines = enumerate(table, 1)
    places = _find_heading(lines)
    records: list[_Record] = []
    for line, row in lines:
        if line > _LAST_LINE:
            break
        cells = [_text(row[place]) if place < len(row) else "" for place in places]
        if not any(cells):
            continue
        if len(records) == MOST_PEOPLE:
            raise RosterError(f"名单超过 {MOST_PEOPLE} 人了，请分几次发。")
        records.append(_Record(line, cells))
    if not records:
        raise RosterError("名单里只有表头，一个人也没有。")
    _mark_repeated(records)
    return Roster(
        tuple(record.row() for record in records if not record.faults),
        tuple(fault for record in records for fault in record.ordered_faults()),
    )


def _find_heading(lines: Iterator[tuple[int, Sequence[object]]]) -> list[int]:
    """The places of COLUMNS in the file; `lines` then goes on behind the heading."""
    nearest: Sequence[int] = ()
    for line, row in lines:
        found = _places(row)
        if len({*found}) == len(COLUMNS):
            for column, title in enumerate(COLUMNS):
                if found.count(column) > 1:
                    raise _HeadingError(f"表头里有两列都是“{title}”，请只留一列。")
            by_column = {column: place for place, column in _headings(row)}
            return [by_column[column] for column in range(len(COLUMNS))]
        nearest = max(nearest, found, key=len)
        if line == _HEADER_ROWS:
            break
    if len(nearest) >= 2:
        missing = "、".join(title for column, title in enumerate(COLUMNS) if column not in nearest)
        raise _HeadingError(f"表头里缺少这几列：{missing}。")
    raise _HeadingError(f"前 {_HEADER_ROWS} 行里没有找到表头，表头要有：{'、'.join(COLUMNS)}。")


def _places(row: Sequence[object]) -> list[int]:
    """Which of COLUMNS the cells of a row name."""
    return [column for _, column in _headings(row)]


def _headings(row: Sequence[object]) -> list[tuple[int, int]]:
    """Cells that name a column: place in the row, place in COLUMNS."""
    return [
        (place, column)
        for place, cell in enumerate(row[:_MOST_COLUMNS])
        if cell is not None and (column := _SYNONYMS.get(_heading(str(cell)))) is not None
    ]


def _heading(cell: str) -> str:
    """A heading without what people hang on to it: `＊ 编号（Telegram）：` is 编号."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", cell[:100])).lower()
    return "".join(re.sub(r"\(.*\)|[*:_]", "", plain).split())


class _Record:
    """One line while it is read."""

    def __init__(self, line: int, cells: Sequence[str]) -> None:
        self.line = line
        self.faults: list[RosterFault] = []
        self.user_id = self._number(cells[0])
        self._name = self._words(COLUMNS[1], cells[1])
        if not cells[1]:
            self.fault(COLUMNS[1], "没有填姓名。")
        self._team = self._words(COLUMNS[2], cells[2])
        self._role = self._choice(COLUMNS[3], cells[3], ROLES)
        self._state = self._choice(COLUMNS[4], cells[4], STATES)

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong."""
        self.faults.append(RosterFault(self.line, column, message))

    def ordered_faults(self) -> list[RosterFault]:
        """All that is wrong, as the columns stand."""
        return sorted(self.faults, key=lambda fault: COLUMNS.index(fault.column))

    def row(self) -> RosterRow:
        """The person; only where nothing is wrong."""
        return RosterRow(self.line, self.user_id or 0, self._name, self._team, ROLES[self._role], STATES[self._state])

    def _number(self, cell: str) -> int | None:
        # A leading apostrophe is how one types a number as text.
        written = "".join(unicodedata.normalize("NFKC", cell[:200]).replace("\u2212", "-").split()).lstrip("'’")
        digits, fault = _digits(written)
        if not fault and digits:
            number = int(digits) if len(digits) <= 16 else BIGGEST_ID + 1
            if number in SERVICE_ACCOUNTS:
                fault = (
                    f"编号 {number} 是 Telegram 的系统账号，不是人的编号。请让本人私聊机器人发 /start，看自己的编号。"
                )
            elif 0 < number <= BIGGEST_ID:
                return number
            else:
                fault = (
                    "编号要大于 0。" if number == 0 else f"编号 {_quoted(written)} 太长了，Telegram 没有这么长的编号。"
                )
        self.fault(COLUMNS[0], fault)
        return None

    def _words(self, column: str, cell: str) -> str:
        if cell in ERROR_CODES:
            self.fault(column, f"这一格的公式出错了（{cell}），请直接填文字。")
        elif any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or letter in _TURNING for letter in cell):
            self.fault(column, f"{column}里有换行或者看不见的控制字符，请删掉重新打一遍。")
        elif len(cell) > LONGEST:
            self.fault(column, f"{column}太长了：{len(cell)} 个字，最多 {LONGEST} 个。")
        return cell

    def _choice(self, column: str, cell: str, allowed: Mapping[str, object]) -> str:
        chosen = "".join(unicodedata.normalize("NFKC", cell[:200]).split())
        if chosen not in allowed:
            what = f"{column}“{_quoted(cell)}”不认识" if cell else f"没有填{column}"
            self.fault(column, f"{what}，只能填：{'、'.join(allowed)}。")
        return chosen


def _digits(written: str) -> tuple[str, str]:
    """The digits of a number without leading zeros, or what is wrong with it; never both."""
    if not written:
        return "", "没有填编号。"
    fault = f"编号 {_quoted(written)} 不是数字，编号是 Telegram 给的一串数字。"
    if found := _SCIENTIFIC.fullmatch(written):
        sign, whole, fraction, power = found[1], found[2], found[3] or "", int(found[4])
        if len(fraction) < power:
            return (
                "",
                f"编号 {_quoted(written)} 被表格改成了科学计数，后面的位数丢了；请把这一列设成文本，重新填完整的编号。",
            )
        written = f"{sign}{whole}{fraction[:power]}.{fraction[power:]}"
    # 1234567.0 is what a program makes of a whole number that it took for a measure.
    found = re.fullmatch(r"([+-]?)(\d+)(?:\.0*)?", written, re.ASCII)
    if not found:
        return "", "编号要是整数，不能带小数。" if re.fullmatch(r"[+-]?\d*\.\d+", written, re.ASCII) else fault
    if found[1] == "-" and found[2].strip("0"):
        return "", f"编号 {_quoted(written)} 是负数，那是群的编号；这里要填个人的编号。"
    return found[2].lstrip("0") or "0", ""


def _mark_repeated(records: Sequence[_Record]) -> None:
    """All lines of a number that stands more than once are at fault: nobody can say which one is meant."""
    by_number: dict[int, list[_Record]] = {}
    for record in records:
        if record.user_id is not None:
            by_number.setdefault(record.user_id, []).append(record)
    for number, same in by_number.items():
        if len(same) > 1:
            lines = "、".join(str(record.line) for record in same[:5]) + ("等" if len(same) > 5 else "")
            for record in same:
                record.fault(COLUMNS[0], f"编号 {number} 重复了：第 {lines} 行都是它。")


def _text(cell: object) -> str:
    """A cell as a person would read it, without blanks around it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        # Never in scientific notation: a whole number is written in full.
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return _BLANKS.sub(" ", _UNSEEN.sub("", str(cell).strip())).strip()


def _quoted(text: str) -> str:
    """What a cell says, short enough for a message."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 20 else plain[:20] + "…"
