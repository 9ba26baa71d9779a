"""Older kinds of Word files, made .docx by LibreOffice where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path, PurePath

from retrieval.importing import ImportingError
from retrieval.importing.files.reading import Converter

_PATIENCE = 90.0
"""Seconds; the first start of LibreOffice on a slow machine takes twenty."""


def find_converter() -> Converter | None:
    """What converts older files; None where no LibreOffice is installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None

    def convert(name: str, data: bytes) -> bytes:
        return _convert(program, name, data)

    return convert


def _convert(program: str, name: str, data: bytes) -> bytes:
    """Convert a file in a folder of its own, with settings of its own: a LibreOffice that is open elsewhere is not disturbed."""
    failed = f"“{name}”是老格式，这台机器上的 LibreOffice 没有转换成：请用 Word 或 WPS 打开，另存为 .docx 再发"
    with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as folder:
        ending = PurePath(name).suffix.lower()
        source = Path(folder, f"document{ending if ending.isascii() else '.doc'}")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "docx"]
        try:
            # The program is found on the path, and the only argument that is not ours is a path in our own folder.
            subprocess.run(  # noqa: S603
                [*command, "--outdir", folder, str(source)],
                check=True,
                capture_output=True,
                timeout=_PATIENCE,
                stdin=subprocess.DEVNULL,
            )
            return source.with_suffix(".docx").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ImportingError(failed) from error
