"""Sizes: no function above 40 lines, no class above 250 and no module above 400, unless a comment says why."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_FUNCTION, _CLASS, _MODULE = 40, 250, 400
_REASON = re.compile(r"\s*# Long: \S+ \S+")
_NEAR = 5
"""Lines after the docstring of a module, within which its reason stands."""

_STILL_LONG = frozenset(
    {
        "bot/asking/masking.py",
        "retrieval/answering/answer.py",
        "retrieval/answering/answer.py Answerer",
        "retrieval/answering/answer.py Answerer._answer",
        "retrieval/answering/answer.py Answerer._answer_by_number",
        "retrieval/content/cases.py read_case",
        "retrieval/content/edits.py",
        "retrieval/content/edits.py add_synonym",
        "retrieval/content/folder.py read_folder",
        "retrieval/content/front_matter.py read_front_matter",
        "retrieval/content/rules.py _clauses",
        "retrieval/content/rules.py read_rule_book",
        "retrieval/evaluation.py read_questions",
        "retrieval/importing/drafts/cases.py _draft_case",
        "retrieval/importing/drafts/drafting.py _finished",
        "retrieval/importing/drafts/questions.py draft_questions",
        "retrieval/importing/drafts/rules.py draft_rules",
        "retrieval/importing/layout/cleaning.py clean",
        "retrieval/importing/structure/casebook.py read_cases",
        "retrieval/search/evidence.py Records.__init__",
        "retrieval/search/index.py",
        "retrieval/search/lookup.py",
        "retrieval/search/lookup.py ClauseFinder",
        "retrieval/search/retriever.py",
        "retrieval/search/retriever.py Retriever",
        "retrieval/search/retriever.py Retriever.__init__",
        "retrieval/search/retriever.py Retriever._fit",
        "retrieval/search/retriever.py Retriever.search",
        "retrieval/search/wordings.py Wordings.select",
    }
)
"""Long pieces without a reason yet. To be taken out of this list, never into it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A module, class or function that is too long.

    Attributes:
        name: Path and name inside the module, as “bot/a.py B.c”; for a module the path alone.
    """

    name: str
    lines: int
    most: int
    has_reason: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.lines} lines, at most {self.most} without “# Long: …” above it"


def long_pieces(path: str, text: str) -> Iterator[Piece]:
    """Find everything in a module that is too long."""
    tree, lines = ast.parse(text), text.splitlines()
    if len(lines) > _MODULE:
        start = tree.body[0].end_lineno or 0 if ast.get_docstring(tree) is not None else 0
        yield Piece(path, len(lines), _MODULE, any(map(_REASON.match, lines[start : start + _NEAR])))
    for name, node in _definitions(tree, ""):
        most = _CLASS if isinstance(node, ast.ClassDef) else _FUNCTION
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > most:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            above = lines[first - 2] if first > 1 else ""
            yield Piece(f"{path} {name}", length, most, _REASON.match(above) is not None)


def _definitions(
    tree: ast.AST, inside: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    for node in ast.iter_child_nodes(tree):
        name = inside
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}.{node.name}".lstrip(".")
            yield name, node
        yield from _definitions(node, name)


@cache
def _found() -> list[Piece]:
    """Everything of the project that is too long without a reason."""
    paths = sorted(path for folder in ("bot", "retrieval") for path in (_ROOT / folder).rglob("*.py"))
    return [
        piece
        for path in paths
        for piece in long_pieces(path.relative_to(_ROOT).as_posix(), path.read_text("utf-8"))
        if not piece.has_reason
    ]


def test_nothing_is_too_long_without_a_reason() -> None:
    """Each piece above its size has a comment that says why, or stands in the list of what is left to do."""
    assert [str(piece) for piece in _found() if piece.name not in _STILL_LONG] == []


def test_the_list_of_long_pieces_only_shrinks() -> None:
    """A piece that is no longer too long is no longer in the list."""
    assert sorted(_STILL_LONG - {piece.name for piece in _found()}) == []


_BODY = "".join(f"    a{number} = 0\n" for number in range(_FUNCTION))
_LONG = f"def long() -> None:\n{_BODY}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (_LONG, ["a.py long"]),
        (_LONG.replace(f"    a{_FUNCTION - 1} = 0\n", ""), []),
        (f"class B:\n    async {_LONG.replace(chr(10), chr(10) + '    ')}", ["a.py B.long"]),
        (f"class B:\n{_BODY * 7}", ["a.py B"]),
        ('"""A."""\n' + "a = 0\n" * _MODULE, ["a.py"]),
        (f"# Long: a table of words.\n@cache\n{_LONG}", []),
        (f"# Long: a table of words.\n\n{_LONG}", ["a.py long"]),
        (f"# Long:\n{_LONG}", ["a.py long"]),
        ('"""A."""\n\n# Long: a table of words.\n' + "a = 0\n" * _MODULE, []),
        ('"""A."""\n' + "\n" * 5 + "# Long: a table of words.\n" + "a = 0\n" * _MODULE, ["a.py"]),
    ],
)
def test_long_pieces_are_found(text: str, names: list[str]) -> None:
    """Functions, classes and modules above their size are found, unless a reason stands directly above."""
    assert [piece.name for piece in long_pieces("a.py", text) if not piece.has_reason] == names
