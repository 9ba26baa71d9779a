"""/gaps: what was not answered, or wrongly, and what trainers make of it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.asking.store import Asked
from bot.generation.generations import record_key
from bot.library import words_editing as words
from bot.library.gaps import find_gaps, gap_key
from bot.library.library import Library
from bot.people.rows import Person, PersonState
from bot.start.app import Parts, library_of
from bot.start.desk import copy_knowledge
from bot.station.config import Settings
from bot.station.roles import Role
from retrieval.text import normalise
from tests.bot.conftest import STAFF, Telegram
from tests.bot.phone import Phone
from tests.clock import Clock
from tests.conftest import KNOWLEDGE

TRAINER = 2001
REFUSED = "无人<机>巡线要飞多高"
MASKED = "户主张建军家电表抄错了多收电费怎么办"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder of the test's own, without acceptance questions."""
    folder = copy_knowledge(KNOWLEDGE, tmp_path)
    (folder / "golden.jsonl").unlink()
    return folder


@pytest.fixture
def library(settings: Settings, folder: Path, clock: Clock) -> Library:
    """In use."""
    library = library_of(settings.model_copy(update={"knowledge": folder}), clock)
    library.open()
    return library


@pytest.fixture
async def trainer(parts: Parts, telegram: Telegram, clock: Clock) -> Phone:
    """A trainer."""
    person = Person(TRAINER, "赵老师", "", Role.TRAINER, PersonState.ACTIVE, False, None, clock())
    await parts.people.change_all([person], 0, "test", clock())
    return Phone(parts.application, telegram, TRAINER)


def asked(number: int, text: str, moment: datetime, tier: str = "none") -> Asked:
    """A question that was kept."""
    return Asked(f"{number:012d}", STAFF, moment, text, tier, (), ())


async def test_gaps_are_grouped_counted_and_newest_first(
    trainer: Phone, phone: Phone, parts: Parts, telegram: Telegram, clock: Clock
) -> None:
    """What was refused and what was judged 没答对; alike in writing is one; what was answered well, or long ago, is none of it."""
    store, now = parts.questions.store, clock()
    await store.keep_all(
        [asked(1, "老问题", now - timedelta(days=31)), asked(2, "光伏咋并网", now - timedelta(days=3))]
    )
    await phone.says("停人家的电要提前几天打招呼")
    await phone.presses("👍")
    for text in (REFUSED, f" {REFUSED}"):
        await phone.says(text)
    await phone.says(MASKED)
    await phone.presses("👎 没答对")

    await trainer.says("/gaps")

    lines = trainer.text.splitlines()
    assert lines[0] == "近 30 天没答好的问题（3 个，姓名、号码已遮住）"
    # Within a second nobody knows which came first.
    first = {lines[place].partition(". ")[2]: lines[place + 1].strip().partition(" · ")[0] for place in (2, 4)}
    assert first == {"户主〔姓名〕家电表抄错了多收电费怎么办": "没答对 1 次", REFUSED: "没答上 2 次"}
    assert lines[6] == "3. 光伏咋并网"
    assert trainer.labels == ["1", "2", "3"]
    await phone.says("/gaps")
    assert "30 天" not in phone.text
    assert telegram.alerts


async def test_a_gap_becomes_a_question_of_a_case(
    trainer: Phone, phone: Phone, library: Library, parts: Parts, clock: Clock
) -> None:
    """Chosen among the nearest; after preview and yes it is answered, and gone from the list; taken back it is there again."""
    await phone.says(REFUSED)
    await trainer.says("/gaps")
    await trainer.presses("1")
    assert f"❓ {REFUSED}" in trainer.text
    assert "现在这样问，机器人答：答不上来" in trainer.text
    label = next(label for label in trainer.labels if label.startswith("➕ 1."))
    await trainer.presses(label)
    assert f"➕ 加一条问法：{REFUSED}" in trainer.text
    await trainer.presses("确定")
    assert "已启用" in trainer.text

    assert REFUSED in library.knowledge.current.known_questions
    await phone.says(REFUSED)
    assert "不敢乱说" not in phone.text
    assert await find_gaps(parts.questions, library.knowledge.current, clock()) == ()
    await trainer.presses("↩ 撤销")
    await trainer.says("/gaps")
    assert REFUSED in trainer.text


async def test_what_can_not_be_taken_as_it_is_is_asked_for_in_other_words(
    trainer: Phone, phone: Phone, library: Library, parts: Parts, clock: Clock
) -> None:
    """Masked names and long stories make no good question; once it is taught in other words the gap is closed."""
    await parts.questions.store.keep_all([asked(1, "〔姓名〕家抄错表了咋整咧", clock())])
    await trainer.says("/gaps")
    await trainer.presses("1")
    await trainer.presses("➕ 1.")
    assert "遮住的姓名、号码" in trainer.text
    await trainer.says("人家屋头抄错表咋整咧")
    await trainer.presses("确定")
    assert "已启用" in trainer.text
    assert normalise("人家屋头抄错表咋整咧") in library.knowledge.current.known_questions
    await trainer.presses("◀ 没答好的问题")
    assert "没有答不上来的" in trainer.text
    await phone.says("/help")


async def test_a_gap_is_set_aside_and_taken_up_again(trainer: Phone, parts: Parts, clock: Clock) -> None:
    """For all trainers, until somebody takes it up again; a button of a gap that is gone says so."""
    now = clock()
    await parts.questions.store.keep_all([asked(1, REFUSED, now), asked(2, "光伏咋并网", now - timedelta(days=1))])
    await trainer.says("/gaps")
    first = trainer.buttons()[0]["callback_data"]
    await trainer.presses("1")
    await trainer.presses("🙈 忽略")
    assert REFUSED not in trainer.text
    assert "光伏咋并网" in trainer.text
    await trainer.presses_data(first)
    assert "光伏咋并网" in trainer.text
    await trainer.presses("↩ 刚才那条不忽略")
    assert REFUSED in trainer.text


async def test_the_list_is_turned(trainer: Phone, parts: Parts, clock: Clock) -> None:
    """Six a page, to and fro, numbered through; an empty list says so."""
    await trainer.says("/gaps")
    assert "没有答不上来的" in trainer.text
    now = clock()
    await parts.questions.store.keep_all(
        [asked(place, f"没有的事{place}号", now - timedelta(minutes=place)) for place in range(8)]
    )
    await trainer.says("/gaps")
    assert "6. 没有的事5号" in trainer.text
    await trainer.presses("旧一些")
    assert "8. 没有的事7号" in trainer.text
    await trainer.presses("◀ 新一些")
    assert "1. 没有的事0号" in trainer.text


async def test_forged_data_is_answered(
    trainer: Phone, phone: Phone, telegram: Telegram, library: Library, parts: Parts, clock: Clock
) -> None:
    """Keys of nothing, a record that is none, and staff who know the data of a button."""
    await parts.questions.store.keep_all([asked(1, REFUSED, clock())])
    case = record_key(library.knowledge.current.knowledge.cases[0])
    await trainer.says("/gaps")
    for data, said in (
        (f"ed{'z' * 8}", words.NO_GAP),
        (f"ea{'z' * 8}.{case}", words.NO_GAP),
        (f"ea{gap_key(REFUSED)}.zzzzzz", words.GONE),
        ("eg", words.NO_GAP),
        ("ea", words.NO_GAP),
    ):
        await trainer.presses_data(data)
        assert telegram.alerts[-1] == said, data
    await phone.says("/help")
    await phone.presses_data(f"ei{gap_key(REFUSED)}")
    assert await parts.questions.store.aside() == frozenset()
