"""Files that were sent."""

import re
import struct
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

from bot.local_telegram.errors import RejectedError, bad_request
from bot.local_telegram.parameters import File, Parameters

DOCUMENT_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
_KEPT_BYTES = 500 * 1024 * 1024
"""Older files are forgotten beyond this, so that a long run does not fill the memory."""
_SIDES = 10_000
_RATIO = 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server.

    Attributes:
        id: What the bot sends it again by.
        path: What getFile names, below `/file/bot<token>/`.
        size: Width and height in pixels of a photo; None for a document.
    """

    id: str
    unique_id: str
    path: str
    name: str
    data: bytes
    size: tuple[int, int] | None = None

    @property
    def mime_type(self) -> str:
        """As its name says."""
        return guess_type(self.name)[0] or "application/octet-stream"

    @property
    def wire(self) -> dict[str, Any]:
        """The file as a Bot API File, without its path."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    @property
    def content(self) -> dict[str, Any]:
        """What it adds to a message."""
        if self.size is None:
            return {"document": {"file_name": self.name, "mime_type": self.mime_type, **self.wire}}
        width, height = self.size
        return {"photo": [{**self.wire, "width": width, "height": height}]}


class FileStore:
    """The files that people and the bot sent."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._count = 0
        self._bytes = 0

    def document(self, file: File) -> StoredFile:
        """Keep a document.

        Raises:
            RejectedError: 400 where it is empty, 413 where it is too big.
        """
        _check_size(file, DOCUMENT_LIMIT)
        return self._store(file, "documents", "BQACAgUAAxkB", None)

    def photo(self, file: File) -> StoredFile:
        """Keep a photo.

        Raises:
            RejectedError: 400 where it is empty, no picture, too big or too long.
        """
        _check_size(file, DOCUMENT_LIMIT)
        if len(file.data) > PHOTO_LIMIT:
            raise bad_request("file is too big")
        size = picture_size(file.data)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > _SIDES or min(size) * _RATIO < max(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._store(file, "photos", "AgACAgUAAxkB", size)

    def sent(self, field: str, parameters: Parameters) -> StoredFile:
        """The file that a call sends: uploaded with it, or named by the id of an earlier one.

        Args:
            field: “photo” or “document”.

        Raises:
            RejectedError: 400 or 413.
        """
        value = parameters.values.get(field)
        part = value.removeprefix("attach://") if isinstance(value, str) and value.startswith("attach://") else field
        uploaded = parameters.files.get(part)
        if uploaded is not None:
            return self.photo(uploaded) if field == "photo" else self.document(uploaded)
        if not isinstance(value, str) or not value:
            raise bad_request(f"there is no {field} in the request")
        if re.match(r"https?://", value):
            raise bad_request("failed to get HTTP URL content")
        stored = self._by_id.get(value)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if (stored.size is not None) != (field == "photo"):
            raise bad_request(
                f"can't use file of type {'Document' if field == 'photo' else 'Photo'} as {field.title()}"
            )
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """A file by its id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """A file by its path."""
        return self._by_path.get(path)

    def described(self, parameters: Parameters) -> dict[str, Any]:
        """GetFile.

        Raises:
            RejectedError: 400 where there is none, or it is too big to be fetched.
        """
        file_id = parameters.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(stored.data) > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return stored.wire | {"file_path": stored.path}

    def _store(self, file: File, folder: str, prefix: str, size: tuple[int, int] | None) -> StoredFile:
        self._count += 1
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1] or "file"
        ending = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
        stored = StoredFile(
            f"{prefix}{self._count:012d}",
            f"AgAD{self._count:08d}",
            f"{folder}/file_{self._count}{ending[0].lower() if ending else ''}",
            name,
            file.data,
            size,
        )
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        self._bytes += len(file.data)
        while self._bytes > _KEPT_BYTES:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_path[oldest.path]
            self._bytes -= len(oldest.data)
        return stored


def _check_size(file: File, limit: int) -> None:
    if not file.data:
        raise bad_request("file must be non-empty")
    if len(file.data) > limit:
        raise RejectedError(413, "Request Entity Too Large")


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, WebP or JPEG; None where it is none."""
    size = None
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        size = struct.unpack(">II", data[16:24])
    elif data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        size = struct.unpack("<HH", data[6:10])
    elif data.startswith(b"RIFF") and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        size = (width, height)
    elif data.startswith(b"\xff\xd8"):
        size = _jpeg_size(data)
    return (int(size[0]), int(size[1])) if size and min(size) > 0 else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk a JPEG's segments to the frame header (SOF0 to SOF15 without DHT, JPG and DAC)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
