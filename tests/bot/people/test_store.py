"""People, how they come in, and what is noted of it; on both kinds of each_database."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.asking.store import Asked, QuestionStore
from bot.daily.store import DailyStore
from bot.people.rows import Invitation, LastAdminError, Person, PersonState
from bot.people.store import PeopleStore
from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.forms import Forms
from bot.storage.schema import audit, deliveries, forms, plans, questions, quiz_answers, requests

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ADMIN, OTHER_ADMIN, STAFF = 3001, 3002, 4_503_599_627_370_495


def person(user_id: int, role: Role = Role.STAFF, **more: object) -> Person:
    """Somebody active."""
    somebody = Person(user_id, f"人{user_id}", "抢修一班", role, PersonState.ACTIVE, True, None, NOW)
    return replace(somebody, **more)  # type: ignore[arg-type] # a test names fields that there are


@pytest.fixture
async def store(each_database: Database) -> PeopleStore:
    """With one admin."""
    store = PeopleStore(each_database)
    await store.put(person(ADMIN, Role.ADMIN), ADMIN, "first admin", NOW)
    return store


def invitation(code: str = "a-code-of-16-let", **more: object) -> Invitation:
    """One that is good for two days and two people."""
    made = Invitation(code, Role.TRAINER, "抢修二班", NOW + timedelta(days=2), 2, ADMIN)
    return replace(made, **more)  # type: ignore[arg-type] # as above


# ---- people


async def test_a_person_comes_back_as_written(store: PeopleStore) -> None:
    """Every field survives, the largest id and a time of another zone included; nobody is None."""
    written = person(STAFF, team="", wants_daily=False, unreachable_since=NOW, state=PersonState.SUSPENDED)

    await store.put(written, ADMIN, "new", NOW)

    assert await store.get(STAFF) == written
    assert await store.get(1) is None


@pytest.mark.parametrize("text", ["<b>王</b>&", "'; DROP TABLE people;--", "%_\\", "𠮷野😀"])
async def test_any_name_is_kept_as_it_is(store: PeopleStore, text: str) -> None:
    """A name or a team is data: neither SQL nor markup nor a pattern."""
    await store.put(person(STAFF, name=text, team=text), ADMIN, "new", NOW)

    assert [found.name for found in await store.listed(name=text)] == [text]
    assert [found.id for found in await store.listed(team=text)] == [STAFF]
    assert len(await store.all()) == 2


async def test_lists_leave_removed_people_out(store: PeopleStore) -> None:
    """Lists are ordered by team, then role, then name; each condition narrows; removed people stand only among everybody."""
    await store.put_all(
        [
            person(1, team="乙", name="甲"),
            person(2, Role.TRAINER, team="乙", name="乙"),
            person(3, team="甲", state=PersonState.SUSPENDED),
            person(4, team="甲", unreachable_since=NOW),
            person(5, state=PersonState.REMOVED),
            person(6, state=PersonState.SUSPENDED, unreachable_since=NOW, team="甲"),
        ],
        ADMIN,
        "new",
        NOW,
    )

    assert [found.id for found in await store.all()][:2] == [2, 1]
    assert {found.id for found in await store.all()} == {ADMIN, 1, 2, 3, 4, 6}
    assert {found.id for found in await store.everybody()} == {ADMIN, 1, 2, 3, 4, 5, 6}
    assert [found.id for found in await store.listed(state=PersonState.SUSPENDED)] == [3, 6]
    assert [found.id for found in await store.listed(unreachable=True)] == [4]
    assert [found.id for found in await store.listed(team="乙", limit=1)] == [2]
    crowd = await store.crowd()
    assert crowd.roles == {Role.STAFF: 2, Role.TRAINER: 1, Role.ADMIN: 1}
    assert (crowd.suspended, crowd.unreachable) == (2, 1)
    assert crowd.teams == {"乙": 2, "抢修一班": 1, "甲": 3}


async def test_who_can_be_told(store: PeopleStore) -> None:
    """Those of a role or higher, active and within reach."""
    await store.put_all(
        [
            person(1, Role.TRAINER),
            person(2, Role.TRAINER, unreachable_since=NOW),
            person(3, Role.ADMIN, state=PersonState.SUSPENDED),
            person(4),
        ],
        ADMIN,
        "new",
        NOW,
    )

    assert [found.id for found in await store.with_role(Role.TRAINER)] == [1, ADMIN]


async def test_missing_people_are_added_and_others_left(store: PeopleStore) -> None:
    """Founders are let in once: a change made since stays, and who asked to be forgotten is not brought back."""
    await store.put(person(1, name="改过"), ADMIN, "new", NOW)
    await store.put(person(2), ADMIN, "new", NOW)
    await store.forget(2, NOW)

    await store.add_missing([person(1), person(2), person(3)])

    changed = await store.get(1)
    assert changed is not None
    assert changed.name == "改过"
    assert await store.get(2) is None
    assert await store.get(3) is not None


async def test_reachability_is_news_once(store: PeopleStore) -> None:
    """Only what changes is told; nobody of that number is no news."""
    assert await store.mark_unreachable(ADMIN, NOW)
    assert not await store.mark_unreachable(ADMIN, NOW)
    assert await store.mark_unreachable(ADMIN, None)
    assert not await store.mark_unreachable(ADMIN, None)
    assert not await store.mark_unreachable(99, NOW)


async def test_a_change_that_fails_changes_nothing(store: PeopleStore) -> None:
    """People who are written together are written all or none."""
    with pytest.raises(LastAdminError):
        await store.put_all([person(1), person(ADMIN, Role.STAFF)], ADMIN, "new", NOW)

    assert await store.get(1) is None
    assert [entry.what for entry in await store.audited()] == ["first admin"]


@pytest.mark.parametrize("how", ["demote", "suspend", "remove", "forget"])
async def test_the_last_admin_stays(store: PeopleStore, how: str) -> None:
    """There is always one active admin; a suspended one does not count, another active one does."""
    await store.put(person(OTHER_ADMIN, Role.ADMIN, state=PersonState.SUSPENDED), ADMIN, "new", NOW)
    changed = {
        "demote": person(ADMIN, Role.TRAINER),
        "suspend": person(ADMIN, Role.ADMIN, state=PersonState.SUSPENDED),
        "remove": person(ADMIN, Role.ADMIN, state=PersonState.REMOVED),
    }

    async def go() -> None:
        await (store.put(changed[how], ADMIN, how, NOW) if how in changed else store.forget(ADMIN, NOW))

    with pytest.raises(LastAdminError):
        await go()
    assert await store.get(ADMIN) == person(ADMIN, Role.ADMIN)

    await store.put(person(OTHER_ADMIN, Role.ADMIN), ADMIN, "restore", NOW)
    await go()

    assert [found.id for found in await store.with_role(Role.ADMIN)] == [OTHER_ADMIN]


async def test_of_admins_who_all_go_at_once_one_stays(store: PeopleStore) -> None:
    """Where each sees the others as those that are left they can't all go; several rounds, since it takes a coincidence."""
    numbers = [ADMIN, *range(1, 8)]
    for _ in range(5):
        await store.put_all([person(number, Role.ADMIN) for number in numbers], ADMIN, "new", NOW)

        goes = (store.put(person(number), number, "role", NOW) for number in numbers)
        results = await asyncio.gather(*goes, return_exceptions=True)

        assert [type(result) for result in results if result is not None] == [LastAdminError]
        assert len(await store.with_role(Role.ADMIN)) == 1


