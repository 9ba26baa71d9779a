"""The README's pictures, made anew: `python -m tests.end_to_end.screenshots [DIR]`.

They show the shipped knowledge at a fixed time, so that they change only when the page, the replies or the knowledge do. What the machine
has to have: a Chromium, Chinese fonts and an emoji font (Debian: chromium, fonts-noto-cjk, fonts-noto-color-emoji).
"""

import argparse
import asyncio
import os
import sys
import tempfile
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from bot.daily.rows import QuizAnswer
from bot.generation.generations import Generation, build_generation
from bot.local_telegram import GROUP_ID, Person
from bot.people import rows as stored
from bot.station.roles import Role
from bot.storage.schema import PlanState
from tests.clock import Clock
from tests.end_to_end.browser import NARROW, PATIENCE, WIDE, Phones, PhoneTab, find_browser, running_browser
from tests.end_to_end.desk import SUNDAY, TUESDAY, Desk, running_desk
from tests.end_to_end.png import packed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "end_to_end" / "pictures"
LARGEST = 250_000
"""Bytes of a picture, so that the README opens on a bad line."""

_PHONE = replace(NARROW, scale=2, time=SUNDAY)
_DARK = replace(_PHONE, dark=True)
_DESK = replace(WIDE, time=SUNDAY)
_MORNING = replace(_PHONE, time=TUESDAY)

ELECTRICIAN, COLLEAGUE, TRAINER = 1001, 1002, 2001
CREWS = {
    "抢修一班": "王强 李志刚 张伟 刘洋 陈建国 赵磊",
    "抄表班": "孙丽 周敏 吴静 郑涛",
    "营业厅": "冯雪 褚红 卫娟",
}
"""Who is in the report."""
QUESTION = "停人家的电要提前几天打招呼"
STORY = "送蜡烛那个好故事给我讲讲"
VISIT = "用户不在家，能进去修吗"
SNOW = "下雪出不了门，电表数能不能先估一个"
FEES = "电费能不能搭车收别的费"
UNSURE = "大雪封山上不去,这几户先随便填个数行不"
SHORT = "entering-empty-home"
"""A case that is seen whole."""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <match target="pattern">
    <edit name="family" mode="prepend_first" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
  <include>{machine}</include>
</fontconfig>
"""
"""One font for words and figures; the default of a bare Linux draws figures and Latin letters of another one."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes on before a picture is taken.

    Attributes:
        phones: Opens tabs.
        clock: For what is said.
        desk: What runs.
    """

    phones: Phones
    clock: Clock
    desk: Desk

    async def ask(self, tab: PhoneTab, question: str, *, shows: str) -> None:
        """Ask, and wait for an answer that shows something."""
        count = await tab.answers.count()
        await tab.say(question)
        await expect(tab.answers).to_have_count(count + 1)
        await expect(tab.answer_text).to_contain_text(shows)
        self.clock.go_on(minutes=1)


async def answer(scene: Scene) -> PhoneTab:
    """A sure answer on a phone."""
    tab = await scene.phones.open(ELECTRICIAN, _PHONE)
    await scene.ask(tab, FEES, shows="现行有效")
    return tab


async def case(scene: Scene) -> PhoneTab:
    """The whole of a case, a page of it."""
    tab = await scene.phones.open(ELECTRICIAN, _PHONE)
    await scene.ask(tab, STORY, shows="📂 正面案例")
    await tab.press("看全案")
    await expect(tab.answer_text).to_contain_text("第 1 页，共")
    await _scroll_to(tab.answer)
    return tab


async def dark(scene: Scene) -> PhoneTab:
    """An answer on a phone that is set to dark."""
    tab = await scene.phones.open(ELECTRICIAN, _DARK)
    await scene.ask(tab, VISIT, shows="📖")
    return tab


async def choice(scene: Scene) -> PhoneTab:
    """Situations to choose from, where the bot is not sure."""
    tab = await scene.phones.open(ELECTRICIAN, _PHONE)
    await scene.ask(tab, UNSURE, shows="🤔")
    return tab


async def group(scene: Scene) -> PhoneTab:
    """A group: talk among people, a mention, an answer that quotes it."""
    other = await scene.phones.open(COLLEAGUE, _PHONE, chat=GROUP_ID)
    await other.say("雪太大了，山上那十几户的表今天抄不成")
    scene.clock.go_on(minutes=1)
    tab = await scene.phones.open(ELECTRICIAN, _PHONE, chat=GROUP_ID)
    await expect(tab.said_by(COLLEAGUE)).to_have_count(1)
    await tab.say("先别瞎填，问问机器人")
    await expect(tab.said_by(ELECTRICIAN)).to_have_count(1)
    scene.clock.go_on(minutes=1)
    await other.say(f"@policy_bot {SNOW}")
    await expect(tab.answer_text).to_contain_text("📖")
    await _scroll_to(tab.said_by(COLLEAGUE).first)
    return tab


async def desk(scene: Scene) -> PhoneTab:
    """A wide window: the list of chats beside an answer."""
    other = await scene.phones.open(COLLEAGUE, _DESK, chat=GROUP_ID)
    await other.say(f"@policy_bot {SNOW}")
    await expect(other.answer_text).to_contain_text("📖")
    scene.clock.go_on(minutes=1)
    tab = await scene.phones.open(ELECTRICIAN, _DESK)
    await scene.ask(tab, QUESTION, shows="第六十七条")
    return tab


async def daily(scene: Scene) -> PhoneTab:
    """The whole of a day's case on a phone that is long enough for it, its quiz open."""
    parts = scene.desk.parts
    await parts.rounds.look()
    plan = await parts.daily.store.plan_of(scene.clock.now.date(), "抢修一班")
    assert plan is not None
    await parts.daily.store.change_plan(plan.id, [PlanState.READY], case_id=SHORT)
    scene.desk.introduce(ELECTRICIAN)
    tab = await scene.phones.open(ELECTRICIAN, replace(_MORNING, height=1040, scale=1.7))
    scene.clock.go_on(minutes=30)
    scene.desk.look_at_the_clock()
    await expect(tab.answer_text).to_contain_text("考一考 1/2")
    return tab


