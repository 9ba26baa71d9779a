"""Everyday edits of the knowledge in the chat, as trainers and admins make them."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.generation.generations import record_key
from bot.library import words_editing as words
from bot.library import words_history as library_words
from bot.library.library import Library
from bot.library.report import BOT, Verdict
from bot.people import words as people_words
from bot.people.rows import Person, PersonState
from bot.start.app import Parts, library_of
from bot.start.desk import copy_knowledge
from bot.station.config import Settings
from bot.station.roles import Role
from retrieval.answering.answer import Tier
from retrieval.model import Case, Rule
from retrieval.text import normalise
from tests.bot.conftest import ADMIN, GROUP, STAFF, Telegram
from tests.bot.phone import Phone
from tests.clock import NOW, Clock
from tests.conftest import KNOWLEDGE

TRAINER, SECOND = 2001, 2003
CASE = "misread-meter"
NEW = "抄表要到位, 看清<再>记：抄错 # 和估抄都多收电费"
NOT_HELD = (
    '{"id": "x", "question": "无人机巡线要飞多高", "style": "x", "cases": [], "clauses": [], "answerable": false}\n'
)
SYNONYMS, CIRCUMSTANCES = Path("lexicon", "synonyms.txt"), Path("lexicon", "circumstances.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder of the test's own, with a few acceptance questions, so that each change is judged at once."""
    folder = copy_knowledge(KNOWLEDGE, tmp_path)
    golden = folder / "golden.jsonl"
    lines = golden.read_text("utf-8").splitlines(keepends=True)[:10]
    golden.write_text("".join([*lines, NOT_HELD]), "utf-8")
    return folder


@pytest.fixture
def library(settings: Settings, folder: Path, clock: Clock) -> Library:
    """In use."""
    library = library_of(settings.model_copy(update={"knowledge": folder}), clock)
    library.open()
    return library


@pytest.fixture
async def station(parts: Parts, clock: Clock, telegram: Telegram) -> Parts:
    """Two trainers beside the electrician and the admin."""
    people = [
        Person(number, name, "", Role.TRAINER, PersonState.ACTIVE, False, None, clock())
        for number, name in ((TRAINER, "赵<老师>"), (SECOND, "钱老师"))
    ]
    await parts.people.change_all(people, 0, "test", clock())
    await parts.people.rename(ADMIN, "孙主任", ADMIN, clock())
    for number in (TRAINER, SECOND, ADMIN):
        telegram.says(number, "/help")
        await Phone(parts.application, telegram, number).deliver()
    return parts


@pytest.fixture
def trainer(station: Parts, telegram: Telegram) -> Phone:
    """赵老师."""
    return Phone(station.application, telegram, TRAINER)


@pytest.fixture
def second(station: Parts, telegram: Telegram) -> Phone:
    """钱老师."""
    return Phone(station.application, telegram, SECOND)


@pytest.fixture
def boss(station: Parts, telegram: Telegram) -> Phone:
    """孙主任."""
    return Phone(station.application, telegram, ADMIN)


def case_in_use(library: Library) -> Case:
    """The case that the tests change."""
    return library.knowledge.current.knowledge.case_by_id[CASE]


def rule_in_use(library: Library, name: str) -> Rule:
    """A rule book as it is in use."""
    return next(rule for rule in library.knowledge.current.knowledge.rules if rule.id == name)


async def open_case(phone: Phone) -> None:
    """Find the case by words, and open its page."""
    await phone.says("/edit 抄录电量不准确")
    await phone.presses("1. 抄录电量不准确")


def differing(one: bytes, other: bytes) -> list[tuple[str, str]]:
    """The lines in which two texts of equally many lines differ."""
    before, after = one.decode().splitlines(keepends=True), other.decode().splitlines(keepends=True)
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


# ---- finding


