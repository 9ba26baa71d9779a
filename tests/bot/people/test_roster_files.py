"""Lists of people, out as a file and in again."""

import asyncio

import pytest

from bot.people import words, words_roster
from bot.people.roster import LARGEST_FILE, RosterRow
from bot.people.roster_reading import read_roster
from bot.people.roster_sheet import roster_sheet
from bot.people.rows import PersonState
from bot.people.service import PeopleService
from bot.start.app import Parts
from bot.station.roles import Role
from tests.bot.conftest import ADMIN, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone

HEADING = "编号,姓名,班组,角色,状态\n"
BOSS_LINE = f"{ADMIN},孙主任,办公室,管理员,在用\n"


@pytest.fixture
def people(parts: Parts) -> PeopleService:
    """Who is who."""
    return parts.people


@pytest.fixture
async def boss(admin: Phone, phone: Phone) -> Phone:
    """孙主任's phone; the electrician has started the bot too."""
    await admin.deliver()
    await phone.says("/start")
    return admin


async def send_file(
    phone: Phone, telegram: Telegram, data: bytes | str, name: str = "名单.csv", caption: str = ""
) -> None:
    """Send a document to the bot."""
    telegram.sends_file(phone.chat.id, name, data.encode() if isinstance(data, str) else data, caption=caption)
    await phone.deliver()


