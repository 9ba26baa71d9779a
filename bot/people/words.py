"""What is said about people: coming in, who is who, invitations, one's own card, lists of people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.chat.buttons import Button, Keyboard
from bot.chat.callback_data import CallbackData
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label, rows, turning
from bot.people.changes import Change
from bot.people.press import (
    AskName,
    AskTeam,
    Card,
    ChooseRole,
    ChooseTeam,
    ConfirmRemoval,
    FirstRequest,
    Home,
    HomePage,
    Remove,
    Restore,
    SetRole,
    SetTeam,
    SomePage,
    Suspend,
    TeamPage,
)
from bot.people.rows import Crowd, Person, PersonState
from bot.people.teams import team_key
from bot.station.roles import Role

T = TypeVar("T")

ROLE_NAMES: Mapping[Role, str] = {Role.STAFF: "员工", Role.TRAINER: "培训员", Role.ADMIN: "管理员"}
ON_A_PAGE = 8
"""People, or teams, on one page of buttons."""
_MARKS = {Role.STAFF: "", Role.TRAINER: "📘", Role.ADMIN: "🔑"}
_ABILITIES = {
    Role.STAFF: "可以直接发问题，查规定和案例。",
    Role.TRAINER: "除了查规定，还能发每日一案、看谁已学、谁没学，发 /daily 开始。",
    Role.ADMIN: "除了培训员的事，还能管人：/people 看名单，/invite 邀请同事，/roster 导出名单。",
}

STALE = "这个按钮用不了了，请重新发 /people。"
ONLY_PRIVATE = "请到和我的私聊里办。"
NOT_YOUR_ROLE = "您现在的角色用不了这个。要用的话，请找管理员。"
LAST_ADMIN = "这是最后一位在用的管理员，不能这样改。请先让另一位同事当管理员。"
NOT_A_NAME = "这不像一个姓名。请只发姓名，例如：王强。不想改了，点上面的按钮就行。"
NOT_A_TEAM = "这不像一个班组名。请只发班组名，例如：抢修一班。不想改了，点上面的按钮就行。"
SUSPENDED = Reply("您的账号已停用，现在用不了。有疑问请找管理员。")

SUSPENDED_ALERT = "您的账号已停用，有疑问请找管理员。"


def moment(local: datetime) -> str:
    """A time on the station's clock: 11月24日 09:05."""
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def day(local: datetime) -> str:
    """A day by the station's clock: 2026年11月24日."""
    return f"{local.year}年{local.month}月{local.day}日"


def in_team(team: str) -> str:
    """A team as it stands in a person's card."""
    return team or "没分班组"


def who(person: Person) -> str:
    """A person in a few words: 王强，抢修一班，员工."""
    return f"{person.name}，{in_team(person.team)}，{ROLE_NAMES[person.role]}"


_HOME = Button("↩ 全部班组", Home().pack())
CANCEL = "不改了"


def overview(crowd: Crowd, waiting_count: int, page: int = 0) -> Reply:
    """How many people there are, and the teams as buttons.

    Args:
        crowd: The counts.
        waiting_count: Wishes that nobody has decided.
        page: Of the teams, from 0.
    """
    active = sum(crowd.roles.values())
    by_role = "、".join(f"{ROLE_NAMES[role]} {crowd.roles[role]}" for role in ROLE_NAMES if crowd.roles.get(role))
    lines = [f"👥 在用 <b>{active}</b> 人" + (f"：{by_role}" if by_role else "")]
    if crowd.suspended:
        lines.append(f"已停用 {crowd.suspended} 人")
    if crowd.unreachable:
        lines.append(f"收不到消息 {crowd.unreachable} 人（已屏蔽机器人）")
    lines.append("点班组看人；找人发 <code>/people 姓名</code>。")
    buttons = [
        Button(button_label(f"{in_team(team)}（{count}）"), TeamPage(team_key(team), 0).pack())
        for team, count in on_page(tuple(crowd.teams.items()), page)
    ]
    keyboard = [*rows(buttons, 2), *page_turns(len(crowd.teams), page, HomePage)]
    extra = []
    if waiting_count:
        extra.append(Button(f"🙋 等着开通（{waiting_count}）", FirstRequest().pack()))
    if crowd.suspended:
        extra.append(Button(f"已停用（{crowd.suspended}）", SomePage("s", 0).pack()))
    if crowd.unreachable:
        extra.append(Button(f"收不到的（{crowd.unreachable}）", SomePage("g", 0).pack()))
    return Reply("\n".join(lines), (*keyboard, *rows(extra, 3)))


