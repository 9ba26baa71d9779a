"""One's own card, and how one leaves."""

import pytest

from bot.people.service import PeopleService
from bot.reports.records import PersonalRecord
from bot.reports.words_me import FORGOTTEN, LAST_ADMIN_ME, STALE_ME, record_line
from bot.start.app import Parts
from bot.station.roles import Role
from tests.bot.conftest import ADMIN, STAFF, Telegram
from tests.bot.phone import Phone
from tests.clock import NOW

QUESTION = "停人家的电要提前几天打招呼"


@pytest.fixture
async def people(parts: Parts) -> PeopleService:
    """王强 is in 抢修一班."""
    people = parts.people
    await people.rename(STAFF, "王<强>", ADMIN, NOW)
    await people.set_team(STAFF, "抢修一班", ADMIN, NOW)
    return people


async def test_everybody_sees_their_own_card(phone: Phone, people: PeopleService) -> None:
    """Name, team and role, and nobody else's."""
    assert await people.role(STAFF) is Role.STAFF

    await phone.says("/me")

    assert phone.text.startswith("👤 王<强>\n班组：抢修一班\n角色：员工\n")
    assert phone.labels == ["停收每日一案", "删除我的数据"]


async def test_the_daily_case_is_stopped_and_taken_up_again(phone: Phone, people: PeopleService) -> None:
    """In place; pressing twice does it once."""
    await phone.says("/me")
    await phone.presses("停收每日一案")
    assert "现在不收每日一案" in phone.text
    await phone.presses_data("m0")
    person = await people.store.get(STAFF)
    assert person is not None
    assert not person.wants_daily

    await phone.presses("恢复接收")

    person = await people.store.get(STAFF)
    assert person is not None
    assert person.wants_daily
    assert len(phone.shown) == 1


async def test_deleting_takes_one_more_tap(
    phone: Phone, people: PeopleService, telegram: Telegram, parts: Parts
) -> None:
    """It says what goes; “不删了” leaves everything; after the second tap the person is a stranger, at once."""
    await phone.says(QUESTION)
    await phone.says("/me")
    await phone.presses("删除我的数据")
    assert "您问过的问题" in phone.text
    await phone.presses("↩ 不删了")
    assert phone.text.startswith("👤")
    await phone.presses("删除我的数据")

    await phone.presses("确定删除")

    assert phone.text == FORGOTTEN.html
    assert await people.store.get(STAFF) is None
    menu = await telegram.call("getMyCommands", {"scope": {"type": "chat", "chat_id": STAFF}})
    assert menu == []
    await phone.says(QUESTION)
    assert "只给本所的同事用" in phone.text
    await parts.people.open()  # a restart, with settings that name the number
    assert await people.role(STAFF) is Role.STRANGER


async def test_the_last_admin_can_not_delete_himself(admin: Phone, people: PeopleService, telegram: Telegram) -> None:
    """He is told why, and is still admin; with another one there he can."""
    await admin.says("/me")
    await admin.presses_data("mD")
    assert telegram.alerts[-1] == LAST_ADMIN_ME
    assert await people.role(ADMIN) is Role.ADMIN

    await people.set_role(STAFF, Role.ADMIN, ADMIN, NOW)
    await admin.presses_data("mD")

    assert await people.store.get(ADMIN) is None


@pytest.mark.parametrize("data", ["m", "m2", "mD1001", "mx", "m0 ", "md3001"])
async def test_forged_buttons_do_nothing(phone: Phone, people: PeopleService, telegram: Telegram, data: str) -> None:
    """A button names nobody, so nobody else can be meant."""
    before = await people.store.everybody()
    await phone.says("/me")

    await phone.presses_data(data)

    assert telegram.alerts[-1] == STALE_ME
    assert await people.store.everybody() == before


def test_the_record_is_one_line() -> None:
    """Where nothing is known, or nothing came, there is no line; what there is none of is left out."""
    assert record_line(PersonalRecord(0, 0, 0, 0, 0)) == ""
    assert record_line(PersonalRecord(20, 18, 15, 3, 6)) == (
        "每日一案：收到 20 个案例，已学 18 个；答对 15 题、答错 3 题；连续 6 个没落下"
    )
    assert record_line(PersonalRecord(1, 0, 0, 0, 0)) == "每日一案：收到 1 个案例，已学 0 个"
