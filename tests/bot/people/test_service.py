"""Who may do what, and how it changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.people.changes import Change, clean_name
from bot.people.roster import RosterRow
from bot.people.rows import LastAdminError, PersonState
from bot.people.service import PeopleService, founders_of
from bot.people.store import PeopleStore
from bot.station.accounts import SERVICE_ACCOUNTS
from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.facts import Facts
from bot.storage.forms import Forms

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ADMIN, STAFF, NEW = 3001, 1001, 2002


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A file, so that several can be at it at once."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'people.db'}")
    await database.open(NOW)
    yield database
    await database.close()


@pytest.fixture
async def people(database: Database) -> PeopleService:
    """With an admin and an electrician."""
    people = PeopleService(
        PeopleStore(database), Facts(database), Forms(database), founders_of([ADMIN], [STAFF], NOW), lambda: 0.0
    )
    await people.open()
    return people


async def test_the_first_start_gives_a_code_for_the_first_admin(database: Database) -> None:
    """Who sends it first is admin; the second who sends it, and a guess, are nothing; a later start gives none."""
    people = PeopleService(PeopleStore(database), Facts(database), Forms(database))
    code = await people.open()
    assert code is not None
    assert await people.come_in("guess" * 4, 1, "甲", NOW) is None

    came = await asyncio.gather(*(people.come_in(code, user_id, "乙", NOW) for user_id in (1, 2, 3)))

    assert len([joined for joined in came if joined is not None]) == 1
    assert len(await people.admins()) == 1
    assert await people.open() is None


async def test_telegrams_own_accounts_are_nobody(database: Database) -> None:
    """Also where an earlier list has let one in: it may do nothing, and no code is good for it."""
    number = min(SERVICE_ACCOUNTS)
    people = PeopleService(PeopleStore(database), Facts(database), Forms(database), founders_of([number], [], NOW))
    await people.open()
    assert await people.role(number) is Role.STRANGER
    invitation = await people.invite(Role.STAFF, "", ADMIN, NOW)

    assert await people.come_in(invitation.code, number, "Group", NOW) is None


async def test_settings_let_people_in(people: PeopleService) -> None:
    """Those whom the settings name are there, by number; they are called by their names once they write."""
    assert await people.role(ADMIN) is Role.ADMIN
    assert await people.role(STAFF) is Role.STAFF
    assert await people.role(NEW) is Role.STRANGER

    await people.meet(STAFF, " 王\u202e强 \n", NOW)
    await people.meet(STAFF, "别人", NOW)

    person = await people.store.get(STAFF)
    assert person is not None
    assert person.name == "王强"


@pytest.mark.parametrize("state", [PersonState.SUSPENDED, PersonState.REMOVED])
async def test_a_change_counts_at_once(people: PeopleService, state: PersonState) -> None:
    """The clock stands still here, so nothing that is remembered grows old: it is dropped by the change itself."""
    assert await people.role(STAFF) is Role.STAFF
    await people.set_role(STAFF, Role.TRAINER, ADMIN, NOW)
    assert await people.role(STAFF) is Role.TRAINER

    await people.set_state(STAFF, state, ADMIN, NOW)

    assert await people.role(STAFF) is Role.STRANGER


async def test_a_role_read_before_a_change_is_not_remembered_after_it(
    people: PeopleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow reader can't bring an old role back."""
    reading, changed = asyncio.Event(), asyncio.Event()
    get = people.store.get

    async def slow(user_id: int) -> object:
        person = await get(user_id)
        reading.set()
        await changed.wait()
        return person

    monkeypatch.setattr(people.store, "get", slow)
    reader = asyncio.create_task(people.role(STAFF))
    await reading.wait()
    await people.set_state(STAFF, PersonState.REMOVED, ADMIN, NOW)
    changed.set()
    await reader

    assert await people.role(STAFF) is Role.STRANGER


