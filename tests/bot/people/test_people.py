"""What an admin does with people and invitations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat import talk
from bot.people import words, words_invitations, words_joining
from bot.people.rows import Person, PersonState
from bot.people.service import PeopleService
from bot.people.teams import team_key
from bot.start.app import Parts
from bot.station.roles import Role
from tests.bot.conftest import ADMIN, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone
from tests.clock import NOW

SECOND = 3002
JOINED = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
QUESTION = "停人家的电要提前几天打招呼"


def somebody(user_id: int, name: str, team: str = "抢修一班", **more: object) -> Person:
    """An electrician."""
    person = Person(user_id, name, team, Role.STAFF, PersonState.ACTIVE, True, None, JOINED)
    return replace(person, **more)  # type: ignore[arg-type] # a test names fields that there are


@pytest.fixture
async def people(parts: Parts) -> PeopleService:
    """An electrician called 王强 in 抢修一班, an admin called 孙主任."""
    people = parts.people
    await people.change(somebody(STAFF, "王强"), ADMIN, "new", JOINED)
    await people.change(somebody(ADMIN, "孙主任", "办公室", role=Role.ADMIN), ADMIN, "new", JOINED)
    return people


@pytest.fixture
async def boss(admin: Phone, phone: Phone, people: PeopleService) -> Phone:
    """孙主任's phone; 王强 has started the bot too."""
    assert people
    await admin.deliver()
    await phone.says("/start")
    return admin


async def menu_of(telegram: Telegram, user_id: int) -> list[str]:
    """The commands that somebody's phone shows by their own menu."""
    menu = await telegram.call("getMyCommands", {"scope": {"type": "chat", "chat_id": user_id}})
    return [command["command"] for command in menu]


async def open_card(boss: Phone) -> None:
    """From /people to 王强's card."""
    await boss.says("/people")
    await boss.presses("抢修一班")
    await boss.presses("王强")


# ---- looking


async def test_people_shows_counts_and_teams(boss: Phone, people: PeopleService) -> None:
    """How many there are, of which role; who was suspended or can't be reached has a button."""
    await people.change(somebody(11, "甲", state=PersonState.SUSPENDED), ADMIN, "new", JOINED)
    await people.change(somebody(12, "乙", "", unreachable_since=JOINED), ADMIN, "new", JOINED)
    await people.change(somebody(13, "丙", state=PersonState.REMOVED), ADMIN, "new", JOINED)

    await boss.says("/people")

    assert "在用 3 人：员工 2、管理员 1" in boss.text
    assert "已停用 1 人" in boss.text
    assert boss.labels == ["没分班组（1）", "办公室（1）", "抢修一班（2）", "已停用（1）", "收不到的（1）"]
    await boss.presses("已停用")
    assert boss.labels == ["⏸甲", "↩ 全部班组"]
    await boss.presses("↩ 全部班组")
    await boss.presses("收不到的")
    assert boss.labels == ["乙", "↩ 全部班组"]
    assert boss.text == "收不到消息的：1 人"


async def test_a_card_shows_the_person(boss: Phone) -> None:
    """Name, team, role, since when by the station's clock, whether reachable, whether they want the daily case."""
    await open_card(boss)

    assert boss.text.split("\n") == [
        "👤 王强",
        "班组：抢修一班",
        "角色：员工",
        "编号：1001，2026年3月2日开通",
        "消息：收得到",
        "每日一案：接收",
    ]
    assert boss.labels == ["角色", "班组", "改名", "停用", "移除", "↩ 这个班组", "↩ 全部班组"]


async def test_long_lists_are_paged(boss: Phone, people: PeopleService) -> None:
    """Eight a page, there and back; a page that is not there any more shows the last one."""
    await people.change_all([somebody(100 + n, f"电工{n:02d}", "大班") for n in range(20)], ADMIN, "new", JOINED)
    await people.change_all([somebody(200 + n, "一", f"班组{n:02d}") for n in range(20)], ADMIN, "new", JOINED)
    await boss.says("/people")
    assert len([label for label in boss.labels if "班" in label or "办公" in label]) == 8
    await boss.presses("下一页")
    await boss.presses("◀ 上一页")
    await boss.presses("大班（20）")
    seen = boss.labels[:8]
    await boss.presses("下一页")
    seen += boss.labels[:8]
    await boss.presses("下一页")
    seen += boss.labels[:4]
    assert seen == [f"电工{n:02d}" for n in range(20)]

    await boss.presses_data(f"ut{team_key('大班')}.999")

    assert boss.labels[0] == "电工16"


