"""jieba's general dictionary, and tokenizers that know the station's words besides.

jieba keeps its dictionary in a process-wide object that can only grow. Here every reading of the knowledge folder gets a
tokenizer of its own, filled from one shared copy of the general dictionary, so that a removed word is really gone.
"""

import logging
import marshal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import jieba

from retrieval.search.terms import write_atomically

jieba.setLogLevel(logging.WARNING)  # it reports each load on stderr at DEBUG


def make_tokenizer(terms: Sequence[tuple[str, int | None]], cache: Path | None) -> jieba.Tokenizer:
    """A tokenizer with the general dictionary and the terms given.

    Args:
        terms: Words, normalised, and their frequencies; None for the least that keeps the word whole.
        cache: A folder that may keep the parsed general dictionary.
    """
    frequencies, total = _general_dictionary(cache)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies.copy(), total, True
    for word, frequency in terms:
        tokenizer.add_word(word, frequency)
    return tokenizer


@lru_cache(maxsize=1)
def _general_dictionary(cache: Path | None) -> tuple[dict[str, int], int]:
    """Words and their prefixes (frequency 0), and the sum of all frequencies.

    Parsing jieba's word list takes about a second, reading it back from a cache file a fifth of that.
    """
    path = (
        cache / f"jieba-{jieba.__version__}-{sys.version_info[0]}.{sys.version_info[1]}.dictionary" if cache else None
    )
    if path is not None:
        with suppress(OSError, ValueError, EOFError, TypeError):
            # read_bytes and loads: marshal.load on an open file reads item by item and takes four times as long.
            frequencies, total = marshal.loads(path.read_bytes())  # noqa: S302 - our own file, in the user's own cache
            if isinstance(frequencies, dict) and isinstance(total, int):
                return frequencies, total
    tokenizer = jieba.Tokenizer()
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    if path is not None:
        write_atomically(path, marshal.dumps((frequencies, total)))
    return frequencies, total
