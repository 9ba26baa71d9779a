"""The parameters of a call: JSON or form fields in, typed values out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.errors import bad_request

_WORDS = frozenset(
    {
        "caption",
        "description",
        "explanation",
        "callback_query_id",
        "file_id",
        "language_code",
        "name",
        "parse_mode",
        "question",
        "secret_token",
        "short_description",
        "text",
        "url",
    }
)
"""These are text, whatever they look like; all others may come as JSON in a form field."""
_JSON = tuple('{["-0123456789tfn')


@dataclass(frozen=True, slots=True)
class File:
    """A file that comes with a call.

    Attributes:
        name: As the sender calls it.
    """

    name: str
    data: bytes


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name in _WORDS or not value.startswith(_JSON):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class Parameters:
    """What a method was called with.

    Args:
        values: By name; form fields may hold JSON.
        files: By the name of the form's part.
    """

    __slots__ = ("files", "values")

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, File]) -> None:
        self.values = {name: _decoded(name, value) for name, value in values.items()}
        self.files = files

    def text(self, name: str) -> str:
        """A text; empty where there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no."""
        value = self.values.get(name)
        if value is None:
            return default
        return value in (True, 1, "True", "true", "yes", "y")

    def integer(self, name: str) -> int | None:
        """A whole number; None where it is not given.

        Raises:
            RejectedError: 400, where it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_request(f"invalid {name} specified")
        return value

    def object(self, name: str, words: str) -> Mapping[str, Any] | None:
        """A JSON object; None where it is not given.

        Args:
            words: What it is, for the complaint.

        Raises:
            RejectedError: 400, where it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            raise bad_request(f"can't parse {words} JSON object")
        if not isinstance(value, Mapping):
            raise bad_request(f"object expected as {words}")
        return value

    def array(self, name: str, words: str) -> Sequence[Any] | None:
        """A JSON array; None where it is not given.

        Args:
            words: What it holds, for the complaint.

        Raises:
            RejectedError: 400, where it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list | tuple):
            raise bad_request(
                f"can't parse {words} JSON array" if isinstance(value, str) else f"expected an Array of {words}"
            )
        return value

    @property
    def message_id(self) -> int:
        """The message that the call is about.

        Raises:
            RejectedError: 400, where it is not given.
        """
        value = self.integer("message_id")
        if not value:
            raise bad_request("message identifier is not specified")
        return value
