"""Reports and lists of people as files for Excel and WPS."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.people.roster import COLUMNS, ROLES, STATES, RosterRow
from bot.reports.report import DueCase, Report, Tally

_Value = str | int | float | date | datetime | None

_SHARE = "0%"
_DAY = "yyyy-mm-dd"
_MINUTE = "yyyy-mm-dd hh:mm"
_TEXT = "@"
_NO_TEAM = "（没有班组）"
# What XML can't hold; a name may well contain it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@")
_TALLY_TITLES = ("应送", "送达", "没送到", "不知是否送到", "还没发", "已学", "送达未学", "送达率", "已学率")
_QUIZ_TITLES = ("答题", "答对", "答错", "正确率")


def report_sheet(report: Report) -> bytes:
    """A report as .xlsx with the sheets 汇总, 班组, 人员, 未完成 and 题目.

    Times are written as the report has them, in the zone in which they came.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    scope = report.team or "全站"
    _add_sheet(
        book,
        "汇总",
        ("时间", "范围", *_TALLY_TITLES, *_QUIZ_TITLES),
        [
            (f"{report.period.name} 合计", scope, *_tally(report.totals), *_quiz(report.totals)),
            *((line.day, scope, *_tally(line.tally), *_quiz(line.tally)) for line in report.days),
        ],
    )
    _add_sheet(
        book,
        "班组",
        ("班组", "人数", *_TALLY_TITLES, *_QUIZ_TITLES),
        ((line.team or _NO_TEAM, line.people, *_tally(line.tally), *_quiz(line.tally)) for line in report.teams),
    )
    _add_sheet(
        book,
        "人员",
        ("姓名", "班组", "编号", *_TALLY_TITLES, *_QUIZ_TITLES, "最近一次学习"),
        (
            (
                line.name,
                line.team or _NO_TEAM,
                str(line.user_id),
                *_tally(line.tally),
                *_quiz(line.tally),
                line.last_read,
            )
            for line in report.people
        ),
    )
    _add_sheet(
        book,
        "未完成",
        ("日期", "班组", "姓名", "编号", "案例", "情况", "原因"),
        (
            (row.day, row.team or _NO_TEAM, row.name, str(row.user_id), row.case_title, fate, reason)
            for row, fate, reason in _unfinished(report)
        ),
    )
    _add_sheet(
        book,
        "题目",
        ("案例", "应送", "已学", "答题", "答对", "答错", "错误率"),
        (
            (
                line.title,
                line.tally.due,
                line.tally.read,
                line.tally.answers,
                line.tally.right,
                line.tally.wrong,
                line.tally.wrong_share,
            )
            for line in report.cases
        ),
    )
    return _saved(book)


def roster_sheet(rows: Iterable[RosterRow]) -> bytes:
    """A list of people as .xlsx that `read_roster` reads back; the lines of the rows are not looked at."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = _add_sheet(book, "名单", COLUMNS, map(_roster_cells, rows))
    for column, allowed in ((4, ROLES), (5, STATES)):
        choice = DataValidation(
            type="list",
            formula1=f'"{",".join(allowed)}"',
            showErrorMessage=True,
            error=f"只能填：{'、'.join(allowed)}",
        )
        choice.add(f"{get_column_letter(column)}2:{get_column_letter(column)}20001")
        sheet.add_data_validation(choice)
    # A number typed below the list stays text too, and is never shown as 1.23E+09.
    sheet.column_dimensions["A"].number_format = _TEXT
    return _saved(book)


def roster_csv(rows: Iterable[RosterRow]) -> bytes:
    """A list of people as .csv in UTF-8 that `read_roster` reads back; with the mark by which Excel knows the encoding."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([_harmless(cell) for cell in _roster_cells(row)] for row in rows)
    return written.getvalue().encode("utf-8-sig", errors="replace")


def _roster_cells(row: RosterRow) -> tuple[str, str, str, str, str]:
    role = next(shown for shown, meant in ROLES.items() if meant == row.role)
    state = next(shown for shown, meant in STATES.items() if meant == row.suspended)
    return str(row.user_id), row.name, row.team, role, state


def _harmless(cell: str) -> str:
    """With the apostrophe that keeps a spreadsheet program from running it as a formula, as `read_roster` knows it."""
    return "'" + cell if cell.startswith((*_FORMULA, "'")) else cell


def _tally(tally: Tally) -> tuple[_Value, ...]:
    return (
        tally.due,
        tally.reached,
        tally.failed,
        tally.unknown,
        tally.pending,
        tally.read,
        tally.unread,
        tally.reached_share,
        tally.read_share,
    )


def _quiz(tally: Tally) -> tuple[_Value, ...]:
    return tally.answers, tally.right, tally.wrong, tally.right_share


def _unfinished(report: Report) -> list[tuple[DueCase, str, str]]:
    """Every copy that was not read, with its fate and the reason, ordered by day, team and name."""
    found = [
        *((row, "送达未学", "") for row in report.unread),
        *((row, "没送到", row.reason or "没有记下原因") for row in report.failed),
        *((row, "不知是否送到", row.reason) for row in report.unknown),
        *((row, "还没发", row.reason) for row in report.pending),
    ]
    return sorted(found, key=lambda item: (item[0].day, item[0].team, item[0].name, item[0].user_id))


# ---- how a sheet is written


def _add_sheet(book: Workbook, name: str, titles: Sequence[str], rows: Iterable[Sequence[_Value]]) -> Worksheet:
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


def _cell(sheet: Worksheet, value: _Value) -> Cell:
    """A cell; a text stays a text whatever it begins with, also when somebody edits it later."""
    cell = Cell(sheet, 1, 1)  # `append` gives it its place
    if isinstance(value, str):
        text = _ILLEGAL.sub("\ufffd", value)
        cell.value = text
        cell.data_type = "s"  # openpyxl took it for a formula where it begins with =
        cell.number_format = _TEXT
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


def _width(value: _Value) -> int:
    """How wide a value is, in digits; a Chinese character takes two."""
    if isinstance(value, str):
        return sum(1 if letter < "\u2e80" else 2 for letter in value)
    if isinstance(value, datetime):
        return 16
    return 10 if isinstance(value, date) else 5


def _saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