async def week(scene: Scene) -> PhoneTab:
    """The days that a trainer has before him."""
    tab = await scene.phones.open(TRAINER, _MORNING)
    await scene.ask(tab, "/daily", shows="看哪个班组的安排")
    await tab.press("抢修一班")
    await expect(tab.answer_text).to_contain_text("11月24日（周二）")
    return tab


async def report(scene: Scene) -> PhoneTab:
    """The week's report."""
    await _work_a_week(scene)
    tab = await scene.phones.open(TRAINER, replace(_PHONE, time=scene.clock.now))
    await scene.ask(tab, "/report", shows="📊 每日一案日报")
    await tab.press("周")
    await expect(tab.answer_text).to_contain_text("📊 每日一案周报")
    await tab.answer.get_by_test_id("photo").get_by_role("img").evaluate("image => image.decode()")
    await _scroll_to(tab.answer)
    return tab


async def _work_a_week(scene: Scene) -> None:
    """From Tuesday to Friday every crew gets its case, and most read it."""
    parts, desk, now = scene.desk.parts, scene.desk, scene.clock.now
    daily = parts.daily.store
    crew = [(name, team) for team, names in CREWS.items() for name in names.split()]
    people = [
        stored.Person(number, name, team, Role.STAFF, stored.PersonState.ACTIVE, True, None, now)
        for number, (name, team) in enumerate(crew, 5001)
    ]
    for person in people[:-1]:  # the last one has never written to the bot
        desk.telegram.add_person(Person(person.id, person.name))
        desk.introduce(person.id)
    away = [
        replace(person, state=stored.PersonState.SUSPENDED)
        for person in await parts.people.store.all()
        if person.role is Role.STAFF
    ]
    await parts.people.change_all([*people, *away], TRAINER, "the pictures", now)
    for _ in range(4):
        scene.clock.go_on(minutes=31)
        await parts.rounds.look()
        await parts.rounds.outbox.drain()
        await parts.rounds.look()
        today = scene.clock.now.date()
        for place, copy in enumerate(await daily.copies(today, today)):
            await _study(scene, place + today.day, copy.delivery.id)
        scene.clock.now = datetime.combine(today, TUESDAY.timetz())
        scene.clock.go_on(days=1)
    scene.clock.go_on(days=-1, hours=9)


async def _study(scene: Scene, place: int, copy: int) -> None:
    """Most read it, two in three answer, one in five of those wrongly."""
    store = scene.desk.parts.daily.store
    moment = scene.clock.now
    if place % 6 == 0:
        return
    await store.mark_read(copy, moment)
    if place % 3:
        await store.answer_quiz(copy, QuizAnswer(0, 0, place % 5 != 0), moment)


async def _scroll_to(message: Locator) -> None:
    await message.evaluate(
        """node => {
          const view = node.closest("[data-testid=scroller]");
          view.scrollTop += node.getBoundingClientRect().top - view.getBoundingClientRect().top - 10;
        }"""
    )


SCENES: tuple[Callable[[Scene], Awaitable[PhoneTab]], ...] = (
    answer,
    case,
    dark,
    choice,
    group,
    desk,
    daily,
    week,
    report,
)
_ON_WORKDAYS = {daily, week, report}


async def take(scene: Callable[[Scene], Awaitable[PhoneTab]], browser: Browser, generation: Generation) -> bytes:
    """Make one picture, a PNG, in a Telegram of its own.

    Raises:
        RuntimeError: Where the page had trouble, or the picture is too large.
    """
    clock = Clock(TUESDAY if scene in _ON_WORKDAYS else SUNDAY)
    with tempfile.TemporaryDirectory() as data:
        async with running_desk(generation, Path(data), clock=clock) as running:
            phones = Phones(browser, running.server, running.telegram)
            tab = await scene(Scene(phones, clock, running))
            await tab.page.bring_to_front()
            await tab.page.evaluate("() => document.activeElement?.blur()")
            picture = packed(await tab.page.screenshot(animations="disabled", caret="hide", scale="device"))
            await phones.close()
    if phones.troubles:
        raise RuntimeError("; ".join(phones.troubles))
    if len(picture) > LARGEST:
        raise RuntimeError(f"{scene.__name__}: {len(picture)} bytes")
    return picture


async def take_all(browser_path: str) -> dict[str, bytes]:
    """Make all pictures, by the names of their scenes.

    Raises:
        RuntimeError: As `take` says.
    """
    expect.set_options(timeout=PATIENCE)
    generation = build_generation(ROOT / "knowledge")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as fonts:
        fonts.write(_FONTS.format(machine=os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")))
        fonts.flush()
        async with running_browser(browser_path, {"FONTCONFIG_FILE": fonts.name}) as browser:
            return {scene.__name__: await take(scene, browser, generation) for scene in SCENES}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where the pictures go")
    folder: Path = parser.parse_args().folder
    browser_path = find_browser()
    if browser_path is None:
        sys.exit("no Chromium on this machine")
    warnings.filterwarnings("ignore", "Please use .Bot.getUpdates")  # the bot keeps updates before PTB parses them
    pictures = asyncio.run(take_all(browser_path))
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
        sys.stdout.write(f"{folder / name}.png {len(picture) // 1000} kB\n")


if __name__ == "__main__":
    main()
