"""What arrives otherwise than as a text of a person: pictures, files, albums, anonymous admins, channels, commands in groups."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from telegram.constants import ChatID

from bot.chat import reply as message
from bot.chat import talk
from bot.chat.context import BotApplication
from bot.local_telegram import Person
from bot.start.app import Parts
from bot.station.accounts import ANONYMOUS_ADMIN, SERVICE_ACCOUNTS
from bot.station.roles import Role
from tests.bot.conftest import ADMIN, GROUP, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone

NAME = "policy_bot"
QUESTION = "停人家的电要提前几天打招呼"
RULE = "第六十七条"
PHOTO: Mapping[str, Any] = {"photo": []}
CHANNEL = -1009


async def send_album(phone: Phone, telegram: Telegram, *items: Mapping[str, Any], user: int = STAFF) -> None:
    """Send an album in a person's chat with the bot."""
    telegram.sends_album(user, items)
    await phone.deliver()


def word_file(name: str, kind: str = "") -> Mapping[str, Any]:
    """A document that nobody has to fetch."""
    return {"document": {"file_name": name, "file_size": 30 * 1024 * 1024, **({"mime_type": kind} if kind else {})}}


def texts(phone: Phone) -> Sequence[str]:
    """What the bot has said in the chat."""
    return [message["text"] for message in phone.shown]


# ---- captions


@pytest.mark.parametrize("medium", [PHOTO, {"video": {}}, {"voice": {}}, word_file("表箱.jpg"), word_file("通知.docx")])
async def test_a_caption_is_answered_like_a_text(phone: Phone, medium: Mapping[str, Any]) -> None:
    """A question beside a picture, a video, a voice message or a file gets the answer that it gets as a text."""
    await phone.says(QUESTION)
    answer, labels = phone.text, phone.labels

    await phone.sends(**medium, caption=QUESTION)

    assert RULE in answer
    assert (phone.text, phone.labels) == (answer, labels)
    assert len(phone.shown) == 2


async def test_a_caption_counts_as_a_question(phone: Phone, parts: Parts) -> None:
    """It is kept for trainers, and the next question may lean on it."""
    await phone.sends(**PHOTO, caption="居民申请用电，几天内要送上电？")
    await phone.says("那如果是工厂呢")

    assert "接着上一问" in phone.text
    await parts.questions.flush()
    assert len(await parts.questions.store.last()) == 2


async def test_an_edited_caption_edits_its_answer(phone: Phone) -> None:
    """After an edit of the caption the old answer gives way to the new one; a caption that is taken away gets advice there."""
    message = await phone.sends(**PHOTO, caption="红烧肉怎么做才香")

    await phone.edits(message, QUESTION)
    assert RULE in phone.text
    await phone.edits(message, "")

    assert texts(phone) == [talk.NO_PICTURE.html]


async def test_a_refusal_beside_a_picture_says_that_only_the_words_were_read(phone: Phone) -> None:
    """Who relies on the picture learns that the bot has not seen it; a refusal of a text does not speak of pictures."""
    await phone.sends(**PHOTO, caption="红烧肉怎么做才香")
    assert "只按您写的字找" in phone.text
    assert phone.text.startswith("🔍")

    await phone.says("红烧肉怎么做才香")
    assert "图片" not in phone.text


async def test_a_caption_that_is_too_long_is_asked_to_be_shortened(phone: Phone) -> None:
    """A caption has the limit that a text has."""
    await phone.sends(**PHOTO, caption="电" * 600)

    assert phone.text == talk.TOO_LONG.html


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (PHOTO, talk.NO_PICTURE),
        ({"video": {}}, talk.NO_PICTURE),
        (word_file("表箱.jpg", "image/jpeg"), talk.NO_PICTURE),
        (word_file("通知.docx"), talk.NO_FILE),
        ({"voice": {}}, talk.NO_TEXT),
        ({"location": {"longitude": 113.6, "latitude": 34.7}}, talk.NO_TEXT),
    ],
)
async def test_what_comes_without_words_gets_advice(
    phone: Phone, content: Mapping[str, Any], advice: message.Reply
) -> None:
    """Without a caption the bot says what it can't read, and what to do."""
    await phone.sends(**content)

    assert texts(phone) == [advice.html]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.ADMIN])
