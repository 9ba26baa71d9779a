"""Editions of one rule in files of their own."""

from pathlib import Path

import pytest

from retrieval.content import read_folder
from retrieval.model import KnowledgeBase
from tests.retrieval.samples import plain, rule, write


def put(folder: Path, name: str, front: str, becomes: str = "") -> None:
    """Write an edition with one clause."""
    part = f"### 现为\n- {becomes}" if becomes else None
    write(folder, f"rules/{name}.md", rule(name, {3: front, 10: part}))


def problems_of(folder: Path) -> list[tuple[str, str]]:
    """Where each Problem of a folder is, and what it says."""
    return [(f"{one.path.as_posix()}:{one.line}", plain(one.message)) for one in read_folder(folder)[1]]


def books_of(knowledge: KnowledgeBase) -> dict[str, str]:
    """The name that its editions share, under the id of each rule book."""
    return {one.id: one.book for one in knowledge.rules}


OLD = "title: 同一规则\nin_force: 1996-10-08\nended: 2024-06-01"
NEW = "title: 同一规则\nin_force: 2024-06-01"


@pytest.mark.parametrize(
    ("earlier", "later", "overlap"),
    [
        ("in_force: 1996-10-08\nended: 2024-06-01", "in_force: 2024-06-01", None),
        ("in_force: 1996-10-08\nended: 2024-06-02", "in_force: 2024-06-01", 4),
        ("in_force: 1996-10-08", "in_force: 2024-06-01", 4),
        ("ended: 2024-06-01", "in_force: 2024-06-01", None),
        ("in_force: 2025-01-01", "in_force: 1996-10-08\nended: 2024-06-01", None),
        ("issuer: 甲", "issuer: 乙", 1),
    ],
)
@pytest.mark.parametrize("shared", ["title", "rule"])
def test_editions_share_no_day(tmp_path: Path, earlier: str, later: str, overlap: int | None, shared: str) -> None:
    """Two editions are a fault just where a day exists on which both are in force, whether their title or `rule` ties them."""
    titles = ("title: 同一规则",) * 2 if shared == "title" else ("title: 甲\nrule: one", "title: 乙\nrule: one")
    put(tmp_path, "edition-a", f"{titles[0]}\n{earlier}")
    put(tmp_path, "edition-b", f"{titles[1]}\n{later}")

    line = overlap + (shared == "rule" and overlap > 1) if overlap else None
    assert [where for where, _ in problems_of(tmp_path)] == ([f"rules/edition-b.md:{line}"] if line else [])


def test_an_edition_that_names_its_successor_leaves_room_for_it(folder: Path) -> None:
    """A newer edition may be put beside one that says what replaced it but not when; the editor is told to note the day."""
    newer = rule("ten-promises-2022", {3: "title: 国家电网公司供电服务“十项承诺”\nin_force: 2022-01-01"})
    write(folder, "rules/ten-promises-2022.md", newer)

    knowledge, problems = read_folder(folder)

    assert problems == ()
    (notice,) = knowledge.notices
    assert notice.startswith("rules/ten-promises-2005.md:8: ")
    assert "ended: 2022-01-01" in notice


def test_days_without_an_edition_are_only_noticed(tmp_path: Path) -> None:
    """Where the next edition begins later than the one before ended, it is said, with the line, and nothing is wrong."""
    put(tmp_path, "edition-a", OLD)
    put(tmp_path, "edition-b", "title: 同一规则\nin_force: 2024-07-01")

    knowledge, problems = read_folder(tmp_path)

    assert problems == ()
    (notice,) = knowledge.notices
    assert notice.startswith("rules/edition-a.md:5: ")
    assert "中间有 30 天哪一版都不管" in notice


def test_editions_that_follow_each_other_are_no_news(tmp_path: Path) -> None:
    """The one ends on the day on which the next begins: no Problem, no notice."""
    put(tmp_path, "edition-a", OLD)
    put(tmp_path, "edition-b", NEW)

    knowledge, problems = read_folder(tmp_path)

    assert (problems, knowledge.notices) == ((), ())
    assert len(set(books_of(knowledge).values())) == 1


