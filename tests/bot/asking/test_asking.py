"""What an electrician sees."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.asking.verdicts import WILL_BE_MENDED
from bot.chat import talk
from bot.chat.context import BotApplication
from bot.generation.generations import Generation
from bot.start.app import Parts
from retrieval.answering.answer import Answerer, Tier
from retrieval.evaluation import read_questions
from retrieval.model import KnowledgeBase
from tests.bot.conftest import ADMIN, GROUP, STAFF, STRANGER, Telegram
from tests.bot.phone import Phone
from tests.conftest import KNOWLEDGE

NAME = "policy_bot"
DAY = date(2026, 11, 23)
QUESTION = "停人家的电要提前几天打招呼"


async def test_a_question_gets_takeaway_rule_validity_and_case(phone: Phone) -> None:
    """A sure answer shows what to do, the rule word for word, that it has ended, and the case."""
    await phone.says(QUESTION)

    assert phone.text.startswith("📌")
    assert "在停电前三至七天内,将停电通知送达用户" in phone.text
    assert "《供电营业规则》第六十七条 〔未核对〕" in phone.text
    assert "已失效" in phone.text
    assert "国家发展和改革委员会令第14号" in phone.text
    assert "反面案例：欠费停电太随意" in phone.text
    assert phone.labels == ["看全案", "另外 2 条规定", "另外 2 个案例", "👍 有用", "👎 没答对"]
    assert "<blockquote expandable>" in phone.markup


async def test_the_full_case_is_paged_in_place_and_leads_back(phone: Phone, knowledge: KnowledgeBase) -> None:
    """Paging through a case shows every section of it, always in the same message, and ends where it began."""
    await phone.says("送蜡烛那个好故事给我讲讲")
    answer, shown = phone.text, len(phone.shown)

    await phone.presses("看全案")
    pages = [phone.text]
    while any(label.startswith("下一页") for label in phone.labels):
        await phone.presses("下一页")
        pages.append(phone.text)

    whole = "".join("".join(pages).split())
    for section in knowledge.case_by_id["two-candles"].sections:
        assert section.title in whole
        assert "".join(section.text.split())[:40] in whole
        assert "".join(section.text.split())[-40:] in whole
    assert len(pages) > 1
    await phone.presses("◀ 上一页")
    assert phone.text == pages[-2]
    await phone.presses("↩ 返回")
    assert phone.text == answer
    assert len(phone.shown) == shown


async def test_other_clauses_and_other_cases_are_one_press_away(phone: Phone) -> None:
    """The buttons for the others show them in place, with a way back and on to their full texts."""
    await phone.says(QUESTION)

    await phone.presses("另外 2 条规定")
    assert phone.text.count("📖") == 2
    await phone.presses("↩ 返回")
    await phone.presses("另外 2 个案例")
    assert phone.text.count("📂") == 2
    await phone.presses("看全案")
    assert "事件过程" in phone.text or "服务过程" in phone.text


async def test_an_unsure_answer_offers_situations_and_a_press_shows_one(phone: Phone, answerer: Answerer) -> None:
    """Where the bot isn't sure it asks which situation is meant; the one that is picked is answered at once."""
    questions = [item.question for item in read_questions(KNOWLEDGE / "golden.jsonl") if not item.previous]
    answers = (answerer.answer(question, today=DAY) for question in questions)
    await phone.says(next(answer.question for answer in answers if answer.tier is Tier.CHOOSE and not answer.lookups))
    assert phone.text.startswith("🤔")
    assert 2 <= len([label for label in phone.labels if label[0] in "123"]) <= 3

    await phone.presses("2. ")

    assert phone.text.startswith("📌")


async def test_a_question_that_nothing_answers_is_refused(phone: Phone) -> None:
    """No rule is shown for what the knowledge doesn't hold; the person is told whom to ask."""
    await phone.says("红烧肉怎么做才香")

    assert phone.text.startswith("🔍")
    assert "班组长或所里的培训员" in phone.text
    assert "📖" not in phone.text