async def test_changes_at_once_lose_nothing(store: PeopleStore) -> None:
    """Each of twenty changes sees what the one before has left."""
    await store.put(person(1, name="名"), ADMIN, "new", NOW)

    def add(found: Mapping[int, Person]) -> list[Person]:
        return [replace(found[1], name=found[1].name + "字")]

    await asyncio.gather(*(store.rewrite([1], add, ADMIN, "name", NOW) for _ in range(20)))

    changed = await store.get(1)
    assert changed is not None
    assert changed.name == "名" + "字" * 20


async def test_rewriting_nothing_leaves_no_trace(store: PeopleStore) -> None:
    """Where nothing is to be written there is no entry in the audit log either."""
    assert await store.rewrite(None, lambda found: [] if ADMIN in found else list(found.values()), 1, "x", NOW) == ()

    assert len(await store.audited()) == 1


async def test_ten_thousand_people_are_written_at_once(store: PeopleStore) -> None:
    """A big list goes in, and in again with changes, in one step each."""
    people = [person(number) for number in range(10_000, 20_000)]
    await store.put_all(people, ADMIN, "roster", NOW)
    await store.put_all([replace(one, team="新班") for one in people], ADMIN, "roster", NOW)

    assert (await store.crowd()).teams == {"抢修一班": 1, "新班": 10_000}


