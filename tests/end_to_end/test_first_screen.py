"""The first screen: a reply to a plain question is seen whole on a phone, with its buttons."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from bot.asking import acts
from bot.asking.verdicts import verdict_row
from bot.chat.reply import Reply
from bot.chat.sending import markup_of
from bot.generation.generations import Generation
from retrieval.answering.answer import Tier
from retrieval.answering.conversation import Talker
from retrieval.answering.turns import NOTHING_SAID
from retrieval.evaluation import read_questions
from tests.conftest import KNOWLEDGE
from tests.end_to_end.browser import NARROW, Phones, PhoneTab
from tests.end_to_end.desk import SUNDAY, Desk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # PTB would have us call a method that parses updates; the bot keeps them on disk before they are parsed.
    pytest.mark.filterwarnings("ignore:Please use .Bot.getUpdates"),
]

ELECTRICIAN = 1001
KEY = "k" * 12
"""Of a question, as the buttons below its answer carry it."""
BATCH = 50
"""Messages that are drawn at once; the page draws no more than its last 120 by itself."""
MEASURE = """count => {
  const below = parseFloat(getComputedStyle(document.querySelector("[data-testid=messages]")).paddingBottom);
  const room = document.querySelector("[data-testid=scroller]").clientHeight - below;
  const messages = [...document.querySelectorAll("article")].slice(-count);
  return [room, messages.map((message) => message.getBoundingClientRect().height)];
}"""
"""The height of what is seen of a chat, and of each of its last messages with its buttons; CSS pixels."""


def replies_to_golden_questions(generation: Generation) -> Iterator[tuple[str, Reply]]:
    """Each acceptance question that the knowledge answers, with the reply to it."""
    talker, today = Talker(generation.answerer), SUNDAY.date()
    for asked in read_questions(KNOWLEDGE / "golden.jsonl"):
        if not asked.cases and not asked.clauses:
            continue
        before = NOTHING_SAID
        if asked.previous:
            _, before = talker.take(asked.previous, before, today=today)
        turn, _ = talker.take(asked.question, before, today=today)
        reply = acts.turn_reply(turn, "班组长或所里的培训员")
        if turn.act is None and turn.answer.tier is not Tier.NONE:
            reply = Reply(reply.html, (*reply.keyboard, verdict_row(KEY)))
        yield asked.question, reply


async def heights(desk: Desk, tab: PhoneTab, shown: list[Reply]) -> tuple[float, list[float]]:
    """The height that a chat has for messages, and the height of each of these; CSS pixels."""
    room, found = 0.0, list[float]()
    for start in range(0, len(shown), BATCH):
        batch = shown[start : start + BATCH]
        for reply in batch:
            markup = markup_of(reply.keyboard)
            parameters = {"chat_id": ELECTRICIAN, "text": reply.html, "parse_mode": "HTML"}
            if markup is not None:
                parameters["reply_markup"] = markup.to_dict()
            sent = await desk.telegram.call("sendMessage", parameters)
        await expect(tab.page.locator(f'article[data-message-id="{sent["message_id"]}"]')).to_be_visible()
        room, measured = await tab.look_up(MEASURE, len(batch))
        found += measured
    return room, found


async def test_every_acceptance_question_is_answered_on_one_screen(
    phones: Phones, desk: Desk, generation: Generation
) -> None:
    """Takeaway, rule, validity, case and buttons are seen at once on a phone of 390 by 844, whatever is asked."""
    asked: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[str, Reply]] = {}
    for question, reply in replies_to_golden_questions(generation):
        labels = tuple(tuple(button.label for button in row) for row in reply.keyboard)
        asked.setdefault((reply.html, labels), (question, reply))
    desk.introduce(ELECTRICIAN)
    tab = await phones.open(ELECTRICIAN, NARROW)

    room, found = await heights(desk, tab, [reply for _, reply in asked.values()])

    assert len(found) == len(asked) > 100
    too_high = [
        f"{height - room:.0f} px too high: {question}"
        for height, (question, _) in zip(found, asked.values(), strict=True)
        if height > room
    ]
    assert too_high == []
