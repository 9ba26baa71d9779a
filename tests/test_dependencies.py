"""What is imported is declared."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWN = {"bot", "retrieval", "tests"}


def _imported(folder: str) -> set[str]:
    """The outermost packages that the modules below a folder import, wherever in a module."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - OWN - set(sys.stdlib_module_names)


def _plain(name: str) -> str:
    """A package's name as registries compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(*, development: bool) -> set[str]:
    """The packages that pyproject.toml names: those that users install, and, if asked for, those of the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    if development:
        lists += project["dependency-groups"].values()
    return {_plain(re.split(r"[\s\[<>=!~;]", entry, maxsplit=1)[0]) for entries in lists for entry in entries}


@pytest.mark.parametrize(("folder", "development"), [("bot", False), ("retrieval", False), ("tests", True)])
def test_every_package_that_is_imported_is_declared(folder: str, development: bool) -> None:
    """None comes along only because another package needs it today."""
    providers = packages_distributions()
    declared = _declared(development=development)

    missing = {
        name for name in _imported(folder) if not {_plain(given) for given in providers.get(name, [name])} & declared
    }

    assert missing == set()
