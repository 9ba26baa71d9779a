"""Zip archives, and the office files that are such: opened with a limit on everything that they claim."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.importing.files.errors import ImportingError, saying

MAX_FILES = 50
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
"""Unpacked to packed. A page of ordinary text comes to 10, Word's markup to 30."""

_SMALL = 1024 * 1024
"""Below this size a ratio says nothing: an empty drawing shrinks a thousandfold."""

_MAX_PARTS = 5_000
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_CHUNK = 256 * 1024

_DAMAGED = "已经损坏，打不开：请重新保存或重新发送一份"
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATIONSHIP = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_EXTERNAL = re.compile(r"TargetMode\s*=\s*[\"']External[\"']")
_HYPERLINK = re.compile(r"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name without folders, and what is in it."""

    name: str
    data: bytes


def open_archive(name: str, data: bytes) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises:
        ImportingError: Where it is damaged.
    """
    with saying(f"“{name}”{_DAMAGED}", *_FAULTS):
        return zipfile.ZipFile(io.BytesIO(data))


def members(name: str, data: bytes) -> Iterator[Member]:
    """The files of an archive of documents.

    Folders, what operating systems leave behind, and names that point out of the archive are passed over.

    Raises:
        ImportingError: For a password, damage, more than 50 files, more than 50 MB, and a suspicious ratio.
    """
    with open_archive(name, data) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MAX_FILES:
            raise ImportingError(f"“{name}”里有 {len(entries)} 个文件，最多 {MAX_FILES} 个：请分成几个压缩包")
        left = MAX_UNPACKED
        for entry in entries:
            path = _written_name(entry)
            parts = re.split(r"[\\/]", path)
            if ".." in parts or parts[0] == "" or re.match("[A-Za-z]:", path) or _is_litter(parts):
                continue
            content = _unpacked(name, archive, entry, left)
            left -= len(content)
            yield Member(parts[-1], content)


def _written_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese Windows writes GBK, a Mac UTF-8, and neither says so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):  # what a Mac writes is no GBK, or nonsense in it
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_litter(parts: list[str]) -> bool:
    return "__MACOSX" in parts or parts[-1].startswith((".", "~$")) or parts[-1].lower() in {"thumbs.db", "desktop.ini"}


def _unpacked(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """What an entry really holds; its own word about its size is not trusted."""
    if entry.flag_bits & _ENCRYPTED:
        raise ImportingError(f"“{name}”有密码：请去掉密码再发")
    content = bytearray()
    with saying(f"“{name}”{_DAMAGED}", *_FAULTS), archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            content += chunk
            if len(content) > limit:
                raise ImportingError(f"“{name}”解开以后超过 {MAX_UNPACKED // 1024 // 1024} MB：请分成几份")
            if len(content) > _SMALL and len(content) > MAX_RATIO * max(entry.compress_size, 1):
                raise ImportingError(f"“{name}”压缩得不正常，像是压缩炸弹，没有打开：请重新保存一份")
    return bytes(content)


def check_office_file(name: str, data: bytes) -> frozenset[str]:
    """Look through an office file before a reader of its XML gets it.

    Returns:
        The names of its parts.

    Raises:
        ImportingError: For damage, too large contents, macros, links to other files, and document types or entities in its XML.
    """
    with open_archive(name, data) as archive:
        entries = archive.infolist()
        if len(entries) > _MAX_PARTS:
            raise ImportingError(f"“{name}”里的零件太多，没有打开：请另存为一份新的再发")
        if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
            raise ImportingError(f"“{name}”里有宏，不能导入：请另存为不带宏的 .docx 或 .xlsx")
        left = MAX_UNPACKED
        for entry in entries:
            content = _unpacked(name, archive, entry, left)
            left -= len(content)
            path = entry.filename.lower()
            if path.endswith((".xml", ".rels", ".vml")):
                _check_part(name, path, content)
    return frozenset(entry.filename for entry in entries)


def _check_part(name: str, path: str, content: bytes) -> None:
    # XML may be in UTF-16, where the zero bytes hide the letters.
    if _DECLARATION.search(content) or _DECLARATION.search(content.replace(b"\x00", b"")):
        raise ImportingError(
            f"“{name}”里有不该有的实体声明（DOCTYPE 或 ENTITY），没有打开：请用 Word 或 WPS 另存为一份新的"
        )
    if path.endswith(".rels"):
        text = content.replace(b"\x00", b"").decode("utf-8", errors="replace")
        for relationship in _RELATIONSHIP.finditer(text):
            if _EXTERNAL.search(relationship[0]) and not _HYPERLINK.search(relationship[0]):
                raise ImportingError(f"“{name}”里链接了别的文件，不能导入：请把内容全部复制到新建的文件里再发")
