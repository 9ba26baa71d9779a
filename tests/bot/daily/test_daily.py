"""每日一案 as staff and trainers see it."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.daily import words
from bot.daily.rows import Team
from bot.daily.words_planning import NOT_A_TIME
from bot.local_telegram import Fault, FaultKind
from bot.people import words as people_words
from bot.people.rows import Person, PersonState
from bot.people.teams import team_key
from bot.start.app import Parts
from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.schema import DeliveryState, PlanState
from tests.bot.conftest import STAFF, STRANGER, Telegram
from tests.bot.databases import empty_database
from tests.bot.phone import Phone
from tests.clock import SHANGHAI, Clock

TRAINER, SECOND = 2001, 1002
TEAM = "抢修<一>班"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def clock() -> Clock:
    """Monday morning at seven."""
    return Clock(datetime(2026, 11, 23, 7, tzinfo=SHANGHAI))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """In memory, and, where there is a server, one on it."""
    if request.param == "sqlite":
        yield Database("sqlite+aiosqlite://")
        return
    async with empty_database(request.param, tmp_path) as address:
        yield Database(address)


@pytest.fixture
async def station(parts: Parts, clock: Clock, telegram: Telegram) -> Parts:
    """Two staff of one team and a trainer, all of whom have written before."""
    people = [
        Person(STAFF, "王强", TEAM, Role.STAFF, PersonState.ACTIVE, True, None, clock() - timedelta(days=30)),
        Person(SECOND, "李<b>", TEAM, Role.STAFF, PersonState.ACTIVE, True, None, clock() - timedelta(days=30)),
        Person(TRAINER, "赵老师", "", Role.TRAINER, PersonState.ACTIVE, False, None, clock() - timedelta(days=30)),
    ]
    await parts.people.change_all(people, 0, "test", clock())
    for person in people:
        telegram.says(person.id, "/help")
        await Phone(parts.application, telegram, person.id).deliver()
    return parts


@pytest.fixture
def staff(station: Parts, telegram: Telegram) -> Phone:
    """Somebody who gets the case."""
    return Phone(station.application, telegram, STAFF)


@pytest.fixture
def second(station: Parts, telegram: Telegram) -> Phone:
    """Somebody else of the same team."""
    return Phone(station.application, telegram, SECOND)


@pytest.fixture
def trainer(station: Parts, telegram: Telegram) -> Phone:
    """Who plans it."""
    return Phone(station.application, telegram, TRAINER)


async def _goes_by(parts: Parts) -> None:
    """A look at the clock, and what it brings."""
    await parts.rounds.look()
    await parts.rounds.outbox.drain()
    await parts.rounds.look()


async def test_the_case_comes_at_its_time_with_lesson_rule_and_quiz(staff: Phone, station: Parts, clock: Clock) -> None:
    """At half past eight: takeaway first, the case, the rule beside it, and the first question with its options."""
    clock.at(MONDAY, "08:29")
    await _goes_by(station)
    before = len(staff.shown)
    clock.at(MONDAY, "08:30")
    await _goes_by(station)

    assert len(staff.shown) == before + 1
    assert staff.text.startswith("📅 每日一案 · 11月23日（周一）")
    assert "📖" in staff.text
    assert "考一考 1/2" in staff.text
    lines = staff.text.split("\n")
    takeaway, case = (next(place for place, line in enumerate(lines) if mark in line) for mark in "📌📂")
    assert lines[takeaway + 1 : case] == [""], "a blank line between the lesson and the case"
    assert "已学" not in staff.text
    assert staff.labels[:2] == ["选 A", "选 B"]
    assert staff.labels[-2:] == ["看全案", "✅ 已学"]


async def test_the_quiz_is_judged_at_once_and_the_first_answer_stays(
    staff: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """A wrong tap is told at once with the right answer and why; a second one changes nothing; then comes the next question."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    (copy,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=STAFF)
    case = station.daily.case(copy.plan.case_id)
    assert case is not None
    quiz = case.quizzes[0]
    wrong = next(place for place in range(len(quiz.options)) if place not in quiz.correct)

    await staff.presses(f"选 {'ABCDEF'[wrong]}")

    right = min(quiz.correct)
    assert f"❌ 答错了，该选 {'ABCDEF'[right]}. {quiz.options[right]}" in staff.text
    assert f"✅ {'ABCDEF'[right]}. {quiz.options[right]}\n" in staff.text
    assert f"❌ {'ABCDEF'[wrong]}. {quiz.options[wrong]}（您选的）\n" in staff.text
    assert staff.text.endswith("\n\n✅ 已学"), "how it went is told when all is answered"
    assert quiz.explanation[:10] in staff.text
    assert "考一考 2/2" in staff.text
    assert "✅ 已学" not in staff.labels, "who answers has read"
    await staff.presses_data(f"dq{copy.delivery.id}.0.{min(quiz.correct)}")
    assert telegram.alerts[-1] == words.ANSWERED_BEFORE
    (copy,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=STAFF)
    assert (copy.right, copy.wrong) == (0, 1)
    await staff.presses(f"选 {'ABCDEF'[min(case.quizzes[1].correct)]}")
    assert staff.text.count("（您选的）") == 2
    assert staff.text.endswith("\n✅ 已学 · 答对 1/2")


