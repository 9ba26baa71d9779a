"""Teams: how they are called, and the keys by which buttons carry them."""

import base64
import hashlib

TEAM_KEY = 6
"""Characters of a team's key in a button."""


def team_key(team: str) -> str:
    """A short name of a team for a button: 6 characters of A–Z, a–z, 0–9, - and _."""
    return base64.urlsafe_b64encode(hashlib.sha256(team.encode()).digest())[:TEAM_KEY].decode()


def team_name(team: str) -> str:
    """A team as people read it."""
    return team or "（没分班组的）"
