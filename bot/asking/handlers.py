"""Questions."""

from dataclasses import dataclass, replace
from datetime import datetime

from telegram import Message, Update

from bot.asking import acts, answers
from bot.asking.log import QuestionLog
from bot.asking.service import LONGEST_QUESTION, AskingService
from bot.asking.verdicts import reason_rows, verdict_row
from bot.chat import talk
from bot.chat.addressed import is_for_others, without_mention, words_of
from bot.chat.buttons import Keyboard
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.sending import edit_answer, send_reply
from retrieval.answering.acts import Act
from retrieval.answering.answer import Tier
from retrieval.answering.turns import NOTHING_SAID, Turn, join_topics


@dataclass(frozen=True, slots=True)
class Needs:
    """What answering questions takes; `contact` is whom the bot names when it has no answer."""

    asking: AskingService
    questions: QuestionLog
    contact: str


async def question(needs: Needs, update: Update, context: Context) -> None:
    """Answer a message with a clause and the case that goes with it; an edited question edits its answer."""
    message = update.effective_message
    if message is None:
        return
    if is_for_others(message, context.bot.username, context.bot.id):
        return
    memory = context.chat_data
    answer_id = memory.answers.get(message.message_id) if memory is not None and update.edited_message else None
    if update.edited_message and answer_id is None and not words_of(message):
        return  # a live location that moves, or a picture that was exchanged
    reply = reply_to(needs, message, context)
    if answer_id is not None and await edit_answer(message, answer_id, reply):
        return
    sent = await send_reply(message, reply)
    if memory is not None and sent is not None:
        memory.remember(message.message_id, sent.message_id)


def reply_to(needs: Needs, message: Message, context: Context) -> Reply:
    """The answer to a message that holds a question."""
    text = without_mention(words_of(message), context.bot.username)
    if not text:
        return _what_to_do(message)
    if len(text) > LONGEST_QUESTION:
        return answers.first_aid_reply(first_aid(needs.asking, message, context), talk.TOO_LONG)
    now, memory, user = message.edit_date or message.date, context.chat_data, message.from_user
    known = memory.conversation(user.id, now) if memory is not None and user is not None else NOTHING_SAID
    turn, after = needs.asking.take(text, now, NOTHING_SAID if message.edit_date else known)
    if message.edit_date:  # read alone; the topics that were talked of are known still
        after = replace(after, exchanges=join_topics(known.exchanges, after.exchanges))
    if memory is not None and user is not None:
        memory.conversations[user.id] = (after, now)
    reply = acts.turn_reply(turn, needs.contact)
    rows = () if user is None else _rows_below(needs, turn, user.id, now, context)
    if not rows and turn.act is None and message.effective_attachment and turn.answer.tier is Tier.NONE:
        return talk.unseen(reply)
    return Reply(reply.html, (*reply.keyboard, *rows))


def _rows_below(needs: Needs, turn: Turn, user_id: int, now: datetime, context: Context) -> Keyboard:
    """Keep a question, and give the buttons by which the person says what the answer was worth."""
    questions, memory = needs.questions, context.chat_data
    last = memory.keys.get(user_id) if memory is not None else None
    if turn.act is Act.COMPLAINT and last is not None:
        questions.complain(last, user_id)
        return reason_rows(last)
    if turn.act is not None or turn.answer.courtesy:
        return ()
    key = questions.keep(user_id, turn.answer, now)
    if memory is not None:
        memory.keys[user_id] = key
    # A refusal is kept as a gap, whatever the person says.
    return () if turn.answer.tier is Tier.NONE else (verdict_row(key),)


def _what_to_do(message: Message) -> Reply:
    """Return what is said to somebody who sends no words."""
    file = message.document
    if file is not None and not (file.mime_type or "").startswith(("image/", "video/")):
        return talk.NO_FILE
    if file is not None or message.photo or message.video or message.animation or message.video_note:
        return talk.NO_PICTURE
    return talk.NO_TEXT


def first_aid(asking: AskingService, message: Message, context: Context) -> tuple[str, ...]:
    """Return what must be done first if a message, or the text below a picture, tells of danger to life; note it as the person's topic.

    This asks for no role: no door stands before first aid.
    """
    text = without_mention(words_of(message), context.bot.username)
    memory, user, now = context.chat_data, message.from_user, message.edit_date or message.date
    before = memory.conversation(user.id, now) if memory is not None and user is not None else NOTHING_SAID
    advices = asking.first_aid(text, before.said)
    if advices and memory is not None and user is not None:
        memory.conversations[user.id] = (
            replace(before, said=f"{before.said} {text}"[-LONGEST_QUESTION:], advice=advices),
            now,
        )
    return advices