async def test_a_follow_up_leans_on_the_question_before(phone: Phone) -> None:
    """那如果是工厂呢 is answered within the topic of the question before, and says so; a new topic is answered by itself."""
    await phone.says("居民申请用电，几天内要送上电？")
    await phone.says("那如果是工厂呢")
    assert "接着上一问" in phone.text
    assert "5个工作日" in phone.text

    await phone.says("红烧肉怎么做才香")

    assert phone.text.startswith("🔍")


async def test_a_follow_up_after_ten_minutes_stands_alone(phone: Phone) -> None:
    """What was asked more than ten minutes ago is no context."""
    await phone.sends(text="居民申请用电，几天内要送上电？", date=1_700_000_000)
    await phone.sends(text="那如果是工厂呢", date=1_700_000_601)

    assert "接着上一问" not in phone.text


async def test_danger_to_life_comes_before_any_rule(phone: Phone) -> None:
    """Somebody who tells of an electric shock reads first what to do, and no rule is given as the one sure answer."""
    await phone.says("有人触电了怎么办")

    assert phone.text.startswith("🚨 先救人")
    assert "📌" not in phone.text


async def test_a_topic_that_is_not_held_is_named(phone: Phone) -> None:
    """A refusal says which topic the knowledge knows nothing of."""
    await phone.says("屋顶光伏补贴多少")

    assert phone.text.startswith("🔍 库里没有关于“")


async def test_a_number_that_is_not_held_is_said_to_be_missing(phone: Phone) -> None:
    """Asked for a clause that isn't held, the bot says so and names what it holds of that rule."""
    await phone.says("十个不准第六条")

    assert "库里没有这一条" in phone.text
    assert "第一条、第四条" in phone.text
    await phone.presses("《国家电网公司员工服务“十个不准”》第四条")
    assert "不准对客户投诉、咨询推诿塞责。" in phone.text


async def test_an_edited_question_edits_its_answer(phone: Phone) -> None:
    """After an edit the old answer is gone, and no second message has come."""
    question = await phone.says("红烧肉怎么做才香")
    shown = len(phone.shown)

    await phone.edits(question, QUESTION)

    assert "第六十七条" in phone.text
    assert len(phone.shown) == shown


async def test_an_edited_question_whose_answer_is_gone_gets_a_new_one(phone: Phone) -> None:
    """Where the old answer was deleted, the edit is answered anew."""
    question = await phone.says("红烧肉怎么做才香")
    del phone.chat.messages[phone.last["message_id"]]

    await phone.edits(question, QUESTION)

    assert "第六十七条" in phone.text


async def test_an_edit_that_changes_nothing_is_no_error(phone: Phone, telegram: Telegram) -> None:
    """Telegram's “message is not modified” is taken as done."""
    question = await phone.says(QUESTION)
    shown = len(phone.shown)

    await phone.edits(question, QUESTION)

    assert telegram.calls[-1][0] == "editMessageText"
    assert len(phone.shown) == shown


async def test_what_telegram_rejects_as_markup_goes_as_plain_text(phone: Phone, telegram: Telegram) -> None:
    """The answer comes through, without formatting."""
    telegram.reject_markup = True

    await phone.says(QUESTION)

    assert "第六十七条" in phone.text
    assert "<b>" not in phone.text


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {
            "sticker": {
                "file_id": "f",
                "file_unique_id": "u",
                "width": 9,
                "height": 9,
                "is_animated": False,
                "is_video": False,
                "type": "regular",
            }
        },
        {"location": {"longitude": 113.6, "latitude": 34.7}},
        {"text": "   "},
    ],
)
async def test_what_holds_no_question_is_answered_kindly(phone: Phone, content: dict[str, object]) -> None:
    """Voice, stickers, places and blanks are told to come as text."""
    await phone.sends(**content)

    assert phone.text == talk.NO_TEXT.html


async def test_a_very_long_text_is_asked_to_be_shortened(phone: Phone) -> None:
    """4,000 characters get a short answer that says what to do."""
    await phone.says("电" * 4000)

    assert phone.text == talk.TOO_LONG.html


async def test_user_text_is_always_escaped(phone: Phone) -> None:
    """A name with markup in it shows as it is."""
    await phone.says("/start")

    assert "王<师傅>&" in phone.text


