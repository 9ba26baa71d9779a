"""Older Word files, converted by a program on the path."""

from pathlib import Path

import pytest

from bot.documents.office import find_converter
from retrieval.importing import ImportingError
from tests.retrieval.importing.documents import word


def install(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program named soffice on the path, and nothing else of that kind."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_without_the_program_there_is_no_converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then older files are refused with what to do, as ever."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_converter() is None


def test_the_program_s_file_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called with a folder of its own, and what it writes there is the result."""
    made = tmp_path / "made.docx"
    made.write_bytes(word(["停电要通知。"]))
    # The folder is the last but one argument, the document the last.
    install(tmp_path, f'for one in "$@"; do last="$one"; done; cp {made} "${{last%.*}}.docx"', monkeypatch)
    convert = find_converter()

    assert convert is not None
    assert convert("旧规定.doc", b"old") == made.read_bytes()


@pytest.mark.parametrize("script", ["exit 1", "exit 0"], ids=["fails", "writes nothing"])
def test_a_program_that_fails_says_what_to_do(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and the way out."""
    install(tmp_path, script, monkeypatch)
    convert = find_converter()

    assert convert is not None
    with pytest.raises(ImportingError, match=r"“旧规定\.doc”是老格式.*另存为 \.docx"):
        convert("旧规定.doc", b"old")
