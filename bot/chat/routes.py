"""What a feature offers: commands, buttons, forms that wait for a text, and lines of the help."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler

from bot.chat.callback_data import CallbackData
from bot.chat.context import Context
from bot.station.roles import Role

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
Route = BaseHandler[Update, Context, None]


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody types behind “/”.

    Attributes:
        name: Without “/”; at most 32 small letters, digits and underscores.
        role: The lowest that it is for.
        handler: What it calls, once the role was checked.
        menu: What the menu beside the text field says of it; empty where it stands in no menu.
        help: A line of the help; empty where another line tells of it.
        in_groups: Whether it works in groups too.
        order: Its place in menus and in the help, ascending.
    """

    name: str
    role: Role
    handler: Handler
    menu: str = ""
    help: str = ""
    in_groups: bool = False
    order: int = 50


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that people of a role can do without a command, as the help tells it."""

    role: Role
    help: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Presses:
    """The buttons whose data begin with one of some prefixes; no two features share one.

    Attributes:
        role: The lowest that may press them.
        handler: What a press calls, once the role was checked.
        prefixes: Beginnings of data.
        whole: Data that are taken as a whole; longer ones that begin so are another's.
    """

    role: Role
    handler: Handler
    prefixes: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


def presses_of(role: Role, handler: Handler, *kinds: type[CallbackData]) -> Presses:
    """Return the buttons that carry data of some kinds.

    Args:
        role: The lowest that may press them.
        handler: What a press calls, once the role was checked; data that begin like one of the kinds and are none of it reach it too.
        kinds: Of data.
    """
    whole = tuple(kind.layout for kind in kinds if "{" not in kind.layout)
    return Presses(role, handler, tuple(dict.fromkeys(kind.beginning() for kind in kinds if "{" in kind.layout)), whole)


@dataclass(frozen=True, slots=True)
class Form:
    """A question that waits for a text.

    Attributes:
        role: The lowest that may answer it.
        handler: What the text is given to, once the role was checked.
        is_free: Whether the text may well speak of danger that is not there: an alternate question, a word to the day's case.
    """

    role: Role
    handler: Handler
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything that a feature offers to people in the chat.

    Attributes:
        forms: By their kind.
    """

    commands: Sequence[Command] = ()
    presses: Sequence[Presses] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    duties: Sequence[Duty] = ()
