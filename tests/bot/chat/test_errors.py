"""What people see when the line, Telegram or our own code fails."""

import asyncio
import logging

import pytest

from bot.chat import talk
from bot.chat.errors import Needs, report_quarantined
from bot.chat.incidents import Incidents
from bot.local_telegram import Fault, FaultKind
from bot.start.app import Parts
from tests.bot.conftest import ADMIN, GROUP, STAFF, Telegram
from tests.bot.phone import Phone
from tests.bot.seam import TelegramRequest

QUESTION = "停人家的电要提前几天打招呼"


async def test_an_answer_of_unknown_fate_is_not_repeated_but_told_of(phone: Phone, telegram: Telegram) -> None:
    """Telegram took the answer and the line broke: it is not sent twice, and the person can ask for it with one tap."""
    telegram.faults.add(Fault(FaultKind.LOST, frozenset({"sendMessage"}), times=1))

    await phone.says(QUESTION)

    assert len([message for message in phone.shown if "第六十七条" in message["text"]]) == 1
    assert phone.text.startswith("📶")
    await phone.presses("重新回答")
    assert "第六十七条" in phone.text
    assert len(phone.shown) == 2, "in the place of the word, not below it"


@pytest.mark.parametrize("times", [1, 2])
async def test_an_answer_that_telegram_cut_off_is_no_crash(phone: Phone, telegram: Telegram, times: int) -> None:
    """Half a JSON and a JSON without a result, which make PTB raise KeyError, count as unknown fate."""
    if times == 2:
        telegram.faults.truncated(b"")
    telegram.faults.add(Fault(FaultKind.TRUNCATED, frozenset({"sendMessage"}), times=1))

    await phone.says(QUESTION)

    assert [message["text"][:1] for message in phone.shown] == ["📌", "📶"]


async def test_a_line_that_is_down_for_a_moment_costs_nothing(
    phone: Phone, telegram: Telegram, request_seam: TelegramRequest
) -> None:
    """502s and refused connections are waited out: one answer, and no word of trouble."""
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, frozenset({"sendMessage"}), times=1))
    request_seam.slow_connect = True
    asyncio.get_running_loop().call_later(0.1, setattr, request_seam, "slow_connect", False)

    await phone.says(QUESTION)

    assert len(phone.shown) == 1
    assert "第六十七条" in phone.text


