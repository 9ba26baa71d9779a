"""From a file's bytes to its text, whatever the file is."""

from collections.abc import Callable
from dataclasses import replace

from retrieval.importing.files.containers import Member, members
from retrieval.importing.files.errors import ImportingError
from retrieval.importing.files.pdf import read_pdf
from retrieval.importing.files.plain import read_plain
from retrieval.importing.files.sheets import read_sheets
from retrieval.importing.files.source import MAX_BYTES, SourceText
from retrieval.importing.files.word import read_word

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_REFUSED = frozenset({"doc", "docm", "wps", "rtf", "xls", "xlsm", "et", "zip", "rar", "7z"})
"""Endings of documents that can't be read, or not by themselves; each is named."""
_KNOWN = "只认 .docx、.pdf、.xlsx、.txt、.md 和装着它们的 .zip"
_READERS: dict[str, Callable[[str, bytes], SourceText]] = {
    "docx": read_word,
    "xlsx": read_sheets,
    "pdf": read_pdf,
    "txt": read_plain,
    "md": read_plain,
}


Converter = Callable[[str, bytes], bytes]
"""Makes a .docx of a .doc, .wps or .rtf, given its name and contents; raises ImportingError where it can't."""


def read_document(name: str, data: bytes, convert: Converter | None = None) -> tuple[SourceText, ...]:
    """Read a document.

    What a file is shows in its bytes; its name decides only between kinds of text and kinds of zip.

    Args:
        name: The file's name; folders before it are passed over.
        data: Its contents, at most 10 MB.
        convert: Reads older kinds of Word files; without it they are refused with what to do.

    Returns:
        One text; of a .zip one for each document in it, in the archive's order. What can't be read in a .zip is named in the
        remarks of the first.

    Raises:
        ImportingError: Where it can't be read, or is larger than is allowed.
    """
    name = name.replace("\\", "/").rpartition("/")[2] or "文件"
    if len(data) > MAX_BYTES:
        raise ImportingError(
            f"“{name}”有 {len(data) / 1024 / 1024:.1f} MB，最多 {MAX_BYTES // 1024 // 1024} MB：请分成几个文件"
        )
    if _ending(name) == "zip" and data.startswith(_ZIP):
        return _read_archive(name, data, convert)
    return (_read_one(name, data, convert),)


def _read_archive(name: str, data: bytes, convert: Converter | None) -> tuple[SourceText, ...]:
    sources: list[SourceText] = []
    passed_over: list[str] = []
    refused: list[ImportingError] = []
    for member in members(name, data):
        ending = _ending(member.name)
        if ending not in _READERS and ending not in _REFUSED:
            passed_over.append(member.name)
            continue
        try:
            sources.append(_read_member(name, member, convert))
        except ImportingError as error:
            refused.append(error)
    if not sources:
        raise refused[0] if refused else ImportingError(f"“{name}”里没有能导入的文件：{_KNOWN}")
    remarks = [f"压缩包里没有读的：{error}" for error in refused]
    if passed_over:
        remarks.append(f"压缩包里没有读的文件：{'、'.join(passed_over)}")
    sources[0] = replace(sources[0], remarks=(*sources[0].remarks, *remarks))
    return tuple(sources)


def _read_member(name: str, member: Member, convert: Converter | None) -> SourceText:
    if _ending(member.name) in {"zip", "rar", "7z"}:
        raise ImportingError(f"“{name}”里还有压缩包“{member.name}”：请先解开，把里面的文件直接放进来")
    if len(member.data) > MAX_BYTES:
        raise ImportingError(f"“{name}”里的“{member.name}”超过 {MAX_BYTES // 1024 // 1024} MB：请分成几个文件")
    return _read_one(member.name, member.data, convert)


def _read_one(name: str, data: bytes, convert: Converter | None) -> SourceText:
    ending = _ending(name)
    if convert is not None and _is_older(ending, data):
        converted = read_word(name, convert(name, data))
        return replace(converted, remarks=(*converted.remarks, "老格式的文件，先转换成 .docx 再读的，请对照原文"))
    _refuse(name, ending, data)
    if data.startswith(b"%PDF-") or (ending == "pdf" and b"%PDF-" in data[:1024]):
        reader: Callable[[str, bytes], SourceText] = read_pdf
    elif data.startswith(_ZIP):
        reader = read_sheets if ending == "xlsx" else read_word
    elif ending in {"docx", "xlsx", "pdf", "zip"}:
        raise ImportingError(f"“{name}”已经损坏，打不开：请重新保存或重新发送一份")
    else:
        reader = _READERS[ending]
    source = reader(name, data)
    if not any(line.text.strip() for line in source.lines):
        raise ImportingError(f"“{name}”是空的，里面没有文字：请检查是不是发错了文件")
    return source


def _is_older(ending: str, data: bytes) -> bool:
    """Whether a file is of a kind of Word's that has to be converted: .doc, .wps, .rtf, without a password."""
    if data.startswith(b"{\\rtf"):
        return True
    locked = "EncryptedPackage".encode("utf-16-le") in data
    return ending in {"doc", "docx", "wps", "dot", "wpt"} and data.startswith(_OLE) and not locked


def _refuse(name: str, ending: str, data: bytes) -> None:
    """Say what a file is that can't be read, and what to do with it."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ImportingError(f"“{name}”是空的，里面没有文字：请检查是不是发错了文件")
    if ending in {"docm", "xlsm", "dotm"}:
        raise ImportingError(f"“{name}”是带宏的文件，不能导入：请另存为不带宏的 .docx 或 .xlsx")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ImportingError(f"“{name}”有密码：请去掉密码再发")
        better = ".xlsx" if ending in {"xls", "xlsx", "et"} else ".docx"
        raise ImportingError(f"“{name}”是老格式：请用 Word 或 WPS 打开，另存为 {better} 再发")
    if data.startswith(_PICTURES) or (data.startswith(b"BM") and data[6:10] == bytes(4)):
        raise ImportingError(f"“{name}”是一张图片，不是文档：请先识别成文字（OCR）再发")
    if data.startswith(_OTHER_ARCHIVES):
        raise ImportingError(f"“{name}”是别的压缩格式：请解开，再压成 .zip，或者一个一个发")
    if ending in {"doc", "wps", "rtf"} or data.startswith(b"{\\rtf"):
        raise ImportingError(f"“{name}”不是 .docx：请用 Word 或 WPS 打开，另存为 .docx 再发")
    if ending not in _READERS and ending != "zip":
        raise ImportingError(f"“{name}”不认识是什么文件：{_KNOWN}")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
