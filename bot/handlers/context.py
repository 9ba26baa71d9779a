"""What every handler can reach."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.roles import Door
from bot.services.asking import AskingService
from bot.services.generations import KnowledgeService

_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Services:
    """The real things that `bot.app` has put together."""

    asking: AskingService
    knowledge: KnowledgeService
    door: Door
    contact: str


@dataclass(slots=True)
class ChatMemory:
    """Which message answers which question, for the last 200 questions of a chat.

    Lost at a restart; an edited question is then answered by a new message.
    """

    answers: OrderedDict[int, int] = field(default_factory=OrderedDict)

    def remember(self, question_id: int, answer_id: int) -> None:
        """Note that a message answers another."""
        self.answers[question_id] = answer_id
        while len(self.answers) > _REMEMBERED:
            self.answers.popitem(last=False)


class Context(CallbackContext[ExtBot[None], dict[Any, Any], ChatMemory, dict[Any, Any]]):
    """PTB's context, with our services."""

    @property
    def services(self) -> Services:
        """The services of the running bot."""
        services = self.bot_data["services"]
        assert isinstance(services, Services)  # noqa: S101 - narrows a type that PTB's bot_data can't express
        return services


# The job queue's type is what PTB's builder gives it; we use none.
BotApplication = Application[
    ExtBot[None],
    Context,
    dict[Any, Any],
    ChatMemory,
    dict[Any, Any],
    JobQueue[CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]],
]
