"""How people come in, and who does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram import Update

from bot.chat import talk
from bot.chat.context import BotApplication
from bot.generation.generations import Generation
from bot.local_telegram import TOKEN
from bot.people import words, words_joining
from bot.people.rows import Person, PersonState
from bot.people.service import PeopleService
from bot.start.app import Parts, build, library_of
from bot.station.config import Settings
from bot.station.roles import Role
from bot.storage.database import Database
from bot.transport.journal import Journal
from tests.bot.conftest import ADMIN, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone
from tests.bot.seam import TelegramRequest
from tests.clock import NOW, Clock

SECOND, THIRD = 3002, 3003
QUESTION = "停人家的电要提前几天打招呼"
INTRODUCTION = "我叫王强，抢修一班的"


@pytest.fixture
async def parts(
    request_seam: TelegramRequest, generation: Generation, clock: Clock, tmp_path: Path
) -> AsyncIterator[Parts]:
    """With three admins, and a database in a file, so that several can be at it at once."""
    settings = Settings(_env_file=None, token=SecretStr(TOKEN), allowed_ids=(STAFF,), admin_ids=(ADMIN, SECOND, THIRD))
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'policybot.db'}")
    parts = build(
        settings,
        library_of(settings, clock, generation),
        lambda _pool: request_seam,
        Journal(None),
        database,
        clock=clock,
    )
    await parts.journal.open(clock())
    await database.open(clock())
    await parts.people.open()
    async with parts.application:
        yield parts
    await database.close()
    await parts.journal.close()


@pytest.fixture
def people(parts: Parts) -> PeopleService:
    """Who is who."""
    return parts.people


@pytest.fixture
async def admins(application: BotApplication, telegram: Telegram) -> list[Phone]:
    """Three admins who have started the bot."""
    phones = [Phone(application, telegram, number) for number in (ADMIN, SECOND, THIRD)]
    for phone in phones:
        await phone.says("/start")
    return phones


async def at_once(application: BotApplication, telegram: Telegram) -> None:
    """Let the bot deal with everything that waits at the same time, as it does with different people's updates."""
    pending = telegram.pending
    telegram.world.updates.confirm(pending[-1]["update_id"] + 1)
    updates = [Update.de_json(body, application.bot) for body in pending]
    await asyncio.gather(*map(application.process_update, updates))


async def apply(stranger: Phone, introduction: str = INTRODUCTION) -> None:
    """All that a stranger does to ask for a place."""
    await stranger.says("/start")
    await stranger.presses("申请开通")
    await stranger.says(introduction)
    await stranger.presses("就这样申请")


@pytest.mark.parametrize("text", ["/start 67", "/start 停电要提前几天通知"])
async def test_a_question_behind_start_is_answered(phone: Phone, text: str) -> None:
    """A member who writes behind the command that was still in the box hears nothing of invitations."""
    await phone.says("/start")

    await phone.says(text)

    assert "邀请" not in phone.text
    assert "第六十七条" in phone.text


async def test_danger_told_behind_start_is_answered_by_first_aid(phone: Phone) -> None:
    """As any other question of a member is."""
    await phone.says("/start 有人触电了怎么办")

    assert phone.text.startswith("🚨")


# ---- asking to come in


async def test_an_electrician_applies_and_is_let_in(
    stranger: Phone, admins: list[Phone], people: PeopleService, telegram: Telegram
) -> None:
    """From the first /start to the first answer; all admins are asked, one decides, all see who it was."""
    await stranger.says("/start")
    assert "2002" in stranger.text
    await stranger.presses("申请开通")
    assert "王强 抢修一班" in stranger.text
    await stranger.says("王强\n抢修一班")
    assert stranger.text == "请核对一下：\n姓名：王强\n班组：抢修一班"
    await stranger.presses("就这样申请")
    assert stranger.text == "王强，抢修一班：申请发给管理员了。一有结果，我马上告诉您。"
    for admin in admins:
        assert "姓名：王强\n班组：抢修一班（名单里还没有这个班组）" in admin.text
        assert "王<师傅>&" in admin.text
        assert "2002" in admin.text
        assert admin.labels == ["同意", "拒绝"]

    await admins[1].presses("同意")

    for admin in admins:
        assert admin.text == "✅ 王<师傅>&同意了：王强，抢修一班"
        assert admin.labels == ["看这个人"]
    assert stranger.text.startswith("✅ 开通了：抢修一班，员工。")
    assert await people.role(STRANGER) is Role.STAFF
    menu = await telegram.call("getMyCommands", {"scope": {"type": "chat", "chat_id": STRANGER}})
    assert [command["command"] for command in menu] == ["start", "help", "me", "rules"]
    await stranger.presses(talk.EXAMPLES[0])
    assert "第六十七条" in stranger.text


