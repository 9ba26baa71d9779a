"""The card that everybody has of himself."""

from datetime import datetime

from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply
from bot.people.rows import Person
from bot.people.words import ROLE_NAMES, day, in_team
from bot.reports.press import BackToCard, Forget, ForgetForSure, WantDaily
from bot.reports.records import PersonalRecord

STALE_ME = "这个按钮用不了了，请重新发 /me。"


LAST_ADMIN_ME = "您是最后一位管理员，数据还不能删。请先让另一位同事当管理员。"


def record_line(record: PersonalRecord) -> str:
    """How somebody has fared with the daily case, in one line; empty where none was due."""
    if not record.due:
        return ""
    parts = [f"收到 {record.due} 个案例，已学 {record.read} 个"]
    if record.right or record.wrong:
        parts.append(f"答对 {record.right} 题、答错 {record.wrong} 题")
    if record.streak > 1:
        parts.append(f"连续 {record.streak} 个没落下")
    return f"每日一案：{'；'.join(parts)}"


def me_card(person: Person, since: datetime, record: PersonalRecord) -> Reply:
    """What the station knows of a person, for themselves.

    Args:
        person: Active.
        since: When they came in, on the station's clock.
        record: None where it is not known.
    """
    lines = [
        f"👤 <b>{escape(person.name)}</b>",
        f"班组：{escape(in_team(person.team))}",
        f"角色：{ROLE_NAMES[person.role]}",
        f"{day(since)}开通",
    ]
    lines.append(record_line(record))
    if not person.wants_daily:
        lines.append("现在不收每日一案。")
    lines.append("姓名或班组不对，请告诉管理员。")
    daily = (
        Button("停收每日一案", WantDaily("0").pack())
        if person.wants_daily
        else Button("恢复接收", WantDaily("1").pack())
    )
    return Reply("\n".join(filter(None, lines)), ((daily, Button("删除我的数据", Forget().pack())),))


CONFIRM_FORGETTING = Reply(
    "确定删除吗？会删掉：\n"
    "· 您的姓名、班组和角色\n"
    "· 您问过的问题\n"
    "· 您每日一案的学习和答题记录\n"
    "只留下一条记录：这个编号在什么时候删除过数据。\n"
    "删了不能恢复，也马上不能再用；想再用要重新申请。聊天里的旧消息，请在手机上自己清除。",
    ((Button("确定删除", ForgetForSure().pack()), Button("↩ 不删了", BackToCard().pack())),),
)


FORGOTTEN = Reply("您的数据都删掉了。以后想再用，发 /start 重新申请就行。")
