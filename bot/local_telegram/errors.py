"""What is answered instead of a result.

RejectedError       a call of the bot that the Bot API turns down
ImpossibleError     something a person can't do with a phone
"""

from collections.abc import Mapping
from typing import Any


class RejectedError(Exception):
    """A call that was turned down.

    Attributes:
        code: The HTTP status and `error_code`: 400, 401, 403, 404, 409, 413 or 429.
        description: In the Bot API's words.
        parameters: `retry_after` in seconds or `migrate_to_chat_id`, mostly empty.
    """

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


class ImpossibleError(Exception):
    """A person asked for something that can't be done; the text is Chinese, for the page."""


def bad_request(words: str, parameters: Mapping[str, Any] | None = None) -> RejectedError:
    """The call is wrong."""
    return RejectedError(400, f"Bad Request: {words}", parameters)


def forbidden(words: str) -> RejectedError:
    """The bot may not do this, and will not be allowed to by trying again."""
    return RejectedError(403, f"Forbidden: {words}")


def too_many(seconds: int) -> RejectedError:
    """The bot has to wait.

    Args:
        seconds: From 1.
    """
    return RejectedError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
