"""Thirteen statutes as rule books, in one piece, in Word, in PDF and broken into lines."""

import re
from pathlib import Path

import pytest

from retrieval.content import read_folder
from retrieval.importing import Draft, DraftKind, draft, read_document
from retrieval.model import KnowledgeBase
from retrieval.numerals import parse_numeral
from tests.retrieval.conftest import SHARED
from tests.retrieval.importing.documents import accounted, han, pdf, squeezed, word, wrapped

NAMES = sorted(path.name for path in (SHARED / "laws").glob("*.md")) or ["（没有）"]
IN_FORCE = {
    "上海市供用电条例_2018.md": "2016-06-01",
    "价格法_1997.md": "1998-05-01",
    "优化营商环境条例_2019.md": "2020-01-01",
    "民法典_合同编.md": "2021-01-01",
    "电力法_2018修正.md": "1996-04-01",
    "电力监管条例_2005.md": "2005-05-01",
}


@pytest.fixture(params=NAMES)
def law(request: pytest.FixtureRequest, shared: Path) -> Path:
    """A statute's file."""
    return shared / "laws" / str(request.param)


def paragraphs(law: Path) -> list[str]:
    """A statute without Markdown: one paragraph each."""
    text = re.sub("<!--.*?-->", "", law.read_text("utf-8"))
    return [re.sub("^#+ *", "", line).strip() for line in text.split("\n") if line.strip()]


def articles(law: Path) -> dict[str, str]:
    """A statute's articles and their text, found by the plain rule that in these files an article begins a line."""
    found: dict[str, str] = {}
    current = None
    for line in law.read_text("utf-8").split("\n"):
        heading = re.match("(第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九])?) +", line)
        if heading:
            current = heading[1]
            found[current] = line[heading.end() :]
        elif line.startswith(("#", "附")):
            current = None
        elif current and line.strip():
            found[current] += "\n" + line
    return {label: squeezed(text) for label, text in found.items()}


def imported(name: str, data: bytes, knowledge: KnowledgeBase) -> Draft:
    """The draft of a file."""
    (source,) = read_document(name, data)
    return draft(source, knowledge)


def check(made: Draft, law: Path) -> None:
    """The draft has exactly the statute's articles, each with exactly its text."""
    assert made.kind is DraftKind.RULES
    assert {clause.label: squeezed(clause.text) for clause in made.clauses} == articles(law)
    assert [clause.label for clause in made.clauses] == list(articles(law))


def test_a_statute_has_exactly_its_articles(law: Path, knowledge: KnowledgeBase) -> None:
    """Number, order and text of the articles are those of an independent count, and nothing is lost."""
    made = imported(law.name, law.read_bytes(), knowledge)

    check(made, law)
    assert len(made.clauses) == len(re.findall(r"(?m)^第[^ ]{1,9}条 ", law.read_text("utf-8")))
    assert [parse_numeral(clause.label[1:-1]) for clause in made.clauses] == [
        clause.number.article for clause in made.clauses
    ]
    assert han(law.read_text("utf-8")) - accounted(made) == {}


