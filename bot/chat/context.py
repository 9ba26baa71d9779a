"""What a chat needs to be understood."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from retrieval.answering.turns import NOTHING_SAID, Conversation

_REMEMBERED = 200
_ALBUMS = 50
_TOPIC_LASTS = timedelta(minutes=10)


@dataclass(slots=True)
class ChatMemory:
    """What a chat needs to be understood; lost at a restart, after which an edited question is answered by a new message.

    Attributes:
        answers: Which message answers which question, for the last 200 questions.
        conversations: What is remembered of what each person said, and when that was.
        keys: The key of each person's last question.
        albums: What was said beside the pictures of the last 50 albums that were answered; an empty text stands for no caption.
    """

    answers: OrderedDict[int, int] = field(default_factory=OrderedDict)
    conversations: dict[int, tuple[Conversation, datetime]] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    albums: OrderedDict[str, set[str]] = field(default_factory=OrderedDict)

    def conversation(self, user_id: int, now: datetime) -> Conversation:
        """Return what is remembered of a person's last ten minutes."""
        conversation, said = self.conversations.get(user_id, (NOTHING_SAID, now))
        return conversation if now - said <= _TOPIC_LASTS else NOTHING_SAID

    def is_answered(self, album: str, words: str) -> bool:
        """Note that a message of an album is to be answered.

        Args:
            album: Its `media_group_id`.
            words: Its caption, or nothing.

        Returns:
            True where the album was answered already, and this message says nothing new.
        """
        said = self.albums.setdefault(album, set())
        if words in said or (said and not words):
            return True
        said.add(words)
        while len(self.albums) > _ALBUMS:
            self.albums.popitem(last=False)
        return False

    def remember(self, question_id: int, answer_id: int) -> None:
        """Note that a message answers another."""
        self.answers[question_id] = answer_id
        while len(self.answers) > _REMEMBERED:
            self.answers.popitem(last=False)


Context = CallbackContext[ExtBot[int], dict[Any, Any], ChatMemory, dict[Any, Any]]
BotApplication = Application[ExtBot[int], Context, dict[Any, Any], ChatMemory, dict[Any, Any], None]
