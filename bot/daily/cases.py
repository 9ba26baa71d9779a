"""Which case a team gets next, and what planning it starts from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from bot.daily.rows import Plan
from bot.daily.store import DailyStore
from bot.daily.workdays import Workdays
from bot.generation.generations import KnowledgeService
from bot.people.store import PeopleStore
from bot.station.clock import StationClock
from bot.storage.schema import PlanState
from retrieval.editions import Editions
from retrieval.model import Case, Clause

OPEN = (PlanState.PROPOSED, PlanState.READY)
"""States of plans that have not gone out and are going to."""


def next_case(cases: Sequence[Case], shown: Mapping[str, date]) -> Case | None:
    """The case whose turn it is: one that was never shown, in order, else the one that was shown longest ago.

    Taken again and again this shows every case before any comes twice, and a new case soon, but not twice in a row.

    Args:
        cases: Of the knowledge in use, in order.
        shown: The last day of each, past or planned.
    """
    order = {case.id: place for place, case in enumerate(cases)}
    return min(cases, key=lambda case: (shown.get(case.id, date.min), order[case.id]), default=None)


class DailyCases:
    """Cases, the calendar and plans; the base of each part of `DailyService`."""

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

    async def _leave_out(self, plan: Plan) -> None:
        """Let an open plan's day pass; it is taken up again where the team is due on it after all."""
        await self._store.change_plan(plan.id, OPEN, state=PlanState.SKIPPED.value, changed_by=None)

    def _at(self, day: date, clock: str) -> datetime:
        """A time of the station's clock on a day, with its zone."""
        return datetime.combine(day, time.fromisoformat(clock), self._clock.zone)
