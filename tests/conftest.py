"""What the tests of both packages stand on: the repo's own knowledge, read and indexed once."""

import os
import shutil
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.content import load_folder
from retrieval.model import KnowledgeBase

os.environ.setdefault("PTB_TIMEDELTA", "true")  # as bot.app does; else PTB warns at each RetryAfter

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"


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
