"""The clock on the wall, which no test may read."""

from collections.abc import Callable

import pytest

from bot.station.clock import local_today, unix_now, utc_now


@pytest.mark.parametrize("read", [utc_now, unix_now, local_today])
def test_a_test_that_reads_the_wall_clock_fails(read: Callable[[], object]) -> None:
    """Whatever part of the bot does it, and however far from the test."""
    with pytest.raises(pytest.fail.Exception, match="wall clock"):
        read()
