"""The 64 bytes of a button."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking.press import KEPT, Press, StaleButtonError, View, read_press
from bot.generation.generations import Generation


@given(data=st.data())
def test_a_press_comes_back_as_it_was_made(generation: Generation, data: st.DataObject) -> None:
    """Whatever view of whatever records a button stands for, its data fits into 64 bytes and reads back the same."""
    knowledge = generation.knowledge
    clauses = tuple(
        data.draw(st.lists(st.sampled_from(knowledge.clauses), max_size=KEPT, unique_by=lambda clause: clause.id))
    )
    cases = tuple(
        data.draw(st.lists(st.sampled_from(knowledge.cases), min_size=1, max_size=KEPT, unique_by=lambda case: case.id))
    )
    views = [View.ANSWER, View.CASE, View.PICK, *([View.OTHER_CASES] if len(cases) > 1 else [])]
    view = data.draw(st.sampled_from(views))
    press = Press(view, clauses, cases, data.draw(st.integers(0, len(cases) - 1)), data.draw(st.integers(0, 99)))

    reading = read_press(press.data, generation)

    assert len(press.data.encode()) <= 64
    assert reading.press == press
    assert not reading.changed


@given(text=st.text(max_size=64))
def test_forged_data_is_stale_and_nothing_worse(generation: Generation, text: str) -> None:
    """Data that no button of ours carries raises the one error that is expected."""
    with pytest.raises(StaleButtonError):
        read_press(text, generation)


def test_changed_content_is_noticed(generation: Generation) -> None:
    """A button made for another wording of the same case says that the content has changed."""
    case = generation.knowledge.cases[0]
    old = Press(View.CASE, (), (replace(case, takeaway="以前的说法"),))

    assert read_press(old.data, generation).changed


@pytest.mark.parametrize("data", ["r000AAAA0", "o000AAAA0", "a000AAAA0"])
def test_data_that_names_no_record_is_stale(generation: Generation, data: str) -> None:
    """A forged view of nothing is refused, not shown as an empty message."""
    with pytest.raises(StaleButtonError):
        read_press(data, generation)
