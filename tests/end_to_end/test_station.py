"""A station's days in the browser: who comes in, what goes out at half past eight, who has read it, and who may not."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import expect

from bot.daily import words as daily_words
from bot.daily.rows import QuizAnswer, Team
from bot.daily.words_planning import FOREWORD_ASKED
from bot.daily.words_progress import REASONS
from bot.generation.generations import record_key
from bot.local_telegram import Person
from bot.people import words as people_words
from bot.people.rows import PersonState
from bot.people.teams import team_key
from bot.station.roles import Role
from bot.storage.schema import DeliveryState
from tests.clock import Clock
from tests.end_to_end.browser import Phones, PhoneTab
from tests.end_to_end.desk import TUESDAY, Desk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN, COLLEAGUE, READER, TRAINER, ADMIN, STRANGER, NEWCOMER = 1001, 1002, 1003, 2001, 3001, 9001, 1004
TEAM, READERS = "抢修一班", "抄表班"
CHAT_OF_TWO = -1001000000077
QUESTION = "停人家的电要提前几天打招呼"
RULE = "在停电前三至七天内,将停电通知送达用户"
TODAY = TUESDAY.date()
# The first cases of the rotation; the right options of the first one's quizzes are C and A.
FIRST, SECOND = "欠费停电太随意 客户不满引纠纷", "维修时退运用户家保 埋下安全隐患"
FOREWORD = "今天有雪，上门先敲门。"


@pytest.fixture
def clock() -> Clock:
    """Eight in the morning on a workday."""
    return Clock(TUESDAY)


@pytest.fixture(autouse=True)
def _introduced(desk: Desk) -> None:
    desk.introduce(ELECTRICIAN, COLLEAGUE, READER, TRAINER, ADMIN)


def send_time(desk: Desk, clock: Clock) -> None:
    """Let it be 08:31 today."""
    clock.now = clock.now.replace(hour=0, minute=31)
    desk.look_at_the_clock()


# ---- coming in


async def all_sent(desk: Desk) -> None:
    """Wait until the bot has noted of every copy of today that it was sent; a phone shows it a moment before."""
    store = desk.parts.daily.store
    async with asyncio.timeout(15):
        while any(copy.delivery.state is not DeliveryState.SENT for copy in await store.copies(TODAY, TODAY)):  # noqa: ASYNC110 - the table tells nobody
            await asyncio.sleep(0.05)


async def test_an_invited_colleague_opens_the_link_and_is_in(phones: Phones, desk: Desk) -> None:
    """The admin makes a link for one, passes it on in a chat, and who opens it is in at once; the next one is not."""
    desk.telegram.add_person(Person(NEWCOMER, "周强"))
    desk.telegram.add_group(CHAT_OF_TWO, "新同事", [ADMIN, NEWCOMER, STRANGER])
    admin = await phones.open(ADMIN)
    await admin.say("/invite")
    await admin.press("员工")
    await admin.press(TEAM)
    await admin.press("7天·1人")
    await expect(admin.answer_text).to_contain_text("12月1日 08:00 前有效，最多 1 人用")
    link = await admin.answer_text.get_by_role("link").inner_text()

    await admin.open_chat(CHAT_OF_TWO)
    await admin.say(f"点这里进来：{link}")
    newcomer = await phones.open(NEWCOMER, chat=CHAT_OF_TWO)
    await newcomer.take_up()
    await newcomer.said_by(ADMIN).last.get_by_role("link").click()

    await expect(newcomer.answer_text).to_contain_text("✅ 开通了：抢修一班，员工。")
    await newcomer.say(QUESTION)
    await expect(newcomer.answer_text).to_contain_text(RULE)
    await admin.open_chat(ADMIN)
    await expect(admin.answer_text).to_have_text("👋 周强，抢修一班，员工，用您的邀请进来了。")
    stranger = await phones.open(STRANGER, chat=CHAT_OF_TWO)
    await stranger.take_up()
    await stranger.said_by(ADMIN).last.get_by_role("link").click()
    await expect(stranger.answer_text).to_contain_text("这个邀请用不了")
    assert await desk.parts.people.role(STRANGER) is Role.STRANGER


async def test_a_passer_by_applies_and_the_admin_lets_him_in(phones: Phones, desk: Desk) -> None:
    """Who applies writes name and team, the admin sees both and says yes by a button, and the applicant is told and may ask."""
    admin, applicant = await phones.open(ADMIN), await phones.open(STRANGER)
    await applicant.say("/start")
    await applicant.press("申请开通")
    await expect(applicant.answer_text).to_contain_text("请把姓名和班组用一条消息发给我")
    await applicant.say("钱多多 抄表班")
    await expect(applicant.answer_text).to_contain_text("姓名：钱多多")
    await applicant.press("就这样申请")
    await expect(applicant.answer_text).to_contain_text("申请发给管理员了")

    await expect(admin.answer_text).to_contain_text("🙋 有人申请开通")
    await expect(admin.answer_text).to_contain_text("姓名：钱多多\n班组：抄表班", use_inner_text=True)
    await admin.press("同意")

    await expect(admin.answer_text).to_have_text("✅ 孙主任同意了：钱多多，抄表班")
    await expect(applicant.answer_text).to_contain_text("✅ 开通了：抄表班，员工。")
    await applicant.say(QUESTION)
    await expect(applicant.answer_text).to_contain_text(RULE)
    person = await desk.parts.people.store.get(STRANGER)
    assert person is not None
    assert (person.name, person.team, person.role) == ("钱多多", READERS, Role.STAFF)


# ---- what the trainer plans


async def test_a_trainer_changes_todays_case_and_staff_get_that_one(phones: Phones, desk: Desk, clock: Clock) -> None:
    """A trainer looks at the week, previews a day, changes its case and writes before it; at its time the team gets just that."""
    trainer, staff = await phones.open(TRAINER), await phones.open(ELECTRICIAN)
    await trainer.say("/daily")
    await expect(trainer.answer_text).to_contain_text(f"{TEAM}：2 人收")
    await trainer.press(TEAM)
    await expect(trainer.answer_text).to_contain_text(f"11月24日（周二）　{FIRST}（到点就发）")
    await expect(trainer.answer_text).to_contain_text("11月28日（周六）　周末，不发")
    await trainer.press("11/24")
    await expect(trainer.answer_text).to_contain_text(f"📂 反面案例：{FIRST}")
    await expect(trainer.answer_text).to_contain_text("考一考")

    await trainer.press("换一个案例")
    await trainer.press(SECOND)
    await expect(trainer.answer_text).to_contain_text(f"📂 反面案例：{SECOND}")
    await expect(trainer.answer_text).to_contain_text("培训员定的")
    await trainer.press("写几句话在前面")
    await expect(trainer.answer_text).to_have_text(FOREWORD_ASKED)
    await trainer.say(FOREWORD)
    await expect(trainer.answer_text).to_contain_text(FOREWORD)
    await expect(trainer.answer_text).to_contain_text(f"📂 反面案例：{SECOND}")
    await expect(staff.answers).to_have_count(0)
    send_time(desk, clock)

    await expect(staff.answer_text).to_contain_text("📅 每日一案 · 11月24日（周二）")
    await expect(staff.answer_text).to_contain_text(FOREWORD)
    await expect(staff.answer_text).to_contain_text(f"📂 反面案例：{SECOND}")
    await expect(staff.answers).to_have_count(1)
    await staff.page.reload()
    await expect(staff.answers).to_have_count(1)


async def test_who_goes_back_from_the_foreword_asks_a_question_again(phones: Phones, desk: Desk) -> None:
    """After “back” nothing waits for a foreword: the next text is a question, and no team reads it."""
    trainer = await phones.open(TRAINER)
    await trainer.say("/daily")
    await trainer.press(TEAM)
    await trainer.press("11/24")
    await trainer.press("写几句话在前面")
    await expect(trainer.answer_text).to_contain_text("请把要写在案例前面的话发过来")
    await trainer.press("↩ 返回")
    await expect(trainer.answer_text).to_contain_text("员工看到的是这样")

    await trainer.say(QUESTION)

    await expect(trainer.answers).to_have_count(2)
    await expect(trainer.answer_text).to_contain_text(re.compile("^📌"), timeout=3_000)
    plans = await desk.parts.daily.store.plans_between(TODAY, TODAY, TEAM)
    assert [plan.foreword for plan in plans if plan.foreword] == []


async def test_a_team_that_wants_a_yes_gets_nothing_before_it(phones: Phones, desk: Desk, clock: Clock) -> None:
    """Where a trainer has to say yes, he is asked in the morning, and the case goes out at its time only after that."""
    store = desk.parts.daily.store
    await store.put_team(replace(Team(TEAM), automatic=False))
    trainer, staff = await phones.open(TRAINER), await phones.open(ELECTRICIAN)
    other = await phones.open(READER)
    clock.go_on(days=1)
    desk.look_at_the_clock()
    await expect(trainer.answer_text).to_contain_text("今天的每日一案等您点头")
    send_time(desk, clock)
    await expect(other.answer_text).to_contain_text("📅 每日一案 · 11月25日（周三）")
    await expect(staff.answers).to_have_count(0)

    await trainer.press("👌 就发这个")
    await expect(trainer.answer_text).to_contain_text("到点就发")
    desk.look_at_the_clock()

    await expect(staff.answer_text).to_contain_text("📅 每日一案 · 11月25日（周三）")


async def test_sending_now_shows_the_number_and_wants_one_more_tap(phones: Phones) -> None:
    """“Send now” says to how many people, sends after the second tap alone, shows the progress, and reaches no other team."""
    trainer, staff, other = [await phones.open(user) for user in (TRAINER, ELECTRICIAN, READER)]
    await trainer.say("/daily")
    await trainer.press("📣 现在就发一个案例")
    await trainer.press(FIRST)
    await trainer.press(f"{TEAM}（2）")
    await expect(trainer.answer_text).to_contain_text(f"把 {FIRST} 现在发给 {TEAM} 的 2 个人，确定吗？")
    await expect(staff.answers).to_have_count(0)

    await trainer.press("确定，发给 2 人")

    await expect(trainer.answer_text).to_contain_text("应收 2 人")
    await expect(staff.answer_text).to_contain_text(f"📂 反面案例：{FIRST}")
    await expect(trainer.answer_text).to_contain_text("已发完")
    await expect(trainer.answer_text).to_contain_text("已到 2 人")
    await expect(trainer.answer_text).to_contain_text("▓" * 10)
    await expect(other.answers).to_have_count(0)


async def test_who_has_blocked_the_bot_is_named_as_not_reached(phones: Phones, desk: Desk, clock: Clock) -> None:
    """Who blocks the bot gets no case, trainers read his name and why, and after he is back he gets it."""
    trainer, staff, colleague = [await phones.open(user) for user in (TRAINER, ELECTRICIAN, COLLEAGUE)]
    await colleague.part("chat-menu").click()
    await colleague.part("block-toggle").click()
    await expect(colleague.part("blocked-bar")).to_be_visible()

    send_time(desk, clock)

    await expect(staff.answer_text).to_contain_text("📅 每日一案")
    desk.look_at_the_clock()
    await expect(trainer.answer_text).to_contain_text("应收 2 人，已到 1 人")
    await expect(trainer.answer_text).to_contain_text(f"· 李师傅：{REASONS['unreachable']}")
    await expect(colleague.answers).to_have_count(0)
    await colleague.take_up()
    await colleague.part("unblock").click()
    await expect(colleague.answer_text).to_contain_text(f"📂 反面案例：{FIRST}")
    await all_sent(desk)
    assert len(await desk.parts.daily.store.copies(TODAY, TODAY, user_id=COLLEAGUE)) == 1


# ---- what staff do with it


async def test_staff_read_the_case_learn_it_and_answer_once(phones: Phones, desk: Desk, clock: Clock) -> None:
    """The whole case opens in place and closes again; “learnt” counts once; a second tap on another option changes nothing."""
    staff = await phones.open(ELECTRICIAN)
    send_time(desk, clock)
    await expect(staff.answer_text).to_contain_text("📅 每日一案")
    shown = await staff.answer_text.inner_text()
    await staff.press("看全案")
    await expect(staff.answer_text).to_contain_text("暴露问题")
    await staff.press("↩ 返回")
    await expect(staff.answer_text).to_have_text(shown, use_inner_text=True)

    await staff.press("✅ 已学")
    await expect(staff.part("toast").last).to_have_text(daily_words.LEARNT)
    await expect(staff.key("✅ 已学")).to_have_count(0)
    message = int(await staff.answer.get_attribute("data-message-id") or 0)
    wrong = await staff.key("选 A").get_attribute("data-callback") or ""
    await staff.press("选 A")
    await expect(staff.answer_text).to_contain_text("❌ 答错了，该选 C")
    await expect(staff.answer_text).to_contain_text("考一考 2/2")
    await staff.press("选 A")
    await expect(staff.answer_text).to_contain_text("✅ 答对了")
    await expect(staff.key("选")).to_have_count(0)
    settled = await staff.answer_text.inner_text()
    await staff.forge(f"{wrong[:-1]}2", message=message)

    await expect(staff.part("dialog-text")).to_have_text(daily_words.ANSWERED_BEFORE)
    await staff.part("dialog-ok").click()
    await expect(staff.answer_text).to_have_text(settled, use_inner_text=True)
    await expect(staff.answers).to_have_count(1)
    store = desk.parts.daily.store
    (copy,) = await store.copies(TODAY, TODAY, user_id=ELECTRICIAN)
    assert await store.quiz_answers(copy.delivery.id) == (QuizAnswer(0, 0, False), QuizAnswer(1, 0, True))
    assert (copy.right, copy.wrong) == (1, 1)


async def test_who_has_not_read_is_reminded_once_in_the_afternoon(phones: Phones, desk: Desk, clock: Clock) -> None:
    """At four those who have not read are reminded, those who have are not, and the reminder's button opens the case."""
    reader, lazy = await phones.open(ELECTRICIAN), await phones.open(COLLEAGUE)
    send_time(desk, clock)
    await expect(reader.answer_text).to_contain_text("📅 每日一案")
    await reader.press("✅ 已学")
    await expect(reader.part("toast").last).to_have_text(daily_words.LEARNT)
    await expect(lazy.answers).to_have_count(1)
    await all_sent(desk)
    clock.now = TUESDAY.replace(hour=8)

    desk.look_at_the_clock()

    await expect(lazy.answer_text).to_contain_text(f"🔔 今天的每日一案您还没学：{FIRST}")
    await lazy.press("打开看看")
    await expect(lazy.answer_text).to_contain_text("📅 每日一案 · 11月24日（周二）")
    await expect(lazy.answers).to_have_count(2)
    await expect(reader.answers).to_have_count(1)


