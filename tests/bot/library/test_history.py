"""What an admin does with the knowledge folder in the chat, and what everybody else then reads."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.chat import talk
from bot.library import words_history as words
from bot.library.handlers_history import Watch, appearance, reload_from_outside, tell_at_start
from bot.library.library import Library
from bot.people import words as people_words
from bot.people.rows import Person, PersonState
from bot.start.app import Parts, library_of
from bot.start.running import told_of
from bot.station.config import Settings
from bot.station.roles import Role
from tests.bot.conftest import ADMIN, Telegram
from tests.bot.library.small import BROKEN, CASE, GOLDEN, RULE, ZHAO, case, files, rule, version_in, write
from tests.bot.phone import Phone
from tests.clock import Clock

QUESTION = "没说一声就把电停了"
LABELLED = json.dumps({"question": QUESTION, "cases": ["no-notice"], "clauses": []})
LOST = case(3).replace(f"- {QUESTION}", "- 别的事").replace("没有通知就停", "某事").replace("停电", "某事")
TRAINER = ZHAO.id


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Of a bot with a small knowledge folder of its own."""
    write(tmp_path / "knowledge", files(1) | {GOLDEN: LABELLED})
    return settings.model_copy(update={"knowledge": tmp_path / "knowledge"})


@pytest.fixture
def library(settings: Settings, clock: Clock) -> Iterator[Library]:
    """That folder, in version 1."""
    library = library_of(settings, clock)
    library.open()
    yield library
    library.close()


@pytest.fixture
async def boss(admin: Phone, parts: Parts) -> Phone:
    """孙主任, who has started the bot."""
    person = Person(
        ADMIN, "孙主任", "办公室", Role.ADMIN, PersonState.ACTIVE, False, None, datetime(2026, 3, 1, tzinfo=UTC)
    )
    await parts.people.change(person, ADMIN, "new", parts.clock.now())
    trainer = replace(person, id=TRAINER, name="赵老师", role=Role.TRAINER)
    await parts.people.change(trainer, ADMIN, "new", parts.clock.now())
    await admin.deliver()
    return admin


@pytest.fixture
def trainer(parts: Parts, telegram: Telegram) -> Phone:
    """赵老师's phone."""
    return Phone(parts.application, telegram, TRAINER)


async def test_a_reload_says_what_has_changed_and_staff_read_it_at_once(
    boss: Phone, phone: Phone, library: Library
) -> None:
    """The admin sees rules, clauses and cases by name, and how long it took; the next question is answered from the new text."""
    await boss.says("/reload")
    assert boss.text == "知识文件夹没有改动，现在用的就是它。"
    write(library.folder, files(2))
    await phone.says(QUESTION)
    assert "第1版" in phone.text
    await boss.says("/reload")
    assert re.match(r"✅ 已启用（用时 \d+\.\d 秒）。", boss.text)
    assert "改了条款：《停电规定》第一条\n✏️ 改了案例：没有通知就停电" in boss.text
    assert boss.labels == ["↩ 撤销"]
    await phone.says(QUESTION)
    assert "先通知，再停电，这是第2版。" in phone.text
    assert "停电要提前通知，这是第2版。" in phone.text


async def test_problems_are_told_by_file_and_line(boss: Phone, phone: Phone, library: Library) -> None:
    """Grouped by file, in Chinese; the answers are the old ones."""
    write(library.folder, BROKEN | {RULE: rule(9).replace("verified: no", "verified: 也许")})
    await boss.says("/reload")
    lines = boss.text.splitlines()
    assert lines[0] == "❌ 没有启用：有 2 处要改。现在用的还是原来的知识库。"
    assert lines[2:4] == [f"📄 {CASE}", next(line for line in lines if line.startswith("第 4 行："))]
    assert f"📄 {RULE}" in lines
    assert lines[-1] == "改好以后再发 /reload。"
    assert boss.labels == []
    await phone.says(QUESTION)
    assert "第1版" in phone.text


