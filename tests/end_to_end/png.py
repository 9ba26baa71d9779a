"""Smaller PNG files without a loss: rows of a page's flat colours pack better as they are than with the browser's filters."""

import struct
import zlib
from collections.abc import Callable, Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}
"""Bytes of a pixel, by colour type: RGB, RGBA."""


def packed(picture: bytes) -> bytes:
    """The same picture, its rows unfiltered.

    Args:
        picture: PNG, 8 bits a channel, RGB or RGBA, not interlaced; as Chromium writes it.

    Raises:
        ValueError: Where it is another kind of PNG.
    """
    chunks = list(_chunks(picture))
    header = dict(chunks)[b"IHDR"]
    width, _, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in _CHANNELS or interlaced:
        raise ValueError(f"depth {depth}, colour type {colour}, interlaced {interlaced}")
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    rows = b"".join(b"\0" + row for row in _rows(data, width * _CHANNELS[colour], _CHANNELS[colour]))
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += 12 + length


def _rows(data: bytes, length: int, step: int) -> Iterator[bytes]:
    """Rows without their filters, as section 9 of the PNG specification undoes them.

    Args:
        data: Rows, each after the number of its filter.
        length: Of a row, in bytes.
        step: Bytes of a pixel.
    """
    above = bytes(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(step) + data[start + 1 : start + 1 + length]  # begins with a pixel of zeros
        over = bytes(step) + above
        undo = _UNDO[data[start]]
        for place in range(step, step + length):
            row[place] = (row[place] + undo(row[place - step], over[place], over[place - step])) & 255
        above = bytes(row[step:])
        yield above


def _nearest(left: int, up: int, corner: int) -> int:
    """Which of three neighbours is nearest to left + up - corner; the first one where several are."""
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


_UNDO: tuple[Callable[[int, int, int], int], ...] = (
    lambda _left, _up, _corner: 0,
    lambda left, _up, _corner: left,
    lambda _left, up, _corner: up,
    lambda left, up, _corner: (left + up) // 2,
    _nearest,
)
"""By the number of a filter: what it took off a byte, from the bytes left, above, and above left."""
