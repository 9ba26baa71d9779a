"""Reports and lists of people as files for Excel."""

import io
import zipfile
from datetime import date, datetime, timedelta, timezone

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.people.roster import RosterRow
from bot.people.roster_reading import read_roster
from bot.people.roster_sheet import roster_csv, roster_sheet
from bot.reports.report import DueCase, Period, build_report
from bot.reports.sheets import report_sheet

DAY = date(2026, 11, 24)
READ = datetime(2026, 11, 24, 9, 5, 40, tzinfo=timezone(timedelta(hours=8)))
ROWS = (
    DueCase(DAY, "抢修班", 2**52 - 1, "张三", "a", "估超电量", "sent", "", READ, 1, 2),
    DueCase(DAY, "抢修班", 2, "李四", "a", "估超电量", "sent", "", None, 0, 0),
    DueCase(DAY - timedelta(days=1), "", 3, "王五", "b", "两根蜡烛", "failed", "把机器人拉黑了", None, 0, 0),
    DueCase(DAY, "营业厅", 4, "赵六", "a", "估超电量", "unknown", "", None, 0, 0),
    DueCase(DAY, "营业厅", 5, "孙七", "a", "估超电量", "waiting", "", None, 0, 0),
    DueCase(DAY, "营业厅", 6, "周八", "a", "估超电量", "failed", "", None, 0, 0),
)


def opened(data: bytes) -> Workbook:
    """The workbook, formulas as formulas."""
    return openpyxl.load_workbook(io.BytesIO(data))


def table(book: Workbook, name: str) -> list[dict[str, object]]:
    """The rows of a sheet under the titles of its columns."""
    titles, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


BOOK = pytest.fixture(lambda: opened(report_sheet(build_report(ROWS, Period.week(DAY)))), name="book")


def test_every_sheet_has_a_bold_frozen_heading_and_sensible_widths(book: Workbook) -> None:
    """The five sheets are there in order; headings stay in sight, and columns are neither slits nor walls."""
    assert book.sheetnames == ["汇总", "班组", "人员", "未完成", "题目"]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(8 <= dimension.width <= 50 for dimension in sheet.column_dimensions.values())


def test_the_summary_has_the_totals_and_then_each_day(book: Workbook) -> None:
    """Days are dates, shares are numbers that show as percentages, a share of nothing is an empty cell."""
    whole, monday, tuesday = table(book, "汇总")

    assert (whole["时间"], whole["范围"]) == ("2026年第48周 合计", "全站")
    assert [whole[title] for title in ("应送", "送达", "没送到", "不知是否送到", "还没发", "已学", "送达未学")] == [
        6,
        2,
        2,
        1,
        1,
        1,
        1,
    ]
    assert whole["送达率"] == pytest.approx(1 / 3)
    assert whole["正确率"] == pytest.approx(1 / 3)
    assert (monday["时间"], monday["应送"], monday["正确率"]) == (datetime(2026, 11, 23), 1, None)  # noqa: DTZ001 - as a sheet has it
    assert tuesday["应送"] == 5
    share = next(cell for cell in book["汇总"][2] if cell.value == pytest.approx(1 / 3))
    assert share.number_format == "0%"


def test_people_and_teams_are_listed(book: Workbook) -> None:
    """Numbers of people are text in full length, the last reading is the wall time of its zone."""
    people = table(book, "人员")
    teams = table(book, "班组")

    assert people[0]["姓名"] == "李四"
    last = next(row for row in people if row["姓名"] == "张三")
    assert (last["编号"], last["最近一次学习"]) == (str(2**52 - 1), datetime(2026, 11, 24, 9, 5))  # noqa: DTZ001 - as above
    assert {row["班组"]: (row["人数"], row["应送"]) for row in teams} == {
        "抢修班": (2, 2),
        "营业厅": (3, 3),
        "（没有班组）": (1, 1),
    }


