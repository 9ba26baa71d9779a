"""/rules as staff and admins see it, and the word that admins get on Mondays."""

import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.asking.store import Asked
from bot.library import words_rulebooks as words
from bot.library.handlers_rulebooks import WeeklyWord
from bot.library.library import Library
from bot.library.report import BOT
from bot.library.rulebooks import coming_turns
from bot.people.rows import Person, PersonState
from bot.start.app import Parts, library_of
from bot.station.config import Settings
from bot.station.roles import Role
from retrieval.model import KnowledgeBase
from tests.bot.conftest import ADMIN, GROUP, STAFF, Telegram
from tests.bot.phone import Phone
from tests.clock import SHANGHAI, Clock

MONDAY = date(2026, 11, 23)
TRAINER = 2001
ENDS = """\
---
id: ends
title: 值班<办法>
kind: company
in_force: 2020-01-01
ended: 2026-12-31
verified: yes
verified_by: 孙<主任>
verified_on: 2026-01-02
source: 本所
---
"""
ENDED = """\
---
id: ended
title: 旧规定
edition: 1996版
kind: regulation
in_force: 1996-01-01
ended: 2024-06-01
replaced_by: 新<规定>
verified: no
source: 本所
---
## 第一条
停电要通知。
"""
BEGINS = """\
---
id: begins
title: 新规定
kind: regulation
in_force: 2027-01-22
verified: no
source: 本所
---
## 第一条
停电要提前通知到户。
"""
GUIDANCE = """\
---
id: guide
title: 培训材料
kind: guidance
verified: no
source: 本所
---
## 第一条
待人要和气。
"""