@pytest.mark.parametrize(
    ("label", "in_use", "in_folder", "says"),
    [
        ("照样启用", 3, 3, "✅ 已启用"),
        ("先不启用", 1, 3, "没有启用，现在用的还是原来的知识库。\n文件夹里的改动还留着"),
        ("不启用，文件也还原", 1, 1, "文件夹也还原成了现在在用的样子。"),
    ],
)
async def test_what_answers_worse_is_for_the_admin_to_decide(
    boss: Phone, library: Library, label: str, in_use: int, in_folder: int, says: str
) -> None:
    """He reads which question, what it got before and now; the button that he presses is what happens, once."""
    write(library.folder, {CASE: LOST, RULE: rule(3)})
    await boss.says("/reload")
    assert "⚠️ 还没有启用：有 1 个验收问题答得不如以前。" in boss.text
    assert f"“{QUESTION}”\n  以前：没有通知就停电" in boss.text
    assert boss.text.splitlines()[1].startswith("怎么定：看“现在”答得行不行。")
    buttons = boss.buttons()
    await boss.presses(label)
    assert says in boss.text
    assert f"第{in_use}版" in library.knowledge.current.knowledge.clauses[0].text
    assert f"第{in_folder}版" in (library.folder / RULE).read_text("utf-8")
    await boss.presses_data(buttons[0]["callback_data"])
    assert f"第{in_use}版" in library.knowledge.current.knowledge.clauses[0].text


async def test_who_reads_what_got_worse_reads_when_that_is_no_harm(boss: Phone, library: Library) -> None:
    """A question that the list says is not held may be just what the new case is about."""
    labelled = json.dumps({"question": "充电桩怎么报装", "cases": [], "clauses": [], "answerable": False})
    write(library.folder, {GOLDEN: labelled})
    await boss.says("/reload")
    new = case(1).replace("no-notice", "charger").replace("没说一声就把电停了", "充电桩怎么报装")
    write(library.folder, {"cases/charger.md": new.replace("没有通知就停", "充电桩报装跑三趟")})
    await boss.says("/reload")

    assert "“充电桩怎么报装”\n  以前：没有答案\n  现在：" in boss.text
    assert "（验收问题里写着库里没有这方面的；新加的正好讲它，就是好事" in boss.text


async def test_history_shows_who_changed_what_and_goes_back(boss: Phone, phone: Phone, library: Library) -> None:
    """From the list to a step with its lines, to going back, which asks first; then staff read the old words."""
    await library.change(files(2), ZHAO, "改说法")
    await boss.says("/history")
    assert "2 · 11-24 10:00 · 赵老师 · 改说法 ← 现在用的" in boss.text
    assert "机器人 · 第一次启动" in boss.text
    assert boss.labels == ["2", "1"]
    await boss.presses("2")
    assert f"📄 {RULE}（改动）" in boss.text
    assert "-停电要提前通知，这是第1版。\n+停电要提前通知，这是第2版。" in boss.text
    assert "文件夹现在就是这一次的样子。" in boss.text
    await boss.presses("◀ 返回")
    await boss.presses("1")
    assert f"会改回文件夹里的：{CASE}、{RULE}" in boss.text
    await boss.presses("退回到这一次")
    assert "要退回到这一次吗" in boss.text
    assert version_in(library.folder) == 2
    await boss.presses("确定退回")
    assert boss.text.startswith("✅ 已启用")
    assert version_in(library.folder) == 1
    await phone.says(QUESTION)
    assert "第1版" in phone.text
    await boss.says("/rollback 2")
    assert "改说法" in boss.text
    await boss.says("/rollback 77")
    assert boss.text == "这一步的内容已经不在了（只留最近 20 次）。"


async def test_many_steps_are_shown_in_pages(boss: Phone, library: Library) -> None:
    """Eight on a page, newest first, and back and forth."""
    for version in range(2, 12):
        await library.change(files(version), ZHAO, f"第 {version} 回")
    await boss.says("/history")
    assert boss.labels == ["11", "10", "9", "8", "7", "6", "5", "4", "旧一些 ▶"]
    await boss.presses("旧一些")
    assert boss.labels == ["3", "2", "1", "◀ 新一些"]