async def test_a_refusal_is_told_and_can_be_answered(
    stranger: Phone, admins: list[Phone], people: PeopleService
) -> None:
    """The applicant hears of it, stays outside, and may apply anew."""
    await apply(stranger)

    await admins[0].presses("拒绝")

    assert all("没有同意：王强，抢修一班" in admin.text for admin in admins)
    assert "没有同意" in stranger.text
    assert await people.role(STRANGER) is Role.STRANGER
    await stranger.presses("重新申请")
    await stranger.says("王强 抢修二班")
    await stranger.presses("就这样申请")
    assert "班组：抢修二班" in admins[2].text


async def test_the_first_to_press_decides(
    stranger: Phone, admins: list[Phone], people: PeopleService, application: BotApplication, telegram: Telegram
) -> None:
    """Two admins press at the same time, one yes and one no: one counts, the applicant hears once, all see the same."""
    await apply(stranger)
    before = len(stranger.shown)
    for admin, label in zip(admins, ("同意", "拒绝"), strict=False):
        data = next(button["callback_data"] for button in admin.buttons() if button["text"] == label)
        telegram.presses(admin.chat.id, admin.last["message_id"], data)

    await at_once(application, telegram)

    assert len({admin.text for admin in admins}) == 1
    assert len(stranger.shown) == before + 1
    granted = "同意了" in admins[0].text
    assert ("开通了" in stranger.text) == granted
    assert await people.role(STRANGER) is (Role.STAFF if granted else Role.STRANGER)


async def test_a_late_press_shows_who_decided(stranger: Phone, admins: list[Phone], people: PeopleService) -> None:
    """An admin whose message could not be edited presses afterwards: nothing is changed, and he sees what was decided."""
    await apply(stranger)
    data = admins[2].buttons()[1]["callback_data"]
    await admins[0].presses("同意")

    await admins[2].presses_data(data)

    assert "同意了" in admins[2].text
    assert await people.role(STRANGER) is Role.STAFF


async def test_one_open_wish_is_enough(stranger: Phone, admins: list[Phone], people: PeopleService) -> None:
    """While it waits, every way leads to the word that it waits; admins are not asked again."""
    await apply(stranger)
    check = stranger.last
    asked = len(admins[0].shown)

    await stranger.says("/start")
    assert "已经在等管理员处理" in stranger.text
    for data in ("j0", "j1", "j2"):
        await stranger.presses_data(data, check)
        assert "已经在等管理员处理" in stranger.chat.messages[check["message_id"]]["text"]
    await stranger.says(INTRODUCTION)

    assert len(admins[0].shown) == asked
    assert len(await people.store.open_requests()) == 1


async def test_a_double_tap_asks_once(
    stranger: Phone, admins: list[Phone], application: BotApplication, telegram: Telegram, people: PeopleService
) -> None:
    """Two taps on “就这样申请” at the same time are one wish."""
    await stranger.says("/start")
    await stranger.presses("申请开通")
    await stranger.says(INTRODUCTION)
    asked = len(admins[0].shown)
    for _ in range(2):
        telegram.presses(STRANGER, stranger.last["message_id"], "j1")

    await at_once(application, telegram)

    assert len(admins[0].shown) == asked + 1
    assert len(await people.store.open_requests()) == 1


