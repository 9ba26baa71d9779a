"""Cases that a trainer sends at once, and what is done about a case that is going out."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.daily.cases import DailyCases, next_case
from bot.daily.rows import UNASSIGNED, Plan
from bot.storage.schema import DeliveryState, PlanState


@dataclass(frozen=True, slots=True)
class SentByHand:
    """A case that is sent to people at once.

    Attributes:
        plan: By which it goes out.
        is_new: False if it had been sent to the same people on the same day already; `plan` is that one then.
    """

    plan: Plan
    is_new: bool


class SendingByHand(DailyCases):
    """Sends a case at once, stops it, or sends it again."""

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
