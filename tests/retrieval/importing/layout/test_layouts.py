"""Ten documents by a writer who has not seen the importer, each as a clerk of another office laid it out.

What a careful clerk finds in them stands in `layouts/expected.json`. All of it is invented.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from retrieval.content import read_folder
from retrieval.content.quizzes import read_quiz_bank
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing import Draft, DraftKind, draft, read_document
from retrieval.importing.files.source import SourceText
from retrieval.importing.layout.cleaning import clean
from retrieval.model import KnowledgeBase
from tests.retrieval.importing.documents import accounted, han, pdf, squeezed, wrapped

LAYOUTS = Path(__file__).parent / "layouts"
EXPECTED: dict[str, dict[str, Any]] = {
    document["file"]: document for document in json.loads((LAYOUTS / "expected.json").read_text("utf-8"))["documents"]
}
RULES = [name for name, document in EXPECTED.items() if document["kind"] == "rules"]
CASES = [name for name, document in EXPECTED.items() if document["kind"] == "cases"]
TABLES = {"02-meters.docx", "04-notice.docx", "09-tables.docx"}
"""Documents with tables, whose rows are lost when they are printed as lines."""

QUESTIONS = [name for name, document in EXPECTED.items() if document["kind"] == "quizzes"]


def bare(text: str) -> str:
    """A text without white space, its full-width digits plain; that is how the expectations are to be compared."""
    return squeezed(re.sub("[\uff10-\uff19]", lambda digit: unicodedata.normalize("NFKC", digit[0]), text))


def read(name: str) -> SourceText:
    """A document's text."""
    (source,) = read_document(name, (LAYOUTS / name).read_bytes())
    return source


@pytest.fixture(scope="module")
def station(folder_of_the_station: Path) -> KnowledgeBase:
    """What is known once the four rule books were taken in."""
    loaded, problems = read_folder(folder_of_the_station)
    assert problems == ()
    return loaded


@pytest.fixture(scope="module")
def folder_of_the_station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the drafts of the four rule books went, each made beside those before it."""
    folder = tmp_path_factory.mktemp("station")
    for part in ("rules", "cases"):
        (folder / part).mkdir()
    for name in RULES:
        for file in draft(read(name), read_folder(folder)[0]).files:
            (folder / file.path).write_text(file.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def drafts() -> Mapping[str, Draft]:
    """Each document's draft, made where nothing is known yet."""
    return {name: draft(read(name), KnowledgeBase()) for name in EXPECTED}


def front(made: Draft) -> dict[str, str]:
    """What the head of a draft's one file says."""
    (file,) = made.files
    return dict(line.split(": ", 1) for line in file.text.split("---\n")[1].splitlines())


def texts(made: Draft) -> Iterator[str]:
    """Everything of a draft that staff may read: clauses, or sections of cases, or answers with their questions."""
    for clause in made.clauses:
        yield clause.heading + clause.text
    for case in made.cases:
        yield case.title
        yield from (section.text for section in case.sections)
    if made.kind is DraftKind.QUESTIONS:
        yield from (file.text.split("---\n", 2)[2] for file in made.files)


# ---- all of them ----


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_is_taken_for_what_it_is(name: str, drafts: Mapping[str, Draft]) -> None:
    """Rule book, collection of cases or questions, under the name that is printed on it."""
    made, expected = drafts[name], EXPECTED[name]

    assert made.kind.value == expected["kind"]
    assert bare(made.title) == bare(expected["title"])


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_is_run_together_or_torn(name: str, drafts: Mapping[str, Draft]) -> None:
    """As many clauses, cases or questions as a clerk counts."""
    made = drafts[name]

    assert len(made.clauses) + len(made.cases) + made.questions == EXPECTED[name]["count"]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_belongs_to_the_page_is_in_no_text(name: str, drafts: Mapping[str, Draft]) -> None:
    """Page marks, headers, lists of contents and of contributors, the points of a notice, a preface, a signature."""
    expected = EXPECTED[name]
    whole = "\n".join(map(bare, texts(drafts[name])))
    strangers = (
        *expected.get("must_not_appear", ()),
        *expected.get("not_clauses", ()),
        *expected.get("not_in_cases", ()),
    )

    assert [stranger for stranger in strangers if bare(stranger) in whole] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_every_word_is_somewhere(name: str, drafts: Mapping[str, Draft]) -> None:
    """In a draft, in a change, or in what is listed as left out; page headers of Word too."""
    source, made = read(name), drafts[name]
    listed = accounted(made)
    written = "".join([*(line.text for line in source.lines), *(part.text for part in source.left_out)])

    assert han(written) - listed == {}