async def test_what_can_not_be_read_is_asked_again(stranger: Phone, people: PeopleService) -> None:
    """With an example; a new text or “重写” starts over; nothing is sent off before."""
    await stranger.says("/start")
    await stranger.presses("申请开通")
    await stranger.says("你好")
    assert "请照这个样子再发一次" in stranger.text
    await stranger.says("王强 抢修一班")
    await stranger.presses("重写")
    assert "请把姓名和班组" in stranger.text
    await stranger.presses_data("j1")
    assert await people.store.open_requests() == ()

    await stranger.says("李明 抢修二班")

    assert "姓名：李明\n班组：抢修二班" in stranger.text


async def test_a_wish_that_no_admin_hears_of_is_not_called_sent(
    stranger: Phone, admins: list[Phone], people: PeopleService, telegram: Telegram
) -> None:
    """The person is told to speak to an admin, who finds the wish under /people."""
    for number in (ADMIN, SECOND, THIRD):
        telegram.blocks(number, blocked=True)

    await apply(stranger)

    assert "没有一位管理员收得到消息" in stranger.text
    telegram.blocks(ADMIN, blocked=False)
    await admins[0].says("/people")
    await admins[0].presses("🙋 等着开通（1）")
    await admins[0].presses("同意")
    assert await people.role(STRANGER) is Role.STAFF


async def test_markup_and_sql_are_only_text(
    stranger: Phone, admins: list[Phone], people: PeopleService, parts: Parts, telegram: Telegram
) -> None:
    """A name that Telegram gives may hold anything; a team with quotes is kept as it is, and the tables are there."""
    await parts.forms.ask(STRANGER, "join", {"name": "<b>王</b>", "team": "<i>'); DROP TABLE people;--"}, NOW)
    telegram.says(STRANGER, "/help")
    await stranger.deliver()

    await stranger.presses_data("j1")

    assert "姓名：<b>王</b>\n班组：<i>'); DROP TABLE people;--" in admins[0].text
    await admins[0].presses("同意")
    await admins[0].presses("看这个人")
    assert "👤 <b>王</b>\n班组：<i>'); DROP TABLE people;--" in admins[0].text
    assert await people.role(STRANGER) is Role.STAFF


async def test_admins_who_all_step_down_at_once_leave_one(
    application: BotApplication, telegram: Telegram, admins: list[Phone], people: PeopleService
) -> None:
    """Three press at the same time, each for himself or for another: one admin is left, and who could not is told why."""
    for admin, data in zip(admins, (f"ur{ADMIN}.1", f"us{SECOND}", f"uX{THIRD}"), strict=True):
        telegram.presses(admin.chat.id, admin.last["message_id"], data)

    await at_once(application, telegram)

    assert len(await people.store.with_role(Role.ADMIN)) == 1
    assert [alert for alert in telegram.alerts if alert] == [words.LAST_ADMIN]


async def test_two_admins_change_one_person_at_once(
    application: BotApplication, telegram: Telegram, admins: list[Phone], phone: Phone, people: PeopleService
) -> None:
    """One gives a role, the other suspends: the person has both, whoever was first."""
    await phone.says("/start")
    for admin, data in zip(admins, (f"ur{STAFF}.2", f"us{STAFF}"), strict=False):
        telegram.presses(admin.chat.id, admin.last["message_id"], data)

    await at_once(application, telegram)

    person = await people.store.get(STAFF)
    assert person is not None
    assert (person.role, person.state) == (Role.TRAINER, PersonState.SUSPENDED)
    assert await people.role(STAFF) is Role.STRANGER


# ---- who may do nothing


async def test_strangers_decide_nothing(stranger: Phone, people: PeopleService, telegram: Telegram) -> None:
    """A stranger who presses the admins' button for himself, or any other one, gets an alert."""
    await apply(stranger)
    wish = (await people.store.open_requests())[0]

    for data in (f"jy{wish.id}", "u", f"ur{STRANGER}.3", "uy00000000", "mD", "m0", "x0"):
        await stranger.presses_data(data)
        assert telegram.alerts[-1] == talk.NOT_ALLOWED, data
    for text in ("/people", "/invite", "/roster", "/me", "/help", QUESTION):
        await stranger.says(text)
        assert "已经在等管理员处理" in stranger.text, text

    assert await people.store.open_request(STRANGER) == wish
    assert await people.store.get(STRANGER) is None


