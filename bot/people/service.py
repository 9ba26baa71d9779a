"""Who is who, and how people come in."""

import hashlib
import math
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.roster import RosterRow
from bot.people.rows import Invitation, Person, PersonState, Request
from bot.people.store import PeopleStore
from bot.station.accounts import SERVICE_ACCOUNTS
from bot.station.roles import Role
from bot.storage.facts import Facts
from bot.storage.forms import Forms

_FIRST_ADMIN = "first_admin"
_REMEMBERED = 0.5
"""Seconds for which a role is not read again: another process's change counts within this time."""


@dataclass(frozen=True, slots=True)
class Joined:
    """How somebody came in.

    Attributes:
        person: As they are now.
        invited_by: Who gave out the invitation; None for the first admin.
    """

    person: Person
    invited_by: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of somebody; `before` is None for a newcomer."""

    before: Person | None
    after: Person


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What a list of people would change.

    Attributes:
        changes: New people, and those of whom something is different, in the order of the list.
        same: How many are as the list says.
    """

    changes: tuple[Change, ...]
    same: int


class PeopleService:
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

    async def open(self) -> str | None:
        """Let the founders in.

        Returns:
            The code that makes whoever first sends it an admin, at the very first start of a station without one; None else.
        """
        if self._remembered == math.inf:
            await self._forms.open()
        if self._founders:
            await self._store.add_missing(self._founders)
        if await self._facts.get(_FIRST_ADMIN) is not None or await self._store.with_role(Role.ADMIN):
            return None
        return await self.new_admin_code()

    async def new_admin_code(self) -> str:
        """A code that makes whoever first sends it an admin; an earlier one is worth nothing any more."""
        code = secrets.token_urlsafe(12)
        await self._facts.keep(_FIRST_ADMIN, _digest(code))
        return code

    # ---- roles

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

    # ---- lists of people

    async def compare_roster(self, rows: Sequence[RosterRow], now: datetime) -> RosterPlan:
        """What a list would change; those who are not on it are left alone."""
        people = {person.id: person for person in await self._store.everybody()}
        return _compare(rows, people, now)

    async def apply_roster(self, rows: Sequence[RosterRow], by: int, now: datetime) -> RosterPlan:
        """Change people as a list says, all of it or nothing.

        Returns:
            What was changed; it may differ from what was seen before, where people have changed since.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        plans: list[RosterPlan] = []

        def rewrite(found: Mapping[int, Person]) -> Sequence[Person]:
            plans.append(_compare(rows, found, now))
            return [change.after for change in plans[-1].changes]

        await self._store.rewrite(None, rewrite, by, "roster", now)
        self._changed()
        return plans[-1]

    # ---- coming in

    async def come_in(self, code: str, user_id: int, name: str, now: datetime) -> Joined | None:
        """Use a code that came with /start.

        Args:
            code: As it came; may be guessed.
            user_id: Who sent it.
            name: What Telegram calls them.
            now: Decides whether it has expired.

        Returns:
            None where the code is none, expired or used up, or of somebody who is no admin any more, or the person was suspended or
            removed: an old link is no way back for those. The first admin's code lets everybody in. None also for an account of
            Telegram's own.
        """
        if user_id in SERVICE_ACCOUNTS:
            return None
        before = await self._store.get(user_id)
        person = before or _newcomer(user_id, name, now)
        # Read first: whoever tries codes shall not keep the database busy with writing.
        is_first = await self._facts.get(_FIRST_ADMIN) == _digest(code)
        if is_first and await self._facts.take(_FIRST_ADMIN, _digest(code)):
            admin = replace(person, role=Role.ADMIN, state=PersonState.ACTIVE)
            await self.change(admin, user_id, "first admin", now)
            await self._facts.keep(_FIRST_ADMIN, "used")
            return Joined(admin, None)
        invitation = await self._store.invitation(code, now)
        if invitation is None:
            return None
        if before is not None and before.allowed >= invitation.role:
            return Joined(before, None)  # an invitation raises nobody's eyebrows, and lowers nobody's role
        accepted = await self._store.accept(code, person, now)
        if accepted is None:
            return None
        self._changed(user_id)
        joined = await self._store.get(user_id)
        return Joined(joined, accepted.created_by) if joined is not None else None

    async def invite(
        self, role: Role, team: str, by: int, now: datetime, *, days: int = 7, uses: int = 20
    ) -> Invitation:
        """Make an invitation.

        Args:
            role: What those who use it may do.
            team: Theirs.
            by: The admin.
            now: From which it counts.
            days: For which it is good, from 1.
            uses: How many may use it, from 1.
        """
        invitation = Invitation(secrets.token_urlsafe(12), role, team, now + timedelta(days=days), uses, by)
        await self._store.invite(invitation, now)
        return invitation

    async def decide(self, request_id: int, by: int, granted: bool, now: datetime) -> Request | None:
        """Decide a wish; None where somebody was quicker."""
        request = await self._store.request(request_id)
        if request is None:
            return None
        person = None
        if granted:
            before = await self._store.get(request.user_id)
            person = replace(
                before or _newcomer(request.user_id, request.name, now),
                name=request.name,
                team=request.team,
                role=Role.STAFF,
                state=PersonState.ACTIVE,
                joined_at=before.joined_at if before is not None and before.state is PersonState.ACTIVE else now,
            )
        decided = await self._store.decide(request_id, by, person, now)
        self._changed(request.user_id)
        return decided


def clean_name(text: str, longest: int = 32) -> str:
    """A name or a team in one line, without what can't be seen; cut where it is too long."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:longest].strip()


def founders_of(admin_ids: Iterable[int], staff_ids: Iterable[int], now: datetime) -> tuple[Person, ...]:
    """Those whom the settings let in; the names are learnt when they first write."""
    admins = dict.fromkeys(admin_ids, Role.ADMIN)
    everybody = dict.fromkeys(staff_ids, Role.STAFF) | admins
    return tuple(
        replace(_newcomer(user_id, str(user_id), now), role=role, wants_daily=role is Role.STAFF)
        for user_id, role in everybody.items()
    )


def _newcomer(user_id: int, name: str, now: datetime) -> Person:
    return Person(user_id, clean_name(name) or str(user_id), "", Role.STAFF, PersonState.ACTIVE, True, None, now)


def _compare(rows: Sequence[RosterRow], people: Mapping[int, Person], now: datetime) -> RosterPlan:
    changes: list[Change] = []
    for row in rows:
        before = people.get(row.user_id)
        after = replace(
            before or _newcomer(row.user_id, row.name, now),
            name=row.name,
            team=row.team,
            role=Role[row.role.upper()],
            state=PersonState.SUSPENDED if row.suspended else PersonState.ACTIVE,
        )
        if before is None or before.state is PersonState.REMOVED:
            after = replace(after, joined_at=now)
        if after != before:
            changes.append(Change(before, after))
    return RosterPlan(tuple(changes), len(rows) - len(changes))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