async def test_who_was_suspended_or_wants_no_case_is_not_reminded(phones: Phones, desk: Desk, clock: Clock) -> None:
    """At four nobody is written to who may not ask any more, or has stopped the daily case."""
    staff, suspended, sated = [await phones.open(user) for user in (ELECTRICIAN, COLLEAGUE, READER)]
    send_time(desk, clock)
    for tab in (staff, suspended, sated):
        await expect(tab.answer_text).to_contain_text("📅 每日一案")
    await all_sent(desk)
    people = desk.parts.people
    await people.set_state(COLLEAGUE, PersonState.SUSPENDED, ADMIN, clock.now)
    await people.set_wants_daily(READER, False, clock.now)
    clock.now = TUESDAY.replace(hour=8)

    await desk.parts.rounds.look()

    await expect(staff.answer_text).to_contain_text("🔔")
    for tab in (suspended, sated):
        await expect(tab.answers).to_have_count(1, timeout=3_000)


async def test_a_person_sees_his_record_and_can_stop_the_daily_case(phones: Phones, desk: Desk, clock: Clock) -> None:
    """/me shows name, team and what was learnt; who stops the daily case gets none the next day, and today's once he wants it again."""
    staff, colleague = await phones.open(ELECTRICIAN), await phones.open(COLLEAGUE)
    send_time(desk, clock)
    await expect(staff.answer_text).to_contain_text("📅 每日一案")
    await staff.press("✅ 已学")
    await expect(staff.key("✅ 已学")).to_have_count(0)
    await expect(colleague.answers).to_have_count(1)

    await staff.say("/me")
    await expect(staff.answer_text).to_contain_text("👤 王师傅")
    await expect(staff.answer_text).to_contain_text(f"班组：{TEAM}")
    await expect(staff.answer_text).to_contain_text("每日一案：收到 1 个案例，已学 1 个")
    await staff.press("停收每日一案")
    await expect(staff.answer_text).to_contain_text("现在不收每日一案。")
    clock.go_on(days=1)
    send_time(desk, clock)

    await expect(colleague.answer_text).to_contain_text("📅 每日一案 · 11月25日（周三）")
    await expect(staff.answers).to_have_count(2)
    await staff.press("恢复接收")
    await expect(staff.answers.nth(1).get_by_text("停收每日一案")).to_be_visible()
    await expect(staff.answers.nth(1)).not_to_contain_text("现在不收每日一案。")
    await expect(staff.answer_text).to_contain_text("📅 每日一案 · 11月25日（周三）")


