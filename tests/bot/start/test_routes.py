"""Which route a button's data lead to."""

from collections.abc import Callable, Coroutine
from itertools import permutations
from typing import Any

import pytest
from telegram.ext import CallbackQueryHandler

from bot.asking import presses as press
from bot.daily import handlers as daily
from bot.daily import planning
from bot.documents import handlers as importing
from bot.library import handlers_editing as editing
from bot.library import handlers_gaps as gaps
from bot.library import handlers_history as library
from bot.library import handlers_rulebooks as rulebooks
from bot.people import handlers as people
from bot.people import joining, roster_files
from bot.reports import handlers as reports
from bot.reports import me
from bot.start.app import Parts
from bot.start.routes import PressHandler


@pytest.fixture
def routes(parts: Parts) -> list[object]:
    """All of the bot's, in their order."""
    return list(parts.application.handlers[0])


def test_no_two_routes_share_a_prefix(routes: list[object]) -> None:
    """No data lead to two routes, so their order decides nothing."""
    presses = [route.presses for route in routes if isinstance(route, PressHandler)]
    for one, other in permutations(presses, 2):
        for prefix in one.prefixes:
            assert not any(begun.startswith(prefix) for begun in (*other.prefixes, *other.whole)), (prefix, one, other)
        assert not set(one.whole) & set(other.whole)


def test_every_button_has_a_route_with_prefixes(routes: list[object]) -> None:
    """The only route without is the last one, for data that no button carries."""
    buttons = [route for route in routes if isinstance(route, CallbackQueryHandler)]

    assert [route.pattern for route in buttons if not isinstance(route, PressHandler)] == [None]
    assert buttons[-1].pattern is None


@pytest.mark.parametrize(
    ("data", "handler"),
    [
        ("x0", press.example),
        ("q", press.again),
        ("m0", me.press),
        ("mD", me.press),
        ("u", people.press),
        ("up2", people.press),
        ("uX42", people.press),
        ("uk" + "A" * 12, people.press),
        ("uy0123abcd", roster_files.press),
        ("uz0123abcd", roster_files.press),
        ("j0", joining.press),
        ("jy7", joining.decide),
        ("jn7", joining.decide),
        ("lu3", library.undo),
        ("lh0", library.press),
        ("lX0123456789abcdef", library.press),
        ("erAAAAAA", editing.press),
        ("es", editing.press),
        ("evAAAAAA", editing.verify),
        ("eg0", gaps.press),
        ("eaAAAAAAAA.BBBBBB", gaps.press),
        ("gp0", rulebooks.press),
        ("ia0123456789abcdef", importing.press),
        ("th", planning.press),
        ("toaAAAAAA", planning.press),
        ("te-20261124", planning.press),
        ("tNAAAAAA.*", planning.press),
        ("tz5", planning.press),
        ("dq5.0.1", daily.press),
        ("Rd20261123.*", reports.press),
        ("v+" + "A" * 12, press.judge),
        ("w3" + "A" * 12, press.reason),
        ("a000000000AAAAAA", press.press),
        ("r000000000AAAAAA", press.press),
    ],
)
def test_buttons_of_messages_sent_before_lead_where_they_led(
    routes: list[object], data: str, handler: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    """Data of every kind that has ever been sent: messages keep their buttons for years."""
    presses = [route for route in routes if isinstance(route, PressHandler)]
    taking = [route for route in presses if getattr(route.pattern, "match")(data)]  # noqa: B009

    assert [getattr(route.presses.handler, "func") for route in taking] == [handler]  # noqa: B009