async def test_somebody_is_found_by_name(boss: Phone, people: PeopleService) -> None:
    """A part of the name will do; too many are said to be too many; nobody is said to be nobody; a pattern is no pattern."""
    await people.change_all([somebody(100 + n, f"李{n}") for n in range(9)], ADMIN, "new", JOINED)

    await boss.says("/people 王")
    assert boss.labels == ["王强 抢修一班", "↩ 全部班组"]
    await boss.says("/people 李")
    assert "太多了" in boss.text
    assert len(boss.labels) == 9
    for nothing in ("赵", "%", "<b>"):
        await boss.says(f"/people {nothing}")
        assert boss.text == f"名单里没有叫“{nothing}”的人。"


# ---- changing


async def test_a_trainer_is_made(boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram) -> None:
    """The change counts at once, the person hears of it, and their menu is the trainers' one."""
    await open_card(boss)
    await boss.presses("角色")
    assert "✓ 员工" in boss.labels

    await boss.presses("培训员")

    assert boss.text.startswith("✅ 角色改成了培训员，马上生效。\n👤 王强")
    assert await people.role(STAFF) is Role.TRAINER
    assert phone.text.startswith("管理员把您的角色改成了培训员。")
    assert await menu_of(telegram, STAFF) == ["start", "help", "me", "rules", "daily", "report", "edit", "gaps"]
    told = len(phone.shown)
    await boss.presses("角色")
    await boss.presses("✓ 培训员")
    assert len(phone.shown) == told, "nothing changed, nothing to tell"


async def test_somebody_leaves(boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram) -> None:
    """Removing takes one more tap, counts at once, and takes every button and the menu away."""
    await phone.says(QUESTION)
    old = phone.last
    await open_card(boss)
    await boss.presses("移除")
    assert "确定把王强，抢修一班，员工移出名单吗" in boss.text
    assert await people.role(STAFF) is Role.STAFF

    await boss.presses("确定移除")

    assert boss.text.startswith("已经把王强移出名单")
    assert "移出了名单" in phone.text
    assert await menu_of(telegram, STAFF) == []
    await phone.presses("看全案", old)
    assert telegram.alerts[-1] == talk.NOT_ALLOWED
    await phone.says(QUESTION)
    assert "第六十七条" not in phone.text
    await boss.presses_data(f"uc{STAFF}")
    assert telegram.alerts[-1] == words.STALE


