"""The days of a team, as trainers see and change them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.daily.cases import OPEN, DailyCases, next_case
from bot.daily.rows import Plan, Team
from bot.storage.schema import PlanState
from retrieval.model import Case

AHEAD = 7
"""Days that are shown after today."""
_CHANGEABLE = (*OPEN, PlanState.SKIPPED)


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


class _StalePlanError(Exception):
    """A plan is not as the trainer saw it; what was changed in the same transaction is taken back."""


class Slots(DailyCases):
    """Shows what goes out on each day, and changes it."""

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
            if is_due and case is None and (plan is None or plan.state in OPEN):
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
            changed = plan and await self._store.change_plan(plan.id, OPEN, foreword=text, changed_by=by)
            if changed is not None:
                await self._people.note(by, "foreword", f"{slot.day} {slot.team.name}", now)
        return changed