# ---- what trainers and admins see of it


async def test_a_report_is_a_picture_and_comes_as_a_spreadsheet(
    phones: Phones, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    """/report shows a picture that loads, says who has not learnt, and its last button brings a sheet that names them, too."""
    trainer, staff = await phones.open(TRAINER), await phones.open(ELECTRICIAN)
    send_time(desk, clock)
    await expect(staff.answer_text).to_contain_text("📅 每日一案")
    await staff.press("选 C")
    await expect(staff.answer_text).to_contain_text("✅ 答对了")

    await trainer.say("/report")

    await expect(trainer.answer_text).to_contain_text("📊 每日一案日报 · 全站")
    await expect(trainer.answer_text).to_contain_text("应收 3，收到 3，已学 1；答对 1 题，答错 0 题")
    await expect(trainer.answer_text).to_contain_text("还没学：陈师傅、李师傅")
    picture = trainer.answer.get_by_test_id("photo").get_by_role("img")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    await trainer.press("周")
    await expect(trainer.answer_text).to_contain_text("📊 每日一案周报 · 全站")
    await trainer.press("◀ 上周")
    await expect(trainer.answer_text).to_contain_text("这段时间还没有发过每日一案。")
    await trainer.press("下周 ▶")
    await expect(trainer.answer_text).to_contain_text("应收 3，收到 3，已学 1")
    await expect(trainer.answers).to_have_count(1)
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    await trainer.press("📄 要 Excel 表")
    document = trainer.answer.get_by_test_id("document")
    await expect(document.get_by_test_id("document-name")).to_have_text(re.compile(r"^每日一案周报.*\.xlsx$"))
    async with trainer.page.expect_download() as download:
        await document.click()
    path = tmp_path / "report.xlsx"
    await (await download.value).save_as(path)
    book = openpyxl.load_workbook(path)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"王师傅", "李师傅", "陈师傅", FIRST} <= cells


