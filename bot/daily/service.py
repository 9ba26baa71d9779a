"""每日一案: which case a team gets on which day, and what has to be done now."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.daily.rows import UNASSIGNED, Delivery, Parcel, Plan, QuizAnswer, Team
from bot.daily.store import DailyStore
from bot.daily.workdays import Workdays
from bot.generation.generations import KnowledgeService
from bot.people.rows import Person
from bot.people.store import PeopleStore
from bot.station.clock import StationClock
from bot.storage.schema import DeliveryState, PlanState
from retrieval.editions import Editions
from retrieval.model import Case, Clause

AHEAD = 7
"""Days that are shown after today."""
_MISSED = 3
"""The most cases that somebody who was away gets on return."""
_MISSED_WITHIN = timedelta(days=14)
_FURTHEST = timedelta(days=800)
"""Beyond it nothing is planned."""
_OPEN = (PlanState.PROPOSED, PlanState.READY)
_CHANGEABLE = (*_OPEN, PlanState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Slot:
    """One day of one team, as a trainer sees it.

    Attributes:
        is_due: Whether the team works on that day and gets a case.
        why: The word of the calendar for the day.
        plan: What was decided; None where nobody has yet.
        case: What goes out, or would by the rotation; None where nothing does.
    """

    day: date
    team: Team
    is_due: bool
    why: str
    plan: Plan | None
    case: Case | None


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a look at the clock has brought.

    Attributes:
        begun: Plans whose copies wait in the outbox from now on.
        proposed: Plans that wait for a trainer's yes from now on.
        missed: Plans of past days that never went out.
        finished: Plans of which every copy has met its fate.
        reminders: Copies whose receivers are to be reminded now; each is named once and never again.
    """

    begun: tuple[Plan, ...] = ()
    proposed: tuple[Plan, ...] = ()
    missed: tuple[Plan, ...] = ()
    finished: tuple[Plan, ...] = ()
    reminders: tuple[tuple[Plan, Delivery], ...] = ()


@dataclass(frozen=True, slots=True)
class SentByHand:
    """A case that is sent to people at once.

    Attributes:
        plan: By which it goes out.
        is_new: False if it had been sent to the same people on the same day already; `plan` is that one then.
    """

    plan: Plan
    is_new: bool


class _StalePlanError(Exception):
    """A plan is not as the trainer saw it; what was changed in the same transaction is taken back."""


def next_case(cases: Sequence[Case], shown: Mapping[str, date]) -> Case | None:
    """The case whose turn it is: one that was never shown, in order, else the one that was shown longest ago.

    Taken again and again this shows every case before any comes twice, and a new case soon, but not twice in a row.

    Args:
        cases: Of the knowledge in use, in order.
        shown: The last day of each, past or planned.
    """
    order = {case.id: place for place, case in enumerate(cases)}
    return min(cases, key=lambda case: (shown.get(case.id, date.min), order[case.id]), default=None)