async def test_the_list_goes_out_and_comes_back_the_same(
    boss: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """/roster gives everybody as a table that, sent back as it is, changes nothing."""
    await people.set_state(STAFF, PersonState.SUSPENDED, ADMIN, (await people.store.all())[0].joined_at)

    await boss.says("/roster")

    document = boss.last["document"]
    assert document["file_name"].startswith("名单-20")
    assert boss.last["caption"].startswith("全部 2 人。")
    file = telegram.file(document["file_id"])
    assert file is not None
    rows = read_roster(file.name, file.data).rows
    assert {(row.user_id, row.role, row.suspended) for row in rows} == {
        (ADMIN, "admin", False),
        (STAFF, "staff", True),
    }
    await send_file(boss, telegram, file.data, file.name)
    assert "新增 0 人，改动 0 人，不变 2 人" in boss.text
    assert boss.labels == []


async def test_a_list_is_shown_before_it_is_applied(
    boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """New, changed, same, bad lines with reasons, who gets power: all seen before anything is changed; then it is."""
    sent = (
        HEADING
        + BOSS_LINE
        + f"{STAFF},王强,抢修一班,培训员,在用\n"
        + f"{STRANGER},<b>李</b>'--,营业班,员工,在用\n"
        + "abc,赵六,营业班,员工,在用\n"
    )
    await send_file(boss, telegram, sent, caption="请看附件")

    assert "新增 1 人，改动 2 人，不变 0 人" in boss.text
    assert "其中要当培训员的 1 人：王强" in boss.text
    assert "有 1 行读不了，这些行会跳过：\n· 第 5 行 编号：编号 abc 不是数字" in boss.text
    assert boss.labels == ["跳过这些行，照这样改", "不改了"]
    assert await people.role(STAFF) is Role.STAFF
    assert await people.store.get(STRANGER) is None

    await boss.presses("跳过这些行")

    assert boss.text.startswith("✅ 改好了：新增 1 人，改动 2 人。")
    assert await people.role(STAFF) is Role.TRAINER
    assert phone.text.startswith("管理员把您的角色改成了培训员。")
    newcomer = await people.store.get(STRANGER)
    assert newcomer is not None
    assert (newcomer.name, newcomer.team) == ("<b>李</b>'--", "营业班")
    menu = await telegram.call("getMyCommands", {"scope": {"type": "chat", "chat_id": STAFF}})
    assert "daily" in {command["command"] for command in menu}


async def test_no_means_no(boss: Phone, people: PeopleService, telegram: Telegram) -> None:
    """“不改了” changes nothing, and afterwards the other button is worth nothing."""
    await send_file(boss, telegram, HEADING + f"{STAFF},王强,抢修一班,管理员,在用\n")
    yes = boss.buttons()[0]["callback_data"]

    await boss.presses("不改了")
    await boss.presses_data(yes)

    assert boss.text == words_roster.ROSTER_LEFT.html
    assert telegram.alerts[-1] == words_roster.STALE_ROSTER
    assert await people.role(STAFF) is Role.STAFF


async def test_the_buttons_of_an_older_list_do_not_apply_a_newer_one(
    boss: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """What was seen is what is done; two taps do it once."""
    await send_file(boss, telegram, HEADING + f"{STAFF},王强,一班,员工,在用\n")
    older = boss.last
    await send_file(boss, telegram, HEADING + f"{STAFF},王强,二班,管理员,在用\n")
    newer = boss.last

    await boss.presses("照这样改", older)
    assert telegram.alerts[-1] == words_roster.STALE_ROSTER
    assert await people.role(STAFF) is Role.STAFF

    yes = boss.buttons(newer)[0]["callback_data"]
    await boss.presses_data(yes, newer)
    await boss.presses_data(yes, newer)
    assert telegram.alerts[-1] == words_roster.STALE_ROSTER
    assert len([entry for entry in await people.store.audited() if entry.what == "roster"]) == 1


async def test_a_list_keeps_the_last_admin(boss: Phone, people: PeopleService, telegram: Telegram) -> None:
    """A list that would leave none is refused as a whole."""
    sent = HEADING + f"{ADMIN},孙主任,办公室,员工,在用\n" + f"{STAFF},王强,抢修一班,培训员,在用\n"
    await send_file(boss, telegram, sent)
    assert "其中要停用或降低角色的 1 人：孙主任" in boss.text

    await boss.presses("照这样改")

    assert telegram.alerts[-1] == words.LAST_ADMIN
    assert boss.text == words_roster.ROSTER_LEFT.html
    assert await people.role(ADMIN) is Role.ADMIN
    assert await people.role(STAFF) is Role.STAFF


async def test_a_question_while_a_list_waits_is_a_question(
    boss: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """The list waits for a button, not for a text."""
    await send_file(boss, telegram, HEADING + f"{STAFF},王强,一班,员工,在用\n")
    preview = boss.last

    await boss.says("停人家的电要提前几天打招呼")
    assert "第六十七条" in boss.text
    await boss.presses("照这样改", preview)

    person = await people.store.get(STAFF)
    assert person is not None
    assert person.name == "王强"


async def test_ten_thousand_people_go_in(boss: Phone, people: PeopleService, telegram: Telegram) -> None:
    """As a table, in one step, while others are answered; the message stays within its limits."""
    rows = [RosterRow(0, 10_000 + n, f"电工{n}", f"班组{n % 50}", "staff", False) for n in range(10_000)]
    data = await asyncio.to_thread(roster_sheet, rows)
    await send_file(boss, telegram, data, "名单.xlsx")
    assert "新增 10000 人，改动 0 人，不变 0 人" in boss.text

    await boss.presses("照这样改")

    assert "新增 10000 人" in boss.text
    assert len(await people.store.all()) == 10_002


async def test_many_bad_lines_are_counted(boss: Phone, telegram: Telegram) -> None:
    """The first fifteen are shown, the rest counted; with no good line there is nothing to press."""
    await send_file(boss, telegram, HEADING + "".join(f"x{n},王强,一班,员工,在用\n" for n in range(400)))

    assert boss.text.count("· 第 ") == 15
    assert "一共 400 处" in boss.text
    assert boss.labels == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("报表.csv", "日期,读数\n1,2\n"),
        ("规章.docx", "PK"),
        ("照片.pdf", "%PDF"),
        ("名单", HEADING + BOSS_LINE),
    ],
)
async def test_a_file_that_is_no_list_goes_to_the_import(
    boss: Phone, people: PeopleService, telegram: Telegram, name: str, data: str
) -> None:
    """Other files, and tables without the heading of a list; these can't be read as documents either, and that is said."""
    await send_file(boss, telegram, data, name)

    assert boss.text.startswith(f"❌ “{name}”")
    assert len(await people.store.all()) == 2


@pytest.mark.parametrize("data", ["编号,姓名\n1,2\n", b"PK\x03\x04broken"])
async def test_a_list_that_can_not_be_read_says_why(boss: Phone, telegram: Telegram, data: str | bytes) -> None:
    """Columns that are missing, a broken file: one sentence about it."""
    await send_file(boss, telegram, data, "名单.xlsx" if isinstance(data, bytes) else "名单.csv")

    assert boss.text.startswith("这份名单读不了：")


async def test_a_big_file_is_not_fetched(boss: Phone, telegram: Telegram) -> None:
    """Its size is looked at before."""
    telegram.calls.clear()

    await send_file(boss, telegram, b"x" * (LARGEST_FILE + 1))

    assert boss.text == words_roster.NO_ROSTER_ROOM
    assert "getFile" not in {method for method, _ in telegram.calls}


@pytest.mark.parametrize("role", [Role.STRANGER, Role.STAFF, Role.TRAINER])
async def test_only_admins_send_lists(
    boss: Phone, phone: Phone, stranger: Phone, people: PeopleService, telegram: Telegram, role: Role
) -> None:
    """From anybody else a list is a file like another, and is not even fetched."""
    sender = stranger if role is Role.STRANGER else phone
    if role is not Role.STRANGER:
        await people.set_role(STAFF, role, ADMIN, (await people.store.all())[0].joined_at)
    await sender.says("/start")
    telegram.calls.clear()

    await send_file(sender, telegram, HEADING + f"{STAFF},王强,一班,管理员,在用\n")

    assert not sender.labels
    assert "getFile" not in {method for method, _ in telegram.calls}
    assert boss.shown


async def test_another_admins_list_is_not_mine(
    boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """Only who has sent a list decides on it: forged data of another admin's button finds nothing."""
    await people.set_role(STAFF, Role.ADMIN, ADMIN, (await people.store.all())[0].joined_at)
    await phone.says("/start")
    await send_file(boss, telegram, HEADING + f"{STAFF},王强,一班,员工,在用\n")

    await phone.presses_data(boss.buttons()[0]["callback_data"])

    assert telegram.alerts[-1] == words_roster.STALE_ROSTER
    assert await people.role(STAFF) is Role.ADMIN
