"""What is said about people: coming in, who is who, invitations, one's own card, lists of people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from bot.chat.buttons import Button, Keyboard
from bot.chat.callback_data import CallbackData
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label, rows, turning
from bot.chat.talk import welcome
from bot.people.introduction import Introduction
from bot.people.press import (
    Apply,
    ApplyRoster,
    AskInviteTeam,
    AskName,
    AskTeam,
    Card,
    ChooseRole,
    ChooseTeam,
    ConfirmRemoval,
    FirstRequest,
    Grant,
    Home,
    HomePage,
    InvitationsPage,
    Invite,
    InviteTeam,
    InviteTerms,
    LeaveRoster,
    MakeInvitation,
    Refuse,
    Remove,
    Restore,
    SendOff,
    SetRole,
    SetTeam,
    SomePage,
    Suspend,
    TeamPage,
    Withdraw,
    WriteAnew,
)
from bot.people.roster import RosterFault
from bot.people.rows import Crowd, Invitation, Person, PersonState, Request
from bot.people.service import Change, RosterPlan
from bot.people.teams import team_key
from bot.station.roles import Role

T = TypeVar("T")

ROLE_NAMES: Mapping[Role, str] = {Role.STAFF: "员工", Role.TRAINER: "培训员", Role.ADMIN: "管理员"}
ON_A_PAGE = 8
"""People, or teams, on one page of buttons."""
DAYS = (1, 7, 30)
USES = (1, 5, 20, 100)
INVITATIONS_ON_A_PAGE = 6
FAULTS_SHOWN = 15
_MARKS = {Role.STAFF: "", Role.TRAINER: "📘", Role.ADMIN: "🔑"}
_ABILITIES = {
    Role.STAFF: "可以直接发问题，查规定和案例。",
    Role.TRAINER: "除了查规定，还能发每日一案、看谁已学、谁没学，发 /daily 开始。",
    Role.ADMIN: "除了培训员的事，还能管人：/people 看名单，/invite 邀请同事，/roster 导出名单。",
}

STALE = "这个按钮用不了了，请重新发 /people。"
STALE_JOIN = "这个按钮用不了了，请重新发 /start。"
STALE_ROSTER = "这份名单已经处理过，或者放得太久了。还要改的话，请把文件重新发一遍。"
ONLY_PRIVATE = "请到和我的私聊里办。"
ALREADY_WITHDRAWN = "这个邀请已经用不了了：作废过、用完了，或者过期了。"
NOT_YOUR_ROLE = "您现在的角色用不了这个。要用的话，请找管理员。"
LAST_ADMIN = "这是最后一位在用的管理员，不能这样改。请先让另一位同事当管理员。"
ALREADY_IN = "您已经开通了，直接发问题就行。"
NOT_A_NAME = "这不像一个姓名。请只发姓名，例如：王强。不想改了，点上面的按钮就行。"
NOT_A_TEAM = "这不像一个班组名。请只发班组名，例如：抢修一班。不想改了，点上面的按钮就行。"
NO_ROSTER_ROOM = "文件超过 2 MB 了，名单用不了这么大，请只留下名单那一张表再发。"
ROSTER_MAYBE_LOST = Reply("📶 刚才线路断了一下，名单不知道送到了没有。没看到的话，请再发一次 /roster。")
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


# ---- coming in

_APPLY = Button("申请开通", Apply().pack())
_EXAMPLE = "例如：\n<i>王强 抢修一班</i>"


def stranger_start(user_id: int) -> Reply:
    """The reply to /start for people who may not ask."""
    return Reply(
        "您好！这里能查供电服务的规定和案例，只给本所的同事用。\n"
        f"还没开通的话，点下面申请，管理员同意就能用。您的编号是 <code>{user_id}</code>。",
        ((_APPLY,),),
    )


def dead_invitation(*, offer: bool) -> Reply:
    """A code that is none, used up, expired, or not for this person.

    Args:
        offer: Whether the person may not ask yet, and can apply.
    """
    html = "这个邀请用不了：可能过期了、用完了，或者链接不完整。"
    return Reply(html + "可以请同事重新发一个，也可以自己申请。", ((_APPLY,),)) if offer else Reply(html)


ASK_INTRODUCTION = Reply(f"请把姓名和班组用一条消息发给我，{_EXAMPLE}")
ASK_INTRODUCTION_AGAIN = Reply(f"没看明白哪个是姓名、哪个是班组。请照这个样子再发一次，{_EXAMPLE}")


def check_introduction(introduction: Introduction) -> Reply:
    """Show what was read, before it goes to the admins."""
    return Reply(
        f"请核对一下：\n姓名：<b>{escape(introduction.name)}</b>\n班组：<b>{escape(introduction.team)}</b>",
        ((Button("就这样申请", SendOff().pack()), Button("重写", WriteAnew().pack())),),
    )


def applied(request: Request) -> Reply:
    """The admins have been asked."""
    return Reply(f"{escape(request.name)}，{escape(request.team)}：申请发给管理员了。一有结果，我马上告诉您。")


APPLIED_UNHEARD = Reply(
    "申请记下了，可是现在没有一位管理员收得到消息。请当面跟管理员说一声，他发 /people 就能看到您的申请。"
)


def waiting(asked: datetime) -> Reply:
    """The reply to somebody whose wish nobody has decided yet."""
    return Reply(f"您 {moment(asked)} 的申请已经在等管理员处理，不用再发。急着用的话，请直接找管理员。")


def request_notice(request: Request, asked: datetime, *, called: str = "", is_new_team: bool, was_here: bool) -> Reply:
    """What admins decide on.

    Args:
        request: Undecided.
        asked: On the station's clock.
        called: What Telegram calls the person; left out where empty.
        is_new_team: Whether nobody is in that team yet.
        was_here: Whether the person was removed once.
    """
    lines = [
        "🙋 有人申请开通",
        f"姓名：<b>{escape(request.name)}</b>",
        f"班组：<b>{escape(request.team)}</b>" + ("（名单里还没有这个班组）" if is_new_team else ""),
    ]
    if called:
        lines.append(f"Telegram 名字：{escape(called)}")
    lines.append(f"编号：<code>{request.user_id}</code>，{moment(asked)} 申请")
    if was_here:
        lines.append("⚠️ 这个编号以前在名单里，后来被移除了。")
    return Reply(
        "\n".join(lines), ((Button("同意", Grant(request.id).pack()), Button("拒绝", Refuse(request.id).pack())),)
    )


def request_decided(request: Request, decider: str, *, heard: bool = True) -> Reply:
    """What stands in the place of the notice once somebody has decided.

    Args:
        request: Decided.
        decider: The admin's name.
        heard: Whether the applicant could be told.
    """
    what = f"{escape(request.name)}，{escape(request.team)}"
    html = f"✅ {escape(decider)}同意了：{what}" if request.granted else f"🚫 {escape(decider)}没有同意：{what}"
    if not heard:
        html += "\n（没能通知到本人）"
    card = ((Button("看这个人", Card(request.user_id).pack()),),) if request.granted else ()
    return Reply(html, card)


def come_in(person: Person, duties: str) -> Reply:
    """The first words to somebody who has just come in.

    Args:
        person: Active.
        duties: What they can do besides asking, a line each.
    """
    greeting = welcome(person.name, duties)
    html = (
        f"✅ 开通了：<b>{escape(in_team(person.team))}</b>，<b>{ROLE_NAMES[person.role]}</b>。\n{greeting.html}\n\n"
        f"名单上您叫“{escape(person.name)}”，不对的话请告诉管理员。"
    )
    return Reply(html, greeting.keyboard)


REFUSED = Reply(
    "管理员没有同意这次申请。姓名或班组写错了的话，可以改好再申请。", ((Button("重新申请", Apply().pack()),),)
)


def somebody_came(person: Person) -> Reply:
    """What the one who gave out an invitation reads."""
    return Reply(f"👋 {escape(who(person))}，用您的邀请进来了。", ((Button("看这个人", Card(person.id).pack()),),))


# ---- people, for admins

_HOME = Button("↩ 全部班组", Home().pack())
_CANCEL_LABEL = "不改了"


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
        for team, count in _page(tuple(crowd.teams.items()), page)
    ]
    keyboard = [*rows(buttons, 2), *_turning(len(crowd.teams), page, HomePage)]
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
    buttons = [Button(button_label(_short(person)), Card(person.id).pack()) for person in _page(people, page)]
    html = f"<b>{escape(title)}</b>：{len(people)} 人" if people else f"<b>{escape(title)}</b>：没有人"
    return Reply(html, (*rows(buttons, 2), *_turning(len(people), page, turn), (_HOME,)))


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


def _page(things: Sequence[T], page: int) -> Sequence[T]:
    return things[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]


def _turning(count: int, page: int, turn: Callable[[int], CallbackData]) -> Keyboard:
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
        for team in _page(teams, page)
    ]
    return Reply(
        f"<b>{escape(person.name)}</b>现在在{escape(in_team(person.team))}，改到：",
        (
            *rows(buttons, 2),
            *_turning(len(teams), page, partial(ChooseTeam, person.id)),
            (Button("输入新的班组", AskTeam(person.id).pack()), _back_to(person)),
        ),
    )


def ask_team(person: Person) -> Reply:
    """Ask for a team that isn't there yet."""
    return Reply(
        f"请把<b>{escape(person.name)}</b>的新班组名发过来，例如：抢修一班。",
        ((Button(_CANCEL_LABEL, Card(person.id).pack()),),),
    )


