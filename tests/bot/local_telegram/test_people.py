"""What people do, and what the bot hears of it: read by PTB's own `Update`."""

from collections.abc import Callable

import pytest
from telegram import (
    Bot,
    ChatMemberBanned,
    ChatMemberMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageOriginChannel,
    Update,
)
from telegram.constants import ChatID, ChatMemberStatus

from bot.local_telegram import GROUP_ID, File, ImpossibleError, LocalTelegram, Person
from bot.local_telegram.entities import utf16_length
from tests.bot.local_telegram.conftest import COLLEAGUE, PASSER_BY, STAFF, TRAINER
from tests.clock import Clock

_PNG = (
    b"\x89PNG\r\n\x1a\n"
    + b"\x00\x00\x00\x0dIHDR"
    + (640).to_bytes(4, "big")
    + (480).to_bytes(4, "big")
    + b"\x08\x02\x00\x00\x00"
)


async def _next(bot: Bot) -> Update:
    """The one update that waits, confirmed."""
    [update] = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    return update


async def test_a_text_reaches_the_bot_with_sender_chat_and_entities(telegram: LocalTelegram, bot: Bot) -> None:
    """A command in a private chat arrives as PTB knows it."""
    telegram.says(STAFF, "😀 /help 好")

    message = (await _next(bot)).message

    assert message is not None
    assert (message.chat.id, message.from_user and message.from_user.first_name) == (STAFF, "王师傅")
    assert message.parse_entities() == {message.entities[0]: "/help"}


async def test_a_reply_carries_what_it_replies_to(telegram: LocalTelegram, bot: Bot) -> None:
    """The replied message comes along, as it is now."""
    sent = await bot.send_message(STAFF, "先前")
    await bot.edit_message_text("改过", STAFF, sent.message_id)

    telegram.says(STAFF, "这条", reply_to=sent.message_id)

    message = (await _next(bot)).message
    assert message
    assert message.reply_to_message
    assert message.reply_to_message.text == "改过"


async def test_a_text_that_is_too_long_goes_out_in_pieces(telegram: LocalTelegram, bot: Bot) -> None:
    """A phone cuts at 4096 UTF-16 units, and loses nothing."""
    text = "😀" * 3000

    telegram.says(STAFF, text)

    pieces = [update.message.text or "" for update in await bot.get_updates() if update.message]
    assert "".join(pieces) == text
    assert max(map(utf16_length, pieces)) <= 4096


async def test_an_edit_comes_as_one(telegram: LocalTelegram, bot: Bot) -> None:
    """The bot gets an edited_message with the id of the old one."""
    message_id = telegram.says(STAFF, "停电")["message_id"]
    await _next(bot)

    telegram.edits(STAFF, message_id, "停电通知")

    edited = (await _next(bot)).edited_message
    assert edited
    assert (edited.message_id, edited.text) == (message_id, "停电通知")
    assert edited.edit_date is not None


async def test_a_press_carries_the_message_as_it_is(telegram: LocalTelegram, bot: Bot) -> None:
    """A press brings data, the message under which the button is, and what that replied to, unless it is deleted."""
    asked = telegram.says(STAFF, "问")["message_id"]
    await _next(bot)
    answer = await bot.send_message(STAFF, "答", reply_to_message_id=asked)

    query_id = telegram.presses(STAFF, answer.message_id, "伪造")
    query = (await _next(bot)).callback_query
    assert query
    assert (query.id, query.data) == (query_id, "伪造")
    assert isinstance(query.message, Message)
    assert query.message.reply_to_message
    assert query.message.reply_to_message.text == "问"

    telegram.deletes_message(STAFF, asked)
    telegram.presses(STAFF, answer.message_id, "x")
    query = (await _next(bot)).callback_query
    assert query
    assert isinstance(query.message, Message)
    assert query.message.reply_to_message is None

    telegram.deletes_message(STAFF, answer.message_id)
    telegram.presses(STAFF, answer.message_id, "x")
    query = (await _next(bot)).callback_query
    assert query
    assert query.message
    assert not query.message.is_accessible