@pytest.mark.parametrize("name", EXPECTED)
def test_drafts_load(name: str, drafts: Mapping[str, Draft], tmp_path: Path) -> None:
    """The loader finds no Problem in a folder that holds them, and reads what the draft says."""
    for part in ("rules", "cases", "quizzes"):
        (tmp_path / part).mkdir()
    made = drafts[name]
    for file in made.files:
        (tmp_path / file.path).write_text(file.text, encoding="utf-8")

    # A case cites clauses by id; where nothing is known it cites none.
    loaded, problems = read_folder(tmp_path)

    # A folder of quizzes alone has nothing to answer with, and that is said.
    assert [problem for problem in problems if made.kind is not DraftKind.QUIZZES] == []
    assert len(loaded.banks) == (made.kind is DraftKind.QUIZZES)
    assert [(clause.id, squeezed(clause.text)) for clause in loaded.clauses if made.clauses] == [
        (clause.id, squeezed(clause.text)) for clause in made.clauses
    ]
    assert len(loaded.cases) == len(made.cases)


@pytest.mark.parametrize(
    "name", [name for name in EXPECTED if not name.endswith((".md", ".xlsx")) and name not in TABLES]
)
def test_another_kind_of_file_gives_the_same(name: str, drafts: Mapping[str, Draft]) -> None:
    """Printed anew as a text of broken lines, and as a PDF with headers and page numbers, a document says the same."""
    paragraphs = [passage.text for passage in clean(read(name)).passages]
    lines = wrapped(paragraphs, 70, indent="\u3000\u3000")
    printed = pdf(lines, header="供电服务资料", numbers=True, indents=True)

    for file, data in (("a.txt", "\n".join(wrapped(paragraphs, 72)).encode()), ("a.pdf", printed)):
        (source,) = read_document(file, data)
        assert list(map(squeezed, texts(draft(source, KnowledgeBase())))) == list(map(squeezed, texts(drafts[name])))


# ---- rule books ----


@pytest.mark.parametrize("name", RULES)
def test_every_clause_has_its_number_and_its_text(name: str, drafts: Mapping[str, Draft]) -> None:
    """Label, first and last words, and number of paragraphs.

    A clause （二） below 二、 is labelled with both, as it is cited: 二、（二）.
    """
    found = [
        (bare(clause.label).strip("、"), bare(clause.heading + clause.text), clause.text.count("\n") + 1)
        for clause in drafts[name].clauses
    ]

    assert [(label, text[:12], text[-12:], lines) for label, text, lines in found] == [
        (_label(clause), bare(clause["first12"]), bare(clause["last12"]), clause["paragraphs"])
        for clause in EXPECTED[name]["clauses"]
    ]


def _label(clause: Mapping[str, Any]) -> str:
    section = re.match("[一二三四五六七八九十]+、", clause.get("section", ""))
    return str((section[0] if section else "") + clause["label"]).strip("、")


@pytest.mark.parametrize("name", RULES)
def test_chapters_stay_headings(name: str, drafts: Mapping[str, Draft]) -> None:
    """In their order, none twice, none in a clause; only annexes come behind them."""
    (file,) = drafts[name].files
    headings = [bare(line[2:]) for line in file.text.splitlines() if line.startswith("# ")]
    expected = [bare(section) for section in EXPECTED[name]["sections"]]

    assert headings[: len(expected)] == expected
    assert all(heading.startswith("附") for heading in headings[len(expected) :])


@pytest.mark.parametrize("name", RULES)
def test_what_the_head_says_is_read(name: str, drafts: Mapping[str, Draft]) -> None:
    """Who issued it, under which number, of which year it is, and when it came into force."""
    said, expected = front(drafts[name]), EXPECTED[name]
    year, month, day = re.findall(r"\d+", bare(expected["dates"]["effective"]))
    edition = expected["dates"].get("revised") or expected["dates"]["issued"]

    assert said.get("issuer") == expected["issuer"]
    assert said.get("document") == bare(expected["document_number"])
    assert said.get("edition", "")[:4] == bare(edition)[:4]
    assert said.get("in_force") == f"{year}-{int(month):02}-{int(day):02}"
    assert said["kind"] == "company"


