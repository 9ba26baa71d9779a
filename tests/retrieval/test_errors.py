"""What is said of a folder that can't be used."""

from pathlib import PurePath

import pytest

from retrieval.errors import KnowledgeError, PolicybotError, Problem

FIRST = Problem(PurePath("cases", "a.md"), 2, "甲")
SECOND = Problem(PurePath("cases", "a.md"), 10, "乙")
THIRD = Problem(PurePath("rules", "b.md"), 1, "丙")


def test_a_problem_is_written_as_an_editor_opens_it() -> None:
    """Path with slashes, line, message."""
    assert str(SECOND) == "cases/a.md:10: 乙"


def test_an_error_carries_each_problem_once_and_in_order() -> None:
    """Problems are ordered by file and line as a number, without repeats, and the text names each on its line."""
    with pytest.raises(PolicybotError) as caught:
        raise KnowledgeError([THIRD, SECOND, FIRST, SECOND])

    assert isinstance(caught.value, KnowledgeError)
    assert caught.value.problems == (FIRST, SECOND, THIRD)
    assert str(caught.value) == "cases/a.md:2: 甲\ncases/a.md:10: 乙\nrules/b.md:1: 丙"