async def test_edit_finds_cases_and_clauses(trainer: Phone) -> None:
    """By the words of a title first, by a number, by a question; at most five; nothing at all is said so."""
    await trainer.says("/edit 抄录电量不准确")
    assert trainer.text.splitlines()[1].startswith("1. 📂 抄录电量不准确")
    assert len(trainer.labels) == 5

    await trainer.says("/edit 营业规则67条")
    assert trainer.labels[0] == "1. 《供电营业规则》第六十七条（1996版）"

    await trainer.says("/edit 🙂")
    assert "没有找到" in trainer.text

    await trainer.says("/edit")
    assert trainer.text == words.ASK_WORDS.html.replace("<b>", "")
    await trainer.says("停人家的电要提前几天打招呼")
    assert "最像的" in trainer.text


async def test_the_full_view_of_a_case_leads_to_its_edit_page(trainer: Phone, phone: Phone) -> None:
    """For trainers, as a message of its own; staff have no such button, and the answer's own buttons stay."""
    for someone in (phone, trainer):
        await someone.says("抄错电表多收了电费怎么办")
        await someone.presses("看全案")
    assert "✏️ 改" not in phone.labels
    assert {"✏️ 改", "👍 有用"} <= set(trainer.labels)
    before = len(trainer.shown)

    await trainer.presses("✏️ 改")

    assert len(trainer.shown) == before + 1
    assert trainer.text.startswith("✏️ 📂")
    assert trainer.labels == ["改教训", "改原话教训", "加问法", "加同义词"]


# ---- the takeaway


async def test_a_takeaway_is_changed_after_a_look_at_it(trainer: Phone, library: Library, folder: Path) -> None:
    """Old and new, the file, a yes; then everybody's answer begins with it, one line of the file differs, and ↩ takes it back."""
    path = folder / "cases" / f"{CASE}.md"
    content, old = path.read_bytes(), case_in_use(library).takeaway
    await open_case(trainer)
    await trainer.presses("改教训")
    assert old in trainer.text
    await trainer.says(NEW)
    assert f"原来：{old}" in trainer.text
    assert f"改成：📌 {NEW}" in trainer.text
    assert f"cases/{CASE}.md" in trainer.text
    assert path.read_bytes() == content

    await trainer.presses("确定")

    assert "已启用" in trainer.text
    assert case_in_use(library).takeaway == NEW
    assert differing(content, path.read_bytes()) == [(f"takeaway: {old}\n", f"takeaway: '{NEW}'\n")]
    await trainer.says("/edit 抄录电量不准确")
    await trainer.presses("1. ")
    assert NEW in trainer.text
    entry = library.in_use
    assert entry is not None
    assert (entry.who, entry.why) == (TRAINER, f"改教训：{case_in_use(library).title}")

    await trainer.presses_data(f"lu{entry.number}")

    assert case_in_use(library).takeaway == old
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("text", "said"), [("长" * 61, "最多 60 个字"), ("先\n后", "只能写一行"), ("same", "和原来的一样")]
)
async def test_a_takeaway_that_can_not_be_taken_is_asked_for_again(
    trainer: Phone, library: Library, text: str, said: str
) -> None:
    """And why; the next text is tried again."""
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(case_in_use(library).takeaway if text == "same" else text)
    assert trainer.text.startswith("⚠️")
    assert said in trainer.text

    await trainer.says("表要看清再记。")
    assert "要这样改吗" in trainer.text


async def test_a_lesson_is_written_and_changed(trainer: Phone, library: Library, folder: Path) -> None:
    """One that was missing is put in below the takeaway; the next change shows it, and takes 120 characters at the most."""
    path = folder / "cases" / f"{CASE}.md"
    path.write_text(re.sub("lesson: .*\n", "", path.read_text("utf-8")), "utf-8")
    await library.reload(BOT)
    content = path.read_bytes()
    await open_case(trainer)
    await trainer.presses("改原话教训")
    assert "没有写" in trainer.text
    await trainer.says("我们必须提高工作质量。")
    await trainer.presses("确定")

    assert case_in_use(library).lesson == "我们必须提高工作质量。"
    takeaway = f"takeaway: {case_in_use(library).takeaway}\n".encode()
    assert path.read_bytes() == content.replace(takeaway, takeaway + "lesson: 我们必须提高工作质量。\n".encode())
    await open_case(trainer)
    assert "原话教训 我们必须提高工作质量。" in trainer.text
    await trainer.presses("改原话教训")
    await trainer.says("长" * 121)
    assert "教训最多 120 个字，这句有 121 个" in trainer.text
    await trainer.says("不得估抄。")
    assert "原来：我们必须提高工作质量。" in trainer.text
    await trainer.presses("确定")
    assert case_in_use(library).lesson == "不得估抄。"


