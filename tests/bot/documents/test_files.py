"""`policybot import`."""

from pathlib import Path

import pytest

from bot.cli import main
from retrieval.content import read_folder

_CASES = "案例一：估抄惹投诉\n案情：抄表员估抄电量，违反《供电营业规则》第八十三条。\n点评：不得估抄。\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own is read or written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICYBOT_KNOWLEDGE", raising=False)


def test_import_writes_drafts_that_load(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drafts land below --out, are told about, and load when they are put beside the knowledge."""
    document = tmp_path / "案例.txt"
    document.write_text(_CASES, encoding="utf-8")

    assert main(["import", str(document), "--out", str(folder), "--knowledge", str(folder)]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("案例.txt：案例：1 个案例，引用 1 处，要看的 ")
    written = folder / "cases" / "gu-chao-re-tou-su.md"
    assert f"写好了 {written}" in printed
    knowledge, problems = read_folder(folder)
    assert problems == ()
    assert knowledge.case_by_id["gu-chao-re-tou-su"].cites == ("supply-business-rules-1996#83",)


def test_import_goes_to_drafts_by_itself(tmp_path: Path) -> None:
    """Without --out the folder drafts gets them."""
    (tmp_path / "案例.txt").write_text(_CASES, encoding="utf-8")

    assert main(["import", "案例.txt"]) == 0

    assert [path.name for path in (tmp_path / "drafts" / "cases").iterdir()] == ["gu-chao-re-tou-su.md"]


def test_a_second_import_overwrites_nothing(tmp_path: Path) -> None:
    """What somebody has begun to mend stays; the new draft gets another name."""
    (tmp_path / "案例.txt").write_text(_CASES, encoding="utf-8")
    main(["import", "案例.txt"])
    first = tmp_path / "drafts" / "cases" / "gu-chao-re-tou-su.md"
    first.write_text("改过的", encoding="utf-8")

    assert main(["import", "案例.txt"]) == 0

    assert first.read_text(encoding="utf-8") == "改过的"
    assert (first.parent / "gu-chao-re-tou-su-2.md").exists()


def test_a_file_that_can_t_be_read_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told in one sentence on stderr, the exit code is 1, and the next file is imported."""
    (tmp_path / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    (tmp_path / "案例.txt").write_text(_CASES, encoding="utf-8")

    assert main(["import", "旧.doc", "案例.txt"]) == 1

    printed = capsys.readouterr()
    assert printed.err == "“旧.doc”是老格式：请用 Word 或 WPS 打开，另存为 .docx 再发\n"
    assert "写好了" in printed.out


def test_a_ready_file_is_not_put_in_the_place_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft whose file exists is not written, and the exit code says so."""
    text = "---\nid: mine\ntitle: 试\nkind: company\nverified: no\nsource: 试\n---\n## 第一条\n不准停电。\n"
    (tmp_path / "mine.md").write_text(text, encoding="utf-8")
    assert main(["import", "mine.md"]) == 0

    assert main(["import", "mine.md"]) == 1

    assert "已经有这个文件" in capsys.readouterr().err


def test_import_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file, or with one that isn't there, it is bad usage."""
    for arguments in (["import"], ["import", "nowhere.docx"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert "没有这个文件：nowhere.docx" in capsys.readouterr().err
