"""What admins invite people with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import quote

from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply, button_label, rows, turning
from bot.people.press import (
    AskInviteTeam,
    InvitationsPage,
    Invite,
    InviteTeam,
    InviteTerms,
    MakeInvitation,
    Withdraw,
)
from bot.people.rows import Invitation
from bot.people.teams import team_key
from bot.people.words import ROLE_NAMES, moment, on_page, page_turns
from bot.station.roles import Role

DAYS = (1, 7, 30)
USES = (1, 5, 20, 100)
INVITATIONS_ON_A_PAGE = 6
ALREADY_WITHDRAWN = "这个邀请已经用不了了：作废过、用完了，或者过期了。"
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
        for team in on_page(teams, page)
    ]
    return Reply(
        f"邀请{ROLE_NAMES[role]}，进哪个班组？",
        (
            *rows(buttons, 2),
            *page_turns(len(teams), page, partial(InviteTeam, int(role))),
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