async def test_a_trainer_takes_back_an_own_step_and_no_other(boss: Phone, trainer: Phone, library: Library) -> None:
    """By the button below what came of the change; an admin may take back any."""
    await library.change(files(2), ZHAO, "改")
    await trainer.says("/start")
    await trainer.presses_data("lu2")
    assert trainer.text.startswith("✅ 已启用")
    assert version_in(library.folder) == 1
    write(library.folder, files(4))
    await boss.says("/reload")
    await trainer.says("/start")
    await trainer.presses_data("lu4")
    assert version_in(library.folder) == 4
    await boss.presses("↩ 撤销")
    assert version_in(library.folder) == 1


async def test_staff_and_trainers_reach_none_of_it(
    boss: Phone, phone: Phone, trainer: Phone, library: Library, telegram: Telegram
) -> None:
    """Neither by command nor by forged data of a button."""
    await library.change(files(2), ZHAO, "改")
    write(library.folder, {CASE: LOST, RULE: rule(3)})
    await boss.says("/reload")
    forged = [button["callback_data"] for button in boss.buttons()] + ["lh0", "ld1", "lr1", "lR1"]
    before = len(library.history())
    for other in (phone, trainer):
        for command in ("/reload", "/history", "/rollback 1"):
            await other.says(command)
            assert other.text == people_words.NOT_YOUR_ROLE
        for data in [*forged, *(["lu2"] if other is phone else [])]:
            await other.presses_data(data)
            assert telegram.alerts[-1] == people_words.NOT_YOUR_ROLE
    assert len(library.history()) == before
    for odd in ("lR", "lR-1", "la", "laxyz", "lu", "l", "lR99999999999"):
        telegram.alerts.clear()
        await boss.presses_data(odd)
        assert telegram.alerts == [talk.STALE_BUTTON if odd == "l" else words.NO_STEP]
    assert len(library.history()) == before


async def test_everything_is_in_the_audit_log(boss: Phone, parts: Parts, library: Library) -> None:
    """Who did what, and what came of it."""
    write(library.folder, files(2))
    await boss.says("/reload")
    await boss.presses("↩ 撤销")
    audited = [(entry.who, entry.about) for entry in await parts.people.store.audited(2)]
    assert audited == [(ADMIN, "live #3 撤销第 2 次"), (ADMIN, "live #2 重新载入")]


async def test_a_bot_that_could_not_take_the_folder_tells_its_admins(
    boss: Phone, parts: Parts, library: Library
) -> None:
    """It says that it answers from what was in use before, and what has to be mended."""
    await tell_at_start(parts.application.bot, parts.library, parts.people)
    shown = len(boss.shown)
    write(library.folder, BROKEN)
    library.close()
    library.open()
    await tell_at_start(parts.application.bot, parts.library, parts.people)
    assert len(boss.shown) == shown + 1
    assert boss.text.startswith("⚠️ 机器人重新启动了，知识文件夹现在的内容没有启用")
    assert f"📄 {CASE}\n第 4 行：" in boss.text


async def test_a_watched_folder_is_read_once_it_keeps_still(boss: Phone, parts: Parts, library: Library) -> None:
    """Not while files are still being saved; admins hear of it, once."""
    watch = Watch(parts.application.bot, parts.library, parts.people, partial(appearance, library.folder))
    await watch.once()
    shown = len(boss.shown)
    write(library.folder, {CASE: case(2)})
    await watch.once()
    write(library.folder, {RULE: rule(2) + "\n"})
    await watch.once()
    assert len(boss.shown) == shown
    await watch.once()
    await watch.once()
    assert [message["text"].splitlines()[0] for message in boss.shown[shown:]] == ["📁 知识文件夹有改动。"]
    assert "第2版" in library.knowledge.current.knowledge.clauses[0].text


async def test_the_command_line_decides_by_an_option(parts: Parts, library: Library) -> None:
    """Without it what answers worse waits; the words are those of the chat, without markup."""
    write(library.folder, {CASE: LOST, RULE: rule(3)})
    told = await reload_from_outside(parts.changes, accept=False)
    assert told["verdict"] == "worse"
    assert "<b>" not in told["text"]
    assert (await reload_from_outside(parts.changes, accept=True))["verdict"] == "live"
    assert library.history()[0].name == "命令行"


