"""Greetings, help, and what is said when something goes wrong."""

from dataclasses import dataclass
from typing import Annotated

from bot.chat.buttons import Button
from bot.chat.callback_data import CallbackData
from bot.chat.markup import escape
from bot.chat.reply import Reply

EXAMPLES = ("停人家的电要提前几天打招呼", "下雪出不了门，电表数能不能先估一个", "用户不在家，能进去修吗")
"""Example questions under /start, in this order."""


@dataclass(frozen=True)
class Example(CallbackData, layout="x{place}"):
    """Answer one of the example questions: its place, from 0."""

    place: Annotated[int, "[0-2]"]


def welcome(name: str, duties: str) -> Reply:
    """The reply to /start for people who may ask.

    Args:
        name: Theirs.
        duties: What else they can do, a line each.
    """
    html = (
        f"{escape(name)}，您好！这里能查供电服务的规定和案例（以案说规）。\n"
        "现场遇到什么事，用平常的话直接发过来就行，例如点下面的问题试试。\n\n"
        f"另外：\n{duties}"
    )
    return Reply(html, tuple((Button(example, Example(place).pack()),) for place, example in enumerate(EXAMPLES)))


def stranger(user_id: int, *, in_group: bool = False) -> Reply:
    """The reply to people who may not ask."""
    how = "请私聊我，发 /start 申请开通" if in_group else "还没开通的话，发 /start 申请"
    return Reply(f"这里只给本所的同事用。{how}。您的编号是 <code>{user_id}</code>。")


_HELP = (
    "<b>怎么问</b>\n"
    "· 用平常的话说现场的事：<i>停人家的电要提前几天打招呼</i>\n"
    "· 几个词也行：<i>重复收费 退款</i>\n"
    "· 直接问条号：<i>营业规则67条</i>、<i>服务规范4条2款</i>\n"
    "· 发错了字，直接编辑那条消息，回答会跟着改\n"
    "· 照片我看不懂：把要问的话写在照片的说明里，我按那句话回答\n"
    "· 在群里要 @我 或者回复我的消息\n\n"
    "<b>怎么看</b>\n"
    "📌 该怎么做 📖 规定原文 📂 案例\n"
    "〔未核对〕是条文还没和官方文本对过；⚠️ 是这条规定已经失效。"
)


def help_reply(duties: str) -> Reply:
    """The reply to /help: how to ask, how to read the answer, and what else somebody can do, a line each."""
    return Reply(f"{_HELP}\n\n<b>还能做什么</b>\n{duties}")


COURTESY = Reply("在呢。现场遇到什么事，直接用平常的话发过来就行，例如“用户不在家，能进去修吗”。")
TOO_LONG = Reply("一次说一件事就好：请把最要紧的情况缩成一两句话（500 字以内）再发一次。")
NO_TEXT = Reply("我只看得懂文字。请把要问的事打成一两句话发过来；不方便打字，可以用输入法的语音转文字。")
NO_PICTURE = Reply(
    "图片、视频我看不懂。请把要问的事打成一两句话发过来；也可以写在图片下面的说明里一起发，我按那句话回答。"
)
NO_FILE = Reply("文件我看不了。请把要问的事打成一两句话发过来。要导入规定、案例，请把文件交给管理员，私聊发给我。")
UNKNOWN_IN_GROUP = Reply("没有这个命令。在群里问事，请 @我 再写要问的话，或者回复我的消息。")
UNKNOWN_COMMAND = Reply("没有这个命令。直接把要问的事发过来就行，怎么问请看 /help。")
STALE_BUTTON = "这个案例或条款已经变了，请把问题重新发一遍。"
NOT_ALLOWED = "您还没有开通，发 /start 看怎么开通。"


@dataclass(frozen=True)
class Again(CallbackData, layout="q"):
    """Answer the message to which the button's own message replies."""


MAYBE_LOST = Reply(
    "📶 刚才线路断了一下，给您的回复不知道送到了没有。没看到的话，点下面重新看。",
    ((Button("重新回答", Again().pack()),),),
)
NOTHING_TO_ANSWER = "原来的问题找不到了，请重新发一遍。"


def only_in_private(command: str, username: str) -> Reply:
    """What somebody sees in a group who sends a command for private chats.

    Args:
        command: Without “/”.
        username: The bot's, without “@”.
    """
    html = f"<code>/{command}</code> 请到和我的私聊里用，群里不显示个人和管理的内容。在群里问规定、案例，请 @我 或者回复我的消息。"
    return Reply(html, ((_private_chat(username),),))


def anonymous(username: str) -> Reply:
    """What an anonymous admin of a group sees who turns to the bot with this username."""
    html = (
        "您好，匿名管理员发的消息，Telegram 不告诉我是谁发的，所以我没法回答。\n"
        "请在群设置里关掉自己的“保持匿名”再问，或者私聊问我。"
    )
    return Reply(html, ((_private_chat(username),),))


def _private_chat(username: str) -> Button:
    return Button("去和我私聊", url=f"https://t.me/{username}")


def unseen(reply: Reply) -> Reply:
    """A refusal to somebody who sent a picture or a file with the question."""
    return Reply(
        f"{reply.html}\n\n（图片和文件我看不懂，只按您写的字找。请把看到的情况写进话里再问。）", reply.keyboard
    )


def example_answer(place: int, reply: Reply) -> Reply:
    """The answer to an example, with the example above it."""
    return Reply(f"❓ <i>{escape(EXAMPLES[place])}</i>\n\n{reply.html}", reply.keyboard)


def failed(number: str) -> Reply:
    """What a person sees whose message could not be dealt with."""
    return Reply(f"刚才出了点毛病，没能办成。请再发一次；还不行就把编号 <code>{escape(number)}</code> 告诉管理员。")


def away(count: int) -> Reply:
    """What a person sees who wrote while the bot could not hear them."""
    what = "您的问题" if count == 1 else f"您的 {count} 条消息"
    return Reply(
        f"📶 前一阵线路不通，{what}现在才收到，事情多半过去了，就没有一条条回答。还需要的话，点下面回答最后一条，或者重新发一遍。",
        ((Button("回答最后一条", Again().pack()),),),
    )


def incident_for_admins(kind: str, number: str) -> Reply:
    """What administrators read when something goes wrong in a new way."""
    return Reply(
        f"🛠 出了一种没见过的错：<code>{escape(kind)}</code>\n编号 <code>{escape(number)}</code>，日志里按这个编号能找到详情。同样的错不再重复通知。"
    )


def quarantine_for_admins(update_id: int, number: str) -> Reply:
    """What administrators read when Telegram hands out something that can't be read."""
    return Reply(
        f"🛠 Telegram 送来一条程序读不懂的消息（第 {update_id} 号），已经原样存下、放在一边，其他消息照常回答。\n"
        f"编号 <code>{escape(number)}</code>，请转告维护程序的人。同样的情况不再重复通知。"
    )


def first_admin(code: str) -> str:
    """What is printed at the very first start of a station that has no admin yet."""
    return (
        "这个站还没有管理员。请在 Telegram 里把下面这一行发给机器人，谁先发谁就是管理员（只能用一次）：\n"
        f"    /start {code}\n"
        "忘了记的话，运行 policybot admin-code 换一个新的。"
    )
