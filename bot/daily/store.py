"""The day's cases: when each team gets one, which, and what became of every copy."""

from contextlib import AbstractAsyncContextManager

from bot.daily.copy_rows import CopyRows
from bot.daily.learning_rows import LearningRows
from bot.daily.plan_rows import PlanRows
from bot.daily.team_rows import TeamRows


class DailyStore(TeamRows, PlanRows, CopyRows, LearningRows):
    """Everything that the daily case keeps."""

    def unit(self) -> AbstractAsyncContextManager[None]:
        """Run a use case in one transaction, as `Database.unit` says."""
        return self._database.unit()