async def test_blocking_and_coming_back_are_told(telegram: LocalTelegram, bot: Bot) -> None:
    """The bot hears that it was stopped, and that it may go on; in between nobody can write."""
    telegram.blocks(STAFF, blocked=True)
    stopped = (await _next(bot)).my_chat_member
    assert stopped
    assert isinstance(stopped.new_chat_member, ChatMemberBanned)
    with pytest.raises(ImpossibleError):
        telegram.says(STAFF, "喂")

    telegram.blocks(STAFF, blocked=False)
    back = (await _next(bot)).my_chat_member
    assert back
    assert isinstance(back.new_chat_member, ChatMemberMember)
    telegram.says(STAFF, "喂")


async def test_the_bot_is_thrown_out_of_a_group_and_taken_back(telegram: LocalTelegram, bot: Bot) -> None:
    """Both are told; the welcome is a service message besides."""
    telegram.kicks(GROUP_ID)
    out = (await _next(bot)).my_chat_member
    assert out
    assert out.new_chat_member.status == ChatMemberStatus.BANNED
    telegram.says(STAFF, "/help", GROUP_ID)
    assert telegram.pending == ()

    telegram.joins(GROUP_ID)
    moved, welcome = await bot.get_updates()
    assert moved.my_chat_member
    assert moved.my_chat_member.new_chat_member.status == ChatMemberStatus.MEMBER
    assert welcome.message
    assert welcome.message.new_chat_members[0].id == bot.id


async def test_a_group_becomes_a_supergroup(telegram: LocalTelegram, bot: Bot) -> None:
    """Each of the two chats tells of the other, and people go on in the new one."""
    telegram.add_group(-500, "小组", [STAFF, COLLEAGUE], kind="group")

    new_id = telegram.migrates(-500)

    left, entered = await bot.get_updates()
    assert left.message
    assert (left.message.chat.id, left.message.migrate_to_chat_id) == (-500, new_id)
    assert entered.message
    assert (entered.message.chat.id, entered.message.migrate_from_chat_id) == (new_id, -500)
    with pytest.raises(ImpossibleError):
        telegram.says(STAFF, "/help", -500)
    telegram.says(STAFF, "/help", new_id)


@pytest.mark.parametrize(
    ("say", "heard"),
    [
        (lambda telegram: telegram.says(STAFF, "今天几点收工", GROUP_ID), False),
        (lambda telegram: telegram.says(STAFF, "/help", GROUP_ID), True),
        (lambda telegram: telegram.says(STAFF, "/help@policy_bot", GROUP_ID), True),
        (lambda telegram: telegram.says(STAFF, "/help@other_bot", GROUP_ID), False),
        (lambda telegram: telegram.says(STAFF, "@Policy_Bot 停电", GROUP_ID), True),
        (lambda telegram: telegram.says(STAFF, "@policy_bot_2 停电", GROUP_ID), False),
        (lambda telegram: telegram.sends(STAFF, {"photo": [], "caption": "@policy_bot 看"}, GROUP_ID), True),
        (lambda telegram: telegram.sends(STAFF, {"voice": {}}, GROUP_ID), False),
        (lambda telegram: telegram.sends(STAFF, {"new_chat_title": "二班"}, GROUP_ID), True),
    ],
)
def test_in_a_group_the_bot_hears_what_is_meant_for_it(
    telegram: LocalTelegram, say: Callable[[LocalTelegram], object], heard: bool
) -> None:
    """Privacy mode: commands, mentions and service messages; nothing of what people say to each other."""
    say(telegram)
    assert bool(telegram.pending) is heard


async def test_in_a_group_the_bot_hears_replies_to_it_and_edits_for_it(telegram: LocalTelegram, bot: Bot) -> None:
    """A reply to the bot is meant for it; so is an edit that names it."""
    answer = await bot.send_message(GROUP_ID, "答")
    telegram.says(STAFF, "那第二条呢", GROUP_ID, reply_to=answer.message_id)
    assert (await _next(bot)).message

    unheard = telegram.says(STAFF, "停电", GROUP_ID)["message_id"]
    telegram.edits(STAFF, unheard, "@policy_bot 停电", GROUP_ID)
    assert (await _next(bot)).edited_message


