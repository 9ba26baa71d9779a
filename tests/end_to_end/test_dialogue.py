"""Whole dialogues on the browser phone, by polling and by webhook."""

import pytest
from playwright.async_api import expect

from tests.end_to_end.browser import NARROW, Phones, PhoneTab
from tests.end_to_end.desk import Desk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN, STRANGER = 1001, 9001
QUESTION = "停人家的电要提前几天打招呼"
RULE = "在停电前三至七天内,将停电通知送达用户"
DANGER = "快点，小刘在杆上触电了"
FIRST_AID = "🚨 先救人：马上断电"
REASONS = ("答非所问", "规定过期了", "没说清楚", "缺了要紧的")


async def ask(tab: PhoneTab, message: str, *shows: str) -> None:
    """Say something; the one answer to it shows these words, and is seen whole with its buttons."""
    count = await tab.answers.count()
    await tab.say(message)
    await expect(tab.answers).to_have_count(count + 1)
    for words in shows:
        await expect(tab.answer_text).to_contain_text(words)
    await expect(tab.answer).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_ten_turns_with_an_emergency_in_the_middle(phones: Phones, desk: Desk, webhook: bool) -> None:
    """A question, its rule, a follow-up, a complaint, a pick, danger until relief, back to the first topic, and its whole case."""
    tab = await phones.open(ELECTRICIAN, NARROW)

    await ask(tab, QUESTION, "📌", RULE, "📂")
    await ask(tab, "原文", RULE, "已失效")
    await expect(tab.answer_text).not_to_contain_text("📌")
    await ask(tab, "那要是医院呢", "接着上一问", RULE)

    await ask(tab, "不对", "🙇", "1. ", "2. ")
    for label in ("1. ", "2. ", *REASONS):
        await expect(tab.key(label)).to_be_visible()
    await tab.press("答非所问")
    for reason in REASONS:
        await expect(tab.key(reason)).to_have_count(0)
    await expect(tab.key("2. ")).to_be_visible()
    offered = (await tab.answer_text.inner_text()).splitlines()
    (title,) = [line.removeprefix("2. ") for line in offered if line.startswith("2. ")]
    await ask(tab, "2", "📌", f"案例：{title}")

    await ask(tab, DANGER, FIRST_AID)
    await expect(tab.answer_text).not_to_contain_text("📌")
    await ask(tab, "还没醒", FIRST_AID)
    await ask(tab, "人醒了，救护车来了")
    await expect(tab.answer_text).not_to_contain_text("🚨")

    await ask(tab, "回到刚才停电的事，要提前几天通知", RULE)
    await tab.say("详细点")
    await expect(tab.answer_text).to_contain_text("欠费停电太随意")
    await expect(tab.answer_text).to_contain_text("案例点评")

    await expect(tab.answers).to_have_count(10)
    (asked,) = [one for one in await desk.parts.questions.store.last() if one.verdict]
    assert (asked.text, asked.verdict) == ("那要是医院呢", "bad-off")
    assert ("getUpdates" in {method for method, _ in desk.telegram.calls}) is not webhook


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_stranger_in_danger_gets_first_aid(phones: Phones, desk: Desk, webhook: bool) -> None:
    """First what to do, also in the next message, then the way in; nothing of the knowledge, and no button."""
    tab = await phones.open(STRANGER, NARROW)

    await ask(tab, DANGER, FIRST_AID, "发 /start 申请")
    await ask(tab, "还没醒", FIRST_AID)
    await expect(tab.answer.get_by_test_id("keyboard-button")).to_have_count(0)
    await ask(tab, QUESTION, "只给本所的同事用")
    await expect(tab.answer_text).not_to_contain_text("🚨")
    await expect(tab.answer_text).not_to_contain_text(RULE)
    assert ("getUpdates" in {method for method, _ in desk.telegram.calls}) is not webhook