async def test_a_question_of_a_few_letters_is_not_taken(trainer: Phone, library: Library) -> None:
    """电 as an alternate question would draw everything to one case."""
    await open_case(trainer)
    await trainer.presses("加问法")
    for text in ("电", "停电呢", "？？？？停电"):
        await trainer.says(text)
        assert trainer.text.startswith("⚠️ 这句太短，看不出是什么事，问法至少 4 个字。"), text

    await trainer.says("★ 停电怎么办")
    assert "要这样改吗" in trainer.text
    assert "★" not in trainer.text
    assert len(library.history()) == 1


async def test_no_is_no(trainer: Phone, folder: Path, library: Library) -> None:
    """“不改” and “↩ 不改了” leave everything, and a yes from before counts no more; a text after that is a question again."""
    before = (folder / "cases" / f"{CASE}.md").read_bytes()
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.presses("↩ 不改了")
    assert trainer.labels[0] == "改教训"
    await trainer.presses("改教训")
    await trainer.says(NEW)
    yes = trainer.buttons()[0]["callback_data"]
    await trainer.presses("不改")
    assert trainer.text == words.NOT_CHANGED.html

    await trainer.presses_data(yes)
    assert trainer.text == words.NOT_CHANGED.html
    await trainer.says("停人家的电要提前几天打招呼")
    assert "📖" in trainer.text
    assert (folder / "cases" / f"{CASE}.md").read_bytes() == before
    assert library.history()[0].number == 1


async def test_two_taps_change_it_once(trainer: Phone, telegram: Telegram, library: Library) -> None:
    """Also when both come before anything is shown."""
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    message, data = trainer.last, trainer.buttons()[0]["callback_data"]
    telegram.presses(TRAINER, message["message_id"], data)
    telegram.presses(TRAINER, message["message_id"], data)

    await trainer.deliver()

    assert words.STALE_WISH in telegram.alerts
    assert len(library.history()) == 2
    assert "已启用" in trainer.text


async def test_a_later_preview_takes_the_place_of_an_earlier_one(
    trainer: Phone, second: Phone, telegram: Telegram, library: Library, clock: Clock
) -> None:
    """Nor does somebody else's yes count, nor one of the day before."""
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says("第一句。")
    first, data = trainer.last, trainer.buttons()[0]["callback_data"]
    await open_case(second)
    await second.presses_data(data)
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says("第二句。")
    await trainer.presses_data(data, first)
    clock.go_on(hours=25)
    await trainer.presses("确定")

    assert telegram.alerts.count(words.STALE_WISH) == 3
    assert len(library.history()) == 1


async def test_what_was_saved_in_the_meantime_is_not_lost(trainer: Phone, library: Library, folder: Path) -> None:
    """Another line of the file, saved between preview and yes, is kept; the same line changed by somebody else is not overwritten."""
    path = folder / "cases" / f"{CASE}.md"
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    path.write_text(path.read_text("utf-8").replace("category: 抄表收费", "category: 抄表"), "utf-8")
    await trainer.presses("确定")
    assert case_in_use(library).takeaway == NEW
    assert case_in_use(library).category == "抄表"
    await trainer.presses("↩ 撤销")
    assert case_in_use(library).takeaway != NEW
    assert case_in_use(library).category == "抄表"
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    await trainer.presses("确定")

    await trainer.says("/edit 抄录电量不准确")
    await trainer.presses("1. ")
    await trainer.presses("改教训")
    await trainer.says("第三句。")
    saved = path.read_text("utf-8").replace(f"'{NEW}'", "别人的一句。")
    path.write_text(saved, "utf-8")
    await trainer.presses("确定")

    assert "没有改：这一处刚刚被别人改过" in trainer.text
    assert path.read_text("utf-8") == saved


