"""First aid before everything, for everybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.asking import answers
from bot.chat import talk
from bot.chat.context import BotApplication
from bot.daily.planning import FOREWORD
from bot.people import words
from bot.people.rows import Person, PersonState
from bot.start.app import Parts
from bot.station.roles import Role
from retrieval.answering.answer import Answer, Answerer, Tier
from retrieval.model import KnowledgeBase
from tests.bot.conftest import ADMIN, GROUP, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone

NAME = "policy_bot"
DANGER = "快点，小刘在杆上触电了"
QUESTION = "停人家的电要提前几天打招呼"
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


def somebody(role: Role = Role.STAFF, state: PersonState = PersonState.ACTIVE) -> Person:
    """The one with the phone, otherwise than listed."""
    return Person(STAFF, "王强", "抢修一班", role, state, True, None, datetime(2026, 11, 1, tzinfo=UTC))


async def test_a_stranger_in_danger_is_helped_and_then_told_how_to_come_in(stranger: Phone) -> None:
    """First aid, nothing of the knowledge, and the way in below; what goes on with it is heard too; an ordinary question gets no aid."""
    await stranger.says(DANGER)
    assert stranger.text.startswith("🚨 先救人：马上断电")
    assert stranger.text.endswith(talk.stranger(STRANGER).html.replace("<code>", "").replace("</code>", ""))
    assert not stranger.labels

    await stranger.says("还没醒")
    assert stranger.text.startswith("🚨 先救人")
    await stranger.says("他现在脸发青，怎么按")
    assert stranger.text.startswith("🚨 先")

    await stranger.says(QUESTION)
    assert "🚨" not in stranger.text
    assert "2002" in stranger.text


async def test_danger_goes_on_over_several_messages(phone: Phone) -> None:
    """Each message that only goes on with the one before brings the same advice; relief brings none."""
    await phone.says(DANGER)
    for message in ("还没醒", "怎么按", "120什么时候到"):
        await phone.says(message)
        assert phone.text.startswith("🚨 先救人"), message

    await phone.says("没事了，人缓过来了")

    assert "🚨" not in phone.text


async def test_in_a_group_a_stranger_who_turns_to_the_bot_is_helped(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone]
) -> None:
    """A mention is answered with first aid; talk that is not for the bot is left alone."""
    in_group()
    stranger = Phone(application, telegram, STRANGER, GROUP)
    await stranger.says(DANGER)
    assert not stranger.shown

    await stranger.says(f"@{NAME} {DANGER}")

    assert stranger.text.startswith("🚨 先救人")
    assert "私聊我" in stranger.text


async def test_a_form_that_waits_does_not_stand_before_first_aid(stranger: Phone) -> None:
    """A stranger who is asked for name and team tells of danger, is helped, and can go on with the form."""
    await stranger.says("/start")
    await stranger.presses("申请开通")

    await stranger.says("救命，变压器着火了")
    assert stranger.text.startswith("🚨 先保人")

    await stranger.says("王强 抢修一班")
    assert stranger.text.startswith("请核对一下")


async def test_what_a_trainer_writes_about_danger_is_no_alarm(phone: Phone, parts: Parts) -> None:
    """The word to the day's case may speak of a shock: it is taken as it is."""
    people = parts.people
    await people.change(somebody(role=Role.TRAINER), ADMIN, "role", parts.clock.now())
    await parts.forms.ask(STAFF, FOREWORD, {"team": "0", "day": "2026-11-24"}, parts.clock.now())

    await phone.says("三组刚才有人触电，大家把这个案例看一看")

    assert "🚨" not in phone.text


async def test_somebody_suspended_is_helped_too(phone: Phone, parts: Parts) -> None:
    """An account that is switched off gets first aid, then that it is switched off."""
    await parts.people.change(somebody(state=PersonState.SUSPENDED), ADMIN, "off", parts.clock.now())

    await phone.says(DANGER)

    assert phone.text.startswith("🚨 先救人")
    assert phone.text.endswith(words.SUSPENDED.html)


async def test_danger_below_a_picture_and_in_a_long_text_is_heard(phone: Phone, stranger: Phone) -> None:
    """What the bot can't answer otherwise still brings first aid, to everybody."""
    for someone in (phone, stranger):
        await someone.sends(photo=PHOTO, caption="高压线掉在路上了，好多人围着")
        assert someone.text.startswith("🚨 先别靠近")

        await someone.says("电" * 600 + "，有人触电了")
        assert someone.text.startswith("🚨 先救人")


# ---- what stands below


def test_below_first_aid_stands_only_what_surely_fits(answerer: Answerer) -> None:
    """The one case, as a button, where it is as good as certain; nothing where it isn't; what was asked for by number always."""
    day = date(2026, 11, 23)
    answer = answerer.answer("漏保老跳 我直接短接了 结果有人触电", today=day)
    assert (answer.tier, bool(answer.advice)) == (Tier.CHOOSE, True)

    sure = answers.answer_reply(replace(answer, sure=0.95), "班长")
    unsure = answers.answer_reply(replace(answer, sure=0.85), "班长")
    by_number = answers.answer_reply(answerer.answer("有人触电了，十个不准第4条", today=day), "班长")

    assert sure.html.startswith("🚨 <b>先救人")
    assert [button.label for row in sure.keyboard for button in row] == [answer.cases[0].record.title]
    assert sure.html.endswith("人都安全了再看：")
    assert unsure.html == f"🚨 <b>{answer.advice[0]}</b>"
    assert unsure.keyboard == ()
    assert "推诿塞责" in by_number.html


async def test_the_case_below_first_aid_opens(phone: Phone, answerer: Answerer, knowledge: KnowledgeBase) -> None:
    """A press on it shows the case with its rule."""
    for case in knowledge.cases:
        for question in case.questions:
            if answerer.answer(f"{question}，有人触电了", today=date(2026, 11, 23)).sure >= 0.9:
                await phone.says(f"{question}，有人触电了")
                await phone.presses(phone.labels[0])
                assert phone.text.startswith("📌")
                return
    pytest.fail("no question is sure enough")


@pytest.mark.parametrize(
    ("question", "is_said"), [("员工受伤去哪报销", True), ("去年觸電的人怎么办保险", True), ("红烧肉怎么做才香", False)]
)
def test_a_refusal_that_speaks_of_injury_says_whom_to_call(question: str, *, is_said: bool) -> None:
    """Where nothing is held and no alarm rings, the number still stands there."""
    reply = answers.answer_reply(Answer(question, date(2026, 11, 23), Tier.NONE, (), ()), "班长")

    assert ("有人受伤，先打 120" in reply.html) == is_said