# ---- cases ----


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_its_title(name: str, drafts: Mapping[str, Draft]) -> None:
    """Titles and labels as printed."""
    found = [(bare(case.label).strip("【】."), bare(case.title)) for case in drafts[name].cases]

    assert found == [(bare(case["label"]).strip("【】."), bare(case["title"])) for case in EXPECTED[name]["cases"]]


@pytest.mark.parametrize("name", CASES)
def test_every_part_has_its_heading_and_its_text(name: str, drafts: Mapping[str, Draft]) -> None:
    """In the order printed, with its first and last words; what the bot calls otherwise is listed as a change."""
    made = drafts[name]
    called = {(change.before, change.after) for change in made.changes}
    for case, expected in zip(made.cases, EXPECTED[name]["cases"], strict=True):
        fields = {bare(field) for field in expected.get("fields", {})}
        sections = [section for section in case.sections if section.title not in fields]
        assert [(bare(section.text)[:12], bare(section.text)[-12:]) for section in sections] == [
            (bare(part["first12"]), bare(part["last12"])) for part in expected["parts"]
        ]
        for section, part in zip(sections, expected["parts"], strict=True):
            printed = part["heading"]
            assert section.title == printed or not printed or (printed, section.title) in called


@pytest.mark.parametrize("name", CASES)
def test_citations_are_found(name: str, drafts: Mapping[str, Draft], station: KnowledgeBase) -> None:
    """What a case names is listed as not held where nothing is known; held clauses become its cites."""
    unknown, known = drafts[name], draft(read(name), station)
    listed = [bare(missing.written) for missing in unknown.not_held]
    for case, expected in zip(known.cases, EXPECTED[name]["cases"], strict=True):
        assert list(case.cites) == [
            clause
            for citation in expected["citations"]
            for book, place in citation["refers_to"]
            if (clause := HELD.get((book, place)))
        ]
        for citation in expected["citations"]:
            for number in re.split("(?<=[条项款）])[、和及]", bare(citation["as_written"])):
                assert any(number in written for written in listed), citation["as_written"]


HELD = {
    ("值班与故障抢修管理办法", "第十四条"): "qing-ling-xian-gong-dian-gong-si-liu-2021#14",
    ("石桥供电营业所客户诉求闭环管理办法", "第五条第一项"): "shi-qiao-gong-dian-ying-ye-suo-ke-2022#5",
    ("石桥供电营业所客户诉求闭环管理办法", "第六条"): "shi-qiao-gong-dian-ying-ye-suo-ke-2022#6",
    ("计量装置领用与封印管理细则", "3.2.1"): "ji-liang-zhuang-zhi-ling-yong-yu-feng-2022#3(2)(1)",
    ("关于规范营业窗口服务工作的若干规定（试行）", "第二部分（四）"): "yun-du-zhen-gong-dian-suo-guan-yu-2020#2(4)",
}
"""The clauses of the four rule books that the cases name."""


# ---- questions ----


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_its_answer(name: str, drafts: Mapping[str, Draft]) -> None:
    """Question, options, right answer and explanation stand together, in the order of the sheets."""
    (file,) = drafts[name].files
    problems: list[Problem] = []
    bank, _ = read_quiz_bank(TextFile(file.path, tuple(file.text.split("\n")), "utf-8"), problems)
    assert problems == []
    for quiz, expected in zip(bank.quizzes, EXPECTED[name]["questions"], strict=True):
        assert bare(expected["question"]["first12"]) in bare(quiz.question)
        assert bare(expected["question"]["last12"]) in bare(quiz.question)
        assert all(expected.get(part, "") in quiz.explanation for part in ("explanation", "source"))
        right = [quiz.options[place] for place in sorted(quiz.correct)]
        if expected["type"] == "问答":
            assert (quiz.options, bare(expected["answer"]["last12"]) in bare(quiz.explanation)) == ((), True)
        elif expected["type"] == "判断":
            assert right == [{"√": "对", "×": "错"}[expected["answer_as_written"]]]
        else:
            assert list(quiz.options) == expected["options"]
            assert right == [expected["options"]["ABCD".index(letter)] for letter in expected["answer_as_written"]]