def test_an_administrator_bot_hears_all(telegram: LocalTelegram) -> None:
    """Where the bot is an administrator, privacy mode does not count."""
    telegram.chats[GROUP_ID].bot_is_admin = True
    telegram.says(STAFF, "今天几点收工", GROUP_ID)
    assert len(telegram.pending) == 1


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {}},
        {"audio": {}},
        {"video": {}},
        {"video_note": {}},
        {"animation": {}},
        {"sticker": {}},
        {"document": {"file_name": "a.docx"}},
        {"photo": [], "caption": "看 /help"},
        {"location": {"latitude": 39.9, "longitude": 116.4}},
        {"contact": {"phone_number": "+86", "first_name": "王"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1001, "type": "private"}}},
    ],
)
async def test_messages_of_every_kind_can_be_read(
    telegram: LocalTelegram, bot: Bot, content: dict[str, object]
) -> None:
    """What is left out of media is filled in, so that PTB reads it."""
    telegram.sends(STAFF, content)
    message = (await _next(bot)).message
    assert message
    assert getattr(message, next(iter(content)))


async def test_a_file_can_be_fetched(telegram: LocalTelegram, bot: Bot) -> None:
    """A document arrives with name, size and kind, and its bytes are what was sent."""
    telegram.sends_file(STAFF, "规定.docx", b"PK...", caption="新规定")
    message = (await _next(bot)).message
    assert message
    assert message.document
    assert message.caption == "新规定"
    assert (message.document.file_name, message.document.file_size) == ("规定.docx", 5)
    assert bytes(await (await bot.get_file(message.document)).download_as_bytearray()) == b"PK..."

    telegram.sends_file(STAFF, "a.png", _PNG, as_photo=True)
    message = (await _next(bot)).message
    assert message
    assert (message.photo[-1].width, message.photo[-1].height) == (640, 480)
    with pytest.raises(ImpossibleError):
        telegram.sends_file(STAFF, "a.png", b"no picture", as_photo=True)


async def test_an_album_comes_as_a_message_for_each_picture(telegram: LocalTelegram, bot: Bot) -> None:
    """The messages of an album share one `media_group_id`, and the caption stands at the one that has it."""
    telegram.sends_album(STAFF, [{"photo": []}, {"photo": [], "caption": "看 /help"}, {"video": {}}])
    telegram.sends_album(STAFF, [{"photo": []}, {"photo": []}])

    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [message.caption for message in messages] == [None, "看 /help", None, None, None]
    albums = [message.media_group_id for message in messages]
    assert albums[0]
    assert albums == [albums[0]] * 3 + [albums[3]] * 2
    assert albums[3] != albums[0]
    assert messages[1].parse_caption_entities() == {messages[1].caption_entities[0]: "/help"}


async def test_many_files_go_out_in_albums_of_ten(telegram: LocalTelegram, bot: Bot) -> None:
    """Of eleven files ten make an album whose first has the caption; the last one goes by itself."""
    telegram.sends_files(STAFF, [File(f"{number}.txt", b"1") for number in range(11)], caption="照片")

    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [message.document and message.document.file_name for message in messages] == [f"{n}.txt" for n in range(11)]
    assert [message.caption for message in messages] == ["照片", *[None] * 10]
    assert len({message.media_group_id for message in messages[:10]}) == 1
    assert messages[10].media_group_id is None


def test_in_a_group_the_bot_hears_of_an_album_what_names_it(telegram: LocalTelegram) -> None:
    """Privacy mode looks at each message of an album; the pictures without the caption stay unheard."""
    telegram.sends_album(STAFF, [{"photo": [], "caption": "@policy_bot 看"}, {"photo": []}], GROUP_ID)

    assert [update["message"].get("caption") for update in telegram.pending] == ["@policy_bot 看"]


async def test_a_caption_can_be_edited_and_taken_away(telegram: LocalTelegram, bot: Bot) -> None:
    """An edit of a picture changes its caption and nothing else."""
    message_id = telegram.sends(STAFF, {"photo": [], "caption": "停电"})["message_id"]
    await _next(bot)

    telegram.edits(STAFF, message_id, "停电通知")
    edited = (await _next(bot)).edited_message
    assert edited
    assert (edited.caption, edited.text, len(edited.photo)) == ("停电通知", None, 1)

    telegram.edits(STAFF, message_id, "")
    edited = (await _next(bot)).edited_message
    assert edited
    assert edited.caption is None
    assert edited.edit_date is not None