async def test_names_and_reasons_show_as_they_are(boss: Phone, library: Library) -> None:
    """Markup in a name, a reason, a file or an acceptance question is text."""
    asked = {"question": "没说一声<就>把电停了", "cases": ["no-notice"], "clauses": []}
    await library.change({GOLDEN: json.dumps(asked)}, ZHAO, "验收问题")
    write(library.folder, {CASE: LOST, RULE: rule(3)})
    await boss.says("/reload")
    assert "· “没说一声<就>把电停了”" in boss.text
    await boss.presses("不启用，文件也还原")
    await library.change(files(2), replace(ZHAO, name="<b>赵</b>"), "改<i>了</i>&")
    await boss.says("/history")
    assert "<b>赵</b> · 改<i>了</i>&" in boss.text
    await library.change({CASE: case(2).replace("没有通知就停了电。", "没有<通知>就停了&电。")}, ZHAO, "改")
    await boss.says("/rollback 4")
    assert "+没有<通知>就停了&电。" in boss.text


async def test_a_look_that_fails_is_not_the_last_one(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that is away for a while, as on a network, is looked at again, and the log says what was wrong."""
    looks = 0
    looked_again = asyncio.Event()

    def look() -> object:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise OSError("the share is away")
        if looks == 3:
            looked_again.set()
        return 0

    watch = asyncio.create_task(Watch(parts.application.bot, parts.library, parts.people, look).run(0))
    async with asyncio.timeout(10):
        await asyncio.wait({watch, asyncio.create_task(looked_again.wait())}, return_when=asyncio.FIRST_COMPLETED)
    assert looked_again.is_set()
    assert "could not be looked at" in caplog.text
    watch.cancel()


async def test_a_watched_folder_asks_no_second_time_about_what_waits(
    boss: Phone, parts: Parts, library: Library
) -> None:
    """A change made in the chat that waits for a decision is no news to admins; another one is."""
    watch = Watch(parts.application.bot, parts.library, parts.people, partial(appearance, library.folder))
    await library.change({CASE: LOST, RULE: rule(3)}, ZHAO, "改")
    shown = len(boss.shown)
    await watch.once()
    await watch.once()
    assert len(boss.shown) == shown
    write(library.folder, {CASE: LOST.replace("第3版", "第4版"), RULE: rule(4)})
    await watch.once()
    await watch.once()
    assert "还没有启用" in boss.text
    assert len(boss.shown) == shown + 1


async def test_a_step_of_many_new_files_can_be_looked_at(boss: Phone, library: Library) -> None:
    """An import of a whole collection is shown as far as a message goes."""
    many = {
        f"cases/collection-{number:03}.md": case(1)
        .replace("id: no-notice", f"id: collection-{number:03}")
        .replace("没有通知就停电", f"第{number}件事")
        for number in range(120)
    }
    assert (await library.change({**many, GOLDEN: None}, ZHAO, "导入")).number == 2
    await boss.says("/history 2")
    assert "cases/collection-000.md" in boss.text
    assert re.search(r"……另外 \d+ 个文件", boss.text)
    assert "退回到这一次" in boss.text or "文件夹现在就是这一次的样子" in boss.text


async def test_git_and_hidden_files_are_no_look_of_the_folder(library: Library) -> None:
    """A commit changes nothing that is read, and thousands of its files are not looked at."""
    before = appearance(library.folder)
    write(library.folder, {".git/objects/ab/cd": "1", "rules/.git/x": "1", "notes.txt": "1"})
    assert appearance(library.folder) == before
    write(library.folder, {"golden.jsonl": ""})
    assert appearance(library.folder) != before


async def test_what_the_bot_does_by_itself_ends_not_in_silence(
    boss: Phone, parts: Parts, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """Where admins could not be told at the start, the log says why, and nothing else stops."""
    write(library.folder, BROKEN)
    library.close()
    library.open()
    await told_of(tell_at_start(parts.application.bot, parts.library, None))  # type: ignore[arg-type] # as broken as can be
    assert "by itself has ended" in caplog.text
    assert boss.shown
