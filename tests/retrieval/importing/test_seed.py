"""The seed, as it was scraped and as Word and PDF would carry it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.content import read_folder
from retrieval.importing import Draft, DraftKind, draft, read_document, summary
from retrieval.model import Case, CaseKind, KnowledgeBase
from tests.retrieval.importing.documents import accounted, han, pdf, squeezed, word, wrapped
from tests.retrieval.test_knowledge import TITLES

RURAL = [f"案例之{number}" for number in "一二三四五六七八九十"]
STATION = ["案例一", *(f"案例{number}" for number in range(2, 9))]


@pytest.fixture(scope="module")
def seed(shared: Path) -> Path:
    """The file as it was scraped."""
    (path,) = (shared / "seed").glob("*.txt")
    return path


@pytest.fixture(scope="module", params=["txt", "docx", "pdf", "pdf-narrow", "txt-wrapped"])
def made(request: pytest.FixtureRequest, seed: Path, knowledge: KnowledgeBase) -> Draft:
    """The seed's draft, from each kind of file."""
    lines = seed.read_text("utf-8").split("\n")
    kinds: dict[str, Callable[[], bytes]] = {
        "txt": seed.read_bytes,
        "docx": lambda: word(lines),
        "pdf": lambda: pdf(wrapped(lines, 80)),
        "pdf-narrow": lambda: pdf([line[start : start + 33] for line in lines for start in range(0, len(line), 33)]),
        "txt-wrapped": lambda: "\n".join(wrapped(lines, 76)).encode(),
    }
    data = kinds[request.param]()
    (source,) = read_document(f"seed.{request.param[:4].strip('-')}", data)
    return draft(source, knowledge)


def written(case: Case) -> str:
    """A case's text as its file has it, with what editors mended turned back."""
    text = squeezed("".join(section.text for section in case.sections))
    for change in re.finditer("原文作：(.+)其中“(.+?)”应为“(.+?)”", case.note):
        text = text.replace(squeezed(change[3]).replace("，", ","), squeezed(change[2]).replace("，", ","))
    return text


def test_the_ten_and_the_eight_cases_come_out(made: Draft) -> None:
    """18 cases, in the seed's order; what stands between them is in none."""
    assert made.kind is DraftKind.CASES
    assert [case.label for case in made.cases] == RURAL + STATION
    assert summary(made).startswith("案例：18 个案例，引用 13 处，要看的 ")


def test_the_station_s_cases_are_those_of_the_knowledge(made: Draft, knowledge: KnowledgeBase) -> None:
    """Title, kind, category, and name and text of every section are those that people wrote down by hand."""
    for found in made.cases[10:]:
        held = knowledge.case_by_id[TITLES[found.label]]
        assert squeezed(found.title) == squeezed(held.title)
        assert (found.kind, found.category) == (held.kind, held.category)
        assert [section.title for section in found.sections] == [section.title for section in held.sections]
        assert squeezed("".join(section.text for section in found.sections)) == written(held)


def test_the_rural_cases_are_those_of_the_knowledge(made: Draft, knowledge: KnowledgeBase) -> None:
    """They have no headings in the seed: one section holds what the editors divided, to the letter."""
    for found in made.cases[:10]:
        held = knowledge.case_by_id[TITLES[f"【{found.label}】"]]
        assert [section.title for section in found.sections] == ["事件过程"]
        assert squeezed(found.sections[0].text) == written(held)
        assert any(f"{found.label}原文没有写全" in doubt.message for doubt in made.doubts)


def test_every_section_has_its_own_text(made: Draft, knowledge: KnowledgeBase) -> None:
    """No section runs over into the next: each sentence is in the section of that name."""
    for found in made.cases[10:]:
        held = knowledge.case_by_id[TITLES[found.label]]
        for ours, theirs in zip(found.sections, held.sections, strict=True):
            if "应为" not in held.note:
                assert squeezed(ours.text) == squeezed(theirs.text), (found.label, ours.title)


def test_the_citations_are_those_of_the_labels(made: Draft, shared: Path) -> None:
    """Each case cites what its own 违规条款 names, in that order; a quotation decides between items of an article."""
    labels = json.loads((shared / "golden" / "labels.json").read_text("utf-8"))["cases"]

    for found in made.cases[10:]:
        assert list(found.cites) == labels[TITLES[found.label]]["cites"], found.label
    assert made.not_held == ()


def test_only_the_two_candles_are_to_be_copied(made: Draft) -> None:
    """The group's heading （二）优质服务事例 decides, until the next group's."""
    assert [case.label for case in made.cases if case.kind is CaseKind.POSITIVE] == ["案例5"]


def test_the_noise_is_out_and_listed(made: Draft) -> None:
    """Page marks, advertising and blanks inside words are in no draft, and each is told with its place."""
    text = "".join(file.text for file in made.files)
    marks = [change for change in made.changes if change.why == "网页转载留下的页号"]

    assert not re.search(r"(?m)^\d+、|淘文阁|限制150内|书山有路|由会员分享", text)
    assert "客户都有意见" in text
    assert len(marks) == 45
    assert all(made.place(change.line) for change in made.changes)
    removed = "".join(change.before for change in made.changes if change.why == "下载网站的字样")
    assert "由会员分享" in removed
    assert "书山有路勤为径" in removed
    assert "限制150内" in removed


def test_no_word_of_the_seed_is_lost(made: Draft, seed: Path) -> None:
    """Each Chinese character is in a draft, in a change, or in a passage that is listed as left out."""
    assert han(seed.read_text("utf-8")) - accounted(made) == {}


def test_the_broken_end_is_a_doubt(made: Draft) -> None:
    """The seed stops inside a sentence; whoever looks through the drafts learns it."""
    assert any("案例8的最后一句“…" in doubt.message and "客户的重" in doubt.message for doubt in made.doubts)


def test_the_drafts_load_beside_the_knowledge(made: Draft, folder: Path) -> None:
    """The project's own loader finds no Problem in the folder to which the drafts were added."""
    for file in made.files:
        (folder / file.path).write_text(file.text, encoding="utf-8")

    loaded, problems = read_folder(folder)

    assert problems == ()
    assert len(loaded.cases) == 19 + 18


def test_lost_title_marks_are_a_doubt(made: Draft) -> None:
    """The seed's citations have none; the words stay as they are, and one doubt tells the places."""
    assert sum("没有书名号，原文如此" in doubt.message for doubt in made.doubts) == 1
    assert "《供电营业规则》" not in "".join(file.text for file in made.files)


def test_a_case_that_is_held_already_is_a_doubt(made: Draft) -> None:
    """All 18 are in the knowledge; each is said to be, with the id."""
    twins = [doubt.message for doubt in made.doubts if "几乎一样" in doubt.message]

    assert len(twins) == 18
    assert any("estimated-reading" in message for message in twins)


def test_the_takeaway_is_the_document_s_own(made: Draft) -> None:
    """It is a sentence of the case, fits a phone, and is marked as one to be written."""
    for case in made.cases:
        assert 0 < len(case.takeaway) <= 60
        assert squeezed(case.takeaway) in squeezed("".join(section.text for section in case.sections))
        assert any(f"一句话教训先摘了原文“{case.takeaway}”" in doubt.message for doubt in made.doubts)
