"""Reports on the daily case, for trainers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label, rows
from bot.daily.rows import Team
from bot.people.teams import team_key, team_name
from bot.reports.press import SendSheet, ShowReport
from bot.reports.report import Period, PeriodKind, Report

_KINDS: Mapping[PeriodKind, Literal["d", "w", "m"]] = {PeriodKind.DAY: "d", PeriodKind.WEEK: "w", PeriodKind.MONTH: "m"}
_WORDS = {PeriodKind.DAY: "日报", PeriodKind.WEEK: "周报", PeriodKind.MONTH: "月报"}
_UNITS = {PeriodKind.DAY: "一天", PeriodKind.WEEK: "周", PeriodKind.MONTH: "月"}
_NAMES = 20
NOTHING_YET = "这段时间还没有发过每日一案。"


def title(period: Period, team: str | None) -> str:
    """每日一案周报 · 抢修一班."""
    return f"每日一案{_WORDS[period.kind]} · {team_name(team) if team is not None else '全站'}"


def caption(report: Report, team: str | None) -> str:
    """The words below a report's picture, in HTML, at most 1024 UTF-16 units shown."""
    totals = report.totals
    lines = [f"📊 <b>{escape(title(report.period, team))}</b>　{escape(report.period.name)}"]
    if not totals.due:
        return "\n".join([*lines, NOTHING_YET])
    lines.append(
        f"应收 {totals.due}，收到 {totals.reached}，已学 {totals.read}；答对 {totals.right} 题，答错 {totals.wrong} 题"
    )
    names = list(dict.fromkeys(row.name for row in report.unread))
    if names:
        shown = "、".join(names[:_NAMES])
        lines.append(f"还没学：{escape(shown)}{f'等 {len(names)} 人' if len(names) > _NAMES else ''}")
    lost = list(dict.fromkeys(row.name for row in (*report.failed, *report.unknown)))
    if lost:
        shown = "、".join(lost[:_NAMES])
        lines.append(f"没收到或说不准：{escape(shown)}{f'等 {len(lost)} 人' if len(lost) > _NAMES else ''}")
    text = "\n".join(lines)
    return text if len(text) <= 900 else text[:900].rsplit("、", 1)[0] + "……"


def data(period: Period, team: str | None, *, sheet: bool = False) -> str:
    """The data of a button that shows a report; as a spreadsheet or as a picture."""
    kind = SendSheet if sheet else ShowReport
    return kind(_KINDS[period.kind], period.start, team_key(team) if team is not None else "*").pack()


def buttons(period: Period, team: str | None, teams: Sequence[Team], today: date) -> Keyboard:
    """Other periods, other teams, and the spreadsheet."""
    kinds = tuple(
        Button(("✓ " if other.kind is period.kind else "") + word, data(other, team))
        for other, word in (
            (Period.day(min(period.end, today)), "日"),
            (Period.week(min(period.end, today)), "周"),
            (Period.month(min(period.end, today)), "月"),
        )
    )
    unit = _UNITS[period.kind]
    turn = [Button(f"◀ 上{unit}", data(period.previous(), team))]
    if period.end < today:
        turn.append(Button(f"下{unit} ▶", data(period.next(), team)))
    wheres: list[Button] = []
    if len(teams) > 1:
        wheres = [Button(("✓ " if team is None else "") + "全站", data(period, None))]
        wheres += [
            Button(button_label(("✓ " if each.name == team else "") + team_name(each.name)), data(period, each.name))
            for each in teams[:11]
        ]
    return (kinds, tuple(turn), *rows(wheres, 3), (Button("📄 要 Excel 表", data(period, team, sheet=True)),))


def weekly(report: Report) -> Reply:
    """The words of the weekly summary where its picture can't be drawn."""
    return Reply(caption(report, None))
