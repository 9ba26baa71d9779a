"""What buttons carry, written and read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.callback_data import LONGEST, CallbackData, Key, Page, read_data


class Colour(StrEnum):
    """An enum whose values the data hold."""

    RED = "r"
    DOT = "."


@dataclass(frozen=True)
class Everything(CallbackData, layout="x{colour}{key}.{day}={page}-{sign}{number}"):
    """A field of each type."""

    colour: Colour
    key: Key
    day: date
    page: Page
    sign: Literal["+", "*"]
    number: int


@dataclass(frozen=True)
class Bare(CallbackData, layout="xx"):
    """No field at all."""


@dataclass(frozen=True)
class Wide(CallbackData, layout="{first}{second}{third}{fourth}{last}"):
    """More than a button carries where each number has all its digits."""

    first: int
    second: int
    third: int
    fourth: int
    last: int


everything = st.builds(
    Everything,
    st.sampled_from(Colour),
    st.from_regex(r"[A-Za-z0-9_-]{6}", fullmatch=True),
    st.dates(date(1000, 1, 1)),
    st.integers(0, 9999),
    st.sampled_from(["+", "*"]),
    st.integers(0, 10**16 - 1),
)


@given(everything)
def test_what_was_packed_is_unpacked(value: Everything) -> None:
    """Every value comes back, and its data fit on a button."""
    data = value.pack()

    assert len(data.encode()) <= LONGEST
    assert Everything.unpack(data) == value
    assert read_data(data, Bare, Everything) == value


@given(st.text(max_size=70) | st.from_regex(r"x[r.]\w{6}\.[0-9]{8}=[0-9]+-[+*][0-9]+", fullmatch=True))
def test_forged_data_are_read_or_are_none(data: str) -> None:
    """Whatever comes, nothing is raised; what is read packs to what came, but for leading zeros."""
    read = read_data(data, Everything, Bare)

    assert read is None or type(read).unpack(read.pack()) == read


@pytest.mark.parametrize("data", ["", "x", "xx ", "xxx", "xrAAAAAA.20260231=0-+1", "xrAAAAAA.20260228=0-/1", None])
def test_what_is_none_of_ours_is_none(data: str | None) -> None:
    """A day that there is not, a sign that there is not, too much, too little."""
    assert read_data(data, Everything) is None


def test_what_does_not_fit_is_an_error() -> None:
    """It would come back cut, or as something else: better seen in a test than on a phone."""
    with pytest.raises(ValueError, match="64 bytes"):
        Wide(*[10**15] * 5).pack()
    with pytest.raises(ValueError, match="no data of Everything"):
        Everything(Colour.RED, "long key", date(2026, 11, 24), 0, "+", 1).pack()


def test_data_begin_with_their_letters() -> None:
    """Up to the first field; routes are found by it."""
    assert [kind.beginning() for kind in (Everything, Bare, Wide)] == ["x", "xx", ""]