async def test_staff_decide_nothing(
    stranger: Phone, phone: Phone, admins: list[Phone], people: PeopleService, telegram: Telegram
) -> None:
    """Forged data of an admin's button is refused at the door, with the right reason."""
    await apply(stranger)
    assert admins[0].labels
    wish = (await people.store.open_requests())[0]
    await phone.says("/start")

    await phone.presses_data(f"jy{wish.id}")

    assert telegram.alerts[-1] == words.NOT_YOUR_ROLE
    assert await people.store.open_request(STRANGER) == wish


@pytest.mark.parametrize(
    "data", ["jy", "jy0", "jyx", "jy1 ", "jy-1", "jy999999999", "jn１", "j", "j3", "j0x", "jy1;DROP"]
)
async def test_forged_decisions_do_nothing(admins: list[Phone], telegram: Telegram, data: str, phone: Phone) -> None:
    """Data that names no wish ends in an alert, for admins and for others."""
    await admins[0].presses_data(data)
    assert telegram.alerts

    await phone.says("/start")
    await phone.presses_data(data)

    assert telegram.alerts[-1] in {words.NOT_YOUR_ROLE, words_joining.STALE_JOIN, talk.STALE_BUTTON}


async def test_suspended_people_are_told_so(phone: Phone, people: PeopleService, telegram: Telegram) -> None:
    """By every way, and none leads in."""
    await phone.says("/start")
    await people.set_state(STAFF, PersonState.SUSPENDED, ADMIN, NOW)

    for text in ("/start", QUESTION, "/me", "/start abcdefghijklmnop"):
        await phone.says(text)
        assert phone.text == words.SUSPENDED.html, text
    for data in ("j0", "x0", "m0"):
        await phone.presses_data(data)
        assert telegram.alerts[-1] == words.SUSPENDED_ALERT, data


async def test_in_a_group_nobody_applies(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone], parts: Parts
) -> None:
    """A stranger there is sent to the private chat; a forged button asks nothing."""
    group = in_group().chat.id
    stranger = Phone(application, telegram, STRANGER, group)
    await stranger.says("@policy_bot 你好")
    assert "请私聊我" in stranger.text

    await stranger.presses_data("j0")

    assert telegram.alerts[-1] == words.ONLY_PRIVATE
    assert await parts.forms.get(STRANGER, parts.clock.now()) is None


# ---- what each role reads


@pytest.mark.parametrize("command", ["/start", "/help"])
async def test_everybody_reads_what_their_role_can_do(stranger: Phone, people: PeopleService, command: str) -> None:
    """Staff the daily case and /me, trainers /daily and /report too, admins /people as well; nobody what they may not."""
    named = {Role.STAFF: {"每日一案", "/me"}, Role.TRAINER: {"/daily", "/report"}, Role.ADMIN: {"/people", "/invite"}}
    for role in named:
        newcomer = Person(STRANGER, "周强", "", role, PersonState.ACTIVE, True, None, NOW)
        await people.change(newcomer, ADMIN, "test", NOW)
        await stranger.says(command)
        for least, words_of_role in named.items():
            assert all((word in stranger.text) == (least <= role) for word in words_of_role), (role, least)


# ---- codes


