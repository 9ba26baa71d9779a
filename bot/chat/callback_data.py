"""Typed data of buttons: what a button carries, written and read in one place."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_args, get_origin, get_type_hints

LONGEST = 64
"""Bytes of data that Telegram takes; what a button does has to be said in these, so that a restart forgets none."""

Key = Annotated[str, r"[\w-]{6}"]
"""Of a record or a team."""
Ticket = Annotated[str, r"[\w-]{8}"]
"""Of something that is kept until somebody has decided."""
Page = Annotated[int, "[0-9]{1,4}"]
"""From 0."""
_FIELD = re.compile(r"\{(\w+)\}")
_D = TypeVar("_D", bound="CallbackData")


@dataclass(frozen=True, slots=True)
class _Codec:
    """How the values of one type are read and written."""

    pattern: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


class CallbackData:
    """What a button carries.

    A subclass is a frozen dataclass whose `layout` says how its fields stand in the data: `class Shown(CallbackData, layout="tg{plan}")`.
    Messages keep their buttons for years, so a layout that was ever sent stays readable.

    A field is an int of at most 16 digits, a date, a member of an enum or one of some literals; or a text, or an int, of which an
    annotation says what it looks like.
    """

    layout: ClassVar[str]
    _read: ClassVar["tuple[re.Pattern[str], dict[str, _Codec]] | None"]

    def __init_subclass__(cls, *, layout: str) -> None:
        """Note the layout; fields are looked at when the class is first used, since it has none yet."""
        cls.layout = layout
        cls._read = None

    def pack(self) -> str:
        """Return the data of a button.

        Raises:
            ValueError: Where it takes more than 64 bytes, or a value does not look as its field says.
        """
        pattern, codecs = self._codecs()
        data = _FIELD.sub(lambda found: codecs[found[1]].write(getattr(self, found[1])), self.layout)
        if len(data.encode()) > LONGEST or pattern.fullmatch(data) is None:
            raise ValueError(f"{data!r} is no data of {type(self).__name__}, or more than {LONGEST} bytes")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """Read the data of a button; None where they are not of this kind.

        Args:
            data: As it came; may be forged.
        """
        pattern, codecs = cls._codecs()
        found = pattern.fullmatch(data)
        if found is None:
            return None
        try:
            return cls(**{name: codec.read(found[name]) for name, codec in codecs.items()})
        except ValueError:  # the 31st of February
            return None

    @classmethod
    def beginning(cls) -> str:
        """Return what its data begin with, up to the first field."""
        return cls.layout.partition("{")[0]

    @classmethod
    def _codecs(cls) -> tuple[re.Pattern[str], dict[str, _Codec]]:
        if cls._read is None:
            hints = get_type_hints(cls, include_extras=True)
            codecs = {one.name: _codec(hints[one.name]) for one in fields(cls)}  # type: ignore[arg-type] # each subclass is a dataclass
            parts = _FIELD.split(cls.layout)
            written = [
                f"(?P<{part}>{codecs[part].pattern})" if place % 2 else re.escape(part)
                for place, part in enumerate(parts)
            ]
            cls._read = re.compile("".join(written), re.ASCII), codecs
        return cls._read


def read_data(data: str | None, *kinds: type[_D]) -> _D | None:
    """Read the data of a button that is of one of some kinds; None where it is of none.

    Args:
        data: As it came; may be forged.
        kinds: No two of which have data in common.
    """
    return next((found for kind in kinds if (found := kind.unpack(data or "")) is not None), None)


def _codec(hint: Any) -> _Codec:
    if get_origin(hint) is Annotated:
        kind, pattern = get_args(hint)
        return _Codec(pattern, str, kind)
    if get_origin(hint) is Literal:
        return _Codec("|".join(map(re.escape, get_args(hint))), str, str)
    if hint is date:
        return _Codec("[0-9]{8}", lambda day: f"{day:%Y%m%d}", lambda text: datetime.strptime(text, "%Y%m%d").date())  # noqa: DTZ007 - a day has no zone
    if isinstance(hint, type) and issubclass(hint, Enum):
        values = {str(one.value): one for one in hint}
        return _Codec("|".join(map(re.escape, values)), lambda one: str(one.value), values.__getitem__)
    if hint is int:
        return _Codec("[0-9]{1,16}", str, int)
    raise TypeError(f"a button can't carry {hint!r}")
