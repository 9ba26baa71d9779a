"""The rows of a list of people: which column is which, and what is wrong in which cell."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from openpyxl.cell.cell import ERROR_CODES

from bot.people.roster import (
    BIGGEST_ID,
    COLUMNS,
    LONGEST,
    MOST_PEOPLE,
    ROLES,
    STATES,
    Roster,
    RosterError,
    RosterFault,
    RosterRow,
)
from bot.station.accounts import SERVICE_ACCOUNTS

HEADER_ROWS = 10
MOST_COLUMNS = 64
_LAST_LINE = 1_048_576
"""Of a sheet in Excel; a file may claim more, and each would be an empty row."""
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
# Zero-width blanks, soft hyphens and byte order marks come in by copy and paste, and make two names out of one.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n\r\t\v\f\x1c-\x1f\x85\u2028\u2029]+")
# They turn the text around them: a name could pass for another one.
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SCIENTIFIC = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?E\+?(\d{1,3})", re.IGNORECASE | re.ASCII)


class HeadingError(RosterError):
    """A sheet without the heading of a list; another sheet may have it."""


def read_table(table: Iterable[Sequence[object]]) -> Roster:
    """Read the rows of a sheet or a text.

    Raises:
        RosterError: If there is no usable heading, nobody below it, or too many people.
    """
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
        found = places_in(row)
        if len({*found}) == len(COLUMNS):
            for column, title in enumerate(COLUMNS):
                if found.count(column) > 1:
                    raise HeadingError(f"表头里有两列都是“{title}”，请只留一列。")
            by_column = {column: place for place, column in _headings(row)}
            return [by_column[column] for column in range(len(COLUMNS))]
        nearest = max(nearest, found, key=len)
        if line == HEADER_ROWS:
            break
    if len(nearest) >= 2:
        missing = "、".join(title for column, title in enumerate(COLUMNS) if column not in nearest)
        raise HeadingError(f"表头里缺少这几列：{missing}。")
    raise HeadingError(f"前 {HEADER_ROWS} 行里没有找到表头，表头要有：{'、'.join(COLUMNS)}。")


def places_in(row: Sequence[object]) -> list[int]:
    """Which of COLUMNS the cells of a row name."""
    return [column for _, column in _headings(row)]


def _headings(row: Sequence[object]) -> list[tuple[int, int]]:
    """Cells that name a column: place in the row, place in COLUMNS."""
    return [
        (place, column)
        for place, cell in enumerate(row[:MOST_COLUMNS])
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