async def test_start_offers_examples_that_answer(phone: Phone) -> None:
    """/start says whom this is for, and each example is answered when it is pressed."""
    await phone.says("/start")
    start = phone.last
    assert len(phone.labels) == 3

    for place in range(3):
        await phone.presses(talk.EXAMPLES[place], start)
        assert talk.EXAMPLES[place] in phone.text
        assert "📖" in phone.text


async def test_help_and_unknown_commands(phone: Phone) -> None:
    """/help says how to ask; a command that doesn't exist points to it."""
    await phone.says("/help")
    assert "怎么问" in phone.text
    assert "每日一案" in phone.text
    assert "/me" in phone.text
    assert not [command for command in ("/daily", "/report", "/people") if command in phone.text]
    await phone.says("/reloadd")
    assert "/help" in phone.text


async def test_a_stranger_gets_an_id_and_nothing_else(stranger: Phone, telegram: Telegram) -> None:
    """People who aren't listed are told their id; no question and no button of theirs is answered."""
    await stranger.says("/start")
    assert "2002" in stranger.text
    await stranger.says(QUESTION)
    assert "第六十七条" not in stranger.text
    assert not stranger.labels

    await stranger.presses_data("x0")

    assert telegram.alerts == [talk.NOT_ALLOWED]
    assert all("第六十七条" not in message["text"] for message in stranger.shown)


@pytest.mark.parametrize("data", ["a", "c000", "p900____1AAAAAA", "x9", "c000AAAA0ZZZZZZ", "a000' OR 1=1--", "乱" * 20])
async def test_forged_buttons_do_nothing(phone: Phone, telegram: Telegram, data: str) -> None:
    """Button data that isn't ours, or names no record, ends in an alert; nothing is changed."""
    await phone.says(QUESTION)
    before = phone.text

    await phone.presses_data(data)

    assert telegram.alerts == [talk.STALE_BUTTON]
    assert phone.text == before


async def test_a_button_of_an_older_generation_shows_what_is_held_now(
    phone: Phone, parts: Parts, generation: Generation, cache: Path
) -> None:
    """After a reload with a changed case the old button still works and says that the content is new."""
    await phone.says(QUESTION)

    knowledge = generation.knowledge
    changed = tuple(
        replace(case, takeaway="新的教训") if case.id == "arrears-disconnection-estate" else case
        for case in knowledge.cases
    )
    parts.knowledge.use(Generation(replace(knowledge, cases=changed), cache))

    await phone.presses("看全案")

    assert "知识库更新过" in phone.text
    assert "新的教训" in phone.text


async def test_a_button_whose_case_is_gone_says_so(
    phone: Phone, parts: Parts, generation: Generation, telegram: Telegram, cache: Path
) -> None:
    """A case that was taken out of the folder can't be opened any more; the person is told to ask again."""
    await phone.says(QUESTION)

    knowledge = generation.knowledge
    parts.knowledge.use(Generation(replace(knowledge, cases=knowledge.cases[5:]), cache))

    await phone.presses("看全案")

    assert telegram.alerts == [talk.STALE_BUTTON]


async def test_in_a_group_only_mentions_replies_and_commands_are_answered(in_group: Callable[[], Phone]) -> None:
    """Talk among colleagues is left alone; a mention, a reply to the bot and a command are answered."""
    phone = in_group()
    await phone.says(QUESTION)
    await phone.sends(photo=[{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}])
    await phone.says("/someothercommand")
    assert not phone.shown

    await phone.says(f"@{NAME} {QUESTION}")
    assert "第六十七条" in phone.text
    answer = phone.last
    assert answer["reply_to_message"]["text"].endswith(QUESTION)

    await phone.says("十个不准第四条", reply_to=answer["message_id"])
    assert "推诿塞责" in phone.text
    await phone.says(f"/help@{NAME}")
    assert "怎么问" in phone.text