class DailyService:
    """Decides what goes out; everything is written down before it is done, so that a second look does nothing twice.

    Two processes on one database may look at the clock at the same time: each step is taken by one of them.
    """

    def __init__(
        self, store: DailyStore, people: PeopleStore, knowledge: KnowledgeService, clock: StationClock
    ) -> None:
        self._store = store
        self._people = people
        self._knowledge = knowledge
        self._clock = clock

    @property
    def store(self) -> DailyStore:
        """Where plans and copies are kept."""
        return self._store

    async def workdays(self) -> Workdays:
        """The calendar with the station's own days."""
        return Workdays(await self._store.exceptions())

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the knowledge in use."""
        return self._knowledge.current.knowledge.cases

    def case(self, case_id: str) -> Case | None:
        """A case of the knowledge in use."""
        return self._knowledge.current.knowledge.case_by_id.get(case_id)

    def clause_beside(self, case: Case, now: datetime) -> Clause | None:
        """The rule that is read beside a case: the first that it names, in the edition that is in force today."""
        editions = Editions(self._knowledge.current.knowledge)
        return next(iter(editions.beside(case, self._clock.day(now))), None)

    # ---- the clock

    async def tick(self, now: datetime) -> Ticked:
        """Look at the clock: plan the day, begin what is due, remind, close what is done."""
        today = self._clock.day(now)
        missed = await self._store.expire(today, now)
        workdays = await self.workdays()
        teams = {team.name: team for team in await self._store.teams()}
        proposed = []
        for team in teams.values():
            plan = await self._plan_today(team, today, workdays)
            if plan is not None and plan.state is PlanState.PROPOSED:
                proposed.append(plan)
        begun = [plan for plan in await self._store.due(now) if await self._begin(plan, now)]
        reminders: list[tuple[Plan, Delivery]] = []
        for plan in await self._store.plans_between(today, today):
            team = teams.get(plan.team, Team(plan.team))
            if plan.state not in {PlanState.GOING, PlanState.DONE} or plan.serial:
                continue
            await self._store.top_up(plan, now)
            if team.remind_at and plan.reminded_at is None and now >= self._at(today, team.remind_at):
                reminders += [(plan, delivery) for delivery in await self._store.to_remind(plan, now)]
        finished = await self._store.finish_done(now)
        return Ticked(tuple(begun), tuple(proposed), missed, finished, tuple(reminders))

    async def _plan_today(self, team: Team, today: date, workdays: Workdays) -> Plan | None:
        """Make the day's plan where there is none, and keep its time up to date; gives it where it is new."""
        due_at = self._at(today, team.send_at)
        usual = PlanState.READY if team.automatic else PlanState.PROPOSED
        is_due = not team.paused and workdays.is_due(today, team.weekdays)
        plan = await self._store.plan_of(today, team.name)
        if plan is not None:
            by_rule = plan.state in _OPEN and plan.changed_by is None
            if plan.state in _OPEN and (team.paused or (by_rule and not is_due)):  # since the plan was made
                await self._leave_out(plan)
            elif (by_rule and plan.state is not usual) or (plan.is_off_by_rule and is_due):
                # Of two who see the same one changes it, and gives it.
                return await self._store.change_plan(plan.id, (plan.state,), state=usual.value, due_at=due_at)
            elif plan.state in _OPEN and plan.due_at != due_at:
                await self._store.change_plan(plan.id, _OPEN, due_at=due_at)
            return None
        if not is_due:
            return None
        case = next_case(self.cases, await self._store.last_shown(team.name))
        if case is None:
            return None
        return await self._store.add_plan(today, team.name, case.id, usual, due_at)

    async def _leave_out(self, plan: Plan) -> None:
        """Let an open plan's day pass; it is taken up again where the team is due on it after all."""
        await self._store.change_plan(plan.id, _OPEN, state=PlanState.SKIPPED.value, changed_by=None)

    async def _follow(self, now: datetime, teams: Sequence[Team], days: Container[date] | None = None) -> None:
        """Put plans right that were made before a day or a team's weekdays were arranged otherwise: the later word counts.

        Today's are taken up again by the next look at the clock, which asks trainers where it has to.

        Args:
            now: Plans of earlier days stay as they are.
            teams: Whose plans.
            days: Of which days; of all where None.
        """
        workdays, today = await self.workdays(), self._clock.day(now)
        for team in teams:
            for plan in await self._store.plans_between(today, today + _FURTHEST, team.name):
                if plan.serial or (days is not None and plan.day not in days):
                    continue
                is_due = not team.paused and workdays.is_due(plan.day, team.weekdays)
                if plan.state in _OPEN and not is_due:
                    await self._leave_out(plan)
                elif plan.is_off_by_rule and is_due and plan.day > today:
                    usual = PlanState.READY if team.automatic else PlanState.PROPOSED
                    await self._store.change_plan(plan.id, (PlanState.SKIPPED,), state=usual.value)

    async def _begin(self, plan: Plan, now: datetime) -> bool:
        if self.case(plan.case_id) is None:  # it was taken out of the knowledge meanwhile
            case = next_case(self.cases, await self._store.last_shown(plan.team))
            if case is None:
                await self._store.change_plan(plan.id, _OPEN, state=PlanState.SKIPPED.value, done_at=now)
                return False
            await self._store.change_plan(plan.id, _OPEN, case_id=case.id)
        return await self._store.begin(plan, now) is not None

    def _at(self, day: date, clock: str) -> datetime:
        """A time of the station's clock on a day, with its zone."""
        return datetime.combine(day, time.fromisoformat(clock), self._clock.zone)

    # ---- what trainers see and do

    async def week(self, team: Team, now: datetime, ahead: int = AHEAD) -> tuple[Slot, ...]:
        """Today and the days after it, with what goes out on each."""
        today = self._clock.day(now)
        workdays = await self.workdays()
        plans = {
            plan.day: plan
            for plan in await self._store.plans_between(today, today + timedelta(days=ahead), team.name)
            if plan.serial == 0
        }
        shown = await self._store.last_shown(team.name)
        slots = []
        for offset in range(ahead + 1):
            day = today + timedelta(days=offset)
            plan = plans.get(day)
            is_due = not team.paused and workdays.is_due(day, team.weekdays)
            if plan is not None and not plan.is_off_by_rule:
                is_due = True
            case = self.case(plan.case_id) if plan is not None else None
            if is_due and case is None and (plan is None or plan.state in _OPEN):
                case = next_case(self.cases, shown)
                if case is not None:
                    shown[case.id] = day
            slots.append(Slot(day, team, is_due, workdays.why(day), plan, case))
        return tuple(slots)

    async def slot(self, team: Team, day: date, now: datetime) -> Slot | None:
        """One of the days of `week`; None where it is not one of them."""
        return next((slot for slot in await self.week(team, now) if slot.day == day), None)

    async def decide(
        self, slot: Slot, by: int, now: datetime, *, case_id: str | None = None, state: PlanState | None = None
    ) -> Plan | None:
        """Decide on a day: its case, whether it goes out, or both.

        Returns:
            The plan as it is now; None where it has gone out already, or there is no case.
        """
        plan = slot.plan
        chosen = case_id or (plan.case_id if plan is not None else None) or (slot.case.id if slot.case else None)
        if chosen is None:
            return None
        async with self._store.unit():
            decided = await self._put(slot, chosen, by, case_id=case_id, state=state)
            if decided is not None:
                about = f"{slot.day} {slot.team.name}: {chosen} {state or ''}"
                await self._people.note(by, "plan", about, now)
        return decided

    async def _put(
        self, slot: Slot, chosen: str, by: int, *, case_id: str | None, state: PlanState | None
    ) -> Plan | None:
        plan = slot.plan
        if plan is None:
            usual = PlanState.READY if slot.team.automatic or case_id is not None else PlanState.PROPOSED
            due_at = self._at(slot.day, slot.team.send_at)
            added = await self._store.add_plan(slot.day, slot.team.name, chosen, state or usual, due_at, by=by)
            if added is not None:
                return added
            plan = await self._store.plan_of(slot.day, slot.team.name)
            if plan is None:
                return None
        values: dict[str, Any] = {"case_id": chosen, "changed_by": by}
        if state is not None:
            values["state"] = state.value
        return await self._store.change_plan(plan.id, _CHANGEABLE, **values)

    async def swap(self, first: Slot, second: Slot, by: int, now: datetime) -> bool:
        """Exchange the cases of two days. Return False, and change neither, if one has gone out or is not as it was shown."""
        if first.case is None or second.case is None:
            return False
        new_cases = {first.day: second.case.id, second.day: first.case.id}
        try:
            async with self._store.unit():
                # In order, so that two trainers who exchange the same days don't wait for each other.
                for slot in sorted((first, second), key=lambda slot: slot.day):
                    await self._put_if_as_shown(slot, new_cases[slot.day], by)
                await self._people.note(by, "swap", f"{first.day} and {second.day} {first.team.name}", now)
        except _StalePlanError:
            return False
        return True

    async def _put_if_as_shown(self, slot: Slot, case_id: str, by: int) -> None:
        """Give a day another case.

        Raises:
            _StalePlanError: If the day has gone out, or its case is not the one of the slot.
        """
        plan, name = slot.plan, slot.team.name
        shown = plan.case_id if plan is not None else slot.case.id if slot.case is not None else ""
        if plan is None:
            due_at = self._at(slot.day, slot.team.send_at)
            added = await self._store.add_plan(slot.day, name, shown, PlanState.READY, due_at, by=by)
            plan = added or await self._store.plan_of(slot.day, name)
        changed = plan and await self._store.change_plan(
            plan.id, _CHANGEABLE, expected_case=shown, case_id=case_id, changed_by=by
        )
        if not changed:
            raise _StalePlanError

    async def write_foreword(self, slot: Slot, text: str, by: int, now: datetime) -> Plan | None:
        """Put a trainer's own words before a day's case; empty text takes them away."""
        async with self._store.unit():
            plan = slot.plan or await self.decide(slot, by, now)
            changed = plan and await self._store.change_plan(plan.id, _OPEN, foreword=text, changed_by=by)
            if changed is not None:
                await self._people.note(by, "foreword", f"{slot.day} {slot.team.name}", now)
        return changed

    async def send_now(self, team: str | None, case_id: str, by: int, now: datetime) -> SentByHand:
        """Send a case at once, besides the day's own; the same people get it once a day, whoever sends it.

        Where it would have been today's by the rotation, and has not gone, today's becomes another one.

        Args:
            team: To whom, empty for those who are in no team; everybody where None.
            case_id: What.
            by: The trainer.
            now: When.
        """
        today = self._clock.day(now)
        name = "" if team is None else team or UNASSIGNED
        async with self._store.unit():
            sent: Plan | None = None
            while sent is None:  # a serial that somebody else takes at this moment; the next look sees what for
                earlier = await self._store.sent_by_hand(today, name, case_id)
                if earlier is not None:
                    return SentByHand(earlier, is_new=False)
                serial = await self._store.next_serial(today, name)
                sent = await self._store.add_plan(today, name, case_id, PlanState.READY, now, by=by, serial=serial)
            await self._people.note(by, "send now", f"{case_id} to {'everybody' if team is None else team}", now)
            await self._keep_out_of_rotation(team, case_id, today)
        return SentByHand(sent, is_new=True)

    async def _keep_out_of_rotation(self, team: str | None, case_id: str, today: date) -> None:
        """Give today's plans another case where the rotation has chosen this one and it has not gone."""
        for plan in await self._store.plans_between(today, today, team):
            is_usual = plan.serial == 0 and plan.state is PlanState.READY and plan.changed_by is None
            if not is_usual or plan.case_id != case_id:
                continue
            case = next_case(self.cases, await self._store.last_shown(plan.team))
            if case is not None:
                await self._store.change_plan(plan.id, (PlanState.READY,), case_id=case.id)

    async def cancel(self, plan_id: int, by: int, now: datetime) -> int:
        """Take back what has not gone out of a plan."""
        async with self._store.unit():
            await self._people.note(by, "cancel", f"plan {plan_id}", now)
            return await self._store.cancel(plan_id, by, now)

    async def try_again(self, plan_id: int, by: int, now: datetime, *, unknown: bool) -> int:
        """Send again to those who were not reached, and on request to those of whom nobody knows."""
        states = [DeliveryState.FAILED, *([DeliveryState.UNKNOWN] if unknown else [])]
        async with self._store.unit():
            await self._people.note(by, "try again", f"plan {plan_id}", now)
            return await self._store.try_again(plan_id, states)

    async def change_team(self, team: Team, by: int, now: datetime, **values: object) -> Team:
        """Change a team's times."""
        changed = replace(team, **values)  # type: ignore[arg-type] # names and types are checked by the callers' forms
        async with self._store.unit():
            await self._people.note(by, "team", f"{team.name}: {values}", now)
            await self._store.put_team(changed)
            if "weekdays" in values:
                await self._follow(now, [changed])
        return changed

    # ---- the station's own days

    async def own_days(self, now: datetime) -> tuple[tuple[date, bool], ...]:
        """The days from today on that the station arranges otherwise than the calendar, in order, with whether it works."""
        today = self._clock.day(now)
        return tuple(sorted((day, works) for day, works in (await self._store.exceptions()).items() if day >= today))

    async def arrange(self, days: Sequence[date], works: bool | None, by: int, now: datetime) -> None:
        """Say that the station works on days, or does not; None: as the calendar says. Plans that have not gone follow.

        Args:
            days: In order, from today on.
            works: Of all of them.
            by: The trainer.
            now: When.
        """
        what = {True: "works", False: "off", None: "as the calendar"}[works]
        named = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}, {len(days)} days"
        async with self._store.unit():
            await self._people.note(by, "own days", f"{named}: {what}", now)
            await self._store.put_exceptions(days, works)
            await self._follow(now, await self._store.teams(), set(days))

    # ---- what staff do

    async def copy_of(self, delivery_id: int, user_id: int) -> Parcel | None:
        """A person's own copy; None where it is somebody else's, or none."""
        parcel = await self._store.parcel(delivery_id)
        return parcel if parcel is not None and parcel.delivery.user_id == user_id else None

    async def answer(self, parcel: Parcel, case: Case, quiz: int, chosen: int, now: datetime) -> bool:
        """Write a person's answer to a quiz; the first one stays.

        Returns:
            Whether it was the first, of a question and an option that exist.
        """
        if quiz >= len(case.quizzes) or chosen >= len(case.quizzes[quiz].options):
            return False
        answer = QuizAnswer(quiz, chosen, chosen in case.quizzes[quiz].correct)
        return await self._store.answer_quiz(parcel.delivery.id, answer, now)

    async def catch_up(self, person: Person, now: datetime) -> int:
        """Let what somebody missed wait to be sent, newest first, at most three; gives how many."""
        if not person.wants_daily:
            return 0
        today = self._clock.day(now)
        since = today - _MISSED_WITHIN
        if person.unreachable_since is not None:
            since = max(since, self._clock.day(person.unreachable_since))
        return await self._store.catch_up(
            person.id, person.team, max(since, self._clock.day(person.joined_at)), today, _MISSED
        )