async def test_what_an_anonymous_admin_writes_names_nobody(telegram: LocalTelegram, bot: Bot) -> None:
    """It comes from Telegram's stand-in, on behalf of the group; the person's press of a button carries their own id."""
    group = telegram.chats[GROUP_ID]
    group.masks[TRAINER] = GROUP_ID
    answer = await bot.send_message(
        GROUP_ID, "答", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("看", callback_data="a")]])
    )

    said = telegram.says(TRAINER, "@policy_bot 停电", GROUP_ID)["message_id"]
    telegram.edits(TRAINER, said, "@policy_bot 停电几天", GROUP_ID)
    telegram.presses(TRAINER, answer.message_id, "a", GROUP_ID)

    first, second, third = await bot.get_updates()
    for message in (first.message, second.edited_message):
        assert message
        assert message.from_user
        assert message.from_user.id == ChatID.ANONYMOUS_ADMIN
        assert message.from_user.is_bot
        assert message.sender_chat
        assert message.sender_chat.id == message.chat.id == GROUP_ID
    assert third.callback_query
    assert third.callback_query.from_user.id == TRAINER
    with pytest.raises(ImpossibleError):
        telegram.edits(STAFF, said, "不是我写的", GROUP_ID)


async def test_a_channel_posts_and_telegram_forwards_it_into_the_group(telegram: LocalTelegram, bot: Bot) -> None:
    """A post has no `from`; its copy in the group comes from Telegram's own account and says that it is automatic."""
    channel = telegram.add_group(-1009, "公司通知", [TRAINER], kind="channel")
    channel.discussion = GROUP_ID
    telegram.chats[GROUP_ID].bot_is_admin = True

    telegram.posts(-1009, {"text": "@policy_bot 今晚停电"})

    first, second = await bot.get_updates()
    assert first.channel_post
    assert first.channel_post.from_user is None
    assert first.channel_post.sender_chat
    assert first.channel_post.sender_chat.type == "channel"
    forward = second.message
    assert forward
    assert forward.from_user
    assert forward.from_user.id == ChatID.SERVICE_CHAT
    assert forward.is_automatic_forward
    assert forward.sender_chat == first.channel_post.sender_chat
    assert isinstance(forward.forward_origin, MessageOriginChannel)
    assert forward.forward_origin.message_id == first.channel_post.message_id
    with pytest.raises(ImpossibleError):
        telegram.says(TRAINER, "我也说一句", -1009)


async def test_somebody_may_write_in_a_group_as_a_channel(telegram: LocalTelegram, bot: Bot) -> None:
    """Such a message comes from Telegram's stand-in for channels, on behalf of the channel."""
    telegram.add_group(-1009, "公司通知", [TRAINER], kind="channel")
    telegram.chats[GROUP_ID].masks[TRAINER] = -1009

    telegram.says(TRAINER, "@policy_bot 停电", GROUP_ID)

    message = (await _next(bot)).message
    assert message
    assert message.from_user
    assert message.from_user.id == ChatID.FAKE_CHANNEL
    assert message.sender_chat
    assert (message.sender_chat.id, message.chat.id) == (-1009, GROUP_ID)


async def test_votes_in_an_open_poll_are_told_with_their_voter(telegram: LocalTelegram, bot: Bot) -> None:
    """A poll that is not anonymous tells who chose what, and how the poll stands; a vote can be changed and taken back."""
    message = await bot.send_poll(STAFF, "几点", ["八点", "九点"], is_anonymous=False)

    telegram.votes(STAFF, message.message_id, [1])
    answer, standing = await bot.get_updates()
    assert answer.poll_answer
    assert answer.poll_answer.option_ids == (1,)
    assert answer.poll_answer.user
    assert answer.poll_answer.user.id == STAFF
    assert standing.poll
    assert [option.voter_count for option in standing.poll.options] == [0, 1]

    telegram.votes(STAFF, message.message_id, [0])
    telegram.votes(STAFF, message.message_id, [])
    polls = [update.poll.total_voter_count for update in await bot.get_updates() if update.poll]
    assert polls == [1, 1, 0]