async def test_a_removed_admin_keeps_no_power(
    boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """The buttons under an old card, and a form that was open, do nothing any more."""
    await people.set_role(STAFF, Role.ADMIN, ADMIN, JOINED)
    await phone.says("/people")
    await phone.presses("办公室")
    await phone.presses("🔑孙主任")
    card = phone.last
    await phone.presses("改名")
    await boss.says("/people 王强")
    await boss.presses("🔑王强")
    await boss.presses("移除")
    await boss.presses("确定移除")

    await phone.says("新名字")
    await phone.presses_data(f"ur{ADMIN}.1", card)

    assert telegram.alerts[-1] == talk.NOT_ALLOWED
    kept = await people.store.get(ADMIN)
    assert kept is not None
    assert (kept.name, kept.role) == ("孙主任", Role.ADMIN)


async def test_somebody_is_suspended_and_restored(
    boss: Phone, phone: Phone, people: PeopleService, telegram: Telegram
) -> None:
    """Both count at once and are told; pressing twice does it once."""
    await open_card(boss)
    await boss.presses("停用")
    assert "角色：员工（已停用）" in boss.text
    assert phone.text == words.SUSPENDED.html
    assert await people.role(STAFF) is Role.STRANGER
    assert await menu_of(telegram, STAFF) == []
    told = len(phone.shown)
    await boss.presses_data(f"us{STAFF}")
    assert len(phone.shown) == told

    await boss.presses("恢复")

    assert await people.role(STAFF) is Role.STAFF
    assert phone.text.startswith("您的账号恢复了：抢修一班，员工。")
    assert await menu_of(telegram, STAFF) == ["start", "help", "me", "rules"]


async def test_somebody_changes_teams(boss: Phone, people: PeopleService) -> None:
    """Into one that there is, or into one whose name is typed."""
    await open_card(boss)
    await boss.presses("班组")
    await boss.presses("办公室")
    assert "班组：办公室" in boss.text
    await boss.presses("班组")
    await boss.presses("输入新的班组")
    await boss.says("抢修<三>班")

    assert boss.text.startswith("✅ 班组改成了抢修<三>班。")
    moved = await people.store.get(STAFF)
    assert moved is not None
    assert moved.team == "抢修<三>班"


async def test_somebody_is_renamed(boss: Phone, people: PeopleService) -> None:
    """The next text is the name; markup and SQL in it are text, and the tables are still there."""
    await open_card(boss)
    await boss.presses("改名")

    await boss.says("<i>王'--")

    assert boss.text.startswith("✅ 姓名改好了。\n👤 <i>王'--\n")
    assert [person.name for person in await people.store.listed(team="抢修一班")] == ["<i>王'--"]


@pytest.mark.parametrize("text", [QUESTION, "用户不在家，能进去修吗", "长" * 33, "。。。", "王强\n李明"])
async def test_a_question_is_no_name(boss: Phone, people: PeopleService, text: str) -> None:
    """Who has forgotten that a name was asked for does not rename a colleague by a question; “不改了” makes it one again."""
    await open_card(boss)
    await boss.presses("改名")
    asked = boss.last

    await boss.says(text)
    assert boss.text == words.NOT_A_NAME
    kept = await people.store.get(STAFF)
    assert kept is not None
    assert kept.name == "王强"

    await boss.presses("不改了", asked)
    await boss.says(QUESTION)
    assert "第六十七条" in boss.text


async def test_going_on_to_something_else_drops_the_question(boss: Phone, people: PeopleService) -> None:
    """After another button or command a text is a question again."""
    for leave in ("↩ 返回", "/people", "/invite", "/start"):
        await open_card(boss)
        await boss.presses("班组")
        choosing = boss.last
        await boss.presses("输入新的班组")
        await (boss.says(leave) if leave.startswith("/") else boss.presses_data(f"uc{STAFF}", choosing))
        await boss.says("重复收费 退款")
        assert "📖" in boss.text, leave

    kept = await people.store.get(STAFF)
    assert kept is not None
    assert kept.team == "抢修一班"


@pytest.mark.parametrize("data", ["ur{}.1", "ur{}.2", "us{}", "uX{}"])
async def test_the_last_admin_can_not_be_touched(
    boss: Phone, people: PeopleService, telegram: Telegram, data: str
) -> None:
    """Not demoted, not suspended, not removed, not by himself; with another admin there it can be done."""
    await boss.says("/people")
    await boss.presses_data(data.format(ADMIN))
    assert telegram.alerts[-1] == words.LAST_ADMIN
    assert await people.role(ADMIN) is Role.ADMIN

    await people.change(somebody(SECOND, "李主任", role=Role.ADMIN), ADMIN, "new", JOINED)
    await boss.presses_data(data.format(ADMIN))

    assert await people.role(ADMIN) < Role.ADMIN
    assert boss.text.startswith("改好了。您")
    assert not boss.labels


async def test_a_change_that_the_menu_can_not_follow_is_a_change(boss: Phone, people: PeopleService) -> None:
    """Somebody who never started the bot can be made a trainer; the menu comes with their first /start."""
    await people.change(somebody(7777, "李明"), ADMIN, "new", JOINED)
    await boss.says("/people 李明")
    await boss.presses("李明")
    await boss.presses("角色")

    await boss.presses("培训员")

    assert "角色改成了培训员" in boss.text
    assert await people.role(7777) is Role.TRAINER


# ---- forged


FORGED = [
    f"ur{STAFF}.0",
    f"ur{STAFF}.4",
    "ur.3",
    "ur-1001.3",
    "ur１００１.3",
    "ur01001.3",
    "ur99999999999999999.3",
    "ur1001.3 ",
    "ur1001;DROP TABLE people",
    "ur77.3",
    f"um{STAFF}=AAAAAA",
    f"um{STAFF}=' OR 1",
    f"uX{STAFF}x",
    "uX",
    "uX77",
    "ui4=AAAAAA",
    "ui1=AAAAAA",
    f"uv3={team_key('抢修一班')}.30.100",
    f"uv1={team_key('抢修一班')}.365.20",
    f"uv1={team_key('抢修一班')}.7.9",
    "utAAAAAA.0",
    "u" * 64,
    "u\n",
    "un77",
    "uo77",
]


@pytest.mark.parametrize("data", FORGED)
async def test_forged_data_changes_nothing(boss: Phone, people: PeopleService, telegram: Telegram, data: str) -> None:
    """Numbers that are none, of nobody, roles and teams that there aren't: an alert, also for an admin."""
    await boss.says("/people")
    before = boss.text, await people.store.everybody(), len(await people.store.audited())

    await boss.presses_data(data)

    assert telegram.alerts[-1] in {words.STALE, talk.STALE_BUTTON}
    assert (boss.text, await people.store.everybody(), len(await people.store.audited())) == before


@pytest.mark.parametrize("role", [Role.STAFF, Role.TRAINER])
async def test_who_is_no_admin_changes_nobody(
    boss: Phone, phone: Phone, people: PeopleService, parts: Parts, telegram: Telegram, role: Role
) -> None:
    """Every button and command of admins is refused at the door, also for a trainer, also about oneself."""
    await open_card(boss)
    await people.set_role(STAFF, role, ADMIN, JOINED)
    before = await people.store.everybody()

    for data in ("u", f"ur{STAFF}.3", f"uX{ADMIN}", f"us{ADMIN}", f"uv3={team_key('')}.1.1", "uq", "uy00000000", "jy1"):
        await phone.presses_data(data)
        assert telegram.alerts[-1] == words.NOT_YOUR_ROLE, data
    for command in ("/people", "/invite", "/roster"):
        await phone.says(command)
        assert phone.text == words.NOT_YOUR_ROLE, command
    for kind, about in (("rename", {"person": ADMIN}), ("new_team", {"person": ADMIN}), ("invite_team", {"role": 3})):
        await parts.forms.ask(STAFF, kind, about, NOW)
        await phone.says("新名字")
        assert phone.text == words.NOT_YOUR_ROLE, kind

    assert await people.store.everybody() == before


async def test_no_button_is_too_long(boss: Phone, people: PeopleService, telegram: Telegram) -> None:
    """With the longest id, name and team every view goes through Telegram's limits."""
    longest = 2**52 - 1
    await people.change(somebody(longest, "长" * 32, "班" * 32), ADMIN, "new", JOINED)
    for data in (f"uc{longest}", f"ur{longest}", f"um{longest}.0", f"un{longest}", f"uo{longest}", f"ux{longest}"):
        await boss.says("/people 长")
        await boss.presses_data(data)
        assert telegram.calls[-1][0] == "editMessageText", data
        assert all(len(button.get("callback_data", "").encode()) <= 64 for button in boss.buttons())


# ---- invitations


async def test_an_invitation_is_made_by_four_taps(boss: Phone, people: PeopleService, stranger: Phone) -> None:
    """Role, team, terms: a link as text and for copying, with its end; who follows it is in."""
    await boss.says("/invite")
    await boss.presses("员工")
    await boss.presses("抢修一班")
    assert len([label for label in boss.labels if "天·" in label]) == 12

    await boss.presses("30天·5人")

    link = next(word for word in boss.text.split() if word.startswith("https://t.me/policy_bot?start="))
    copy, share = boss.buttons()
    assert copy["copy_text"] == {"text": link}
    assert share["url"].startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fpolicy_bot%3Fstart%3D")
    assert "前有效，最多 5 人用" in boss.text
    code = link.split("=")[1]
    invitation = await people.store.invitation(code, NOW)
    assert invitation is not None
    assert (invitation.role, invitation.team, invitation.uses_left) == (Role.STAFF, "抢修一班", 5)
    assert 29 <= (invitation.expires_at - NOW).days <= 30
    await stranger.says(f"/start {code}")
    assert await people.role(STRANGER) is Role.STAFF


async def test_an_invitation_into_a_new_team(boss: Phone, people: PeopleService) -> None:
    """Its name is typed; with quotes and markup it is a name like another."""
    await boss.says("/invite")
    await boss.presses("培训员")
    await boss.presses("输入新的班组")
    await boss.says("<b>班'--")
    assert "<b>班'--" in boss.text

    await boss.presses("7天·1人")

    code = next(word for word in boss.text.split() if word.startswith("https://")).split("=")[1]
    invitation = await people.store.invitation(code, NOW)
    assert invitation is not None
    assert (invitation.role, invitation.team) == (Role.TRAINER, "<b>班'--")


async def test_an_admin_is_invited_alone(boss: Phone) -> None:
    """A link that makes admins lets one person in."""
    await boss.says("/invite")
    await boss.presses("管理员")
    await boss.presses("办公室")

    assert [label for label in boss.labels if "天·" in label] == ["1天·1人", "7天·1人", "30天·1人"]


async def test_live_invitations_are_listed_and_can_be_withdrawn(
    boss: Phone, people: PeopleService, stranger: Phone
) -> None:
    """Role, team, uses left, until when, by whom; one that is withdrawn is answered like an expired one, and that is written down."""
    await people.change(somebody(SECOND, "钱<主任>", "办公室", role=Role.ADMIN), ADMIN, "new", JOINED)
    now = NOW
    kept = await people.invite(Role.TRAINER, "", SECOND, now - timedelta(days=1), uses=1)
    given = await people.invite(Role.STAFF, "抢修一班", ADMIN, now, days=7, uses=5)
    await people.invite(Role.STAFF, "过期的班", ADMIN, now - timedelta(days=8), days=7)

    await boss.says("/invite")

    first, second = (line for line in boss.text.split("\n") if line[:2] in {"1.", "2."})
    assert first.startswith("1. 员工，进抢修一班；还能进 5 人，")
    assert first.endswith(" 前有效；孙主任发的")
    assert second.startswith("2. 培训员，先不分班组；还能进 1 人，")
    assert second.endswith("；钱<主任>发的")
    assert "过期的班" not in boss.text
    assert boss.labels == ["员工", "培训员", "管理员", "作废第 1 个", "作废第 2 个"]
    await boss.presses("作废第 1 个")
    assert boss.text.startswith("✅ 作废了：员工，进抢修一班。")
    assert boss.labels == ["员工", "培训员", "管理员", "作废第 1 个"]
    await stranger.says(f"/start {given.code}")
    assert stranger.text == words_joining.dead_invitation(offer=True).html
    assert await people.role(STRANGER) is Role.STRANGER
    entry = next(entry for entry in await people.store.audited() if entry.what == "withdraw invitation")
    assert (entry.who, entry.about) == (ADMIN, f"STAFF 抢修一班 {given.code[:4]}… of {ADMIN}")
    await stranger.says(f"/start {kept.code}")
    assert await people.role(STRANGER) is Role.TRAINER


async def test_an_invitation_is_withdrawn_once(boss: Phone, people: PeopleService) -> None:
    """A second tap, and a forged code, say that there is nothing to withdraw."""
    given = await people.invite(Role.STAFF, "抢修一班", ADMIN, NOW)
    await boss.says("/invite")
    withdrawing = boss.buttons()[-1]["callback_data"]
    await boss.presses_data(withdrawing)
    assert "✅ 作废了" in boss.text

    for data in (withdrawing, "uk-nobody-has-that"):
        await boss.presses_data(data)
        assert boss.text.startswith(words_invitations.ALREADY_WITHDRAWN)
    assert [entry.what for entry in await people.store.audited()].count("withdraw invitation") == 1
    assert len(given.code) <= 32


async def test_many_invitations_are_paged(boss: Phone, people: PeopleService) -> None:
    """Six a page; they are numbered through."""
    for number in range(8):
        await people.invite(Role.STAFF, f"班组{number}", ADMIN, NOW)
    await boss.says("/invite")
    await boss.presses("下一页")

    assert [label for label in boss.labels if label.startswith("作废")] == ["作废第 7 个", "作废第 8 个"]
    await boss.presses("◀ 上一页")
    assert "（8 个）" in boss.text


async def test_only_admins_withdraw_invitations(boss: Phone, phone: Phone, people: PeopleService) -> None:
    """Staff who forge the button change nothing."""
    assert boss.shown
    given = await people.invite(Role.STAFF, "抢修一班", ADMIN, NOW)

    await phone.presses_data(f"uk{given.code}")

    assert await people.store.invitation(given.code, NOW) is not None


# ---- menus


async def test_menus_are_shown_anew_once_a_version(boss: Phone, parts: Parts, telegram: Telegram) -> None:
    """At a start after an update trainers and admins get the new menu; at the next start nothing is called."""
    assert boss.shown
    telegram.calls.clear()
    await parts.menus.refresh(parts.people, parts.facts)
    assert [method for method, _ in telegram.calls] == ["setMyCommands"]

    await parts.menus.refresh(parts.people, parts.facts)

    assert len(telegram.calls) == 1


async def test_start_shows_everybody_their_menu(boss: Phone, telegram: Telegram) -> None:
    """By role; a stranger has the default one."""
    assert boss.shown
    assert await menu_of(telegram, STAFF) == ["start", "help", "me", "rules"]
    assert {"people", "invite", "roster"} <= set(await menu_of(telegram, ADMIN))
