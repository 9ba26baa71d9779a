"""What people say of an answer: the buttons for it, and the words after a press."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from bot.asking.log import Reason
from bot.chat.buttons import Button, Keyboard
from bot.chat.callback_data import CallbackData
from bot.chat.markup import escape
from bot.chat.reply import Reply

THANKS = "谢谢，记下了。"
WILL_BE_MENDED = "记下了，培训员会看到这个问题。急用请换个说法再问，或者问班组长。"


QuestionKey = Annotated[str, r"[\w-]{12}"]


@dataclass(frozen=True)
class Verdict(CallbackData, layout="v{sign}{key}"):
    """Whether an answer was one."""

    sign: Literal["+", "-"]
    key: QuestionKey


@dataclass(frozen=True)
class WhyNot(CallbackData, layout="w{place}{key}"):
    """Why it was none: the reason's place, from 0."""

    place: Annotated[int, "[0-3]"]
    key: QuestionKey


def verdict_row(key: str) -> tuple[Button, ...]:
    """Two buttons under an answer that say whether it was one.

    Args:
        key: Of the question, 12 characters.
    """
    return (Button("👍 有用", Verdict("+", key).pack()), Button("👎 没答对", Verdict("-", key).pack()))


REASONS = {
    Reason.BESIDE_THE_POINT: "答非所问",
    Reason.OUT_OF_DATE: "规定过期了",
    Reason.UNCLEAR: "没说清楚",
    Reason.INCOMPLETE: "缺了要紧的",
}


THANKS_FOR_REASON = "记下了，培训员会看到。"


def reason_rows(key: str) -> Keyboard:
    """Four buttons that say why an answer was none.

    Args:
        key: Of the question, 12 characters.
    """
    buttons = [Button(label, WhyNot(place, key).pack()) for place, label in enumerate(REASONS.values())]
    return (tuple(buttons[:2]), tuple(buttons[2:]))


def out_of_date(question: str, records: Sequence[str]) -> Reply:
    """What administrators read at once when somebody says that a rule is out of date.

    Args:
        question: Masked.
        records: What was shown: citations and titles.
    """
    lines = [
        "⚠️ 有人说回答里的规定过期了，请核对：",
        f"问：{escape(question)}",
        *(f"· {escape(one)}" for one in records),
    ]
    return Reply("\n".join(lines))