async def test_a_suspended_person_gets_no_answer_from_that_moment(phones: Phones, desk: Desk, clock: Clock) -> None:
    """An admin suspends somebody by buttons: the next question is refused, old buttons do nothing, no case comes; and back again."""
    admin, staff, colleague = [await phones.open(user) for user in (ADMIN, ELECTRICIAN, COLLEAGUE)]
    await staff.say(QUESTION)
    await expect(staff.answer_text).to_contain_text(RULE)
    await admin.say("/people")
    await admin.press(TEAM)
    await admin.press("王师傅")
    await expect(admin.answer_text).to_contain_text("👤 王师傅")
    await admin.press("停用")
    await expect(admin.answer_text).to_contain_text("✅ 已停用，马上不能用了。")
    await expect(staff.answer_text).to_have_text(people_words.SUSPENDED.html)

    await staff.say(QUESTION)
    await expect(staff.answers).to_have_count(3)
    await expect(staff.answer_text).to_have_text(people_words.SUSPENDED.html)
    await staff.take_up()
    await staff.answers.first.get_by_text("看全案").click()
    await expect(staff.part("dialog-text")).to_have_text(people_words.SUSPENDED_ALERT)
    await staff.part("dialog-ok").click()
    send_time(desk, clock)
    await expect(colleague.answer_text).to_contain_text("📅 每日一案")
    await expect(staff.answers).to_have_count(3)

    await admin.press("恢复")
    await expect(admin.answer_text).to_contain_text("✅ 已恢复，现在就能用。")
    await staff.say(QUESTION)
    await expect(staff.answers.get_by_text(RULE)).to_have_count(2)


