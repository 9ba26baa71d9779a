"""Teams by the keys that buttons carry."""

from bot.handlers.context import Services
from bot.replies.daily import team_key
from bot.storage.daily import Team


async def find_team(services: Services, key: str) -> Team | None:
    """The team of a key; None where there is none any more."""
    return next((team for team in await services.daily.store.teams() if team_key(team.name) == key), None)
