"""What trainers plan the daily case with."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.chat.buttons import Button
from bot.chat.callback_data import CallbackData
from bot.chat.markup import escape, split_html, utf16_length
from bot.chat.reply import Reply, button_label, rows, turning
from bot.daily.press import (
    WEEKDAYS,
    AddDays,
    Cases,
    ChangeSetting,
    Home,
    OfPlan,
    OneDay,
    OnePlan,
    OneTeam,
    OwnDays,
    OwnDaysPage,
    RemoveDay,
    SendForSure,
    SendNow,
    SendTo,
    Setting,
    Settings,
    Step,
    Weekday,
)
from bot.daily.rows import Team
from bot.daily.slots import Slot
from bot.daily.words import day_name
from bot.daily.written_days import MOST as MOST_DAYS
from bot.daily.written_days import DaysFault
from bot.generation.generations import record_key
from bot.people.teams import team_key, team_name
from bot.storage.schema import PlanState
from retrieval.model import Case

_WEEKDAYS = "一二三四五六日"
_LONGEST = 3900
_CASES_A_PAGE = 7
NAMES = 30
OWN_DAYS_A_PAGE = 10
"""Days that the station arranges itself, on one page."""
FOREWORD_ASKED = "请把要写在案例前面的话发过来（200 字以内）。发“不要”就去掉。"
TIME_ASKED = "请把时间发过来，写成 08:30 或者“八点半”都行。"
NOT_A_TIME = "没看懂是几点，请写成 08:30 或者“八点半”这样。"
TOO_LATE = "这一天的已经发出去了，或者别人刚改过，请重新打开看看。"
NOBODY_THERE = "那里现在没有人能收：没人开通、都停收了，或者都屏蔽了机器人。"
STATES = {
    PlanState.PROPOSED: "等您点头",
    PlanState.READY: "到点就发",
    PlanState.GOING: "正在发",
    PlanState.DONE: "已发完",
    PlanState.SKIPPED: "不发",
    PlanState.CANCELLED: "已收回",
}


def team_list(teams: Sequence[tuple[Team, int]], warning: str | None) -> Reply:
    """Which team's days?

    Args:
        teams: With the number of people who get the case.
        warning: Of the calendar, where its data end soon.
    """
    lines = ["📅 <b>每日一案</b>　看哪个班组的安排？"]
    lines += [f"· {escape(team_name(team.name))}：{count} 人收，{escape(_times(team))}" for team, count in teams]
    if not teams:
        lines.append("还没有人在用，先用 /invite 请人进来。")
    if warning:
        lines.append(f"⚠️ {escape(warning)}")
    buttons = [Button(button_label(team_name(team.name)), OneTeam(team_key(team.name)).pack()) for team, _ in teams]
    more = (
        (Button("📣 现在就发一个案例", SendNow().pack()),),
        (Button("🏖 本所自己的休息日和上班日", OwnDays().pack()),),
    )
    return Reply("\n".join(lines), (*rows(buttons, 2), *more))


def _times(team: Team) -> str:
    if team.paused:
        return "停着"
    days = "每个工作日" if not team.weekdays else "每周" + "、".join(_WEEKDAYS[int(day) - 1] for day in team.weekdays)
    remind = f"，{team.remind_at} 提醒没学的" if team.remind_at else "，不提醒"
    return f"{days} {team.send_at} 发{'' if team.automatic else '（要您点头）'}{remind}"


def week(team: Team, slots: Sequence[Slot]) -> Reply:
    """Today and the next seven days of a team."""
    lines = [f"📅 <b>{escape(team_name(team.name))}</b>　{escape(_times(team))}"]
    buttons = []
    for slot in slots:
        if not slot.is_due:
            lines.append(f"<i>{day_name(slot.day)}　{escape(slot.why)}，不发</i>")
            continue
        title = slot.case.title if slot.case else "没有案例"
        state = STATES[slot.plan.state] if slot.plan else ("到点就发" if team.automatic else "到时等您点头")
        lines.append(f"{day_name(slot.day)}　{escape(title)}（{state}）")
        buttons.append(
            Button(f"{slot.day.month}/{slot.day.day}", OneDay(Step.SHOW, team_key(team.name), slot.day).pack())
        )
    settings = (Button("⚙ 时间和方式", Settings(team_key(team.name)).pack()), Button("↩ 返回", Home().pack()))
    return Reply("\n".join(lines), (*rows(buttons, 4), settings))


def own_days(days: Sequence[tuple[date, bool]], page: int, note: str = "") -> Reply:
    """The days that the station arranges otherwise than the calendar.

    Args:
        days: From today on, in order, with whether the station works.
        page: From 0; one that is not there shows the last one.
        note: What has just been done; left out where empty.
    """
    pages = max(1, -(-len(days) // OWN_DAYS_A_PAGE))
    page = min(page, pages - 1)
    here = days[page * OWN_DAYS_A_PAGE : (page + 1) * OWN_DAYS_A_PAGE]
    lines = [note] if note else []
    lines.append("🏖 <b>本所自己的休息日和上班日</b>" + (f"（第 {page + 1} 页，共 {pages} 页）" if pages > 1 else ""))
    lines += [f"· {full_day(day)}　{_works(works)}" for day, works in here]
    if not days:
        lines.append("以后的日子都照国家的放假安排，没有另外登记的。")
    lines.append("没登记的日子照国家的放假和调休安排。休息的日子不发每日一案。")
    turn = turning(lambda to: OwnDaysPage(to).pack(), page, pages)
    remove = [Button(f"✕ {day.month}/{day.day} {_works(works)}", RemoveDay(day).pack()) for day, works in here]
    add = (Button("＋ 加休息日", AddDays("0").pack()), Button("＋ 加上班日", AddDays("1").pack()))
    return Reply("\n".join(lines), (*rows(remove, 3), *turn, add, (Button("↩ 返回", Home().pack()),)))


def full_day(day: date) -> str:
    """2026年12月31日（周四）."""
    return f"{day.year}年{day_name(day)}"


def _works(works: bool) -> str:
    return "上班" if works else "休息"


def ask_own_days(*, works: bool) -> Reply:
    """Which days?"""
    return Reply(
        f"哪几天{_works(works)}？请把日期发过来，例如：12月31日；连着几天就写：12月30日到1月2日（一次最多 {MOST_DAYS} 天）。",
        ((Button("↩ 返回", OwnDays().pack()),),),
    )


def own_days_added(days: Sequence[date], *, works: bool) -> str:
    """That days were arranged, for the head of the list."""
    named = full_day(days[0]) if len(days) == 1 else f"{full_day(days[0])}到{full_day(days[-1])}，共 {len(days)} 天，"
    return f"✅ 记下了：{named}{_works(works)}。"


def own_day_removed(day: date, why: str) -> str:
    """That a day is as the calendar has it again, for the head of the list."""
    return f"✅ 去掉了：{full_day(day)}照国家的安排（{escape(why)}）。"


_NOT_DAYS = {
    DaysFault.UNREADABLE: "没看懂是哪天，请写成 12月31日 或者 12月30日到1月2日 这样。",
    DaysFault.NO_SUCH_DAY: "日历上没有这一天，请看看月份和日子写对没有。",
    DaysFault.PAST: "这天已经过去了，只能登记今天和以后的日子；要是说明年的，请把年份也写上。",
    DaysFault.TOO_FAR: "这天太远了，只能登记两年以内的日子。",
    DaysFault.BACKWARDS: "后一天在前一天的前面，请看看日期写反没有。",
    DaysFault.TOO_MANY: f"一次最多登记 {MOST_DAYS} 天，请分几次发。",
}


def not_days(fault: DaysFault) -> Reply:
    """What was written names no days; one more try is waited for."""
    return Reply(_NOT_DAYS[fault], ((Button("↩ 返回", OwnDays().pack()),),))


def day_card(slot: Slot, preview: str) -> Reply:
    """One day of a team: what goes out, word for word, and what can be done about it."""
    state = STATES[slot.plan.state] if slot.plan else ("到点就发" if slot.team.automatic else "到时等您点头")
    who = "轮到的" if slot.plan is None or slot.plan.changed_by is None else "培训员定的"
    lines = [f"📅 <b>{escape(team_name(slot.team.name))}</b> {day_name(slot.day)}：{state}（{who}）"]
    team, day = team_key(slot.team.name), slot.day
    buttons: list[tuple[Button, ...]] = []
    is_open = slot.plan is None or slot.plan.state in {PlanState.PROPOSED, PlanState.READY, PlanState.SKIPPED}
    if is_open and slot.case is not None:
        lines.append("员工看到的是这样：\n")
        first = []
        if slot.plan is not None and slot.plan.state is PlanState.SKIPPED:
            first.append(Button("还是发", OneDay(Step.TAKE, team, day).pack()))
        else:
            if (slot.plan.state is PlanState.PROPOSED) if slot.plan else not slot.team.automatic:
                first.append(Button("👌 就发这个", OneDay(Step.TAKE, team, day).pack()))
            first.append(Button("这天不发", OneDay(Step.SKIP, team, day).pack()))
        buttons.append((*first, Button("换一个案例", Cases(team, day).pack())))
        buttons.append(
            (
                Button("写几句话在前面", OneDay(Step.FOREWORD, team, day).pack()),
                Button("和后一天对调", OneDay(Step.SWAP, team, day).pack()),
            )
        )
    elif slot.plan is not None:
        buttons.append((Button("看发得怎么样", OnePlan(OfPlan.SHOW, slot.plan.id).pack()),))
    buttons.append((Button("↩ 返回", OneTeam(team).pack()),))
    head = "\n".join(lines)
    if not is_open or slot.case is None:
        return Reply(head, tuple(buttons))
    body = preview if utf16_length(preview) + utf16_length(head) < _LONGEST else split_html(preview, 3000)[0]
    return Reply(f"{head}\n{body}", tuple(buttons))


def case_choice(
    cases: Sequence[Case],
    shown: Mapping[str, date],
    page: int,
    choose: Callable[[str], CallbackData],
    turn: Callable[[int], CallbackData],
    back: CallbackData,
) -> Reply:
    """Which case?

    Args:
        cases: All of them.
        shown: When the team last had each, or will have.
        page: From 0.
        choose: What the button of a case carries, given the case's key.
        turn: What the button to a page carries.
        back: What the button that leads back carries.
    """
    pages = max(1, -(-len(cases) // _CASES_A_PAGE))
    page = min(page, pages - 1)
    here = cases[page * _CASES_A_PAGE : (page + 1) * _CASES_A_PAGE]
    lines = [f"选哪个案例？（第 {page + 1} 页，共 {pages} 页）"]
    lines += [
        f"· {escape(case.title)}　<i>{f'{shown[case.id]:%m-%d} 发过或排了' if case.id in shown else '还没发过'}</i>"
        for case in here
    ]
    buttons = [(Button(button_label(case.title), choose(record_key(case)).pack()),) for case in here]
    turns = turning(lambda to: turn(to).pack(), page, pages)
    return Reply("\n".join(lines), (*buttons, *turns, (Button("↩ 返回", back.pack()),)))


def team_settings(team: Team) -> Reply:
    """When and how a team gets its case."""
    key = team_key(team.name)
    weekdays = [
        Button(f"{'✓' if day in team.weekdays else ''}周{_WEEKDAYS[int(day) - 1]}", Weekday(key, day).pack())
        for day in WEEKDAYS
    ]
    every = "✓ 每个工作日" if not team.weekdays else "每个工作日"
    return Reply(
        f"⚙ <b>{escape(team_name(team.name))}</b>\n{escape(_times(team))}\n\n"
        "选了周几，就只在那几天发；放假不发，调休上班的周六周日按选的来。",
        (
            (
                Button(f"几点发：{team.send_at}", ChangeSetting(Setting.SEND_AT, key).pack()),
                Button(f"几点提醒：{team.remind_at or '不提醒'}", ChangeSetting(Setting.REMIND_AT, key).pack()),
            ),
            (Button(every, Weekday(key, "0").pack()),),
            *rows(weekdays, 4),
            (
                Button(
                    "改成要我点头才发" if team.automatic else "改成自动发", ChangeSetting(Setting.AUTOMATIC, key).pack()
                ),
                Button("恢复发送" if team.paused else "先停一停", ChangeSetting(Setting.PAUSED, key).pack()),
            ),
            *(((Button("关掉提醒", ChangeSetting(Setting.NO_REMINDER, key).pack()),),) if team.remind_at else ()),
            (Button("↩ 返回", OneTeam(key).pack()),),
        ),
    )


def audience_choice(case: Case, teams: Sequence[tuple[Team, int]], everybody: int) -> Reply:
    """To whom is a case sent now?"""
    key = record_key(case)
    buttons = [
        Button(f"{button_label(team_name(team.name))}（{count}）", SendTo(key, team_key(team.name)).pack())
        for team, count in teams
    ]
    return Reply(
        f"📣 现在发：<b>{escape(case.title)}</b>\n发给谁？",
        (
            *rows(buttons, 2),
            (Button(f"全站（{everybody}）", SendTo(key, "*").pack()),),
            (Button("↩ 返回", SendNow().pack()),),
        ),
    )


def confirm_send(case: Case, team: str | None, count: int) -> Reply:
    """One more tap before a case goes out."""
    to = team_name(team) if team is not None else "全站"
    where = team_key(team) if team is not None else "*"
    return Reply(
        f"📣 把 <b>{escape(case.title)}</b> 现在发给 <b>{escape(to)}</b> 的 <b>{count}</b> 个人，确定吗？",
        (
            (
                Button(f"确定，发给 {count} 人", SendForSure(record_key(case), where).pack()),
                Button("算了", Home().pack()),
            ),
        ),
    )


def proposal(team: str, slot: Slot) -> Reply:
    """The morning's question to trainers whose team's case waits for a yes."""
    key, day = team_key(team), slot.day
    title = slot.case.title if slot.case else ""
    return Reply(
        f"📅 <b>{escape(team_name(team))}</b> 今天的每日一案等您点头：\n{escape(title)}\n{slot.team.send_at} 以后点了头才发。",
        (
            (
                Button("👌 就发这个", OneDay(Step.TAKE, key, day).pack()),
                Button("看看、换一个", OneDay(Step.SHOW, key, day).pack()),
                Button("今天不发", OneDay(Step.SKIP, key, day).pack()),
            ),
        ),
    )


def calendar_warning(warning: str) -> Reply:
    """What admins read when the calendar's data end soon."""
    return Reply(f"⚠️ {escape(warning)}")