# ---- all of it


@dataclass(frozen=True, slots=True)
class Crew:
    """A phone for each, as they lie on the table at eight in the morning."""

    admin: PhoneTab
    trainer: PhoneTab
    staff: PhoneTab
    colleague: PhoneTab
    reader: PhoneTab
    newcomer: PhoneTab


async def test_a_day_at_the_station(phones: Phones, desk: Desk, clock: Clock) -> None:
    """From eight to five: a newcomer, a foreword, the case at half past eight, an urgent one, the reminder, and the day's report."""
    desk.telegram.add_person(Person(NEWCOMER, "周强"))
    desk.telegram.add_group(CHAT_OF_TWO, "新同事", [ADMIN, NEWCOMER])
    admin, trainer, staff, colleague, reader = [
        await phones.open(user) for user in (ADMIN, TRAINER, ELECTRICIAN, COLLEAGUE, READER)
    ]
    newcomer = await phones.open(NEWCOMER, chat=CHAT_OF_TWO)
    crew = Crew(admin, trainer, staff, colleague, reader, newcomer)
    await _eight(crew)
    send_time(desk, clock)
    await _half_past_eight(crew)
    clock.now = TUESDAY.replace(hour=2)
    await _ten(crew)
    clock.now = TUESDAY.replace(hour=6)
    await _two(crew)
    clock.now = TUESDAY.replace(hour=8)
    desk.look_at_the_clock()
    await expect(crew.reader.answer_text).to_contain_text("🔔 今天的每日一案您还没学")
    clock.now = TUESDAY.replace(hour=9)
    await crew.trainer.say("/report")
    await expect(crew.trainer.answer_text).to_contain_text("📊 每日一案日报 · 全站")
    await expect(crew.trainer.answer_text).to_contain_text("应收 5，收到 5，已学 3；答对 1 题，答错 1 题")


