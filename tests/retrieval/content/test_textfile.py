"""Files in the encodings that offices save."""

import codecs
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.content import read_folder, textfile
from retrieval.content.textfile import TextFile, read_text_file
from retrieval.errors import Problem
from tests.retrieval.samples import case, plain, rule, write

NAME = PurePath("a.md")
ENCODED = {
    "UTF-8": ("utf-8", b"", "utf-8"),
    "UTF-8 with BOM": ("utf-8", codecs.BOM_UTF8, "utf-8"),
    "GB18030": ("gb18030", b"", "gb18030"),
    "UTF-16 of Notepad": ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
    "UTF-16 of old Macs": ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
}
ENCODINGS = pytest.mark.parametrize(("encoding", "mark", "named"), ENCODED.values(), ids=ENCODED)
SENTENCES = st.text(st.sampled_from("停电要提前三至七天通知,欠费。抄表𠮷€kWh 0"), max_size=30).filter(str.strip)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to write one file in, over and over."""
    return tmp_path_factory.mktemp("desk")


def read(folder: Path, content: bytes) -> TextFile | Problem:
    """Write a file and read it."""
    write(folder, "a.md", content)
    return read_text_file(folder, NAME)


@ENCODINGS
def test_each_encoding_gives_the_same_knowledge(folder: Path, encoding: str, mark: bytes, named: str) -> None:
    """A case saved anew in any of the encodings reads as before; the two that are not UTF-8 are named in a notice."""
    before, _ = read_folder(folder)
    path = folder / "cases" / "two-candles.md"
    path.write_bytes(mark + path.read_text(encoding="utf-8").encode(encoding))

    after, problems = read_folder(folder)

    assert problems == ()
    assert after.cases == before.cases
    words = {"gb18030": "GB18030", "utf-16": "UTF-16"}
    assert [words.get(named, "") in notice for notice in after.notices] == [True] * (named in words)
    assert all(notice.startswith("cases/two-candles.md ") for notice in after.notices)


@ENCODINGS
@given(lines=st.lists(SENTENCES, min_size=1, max_size=5))
def test_what_was_saved_is_read(desk: Path, encoding: str, mark: bytes, named: str, lines: list[str]) -> None:
    """The lines come back as they were written, and the encoding is told."""
    # Without at least one character that differs, UTF-8 and GB18030 are the same bytes.
    text = ["抄表例日停电", *lines]

    assert read(desk, mark + "\n".join(text).encode(encoding)) == TextFile(NAME, tuple(text), named)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@given(lines=st.lists(st.text(st.sampled_from("停电\t \x0b\x0c\x85\u2028"), max_size=8), min_size=1, max_size=6))
def test_lines_are_counted_as_an_editor_counts_them(desk: Path, end: str, lines: list[str]) -> None:
    """Each way to end a line ends it; form feeds and other marks don't."""
    file = read(desk, end.join(lines).encode())

    assert isinstance(file, TextFile)
    assert file.lines == tuple(lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_problems_of_a_windows_file_have_the_right_lines(tmp_path: Path, end: str) -> None:
    """With either line end, Problems are named at the same lines."""
    write(tmp_path, "rules/sound.md", rule("sound").replace("\n", end))
    write(tmp_path, "rules/late.md", rule("late", {12: "没有减号"}).replace("\n", end))
    write(tmp_path, "cases/broken.md", case("broken", {4: "kind: 反面", 19: "- [ ] 先通知"}).replace("\n", end))

    _, problems = read_folder(tmp_path)

    where = [f"{problem.path.as_posix()}:{problem.line}" for problem in problems]
    assert where == ["cases/broken.md:4", "cases/broken.md:17", "rules/late.md:12"]


def test_a_windows_file_is_the_same_knowledge(folder: Path) -> None:
    """Line ends are no part of any text."""
    before, _ = read_folder(folder)
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_folder(folder) == (before, ())


@given(place=st.integers(0, 30), damage=st.sampled_from([b"\xe5", b"\xff", b"\x80", b"\xe5\x81"]))
def test_a_damaged_character_names_its_line(desk: Path, place: int, damage: bytes) -> None:
    """One byte that doesn't belong in a UTF-8 file is found on its line; the file is not taken for GB18030."""
    lines = [f"第{number}行,停电要提前三至七天通知。".encode() for number in range(31)]
    lines[place] += damage

    problem = read(desk, b"\n".join(lines))

    assert isinstance(problem, Problem)
    assert problem.line == place + 1
    assert "另存为,编码选 UTF-8" in plain(problem.message)


def test_a_damaged_file_is_not_read_as_rubbish(desk: Path) -> None:
    """Where the bytes of a damaged UTF-8 file would all pass for GB18030, the damage is named all the same."""
    content = "停电停电\n停电停电\n停电停电".encode().replace(
        "电\n停".encode(), "电".encode() + b"\xe5\x81\n" + "停".encode(), 1
    )

    problem = read(desk, content)

    assert content.decode("gb18030")
    assert isinstance(problem, Problem)
    assert problem.line == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_one_problem(desk: Path, content: bytes) -> None:
    """Reading never raises; a Problem names the file and a line that it has."""
    file = read(desk, content)

    assert file.path == NAME
    if isinstance(file, Problem):
        assert 1 <= file.line <= content.count(b"\n") + content.count(b"\r") + 1
    else:
        assert not any("\x00" in line for line in file.lines)


def test_a_file_without_content_is_one_empty_line(desk: Path) -> None:
    """Nothing, and nothing but a mark, are texts."""
    assert read(desk, b"") == TextFile(NAME, ("",), "utf-8")
    assert read(desk, codecs.BOM_UTF8) == TextFile(NAME, ("",), "utf-8")
    assert read(desk, codecs.BOM_UTF16_LE) == TextFile(NAME, ("",), "utf-16")


def test_a_huge_file_is_refused(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is a Problem that says so, one just at the limit is read."""
    monkeypatch.setattr(textfile, "MAX_BYTES", 1024 * 1024)
    at_the_limit = read(desk, b"a" * 1024 * 1024)
    over = read(desk, b"a" * (1024 * 1024 + 1))

    assert isinstance(at_the_limit, TextFile)
    assert isinstance(over, Problem)
    assert "文件太大" in over.message


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A file that goes away while the folder is read is named, not raised."""
    problem = read_text_file(tmp_path, PurePath("rules", "gone.md"))

    assert isinstance(problem, Problem)
    assert (problem.path, problem.line) == (PurePath("rules", "gone.md"), 1)
    assert "打不开这个文件" in problem.message
