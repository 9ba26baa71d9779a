"""What everybody may do, and how it is changed."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.people.rows import Person, PersonState
from bot.people.store import PeopleStore
from bot.station.accounts import SERVICE_ACCOUNTS
from bot.station.roles import Role
from bot.storage.facts import Facts
from bot.storage.forms import Forms

_REMEMBERED = 0.5
"""Seconds for which a role is not read again: another process's change counts within this time."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of somebody; `before` is None for a newcomer."""

    before: Person | None
    after: Person


class PeopleChanges:
    """Knows everybody's role and changes it; what changes counts at once."""

    def __init__(
        self,
        store: PeopleStore,
        facts: Facts,
        forms: Forms,
        founders: Sequence[Person] = (),
        clock: Callable[[], float] = time.monotonic,
        *,
        alone: bool = False,
    ) -> None:
        """Nothing is read yet.

        Args:
            store: Where people are kept.
            facts: Where the code of the first admin is kept.
            forms: What people were asked; nothing is left of it where their role changes.
            founders: Those whom the settings let in; put into the store at the start where they are not there.
            clock: Seconds, only ever growing.
            alone: Whether no other process changes people: then what was read once is known until it is changed here. A row that comes
                from the database's thread costs as much as answering a question.
        """
        self._store = store
        self._facts = facts
        self._forms = forms
        self._founders = founders
        self._clock = clock
        self._remembered = math.inf if alone else _REMEMBERED
        self._roles: dict[int, tuple[Role, float]] = {}
        self._changes = 0
        """How often somebody was changed: a role that was read before that is not remembered."""

    @property
    def store(self) -> PeopleStore:
        """Where people are kept."""
        return self._store

    async def role(self, user_id: int) -> Role:
        """What somebody may do now; Telegram's own accounts may do nothing, whatever is kept of them."""
        if user_id in SERVICE_ACCOUNTS:
            return Role.STRANGER
        known = self._roles.get(user_id)
        now = self._clock()
        if known is not None and now < known[1]:
            return known[0]
        changes = self._changes
        person = await self._store.get(user_id)
        role = person.allowed if person is not None else Role.STRANGER
        if len(self._roles) > 10_000:
            self._roles.clear()
        if changes == self._changes:
            self._roles[user_id] = (role, now + self._remembered)
        return role

    def _changed(self, user_id: int | None = None) -> None:
        """Read somebody's role anew, or everybody's."""
        self._changes += 1
        if user_id is None:
            self._roles.clear()
        else:
            self._roles.pop(user_id, None)

    async def admins(self) -> tuple[int, ...]:
        """Those who can be told that something needs an admin."""
        return tuple(person.id for person in await self._store.with_role(Role.ADMIN) if person.role is Role.ADMIN)

    async def trainers(self) -> tuple[int, ...]:
        """Trainers and admins who can be reached."""
        return tuple(person.id for person in await self._store.with_role(Role.TRAINER))

    async def change(self, person: Person, by: int, what: str, now: datetime) -> None:
        """Write a person, new or changed.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        await self._store.put(person, by, what, now)
        self._changed(person.id)

    async def change_all(self, persons: Sequence[Person], by: int, what: str, now: datetime) -> None:
        """Write many people: all or none.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        await self._store.put_all(persons, by, what, now)
        self._changed()

    async def amend(
        self, user_id: int, change: Callable[[Person], Person], by: int, what: str, now: datetime
    ) -> Change | None:
        """Change somebody who was not removed, in one step that nobody comes between.

        Args:
            user_id: Who; may be anybody's number.
            change: Gets the person as they are, gives them as they shall be.
            by: Who does it.
            what: What it is called in the audit log.
            now: When.

        Returns:
            What was changed, which may be nothing; None where there is nobody of that number.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        seen: list[Person] = []

        def rewrite(found: Mapping[int, Person]) -> Sequence[Person]:
            person = found.get(user_id)
            if person is None or person.state is PersonState.REMOVED:
                return ()
            seen.append(person)
            changed = change(person)
            return (changed,) if changed != person else ()

        written = await self._store.rewrite([user_id], rewrite, by, what, now)
        self._changed(user_id)
        if written and written[0].allowed < seen[0].allowed:
            await self._forms.drop(user_id)  # what was asked of them may not be theirs to answer any more
        return Change(seen[0], written[0] if written else seen[0]) if seen else None

    async def set_role(self, user_id: int, role: Role, by: int, now: datetime) -> Change | None:
        """Let somebody do more, or less; as `amend`."""
        return await self.amend(user_id, lambda person: replace(person, role=role), by, "role", now)

    async def set_team(self, user_id: int, team: str, by: int, now: datetime) -> Change | None:
        """Put somebody into a team; as `amend`."""
        return await self.amend(user_id, lambda person: replace(person, team=clean_name(team)), by, "team", now)

    async def rename(self, user_id: int, name: str, by: int, now: datetime) -> Change | None:
        """Call somebody otherwise; a name without letters changes nothing; as `amend`."""
        name = clean_name(name)
        return await self.amend(user_id, lambda person: replace(person, name=name or person.name), by, "name", now)

    async def set_state(self, user_id: int, state: PersonState, by: int, now: datetime) -> Change | None:
        """Let somebody in no more, or again; as `amend`."""
        return await self.amend(user_id, lambda person: replace(person, state=state), by, state.value, now)

    async def set_wants_daily(self, user_id: int, wants: bool, now: datetime) -> Change | None:
        """Send somebody the daily case, or not; as `amend`."""
        return await self.amend(user_id, lambda person: replace(person, wants_daily=wants), user_id, "daily", now)

    async def forget(self, user_id: int, now: datetime) -> None:
        """Delete a person and all that is known of them.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        await self._store.forget(user_id, now)
        self._changed(user_id)

    async def meet(self, user_id: int, name: str, now: datetime) -> None:
        """Learn the name of somebody whom only the settings knew by number."""
        person = await self._store.get(user_id)
        if person is not None and person.name == str(user_id) and clean_name(name):
            await self.rename(user_id, name, user_id, now)


def clean_name(text: str, longest: int = 32) -> str:
    """A name or a team in one line, without what can't be seen; cut where it is too long."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:longest].strip()