async def _eight(crew: Crew) -> None:
    """The admin lets a newcomer in, the trainer writes a word before today's case."""
    await crew.admin.say("/invite")
    await crew.admin.press("员工")
    await crew.admin.press(TEAM)
    await crew.admin.press("1天·1人")
    link = await crew.admin.answer_text.get_by_role("link").inner_text()
    await crew.admin.open_chat(CHAT_OF_TWO)
    await crew.admin.say(link)
    await crew.newcomer.take_up()
    await crew.newcomer.said_by(ADMIN).last.get_by_role("link").click()
    await expect(crew.newcomer.answer_text).to_contain_text("✅ 开通了")
    await crew.trainer.say("/daily")
    await expect(crew.trainer.answer_text).to_contain_text(f"{TEAM}：3 人收")
    await crew.trainer.press(TEAM)
    await crew.trainer.press("11/24")
    await crew.trainer.press("写几句话在前面")
    await crew.trainer.say(FOREWORD)
    await expect(crew.trainer.answer_text).to_contain_text(FOREWORD)


async def _half_past_eight(crew: Crew) -> None:
    """Everybody has the case, with the word where it was written; two answer, one of them wrongly."""
    for tab in (crew.staff, crew.colleague, crew.newcomer):
        await expect(tab.answer_text).to_contain_text(FOREWORD)
    await expect(crew.reader.answer_text).to_contain_text("📅 每日一案")
    await expect(crew.reader.answer_text).not_to_contain_text(FOREWORD)
    await crew.staff.press("选 C")
    await expect(crew.staff.answer_text).to_contain_text("✅ 答对了")
    await crew.newcomer.press("选 B")
    await expect(crew.newcomer.answer_text).to_contain_text("❌ 答错了，该选 C")