@pytest.fixture
def clock() -> Clock:
    """Monday morning."""
    return Clock(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four rule books, one of them with thirty-two clauses, the last of which is long."""
    folder = tmp_path / "knowledge" / "rules"
    folder.mkdir(parents=True)
    clauses = "".join(f"## 第{number}条\n值班人员要在岗{number}。\n" for number in range(1, 32))
    long = "## 第32条\n" + "交接班要当面说清<设备>情况。\n" * 300
    for name, text in {"ends": ENDS + clauses + long, "ended": ENDED, "begins": BEGINS, "guide": GUIDANCE}.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return folder.parent


@pytest.fixture
def library(settings: Settings, folder: Path, clock: Clock) -> Library:
    """In use."""
    library = library_of(settings.model_copy(update={"knowledge": folder}), clock)
    library.open()
    return library


@pytest.fixture
def held(library: Library) -> KnowledgeBase:
    """What is in use at the start."""
    return library.knowledge.current.knowledge


@pytest.fixture
async def trainer(parts: Parts, telegram: Telegram, clock: Clock) -> Phone:
    """A trainer."""
    person = Person(TRAINER, "赵老师", "", Role.TRAINER, PersonState.ACTIVE, False, None, clock())
    await parts.people.change_all([person], 0, "test", clock())
    return Phone(parts.application, telegram, TRAINER)


# ---- /rules


async def test_all_rule_books_with_what_they_are(phone: Phone) -> None:
    """By title, guidance last: edition, whether in force and since when, whether checked, how many clauses; and what turns within 60 days."""
    await phone.says("/rules")

    assert phone.text.splitlines() == [
        "📚 库里有 4 部规章，35 条",
        "⏰ 《值班<办法>》 2026-12-31 起失效（还有 38 天）",
        "⏰ 《新规定》 2027-01-22 起施行（还有 60 天）",
        "",
        "1. 《值班<办法>》",
        "   ✅ 现行（2020-01-01 起施行，到 2026-12-30 为止） · 已核对：孙<主任> 2026-01-02 · 32 条",
        "",
        "2. 《新规定》",
        "   ⏳ 尚未施行（2027-01-22 起施行） · 〔未核对〕 · 1 条",
        "",
        "3. 《旧规定》 1996版",
        "   ⚠️ 已失效（自 2024-06-01 起） · 〔未核对〕 · 1 条",
        "",
        "4. 《培训材料》",
        "   ℹ️ 指引，不是正式规章 · 〔未核对〕 · 1 条",
        "",
        "点编号看一部的条款。",
    ]


async def test_a_rule_book_its_clauses_and_back(phone: Phone) -> None:
    """Clauses in pages of fifteen; a clause in full in its pages; back leads to the page that it was chosen on."""
    await phone.says("/rules")
    await phone.presses("3")
    assert "现在执行：新<规定>" in phone.text
    assert phone.labels == ["第一条", "◀ 全部规章"]
    await phone.presses("◀ 全部规章")
    await phone.presses("1")
    assert "已核对：孙<主任> 2026-01-02" in phone.text
    assert phone.labels[:15] == [f"第{number}条" for number in range(1, 16)]
    await phone.presses("下一页")
    await phone.presses("下一页")
    await phone.presses("第32条")
    assert "交接班要当面说清<设备>情况。" in phone.text
    await phone.presses("下一页")
    assert "第 2 页，共" in phone.text
    assert "✏️ 改" not in phone.labels
    await phone.presses("◀ 返回")
    assert phone.labels[:2] == ["第31条", "第32条"]
    assert len(phone.shown) == 1


async def test_what_each_role_gets_more(phone: Phone, trainer: Phone, admin: Phone, held: KnowledgeBase) -> None:
    """Staff only read; trainers edit clauses; admins mark a book as checked. The same data gives staff no button."""
    del held
    seen = {}
    for name, someone in (("staff", phone), ("trainer", trainer), ("admin", admin)):
        await someone.says("/rules")
        await someone.presses("3")
        book = set(someone.labels)
        await someone.presses("第一条")
        seen[name] = (book - {"第一条", "◀ 全部规章"}, set(someone.labels) - {"◀ 返回"})

    assert seen == {
        "staff": (set(), set()),
        "trainer": (set(), {"✏️ 改"}),
        "admin": ({"✅ 整部标为已核对"}, {"✏️ 改"}),
    }


async def test_in_a_group_nobody_is_offered_more_than_reading(
    parts: Parts, telegram: Telegram, admin: Phone, held: KnowledgeBase
) -> None:
    """What an admin may do is no button in front of everybody."""
    await admin.says("/rules")
    data = admin.buttons()[0]["callback_data"]
    telegram.add_group(GROUP, "抢修一班", [ADMIN]).bot_is_admin = True
    group = Phone(parts.application, telegram, ADMIN, GROUP)
    await group.says("/help@policy_bot")
    await group.presses_data(data)
    assert group.text.startswith("📖 《")
    assert held.rules
    assert not any("核对" in label for label in group.labels)


async def test_an_admin_marks_a_book_from_here(admin: Phone, library: Library) -> None:
    """Preview, yes, and the page says who and when."""
    await admin.says("/rules")
    await admin.presses("3")
    await admin.presses("✅ 整部标为已核对")
    assert "整部规章 1 条都标成" in admin.text
    await admin.presses("确定")
    rule = next(rule for rule in library.knowledge.current.knowledge.rules if rule.id == "ended")
    assert rule.verified_on == MONDAY
    await admin.says("/rules")
    await admin.presses("3")
    assert "取消核对" in admin.labels


async def test_stale_and_forged_buttons_are_answered(
    phone: Phone, stranger: Phone, telegram: Telegram, library: Library, folder: Path
) -> None:
    """A book that is gone, a key of nothing, a page that is none; a stranger is told that he is one."""
    await phone.says("/rules")
    await phone.presses("4")
    page = phone.last
    (folder / "rules" / "guide.md").unlink()
    await library.reload(BOT)
    await phone.presses("第一条", page)
    assert telegram.alerts[-1] == words.STALE
    for data in ("gbzzzzzz.0", "gczzzzzz.0", "gb", "gp", "gp99999", "gpx"):
        await phone.presses_data(data)
        assert telegram.alerts[-1] == words.STALE, data
        telegram.alerts.append("")
    await phone.presses_data("gp99")
    assert phone.text.startswith("📚")
    await stranger.says("/rules")
    assert "只给本所的同事用" in stranger.text


def test_what_turns_soon(held: KnowledgeBase) -> None:
    """After today, up to 60 days ahead; the day itself and the 61st are not named."""
    assert [(turn.rule.id, turn.ends) for turn in coming_turns(held.rules, MONDAY)] == [
        ("ends", True),
        ("begins", False),
    ]
    assert [turn.rule.id for turn in coming_turns(held.rules, MONDAY - timedelta(days=1))] == ["ends"]
    assert [turn.rule.id for turn in coming_turns(held.rules, date(2026, 12, 31))] == ["begins"]
    assert coming_turns(held.rules, date(2027, 1, 22)) == ()


# ---- the weekly word


async def ask(parts: Parts, day: date, clauses: tuple[str, ...], tier: str = "direct", clock: str = "10:00") -> None:
    """Keep an answer."""
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)
    await parts.questions.store.keep_all([Asked(secrets.token_urlsafe(9), STAFF, moment, "问", tier, clauses, ())])


async def test_admins_hear_which_rules_answers_stood_on(admin: Phone, phone: Phone, parts: Parts, clock: Clock) -> None:
    """Of last week, Monday to Sunday of the station's clock: each rule once an answer, the first three clauses only, none of what was refused."""
    for number in range(3):
        await ask(parts, MONDAY - timedelta(days=number + 1), ("ended#1", "guide#1", "ends#1", "begins#1"))
    await ask(parts, MONDAY - timedelta(days=7), ("begins#1", "gone#1", "begins#1"), clock="00:00")
    await ask(parts, MONDAY - timedelta(days=2), ("ended#1",), tier="none")
    await ask(parts, MONDAY, ("ended#1",), clock="00:00")
    await ask(parts, MONDAY - timedelta(days=8), ("ended#1",), clock="23:59")
    await parts.rounds.look()

    assert admin.text.splitlines() == [
        "📚 规章的事，请您看一看（11-16 到 11-22 的回答）",
        "",
        "⚠️ 已失效的，还在给员工看：",
        "· 《旧规定》 1996版：3 次",
        "请把新条文收进库里，对上“现为”。",
        "",
        "〔未核对〕的，员工正在用：",
        "· 《培训材料》：3 次",
        "· 《新规定》：1 次",
        "请拿官方文本逐字对一遍，再到 /rules 里标为已核对。",
        "",
        "60 天内要失效的：",
        "⏰ 《值班<办法>》 2026-12-31 起失效（还有 38 天）",
        "",
        "发 /rules 看全部规章。",
    ]
    assert phone.shown == []
    assert len(admin.shown) == 1
    clock.at(MONDAY, "10:00")
    await parts.rounds.look()
    assert len(admin.shown) == 1


async def test_two_processes_tell_it_once(admin: Phone, parts: Parts, clock: Clock) -> None:
    """Whichever comes first; and a process that is started anew doesn't repeat it."""
    await ask(parts, MONDAY - timedelta(days=1), ("ended#1",))
    bot, services = parts.application.bot, parts.changes
    for _ in range(3):
        await WeeklyWord(bot, services).once_a_week(clock())

    assert len(admin.shown) == 1


@pytest.mark.parametrize(("day", "time"), [(MONDAY, "07:59"), (MONDAY + timedelta(days=1), "09:00")])
async def test_it_comes_on_monday_morning(admin: Phone, parts: Parts, clock: Clock, day: date, time: str) -> None:
    """Not before eight, and on no other day."""
    await ask(parts, MONDAY - timedelta(days=1), ("ended#1",))
    clock.at(day, time)
    await parts.rounds.look()
    if day != MONDAY:
        await WeeklyWord(parts.application.bot, parts.changes).once_a_week(clock())
    assert admin.shown == []


async def test_where_there_is_nothing_to_say_nothing_is_sent(
    admin: Phone, parts: Parts, clock: Clock, folder: Path, library: Library
) -> None:
    """No ended or unverified rule in any answer, none that ends soon: silence; a checked rule in force is no news."""
    path = folder / "rules" / "ends.md"
    path.write_text(path.read_text("utf-8").replace("2026-12-31", "2028-12-31"), "utf-8")
    await library.reload(BOT)
    await ask(parts, MONDAY - timedelta(days=1), ("ends#1",))
    await parts.rounds.look()
    assert admin.shown == []
    assert await parts.facts.get("rules-weekly:2026年第47周") is None
    assert clock().astimezone(UTC).date() == MONDAY
    assert ADMIN in await parts.people.admins()