async def test_the_full_case_opens_in_place_and_leads_back(staff: Phone, station: Parts, clock: Clock) -> None:
    """看全案 shows every section, 返回 shows the day's case again, and ✅ 已学 is kept."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    daily = staff.text

    await staff.presses("看全案")
    assert "事件过程" in staff.text or "案例提要" in staff.text or "服务过程" in staff.text
    await staff.presses("↩ 返回")
    assert staff.text == daily
    await staff.presses("✅ 已学")

    (copy,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=STAFF)
    assert copy.delivery.read_at is not None
    assert staff.text.endswith("✅ 已学")


async def test_somebody_elses_copy_is_nobodys_business(
    staff: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """Forged numbers of others' copies, of none, and of quizzes that don't exist end in an alert and change nothing."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    (own,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=STAFF)
    (others,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=SECOND)

    for data in (f"dr{others.delivery.id}", f"dq{others.delivery.id}.0.0", "dr999999999999", f"dq{own.delivery.id}"):
        await staff.presses_data(data)
        assert telegram.alerts[-1] == words.NO_SUCH_COPY
    await staff.presses_data(f"dq{own.delivery.id}.9.9")

    for user_id in (STAFF, SECOND):
        (copy,) = await station.daily.store.copies(MONDAY, MONDAY, user_id=user_id)
        assert copy.delivery.read_at is None
        assert (copy.right, copy.wrong) == (0, 0)


async def test_trainers_buttons_are_not_for_staff(
    staff: Phone, stranger: Phone, station: Parts, telegram: Telegram
) -> None:
    """Staff and strangers who forge a trainer's button, or guess a command, get nothing."""
    await staff.says("/daily")
    assert staff.text == people_words.NOT_YOUR_ROLE
    key = team_key(TEAM)
    for data in (
        "th",
        f"tt{key}",
        f"ts{key}.20261123",
        f"toa{key}",
        "te",
        "te+0",
        "te-20261124",
        "tn",
        f"tNAAAAAA.{key}",
        "tx1",
        "Rd20261123.*",
    ):
        alerts = len(telegram.alerts)
        await staff.presses_data(data)
        assert len(telegram.alerts) == alerts + 1
    await stranger.says("/start")
    await stranger.presses_data("th")

    assert await station.daily.store.plans_between(MONDAY, MONDAY + timedelta(days=30)) == ()
    assert (await station.daily.store.teams())[1] == Team(TEAM)


async def test_a_trainer_sees_the_week_and_a_day_as_staff_will(trainer: Phone) -> None:
    """Today and seven days more, with the days off; a day shows the message word for word."""
    await trainer.says("/daily")
    assert "抢修<一>班：2 人收" in trainer.text
    await trainer.presses("抢修<一>班")
    assert trainer.text.count("到点就发") == 6
    assert "11月28日（周六）　周末，不发" in trainer.text

    await trainer.presses("11/24")

    assert "员工看到的是这样" in trainer.text
    assert "📌" in trainer.text
    assert "考一考" in trainer.text