async def _ten(crew: Crew) -> None:
    """At a customer's door somebody asks; in the office the trainer sends another case to one team at once."""
    await crew.colleague.say(QUESTION)
    await expect(crew.colleague.answer_text).to_contain_text(RULE)
    await crew.trainer.say("/daily")
    await crew.trainer.press("📣 现在就发一个案例")
    await crew.trainer.press(SECOND)
    await crew.trainer.press(f"{READERS}（1）")
    await crew.trainer.press("确定，发给 1 人")
    await expect(crew.reader.answer_text).to_contain_text(f"📂 反面案例：{SECOND}")
    await expect(crew.trainer.answer_text).to_contain_text("已到 1 人")
    await crew.reader.press("✅ 已学")
    await expect(crew.reader.key("✅ 已学")).to_have_count(0)


async def _two(crew: Crew) -> None:
    """The colleague leaves the station."""
    await crew.admin.open_chat(ADMIN)
    await crew.admin.say("/people 李师傅")
    await crew.admin.press("李师傅")
    await crew.admin.press("停用")
    await expect(crew.colleague.answer_text).to_have_text(people_words.SUSPENDED.html)


# ---- attacks


def _forgeries_of_trainers(team: str, case: str, plan: int) -> tuple[str, ...]:
    """What only trainers' buttons carry."""
    day = f"{team}.{TODAY:%Y%m%d}"
    return (
        "th",
        f"tt{team}",
        f"td{day}",
        f"ts{day}",
        f"tc{day}.{case}",
        f"toa{team}",
        "tn",
        f"tN{case}.*",
        f"tx{plan}",
        "Rd20261124.*",
        "Rd20261124.*x",
    )


_FORGERIES_OF_ADMINS = (
    "u",
    f"uc{ADMIN}",
    f"us{ADMIN}",
    f"ur{ELECTRICIAN}.3",
    f"uX{COLLEAGUE}",
    "ui",
    "uy00000000",
    "jy1",
)
"""What only admins' buttons carry; `jy1` lets in whoever applied first."""


