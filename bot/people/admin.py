"""An admin at work: what the care of people takes, and what its pages share."""

import re
from dataclasses import dataclass
from datetime import datetime

from telegram import Message

from bot.chat.reply import Reply
from bot.people.changes import Change, clean_name
from bot.people.menus import Menus
from bot.people.rows import Person, PersonState
from bot.people.service import PeopleService
from bot.people.teams import team_key
from bot.station.clock import StationClock
from bot.storage.forms import Forms


@dataclass(frozen=True, slots=True)
class Needs:
    """What the care of people takes."""

    people: PeopleService
    forms: Forms
    menus: Menus
    clock: StationClock


INVITE_TEAM = "invite_team"
INVITE_CHOSEN = "invite_chosen"
"""The kind of a form that no text answers: it only keeps the name of a team that nobody is in yet."""


_LONGEST = 32


# What people ask, and never call anybody or anything.
_SENTENCE = re.compile(
    "[?\uff1f。!\uff01,\uff0c;\uff1b:\uff1a@/\n]|怎么|什么|多少|几天|吗|呢|如何|能不能|可不可以|是不是|有没有"
)


@dataclass(frozen=True, slots=True)
class Admin:
    """Who has pressed a button.

    Attributes:
        username: The bot's.
        number: The admin's.
    """

    needs: Needs
    username: str
    number: int

    @property
    def people(self) -> PeopleService:
        """Who is who."""
        return self.needs.people

    @property
    def now(self) -> datetime:
        """The time."""
        return self.needs.clock.now()

    async def person(self, number: int) -> Person | None:
        """Somebody; None where that is nobody, or somebody who was removed."""
        person = await self.people.store.get(number)
        return person if person is not None and person.state is not PersonState.REMOVED else None


@dataclass(frozen=True, slots=True)
class Done:
    """What is shown, and what was changed.

    Attributes:
        reply: None where the button means nothing any more.
    """

    reply: Reply | None
    change: Change | None = None


def short_text(message: Message) -> str:
    """What a message calls somebody, or a team; empty where it is rather a sentence."""
    text = message.text or ""
    name = clean_name(text)
    is_name = len(text.strip()) <= _LONGEST and any(map(str.isalnum, name)) and not _SENTENCE.search(text.strip())
    return name if is_name else ""


async def team_names(needs: Needs) -> tuple[str, ...]:
    """The teams that somebody is in."""
    return tuple((await needs.people.store.crowd()).teams)


async def find_team(needs: Needs, key: str, by: int | None = None) -> str | None:
    """The team that a button means; None where nobody is in it any more.

    Args:
        needs: Ours.
        key: As `team_key` makes it.
        by: An admin who may just have typed the name of one that nobody is in yet.
    """
    teams = ["", *await team_names(needs)]
    form = await needs.forms.get(by, needs.clock.now()) if by is not None else None
    if form is not None and form.kind == INVITE_CHOSEN:
        teams.append(str(form.data["team"]))
    return next((team for team in teams if team_key(team) == key), None)