async def test_an_error_of_our_own_is_numbered_logged_and_told_once(
    phone: Phone, admin: Phone, parts: Parts, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person gets a number, the log has the trace under it, and an admin hears of the first of its kind only."""
    await admin.deliver()

    def fail(*_args: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(type(parts.asking), "take", fail)

    for _ in range(3):
        await phone.says(QUESTION)

    number = phone.text.split("编号 ")[1][:5]
    assert "secret" not in phone.text
    assert len(phone.shown) == 3
    traces = [record for record in caplog.records if record.exc_info and record.levelno == logging.ERROR]
    assert len(traces) == 3
    assert number in traces[-1].getMessage()
    told = [message["text"] for message in admin.shown if message["text"].startswith("🛠")]
    assert len(told) == 1
    assert "ZeroDivisionError in tests/bot/chat/test_errors.py:fail" in told[0]


async def test_admins_hear_of_an_unreadable_update_once(admin: Phone, parts: Parts) -> None:
    """Quarantine is told, with the update's number, and the next of its kind is not."""
    await admin.deliver()
    needs = Needs(Incidents(parts.journal), parts.metrics, parts.people, parts.clock)
    body = {"update_id": 77, "my_chat_member": {}}

    for _ in range(2):
        await report_quarantined(parts.application.bot, needs, body, KeyError("until_date"))

    told = [message["text"] for message in admin.shown if message["text"].startswith("🛠")]
    assert len(told) == 1
    assert "77" in told[0]


async def test_who_blocked_the_bot_is_sent_nothing_until_they_come_back(
    phone: Phone, parts: Parts, telegram: Telegram
) -> None:
    """A block is noted when Telegram tells of it, not at the next failure; /start brings the person back."""
    await phone.says(QUESTION)
    telegram.blocks(STAFF, blocked=True)
    await phone.deliver()
    assert parts.recipients.gone(STAFF)

    telegram.blocks(STAFF, blocked=False)
    await phone.says("/start")

    assert not parts.recipients.gone(STAFF)
    assert len(phone.shown) == 2


async def test_a_group_that_becomes_a_supergroup_is_followed(phone: Phone, parts: Parts, telegram: Telegram) -> None:
    """The service messages of the move are heard; a message for the old group goes to the new one."""
    telegram.add_group(-55, "抢修二班", [STAFF], kind="group")
    new = telegram.migrates(-55)
    await phone.deliver()

    assert parts.recipients.address(-55) == new
    await parts.application.bot.send_message(-55, "在新群里")
    assert [message["text"] for message in telegram.chats[new].messages.values() if "text" in message] == ["在新群里"]


async def test_a_move_that_was_missed_is_followed_at_the_first_send(parts: Parts, telegram: Telegram) -> None:
    """Where the bot was away during the move, Telegram's refusal tells the new address."""
    telegram.add_group(-55, "抢修二班", [STAFF], kind="group")
    new = telegram.migrates(-55)

    message = await parts.application.bot.send_message(-55, "到了吗")

    assert message.chat_id == new


async def test_a_bot_that_was_thrown_out_of_a_group_stays_silent_there(
    phone: Phone, parts: Parts, telegram: Telegram
) -> None:
    """Kicked and taken in again: gone, then there."""
    telegram.add_group(GROUP, "抢修一班", [STAFF])
    telegram.kicks(GROUP)
    await phone.deliver()
    assert parts.recipients.gone(GROUP)

    telegram.joins(GROUP)
    await phone.deliver()

    assert not parts.recipients.gone(GROUP)


async def test_a_question_that_was_deleted_in_a_group_is_answered_all_the_same(
    parts: Parts, telegram: Telegram
) -> None:
    """What the answer would quote may be gone by the time it is sent."""
    telegram.add_group(GROUP, "抢修一班", [STAFF])
    in_group = Phone(parts.application, telegram, STAFF, GROUP)
    asked = telegram.says(STAFF, f"@policy_bot {QUESTION}", GROUP)
    telegram.deletes_message(GROUP, asked["message_id"])

    await in_group.deliver()

    assert "第六十七条" in in_group.text


async def test_the_word_after_an_outage_offers_the_last_answer(phone: Phone, parts: Parts, telegram: Telegram) -> None:
    """One message says that the bot was away, quoting the last question; a tap answers it."""
    asked = telegram.says(STAFF, QUESTION, date=1_700_000_000)
    bodies = list(telegram.pending)
    telegram.world.updates.drop()
    await parts.intake.take(bodies)
    await parts.intake._lanes.ease(1)

    assert phone.text.startswith("📶 前一阵线路不通，您的问题现在才收到")
    assert phone.last["reply_to_message"]["message_id"] == asked["message_id"]
    await phone.presses("回答最后一条")
    assert "第六十七条" in phone.text
    assert len(phone.shown) == 1


async def test_a_press_whose_question_is_gone_says_so(phone: Phone, telegram: Telegram) -> None:
    """“重新回答” under a message that quotes nothing any more ends in an alert."""
    await phone.says(QUESTION)

    await phone.presses_data(talk.Again().pack())

    assert telegram.alerts[-1] == talk.NOTHING_TO_ANSWER


async def test_admins_may_ask_too(admin: Phone) -> None:
    """An admin is also a colleague."""
    await admin.deliver()

    await admin.says(QUESTION)

    assert "第六十七条" in admin.text
    assert admin.chat.id == ADMIN