async def test_who_is_forgotten_leaves_no_name(store: PeopleStore, each_database: Database) -> None:
    """Person, wishes, forms, questions, copies and answers go; the audit log keeps the number alone."""
    daily = DailyStore(each_database)
    await store.put(person(1, name="王强"), ADMIN, "new", NOW)
    await store.ask_to_join(1, "王强", "抢修一班", NOW)
    await Forms(each_database).ask(1, "join", {"name": "王强"}, NOW)
    await QuestionStore(each_database).keep_all([Asked("k" * 12, 1, NOW, "问", "none", (), ())])
    async with each_database.writing() as connection:
        plan = {"day": date(2026, 11, 24), "team": "", "serial": 0, "case_id": "c", "state": "going", "due_at": NOW}
        await connection.execute(plans.insert(), {"id": 1, **plan})
        await connection.execute(deliveries.insert(), {"id": 1, "plan_id": 1, "user_id": 1, "state": "sent"})
        answer = {"delivery_id": 1, "quiz": 0, "chosen": 0, "correct": True, "answered_at": NOW}
        await connection.execute(quiz_answers.insert(), answer)

    await store.forget(1, NOW)

    assert await store.get(1) is None
    async with each_database.reading() as connection:
        for table in (requests, forms, questions, deliveries, quiz_answers):
            assert (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar() == 0, table.name
        told = (await connection.execute(sa.select(audit.c.about))).scalars().all()
    assert all("王强" not in about for about in told)
    assert (await store.audited(1))[0].what == "forget"
    assert await daily.plan(1) is not None


# ---- invitations


async def test_an_invitation_lets_in_as_many_as_it_says(store: PeopleStore) -> None:
    """Role and team are the invitation's; every use is counted; used up it lets nobody in."""
    await store.invite(invitation(), NOW)

    used = [await store.accept(invitation().code, person(number, team=""), NOW) for number in (1, 2, 3)]

    assert [one.uses_left if one else None for one in used] == [1, 0, None]
    came = await store.get(2)
    assert came is not None
    assert (came.role, came.team) == (Role.TRAINER, "抢修二班")
    assert await store.get(3) is None
    assert await store.invitation(invitation().code, NOW) is None


async def test_an_invitation_without_a_team_leaves_the_team(store: PeopleStore) -> None:
    """Who is in a team already stays there."""
    await store.put(person(1), ADMIN, "new", NOW)
    await store.invite(invitation(team=""), NOW)

    await store.accept(invitation().code, person(1), NOW)

    came = await store.get(1)
    assert came is not None
    assert came.team == "抢修一班"


async def test_an_expired_or_guessed_code_is_worth_nothing(store: PeopleStore) -> None:
    """On the second it expires it is over; another code was never good, also one that is a pattern."""
    await store.invite(invitation(), NOW)
    expired = invitation().expires_at

    assert await store.invitation(invitation().code, expired - timedelta(seconds=1)) is not None
    assert await store.accept(invitation().code, person(1), expired) is None
    for code in ("", "%", "a-code-of-16-le_", "' OR 1=1 --", "A-CODE-OF-16-LET"):
        assert await store.accept(code, person(1), NOW) is None
    assert await store.get(1) is None


async def test_live_invitations_are_those_that_can_be_used(store: PeopleStore) -> None:
    """Newest first; none that is expired, used up, withdrawn, or of somebody who is no admin."""
    await store.put(person(ADMIN, role=Role.ADMIN), ADMIN, "new", NOW)
    await store.put(person(OTHER_ADMIN, role=Role.ADMIN), ADMIN, "new", NOW)
    given: dict[str, dict[str, object]] = {
        "older-0123456789": {},
        "newer-0123456789": {"created_by": OTHER_ADMIN},
        "ended-0123456789": {"expires_at": NOW},
        "spent-0123456789": {"uses_left": 0},
        "taken-0123456789": {},
        "staff-0123456789": {"created_by": 77},
    }
    for number, (code, more) in enumerate(given.items()):
        await store.invite(invitation(code, **more), NOW + timedelta(seconds=number))

    withdrawn = await store.withdraw("taken-0123456789", OTHER_ADMIN, NOW)

    assert withdrawn is not None
    assert [each.code[:5] for each in await store.live_invitations(NOW)] == ["newer", "older"]
    assert await store.accept("taken-0123456789", person(1), NOW) is None
    assert await store.withdraw("taken-0123456789", OTHER_ADMIN, NOW) is None


async def test_of_two_who_withdraw_one_does(store: PeopleStore) -> None:
    """At once, each is told apart: one has done it."""
    await store.put(person(ADMIN, role=Role.ADMIN), ADMIN, "new", NOW)
    await store.invite(invitation(), NOW)

    both = await asyncio.gather(*(store.withdraw(invitation().code, ADMIN, NOW) for _ in range(2)))

    assert sum(each is not None for each in both) == 1


async def test_an_invitation_is_worth_as_much_as_its_giver(store: PeopleStore) -> None:
    """When the one who gave it out is no admin any more, it lets nobody in."""
    await store.put(person(OTHER_ADMIN, Role.ADMIN), ADMIN, "new", NOW)
    await store.invite(invitation(created_by=OTHER_ADMIN, role=Role.ADMIN), NOW)

    await store.put(person(OTHER_ADMIN, Role.ADMIN, state=PersonState.REMOVED), ADMIN, "removed", NOW)

    assert await store.invitation(invitation().code, NOW) is None
    assert await store.accept(invitation().code, person(1), NOW) is None


async def test_the_last_use_goes_to_one_of_many(store: PeopleStore) -> None:
    """Of ten who use the last place at once, one comes in."""
    await store.invite(invitation(uses_left=1), NOW)

    used = await asyncio.gather(*(store.accept(invitation().code, person(number), NOW) for number in range(1, 11)))

    assert len([one for one in used if one is not None]) == 1
    assert len(await store.all()) == 2


@pytest.mark.parametrize("state", [PersonState.SUSPENDED, PersonState.REMOVED])
async def test_an_old_link_is_no_way_back(store: PeopleStore, state: PersonState) -> None:
    """Who was suspended or removed is not let in by a link, and takes nobody's place."""
    await store.put(person(1, state=state), ADMIN, "new", NOW)
    await store.invite(invitation(), NOW)

    assert await store.accept(invitation().code, person(1), NOW) is None

    kept = await store.get(1)
    assert kept is not None
    assert kept.state is state
    left = await store.invitation(invitation().code, NOW)
    assert left is not None
    assert left.uses_left == 2


async def test_an_invitation_lowers_nobody(store: PeopleStore) -> None:
    """An admin who follows a trainer's link stays admin; an open wish of theirs is granted."""
    await store.put(person(OTHER_ADMIN, Role.ADMIN), ADMIN, "new", NOW)
    await store.ask_to_join(OTHER_ADMIN, "王强", "抢修一班", NOW)
    await store.invite(invitation(), NOW)

    await store.accept(invitation().code, person(OTHER_ADMIN), NOW)

    kept = await store.get(OTHER_ADMIN)
    assert kept is not None
    assert kept.role is Role.ADMIN
    assert await store.open_requests() == ()


# ---- wishes


async def test_a_wish_is_decided_once(store: PeopleStore) -> None:
    """The first decision counts, and says whose it was; the second changes nothing."""
    wish = await store.ask_to_join(1, "王强", "抢修一班", NOW)
    await store.keep_notices(wish.id, [(ADMIN, 5), (OTHER_ADMIN, STAFF)])
    assert (await store.open_request(1)) == replace(wish, notices=((ADMIN, 5), (OTHER_ADMIN, STAFF)))

    granted = await store.decide(wish.id, ADMIN, person(1), NOW)
    refused = await store.decide(wish.id, OTHER_ADMIN, None, NOW)

    assert granted is not None
    assert (granted.granted, granted.decided_by) == (True, ADMIN)
    assert refused is None
    assert await store.request(wish.id) == granted
    assert await store.open_request(1) is None
    assert await store.get(1) == person(1)
    assert await store.request(wish.id + 1) is None


async def test_of_two_who_decide_at_once_one_does(store: PeopleStore) -> None:
    """A yes and a no at the same time: one of them counts, and who was let in is there if and only if it was the yes."""
    wish = await store.ask_to_join(1, "王强", "抢修一班", NOW)

    yes, no = await asyncio.gather(
        store.decide(wish.id, ADMIN, person(1), NOW), store.decide(wish.id, OTHER_ADMIN, None, NOW)
    )

    assert (yes is None) != (no is None)
    assert (await store.get(1) is not None) == (yes is not None)


async def test_a_new_wish_takes_the_place_of_the_open_one(store: PeopleStore) -> None:
    """There is one open wish of a person; decided ones stay."""
    first = await store.ask_to_join(1, "王强", "抢修一班", NOW)
    await store.decide(first.id, ADMIN, None, NOW)
    await store.ask_to_join(1, "王强", "一班", NOW)
    await store.ask_to_join(1, "王强", "二班", NOW)

    assert [wish.team for wish in await store.open_requests()] == ["二班"]
    assert await store.request(first.id) is not None


async def test_granting_takes_nothing_away(store: PeopleStore) -> None:
    """Who has become trainer by another way while the wish was open stays trainer."""
    wish = await store.ask_to_join(1, "王强", "抢修一班", NOW)
    await store.put(person(1, Role.TRAINER), ADMIN, "roster", NOW)

    await store.decide(wish.id, ADMIN, person(1), NOW)

    kept = await store.get(1)
    assert kept is not None
    assert kept.role is Role.TRAINER


# ---- audit


async def test_the_audit_log_says_who_did_what(store: PeopleStore) -> None:
    """Newest first; what is long is cut."""
    await store.put(person(1), ADMIN, "role", NOW)
    await store.note(ADMIN, "reload", "长" * 300, NOW)

    newest, change, *_ = await store.audited()

    assert (newest.who, newest.what, len(newest.about)) == (ADMIN, "reload", 200)
    assert (change.what, change.about, change.at) == ("role", "1 人1 抢修一班 STAFF", NOW)