async def test_a_fault_that_somebody_has_saved_stops_the_change(trainer: Phone, library: Library, folder: Path) -> None:
    """File and line are named, nothing is written, and what was saved stays to be mended."""
    path, other = folder / "cases" / f"{CASE}.md", folder / "cases" / "two-candles.md"
    before = path.read_bytes()
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    other.write_text(other.read_text("utf-8").replace("kind: positive", "kind: 正面"), "utf-8")
    spoilt = other.read_bytes()
    await trainer.presses("确定")

    assert "📄 cases/two-candles.md" in trainer.text
    assert path.read_bytes() == before
    assert other.read_bytes() == spoilt
    assert len(library.history()) == 1


async def test_a_record_that_is_gone_is_said_to_be(
    trainer: Phone, telegram: Telegram, library: Library, folder: Path
) -> None:
    """At each step: page, text, yes; and a file that is gone from the disk only."""
    await open_case(trainer)
    page = trainer.last
    await trainer.presses("改教训")
    await trainer.says(NEW)
    path = folder / "cases" / f"{CASE}.md"
    content = path.read_bytes()
    path.unlink()
    await trainer.presses("确定")
    assert "这个文件已经不在了" in trainer.text
    path.write_bytes(content)
    await library.reload(BOT)

    await open_case(trainer)
    page = trainer.last
    await trainer.presses("改教训")
    await trainer.says(NEW)
    preview = trainer.last
    await trainer.presses_data(f"et{record_key(case_in_use(library))}", page)
    key = record_key(case_in_use(library))
    path.unlink()
    report = await library.reload(BOT)
    if report.verdict is Verdict.WORSE:
        await library.accept(report.snapshot, BOT)
    await trainer.says("第三句。")
    assert trainer.text == words.GONE
    await trainer.presses_data(f"er{key}", page)
    await trainer.presses_data(f"eq{key}", page)
    await trainer.presses("确定", preview)
    assert telegram.alerts[-3:] == [words.GONE] * 3


# ---- questions


async def test_a_question_is_added_and_answers(trainer: Phone, library: Library, folder: Path) -> None:
    """The preview says what it is answered with now; afterwards it is answered with the case; two of a kind are refused."""
    question = "&<老乡> 赖我把七抄成一咧"
    await open_case(trainer)
    await trainer.presses("加问法")
    await trainer.says(question)
    assert f"➕ 加一条问法：{question}" in trainer.text
    assert "现在这样问，机器人答：" in trainer.text
    before = (folder / "cases" / f"{CASE}.md").read_text("utf-8")

    await trainer.presses("确定")

    assert "已启用" in trainer.text
    assert case_in_use(library).questions[-1] == question
    after = (folder / "cases" / f"{CASE}.md").read_text("utf-8")
    assert after.replace(f"- {question}\n", "") == before
    answer = library.knowledge.current.answerer.answer(question, today=NOW.date())
    assert answer.tier is not Tier.NONE
    assert answer.cases[0].record.id == CASE
    await open_case(trainer)
    await trainer.presses("加问法")
    await trainer.says(question)
    assert "已经有这条问法了" in trainer.text


