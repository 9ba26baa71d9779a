"""What is said to people who come in, and to admins about them."""

from datetime import datetime

from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply
from bot.chat.talk import welcome
from bot.people.introduction import Introduction
from bot.people.press import (
    Apply,
    Card,
    Grant,
    Refuse,
    SendOff,
    WriteAnew,
)
from bot.people.rows import Person, Request
from bot.people.words import ROLE_NAMES, in_team, moment, who

STALE_JOIN = "这个按钮用不了了，请重新发 /start。"
ALREADY_IN = "您已经开通了，直接发问题就行。"
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
