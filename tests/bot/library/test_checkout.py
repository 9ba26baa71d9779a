"""The knowledge folder as a git checkout: what was changed is committed, and nothing else, whatever else the checkout is used for."""

import subprocess
from pathlib import Path
from shutil import which

import pytest

from bot.library import checkout
from bot.library.checkout import commit_files

pytestmark = pytest.mark.skipif(which("git") is None, reason="there is no git")


class Checkout:
    """A real one."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.git("init", "-q")

    def git(self, *arguments: str) -> str:
        """What git says."""
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")
        return subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(self.root), *identity, *arguments],  # noqa: S607 - the one of the path
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def holds(self, *paths: str) -> None:
        """Commit files by these names."""
        for path in paths:
            self.writes(path, "旧")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "start")

    def writes(self, path: str, text: str) -> None:
        """Save a file."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def hooks(self, name: str, script: str) -> None:
        """Have git run something."""
        hook = self.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)

    @property
    def last(self) -> list[str]:
        """Author, reason and files of the newest commit."""
        lines = self.git("log", "-1", "--format=%an%n%s", "--name-only").splitlines()
        return [line for line in lines if line]


@pytest.fixture
def station(tmp_path: Path) -> Checkout:
    """A folder with two cases, committed."""
    made = Checkout(tmp_path / "knowledge")
    made.holds("cases/a.md", "cases/b.md")
    return made


async def commit(folder: Path, *paths: str, name: str = "赵老师", why: str = "改") -> bool:
    """As the library does."""
    return await commit_files(folder, paths, 2001, name, why)


async def test_what_others_have_staged_stays_staged(station: Checkout) -> None:
    """A commit of one file takes along neither what is staged nor what lies about."""
    station.writes("cases/b.md", "别人的")
    station.git("add", "cases/b.md")
    station.writes("cases/c.md", "没有加的")
    station.writes("cases/a.md", "新")
    assert await commit(station.root, "cases/a.md", why="改 a")
    assert station.last == ["赵老师", "改 a", "cases/a.md"]
    assert station.git("status", "--short") == "M  cases/b.md\n?? cases/c.md\n"


async def test_what_git_never_knew_stops_nothing(station: Checkout) -> None:
    """A file that is gone and was never committed is left out; the others are committed, also one that is gone and was."""
    station.writes("cases/a.md", "新")
    (station.root / "cases/b.md").unlink()
    assert await commit(station.root, "cases/a.md", "cases/b.md", "cases/never.md")
    assert station.last[2:] == ["cases/a.md", "cases/b.md"]
    assert not await commit(station.root, "cases/never.md")


async def test_hooks_and_signatures_of_the_owner_are_not_asked(station: Checkout) -> None:
    """A hook that refuses, and a key that nobody can unlock, stop no commit."""
    station.hooks("pre-commit", "exit 1")
    station.hooks("commit-msg", "exit 1")
    station.git("config", "commit.gpgSign", "true")
    station.git("config", "gpg.program", "false")
    station.writes("cases/a.md", "新")
    assert await commit(station.root, "cases/a.md")


async def test_a_git_that_hangs_is_given_up_and_leaves_no_lock(
    station: Checkout, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After the patience is over it is told to end, so that the next commit is not locked out."""
    station.git("config", "filter.slow.clean", "sleep 60")
    station.writes(".git/info/attributes", "cases/a.md filter=slow\n")
    station.writes("cases/a.md", "新")
    monkeypatch.setattr(checkout, "_PATIENCE", 0.5)
    assert not await commit(station.root, "cases/a.md")
    assert "could not be committed" in caplog.text
    assert not (station.root / ".git/index.lock").exists()
    monkeypatch.undo()
    station.git("config", "filter.slow.clean", "cat")
    assert await commit(station.root, "cases/a.md")


async def test_a_bigger_checkout_that_holds_the_folder_gets_the_commit(tmp_path: Path) -> None:
    """With the folder's file alone."""
    bigger = Checkout(tmp_path / "project")
    bigger.holds("code.py", "knowledge/cases/a.md")
    bigger.writes("code.py", "别的")
    bigger.writes("knowledge/cases/a.md", "新")
    assert await commit(bigger.root / "knowledge", "cases/a.md")
    assert bigger.last[2:] == ["knowledge/cases/a.md"]
    assert bigger.git("status", "--short") == " M code.py\n"


async def test_a_checkout_that_the_folder_only_lies_in_is_left_alone(tmp_path: Path) -> None:
    """Somebody's home folder may be under git: where it holds nothing of the knowledge, nothing is put into it."""
    home = Checkout(tmp_path / "home")
    home.holds("notes.txt")
    home.writes("knowledge/cases/a.md", "新")
    assert not await commit(home.root / "knowledge", "cases/a.md")
    assert home.git("status", "--short") == "?? knowledge/\n"
    assert home.last[1:] == ["start", "notes.txt"]


async def test_a_name_with_marks_means_that_file(station: Checkout) -> None:
    """Brackets and stars are no patterns."""
    station.writes("cases/*.md", "新")
    station.writes("cases/a.md", "新")
    assert await commit(station.root, "cases/*.md")
    assert station.last[2:] == ["cases/*.md"]
    assert station.git("status", "--short") == " M cases/a.md\n"


@pytest.mark.parametrize(
    ("name", "author"), [("李 <b>\n", "李 b"), ("…", "…"), (" .,", "policybot"), ("", "policybot")]
)
async def test_every_name_makes_an_author(station: Checkout, name: str, author: str) -> None:
    """Also one that git would refuse."""
    station.writes("cases/a.md", "新")
    assert await commit(station.root, "cases/a.md", name=name, why="-q")
    assert station.last[:2] == [author, "-q"]


async def test_another_checkout_that_the_environment_names_is_left_alone(
    station: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that was started from a hook of git's has that repository in its environment."""
    other = Checkout(tmp_path / "other")
    other.holds("cases/a.md")
    station.writes("cases/a.md", "新")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    assert await commit(station.root, "cases/a.md")
    monkeypatch.undo()
    assert other.last[1] == "start"
    assert station.last[1] == "改"


async def test_no_checkout_is_no_matter(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing happens, and nothing is complained of."""
    assert not await commit(tmp_path, "a.md")
    assert not caplog.records
