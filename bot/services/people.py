"""Who is who, and how people come in."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.roles import Role
from bot.storage.people import Invitation, PeopleStore, Person, PersonState, Request

_FIRST_ADMIN = "first_admin"
_REMEMBERED = 0.5
"""Seconds for which a role is not read again: another process's change counts within this time."""
_FORM_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Joined:
    """How somebody came in.

    Attributes:
        person: As they are now.
        invited_by: Who gave out the invitation; None for the first admin.
    """

    person: Person
    invited_by: int | None


class PeopleService:
    """Knows everybody's role and changes it; what changes counts at once."""

    def __init__(
        self, store: PeopleStore, founders: Sequence[Person] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is read yet.

        Args:
            store: Where people are kept.
            founders: Those whom the settings let in; put into the store at the start where they are not there.
            clock: Seconds, only ever growing.
        """
        self._store = store
        self._founders = founders
        self._clock = clock
        self._roles: dict[int, tuple[Role, float]] = {}

    @property
    def store(self) -> PeopleStore:
        """Where people are kept."""
        return self._store

    async def open(self) -> str | None:
        """Let the founders in.

        Returns:
            The code that makes whoever first sends it an admin, at the very first start of a station without one; None else.
        """
        if self._founders:
            await self._store.add_missing(self._founders)
        if await self._store.fact(_FIRST_ADMIN) is not None or await self._store.with_role(Role.ADMIN):
            return None
        return await self.new_admin_code()

    async def new_admin_code(self) -> str:
        """A code that makes whoever first sends it an admin; an earlier one is worth nothing any more."""
        code = secrets.token_urlsafe(12)
        await self._store.keep_fact(_FIRST_ADMIN, _digest(code))
        return code

    # ---- roles

    async def role(self, user_id: int) -> Role:
        """What somebody may do now."""
        known = self._roles.get(user_id)
        now = self._clock()
        if known is not None and now < known[1]:
            return known[0]
        person = await self._store.get(user_id)
        role = person.allowed if person is not None else Role.STRANGER
        if len(self._roles) > 10_000:
            self._roles.clear()
        self._roles[user_id] = (role, now + _REMEMBERED)
        return role

    async def admins(self) -> tuple[int, ...]:
        """Those who can be told that something needs an admin."""
        return tuple(person.id for person in await self._store.with_role(Role.ADMIN) if person.role is Role.ADMIN)

    async def trainers(self) -> tuple[int, ...]:
        """Trainers and admins who can be reached."""
        return tuple(person.id for person in await self._store.with_role(Role.TRAINER))

    async def change(self, person: Person, by: int, what: str, now: datetime) -> None:
        """Write a person, new or changed."""
        await self._store.put(person, by, what, now)
        self._roles.pop(person.id, None)

    async def change_all(self, persons: Sequence[Person], by: int, what: str, now: datetime) -> None:
        """Write many people: all or none."""
        await self._store.put_all(persons, by, what, now)
        self._roles.clear()

    async def forget(self, user_id: int, now: datetime) -> None:
        """Delete a person and all that is known of them."""
        await self._store.forget(user_id, now)
        self._roles.pop(user_id, None)

    async def meet(self, user_id: int, name: str) -> None:
        """Learn the name of somebody whom only the settings knew by number."""
        person = await self._store.get(user_id)
        if person is not None and person.name == str(user_id) and name.strip():
            await self._store.put(replace(person, name=clean_name(name)), user_id, "name", person.joined_at)

    # ---- coming in

    async def come_in(self, code: str, user_id: int, name: str, now: datetime) -> Joined | None:
        """Use a code that came with /start.

        Args:
            code: As it came; may be guessed.
            user_id: Who sent it.
            name: What Telegram calls them.
            now: Decides whether it has expired.

        Returns:
            None where the code is none, expired or used up, or the person was suspended.
        """
        before = await self._store.get(user_id)
        person = before or _newcomer(user_id, name, now)
        if before is not None and before.state is PersonState.SUSPENDED:
            return None
        if await self._store.take_fact(_FIRST_ADMIN, _digest(code)):
            admin = replace(person, role=Role.ADMIN, state=PersonState.ACTIVE)
            await self.change(admin, user_id, "first admin", now)
            await self._store.keep_fact(_FIRST_ADMIN, "used")
            return Joined(admin, None)
        invitation = await self._store.invitation(code, now)
        if invitation is None:
            return None
        if before is not None and before.allowed >= invitation.role:
            return Joined(before, None)  # an invitation raises nobody's eyebrows, and lowers nobody's role
        accepted = await self._store.accept(code, person, now)
        if accepted is None:
            return None
        self._roles.pop(user_id, None)
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
            )
        decided = await self._store.decide(request_id, by, person, now)
        self._roles.pop(request.user_id, None)
        return decided

    async def form(self, user_id: int, now: datetime) -> tuple[str, dict[str, object]] | None:
        """What the person's next text answers: kind and data; None where nothing was asked in the last hour."""
        form = await self._store.form(user_id)
        if form is None or now - form.asked_at > _FORM_LASTS:
            return None
        return form.kind, dict(form.data)


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


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
