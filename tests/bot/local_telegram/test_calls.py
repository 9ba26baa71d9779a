"""What the bot may call, and in which words it is turned down."""

from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import BadRequest

from bot.local_telegram import GROUP_ID, TOKEN, File, LocalTelegram, RejectedError
from bot.local_telegram.files import DOCUMENT_LIMIT, DOWNLOAD_LIMIT, PHOTO_LIMIT, picture_size
from tests.bot.local_telegram.conftest import COLLEAGUE, STAFF
from tests.bot.seam import TelegramRequest
from tests.clock import Clock

_PNG = (
    b"\x89PNG\r\n\x1a\n"
    + b"\x00\x00\x00\x0dIHDR"
    + (640).to_bytes(4, "big")
    + (480).to_bytes(4, "big")
    + b"\x08\x02\x00\x00\x00"
)
_EDIT = {"chat_id": STAFF, "text": "新"}


async def _refused(telegram: LocalTelegram, method: str, parameters: dict[str, Any], **files: File) -> str:
    """The words in which a call is turned down."""
    with pytest.raises(RejectedError) as caught:
        await telegram.call(method, parameters, files)
    return f"{caught.value.code} {caught.value.description}"


async def test_a_text_is_shown_without_its_tags(telegram: LocalTelegram, bot: Bot) -> None:
    """The wire carries text and entities; the markup is kept beside it."""
    button = InlineKeyboardButton("看", callback_data="a" * 64)
    sent = await bot.send_message(
        STAFF, " <b>甲</b> ", parse_mode="HTML", reply_markup=InlineKeyboardMarkup([[button]])
    )

    message = telegram.chats[STAFF].messages[sent.message_id]
    assert message["text"] == "甲"
    assert telegram.chats[STAFF].markup[sent.message_id] == " <b>甲</b> "
    assert set(message) == {"message_id", "from", "chat", "date", "text", "entities", "reply_markup"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        (" \n ", "message text is empty"),
        ("<b></b>", "message text is empty"),
        ("😀" * 2049, "message is too long"),
        ("<b>" + "电" * 4097 + "</b>", "message is too long"),
        ("\ud83d", "strings must be encoded in UTF-8"),
    ],
)
async def test_a_text_is_neither_empty_nor_too_long(telegram: LocalTelegram, text: str, words: str) -> None:
    """What counts is what shows, in UTF-16 units."""
    refused = await _refused(telegram, "sendMessage", {"chat_id": STAFF, "text": text, "parse_mode": "HTML"})
    assert refused == f"400 Bad Request: {words}"


async def test_tags_do_not_count(telegram: LocalTelegram) -> None:
    """4096 characters in bold fit."""
    message = await telegram.call(
        "sendMessage", {"chat_id": STAFF, "text": f"<b>{'电' * 4096}</b>", "parse_mode": "HTML"}
    )
    assert len(message["text"]) == 4096


def _keyboard(*buttons: object, rows: int = 1) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)] * rows}