@pytest.mark.parametrize("attacker", [ELECTRICIAN, TRAINER], ids=["staff", "trainer"])
async def test_a_forged_press_of_a_higher_role_brings_an_alert_and_nothing_else(
    phones: Phones, desk: Desk, attacker: int
) -> None:
    """Whoever sends the data of buttons that he was never shown is told that they are not his, and nothing has changed."""
    services = desk.parts
    await desk.parts.rounds.look()
    tab, stranger = await phones.open(attacker), await phones.open(STRANGER)
    await stranger.say("/start")
    await stranger.press("申请开通")
    await expect(stranger.answer_text).to_contain_text("请把姓名和班组用一条消息发给我")
    await stranger.say("钱多多 抄表班")
    await stranger.press("就这样申请")
    await expect(stranger.answer_text).to_contain_text("申请发给管理员了")

    async def everything() -> object:
        copies = await services.daily.store.copies(TODAY, TODAY + timedelta(days=7))
        return (
            await services.people.store.everybody(),
            await services.people.store.open_requests(),
            await services.daily.store.teams(),
            await services.daily.store.plans_between(TODAY, TODAY + timedelta(days=7)),
            [copy for copy in copies if copy.delivery.user_id != attacker],
            dict(desk.telegram.chats[attacker].messages),
        )

    plan = await services.daily.store.plan_of(TODAY, TEAM)
    assert plan is not None
    forged: tuple[str, ...] = _FORGERIES_OF_ADMINS
    if attacker == ELECTRICIAN:
        case = services.knowledge.current.knowledge.cases[3]
        forged += _forgeries_of_trainers(team_key(TEAM), record_key(case), plan.id)
    before = await everything()

    for data in forged:
        await tab.forge(data)
        await expect(tab.part("dialog-text"), data).to_have_text(people_words.NOT_YOUR_ROLE)
        await tab.part("dialog-ok").click()
        await expect(tab.part("dialog"), data).to_have_count(0)

    assert await everything() == before


async def test_nobody_reads_or_answers_in_anothers_name(phones: Phones, desk: Desk, clock: Clock) -> None:
    """Data that names a colleague's copy brings an alert; the colleague's record stays empty."""
    tab, colleague = await phones.open(ELECTRICIAN), await phones.open(COLLEAGUE)
    send_time(desk, clock)
    await expect(colleague.answer_text).to_contain_text("📅 每日一案")
    store = desk.parts.daily.store
    (copy,) = await store.copies(TODAY, TODAY, user_id=COLLEAGUE)
    number = copy.delivery.id

    for data in (f"dr{number}", f"dq{number}.0.2", f"dc{number}.0", f"dv{number}"):
        await tab.forge(data)
        await expect(tab.part("dialog-text"), data).to_have_text(daily_words.NO_SUCH_COPY)
        await tab.part("dialog-ok").click()
        await expect(tab.part("dialog"), data).to_have_count(0)

    (after,) = await store.copies(TODAY, TODAY, user_id=COLLEAGUE)
    assert after.delivery.read_at is None
    assert await store.quiz_answers(number) == ()


async def test_two_quick_taps_send_a_case_once(phones: Phones, desk: Desk) -> None:
    """A trainer whose thumb trembles on “send” sends the case once."""
    trainer, staff = await phones.open(TRAINER), await phones.open(ELECTRICIAN)
    await trainer.say("/daily")
    await trainer.press("📣 现在就发一个案例")
    await trainer.press(FIRST)
    await trainer.press(f"{TEAM}（2）")
    send = await trainer.key("确定").get_attribute("data-callback") or ""
    message = int(await trainer.answer.get_attribute("data-message-id") or 0)

    await trainer.forge(send, send, message=message)

    await expect(trainer.answer_text).to_contain_text("已发完")
    await expect(staff.answers).to_have_count(1)
    plans = await desk.parts.daily.store.plans_between(TODAY, TODAY, TEAM)
    assert [plan.serial for plan in plans if plan.serial] == [1]


async def test_a_team_that_is_stopped_this_morning_gets_nothing_today(phones: Phones, desk: Desk, clock: Clock) -> None:
    """Who stops a team before its time stops today's case, too."""
    await desk.parts.rounds.look()
    trainer, staff, other = [await phones.open(user) for user in (TRAINER, ELECTRICIAN, READER)]
    await trainer.say("/daily")
    await trainer.press(TEAM)
    await trainer.press("⚙ 时间和方式")
    await trainer.press("先停一停")
    await expect(trainer.answer_text).to_contain_text("停着")

    send_time(desk, clock)

    await expect(other.answer_text).to_contain_text("📅 每日一案")
    await desk.parts.rounds.look()
    assert await desk.parts.daily.store.copies(TODAY, TODAY, team=TEAM) == ()
    await expect(staff.answers).to_have_count(0)