async def test_a_trainer_changes_a_day(trainer: Phone, staff: Phone, station: Parts, clock: Clock) -> None:
    """Another case, words in front, and it goes out so; a day can be left out and taken in again."""
    await trainer.says("/daily")
    await trainer.presses("抢修<一>班")
    await trainer.presses("11/23")
    await trainer.presses("换一个案例")
    await trainer.presses("下一页")
    chosen = trainer.labels[2]
    await trainer.presses(chosen)
    await trainer.presses("写几句话在前面")
    await trainer.says("先看 <教训> 再看经过")
    assert "先看 <教训> 再看经过" in trainer.text
    await trainer.presses("这天不发")
    assert "不发" in trainer.text
    await trainer.presses("还是发")

    clock.at(MONDAY, "08:30")
    await _goes_by(station)

    assert "先看 <教训> 再看经过" in staff.text
    assert chosen.rstrip("…") in staff.text


async def test_a_time_is_read_as_people_write_it(trainer: Phone, station: Parts) -> None:
    """九点半 is a time, 25:00 is not; what can't be read is asked for again."""
    await trainer.says("/daily")
    await trainer.presses("抢修<一>班")
    await trainer.presses("⚙")
    await trainer.presses("几点发")
    await trainer.says("25:00")
    assert trainer.text == NOT_A_TIME
    await trainer.says("上午九点半")
    assert "几点发：09:30" in trainer.labels
    await trainer.presses("周三")
    await trainer.presses("周一")
    assert "每周一、三 09:30 发" in trainer.text
    await trainer.presses("改成要我点头才发")
    await trainer.presses("关掉提醒")
    await trainer.presses("先停一停")

    team = next(team for team in await station.daily.store.teams() if team.name == TEAM)
    assert team == Team(TEAM, "09:30", "13", "", False, True)


async def test_a_case_that_wants_a_yes_asks_trainers_for_it(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock
) -> None:
    """In the morning the trainer is asked; a tap, and it goes out at its time."""
    await station.daily.change_team(Team(TEAM), TRAINER, clock(), automatic=False)
    await _goes_by(station)
    assert "等您点头" in trainer.text
    before = len(staff.shown)

    await trainer.presses("👌 就发这个")
    clock.at(MONDAY, "08:30")
    await _goes_by(station)

    assert len(staff.shown) == before + 1


async def test_sending_now_shows_the_number_and_wants_one_more_tap(
    trainer: Phone, staff: Phone, second: Phone, station: Parts, telegram: Telegram
) -> None:
    """Case, team, number, yes; then the message says how it is getting on, and who was not reached and why."""
    telegram.blocks(SECOND, blocked=True)
    await trainer.says("/daily")
    await trainer.presses("📣")
    title = trainer.labels[0]
    await trainer.presses(title)
    await trainer.presses("全站")
    assert "1 个人，确定吗" in trainer.text, "who can't be reached is not counted"
    before = len(staff.shown)
    await trainer.presses("确定")
    await _goes_by(station)

    assert len(staff.shown) == before + 1
    assert "应收 2 人，已到 1 人" in trainer.text
    assert "李<b>：已屏蔽机器人" in trainer.text
    assert "其中 1 人现在发不进去，不用再发" in trainer.text
    assert trainer.labels == ["刷新"], "trying again would not help"
    telegram.blocks(SECOND, blocked=False)
    await trainer.deliver()
    await _goes_by(station)
    assert title.rstrip("…") in second.text, "it comes by itself"
    await trainer.presses("刷新")
    assert "应收 2 人，已到 2 人" in trainer.text


async def test_a_trainer_who_is_later_hears_that_the_case_has_gone_out(
    trainer: Phone, admin: Phone, staff: Phone, station: Parts
) -> None:
    """Two have the same question before them; the second yes sends nothing, and says so with how the first is getting on."""
    for phone in (trainer, admin):
        await phone.says("/daily")
        await phone.presses("📣")
        await phone.presses(phone.labels[0])
        await phone.presses("全站")
    before = len(staff.shown)

    await trainer.presses("确定")
    await admin.presses("确定")
    await _goes_by(station)

    assert len(staff.shown) == before + 1
    assert "这个案例今天已经发给他们了，没有再发一遍" in admin.text
    assert "应收 " in admin.text
    assert "已经发给" not in trainer.text


