"""Who is who, and how people come in."""

import hashlib
import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.changes import Change, PeopleChanges, clean_name
from bot.people.roster import RosterRow
from bot.people.rows import Invitation, Person, PersonState, Request
from bot.station.accounts import SERVICE_ACCOUNTS
from bot.station.roles import Role

_FIRST_ADMIN = "first_admin"


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
class RosterPlan:
    """What a list of people would change.

    Attributes:
        changes: New people, and those of whom something is different, in the order of the list.
        same: How many are as the list says.
    """

    changes: tuple[Change, ...]
    same: int


class PeopleService(PeopleChanges):
    """Lets people in, by code, by invitation, by request or by list; changes them as `PeopleChanges` does."""

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
