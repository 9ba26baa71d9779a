"""What buttons under the preview of a document carry."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.chat.callback_data import CallbackData
from bot.documents.ways import Way

DraftTicket = Annotated[str, "[0-9a-f]{16}"]


class Look(StrEnum):
    """What can be done with a draft besides taking it in."""

    DROP = "d"
    FILES = "f"


@dataclass(frozen=True)
class TakeIn(CallbackData, layout="i{way}{ticket}"):
    """Take a draft in."""

    way: Way
    ticket: DraftTicket


@dataclass(frozen=True)
class LookAt(CallbackData, layout="i{look}{ticket}"):
    """Throw a draft away, or send its files."""

    look: Look
    ticket: DraftTicket


@dataclass(frozen=True)
class PreviewPage(CallbackData, layout="ip{ticket}.{page}"):
    """A page of the preview, from 0."""

    ticket: DraftTicket
    page: Annotated[int, "[0-9]{1,3}"]


Pressed = TakeIn | LookAt | PreviewPage
KINDS: tuple[type[Pressed], ...] = (TakeIn, LookAt, PreviewPage)