def ask_name(person: Person) -> Reply:
    """Ask for another name."""
    return Reply(
        f"请把<b>{escape(person.name)}</b>（{escape(in_team(person.team))}）的新姓名发过来。",
        ((Button(_CANCEL_LABEL, Card(person.id).pack()),),),
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


# ---- invitations

_NO_TEAM = "先不分班组"


def _into(team: str) -> str:
    """Where an invitation leads to."""
    return f"进{escape(team)}" if team else _NO_TEAM


@dataclass(frozen=True, slots=True)
class LiveInvitation:
    """An invitation that can still be used, as admins see it.

    Attributes:
        until: When it expires, on the station's clock.
        by: The name of who gave it out.
    """

    invitation: Invitation
    until: datetime
    by: str


def invite_role(live: Sequence[LiveInvitation] = (), page: int = 0, note: str = "") -> Reply:
    """Whom is the invitation for? And which ones there are already.

    Args:
        live: Those that can still be used.
        page: Of them, from 0; one that is not there shows the last one.
        note: What has just been done; left out where empty.
    """
    page = min(page, max(0, (len(live) - 1) // INVITATIONS_ON_A_PAGE))
    start = page * INVITATIONS_ON_A_PAGE
    here = live[start : start + INVITATIONS_ON_A_PAGE]
    lines = [note, ""] if note else []
    lines.append("邀请谁？先选他们的角色。\n管理员的邀请只给一个人用。")
    if live:
        lines.append(f"\n<b>还能用的邀请</b>（{len(live)} 个）")
    lines += [f"{number}. {_live_line(each)}" for number, each in enumerate(here, start + 1)]
    buttons = [Button(name, InviteTeam(int(role), 0).pack()) for role, name in ROLE_NAMES.items()]
    void = [
        Button(f"作废第 {number} 个", Withdraw(each.invitation.code).pack())
        for number, each in enumerate(here, start + 1)
    ]
    turn = turning(lambda to: InvitationsPage(to).pack(), page, -(-len(live) // INVITATIONS_ON_A_PAGE))
    return Reply("\n".join(lines), (*rows(buttons, 3), *rows(void, 2), *turn))


def _live_line(live: LiveInvitation) -> str:
    invitation = live.invitation
    return (
        f"{ROLE_NAMES[invitation.role]}，{_into(invitation.team)}；还能进 {invitation.uses_left} 人，"
        f"{moment(live.until)} 前有效；{escape(live.by)}发的"
    )


def withdrawn(invitation: Invitation) -> str:
    """That an invitation is worth nothing any more, for the head of the list."""
    return f"✅ 作废了：{ROLE_NAMES[invitation.role]}，{_into(invitation.team)}。已经进来的人不受影响。"


def invite_team(role: Role, teams: Sequence[str], page: int) -> Reply:
    """Which team is the invitation for?

    Args:
        role: That was chosen.
        teams: Those that there are.
        page: Of them, from 0.
    """
    buttons = [
        Button(button_label(team or _NO_TEAM), InviteTerms(int(role), team_key(team)).pack())
        for team in _page(teams, page)
    ]
    return Reply(
        f"邀请{ROLE_NAMES[role]}，进哪个班组？",
        (
            *rows(buttons, 2),
            *_turning(len(teams), page, partial(InviteTeam, int(role))),
            (Button("输入新的班组", AskInviteTeam(int(role)).pack()), Button("↩ 返回", Invite().pack())),
        ),
    )


def ask_invite_team(role: Role) -> Reply:
    """Ask for the name of a team that isn't there yet."""
    return Reply("请把班组名发过来，例如：抢修一班。", ((Button("↩ 返回", InviteTeam(int(role), 0).pack()),),))


def invite_terms(role: Role, team: str) -> Reply:
    """For how long, and for how many?"""
    key = team_key(team)
    return Reply(
        f"邀请{ROLE_NAMES[role]}，{_into(team)}。链接几天有效，给几个人用？",
        (
            *(
                tuple(
                    Button(f"{days}天·{uses}人", MakeInvitation(int(role), key, days, uses).pack())
                    for uses in uses_for(role)
                )
                for days in DAYS
            ),
            (Button("↩ 返回", InviteTeam(int(role), 0).pack()),),
        ),
    )


def uses_for(role: Role) -> tuple[int, ...]:
    """How many people one invitation may let in: of admins just one, since a link can be passed on."""
    return USES[:1] if role is Role.ADMIN else USES


def invitation_link(invitation: Invitation, username: str, until: datetime) -> Reply:
    """The link to pass on.

    Args:
        invitation: New.
        username: The bot's, without “@”.
        until: When it expires, on the station's clock.
    """
    link = f"https://t.me/{username}?start={invitation.code}"
    words = "供电服务规定和案例，点开就能查" + (f"（{invitation.team}）" if invitation.team else "")
    return Reply(
        f"🔗 邀请{ROLE_NAMES[invitation.role]}，{_into(invitation.team)}：\n{link}\n"
        f"{moment(until)} 前有效，最多 {invitation.uses_left} 人用。谁拿到都能进来，请只发给要邀请的人。",
        (
            (
                Button("复制链接", copy=link),
                Button("发给同事", url=f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words)}"),
            ),
        ),
    )


# ---- one's own card


# ---- lists of people


def roster_caption(count: int) -> str:
    """Under the file with everybody."""
    return (
        f"全部 {count} 人。可以在 Excel 或 WPS 里改好再发回来，我先给您看要改哪些，您点头了才改。"
        "编号请不要动；名单里删掉的人不会被移除。"
    )


def roster_preview(plan: RosterPlan, faults: Sequence[RosterFault], ticket: str) -> Reply:
    """What a list would change.

    Args:
        plan: By the good lines.
        faults: Of the bad ones.
        ticket: Which list it is, in the buttons.
    """
    new = sum(1 for change in plan.changes if change.before is None)
    lines = [
        f"📋 名单读好了：新增 <b>{new}</b> 人，改动 <b>{len(plan.changes) - new}</b> 人，不变 {plan.same} 人。",
        *_roster_risks(plan),
    ]
    if faults:
        count = len({fault.line for fault in faults})
        lines.append(f"\n⚠️ 有 {count} 行读不了，这些行会跳过：")
        lines += [
            f"· 第 {fault.line} 行 {escape(fault.column)}：{escape(fault.message)}" for fault in faults[:FAULTS_SHOWN]
        ]
        if len(faults) > FAULTS_SHOWN:
            lines.append(f"……一共 {len(faults)} 处。")
    if not plan.changes:
        lines.append("没有什么要改的。")
        return Reply("\n".join(lines))
    lines.append("\n现在还什么都没改。名单里没写的人不动。")
    yes = "跳过这些行，照这样改" if faults else "照这样改"
    return Reply(
        "\n".join(lines),
        ((Button(yes, ApplyRoster(ticket).pack()), Button(_CANCEL_LABEL, LeaveRoster(ticket).pack())),),
    )


def _roster_risks(plan: RosterPlan) -> list[str]:
    """Changes that nobody should make without having seen them."""
    lines = []
    for role in (Role.ADMIN, Role.TRAINER):
        names = [
            change.after.name
            for change in plan.changes
            if change.after.allowed is role and (change.before is None or change.before.allowed < role)
        ]
        if names:
            lines.append(f"其中要当{ROLE_NAMES[role]}的 {len(names)} 人：{_names(names)}")
    lost = [
        change.after.name
        for change in plan.changes
        if change.before is not None and change.after.allowed < change.before.allowed
    ]
    if lost:
        lines.append(f"其中要停用或降低角色的 {len(lost)} 人：{_names(lost)}")
    back = [change.after.name for change in plan.changes if _was_removed(change)]
    if back:
        lines.append(f"其中以前移除过的 {len(back)} 人：{_names(back)}")
    return lines


def _was_removed(change: Change) -> bool:
    return change.before is not None and change.before.state is PersonState.REMOVED


def _names(names: Sequence[str]) -> str:
    return escape("、".join(names[:10])) + ("等" if len(names) > 10 else "")


def roster_done(plan: RosterPlan) -> Reply:
    """What stands in the place of the preview once it was carried out."""
    new = sum(1 for change in plan.changes if change.before is None)
    html = f"✅ 改好了：新增 {new} 人，改动 {len(plan.changes) - new} 人。"
    if new:
        html += "\n新增的人要自己先给机器人发一次 /start，才收得到消息。"
    return Reply(html, ((Button("看名单", Home().pack()),),))


ROSTER_LEFT = Reply("好，什么都没改。")


def roster_unreadable(why: str) -> Reply:
    """A file that should be a list and can't be read."""
    return Reply(f"这份名单读不了：{escape(why)}")
