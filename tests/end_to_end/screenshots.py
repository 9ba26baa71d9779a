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
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from bot.local_telegram import GROUP_ID
from bot.services.generations import Generation, build_generation
from tests.end_to_end.browser import NARROW, PATIENCE, WIDE, Phones, PhoneTab, find_browser, running_browser
from tests.end_to_end.desk import SUNDAY, running_desk
from tests.end_to_end.png import packed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "end_to_end" / "pictures"
LARGEST = 300_000
"""Bytes of a picture, so that the README opens on a bad line."""

_PHONE = replace(NARROW, scale=2, time=SUNDAY)
_DARK = replace(_PHONE, dark=True)
_DESK = replace(WIDE, time=SUNDAY)

ELECTRICIAN, COLLEAGUE = 1001, 1002
QUESTION = "停人家的电要提前几天打招呼"
STORY = "送蜡烛那个好故事给我讲讲"
VISIT = "用户不在家，能进去修吗"
SNOW = "下雪出不了门，电表数能不能先估一个"
FEES = "电费能不能搭车收别的费"
UNSURE = "答应客户上门又去不了"

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


class Clock:
    """The time of the pictures: each thing that is said is said a minute after the one before."""

    def __init__(self) -> None:
        self._now = SUNDAY

    def __call__(self) -> float:
        """Unix seconds."""
        return self._now.timestamp()

    def pass_a_minute(self) -> None:
        """Go on."""
        self._now += timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes on before a picture is taken.

    Attributes:
        phones: Opens tabs.
        clock: For what is said.
    """

    phones: Phones
    clock: Clock

    async def ask(self, tab: PhoneTab, question: str, *, shows: str) -> None:
        """Ask, and wait for an answer that shows something."""
        count = await tab.answers.count()
        await tab.say(question)
        await expect(tab.answers).to_have_count(count + 1)
        await expect(tab.answer_text).to_contain_text(shows)
        self.clock.pass_a_minute()


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
    scene.clock.pass_a_minute()
    tab = await scene.phones.open(ELECTRICIAN, _PHONE, chat=GROUP_ID)
    await expect(tab.said_by(COLLEAGUE)).to_have_count(1)
    await tab.say("先别瞎填，问问机器人")
    await expect(tab.said_by(ELECTRICIAN)).to_have_count(1)
    scene.clock.pass_a_minute()
    await other.say(f"@policy_bot {SNOW}")
    await expect(tab.answer_text).to_contain_text("📖")
    await _scroll_to(tab.said_by(COLLEAGUE).first)
    return tab


async def desk(scene: Scene) -> PhoneTab:
    """A wide window: the list of chats beside an answer."""
    other = await scene.phones.open(COLLEAGUE, _DESK, chat=GROUP_ID)
    await other.say(f"@policy_bot {SNOW}")
    await expect(other.answer_text).to_contain_text("📖")
    scene.clock.pass_a_minute()
    tab = await scene.phones.open(ELECTRICIAN, _DESK)
    await scene.ask(tab, QUESTION, shows="第六十七条")
    return tab


async def _scroll_to(message: Locator) -> None:
    await message.evaluate(
        """node => {
          const view = node.closest("[data-testid=scroller]");
          view.scrollTop += node.getBoundingClientRect().top - view.getBoundingClientRect().top - 10;
        }"""
    )


SCENES: tuple[Callable[[Scene], Awaitable[PhoneTab]], ...] = (answer, case, dark, choice, group, desk)


async def take(scene: Callable[[Scene], Awaitable[PhoneTab]], browser: Browser, generation: Generation) -> bytes:
    """Make one picture, a PNG, in a Telegram of its own.

    Raises:
        RuntimeError: Where the page had trouble, or the picture is too large.
    """
    clock = Clock()
    with tempfile.TemporaryDirectory() as data:
        async with running_desk(generation, Path(data), clock=clock) as running:
            phones = Phones(browser, running.server, running.telegram)
            tab = await scene(Scene(phones, clock))
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
