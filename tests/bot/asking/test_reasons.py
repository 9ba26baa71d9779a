"""Why an answer was none."""

from bot.start.app import Parts
from tests.bot.phone import Phone

QUESTION = "停人家的电要提前几天打招呼"
REASONS = ["答非所问", "规定过期了", "没说清楚", "缺了要紧的"]


async def test_a_thumb_down_asks_for_the_reason_and_keeps_it(phone: Phone, admin: Phone, parts: Parts) -> None:
    """Four reasons take the place of the thumbs; the one that is pressed is kept, and an out-of-date rule is told to admins at once."""
    await admin.deliver()
    await phone.says(QUESTION)
    await phone.presses("👎 没答对")
    assert phone.labels[-4:] == REASONS

    await phone.presses("规定过期了")

    assert not set(REASONS) & set(phone.labels)
    await parts.questions.flush()
    (asked,) = await parts.questions.store.last()
    assert asked.verdict == "bad-old"
    assert QUESTION in admin.text
    assert "第六十七条" in admin.text


async def test_another_reason_is_kept_and_told_to_nobody(phone: Phone, admin: Phone, parts: Parts) -> None:
    """Only a rule that is out of date can't wait."""
    await admin.deliver()
    before = len(admin.shown)
    await phone.says(QUESTION)
    await phone.presses("👎 没答对")
    await phone.presses("没说清楚")

    (asked,) = await parts.questions.store.last()
    assert asked.verdict == "bad-dim"
    assert len(admin.shown) == before


async def test_a_complaint_in_words_is_kept_with_the_question_and_asks_for_the_reason(
    phone: Phone, parts: Parts
) -> None:
    """不对 counts as a thumb down on the question before, and offers the next candidates with the reasons."""
    await phone.says(QUESTION)
    await phone.says("不对")

    assert phone.text.startswith("🙇")
    assert phone.labels[-4:] == REASONS
    await parts.questions.flush()
    (asked,) = await parts.questions.store.last()
    assert asked.verdict == "bad"