async def test_a_question_of_a_clause_and_one_that_others_have(trainer: Phone, library: Library) -> None:
    """Goes below the clause; a question that another record has is warned of, one of the acceptance questions is refused."""
    await trainer.says("/edit 营业规则67条")
    await trainer.presses("1. ")
    assert trainer.labels == ["加问法", "加同义词"]
    await trainer.presses("加问法")
    await trainer.says(case_in_use(library).questions[0])
    assert f"⚠️ 这句已经是 {case_in_use(library).title} 的问法" in trainer.text
    assert trainer.labels[0] == "还是要改"
    await trainer.says("/edit 营业规则67条")
    await trainer.presses("1. ")
    await trainer.presses("加问法")
    golden = (library.folder / "golden.jsonl").read_text("utf-8")
    await trainer.says(golden.split('"question": "')[1].split('"')[0])
    assert "这句是考题" in trainer.text
    await trainer.says("拉闸前要跟人打几回招呼咧")
    await trainer.presses("确定")

    clause = library.knowledge.current.knowledge.clause_by_id["supply-business-rules-1996#67"]
    assert clause.questions[-1] == "拉闸前要跟人打几回招呼咧"


async def test_a_change_that_answers_worse_waits_for_an_admin(trainer: Phone, boss: Phone, library: Library) -> None:
    """The trainer has no say in it and is told so; the admin gets it with the buttons, and puts it in use or takes it back."""
    path = library.folder / "cases" / f"{CASE}.md"
    content = path.read_bytes()
    await open_case(trainer)
    await trainer.presses("加问法")
    await trainer.says("无人机巡线，要飞多高")
    await trainer.presses("确定")

    assert library_words.ADMIN_DECIDES in trainer.text
    assert trainer.labels == []
    assert boss.text.startswith("✏️ 赵<老师> 在聊天里改了知识库，请您定")
    assert boss.labels[0] == "照样启用"
    assert path.read_bytes() != content
    await boss.presses("不启用，文件也还原")
    assert len(library.history()) == 1
    assert path.read_bytes() == content


# ---- synonyms


async def test_synonyms_join_their_group(trainer: Phone, library: Library, folder: Path) -> None:
    """One line of the list differs; a word that is too long or in another group is refused with the reason; a new group says its term."""
    content = (folder / SYNONYMS).read_bytes()
    await trainer.says("/edit")
    await trainer.presses("➕ 加同义词")
    await trainer.says("停电，" + "长" * 13)
    assert "太长" in trainer.text
    await trainer.says("停电，电能表")
    assert "现在在两组里" in trainer.text
    await trainer.says("停电、电没得<了>")
    assert "并到同义词“停电”那一组" in trainer.text
    assert (folder / SYNONYMS).read_bytes() == content
    await trainer.presses("确定")

    assert trainer.text.splitlines()[1] == "✏️ 改了：同义词"
    assert library.knowledge.current.knowledge.lexicon.synonyms[normalise("电没得<了>")] == "停电"
    [(old, new)] = differing(content, (folder / SYNONYMS).read_bytes())
    assert new == old.replace(" => 停电", ", 电没得<了> => 停电")

    await open_case(trainer)
    await trainer.presses("加同义词")
    await trainer.says("烤烟新房 烤烟新棚")
    assert "新的一组同义词" in trainer.text
    assert "规范的说法是“烤烟新房”" in trainer.text


async def test_synonyms_of_a_circumstance_join_its_list(trainer: Phone, library: Library, folder: Path) -> None:
    """Words join the group of the list that holds one of them; words of both lists are refused with the reason."""
    synonyms, circumstances = (folder / SYNONYMS).read_bytes(), (folder / CIRCUMSTANCES).read_bytes()
    await trainer.says("/edit")
    await trainer.presses("➕ 加同义词")
    await trainer.says("火锅店 停电")
    assert "“火锅店”说的是谁、在哪或什么时候" in trainer.text
    await trainer.says("火锅店 羊汤馆")
    await trainer.presses("确定")

    assert trainer.text.splitlines()[1] == "✏️ 改了：说是谁、在哪、什么时候的词"
    lexicon = library.knowledge.current.knowledge.lexicon
    assert lexicon.synonyms["羊汤馆"] == lexicon.synonyms["火锅店"]
    assert lexicon.synonyms["羊汤馆"] in lexicon.circumstances
    assert (folder / SYNONYMS).read_bytes() == synonyms
    [(_, new)] = differing(circumstances, (folder / CIRCUMSTANCES).read_bytes())
    assert "羊汤馆" in new