async def test_trainers_and_admins_hear_of_pictures_what_staff_hear(
    application: BotApplication, telegram: Telegram, parts: Parts, role: Role
) -> None:
    """Nobody's picture is read, whatever their role."""
    phone = Phone(application, telegram, STAFF)
    await parts.people.set_role(STAFF, role, ADMIN, parts.clock.now())

    await phone.sends(**PHOTO)

    assert phone.text == talk.NO_PICTURE.html


async def test_a_live_location_that_moves_is_left_alone(
    phone: Phone, application: BotApplication, telegram: Telegram
) -> None:
    """Telegram sends an edit at every step; only the message itself gets advice, also after a restart."""
    message = await phone.sends(location={"longitude": 113.6, "latitude": 34.7, "live_period": 900})
    application.chat_data[STAFF].answers.clear()
    moved = {**phone.chat.messages[message], "edit_date": 1_800_000_000}

    telegram.injects({"edited_message": moved})
    await phone.deliver()

    assert texts(phone) == [talk.NO_TEXT.html]


async def test_a_captioned_picture_answers_no_form(stranger: Phone, parts: Parts) -> None:
    """A form waits for a text: a picture with a caption leaves it open, and a stranger's is refused."""
    await stranger.says("/start")
    await stranger.presses("申请开通")

    await stranger.sends(**PHOTO, caption=QUESTION)
    assert RULE not in stranger.text
    assert "申请" in stranger.text
    await stranger.says("钱多多 抄表班")

    assert "姓名：钱多多" in stranger.text
    assert await parts.people.role(STRANGER) is Role.STRANGER


async def test_a_question_of_a_picture_can_be_answered_again(phone: Phone, telegram: Telegram) -> None:
    """The button that answers a message once more reads the caption too."""
    await phone.sends(**PHOTO, caption=QUESTION)
    asked = phone.last["message_id"] - 1
    telegram.world.post(phone.chat, telegram.world.bot, {"text": talk.MAYBE_LOST.html}, phone.chat.current(asked))

    await phone.presses_data(talk.Again().pack())

    assert RULE in phone.text


# ---- albums


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_an_album_is_answered_once_by_its_caption(phone: Phone, telegram: Telegram, place: int) -> None:
    """Wherever the caption stands, its answer comes once; pictures after it are silent."""
    items = [PHOTO, PHOTO, PHOTO]
    items[place] = {**PHOTO, "caption": QUESTION}

    await send_album(phone, telegram, *items)

    assert sum(RULE in text for text in texts(phone)) == 1
    assert RULE in phone.text
    assert len(phone.shown) == (1 if place == 0 else 2)  # the intake brings the caption to the front


async def test_an_album_without_words_gets_advice_once(phone: Phone, telegram: Telegram) -> None:
    """Five pictures get one piece of advice; the next album gets its own."""
    await send_album(phone, telegram, *[PHOTO] * 5)
    assert texts(phone) == [talk.NO_PICTURE.html]

    await send_album(phone, telegram, PHOTO, PHOTO)

    assert texts(phone) == [talk.NO_PICTURE.html] * 2


async def test_the_same_caption_on_every_picture_is_one_question(phone: Phone, telegram: Telegram) -> None:
    """Some phones repeat the caption; two different captions are two questions."""
    captioned = {**PHOTO, "caption": QUESTION}
    await send_album(phone, telegram, captioned, captioned, captioned)
    assert len(phone.shown) == 1

    await send_album(phone, telegram, captioned, {**PHOTO, "caption": "十个不准第四条"}, PHOTO)

    assert len(phone.shown) == 3
    assert "推诿塞责" in phone.text


async def test_a_strangers_album_is_refused_once(stranger: Phone, telegram: Telegram) -> None:
    """Who may not ask hears so once for each album."""
    await send_album(stranger, telegram, {**PHOTO, "caption": QUESTION}, PHOTO, PHOTO, user=STRANGER)

    assert len(stranger.shown) == 1
    assert "2002" in stranger.text


async def test_albums_are_remembered_within_bounds(
    phone: Phone, application: BotApplication, telegram: Telegram
) -> None:
    """A chat that sends albums for years takes no more memory than one that sends fifty."""
    for _ in range(60):
        await send_album(phone, telegram, PHOTO, PHOTO)

    assert len(application.chat_data[STAFF].albums) == 50


# ---- an admin's files


async def test_an_admins_document_is_imported_whatever_stands_beside_it(admin: Phone) -> None:
    """A file that the import knows goes there also with a caption; an edit of the caption asks nothing."""
    message = await admin.sends(**word_file("新规定.docx"), caption=QUESTION)
    assert "新规定.docx" in admin.text
    assert "最多 10 MB" in admin.text
    shown = len(admin.shown)

    await admin.edits(message, "十个不准第四条")

    assert len(admin.shown) == shown