_OK = {"text": "好", "callback_data": "x"}


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (_keyboard({"text": "好", "callback_data": ""}), "BUTTON_DATA_INVALID"),
        (_keyboard({"text": "好", "callback_data": "电" * 22}), "BUTTON_DATA_INVALID"),
        (_keyboard({"text": " ", "callback_data": "x"}), "BUTTON_TEXT_INVALID"),
        (
            _keyboard({"text": "好"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (_keyboard({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (_keyboard({**_OK, "url": "https://a.cn"}), "BUTTON_TYPE_INVALID"),
        (_keyboard({"text": "好", "pay": True}), "BUTTON_TYPE_INVALID"),
        (_keyboard({"text": "好", "url": "x"}), "inline keyboard button URL 'x' is invalid: wrong HTTP URL"),
        (_keyboard({"text": "好", "copy_text": {"text": "x" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        (_keyboard(*[_OK] * 9), "reply markup is too long"),
        (_keyboard(*[_OK] * 8, rows=13), "reply markup is too long"),
        (_keyboard({"text": "电" * 200, "callback_data": "x"}, rows=20), "reply markup is too long"),
        ("{", "can't parse reply keyboard markup JSON object"),
        ([1], "object expected as reply keyboard markup"),
        ({"inline_keyboard": 1}, "field of type Array of Arrays of InlineKeyboardButton expected"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
        ({"what": 1}, "object expected as reply markup"),
    ],
)
async def test_keyboards_are_checked(telegram: LocalTelegram, markup: object, words: str) -> None:
    """A button does exactly one thing, says something, and there are not too many."""
    refused = await _refused(telegram, "sendMessage", {"chat_id": STAFF, "text": "x", "reply_markup": markup})
    assert refused.startswith(f"400 Bad Request: {words}")


async def test_buttons_of_each_kind_come_through(bot: Bot) -> None:
    """Data of 64 bytes, a link, a text to copy."""
    row = [
        InlineKeyboardButton("一", callback_data="电" * 21 + "a"),
        InlineKeyboardButton("二", url="https://a.cn/x"),
        InlineKeyboardButton("三", copy_text=CopyTextButton("x" * 256)),
    ]
    sent = await bot.send_message(STAFF, "x", reply_markup=InlineKeyboardMarkup([row]))
    assert sent.reply_markup
    assert sent.reply_markup.inline_keyboard == (tuple(row),)


async def test_an_edit_changes_what_shows(telegram: LocalTelegram, bot: Bot) -> None:
    """Text, entities and keyboard are replaced together; a keyboard that is not given again is gone."""
    button = InlineKeyboardMarkup([[InlineKeyboardButton("看", callback_data="x")]])
    sent = await bot.send_message(STAFF, "<b>甲</b>", parse_mode="HTML", reply_markup=button)

    await bot.edit_message_text("乙", STAFF, sent.message_id)
    edited = telegram.chats[STAFF].messages[sent.message_id]
    assert edited["text"] == "乙"
    assert "edit_date" in edited
    assert not {"entities", "reply_markup"} & edited.keys()

    await bot.edit_message_reply_markup(STAFF, sent.message_id, reply_markup=button)
    assert telegram.chats[STAFF].messages[sent.message_id]["reply_markup"] == button.to_dict()


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    """The same text with the same formatting and keyboard is no edit; other formatting is."""
    sent = await bot.send_message(STAFF, "<b>甲</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="not modified: specified new message content and reply markup are exactly"):
        await bot.edit_message_text("<strong>甲</strong>", STAFF, sent.message_id, parse_mode="HTML")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(STAFF, sent.message_id)
    await bot.edit_message_text("甲", STAFF, sent.message_id)


async def test_only_what_is_there_and_the_bots_own_can_be_edited(telegram: LocalTelegram, bot: Bot) -> None:
    """Missing, foreign, forwarded and of another kind: each has its own words."""
    theirs = telegram.says(STAFF, "问")["message_id"]
    document = (await bot.send_document(STAFF, InputFile(b"x", "a.txt"))).message_id
    text = (await bot.send_message(STAFF, "x")).message_id
    assert await _refused(telegram, "editMessageText", _EDIT) == "400 Bad Request: message identifier is not specified"
    for message_id, words in (
        (999, "message to edit not found"),
        (theirs, "message can't be edited"),
        (document, "there is no text in the message to edit"),
    ):
        refused = await _refused(telegram, "editMessageText", _EDIT | {"message_id": message_id})
        assert refused == f"400 Bad Request: {words}"
    refused = await _refused(telegram, "editMessageCaption", {"chat_id": STAFF, "message_id": text, "caption": "x"})
    assert refused == "400 Bad Request: there is no caption in the message to edit"


async def test_a_picture_gives_way_to_another_one(telegram: LocalTelegram, bot: Bot) -> None:
    """File, caption and keyboard are replaced together; an earlier file is named by its id, a new one comes along."""
    button = InlineKeyboardMarkup([[InlineKeyboardButton("看", callback_data="x")]])
    sent = await bot.send_photo(STAFF, InputFile(_PNG, "a.png"), caption="甲", reply_markup=button)

    await bot.edit_message_media(InputMediaPhoto(_PNG, "<b>乙</b>", parse_mode="HTML"), STAFF, sent.message_id)
    edited = telegram.chats[STAFF].messages[sent.message_id]
    assert edited["caption"] == "乙"
    assert edited["caption_entities"][0]["type"] == "bold"
    assert edited["photo"][-1]["file_id"] != sent.photo[-1].file_id
    assert "edit_date" in edited
    assert "reply_markup" not in edited
    assert telegram.chats[STAFF].markup[sent.message_id] == "<b>乙</b>"

    back = InputMediaPhoto(sent.photo[-1], "乙")
    await bot.edit_message_media(back, STAFF, sent.message_id, reply_markup=button)
    edited = telegram.chats[STAFF].messages[sent.message_id]
    assert edited["photo"][-1]["file_id"] == sent.photo[-1].file_id
    assert edited["reply_markup"] == button.to_dict()
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_media(back, STAFF, sent.message_id, reply_markup=button)


async def test_a_text_or_a_picture_gives_way_to_a_file_of_another_kind(telegram: LocalTelegram, bot: Bot) -> None:
    """What was there before is gone altogether."""
    text = await bot.send_message(STAFF, "<b>字</b>", parse_mode="HTML")
    photo = await bot.send_photo(STAFF, InputFile(_PNG, "a.png"), caption="图")

    await bot.edit_message_media(InputMediaPhoto(_PNG), STAFF, text.message_id)
    await bot.edit_message_media(InputMediaDocument(b"x", filename="a.txt"), STAFF, photo.message_id)

    messages = telegram.chats[STAFF].messages
    assert not {"text", "entities"} & messages[text.message_id].keys()
    assert messages[text.message_id]["photo"]
    assert not {"photo", "caption"} & messages[photo.message_id].keys()
    assert messages[photo.message_id]["document"]["file_name"] == "a.txt"


async def test_a_picture_is_not_replaced_by_what_is_none(telegram: LocalTelegram, bot: Bot) -> None:
    """Media that are missing, unreadable, unknown, no picture, or in a message that can't hold them: each has its own words."""
    photo = (await bot.send_photo(STAFF, InputFile(_PNG, "a.png"))).message_id
    document = await bot.send_document(STAFF, InputFile(b"x", "a.txt"))
    poll = (await bot.send_poll(STAFF, "?", ["a", "b"])).message_id
    theirs = telegram.says(STAFF, "问")["message_id"]
    assert document.document is not None
    good = {"type": "photo", "media": "attach://new"}
    edit = {"chat_id": STAFF, "message_id": photo}
    for parameters, words in (
        ({}, "can't parse InputMedia: Media is not specified"),
        ({"media": "x"}, "can't parse input media JSON object"),
        ({"media": {"media": "attach://new"}}, "can't parse InputMedia: type must be non-empty is not supported"),
        ({"media": {"type": "photo"}}, "can't parse InputMedia: media not found"),
        ({"media": good | {"media": "nothing"}}, "wrong file identifier/HTTP URL specified"),
        ({"media": good | {"media": document.document.file_id}}, "can't use file of type Document as Photo"),
        ({"media": good | {"caption": "字" * 1025}}, "message caption is too long"),
        ({"media": good, "message_id": 999}, "message to edit not found"),
        ({"media": good, "message_id": theirs}, "message can't be edited"),
        ({"media": good, "message_id": poll}, "message can't be edited"),
    ):
        refused = await _refused(telegram, "editMessageMedia", edit | parameters, new=File("a.png", _PNG))
        assert refused == f"400 Bad Request: {words}"
    refused = await _refused(telegram, "editMessageMedia", edit | {"media": good}, new=File("a.png", b"no picture"))
    assert refused == "400 Bad Request: IMAGE_PROCESS_FAILED"


async def test_the_bot_deletes_what_it_may(telegram: LocalTelegram, bot: Bot, clock: Clock) -> None:
    """Own messages and those of a private chat for 48 hours; others' in a group not at all."""
    theirs = telegram.says(STAFF, "/help", GROUP_ID)["message_id"]
    old = (await bot.send_message(STAFF, "旧")).message_id
    clock.go_on(seconds=48 * 3600)
    fresh = (await bot.send_message(STAFF, "新")).message_id
    cases = ((STAFF, 999, "message to delete not found"), (STAFF, old, "message can't be deleted for everyone"))
    for chat_id, message_id, words in (*cases, (GROUP_ID, theirs, "message can't be deleted for everyone")):
        refused = await _refused(telegram, "deleteMessage", {"chat_id": chat_id, "message_id": message_id})
        assert refused == f"400 Bad Request: {words}"
    assert await bot.delete_message(STAFF, fresh)
    assert await bot.delete_messages(STAFF, [old, fresh, 999])
    assert old in telegram.chats[STAFF].messages
    assert fresh not in telegram.chats[STAFF].messages


async def test_a_reply_to_what_is_gone(telegram: LocalTelegram, bot: Bot) -> None:
    """Is refused, or goes out without, as the call wants it."""
    asked = telegram.says(STAFF, "问")["message_id"]
    sent = await bot.send_message(STAFF, "答", reply_to_message_id=asked)
    assert sent.reply_to_message
    assert sent.reply_to_message.message_id == asked

    telegram.deletes_message(STAFF, asked)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(STAFF, "答", reply_to_message_id=asked)
    lenient = ReplyParameters(asked, allow_sending_without_reply=True)
    assert (await bot.send_message(STAFF, "答", reply_parameters=lenient)).reply_to_message is None


async def test_topics_are_those_that_people_write_in(telegram: LocalTelegram, bot: Bot) -> None:
    """An answer goes into the topic of the question; another topic does not exist."""
    telegram.says(STAFF, "/help", GROUP_ID, message_thread_id=7, is_topic_message=True)
    sent = await bot.send_message(GROUP_ID, "答", message_thread_id=7)
    assert (sent.message_thread_id, sent.is_topic_message) == (7, True)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(GROUP_ID, "答", message_thread_id=8)


async def test_where_a_bot_can_not_write(telegram: LocalTelegram) -> None:
    """Each reason has the code and words by which a bot tells them apart."""
    telegram.says(COLLEAGUE, "/start")
    telegram.deactivates(COLLEAGUE)
    telegram.blocks(STAFF, blocked=True)
    telegram.add_group(-500, "小组", [STAFF], kind="group")
    new_id = telegram.migrates(-500)
    telegram.add_group(-600, "旧组", [STAFF], kind="group")
    telegram.deletes_chat(-600)
    telegram.kicks(GROUP_ID)
    expected = {
        4711: "400 Bad Request: chat not found",
        "@nobody": "400 Bad Request: chat not found",
        "": "400 Bad Request: chat_id is empty",
        1003: "403 Forbidden: bot can't initiate conversation with a user",
        COLLEAGUE: "403 Forbidden: user is deactivated",
        STAFF: "403 Forbidden: bot was blocked by the user",
        GROUP_ID: "403 Forbidden: bot was kicked from the supergroup chat",
        -500: "400 Bad Request: group chat was upgraded to a supergroup chat",
        -600: "403 Forbidden: the group chat was deleted",
    }
    for chat_id, words in expected.items():
        assert await _refused(telegram, "sendMessage", {"chat_id": chat_id, "text": "x"}) == words
    with pytest.raises(RejectedError) as caught:
        await telegram.call("sendMessage", {"chat_id": -500, "text": "x"})
    assert caught.value.parameters == {"migrate_to_chat_id": new_id}


async def test_presses_can_be_answered_for_a_quarter_of_an_hour(telegram: LocalTelegram, clock: Clock) -> None:
    """The text of the answer shows; later, or with a made-up id, the call is refused."""
    query = telegram.presses(STAFF, 1, "x")
    too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    too_long = await _refused(telegram, "answerCallbackQuery", {"callback_query_id": query, "text": "x" * 201})
    assert too_long == "400 Bad Request: MESSAGE_TOO_LONG"

    clock.go_on(seconds=15 * 60)
    assert await telegram.call("answerCallbackQuery", {"callback_query_id": query, "text": "x" * 200}) is True
    assert telegram.alerts == ["x" * 200]

    clock.go_on(seconds=1)
    assert await _refused(telegram, "answerCallbackQuery", {"callback_query_id": query}) == too_old
    assert await _refused(telegram, "answerCallbackQuery", {"callback_query_id": "1"}) == too_old


_QUIZ = {"type": "quiz", "correct_option_id": 0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"question": ""}, "poll question must be non-empty"),
        ({"question": "x" * 301}, "poll question length must not exceed 300"),
        ({"options": ["一"]}, "poll must have at least 2 option"),
        ({"options": ["一"] * 13}, "poll can't have more than 12 options"),
        ({"options": ["一", " "]}, "poll options must be non-empty"),
        ({"options": ["一", "x" * 101]}, "poll options length must not exceed 100"),
        ({"type": "exam"}, "unsupported poll type specified"),
        ({"type": "quiz"}, "wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [2]}, "wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [0, 1]}, "wrong correct option ID specified"),
        (_QUIZ | {"explanation": "x" * 201}, "poll explanation length must not exceed 200"),
        (_QUIZ | {"explanation": "a\nb\nc\nd"}, "poll explanation length must not exceed 200"),
        ({"open_period": 4}, "poll open period is invalid"),
    ],
)
async def test_polls_are_checked(telegram: LocalTelegram, change: dict[str, Any], words: str) -> None:
    """Question, options, the right answer, its explanation and the time have limits."""
    poll = {"chat_id": STAFF, "question": "问", "options": [{"text": "一"}, {"text": "二"}]}
    assert await _refused(telegram, "sendPoll", poll | change) == f"400 Bad Request: {words}"


async def test_a_poll_at_its_limits_is_sent(bot: Bot) -> None:
    """The longest of everything still goes."""
    sent = await bot.send_poll(
        STAFF, "问" * 300, ["x" * 100] * 12, type="quiz", correct_option_ids=[11], explanation="解" * 200
    )
    assert sent.poll
    assert len(sent.poll.options) == 12
    await bot.stop_poll(STAFF, sent.message_id)
    with pytest.raises(BadRequest, match="Poll has already been closed"):
        await bot.stop_poll(STAFF, sent.message_id)


async def test_files_go_out_and_come_back_by_id(telegram: LocalTelegram, bot: Bot) -> None:
    """An uploaded photo or document has an id by which it is sent again, and a path by which it is fetched."""
    photo = await bot.send_photo(STAFF, InputFile(_PNG, "a.png"), caption="<b>图</b>", parse_mode="HTML")
    again = await bot.send_photo(STAFF, photo.photo[-1])
    document = await bot.send_document(STAFF, InputFile(b"abc", "规定.docx"))

    assert again.photo[-1].file_id == photo.photo[-1].file_id
    assert photo.caption == "图"
    assert photo.caption_entities[0].type == "bold"
    assert document.document
    assert document.document.file_name == "规定.docx"
    assert bytes(await (await bot.get_file(document.document)).download_as_bytearray()) == b"abc"
    assert telegram.file(document.document.file_id) == File("规定.docx", b"abc")


async def test_files_are_checked(telegram: LocalTelegram) -> None:
    """Empty, too big, no picture, too long a picture, unknown: each is refused."""
    chat = {"chat_id": STAFF}
    big = File("a.bin", bytes(DOCUMENT_LIMIT + 1))
    long_picture = File("a.gif", b"GIF89a" + (2100).to_bytes(2, "little") + (100).to_bytes(2, "little"))
    assert await _refused(telegram, "sendDocument", chat, document=big) == "413 Request Entity Too Large"
    for method, file, words in (
        ("sendDocument", File("a", b""), "file must be non-empty"),
        ("sendPhoto", File("a.png", bytes(PHOTO_LIMIT + 1)), "file is too big"),
        ("sendPhoto", File("a.png", b"text"), "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", long_picture, "PHOTO_INVALID_DIMENSIONS"),
    ):
        field = method.removeprefix("send").lower()
        assert await _refused(telegram, method, chat, **{field: file}) == f"400 Bad Request: {words}"
    for value, words in (
        ({}, "there is no document in the request"),
        ({"document": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ({"document": "https://a.cn/x"}, "failed to get HTTP URL content"),
        ({"caption": "x" * 1025}, "there is no document in the request"),
    ):
        assert await _refused(telegram, "sendDocument", chat | value) == f"400 Bad Request: {words}"
    long_caption = chat | {"caption": "x" * 1025}
    refused = await _refused(telegram, "sendDocument", long_caption, document=File("a", b"x"))
    assert refused == "400 Bad Request: message caption is too long"


async def test_only_20_megabytes_can_be_fetched(telegram: LocalTelegram) -> None:
    """A bot can send 50 MB and fetch 20."""
    sent = await telegram.call(
        "sendDocument", {"chat_id": STAFF}, {"document": File("a.bin", bytes(DOWNLOAD_LIMIT + 1))}
    )
    refused = await _refused(telegram, "getFile", {"file_id": sent["document"]["file_id"]})
    assert refused == "400 Bad Request: file is too big"


def test_pictures_are_measured_by_their_heads() -> None:
    """Width and height are in the first bytes of PNG, GIF, WebP and JPEG."""
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + (30).to_bytes(2, "big") + (40).to_bytes(2, "big")
    webp = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")
    gif = b"GIF89a" + (40).to_bytes(2, "little") + (30).to_bytes(2, "little")
    assert picture_size(_PNG) == (640, 480)
    assert {picture_size(data) for data in (jpeg, webp, gif)} == {(40, 30)}
    assert picture_size(b"\xff\xd8\xff") is None
    assert picture_size(b"") is None


async def test_commands_are_shown_by_the_narrowest_scope(telegram: LocalTelegram, bot: Bot) -> None:
    """A menu for one chat hides the one for all; without it the other shows again."""
    menus, chats = telegram.world.menus, telegram.chats
    await bot.set_my_commands([BotCommand("help", "帮助")])
    await bot.set_my_commands([BotCommand("reload", "更新")], scope=BotCommandScopeChat(STAFF))
    await bot.set_my_commands([BotCommand("ask", "提问")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([BotCommand("aid", "帮忙")], language_code="zh")

    assert [command["command"] for command in menus.shown(chats[STAFF], STAFF)] == ["reload"]
    assert [command["command"] for command in menus.shown(chats[GROUP_ID], STAFF)] == ["ask"]
    assert [command["command"] for command in menus.shown(chats[COLLEAGUE], COLLEAGUE)] == ["aid"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(STAFF))
    assert [command["command"] for command in menus.shown(chats[STAFF], STAFF)] == ["aid"]
    assert await bot.get_my_commands() == (BotCommand("help", "帮助"),)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([], scope=BotCommandScopeChat(4711))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "help", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "help", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "help", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"scope": {"type": "x"}}, "can't parse BotCommandScope: unsupported type specified"),
        ({"language_code": "chinese"}, "invalid language code specified"),
    ],
)
async def test_commands_are_checked(telegram: LocalTelegram, parameters: dict[str, Any], words: str) -> None:
    """Names are small Latin letters, descriptions 1 to 256 characters, at most 100."""
    assert await _refused(telegram, "setMyCommands", {"commands": []} | parameters) == f"400 Bad Request: {words}"


async def test_the_bot_knows_itself_and_its_chats(telegram: LocalTelegram, bot: Bot) -> None:
    """GetMe, names and descriptions, getChat and getChatMember read as PTB wants them."""
    assert (await bot.get_me()).username == "policy_bot"
    assert await bot.set_my_name("新名")
    assert (await bot.get_me()).first_name == (await bot.get_my_name()).name == "新名"
    assert await bot.set_my_description("说明", language_code="zh")
    assert (await bot.get_my_description()).description == ""
    assert (await bot.get_my_description("zh")).description == "说明"
    assert await bot.set_my_short_description("短")
    assert (await bot.get_my_short_description()).short_description == "短"

    assert (await bot.get_chat(GROUP_ID)).title == "抢修一班"
    assert (await bot.get_chat(STAFF)).first_name == "王师傅"
    assert (await bot.get_chat_member(GROUP_ID, STAFF)).status == "creator"
    assert (await bot.get_chat_member(GROUP_ID, COLLEAGUE)).status == "member"
    assert (await bot.get_chat_member(GROUP_ID, 9001)).status == "left"
    telegram.chats[GROUP_ID].bot_is_admin = True
    assert (await bot.get_chat_member(GROUP_ID, bot.id)).status == "administrator"
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(COLLEAGUE)


async def test_forwards_copies_pins_reactions_and_actions(telegram: LocalTelegram, bot: Bot) -> None:
    """A forward names its origin, a copy does not; a pin in a group needs an administrator."""
    telegram.says(COLLEAGUE, "/start")
    asked = telegram.says(STAFF, "问")["message_id"]
    forwarded = await bot.forward_message(COLLEAGUE, STAFF, asked)
    assert forwarded.forward_origin
    assert forwarded.text == "问"
    copied = await bot.copy_message(COLLEAGUE, STAFF, asked)
    assert "forward_origin" not in telegram.chats[COLLEAGUE].messages[copied.message_id]
    with pytest.raises(BadRequest, match="Message to forward not found"):
        await bot.forward_message(COLLEAGUE, STAFF, 999)

    assert await bot.pin_chat_message(STAFF, asked)
    assert telegram.chats[STAFF].pinned == [asked]
    in_group = (await bot.send_message(GROUP_ID, "x")).message_id
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(GROUP_ID, in_group)

    assert await bot.set_message_reaction(STAFF, asked, ReactionTypeEmoji("👍"))
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(STAFF, asked, "🔌")
    assert await bot.send_chat_action(STAFF, "typing")
    refused = await _refused(telegram, "sendChatAction", {"chat_id": STAFF, "action": "dancing"})
    assert refused == "400 Bad Request: wrong parameter action in request"


async def test_what_the_bot_api_does_not_have_is_not_found(telegram: LocalTelegram) -> None:
    """An unknown method is a 404, and is in the list of calls all the same."""
    assert await _refused(telegram, "sendTelepathy", {}) == "404 Not Found"
    assert telegram.calls[-1] == ("sendTelepathy", {})


async def test_calls_are_read_from_form_fields_too(telegram: LocalTelegram) -> None:
    """Numbers, objects and flags may come as text; a text that looks like JSON stays a text."""
    keyboard = '{"inline_keyboard":[[{"text":"好","callback_data":"x"}]]}'
    fields = {"chat_id": str(STAFF), "text": "[1]", "reply_markup": keyboard, "protect_content": "true"}

    message = await telegram.call("sendmessage", fields)

    assert message["text"] == "[1]"
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "x"
    assert message["has_protected_content"] is True
    assert telegram.calls[-1][0] == "sendMessage"
    assert telegram.calls[-1][1]["chat_id"] == STAFF


async def test_a_wrong_token_is_unauthorized(telegram: LocalTelegram) -> None:
    """Another bot's token opens nothing."""
    request = TelegramRequest(telegram)
    code, body = await request.do_request("https://api.telegram.org/bot1:x/getMe", "POST")
    assert (code, b"Unauthorized" in body) == (401, True)
    code, _ = await request.do_request(f"https://api.telegram.org/bot{TOKEN}/getMe", "POST")
    assert code == 200


async def test_flood_limits(clock: Clock) -> None:
    """Where they are on: short bursts in a chat, then one message a second, 20 a minute in a group, 30 a second in all."""
    telegram = LocalTelegram.with_cast(clock=clock.unix)
    telegram.says(STAFF, "/start")
    for _ in range(100):
        await telegram.call("sendMessage", {"chat_id": STAFF, "text": "x"})

    slow = LocalTelegram(clock=clock.unix, limits=True)
    slow.add_group(GROUP_ID, "班", [STAFF])
    for user_id in (STAFF, *range(1, 40)):
        slow.says(user_id, "/start")
    for _ in range(5):
        await slow.call("sendMessage", {"chat_id": STAFF, "text": "x"})
    with pytest.raises(RejectedError, match="Too Many Requests: retry after 1") as caught:
        await slow.call("sendMessage", {"chat_id": STAFF, "text": "x"})
    assert (caught.value.code, caught.value.parameters) == (429, {"retry_after": 1})
    for user_id in range(1, 26):
        await slow.call("sendMessage", {"chat_id": user_id, "text": "x"})
    assert (await _refused(slow, "sendMessage", {"chat_id": 30, "text": "x"})).startswith("429")

    for _ in range(20):
        clock.go_on(seconds=1)
        await slow.call("sendMessage", {"chat_id": GROUP_ID, "text": "x"})
    clock.go_on(seconds=1)
    refused = await _refused(slow, "sendMessage", {"chat_id": GROUP_ID, "text": "x"})
    assert refused == "429 Too Many Requests: retry after 40"
