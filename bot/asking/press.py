"""What a button under an answer carries: a view of the answer, in 64 bytes, so that a restart forgets none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.generation.generations import FINGERPRINT_LENGTH, KEY_LENGTH, Generation, Record, fingerprint, record_key
from retrieval.model import Case, Clause

KEPT = 3
"""How many clauses and how many cases of an answer its buttons can reach."""


class View(StrEnum):
    """What a press shows; the values are the first character of the data."""

    ANSWER = "a"
    CASE = "c"
    CLAUSE = "k"
    OTHER_CLAUSES = "r"
    OTHER_CASES = "o"
    PICK = "p"


@dataclass(frozen=True, slots=True)
class Press:
    """A view of an answer.

    Attributes:
        place: Which of the cases (or clauses, in view CLAUSE) is meant, from 0.
        page: From 0.
        clauses: Of the answer, best first, at most `KEPT`.
        cases: Of the answer, best first, at most `KEPT`.
    """

    view: View
    clauses: tuple[Clause, ...] = ()
    cases: tuple[Case, ...] = ()
    place: int = 0
    page: int = 0

    def to(self, view: View, place: int = 0, page: int = 0) -> "Press":
        """Another view of the same answer."""
        return replace(self, view=view, place=place, page=page)

    @property
    def data(self) -> str:
        """The press as a button carries it: view, place, page, fingerprint, number of clauses, keys; at most 46 bytes."""
        records: tuple[Record, ...] = (*self.clauses[:KEPT], *self.cases[:KEPT])
        keys = "".join(map(record_key, records))
        return f"{self.view.value}{self.place}{self.page:02d}{fingerprint(records)}{len(self.clauses[:KEPT])}{keys}"


class StaleButtonError(Exception):
    """A button of an earlier generation, whose record is gone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A press, read.

    Attributes:
        changed: Whether the content has changed since the button was made.
    """

    press: Press
    changed: bool


_DATA = re.compile(
    rf"([{''.join(view.value for view in View)}])([0-9])([0-9]{{2}})([\w-]{{{FINGERPRINT_LENGTH}}})([0-{KEPT}])((?:[\w-]{{{KEY_LENGTH}}}){{0,{2 * KEPT}}})",
    re.ASCII,
)


def read_press(data: str, generation: Generation) -> Reading:
    """What the data of a button asks for, in the given generation.

    Args:
        data: As it came; may be forged.

    Raises:
        StaleButtonError: Where a record is not held any more, or the data is none of ours.
    """
    found = _DATA.fullmatch(data)
    if found is None:
        raise StaleButtonError
    view, place, page, print_then, count, keys = found.groups()
    records = [generation.record(keys[start : start + KEY_LENGTH]) for start in range(0, len(keys), KEY_LENGTH)]
    clauses = tuple(record for record in records[: int(count)] if isinstance(record, Clause))
    cases = tuple(record for record in records[int(count) :] if isinstance(record, Case))
    if len(clauses) + len(cases) < len(records):
        raise StaleButtonError
    press = Press(View(view), clauses, cases, int(place), int(page))
    others = {View.OTHER_CLAUSES: clauses[1:], View.OTHER_CASES: cases[1:]}.get(press.view, records)
    if not others:
        raise StaleButtonError
    shown: Sequence[Case | Clause] = clauses if press.view is View.CLAUSE else cases
    if press.view in {View.CASE, View.CLAUSE, View.PICK} and press.place >= len(shown):
        raise StaleButtonError
    return Reading(press, fingerprint((*clauses, *cases)) != print_then)
