"""jieba's dictionary, and the copies of it."""

from collections.abc import Iterator
from pathlib import Path

import jieba
import pytest

from retrieval.search import dictionary
from retrieval.search.dictionary import make_tokenizer

SENTENCE = "供电公司抄表员没有提前通知就停了电"


@pytest.fixture
def cold() -> Iterator[None]:
    """No dictionary has been read in this process yet, nor is one left behind."""
    dictionary._general_dictionary.cache_clear()
    yield
    dictionary._general_dictionary.cache_clear()


@pytest.mark.usefixtures("cold")
def test_the_cached_dictionary_is_the_parsed_one(tmp_path: Path) -> None:
    """Parsed, read back from the cache, and parsed again because the cache is rubbish, it cuts as jieba's own tokenizer does."""
    own = jieba.Tokenizer()
    own.tmp_dir = str(tmp_path)
    due = own.lcut(SENTENCE)

    cuts = [make_tokenizer((), tmp_path / "cache").lcut(SENTENCE)]
    (file,) = (tmp_path / "cache").iterdir()
    written = file.read_bytes()
    dictionary._general_dictionary.cache_clear()
    cuts.append(make_tokenizer((), tmp_path / "cache").lcut(SENTENCE))
    assert file.read_bytes() == written
    dictionary._general_dictionary.cache_clear()
    file.write_bytes(written[: len(written) // 2])
    cuts.append(make_tokenizer((), tmp_path / "cache").lcut(SENTENCE))

    assert cuts == [due] * 3
    assert file.read_bytes() == written


def test_tokenizers_share_nothing_that_changes(cache: Path) -> None:
    """A word put into one tokenizer is in no other, made before or after."""
    before, one, after = (make_tokenizer(words, cache) for words in ((), (("零零线盒子", 9000),), ()))
    text = "把零零线盒子打开"

    assert "零零线盒子" in one.lcut(text)
    assert before.lcut(text) == after.lcut(text)
    assert "零零线盒子" not in after.lcut(text)
    assert one.total == after.total + 9000