# ---- whether a rule book was checked


async def test_an_admin_marks_a_rule_book_as_checked(boss: Phone, phone: Phone, library: Library, folder: Path) -> None:
    """The preview counts its clauses and says what it means; name and date are noted; answers show 〔未核对〕 no more; it can be taken back."""
    path = folder / "rules" / "supply-business-rules-1996.md"
    content = path.read_bytes()
    await boss.says("/edit 营业规则67条")
    await boss.presses("1. ")
    await boss.presses("✅ 整部标为已核对")
    count = len(library.knowledge.current.knowledge.clauses_by_rule["supply-business-rules-1996"])
    assert f"整部规章 {count} 条都标成“已核对：孙主任 2026-11-24”" in boss.text
    await boss.presses("确定")

    assert boss.text.splitlines()[1] == "✏️ 改了规章：供电营业规则（1996版）"
    rule = rule_in_use(library, "supply-business-rules-1996")
    assert (rule.verified, rule.verified_by, str(rule.verified_on)) == (True, "孙主任", "2026-11-24")
    await phone.says("营业规则67条")
    assert "〔未核对〕" not in phone.text

    await boss.says("/edit 营业规则67条")
    await boss.presses("1. ")
    await boss.presses("取消核对")
    await boss.presses("确定")
    assert not rule_in_use(library, "supply-business-rules-1996").verified
    assert path.read_bytes() == content


async def test_a_trainer_may_not_verify(
    trainer: Phone, boss: Phone, telegram: Telegram, library: Library, station: Parts
) -> None:
    """No button, forged data is refused, and who is no admin any more when he says yes isn't heard."""
    key = record_key(rule_in_use(library, "ten-donts"))
    await trainer.says("/edit 营业规则67条")
    await trainer.presses("1. ")
    assert "✅ 整部标为已核对" not in trainer.labels
    await trainer.presses_data(f"ev{key}")
    assert telegram.alerts[-1] == people_words.NOT_YOUR_ROLE
    await boss.says("/edit 营业规则67条")
    await boss.presses_data(f"ev{key}")
    assert "整部规章" in boss.text
    await station.people.set_role(SECOND, Role.ADMIN, ADMIN, station.clock.now())
    await station.people.set_role(ADMIN, Role.TRAINER, SECOND, station.clock.now())
    await boss.presses("确定")

    assert telegram.alerts[-1] == words.STALE_WISH
    assert len(library.history()) == 1


async def test_nobody_vouches_for_a_text_that_is_not_shown(
    boss: Phone, telegram: Telegram, library: Library, folder: Path
) -> None:
    """A rule book that was changed on the disk and not read is not marked; nor one that was changed between preview and yes."""
    path = folder / "rules" / "ten-donts.md"
    rule = rule_in_use(library, "ten-donts")
    key, content = record_key(rule), path.read_text("utf-8")
    text = library.knowledge.current.knowledge.clauses_by_rule[rule.id][0].text
    changed = content.replace(text, "改过的条文。")
    assert changed != content
    await boss.says("/edit 营业规则67条")
    path.write_text(changed, "utf-8")
    await boss.presses_data(f"ev{key}")
    assert telegram.alerts[-1] == words.NOT_IN_USE
    path.write_text(content, "utf-8")
    await boss.presses_data(f"ev{key}")
    path.write_text(changed, "utf-8")
    await boss.presses("确定")
    assert "刚刚被别人改过" in boss.text
    assert path.read_text("utf-8") == changed


# ---- who may