async def test_a_change_tells_before_and_after(people: PeopleService) -> None:
    """Also where nothing changed; of nobody, or somebody who was removed, it is None."""
    before = await people.store.get(STAFF)
    assert before is not None
    assert await people.set_team(STAFF, " 抢修\n一班 ", ADMIN, NOW) == Change(before, replace(before, team="抢修 一班"))
    same = await people.set_team(STAFF, "抢修 一班", ADMIN, NOW)
    assert same is not None
    assert same.before == same.after

    assert await people.set_role(99, Role.ADMIN, ADMIN, NOW) is None
    await people.set_state(STAFF, PersonState.REMOVED, ADMIN, NOW)
    assert await people.set_role(STAFF, Role.ADMIN, ADMIN, NOW) is None
    assert await people.role(STAFF) is Role.STRANGER


async def test_who_may_do_less_owes_no_answer(people: PeopleService, database: Database) -> None:
    """The form of somebody who was demoted is dropped: it may not be theirs to answer any more."""
    await people.set_role(STAFF, Role.ADMIN, ADMIN, NOW)
    forms = Forms(database)
    await forms.ask(STAFF, "rename", {"person": 1}, NOW)

    await people.set_role(STAFF, Role.STAFF, ADMIN, NOW)

    assert await forms.get(STAFF, NOW) is None


async def test_the_last_admin_can_not_go(people: PeopleService) -> None:
    """By no way, and the role that is remembered is still right afterwards."""
    with pytest.raises(LastAdminError):
        await people.set_role(ADMIN, Role.STAFF, ADMIN, NOW)
    with pytest.raises(LastAdminError):
        await people.forget(ADMIN, NOW)
    with pytest.raises(LastAdminError):
        await people.apply_roster([RosterRow(2, ADMIN, "孙主任", "", "admin", True)], ADMIN, NOW)

    assert await people.role(ADMIN) is Role.ADMIN


async def test_granting_a_wish_lets_in(people: PeopleService) -> None:
    """With the name and the team that were asked for; who was removed before counts from today."""
    await people.set_state(STAFF, PersonState.REMOVED, ADMIN, NOW)
    later = NOW + timedelta(days=9)
    wish = await people.store.ask_to_join(STAFF, "王强", "抢修一班", later)

    decided = await people.decide(wish.id, ADMIN, granted=True, now=later)

    person = await people.store.get(STAFF)
    assert decided is not None
    assert person is not None
    assert (person.name, person.team, person.allowed, person.joined_at) == ("王强", "抢修一班", Role.STAFF, later)
    assert await people.decide(wish.id, ADMIN, granted=False, now=later) is None
    assert await people.decide(99, ADMIN, granted=True, now=later) is None


async def test_a_list_of_people_is_compared_and_applied(people: PeopleService) -> None:
    """New, changed and same are told apart; what the list does not say stays; it is applied as it was compared."""
    await people.set_wants_daily(STAFF, False, NOW)
    rows = [
        RosterRow(2, ADMIN, str(ADMIN), "", "admin", False),
        RosterRow(3, STAFF, "王强", "抢修一班", "trainer", False),
        RosterRow(4, NEW, "李明", "营业班", "staff", True),
    ]
    plan = await people.compare_roster(rows, NOW)
    assert (len(plan.changes), plan.same) == (2, 1)
    assert await people.role(STAFF) is Role.STAFF

    assert await people.apply_roster(rows, ADMIN, NOW) == plan

    assert await people.role(STAFF) is Role.TRAINER
    person = await people.store.get(STAFF)
    assert person is not None
    assert not person.wants_daily
    newcomer = await people.store.get(NEW)
    assert newcomer is not None
    assert newcomer.state is PersonState.SUSPENDED
    assert (await people.compare_roster(rows, NOW)).changes == ()


@pytest.mark.parametrize(
    ("text", "name"), [(" 王\n强 ", "王 强"), ("王\u202e强\x00", "王强"), ("长" * 99, "长" * 32), ("\u200b", "")]
)
def test_names_are_one_line_of_what_can_be_seen(text: str, name: str) -> None:
    """Nothing that turns the text around or hides in it."""
    assert clean_name(text) == name