async def test_a_quiz_can_be_answered_once(telegram: LocalTelegram, bot: Bot) -> None:
    """The second answer is refused; so is one after the end."""
    message = await bot.send_poll(
        STAFF,
        "能估吗",
        ["能", "不能"],
        type="quiz",
        correct_option_ids=[1],
        explanation="<b>不能</b>",
        explanation_parse_mode="HTML",
    )
    assert message.poll
    assert message.poll.correct_option_ids == (1,)
    telegram.votes(STAFF, message.message_id, [0])
    with pytest.raises(ImpossibleError):
        telegram.votes(STAFF, message.message_id, [1])

    stopped = await bot.stop_poll(STAFF, message.message_id)
    assert stopped.is_closed
    with pytest.raises(ImpossibleError):
        telegram.votes(STAFF, message.message_id, [1])


async def test_an_anonymous_poll_names_nobody(telegram: LocalTelegram, bot: Bot) -> None:
    """The bot learns the count and not the voter."""
    message = await bot.send_poll(STAFF, "几点", ["八点", "九点"])
    telegram.votes(STAFF, message.message_id, [1])
    [update] = await bot.get_updates()
    assert update.poll
    assert update.poll_answer is None


async def test_a_poll_closes_when_its_time_is_over(telegram: LocalTelegram, bot: Bot, clock: Clock) -> None:
    """A vote after the open period is refused, and the bot hears that the poll is closed."""
    message = await bot.send_poll(STAFF, "几点", ["八点", "九点"], open_period=60)
    clock.go_on(seconds=61)
    with pytest.raises(ImpossibleError):
        telegram.votes(STAFF, message.message_id, [1])
    [update] = await bot.get_updates()
    assert update.poll
    assert update.poll.is_closed


def test_nobody_writes_where_they_are_not(telegram: LocalTelegram) -> None:
    """A stranger can't write into the crew's group, edit what others wrote, or reply to what is gone."""
    with pytest.raises(ImpossibleError):
        telegram.says(PASSER_BY, "/help", GROUP_ID)
    message_id = telegram.says(STAFF, "/help", GROUP_ID)["message_id"]
    with pytest.raises(ImpossibleError):
        telegram.edits(COLLEAGUE, message_id, "x", GROUP_ID)
    with pytest.raises(ImpossibleError):
        telegram.says(STAFF, "x", reply_to=999)


def test_people_get_an_account_at_the_first_word(clock: Clock) -> None:
    """A thousand people need no list."""
    telegram = LocalTelegram(clock=clock.unix)
    telegram.says(77, "/start")
    assert telegram.people[77] == Person(77, "用户77")


def test_what_is_handed_out_is_not_changed_by_an_edit(telegram: LocalTelegram) -> None:
    """An update keeps what it was when it happened."""
    message_id = telegram.says(STAFF, "旧")["message_id"]
    telegram.edits(STAFF, message_id, "新")
    before, after = telegram.pending
    assert (before["message"]["text"], after["edited_message"]["text"]) == ("旧", "新")


async def test_raw_updates_are_handed_out_as_they_are(telegram: LocalTelegram) -> None:
    """Anything can be queued; an id is added where there is none, and kept where there is."""
    telegram.injects({"message": {"nonsense": True}})
    telegram.injects({"update_id": 900, "brand_new_kind": {}})
    telegram.says(STAFF, "好")

    updates = await telegram.call("getUpdates", {})

    assert updates[0]["message"] == {"nonsense": True}
    assert [update["update_id"] for update in updates[1:]] == [900, 901]


def test_supergroups_count_their_messages_themselves(telegram: LocalTelegram) -> None:
    """Two people's private chats never have the same message id; a supergroup's ids meet theirs."""
    first = telegram.says(STAFF, "甲")["message_id"]
    second = telegram.says(COLLEAGUE, "乙")["message_id"]
    in_group = telegram.says(STAFF, "丙", GROUP_ID)["message_id"]
    assert (second, in_group) == (first + 1, 1)