def test_a_statute_s_draft_loads(law: Path, knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The loader finds no Problem, and reads the clauses that the draft says it has."""
    made = imported(law.name, law.read_bytes(), knowledge)
    (file,) = made.files
    (tmp_path / "rules").mkdir()
    (tmp_path / file.path).write_text(file.text, encoding="utf-8")

    loaded, problems = read_folder(tmp_path)

    assert problems == ()
    assert [(clause.id, clause.label, clause.text) for clause in loaded.clauses] == [
        (clause.id, clause.label, clause.text) for clause in made.clauses
    ]
    assert not loaded.rules[0].verified
    assert law.name in loaded.rules[0].source
    if law.name in IN_FORCE:
        assert str(loaded.rules[0].in_force) == IN_FORCE[law.name]
    assert loaded.rules[0].kind.value == "regulation"


@pytest.mark.parametrize("width", [60, 76, 84])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_lines_broken_inside_sentences_make_no_article(
    law: Path, knowledge: KnowledgeBase, width: int, indent: str
) -> None:
    """Where 第五百一十条的规定 comes to stand at a line's beginning it is no heading, and no heading loses its body."""
    check(imported("x.txt", "\n".join(wrapped(paragraphs(law), width, indent=indent)).encode(), knowledge), law)


@pytest.mark.parametrize("width", [34, 40])
def test_lost_blanks_behind_the_numbers_do_no_harm(law: Path, knowledge: KnowledgeBase, width: int) -> None:
    """第一条为了…, broken at so many characters: counting up shows what is a heading."""
    text = [re.sub(" +", "", paragraph) for paragraph in paragraphs(law)]
    lines = [line[start : start + width] for line in text for start in range(0, len(line), width)]

    check(imported("x.txt", "\n".join(lines).encode(), knowledge), law)


def test_word_gives_the_same(law: Path, knowledge: KnowledgeBase) -> None:
    """A .docx with a paragraph each."""
    check(imported("x.docx", word(paragraphs(law)), knowledge), law)


@pytest.mark.parametrize(
    "name", ["电力法_2018修正.md", "电力安全事故应急处置和调查处理条例_2011.md", "民法典_侵权责任编.md"]
)
def test_pdf_gives_the_same(name: str, shared: Path, knowledge: KnowledgeBase) -> None:
    """Pages with a running header, page numbers and indented first lines: articles and paragraphs as in the source."""
    law = shared / "laws" / name
    lines = wrapped(paragraphs(law), 72, indent="\u3000\u3000")

    made = imported("x.pdf", pdf(lines, header="电力法规汇编", numbers=True, indents=True), knowledge)

    check(made, law)
    whole = imported(law.name, law.read_bytes(), knowledge)
    assert [squeezed(one.text) for one in made.clauses] == [squeezed(one.text) for one in whole.clauses]
    assert [len(one.paragraphs) for one in made.clauses] == [len(one.paragraphs) for one in whole.clauses]
    assert any(change.before == "电力法规汇编" for change in made.changes)
    assert "电力法规汇编" not in made.files[0].text


def test_paragraphs_and_items_can_be_found(shared: Path, knowledge: KnowledgeBase) -> None:
    """电力供应与使用条例 第三十条 names six items below its first paragraph; 电力法 第六十条 has three paragraphs."""
    made = imported("a.md", (shared / "laws" / "电力供应与使用条例_2019修订.md").read_bytes(), knowledge)
    power = imported("b.md", (shared / "laws" / "电力法_2018修正.md").read_bytes(), knowledge)
    article = {clause.label: clause for clause in made.clauses}["第三十一条"]
    liability = {clause.label: clause for clause in power.clauses}["第六十条"]

    assert [item.number for item in article.paragraphs[0].items] == [1, 2, 3, 4, 5, 6]
    assert article.paragraphs[0].items[2].text.startswith("伪造或者开启")
    assert len(liability.paragraphs) == 3
    assert liability.paragraphs[1].items[0].text.startswith("不可抗力")


def test_what_the_head_says_is_in_the_front_matter(shared: Path, knowledge: KnowledgeBase) -> None:
    """Title, other names, issuer, number and edition come from the document's own first lines."""
    regulation = imported("a.md", (shared / "laws" / "电力监管条例_2005.md").read_bytes(), knowledge).files[0].text
    code = imported("b.md", (shared / "laws" / "民法典_物权编.md").read_bytes(), knowledge).files[0].text

    assert (
        "title: 电力监管条例\nissuer: 国务院\ndocument: 国务院令第432号\nedition: 2005版\nkind: regulation\n"
        in regulation
    )
    assert "title: 中华人民共和国民法典物权编\nshort: [民法典物权编, 物权编, 民法典]\n" in code


def test_an_edition_that_is_held_already_is_a_doubt(shared: Path, knowledge: KnowledgeBase) -> None:
    """Two editions can't be in force on one day; the admin is told which file to look at."""
    made = imported("a.md", (shared / "laws" / "电力供应与使用条例_2019修订.md").read_bytes(), knowledge)

    assert any("supply-use-regulations" in doubt.message for doubt in made.doubts)
    assert made.files[0].path.stem != "supply-use-regulations"
