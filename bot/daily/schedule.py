"""What has to be done now: plan the day, begin what is due, remind, close what is done."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.daily.cases import OPEN, DailyCases, next_case
from bot.daily.rows import Delivery, Plan, Team
from bot.daily.workdays import Workdays
from bot.storage.schema import PlanState


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


class Schedule(DailyCases):
    """Looks at the clock.

    Two processes on one database may do it at the same time: each step is taken by one of them.
    """

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
            by_rule = plan.state in OPEN and plan.changed_by is None
            if plan.state in OPEN and (team.paused or (by_rule and not is_due)):  # since the plan was made
                await self._leave_out(plan)
            elif (by_rule and plan.state is not usual) or (plan.is_off_by_rule and is_due):
                # Of two who see the same one changes it, and gives it.
                return await self._store.change_plan(plan.id, (plan.state,), state=usual.value, due_at=due_at)
            elif plan.state in OPEN and plan.due_at != due_at:
                await self._store.change_plan(plan.id, OPEN, due_at=due_at)
            return None
        if not is_due:
            return None
        case = next_case(self.cases, await self._store.last_shown(team.name))
        if case is None:
            return None
        return await self._store.add_plan(today, team.name, case.id, usual, due_at)

    async def _begin(self, plan: Plan, now: datetime) -> bool:
        if self.case(plan.case_id) is None:  # it was taken out of the knowledge meanwhile
            case = next_case(self.cases, await self._store.last_shown(plan.team))
            if case is None:
                await self._store.change_plan(plan.id, OPEN, state=PlanState.SKIPPED.value, done_at=now)
                return False
            await self._store.change_plan(plan.id, OPEN, case_id=case.id)
        return await self._store.begin(plan, now) is not None
