"""Conversations: what is said of an answer, what is remembered, and of whom."""

from collections.abc import Callable

import pytest

from bot.chat.context import BotApplication
from bot.start.app import Parts
from tests.bot.conftest import ADMIN, GROUP, Telegram
from tests.bot.phone import Phone
from tests.clock import Clock

NAME = "policy_bot"
QUESTION = "停人家的电要提前几天打招呼"
RULE = "在停电前三至七天内,将停电通知送达用户"
CASE = "欠费停电太随意"
OTHER_QUESTION = "用户不在家，能进去修吗"
OTHER_RULE = "必须有本家在场方可进宅"
LISTENING = "👂"
"""How an act is answered that is about nothing."""
REASONS = ["答非所问", "规定过期了", "没说清楚", "缺了要紧的"]
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


# ---- acts and picks


@pytest.mark.parametrize(
    ("act", "begins", "shows"),
    [
        ("原文", "📖 《供电营业规则》第六十七条", "已失效"),
        ("详细点", f"📂 {CASE}", "案例点评"),
        ("为什么", f"📂 {CASE}", "为什么 "),
        ("换一个", "📌", "📂"),
        ("有没有案例", f"📂 {CASE}", "📌"),
        ("再发一遍", "📌", RULE),
    ],
)
async def test_an_act_is_done_with_the_answer_before(phone: Phone, act: str, begins: str, shows: str) -> None:
    """A word or two about the answer are no question: they bring what is asked for, and no thumbs."""
    await phone.says(QUESTION)
    await phone.says(act)

    assert phone.text.startswith(begins)
    assert shows in phone.text
    assert "👍 有用" not in phone.labels


async def test_another_one_is_another_case(phone: Phone) -> None:
    """换一个 shows what the answer before did not."""
    await phone.says(QUESTION)
    await phone.says("换一个")

    assert CASE not in phone.text


@pytest.mark.parametrize("pick", ["2", "第二个", "选2", "我说的是{words}那个"])
async def test_a_choice_is_picked_by_number_and_by_words(phone: Phone, pick: str) -> None:
    """What is picked in words is what the button shows."""
    await phone.says(QUESTION)
    await phone.says("不对")
    (title,) = [line.removeprefix("2. ") for line in phone.text.split("\n") if line.startswith("2. ")]
    (situation,) = [label.removeprefix("2. ") for label in phone.labels if label.startswith("2. ")]

    await phone.says(pick.format(words=situation[:12]))

    assert phone.text.startswith("📌")
    assert f"案例：{title}" in phone.text


async def test_a_typo_is_mended_with_a_star(phone: Phone) -> None:
    """*打洞 after a mistyped question is read together with it."""
    await phone.says("在人家墙上打动要先商量吗")
    await phone.says("*打洞")

    assert phone.text.startswith("↪ 接着上一问回答\n📌 凡要动用户的墙、地、房（打洞")


# ---- complaints


async def test_the_reason_after_a_complaint_in_words_stays_with_the_question(
    phone: Phone, admin: Phone, parts: Parts
) -> None:
    """不对 offers candidates and four reasons; 规定过期了 is kept with the question, taken away, and told to admins at once."""
    await admin.deliver()
    await phone.says(QUESTION)
    await phone.says("不对")
    assert phone.labels[-4:] == REASONS
    candidates = phone.labels[:-4]
    assert [label[:3] for label in candidates[:2]] == ["1. ", "2. "]

    await phone.presses("规定过期了")

    assert phone.labels == candidates
    (asked,) = await parts.questions.store.last()
    assert (asked.text, asked.verdict) == (QUESTION, "bad-old")
    assert admin.text.startswith("⚠️ 有人说回答里的规定过期了")
    assert QUESTION in admin.text


async def test_a_complaint_about_nothing_is_kept_with_nothing(phone: Phone, parts: Parts) -> None:
    """不对 as the first word of all is asked what it is about."""
    await phone.says("不对")

    assert phone.text.startswith(LISTENING)
    await parts.questions.flush()
    assert not await parts.questions.store.last()


