"""What can go wrong with a document that is to be imported.

PolicybotError
└── ImportingError      the document can't be read; says why in one sentence
"""

from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.errors import PolicybotError


class ImportingError(PolicybotError):
    """A document that can't be read. The message is one Chinese sentence that says what to do about it."""


@contextmanager
def saying(message: str, *kinds: type[Exception]) -> Iterator[None]:
    """Turn what a library raises over a malformed file into one sentence; an `ImportingError` goes through as it is.

    Args:
        message: The sentence.
        kinds: What the library is known to raise.
    """
    try:
        yield
    except kinds as error:
        raise ImportingError(message) from error
