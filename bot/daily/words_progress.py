"""How a case that goes out is getting on, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.chat.buttons import Button
from bot.chat.markup import escape
from bot.chat.reply import Reply
from bot.daily.press import OfPlan, OnePlan
from bot.daily.rows import Copy, Plan
from bot.daily.words import day_name
from bot.daily.words_planning import NAMES, STATES
from bot.people.teams import team_name
from bot.storage.schema import DeliveryState
from retrieval.model import Case

REASONS = {
    "unreachable": "已屏蔽机器人，发不进去",
    "restart": "发的时候程序停了，不知道到没到",
    "timeout": "线路断了，不知道到没到",
    "blocked": "已屏蔽机器人",
}


def already_sent(progress: Reply) -> Reply:
    """Say that the same case went to the same people earlier today, and how that is getting on."""
    words = "ℹ️ 这个案例今天已经发给他们了，没有再发一遍。那一次的情况：\n\n"
    return Reply(words + progress.html, progress.keyboard)


def progress(plan: Plan, case: Case | None, counts: Mapping[DeliveryState, int], copies: Sequence[Copy]) -> Reply:
    """How a case is getting on: while it goes, and at its end who was not reached and why.

    Args:
        plan: Of whom.
        case: None where it was taken out of the knowledge.
        counts: Copies by state.
        copies: Of the plan; those not reached are named.
    """
    total = sum(counts.values()) - counts[DeliveryState.CANCELLED]
    title = case.title if case else plan.case_id
    waiting = counts[DeliveryState.WAITING] + counts[DeliveryState.SENDING]
    lines = [
        f"📣 <b>{escape(title)}</b>",
        f"{day_name(plan.day)} · {escape(team_name(plan.audience) if plan.audience is not None else '全站')} · {STATES[plan.state]}",
        f"应收 {total} 人，已到 {counts[DeliveryState.SENT]} 人" + (f"，还有 {waiting} 人在排队" if waiting else ""),
    ]
    if total:
        filled = round(10 * (total - waiting) / total)
        lines.append("▓" * filled + "░" * (10 - filled))
    if counts[DeliveryState.CANCELLED]:
        lines.append(f"收回 {counts[DeliveryState.CANCELLED]} 份")
    missing = [copy for copy in copies if copy.delivery.state in {DeliveryState.FAILED, DeliveryState.UNKNOWN}]
    if waiting:
        return Reply("\n".join(lines), (_while_it_goes(plan),))
    if missing:
        lines += _missing_lines(missing)
    return Reply("\n".join(lines), _at_the_end(plan, counts, missing))


def _missing_lines(missing: Sequence[Copy]) -> Iterator[str]:
    """Name who was not reached, or may not have been, and why."""
    yield "\n没收到的，或者说不准的："
    for copy in missing[:NAMES]:
        yield f"· {escape(copy.name or str(copy.delivery.user_id))}：{escape(reason_words(copy.delivery.reason))}"
    if len(missing) > NAMES:
        yield f"……一共 {len(missing)} 人"
    if gone := sum(copy.is_away for copy in missing if copy.delivery.state is DeliveryState.FAILED):
        yield f"其中 {gone} 人现在发不进去，不用再发：解除屏蔽、回来以后会自动收到（最多补最近三个）。"


def _while_it_goes(plan: Plan) -> tuple[Button, ...]:
    return (
        Button("✋ 停发，收回没发的", OnePlan(OfPlan.CANCEL, plan.id).pack()),
        Button("刷新", OnePlan(OfPlan.SHOW, plan.id).pack()),
    )


def _at_the_end(
    plan: Plan, counts: Mapping[DeliveryState, int], missing: Sequence[Copy]
) -> tuple[tuple[Button, ...], ...]:
    """Buttons that send again to those who can be reached now."""
    away = Counter(copy.delivery.state for copy in missing if copy.is_away)
    buttons: list[Button] = []
    if failed := counts[DeliveryState.FAILED] - away[DeliveryState.FAILED]:
        buttons.append(Button(f"没收到的 {failed} 人再发一次", OnePlan(OfPlan.FAILED_AGAIN, plan.id).pack()))
    if unknown := counts[DeliveryState.UNKNOWN] - away[DeliveryState.UNKNOWN]:
        label = f"说不准的 {unknown} 人也再发（可能收到两份）"
        buttons.append(Button(label, OnePlan(OfPlan.UNKNOWN_AGAIN, plan.id).pack()))
    buttons.append(Button("刷新", OnePlan(OfPlan.SHOW, plan.id).pack()))
    return tuple((button,) for button in buttons)


def reason_words(reason: str) -> str:
    """Why a copy did not arrive, for a trainer."""
    return REASONS.get(reason, reason or "原因不明")