async def test_the_first_admin_comes_in_by_the_printed_code(
    stranger: Phone, phone: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """Who sends it first is admin and gets the admins' menu; the second one is not."""
    code = await people.new_admin_code()

    await stranger.says(f"/start {code}")
    await phone.says(f"/start {code}")

    assert "管理员" in stranger.text
    assert "/invite" in stranger.text
    assert await people.role(STRANGER) is Role.ADMIN
    menu = await telegram.call("getMyCommands", {"scope": {"type": "chat", "chat_id": STRANGER}})
    assert {"people", "invite", "roster", "daily", "report"} <= {command["command"] for command in menu}
    assert "这个邀请用不了" in phone.text
    assert await people.role(STAFF) is Role.STAFF


async def test_an_invited_colleague_comes_in_and_the_inviter_hears_of_it(
    stranger: Phone, admins: list[Phone], people: PeopleService
) -> None:
    """Role and team are said; a second tap on the link is a greeting, and uses nothing up."""
    invitation = await people.invite(Role.TRAINER, "营业班", SECOND, NOW)

    await stranger.says(f"/start {invitation.code}")

    assert stranger.text.startswith("✅ 开通了：营业班，培训员。")
    assert admins[1].text == "👋 王<师傅>&，营业班，培训员，用您的邀请进来了。"
    assert "👋" not in admins[0].text
    await stranger.says(f"/start {invitation.code}")
    assert "您好" in stranger.text
    left = await people.store.invitation(invitation.code, NOW)
    assert left is not None
    assert left.uses_left == 19


async def test_an_invitation_settles_an_open_wish(stranger: Phone, admins: list[Phone], people: PeopleService) -> None:
    """Who comes in by a link waits for nobody any more, and a late “拒绝” does not throw them out."""
    await apply(stranger)
    invitation = await people.invite(Role.TRAINER, "营业班", ADMIN, NOW)
    await stranger.says(f"/start {invitation.code}")

    await admins[2].presses("拒绝")

    assert await people.role(STRANGER) is Role.TRAINER
    assert "同意了" in admins[2].text


@pytest.mark.parametrize("how", ["expired", "used up", "guessed", "not a code", "by somebody who is no admin any more"])
async def test_a_dead_code_lets_nobody_in(
    stranger: Phone, admins: list[Phone], people: PeopleService, how: str
) -> None:
    """The person is told so, and may apply."""
    assert len(admins) == 3
    ago = NOW - timedelta(days=8 if how == "expired" else 0)
    invitation = await people.invite(Role.ADMIN, "营业班", SECOND, ago, days=7, uses=1)
    code = invitation.code
    if how == "used up":
        await people.come_in(code, 77, "别人", NOW)
    elif how == "guessed":
        code = code[:-1] + ("A" if code[-1] != "A" else "B")
    elif how == "not a code":
        code = "%' OR 1=1--"
    elif how.startswith("by"):
        await people.set_role(SECOND, Role.TRAINER, ADMIN, NOW)

    await stranger.says(f"/start {code}")

    assert "这个邀请用不了" in stranger.text
    assert stranger.labels == ["申请开通"]
    assert await people.role(STRANGER) is Role.STRANGER


async def test_the_last_use_goes_to_one(
    application: BotApplication, telegram: Telegram, admins: list[Phone], people: PeopleService
) -> None:
    """Five tap a link for one at the same time: one is in, four are told that it is used up."""
    assert len(admins) == 3
    invitation = await people.invite(Role.STAFF, "营业班", ADMIN, NOW, uses=1)
    phones = [Phone(application, telegram, number) for number in range(5001, 5006)]
    for phone in phones:
        telegram.says(phone.chat.id, f"/start {invitation.code}")

    await at_once(application, telegram)

    texts = [phone.text[:6] for phone in phones]
    assert sorted(text.startswith("✅ 开通了") for text in texts) == [False] * 4 + [True]
    assert len(await people.store.listed(team="营业班")) == 1


async def test_a_removed_person_can_not_come_back_by_an_old_link(
    phone: Phone, admins: list[Phone], people: PeopleService
) -> None:
    """The link that others still use is no way back; asking the admins is, and they see that the person was here."""
    invitation = await people.invite(Role.STAFF, "抢修一班", ADMIN, NOW)
    await phone.says("/start")
    await people.set_state(STAFF, PersonState.REMOVED, ADMIN, NOW)

    await phone.says(f"/start {invitation.code}")
    assert "这个邀请用不了" in phone.text
    assert await people.role(STAFF) is Role.STRANGER

    await apply(phone)
    assert "以前在名单里，后来被移除了" in admins[0].text
    await admins[0].presses("同意")
    assert await people.role(STAFF) is Role.STAFF


async def test_a_code_in_a_group_is_not_used(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone], people: PeopleService
) -> None:
    """Everybody there could read it."""
    invitation = await people.invite(Role.STAFF, "抢修一班", ADMIN, NOW, uses=1)
    stranger = Phone(application, telegram, STRANGER, in_group().chat.id)

    await stranger.says(f"/start@policy_bot {invitation.code}")

    assert await people.store.invitation(invitation.code, NOW) is not None
    assert await people.role(STRANGER) is Role.STRANGER