def test_what_is_unfinished_is_listed_with_its_fate_and_reason(book: Workbook) -> None:
    """Every copy that was not read is there once, by day, team and name."""
    assert [(row["姓名"], row["情况"], row["原因"]) for row in table(book, "未完成")] == [
        ("王五", "没送到", "把机器人拉黑了"),
        ("李四", "送达未学", None),
        ("周八", "没送到", "没有记下原因"),
        ("孙七", "还没发", None),
        ("赵六", "不知是否送到", None),
    ]


def test_cases_are_listed_with_the_share_of_wrong_answers(book: Workbook) -> None:
    """The case that is most often got wrong comes first."""
    hardest, other = table(book, "题目")

    assert (hardest["案例"], hardest["答题"], hardest["答错"]) == ("估超电量", 3, 2)
    assert hardest["错误率"] == pytest.approx(2 / 3)
    assert (other["案例"], other["答题"], other["错误率"]) == ("两根蜡烛", 0, None)


@pytest.mark.parametrize("bad", ["=1+1", "+86 138", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "#REF!", "=\x07"])
def test_no_text_becomes_a_formula(bad: str) -> None:
    """Names, teams, titles and reasons stay the text they are, also after somebody edits the cell; so does no heading."""
    rows = [DueCase(DAY, bad, 1, bad, "a", bad, "failed", bad, None, 0, 1)]

    for data in (
        report_sheet(build_report(rows, Period.day(DAY), bad)),
        roster_sheet([RosterRow(2, 1, bad, bad, "staff", False)]),
    ):
        found = 0
        for sheet in opened(data).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f"
                    if cell.value == bad.replace("\x07", "\ufffd"):
                        found += 1
                        assert cell.data_type == "s"
                        assert cell.quotePrefix or bad.startswith("#")
        assert found >= 2
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


@given(st.text(), st.text(), st.integers(0, 3))
@settings(deadline=None, max_examples=30)
def test_any_text_can_be_written(name: str, reason: str, wrong: int) -> None:
    """Control characters, lone surrogates and very long texts do not stop an export."""
    rows = [DueCase(DAY, name, 1, name * 500, "a", reason, "failed", reason, None, 0, wrong)]

    assert len(table(opened(report_sheet(build_report(rows, Period.day(DAY)))), "未完成")) == 1


def test_an_empty_report_is_a_workbook_too() -> None:
    """Nothing due gives headings and a line of zeros."""
    book = opened(report_sheet(build_report([], Period.month(DAY))))

    assert [len(table(book, name)) for name in book.sheetnames] == [1, 0, 0, 0, 0]
    assert table(book, "汇总")[0]["应送"] == 0


def test_the_list_of_people_offers_roles_and_states_to_choose_from() -> None:
    """The two columns have drop-down lists; numbers are text so that Excel never shortens them."""
    data = roster_sheet([RosterRow(9, 2**52 - 1, "张三", "抢修班", "trainer", True)])
    sheet = opened(data).worksheets[0]

    assert [cell.value for cell in sheet[2]] == [str(2**52 - 1), "张三", "抢修班", "培训员", "停用"]
    assert sheet["A2"].number_format == "@"
    assert sheet.column_dimensions["A"].number_format == "@"
    assert {choice.formula1 for choice in sheet.data_validations.dataValidation} == {
        '"员工,培训员,管理员"',
        '"在用,停用"',
    }


def test_the_text_of_people_opens_in_excel_and_runs_nothing() -> None:
    """It begins with the mark by which Excel knows UTF-8; what looks like a formula has an apostrophe before it."""
    data = roster_csv([RosterRow(2, 1, "=1+1", "'a", "staff", False)])

    assert data == "\ufeff编号,姓名,班组,角色,状态\r\n1,'=1+1,''a,员工,在用\r\n".encode()
    assert read_roster("a.csv", data).rows == (RosterRow(2, 1, "=1+1", "'a", "staff", False),)