async def test_in_a_topic_the_answer_stays_in_the_topic(in_group: Callable[[], Phone]) -> None:
    """A question in a forum's topic is answered in that topic."""
    phone = in_group()

    await phone.says(f"@{NAME} {QUESTION}", message_thread_id=77, is_topic_message=True)

    assert phone.last["message_thread_id"] == 77


async def test_a_person_who_blocked_the_bot_harms_nobody(phone: Phone, stranger: Phone, telegram: Telegram) -> None:
    """403 from Telegram ends the one answer; the next person is served."""
    telegram.says(STAFF, QUESTION)
    telegram.blocks(STAFF, blocked=True)
    await phone.deliver()
    assert not phone.shown

    await stranger.says("/start")
    assert "2002" in stranger.text


async def test_no_answer_breaks_a_limit_of_telegram(phone: Phone, telegram: Telegram, knowledge: KnowledgeBase) -> None:
    """Every case and every clause can be asked for by its own words, and every view of it goes through Telegram's limits."""
    for questions in [record.questions for record in knowledge.cases] + [
        record.questions for record in knowledge.clauses
    ]:
        await phone.says(questions[0])
        answer = phone.last
        for button in list(phone.buttons(answer)):
            await phone.presses_data(button["callback_data"], answer)
        assert telegram.calls[-1][0] != "sendMessage" or phone.text


async def test_strangers_who_talk_to_each_other_in_a_group_are_left_alone(
    application: BotApplication, telegram: Telegram, in_group: Callable[[], Phone]
) -> None:
    """Unlisted people are told how to come in only when they turn to the bot."""
    in_group()
    stranger = Phone(application, telegram, STRANGER, GROUP)
    await stranger.says("今天谁值班")
    assert not stranger.shown

    await stranger.says(f"@{NAME} {QUESTION}")

    assert "2002" in stranger.text
    assert "第六十七条" not in stranger.text


async def test_a_press_that_waited_out_an_outage_is_carried_out(phone: Phone, telegram: Telegram) -> None:
    """Telegram's “query is too old” for the acknowledgement doesn't keep the view from being shown."""
    await phone.says(QUESTION)
    telegram.old_queries = True

    await phone.presses("看全案")

    assert "事件过程" in phone.text


async def test_who_asks_by_number_sees_the_clause_first(phone: Phone) -> None:
    """The lesson of a case that stands beside the clause doesn't come before the clause."""
    await phone.says("十个不准第四条")

    assert phone.text.startswith("📖")


async def test_a_verdict_is_kept_and_can_be_given_once(phone: Phone, parts: Parts, telegram: Telegram) -> None:
    """The two buttons stay below every view until one is pressed; the verdict stands beside the masked question."""
    await phone.says(f"{QUESTION}，她电话13812345678")
    await phone.presses("看全案")
    await phone.presses("↩ 返回")

    await phone.presses("👎")

    assert telegram.alerts[-1] == WILL_BE_MENDED
    assert not any("👍" in label or "👎" in label for label in phone.labels)
    assert "看全案" in phone.labels
    (asked,) = await parts.questions.store.last()
    assert asked.verdict == "bad"
    assert asked.user_id == STAFF
    assert "13812345678" not in asked.text
    assert asked.clauses


async def test_a_refused_question_is_kept_as_a_gap(phone: Phone, parts: Parts) -> None:
    """What nothing answers is written down for trainers, under its tier; a greeting is not."""
    await phone.says("红烧肉怎么做才香")
    await phone.says("你好")
    await parts.questions.flush()

    assert [asked.text for asked in await parts.questions.store.last(tier="none")] == ["红烧肉怎么做才香"]
    assert len(await parts.questions.store.last()) == 1


async def test_somebody_elses_verdict_counts_nothing(
    phone: Phone, application: BotApplication, telegram: Telegram, parts: Parts
) -> None:
    """A forged verdict about another person's question is refused."""
    await phone.says(QUESTION)
    data = next(button["callback_data"] for button in phone.buttons() if button["text"].startswith("👍"))
    other = Phone(application, telegram, ADMIN)
    await other.says("/help")

    await other.presses_data(data)

    assert telegram.alerts[-1] == talk.STALE_BUTTON
    assert (await parts.questions.store.last())[0].verdict == ""
