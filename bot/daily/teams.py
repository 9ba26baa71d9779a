"""Teams by the keys that buttons carry."""

from bot.chat.context import Services
from bot.daily.store import Team
from bot.people.teams import team_key


async def find_team(services: Services, key: str) -> Team | None:
    """The team of a key; None where there is none any more."""
    return next((team for team in await services.daily.store.teams() if team_key(team.name) == key), None)