@pytest.mark.parametrize(
    ("first", "second", "tied"),
    [
        ("title: 甲", "title: 甲", True),
        ("title: 甲", "title: 乙", False),
        ("title: 甲\nrule: one", "title: 乙\nrule: one", True),
        ("title: 甲\nrule: one", "title: 甲", True),
        ("title: 甲", "title: 乙\nrule: edition-a", True),
        ("title: 甲\nrule: one", "title: 甲\nrule: two", False),
        ("title: 甲\nrule: one", "title: 乙\nrule: two", False),
    ],
)
def test_files_are_tied_by_rule_or_by_title(tmp_path: Path, first: str, second: str, tied: bool) -> None:
    """The same `rule`, the other's id as `rule`, or the same title make two files editions of one rule; different `rule`s never."""
    put(tmp_path, "edition-a", f"{first}\nended: 2024-06-01")
    put(tmp_path, "edition-b", f"{second}\nin_force: 2024-06-01")

    knowledge, problems = read_folder(tmp_path)

    assert problems == ()
    one, other = knowledge.rules
    assert one.is_edition_of(other) is tied
    assert all(clause.rule in knowledge.rules for clause in knowledge.clauses)
    assert "《" not in one.book + other.book


def test_a_title_of_two_rules_ties_nothing_by_itself(tmp_path: Path) -> None:
    """A third file of a title that two rules have must say whose edition it is."""
    put(tmp_path, "edition-a", "title: 甲\nrule: one")
    put(tmp_path, "edition-b", "title: 甲\nrule: two")
    put(tmp_path, "edition-c", "title: 甲")

    ((where, message),) = problems_of(tmp_path)

    assert where == "rules/edition-c.md:3"
    assert "也要写上 rule" in message


def test_a_clause_knows_what_it_was(tmp_path: Path) -> None:
    """Over three editions the last clause knows both before it, the nearest first; the notes lead forwards."""
    put(tmp_path, "z-1996", OLD, becomes="y-2024#1")
    put(tmp_path, "y-2024", f"{NEW}\nended: 2030-01-01", becomes="x-2030#1")
    put(tmp_path, "x-2030", "title: 同一规则\nin_force: 2030-01-01")

    knowledge, problems = read_folder(tmp_path)

    assert problems == ()
    by_id = knowledge.clause_by_id
    assert [one.id for one in by_id["x-2030#1"].earlier] == ["y-2024#1", "z-1996#1"]
    assert by_id["y-2024#1"].was == (by_id["z-1996#1"],)
    assert by_id["z-1996#1"].becomes == ("y-2024#1",)


@pytest.mark.parametrize(
    ("becomes", "said"),
    [
        ("edition-b#9", "在规章里找不到"),
        ("nothing#1", "在规章里找不到"),
        ("edition-b", "在规章里找不到"),
        ("other#1", "不是同一部规章的两版"),
        ("edition-a#1", "不是后来那一版的条款"),
    ],
)
def test_what_a_clause_becomes_is_a_clause_of_a_later_edition(tmp_path: Path, becomes: str, said: str) -> None:
    """A note that names nothing, another rule or the same edition is a Problem at its line."""
    put(tmp_path, "edition-a", OLD, becomes=becomes)
    put(tmp_path, "edition-b", NEW)
    put(tmp_path, "other", "title: 另一规则")

    ((where, message),) = problems_of(tmp_path)

    assert where == "rules/edition-a.md:13"
    assert said in message
    assert becomes in message


def test_a_new_clause_does_not_become_an_old_one(tmp_path: Path) -> None:
    """The note stands in the old edition; in the new one it is a Problem."""
    put(tmp_path, "edition-a", OLD)
    put(tmp_path, "edition-b", NEW, becomes="edition-a#1")

    ((where, message),) = problems_of(tmp_path)

    assert where == "rules/edition-b.md:12"
    assert "只写在旧版里" in message
