"""Teams by the keys that buttons carry."""

from bot.daily.rows import Team
from bot.daily.store import DailyStore
from bot.people.teams import team_key


async def find_team(store: DailyStore, key: str) -> Team | None:
    """The team of a key; None where there is none any more."""
    return next((team for team in await store.teams() if team_key(team.name) == key), None)
