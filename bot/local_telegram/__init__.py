"""A Telegram of our own: speaks the Bot API, and gives people phones. Knows nothing of the bot that it serves."""

from bot.local_telegram.errors import ImpossibleError, RejectedError
from bot.local_telegram.faults import Fault, FaultKind, Faults
from bot.local_telegram.parameters import File
from bot.local_telegram.people import GROUP_ID, PEOPLE, Person
from bot.local_telegram.telegram import TOKEN, LocalTelegram

__all__ = [
    "GROUP_ID",
    "PEOPLE",
    "TOKEN",
    "Fault",
    "FaultKind",
    "Faults",
    "File",
    "ImpossibleError",
    "LocalTelegram",
    "Person",
    "RejectedError",
]
