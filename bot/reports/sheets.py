"""Reports and lists of people as files for Excel and WPS."""

from collections.abc import Iterator

from openpyxl import Workbook

from bot.chat.spreadsheet import Value, add_sheet, saved
from bot.reports.report import CaseLine, DueCase, PersonLine, Report, Tally, TeamLine

_NO_TEAM = "（没有班组）"
_TALLY_TITLES = ("应送", "送达", "没送到", "不知是否送到", "还没发", "已学", "送达未学", "送达率", "已学率")
_QUIZ_TITLES = ("答题", "答对", "答错", "正确率")


def report_sheet(report: Report) -> bytes:
    """A report as .xlsx with the sheets 汇总, 班组, 人员, 未完成 and 题目.

    Times are written as the report has them, in the zone in which they came.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    titles = (*_TALLY_TITLES, *_QUIZ_TITLES)
    unfinished_titles = ("日期", "班组", "姓名", "编号", "案例", "情况", "原因")
    add_sheet(book, "汇总", ("时间", "范围", *titles), _total_rows(report))
    add_sheet(book, "班组", ("班组", "人数", *titles), map(_team_row, report.teams))
    add_sheet(book, "人员", ("姓名", "班组", "编号", *titles, "最近一次学习"), map(_person_row, report.people))
    add_sheet(book, "未完成", unfinished_titles, _unfinished_rows(report))
    add_sheet(book, "题目", ("案例", "应送", "已学", "答题", "答对", "答错", "错误率"), map(_case_row, report.cases))
    return saved(book)


def _total_rows(report: Report) -> Iterator[tuple[Value, ...]]:
    scope = report.team or "全站"
    yield f"{report.period.name} 合计", scope, *_tally(report.totals), *_quiz(report.totals)
    for line in report.days:
        yield line.day, scope, *_tally(line.tally), *_quiz(line.tally)


def _team_row(line: TeamLine) -> tuple[Value, ...]:
    return line.team or _NO_TEAM, line.people, *_tally(line.tally), *_quiz(line.tally)


def _person_row(line: PersonLine) -> tuple[Value, ...]:
    who = line.name, line.team or _NO_TEAM, str(line.user_id)
    return *who, *_tally(line.tally), *_quiz(line.tally), line.last_read


def _unfinished_rows(report: Report) -> Iterator[tuple[Value, ...]]:
    for row, fate, reason in _unfinished(report):
        yield row.day, row.team or _NO_TEAM, row.name, str(row.user_id), row.case_title, fate, reason


def _case_row(line: CaseLine) -> tuple[Value, ...]:
    tally = line.tally
    return line.title, tally.due, tally.read, tally.answers, tally.right, tally.wrong, tally.wrong_share


def _tally(tally: Tally) -> tuple[Value, ...]:
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


def _quiz(tally: Tally) -> tuple[Value, ...]:
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