async def test_an_admins_picture_that_is_sent_as_a_file_is_answered_by_its_caption(admin: Phone) -> None:
    """What the import doesn't know is a question where it has a caption; without one the admin reads what can be imported."""
    await admin.sends(**word_file("表箱.jpg", "image/jpeg"), caption=QUESTION)
    assert RULE in admin.text

    await admin.sends(**word_file("表箱.jpg", "image/jpeg"))

    assert "“表箱.jpg”不认识是什么文件" in admin.text


async def test_each_document_of_an_admins_album_is_imported(admin: Phone, telegram: Telegram) -> None:
    """Documents that are sent together are all imported; pictures among them get one reply."""
    await admin.deliver()
    before = len(admin.shown)
    items = (
        word_file("一.docx"),
        {**word_file("二.docx"), "caption": "新规定"},
        word_file("图.jpg"),
        word_file("表.jpg"),
    )

    await send_album(admin, telegram, *items, user=ADMIN)

    said = texts(admin)[before:]
    assert len(said) == 3
    assert [name for name in ("一.docx", "二.docx", "图.jpg") if any(name in text for text in said)] == [
        "一.docx",
        "二.docx",
        "图.jpg",
    ]


async def test_nothing_is_imported_in_a_group(application: BotApplication, telegram: Telegram) -> None:
    """An admin's document in a group is answered by its caption, or told where it belongs."""
    telegram.add_group(GROUP, "抢修一班", [ADMIN]).bot_is_admin = True
    admin = Phone(application, telegram, ADMIN, GROUP)
    await admin.sends(**word_file("新规定.docx"), caption=f"@{NAME} {QUESTION}")
    assert RULE in admin.text

    answer = admin.last["message_id"]
    telegram.sends(ADMIN, word_file("新规定.docx"), GROUP, reply_to=answer)
    await admin.deliver()

    assert admin.text == talk.NO_FILE.html


# ---- groups


async def test_a_picture_in_a_group_is_answered_when_its_caption_names_the_bot(
    in_group: Callable[[], Phone], telegram: Telegram
) -> None:
    """The answer quotes the picture; pictures among colleagues, and the other ones of the album, are left alone."""
    phone = in_group()
    await phone.sends(**PHOTO, caption=QUESTION)
    assert not phone.shown

    sent = telegram.sends_album(STAFF, [PHOTO, {**PHOTO, "caption": f"@{NAME} {QUESTION}"}, PHOTO], GROUP)
    await phone.deliver()

    assert len(phone.shown) == 1
    assert RULE in phone.text
    assert phone.last["reply_to_message"]["message_id"] == sent[1]["message_id"]


async def test_an_album_that_replies_to_the_bot_is_answered_once(
    in_group: Callable[[], Phone], telegram: Telegram
) -> None:
    """A reply to the bot counts as addressed, also without its name; each picture of the album is such a reply."""
    phone = in_group()
    await phone.says(f"@{NAME} {QUESTION}")
    answer = phone.last["message_id"]

    telegram.sends_album(STAFF, [{**PHOTO, "caption": "十个不准第四条"}, PHOTO], GROUP, reply_to=answer)
    await phone.deliver()

    assert len(phone.shown) == 2
    assert "推诿塞责" in phone.text


async def test_a_reply_to_the_bot_is_quoted(phone: Phone, in_group: Callable[[], Phone]) -> None:
    """In a group every answer quotes its question; in private the answer to a reply does, and other answers don't."""
    for chat, fresh in ((phone, False), (in_group(), True)):
        await chat.says(f"@{NAME} {QUESTION}")
        assert ("reply_to_message" in chat.last) is fresh

        reply = await chat.says("十个不准第四条", reply_to=chat.last["message_id"])

        assert chat.last["reply_to_message"]["message_id"] == reply


@pytest.mark.parametrize("command", [f"/me@{NAME}", "/me", f"/people@{NAME}", f"/DAILY@{NAME.upper()} 明天", "/report"])
async def test_a_command_for_private_chats_says_so_in_a_group(in_group: Callable[[], Phone], command: str) -> None:
    """It names the command, quotes it, and has a button that leads to the private chat; nothing of the person is shown."""
    phone = in_group()
    message = await phone.says(command)

    name = command[1:].split(maxsplit=1)[0].split("@", maxsplit=1)[0].lower()
    assert phone.text.startswith(f"/{name} 请到和我的私聊里用")
    assert not [
        entity for entity in phone.last["entities"] if entity["type"] == "bot_command"
    ]  # a tap would come to nothing
    assert phone.last["reply_to_message"]["message_id"] == message
    assert [button["url"] for button in phone.buttons()] == [f"https://t.me/{NAME}"]


