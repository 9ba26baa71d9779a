"""Pictures and albums from the browser phone, by polling and by webhook; and what a group sees of anonymous admins and commands."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.chat import talk
from bot.local_telegram import GROUP_ID
from tests.end_to_end.browser import NARROW, Phones
from tests.end_to_end.desk import Desk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN, ADMIN = 1001, 3001
QUESTION = "停人家的电要提前几天打招呼"
RULE = "在停电前三至七天内,将停电通知送达用户"
OTHER_QUESTION = "用户不在家，能进去修吗"
OTHER_RULE = "必须有本家在场方可进宅"
PICTURES = tuple(Path(__file__).parent / "pictures" / f"{name}.png" for name in ("answer", "case", "dark"))


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_picture_and_an_album_are_answered_by_their_captions(phones: Phones, desk: Desk, webhook: bool) -> None:
    """A photo with a question gets one answer, an album gets one, and pictures without words get advice once."""
    tab = await phones.open(ELECTRICIAN, NARROW)

    await tab.send_files(PICTURES[0], caption=QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)
    await tab.send_files(*PICTURES, caption=OTHER_QUESTION)
    await expect(tab.answer_text).to_contain_text(OTHER_RULE)
    await tab.send_files(*PICTURES)
    await expect(tab.answer_text).to_have_text(talk.NO_PICTURE.html)

    await tab.say("十个不准第四条")  # whatever else had been said to the pictures would stand before its answer
    await expect(tab.answer_text).to_contain_text("推诿塞责")
    await expect(tab.answers).to_have_count(4)
    await expect(tab.said_by(ELECTRICIAN)).to_have_count(8)
    albums = [message.get("media_group_id") for message in desk.telegram.chats[ELECTRICIAN].messages.values()]
    assert len({album for album in albums if album}) == 2
    assert ("getUpdates" in {method for method, _ in desk.telegram.calls}) is not webhook


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_an_album_with_its_caption_at_the_end_is_answered_once(phones: Phones, desk: Desk) -> None:
    """The pictures before the caption get no advice that the answer would contradict."""
    tab = await phones.open(ELECTRICIAN)

    desk.telegram.sends_album(ELECTRICIAN, [{"video": {}}, {"video": {}}, {"video": {}, "caption": QUESTION}])
    await expect(tab.answer_text).to_contain_text(RULE)

    await tab.say("十个不准第四条")
    await expect(tab.answer_text).to_contain_text("推诿塞责")
    await expect(tab.answers).to_have_count(2)


async def test_a_caption_can_be_mended_on_the_phone(phones: Phones) -> None:
    """Who has mistyped the caption edits it in the menu of the picture, and the answer changes in place."""
    tab = await phones.open(ELECTRICIAN)
    await tab.send_files(PICTURES[0], caption=QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)
    picture = tab.said_by(ELECTRICIAN).last

    await picture.hover()
    await picture.get_by_test_id("message-menu").click()
    await tab.part("menu-edit").click()
    await tab.say(OTHER_QUESTION)

    await expect(tab.answer_text).to_contain_text(OTHER_RULE)
    await expect(tab.answers).to_have_count(1)
    await expect(picture.get_by_test_id("photo")).to_be_visible()


async def test_a_group_hears_why_an_anonymous_admin_gets_no_answer(phones: Phones, desk: Desk) -> None:
    """Once, under the group's name; the button leads to the private chat."""
    desk.introduce(ADMIN)
    desk.telegram.chats[GROUP_ID].masks[ADMIN] = GROUP_ID
    tab = await phones.open(ADMIN, NARROW, GROUP_ID)

    await tab.say(f"@policy_bot {QUESTION}")
    await expect(tab.answer_text).to_contain_text("匿名管理员发的消息")
    await expect(tab.answer.get_by_test_id("reply-quote")).to_contain_text("抢修一班")
    await tab.say("@policy_bot 在吗")
    desk.telegram.says(ELECTRICIAN, f"@policy_bot {OTHER_QUESTION}", GROUP_ID)
    await expect(tab.answer_text).to_contain_text(OTHER_RULE)
    await expect(tab.answers).to_have_count(2)

    await tab.answers.first.get_by_test_id("keyboard-button").click()
    await tab.say(QUESTION)
    await expect(tab.answer_text).to_contain_text(RULE)


async def test_a_command_for_private_chats_leads_there(phones: Phones) -> None:
    """/me in the group shows nothing of the person, and a button opens the chat in which it works."""
    tab = await phones.open(ELECTRICIAN, NARROW, GROUP_ID)

    await tab.say("/me@policy_bot")
    await expect(tab.answer_text).to_contain_text("/me 请到和我的私聊里用")
    await tab.press("去和我私聊")
    await tab.say("/me")

    await expect(tab.answer_text).to_contain_text("王师傅")