async def test_who_was_not_reached_for_another_reason_is_tried_again_by_a_tap(
    trainer: Phone, staff: Phone, second: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """Telegram refused the message, and the person is there: the button counts just them."""
    clock.at(MONDAY, "08:30")
    telegram.blocks(SECOND, blocked=True)
    await second.deliver()
    await station.daily.tick(clock())
    (taken,) = [copy for copy in await station.daily.store.claim("one", 9, clock()) if copy.delivery.user_id == STAFF]
    await station.daily.store.settle(taken.delivery.id, DeliveryState.FAILED, clock(), reason="message is too long")
    await _goes_by(station)

    assert "其中 1 人现在发不进去" in trainer.text
    await trainer.presses("没收到的 1 人再发一次")
    await _goes_by(station)

    assert "每日一案 · " in staff.text
    assert "应收 2 人，已到 1 人" in trainer.text


async def test_a_copy_of_unknown_fate_is_listed_and_not_sent_again(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """The line broke after Telegram took it: the person has one, the table says unknown, the trainer hears of it."""
    clock.at(MONDAY, "08:30")
    telegram.faults.add(Fault(FaultKind.LOST, frozenset({"sendMessage"}), times=1))
    await _goes_by(station)
    await _goes_by(station)

    (plan,) = [plan for plan in await station.daily.store.plans_between(MONDAY, MONDAY) if plan.team == TEAM]
    counts = await station.daily.store.progress(plan.id)
    assert (counts[DeliveryState.SENT], counts[DeliveryState.UNKNOWN]) == (1, 1)
    assert plan.state is PlanState.DONE
    assert sum("每日一案 · " in message["text"] for message in staff.shown) == 1
    assert "不知道到没到" in trainer.text


async def test_the_reminder_comes_once_to_those_who_have_not_read(
    staff: Phone, second: Phone, station: Parts, clock: Clock
) -> None:
    """At four, with the case one tap away."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    await second.presses("✅ 已学")
    clock.at(MONDAY, "16:00")
    await _goes_by(station)
    await _goes_by(station)

    assert sum(message["text"].startswith("🔔") for message in staff.shown) == 1
    assert sum(message["text"].startswith("🔔") for message in second.shown) == 0
    await staff.presses("打开看看")
    assert "考一考" in staff.text


async def test_who_comes_back_gets_what_was_missed(
    staff: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """Blocked over two days, back on the third: both cases come at once, the newest first."""
    telegram.blocks(STAFF, blocked=True)
    await staff.deliver()
    for offset in range(2):
        clock.at(MONDAY + timedelta(days=offset), "08:30")
        await _goes_by(station)
    before = len(staff.shown)
    clock.at(MONDAY + timedelta(days=1), "20:00")
    telegram.blocks(STAFF, blocked=False)
    await staff.says("/help")
    await _goes_by(station)

    came = [message["text"] for message in staff.shown[before:] if "每日一案 · " in message["text"]]
    assert ["11月24日" in text for text in came] == [True, False]


async def test_a_report_is_a_picture_with_words_and_a_spreadsheet(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock, telegram: Telegram
) -> None:
    """/report shows today; a button changes the period; the spreadsheet comes as a file."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    await staff.presses("✅ 已学")

    await trainer.says("/report")

    assert "photo" in trainer.last
    assert "应收 2，收到 2，已学 1" in trainer.last["caption"]
    assert "还没学：李<b>" in trainer.last["caption"]
    shown = trainer.last["message_id"]
    assert "◀ 上一天" in trainer.labels
    await trainer.presses("周")
    assert "2026年第48周" in trainer.last["caption"]
    assert "◀ 上周" in trainer.labels
    await trainer.presses("◀ 上周")
    assert "2026年第47周" in trainer.last["caption"]
    assert "下周 ▶" in trainer.labels
    await trainer.presses("月")
    assert "2026年11月" in trainer.last["caption"]
    assert "◀ 上月" in trainer.labels
    assert trainer.last["message_id"] == shown, "in its place, not below it"
    telegram.deletes_message(TRAINER, shown)
    await trainer.presses_data("Rd20261123.*", trainer.shown[-1] | {"message_id": shown})
    assert trainer.last["message_id"] > shown, "where that is gone a new one comes"
    assert "photo" in trainer.last
    await trainer.presses("📄")
    assert trainer.last["document"]["file_name"].endswith(".xlsx")


async def test_on_monday_trainers_get_last_weeks_report_once(trainer: Phone, station: Parts, clock: Clock) -> None:
    """Pushed at eight, once, also by a second process."""
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    clock.at(MONDAY + timedelta(days=7), "07:59")
    await _goes_by(station)
    before = len([message for message in trainer.shown if "photo" in message])
    clock.at(MONDAY + timedelta(days=7), "08:00")
    await _goes_by(station)
    await _goes_by(station)

    pictures = [message for message in trainer.shown if "photo" in message]
    assert len(pictures) == before + 1
    assert "2026年第48周" in pictures[-1]["caption"]


async def test_admins_hear_a_month_before_the_calendar_ends(station: Parts, clock: Clock, admin: Phone) -> None:
    """In December, once."""
    await admin.deliver()
    clock.at(date(2026, 12, 2), "09:00")
    await _goes_by(station)
    await _goes_by(station)

    assert sum(message["text"].startswith("⚠️") for message in admin.shown) == 1


async def test_a_stranger_gets_no_case(station: Parts, clock: Clock, telegram: Telegram, stranger: Phone) -> None:
    """Nobody who isn't of the station is written to."""
    await stranger.says("/start")
    before = len(stranger.shown)
    clock.at(MONDAY, "08:30")
    await _goes_by(station)

    assert len(stranger.shown) == before
    assert STRANGER not in {
        parameters.get("chat_id") for method, parameters in telegram.calls if "每日一案" in str(parameters)
    }


# ---- the station's own days


async def test_a_trainer_registers_days_off_in_plain_words(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock
) -> None:
    """From /daily by three taps and a text: listed with weekday and kind, and today's case, not gone yet, stays back."""
    await _goes_by(station)
    await trainer.says("/daily")
    await trainer.presses("🏖")
    assert "没有另外登记的" in trainer.text
    await trainer.presses("＋ 加休息日")
    await trainer.says("11月23日到25日")

    assert "✅ 记下了：2026年11月23日（周一）到2026年11月25日（周三），共 3 天，休息。" in trainer.text
    assert "· 2026年11月24日（周二）　休息" in trainer.text
    before = len(staff.shown)
    clock.at(MONDAY, "08:30")
    await _goes_by(station)
    assert len(staff.shown) == before
    await trainer.presses("↩ 返回")
    await trainer.presses("抢修<一>班")
    assert "11月24日（周二）　本站另有安排，不发" in trainer.text


async def test_a_day_taken_back_is_as_the_calendar_has_it(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock
) -> None:
    """One tap on one day: the others stay, and today's case goes at once."""
    await _goes_by(station)
    await trainer.says("/daily")
    await trainer.presses("🏖")
    await trainer.presses("＋ 加休息日")
    await trainer.says("今天、明天")
    clock.at(MONDAY, "09:00")
    await _goes_by(station)
    before = len(staff.shown)

    await trainer.presses("✕ 11/23 休息")
    await _goes_by(station)

    assert "✅ 去掉了：2026年11月23日（周一）照国家的安排（工作日）。" in trainer.text
    assert len(staff.shown) == before + 1
    assert await station.daily.store.exceptions() == {date(2026, 11, 24): False}
    assert [entry.about for entry in await station.people.store.audited() if entry.what == "own days"] == [
        "2026-11-23: as the calendar",
        "2026-11-23 to 2026-11-24, 2 days: off",
    ]
    await trainer.presses_data("te-20261123")
    assert await station.daily.store.exceptions() == {date(2026, 11, 24): False}


async def test_an_admin_adds_a_day_on_which_the_station_works(
    admin: Phone, station: Parts, clock: Clock, staff: Phone
) -> None:
    """A Saturday; its case comes like any other day's; a past day is no longer listed."""
    await admin.says("/daily")
    await admin.presses("🏖")
    await admin.presses("＋ 加上班日")
    await admin.says("2026-11-28")
    assert "· 2026年11月28日（周六）　上班" in admin.text
    before = len(staff.shown)
    clock.at(date(2026, 11, 28), "08:30")
    await _goes_by(station)
    assert len(staff.shown) == before + 1

    clock.at(date(2026, 11, 29), "08:30")
    await admin.says("/daily")
    await admin.presses("🏖")

    assert "没有另外登记的" in admin.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("哪天都行", "没看懂是哪天"),
        ("2月30日", "日历上没有这一天"),
        ("11月20日", "这天已经过去了"),
        ("2031-01-01", "这天太远了"),
        ("2026-12-31到2026-12-30", "后一天在前一天的前面"),
        ("12月1日到1月1日", "一次最多登记 31 天"),
    ],
)
async def test_days_that_cant_be_arranged_get_one_clear_sentence(
    trainer: Phone, station: Parts, text: str, answer: str
) -> None:
    """Nothing is written, the question stays open, and a good text answers it."""
    await trainer.says("/daily")
    await trainer.presses("🏖")
    await trainer.presses("＋ 加休息日")
    await trainer.says(text)
    assert trainer.text.startswith(answer)
    assert trainer.text.count("。") == 1
    assert await station.daily.store.exceptions() == {}

    await trainer.says("12月31日")

    assert await station.daily.store.exceptions() == {date(2026, 12, 31): False}


