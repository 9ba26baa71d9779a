"""What the tests of both packages stand on: the repo's own knowledge, read and indexed once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from retrieval.answering.answer import Answerer
from retrieval.content import load_folder
from retrieval.model import KnowledgeBase
from tests.clock import Clock

os.environ.setdefault("PTB_TIMEDELTA", "true")  # as bot.start.app does; else PTB warns at each RetryAfter

# How fast an example is depends on the machine, and says nothing of what is right; and what is red today was red
# yesterday. `--hypothesis-profile=searching` looks at other examples at each run.
settings.register_profile("same examples", parent=settings(), deadline=None, derandomize=True)
settings.register_profile("searching", parent=settings(), deadline=None, derandomize=False)
settings.load_profile("same examples")

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"


@pytest.fixture(scope="session", autouse=True)
def _no_clock_on_the_wall() -> Iterator[None]:
    """Fail a test in whose process anything reads the wall clock; it has to be handed a `Clock`."""

    class Wall:
        @staticmethod
        def now(_zone: object) -> None:
            pytest.fail("the wall clock was read")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.station.clock.datetime", Wall)
        yield


@pytest.fixture
def clock() -> Clock:
    """The time of the bot and of its Telegram."""
    return Clock()


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The repo's own knowledge."""
    return load_folder(KNOWLEDGE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the repo's own knowledge folder, to be edited."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that all answerers of the session share: jieba's dictionary is parsed once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def answerer(knowledge: KnowledgeBase, cache: Path) -> Answerer:
    """Answers from the repo's own knowledge."""
    return Answerer(knowledge, cache)
