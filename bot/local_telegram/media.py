"""What people send besides text: filled up with the ids and measures that Telegram gives it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MEDIA = ("voice", "audio", "video", "video_note", "animation", "document", "sticker")
_PLAYED = frozenset({"voice", "audio", "video", "video_note", "animation"})
_MEASURES: dict[str, dict[str, Any]] = {
    "video": {"width": 640, "height": 480},
    "animation": {"width": 320, "height": 240},
    "video_note": {"length": 240},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}


def filled(name: str, value: Any, serial: Iterator[int]) -> Any:
    """A field of a message as Telegram would send it; what is given stays as it is.

    Args:
        name: The field's name.
        serial: Gives numbers for ids.
    """
    if name == "photo" and isinstance(value, Sequence):
        return [_with_ids({"width": 800, "height": 600, **size}, serial) for size in value or ({},)]
    if name not in MEDIA or not isinstance(value, Mapping):
        return value
    played = {"duration": 3} if name in _PLAYED else {}
    return _with_ids({**played, **_MEASURES.get(name, {}), **value}, serial)


def _with_ids(media: dict[str, Any], serial: Iterator[int]) -> dict[str, Any]:
    if "file_id" in media:
        return {"file_unique_id": media["file_id"], **media}
    number = next(serial)
    return {"file_id": f"AwACAgUAAxkB{number:012d}", "file_unique_id": f"AgAE{number:08d}", **media}