async def test_staff_and_strangers_change_nothing(
    phone: Phone, stranger: Phone, telegram: Telegram, library: Library, station: Parts
) -> None:
    """Neither by command nor by forged data; a trainer who is one no more finds his question treated as one."""
    key = record_key(case_in_use(library))
    await phone.says("/help")
    await stranger.says("/help")
    for someone in (phone, stranger):
        for data in (
            f"er{key}",
            f"et{key}",
            f"es{key}",
            "es",
            "eYabcdefgh",
            "eNabcdefgh",
            f"ev{key}",
            "eg0",
            f"ea{'x' * 8}.{key}",
        ):
            await someone.presses_data(data)
            assert telegram.alerts[-1] in {people_words.NOT_YOUR_ROLE, "您还没有开通，发 /start 看怎么开通。"}
        for command in ("/edit 抄表", "/gaps"):
            await someone.says(command)
            assert "最像的" not in someone.text
            assert "30 天" not in someone.text
    assert await station.forms.get(STAFF, station.clock.now()) is None


async def test_nonsense_in_buttons_is_answered(trainer: Phone, telegram: Telegram) -> None:
    """Data that fits no button, and keys of nothing."""
    await trainer.says("/edit")
    for data in ("er", "et", "etzzzzzz", "eqzzzzzz", "eszzzzzz", "eYzzzzzzz!", "en" + "z" * 6, "t" * 60, "ezz"):
        telegram.alerts.clear()
        await trainer.presses_data(data)
        assert telegram.alerts != [""], data
    assert trainer.text.startswith("要改哪个案例")


async def test_in_groups_nothing_is_changed(station: Parts, telegram: Telegram, library: Library) -> None:
    """Commands and buttons are for the private chat."""
    telegram.add_group(GROUP, "抢修一班", [TRAINER, ADMIN]).bot_is_admin = True
    phone = Phone(station.application, telegram, TRAINER, GROUP)
    await phone.says("/help@policy_bot")
    await phone.presses_data(f"et{record_key(case_in_use(library))}")
    assert telegram.alerts[-1] == words.ONLY_PRIVATE
    assert await station.forms.get(TRAINER, station.clock.now()) is None
    telegram.alerts.clear()
    boss = Phone(station.application, telegram, ADMIN, GROUP)
    await boss.presses_data(f"ev{record_key(next(iter(library.knowledge.current.knowledge.rules)))}")
    assert telegram.alerts == [words.ONLY_PRIVATE]
    await phone.says("@policy_bot 抄错电表多收了电费怎么办")
    await phone.presses("看全案")
    assert "✏️ 改" not in phone.labels


async def test_another_trainer_does_not_undo_it(trainer: Phone, second: Phone, library: Library) -> None:
    """Who did it may, and an admin."""
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    await trainer.presses("确定")
    await open_case(second)
    entry = library.in_use
    assert entry is not None
    await second.presses_data(f"lu{entry.number}")
    assert case_in_use(library).takeaway == NEW


# ---- git


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
async def test_in_a_checkout_each_change_is_a_commit(trainer: Phone, folder: Path, library: Library) -> None:
    """In the trainer's name, with that file alone; other changes of the checkout are left as they are."""

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")
        return subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(folder), *identity, *arguments],  # noqa: S607 - the one of the path
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    await asyncio.to_thread(git, "init", "-q")
    await asyncio.to_thread(git, "add", "-A")
    await asyncio.to_thread(git, "commit", "-q", "-m", "start")
    (folder / "README.md").write_text("改了一半", "utf-8")
    await open_case(trainer)
    await trainer.presses("改教训")
    await trainer.says(NEW)
    await trainer.presses("确定")
    await trainer.presses("↩ 撤销")

    log = await asyncio.to_thread(git, "log", "--format=%an|%s", "--name-only")
    title = case_in_use(library).title
    assert [line for line in log.splitlines() if line][:4] == [
        "赵老师|撤销第 3 次的改动",
        f"cases/{CASE}.md",
        f"赵老师|改教训：{title}",
        f"cases/{CASE}.md",
    ]
    assert await asyncio.to_thread(git, "status", "--short") == " M README.md\n"
    assert (folder / "README.md").read_text("utf-8") == "改了一半"