async def test_unknown_commands_in_a_group(in_group: Callable[[], Phone]) -> None:
    """A command that doesn't exist gets a word where it names the bot; other bots' commands are left alone."""
    phone = in_group()
    for command in ("/whois", "/me@other_bot", "/whois@other_bot"):
        await phone.says(command)
    assert not phone.shown

    await phone.says(f"/whois@{NAME}")

    assert phone.text == talk.UNKNOWN_IN_GROUP.html


async def test_a_strangers_command_in_a_group_is_refused_where_it_names_the_bot(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone]
) -> None:
    """A stranger who turns to the bot by a command reads how to come in; bare commands may be another bot's."""
    in_group()
    stranger = Phone(application, telegram, STRANGER, GROUP)
    await stranger.says("/me")
    assert not stranger.shown

    await stranger.says(f"/me@{NAME}")

    assert "这里只给本所的同事用" in stranger.text


# ---- who is no person


def test_the_service_accounts_are_those_that_telegram_has() -> None:
    """The numbers are PTB's."""
    assert set(ChatID) == SERVICE_ACCOUNTS
    assert ChatID(ANONYMOUS_ADMIN) is ChatID.ANONYMOUS_ADMIN


async def traces(parts: Parts) -> tuple[int, int, Sequence[Role]]:
    """How many people and questions are kept, and what the service accounts may do."""
    await parts.questions.flush()
    people, questions = await parts.people.store.all(), await parts.questions.store.last()
    return len(people), len(questions), [await parts.people.role(number) for number in SERVICE_ACCOUNTS]


async def test_an_anonymous_admin_is_told_once_why_there_is_no_answer(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone], parts: Parts
) -> None:
    """Also the station's own admin: in the group, once, politely, and only when the bot is meant; no number is named."""
    phone = in_group()
    telegram.add_person(Person(ADMIN, "孙主任"))
    phone.chat.members.add(ADMIN)
    phone.chat.masks[ADMIN] = GROUP
    admin = Phone(application, telegram, ADMIN, GROUP)
    before = await traces(parts)

    await admin.says("今天谁值班")
    await admin.says("/help")
    assert not admin.shown
    asked = await admin.says(f"@{NAME} {QUESTION}")
    for words in (f"@{NAME} 在吗", f"/me@{NAME}", f"/start@{NAME}", f"/reload@{NAME}"):
        await admin.says(words)
    await admin.sends(**PHOTO, caption=f"@{NAME} {QUESTION}")
    await admin.edits(asked, f"@{NAME} 十个不准第四条")

    assert texts(admin) == [talk.anonymous(NAME).html]
    assert "匿名管理员" in admin.text
    assert admin.last["reply_to_message"]["message_id"] == asked
    assert str(ANONYMOUS_ADMIN) not in admin.text
    assert await traces(parts) == before

    await phone.says(f"@{NAME} {QUESTION}")
    assert RULE in phone.text


async def test_first_aid_asks_for_no_name(telegram: Telegram, in_group: Callable[[], Phone], parts: Parts) -> None:
    """Who tells the bot of danger to life reads what to do, as an anonymous admin or as a channel; a forwarded post gets nothing."""
    phone = in_group()
    telegram.add_group(CHANNEL, "公司通知", [STAFF], kind="channel").discussion = GROUP
    danger = f"@{NAME} 有人触电了怎么办"
    before = await traces(parts)
    for mask in (GROUP, CHANNEL):
        phone.chat.masks[STAFF] = mask

        await phone.says(danger)

        assert phone.text.startswith("🚨 先救人")
        assert not any("👍" in label for label in phone.labels)
    assert await traces(parts) == before

    telegram.posts(CHANNEL, {"text": danger})
    await phone.deliver()

    assert len(phone.shown) == 2


async def test_an_anonymous_admin_who_presses_a_button_is_known(
    in_group: Callable[[], Phone],
) -> None:
    """Telegram tells who presses, so the press counts by that person's role."""
    phone = in_group()
    await phone.says(f"@{NAME} {QUESTION}")
    phone.chat.masks[STAFF] = GROUP

    await phone.presses("看全案")

    assert "事件过程" in phone.text


