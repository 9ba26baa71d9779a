"""README and CONTRIBUTING name what there is, nothing else, and their commands run."""

import argparse
import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.arguments import make_parser
from bot.station.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCUMENTS = {"README.md": README, "CONTRIBUTING.md": CONTRIBUTING}

# What is no file of the repository: examples, and what appears when the bot runs.
_NO_FILES = re.compile(r"[*<…]|^/|://|^bot/library/\.\.\.|^backups/|^\.env$|^\.uv/|^POLICYBOT")


def commands_of_the_bot() -> Iterator[str]:
    """The names of all commands that features offer, read from their code."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Command"
            if named and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command of the command line."""
    (commands,) = [action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(commands.choices)


def missing(wanted: set[str], text: str) -> list[str]:
    """What of some words doesn't stand in a text as a word of its own."""
    return sorted(word for word in wanted if not re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w-])", text))


def test_every_setting_is_in_the_readme_and_nothing_else() -> None:
    """A field without a row, and a row without a field, fail."""
    settings = {f"POLICYBOT_{name.upper()}" for name in Settings.model_fields}
    rows = set(re.findall(r"^\| `(POLICYBOT_[A-Z_]+)` \|", README, re.MULTILINE))

    assert rows == settings


def test_every_command_of_the_bot_is_in_the_readme() -> None:
    """Also those without a place in the menu."""
    commands = {f"/{name}" for name in commands_of_the_bot()}

    assert len(commands) > 10
    assert missing(commands, README) == []


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    """/words in the parts for users are commands of the bot."""
    known = {f"/{name}" for name in commands_of_the_bot()} | {
        "/newbot",
        "/health",
        "/metrics",
        "/telegram",
        "/bot",
        "/hello",
    }
    named = set(re.findall(r"(?<![\w/.:-])/[a-z]{2,}(?![\w/.-])", README))

    assert sorted(named - known) == []


def test_every_option_of_the_command_line_is_in_the_readme() -> None:
    """Sub-commands and their options, in the table of the command line."""
    table = README.partition("## Command line")[2].partition("\n## ")[0]
    for name, parser in parsers().items():
        options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
        assert f"`policybot {name}" in table, name
        assert missing(options - {"--help"}, table) == [], name
    written = set(re.findall(r"`policybot ([a-z-]+)", table))
    assert written == set(parsers())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_a_document_names_exists(name: str) -> None:
    """Links, and words in code marks that look like a path of the repository."""
    text = DOCUMENTS[name]
    named = {link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link}
    named |= {
        word
        for word in re.findall(r"`([^`\s]+)`", text)
        if re.fullmatch(r"(?:bot|retrieval|tests|knowledge|\.ci)/[\w./-]*", word) and not _NO_FILES.search(word)
    }

    assert len(named) > 3
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def shell_lines(text: str) -> list[str]:
    """The commands of a document's shell blocks, comments taken off."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [part.strip() for line in lines for part in line.split("&&") if part.strip() and not part.startswith("#")]


# Quick, and needs nothing but the environment that runs the tests.
_RUN = re.compile(r"(?:uv run (?:-q )?)?(policybot (?:ask|check)|ruff|lint-imports)\b")
# Sets up an environment, runs everything, or goes on for minutes: only what it names is looked at.
_ONLY_NAMED = re.compile(
    r"uv (?:sync|lock)|python3 -m venv|\.uv/bin/|(?:uv run (?:--group \w+ )?)?(?:pytest|mypy|python -m)|bash \.ci/run|POLICYBOT_"
)


def test_the_commands_of_the_documents_are_known() -> None:
    """Each is one that runs below, or one that is too long to run here and whose module exists."""
    lines = [line for text in DOCUMENTS.values() for line in shell_lines(text)]

    assert len(lines) > 10
    assert [line for line in lines if not (_RUN.match(line) or _ONLY_NAMED.match(line))] == []
    for module in {found[1] for line in lines if (found := re.search(r"python -m (tests[\w.]*)", line))}:
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


@pytest.mark.parametrize(
    "line", sorted({line for text in DOCUMENTS.values() for line in shell_lines(text) if _RUN.match(line)})
)
def test_a_command_of_the_documents_runs(line: str) -> None:
    """With the tools of the environment of the tests."""
    words = shlex.split(re.sub(r"^uv run (?:-q )?", "", line))
    program = Path(sys.executable).with_name(words[0])

    # The line stands in our own document.
    done = subprocess.run([program, *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603

    assert done.returncode == 0, done.stdout + done.stderr