def people_list(title: str, people: Sequence[Person], page: int, turn: Callable[[int], CallbackData]) -> Reply:
    """People as buttons, eight a page.

    Args:
        title: What they have in common.
        people: All of them.
        page: From 0; one that is not there shows the last one.
        turn: What the button to a page carries.
    """
    page = min(page, max(0, (len(people) - 1) // ON_A_PAGE))
    buttons = [Button(button_label(_short(person)), Card(person.id).pack()) for person in on_page(people, page)]
    html = f"<b>{escape(title)}</b>：{len(people)} 人" if people else f"<b>{escape(title)}</b>：没有人"
    return Reply(html, (*rows(buttons, 2), *page_turns(len(people), page, turn), (_HOME,)))


def found(name: str, people: Sequence[Person], more: bool) -> Reply:
    """People whose name holds a text.

    Args:
        name: The text.
        people: The first ones.
        more: Whether there are others.
    """
    if not people:
        return Reply(f"名单里没有叫“{escape(name)}”的人。", ((_HOME,),))
    buttons = [
        Button(button_label(f"{_short(person)} {person.team}".strip()), Card(person.id).pack()) for person in people
    ]
    html = f"名字里有“{escape(name)}”的："
    if more:
        html += f"\n太多了，只列出前 {len(people)} 位，请把名字写全一点。"
    return Reply(html, (*rows(buttons, 1), (_HOME,)))


def _short(person: Person) -> str:
    marks = "⏸" if person.state is PersonState.SUSPENDED else _MARKS[person.role]
    return f"{marks}{person.name}"


def on_page(things: Sequence[T], page: int) -> Sequence[T]:
    """What stands on a page, from 0."""
    return things[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]


def page_turns(count: int, page: int, turn: Callable[[int], CallbackData]) -> Keyboard:
    """The row that leads to the pages before and after."""
    return turning(lambda to: turn(to).pack(), page, -(-count // ON_A_PAGE))


def person_card(person: Person, since: datetime, note: str = "") -> Reply:
    """A person, and what an admin can do.

    Args:
        person: Not removed.
        since: When they came in, on the station's clock.
        note: What has just been done; left out where empty.
    """
    suspended = person.state is PersonState.SUSPENDED
    lines = [note] if note else []
    lines += [
        f"👤 <b>{escape(person.name)}</b>",
        f"班组：{escape(in_team(person.team))}",
        f"角色：{ROLE_NAMES[person.role]}" + ("（已停用）" if suspended else ""),
        f"编号：<code>{person.id}</code>，{day(since)}开通",
        "消息：收不到（已屏蔽机器人）" if person.unreachable_since else "消息：收得到",
        f"每日一案：{'接收' if person.wants_daily else '本人不收'}",
    ]
    state = Button("恢复", Restore(person.id).pack()) if suspended else Button("停用", Suspend(person.id).pack())
    return Reply(
        "\n".join(lines),
        (
            (
                Button("角色", ChooseRole(person.id).pack()),
                Button("班组", ChooseTeam(person.id, 0).pack()),
                Button("改名", AskName(person.id).pack()),
            ),
            (state, Button("移除", ConfirmRemoval(person.id).pack())),
            (Button("↩ 这个班组", TeamPage(team_key(person.team), 0).pack()), _HOME),
        ),
    )


def choose_role(person: Person) -> Reply:
    """Which role shall a person have?"""
    lines = [f"<b>{escape(person.name)}</b>现在是{ROLE_NAMES[person.role]}，改成："]
    lines += [f"· {ROLE_NAMES[role]}：{_ABILITIES[role]}" for role in ROLE_NAMES]
    buttons = [
        Button(f"{'✓ ' if role is person.role else ''}{name}", SetRole(person.id, int(role)).pack())
        for role, name in ROLE_NAMES.items()
    ]
    return Reply("\n".join(lines), (*rows(buttons, 3), (_back_to(person),)))


def choose_team(person: Person, teams: Sequence[str], page: int) -> Reply:
    """Which team shall a person be in?

    Args:
        person: Whom it is about.
        teams: Those that there are.
        page: Of them, from 0.
    """
    buttons = [
        Button(
            button_label(f"{'✓ ' if team == person.team else ''}{in_team(team)}"),
            SetTeam(person.id, team_key(team)).pack(),
        )
        for team in on_page(teams, page)
    ]
    return Reply(
        f"<b>{escape(person.name)}</b>现在在{escape(in_team(person.team))}，改到：",
        (
            *rows(buttons, 2),
            *page_turns(len(teams), page, partial(ChooseTeam, person.id)),
            (Button("输入新的班组", AskTeam(person.id).pack()), _back_to(person)),
        ),
    )


def ask_team(person: Person) -> Reply:
    """Ask for a team that isn't there yet."""
    return Reply(
        f"请把<b>{escape(person.name)}</b>的新班组名发过来，例如：抢修一班。",
        ((Button(CANCEL, Card(person.id).pack()),),),
    )


def ask_name(person: Person) -> Reply:
    """Ask for another name."""
    return Reply(
        f"请把<b>{escape(person.name)}</b>（{escape(in_team(person.team))}）的新姓名发过来。",
        ((Button(CANCEL, Card(person.id).pack()),),),
    )


def confirm_removal(person: Person) -> Reply:
    """One more tap before somebody is removed."""
    return Reply(
        f"确定把<b>{escape(who(person))}</b>移出名单吗？\n移除以后马上不能用，也不再收每日一案；以前的记录还留在报表里。",
        ((Button("确定移除", Remove(person.id).pack()), _back_to(person)),),
    )


def removed(person: Person) -> Reply:
    """What stands in the place of the card of somebody who was removed."""
    return Reply(f"已经把{escape(person.name)}移出名单。要回来的话，请本人重新申请。", ((_HOME,),))


def stepped_down(person: Person) -> Reply:
    """What an admin reads who has taken the role from himself."""
    if person.state is PersonState.ACTIVE:
        return Reply(f"改好了。您现在是{ROLE_NAMES[person.role]}，不再管人了。")
    return Reply("改好了。您的账号现在用不了，要恢复请找别的管理员。")


def _back_to(person: Person) -> Button:
    return Button("↩ 返回", Card(person.id).pack())


def changed_note(change: Change) -> str:
    """What has just been changed, for the head of the card; empty where nothing was."""
    before, after = change.before, change.after
    if before is None or before == after:
        return ""
    if before.state is not after.state:
        return "✅ 已停用，马上不能用了。" if after.state is PersonState.SUSPENDED else "✅ 已恢复，现在就能用。"
    if before.role is not after.role:
        return f"✅ 角色改成了{ROLE_NAMES[after.role]}，马上生效。"
    if before.team != after.team:
        return f"✅ 班组改成了{escape(in_team(after.team))}。"
    return "✅ 姓名改好了。"


def told_of_change(change: Change) -> Reply | None:
    """What a person reads whose role has changed; None where it has not."""
    before, after = change.before, change.after
    was = before.allowed if before is not None else Role.STRANGER
    if was is after.allowed:
        return None
    if after.state is PersonState.REMOVED:
        return Reply("管理员把您移出了名单，现在用不了了。有疑问请找管理员。")
    if after.state is PersonState.SUSPENDED:
        return SUSPENDED
    if before is not None and before.state is PersonState.SUSPENDED:
        return Reply(
            f"您的账号恢复了：{escape(in_team(after.team))}，{ROLE_NAMES[after.role]}。{_ABILITIES[after.role]}"
        )
    if was is Role.STRANGER:
        return Reply(
            f"管理员给您开通了：{escape(in_team(after.team))}，{ROLE_NAMES[after.role]}。{_ABILITIES[after.role]}"
        )
    return Reply(f"管理员把您的角色改成了<b>{ROLE_NAMES[after.role]}</b>。{_ABILITIES[after.role]}")