async def test_channels_are_not_answered(telegram: Telegram, in_group: Callable[[], Phone], parts: Parts) -> None:
    """Posts, their automatic copies in the group, and what somebody writes as a channel: no reply, and no trace."""
    phone = in_group()
    phone.chat.bot_is_admin = True
    telegram.add_group(CHANNEL, "公司通知", [STAFF], kind="channel").discussion = GROUP
    before = await traces(parts)

    telegram.posts(CHANNEL, {"text": f"@{NAME} {QUESTION}"})
    telegram.posts(CHANNEL, {**PHOTO, "caption": f"/start@{NAME}"})
    phone.chat.masks[STAFF] = CHANNEL
    telegram.says(STAFF, f"@{NAME} {QUESTION}", GROUP)
    telegram.says(STAFF, f"/me@{NAME}", GROUP)
    assert len(telegram.pending) == 6
    await phone.deliver()

    assert not phone.shown
    assert all(
        message.get("from", {}).get("id") != telegram.bot["id"] for message in telegram.chats[CHANNEL].messages.values()
    )
    assert await traces(parts) == before


async def test_what_is_sent_on_behalf_of_a_chat_is_nobodys(
    phone: Phone, telegram: Telegram, in_group: Callable[[], Phone]
) -> None:
    """Also where the stand-in is none that we know: not even an electrician's own number makes it a person's message."""
    group = in_group()
    said = telegram.says(STAFF, f"@{NAME} {QUESTION}", GROUP)
    telegram.world.updates.drop()
    telegram.injects({"message": {**said, "sender_chat": {"id": CHANNEL, "type": "channel", "title": "公司通知"}}})

    await phone.deliver()

    assert not group.shown


async def test_a_colleague_can_ask_below_a_channels_post(telegram: Telegram, in_group: Callable[[], Phone]) -> None:
    """A person's reply to an automatic copy is the person's, and is answered where it names the bot."""
    phone = in_group()
    telegram.add_group(CHANNEL, "公司通知", [STAFF], kind="channel").discussion = GROUP
    telegram.posts(CHANNEL, {"text": "明天停电检修"})
    copy = max(phone.chat.messages)

    await phone.says("这要提前几天通知", reply_to=copy)
    assert not phone.shown
    await phone.says(f"@{NAME} {QUESTION}", reply_to=copy)

    assert RULE in phone.text


@pytest.mark.parametrize("number", sorted(SERVICE_ACCOUNTS))
async def test_a_service_account_is_nobody_by_its_number_alone(
    phone: Phone, telegram: Telegram, parts: Parts, number: int
) -> None:
    """Also where an update doesn't say on whose behalf it was sent: no text, command, code or press is dealt with."""
    invitation = await parts.people.invite(Role.STAFF, "", ADMIN, parts.clock.now())
    before = await traces(parts)
    user = {"id": number, "is_bot": False, "first_name": "Telegram"}
    chat = {"id": number, "type": "private", "first_name": "Telegram"}
    for place, text in enumerate((QUESTION, "/start", f"/start {invitation.code}")):
        entity = {"type": "bot_command", "offset": 0, "length": 6}
        message = {"message_id": 900 + place, "date": 1_800_000_000, "chat": chat, "from": user, "text": text}
        telegram.injects({"message": message | ({"entities": [entity]} if text.startswith("/") else {})})
    telegram.injects({"callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "x0"}})
    calls = len(telegram.calls)

    await phone.deliver()

    assert len(telegram.calls) == calls
    assert await traces(parts) == before
    assert await parts.people.come_in(invitation.code, number, "Telegram", parts.clock.now()) is None


async def test_a_list_of_people_names_no_service_account(admin: Phone, telegram: Telegram, parts: Parts) -> None:
    """A line with such a number is a fault that the clerk can mend; the other lines can be taken."""
    rows = "编号,姓名,班组,角色,状态\n1087968824,群管理,综合班,管理员,在用\n4004,钱多多,抄表班,员工,在用\n"
    telegram.sends_file(ADMIN, "名单.csv", rows.encode())
    await admin.deliver()

    assert "编号 1087968824 是 Telegram 的系统账号，不是人的编号" in admin.text
    assert "新增 1 人" in admin.text
    await admin.presses("跳过这些行，照这样改")

    assert await parts.people.role(4004) is Role.STAFF
    assert await parts.people.store.get(ANONYMOUS_ADMIN) is None
