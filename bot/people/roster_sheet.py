"""Lists of people as files for Excel and WPS."""

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bot.chat.spreadsheet import TEXT, add_sheet, harmless, saved
from bot.people.roster import COLUMNS, ROLES, STATES, RosterRow


def roster_sheet(rows: Iterable[RosterRow]) -> bytes:
    """A list of people as .xlsx that `read_roster` reads back; the lines of the rows are not looked at."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = add_sheet(book, "名单", COLUMNS, map(_roster_cells, rows))
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
    sheet.column_dimensions["A"].number_format = TEXT
    return saved(book)


def roster_csv(rows: Iterable[RosterRow]) -> bytes:
    """A list of people as .csv in UTF-8 that `read_roster` reads back; with the mark by which Excel knows the encoding."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([harmless(cell) for cell in _roster_cells(row)] for row in rows)
    return written.getvalue().encode("utf-8-sig", errors="replace")


def _roster_cells(row: RosterRow) -> tuple[str, str, str, str, str]:
    role = next(shown for shown, meant in ROLES.items() if meant == row.role)
    state = next(shown for shown, meant in STATES.items() if meant == row.suspended)
    return str(row.user_id), row.name, row.team, role, state
