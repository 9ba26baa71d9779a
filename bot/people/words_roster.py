"""What is said of lists of people."""

from collections.abc import Sequence

from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply
from bot.people.changes import Change
from bot.people.press import (
    ApplyRoster,
    Home,
    LeaveRoster,
)
from bot.people.roster import RosterFault
from bot.people.rows import PersonState
from bot.people.service import RosterPlan
from bot.people.words import CANCEL, ROLE_NAMES
from bot.station.roles import Role

FAULTS_SHOWN = 15
STALE_ROSTER = "这份名单已经处理过，或者放得太久了。还要改的话，请把文件重新发一遍。"
NO_ROSTER_ROOM = "文件超过 2 MB 了，名单用不了这么大，请只留下名单那一张表再发。"
ROSTER_MAYBE_LOST = Reply("📶 刚才线路断了一下，名单不知道送到了没有。没看到的话，请再发一次 /roster。")


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
        ((Button(yes, ApplyRoster(ticket).pack()), Button(CANCEL, LeaveRoster(ticket).pack())),),
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