async def test_who_goes_on_to_something_else_is_not_asked_for_days_any_more(trainer: Phone, station: Parts) -> None:
    """After 返回 a date is a question like any other text."""
    await trainer.says("/daily")
    await trainer.presses("🏖")
    await trainer.presses("＋ 加休息日")
    await trainer.presses("↩ 返回")

    await trainer.says("12月31日")

    assert await station.daily.store.exceptions() == {}


async def test_many_days_are_paged(trainer: Phone) -> None:
    """Ten a page, each with its button; a day of the second page that is removed leaves one there."""
    await trainer.says("/daily")
    await trainer.presses("🏖")
    await trainer.presses("＋ 加休息日")
    await trainer.says("12月1日到12月12日")
    assert "第 1 页，共 2 页" in trainer.text
    assert len([label for label in trainer.labels if label.startswith("✕")]) == 10
    await trainer.presses("下一页")
    await trainer.presses("✕ 12/12 休息")

    assert "第 2 页，共 2 页" in trainer.text
    assert [label for label in trainer.labels if label.startswith("✕")] == ["✕ 12/11 休息"]


async def test_weekdays_move_todays_case_that_has_not_gone(
    trainer: Phone, staff: Phone, station: Parts, clock: Clock
) -> None:
    """On Monday morning the team is set to Fridays: nothing comes today."""
    await _goes_by(station)
    await trainer.says("/daily")
    await trainer.presses("抢修<一>班")
    await trainer.presses("⚙")
    await trainer.presses("周五")
    before = len(staff.shown)
    clock.at(MONDAY, "08:30")
    await _goes_by(station)

    assert len(staff.shown) == before


async def test_a_case_sent_now_to_those_in_no_team_reaches_just_them(
    trainer: Phone, staff: Phone, station: Parts
) -> None:
    """The button counts them, and the message says to whom it goes."""
    alone = Person(TRAINER, "赵老师", "", Role.TRAINER, PersonState.ACTIVE, True, None, station.clock.now())
    await station.people.change(alone, 0, "test", station.clock.now())
    await trainer.says("/daily")
    await trainer.presses("📣")
    assert "还没发过" in trainer.text
    await trainer.presses(trainer.labels[0])
    await trainer.presses("（没分班组的）（1）")
    before = len(staff.shown)
    await trainer.presses("确定，发给 1 人")
    progress = trainer.last["message_id"]
    await _goes_by(station)

    assert len(staff.shown) == before
    assert [message["message_id"] for message in trainer.shown if "每日一案 · " in message["text"]] == [progress + 1]
    assert trainer.last["message_id"] == progress + 1, "how it went is told once, where it was watched"
    assert "（没分班组的） · 已发完" in trainer.chat.messages[progress]["text"]
    await trainer.says("/daily")
    await trainer.presses("📣")
    assert "11-23 发过或排了" in trainer.text