# ---- whose conversation it is


async def test_two_people_in_a_group_do_not_mix(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone]
) -> None:
    """The rule behind 原文 is that of one's own question, though another one asked in between."""
    first, second = in_group(), Phone(application, telegram, ADMIN, GROUP)
    telegram.chats[GROUP].members.add(ADMIN)
    await first.says(f"@{NAME} {QUESTION}")
    await second.says(f"@{NAME} 原文")
    assert second.text.startswith(LISTENING)
    await second.says(f"@{NAME} {OTHER_QUESTION}")

    await first.says(f"@{NAME} 原文")

    assert RULE in first.text
    await second.says(f"@{NAME} 原文")
    assert OTHER_RULE in second.text


async def test_two_private_chats_do_not_mix(phone: Phone, admin: Phone) -> None:
    """What one person asked is no context for another one."""
    await phone.says(QUESTION)
    await admin.says("原文")

    assert admin.text.startswith(LISTENING)


async def test_one_person_s_group_and_private_chat_do_not_mix(phone: Phone, in_group: Callable[[], Phone]) -> None:
    """What was asked in the group is not talked of in the private chat."""
    group = in_group()
    await group.says(f"@{NAME} {QUESTION}")

    await phone.says("原文")

    assert phone.text.startswith(LISTENING)


# ---- what a conversation survives


async def test_a_conversation_survives_what_lies_between(phone: Phone, clock: Clock) -> None:
    """A press, a command, a picture, thanks and nine minutes change nothing of what 原文 is about."""
    await phone.says(QUESTION)
    await phone.presses("看全案")
    await phone.says("/help")
    await phone.sends(photo=PHOTO)
    await phone.says("谢谢")
    clock.go_on(minutes=9)

    await phone.says("原文")

    assert phone.text.startswith("📖")
    assert RULE in phone.text


async def test_the_topic_before_an_emergency_can_be_come_back_to(phone: Phone) -> None:
    """First aid stands alone; after relief the question of before is still known."""
    await phone.says(QUESTION)
    await phone.says("快点，小刘在杆上触电了")
    assert phone.text.startswith("🚨")
    await phone.says("人醒了，救护车来了")
    assert "🚨" not in phone.text

    await phone.says("回到刚才停电的事，要提前几天通知")

    assert RULE in phone.text


async def test_an_edit_leaves_the_other_topics_known(phone: Phone) -> None:
    """After a mended question its own rule is 原文, and the topic before it can be come back to."""
    await phone.says(QUESTION)
    typed = await phone.says("红烧肉怎么做才香")
    await phone.edits(typed, OTHER_QUESTION)

    await phone.says("原文")
    assert OTHER_RULE in phone.text
    await phone.says("回到刚才停电的事")

    assert phone.text.startswith("↪")
    assert RULE in phone.text


# ---- what is forgotten


async def test_after_ten_minutes_nothing_is_talked_of(phone: Phone, clock: Clock) -> None:
    """An act is asked what it is about, and a follow-up stands alone."""
    await phone.says(QUESTION)
    clock.go_on(minutes=11)
    await phone.says("原文")
    assert phone.text.startswith(LISTENING)

    await phone.says("那要是医院呢")

    assert "接着上一问" not in phone.text


async def test_an_alarm_is_over_after_relief_and_after_ten_minutes(phone: Phone, clock: Clock) -> None:
    """还没醒 goes on with danger only while it is talked of."""
    for ends in ("没事了，人缓过来了", ""):
        await phone.says("快点，小刘在杆上触电了")
        await phone.says("还没到")
        assert phone.text.startswith("🚨")
        if ends:
            await phone.says(ends)
        else:
            clock.go_on(minutes=11)

        await phone.says("还没到")

        assert "🚨" not in phone.text, ends


async def test_a_restart_forgets(phone: Phone, application: BotApplication) -> None:
    """What is remembered of a chat lies in memory only."""
    await phone.says(QUESTION)
    application.drop_chat_data(phone.chat.id)

    await phone.says("原文")

    assert phone.text.startswith(LISTENING)
