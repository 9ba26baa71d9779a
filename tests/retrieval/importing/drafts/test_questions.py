"""Questions with answers, from spreadsheets and from text; and what is told about an import."""

from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing import Draft, DraftKind, draft, report, summary
from retrieval.model import Clause, KnowledgeBase
from tests.retrieval.importing.documents import source


def clauses(result: Draft) -> list[Clause]:
    """A draft's clauses as the loader reads them."""
    (file,) = result.files
    problems: list[Problem] = []
    _, found = read_rule(TextFile(file.path, tuple(file.text.split("\n")), "utf-8"), problems)
    assert problems == []
    return list(found)


def test_a_text_with_questions_becomes_clauses_that_are_found_by_them() -> None:
    """Each answer is a clause, its question heading and alternate question; answers may have paragraphs."""
    result = draft(
        source(
            "营销业务问答\n1.问：抄表日没人怎么办？\n答：可以通知客户补抄。\n也可以暂按上次用电量计收。\n"
            "问：停电要提前几天通知？ 答：三至七天。\n3. 电费能代收吗？\n答：不能。"
        ),
        KnowledgeBase(),
    )

    assert (result.kind, result.questions) == (DraftKind.QUESTIONS, 3)
    assert [(clause.heading, clause.text, clause.questions) for clause in clauses(result)] == [
        ("抄表日没人怎么办?", "可以通知客户补抄。\n也可以暂按上次用电量计收。", ("抄表日没人怎么办？",)),
        ("停电要提前几天通知?", "三至七天。", ("停电要提前几天通知？",)),
        ("电费能代收吗?", "不能。", ("电费能代收吗？",)),
    ]
    assert "kind: guidance" in result.files[0].text


def test_a_question_without_an_answer_is_listed() -> None:
    """It is in no draft, and not lost."""
    result = draft(
        source("问：甲怎么办？\n问：乙怎么办？\n答：乙好办。\n问：丙怎么办？\n答：丙好办。"), KnowledgeBase()
    )

    assert result.questions == 2
    assert ("甲怎么办？", "没有答案的问题") in [(part.text, part.why) for part in result.left_out]


def test_a_document_of_no_kind_gives_no_draft() -> None:
    """It says so, and what it would need; the text is listed."""
    result = draft(source("今天开会。\n讨论了服务。"), KnowledgeBase())

    assert (result.kind, result.files) == (DraftKind.UNKNOWN, ())
    assert "看不出" in result.doubts[0].message
    assert [part.text for part in result.left_out] == ["今天开会。", "讨论了服务。"]


def test_a_draft_that_comes_back_goes_through(knowledge: KnowledgeBase) -> None:
    """A file that is in the knowledge format already is taken as it is, with a doubt where its id is in use."""
    text = "---\nid: ten-donts\ntitle: 试\nkind: company\nverified: no\nsource: 试\n---\n## 第一条\n不准停电。\n"

    result = draft(source(text, "ten-donts.md"), knowledge)

    assert result.files[0].text == text
    assert result.files[0].path.as_posix() == "rules/ten-donts.md"
    assert any("库里已有 ten-donts" in doubt.message for doubt in result.doubts)


def test_the_summary_is_one_line_and_the_report_names_places(knowledge: KnowledgeBase) -> None:
    """Kind and numbers first; then what to look at, what isn't held, each change with before and after, what was left out."""
    result = draft(
        source(
            "某所案例\n案例一：估抄\n案情：抄表员估抄３０度，违反《供电营业规则》第八十三条和《电力法》第一条。\n点评：不得估抄。"
        ),
        knowledge,
    )

    assert summary(result) == (
        "案例：1 个案例，引用 1 处，库里没有的引用 1 处，要看的 2 处（第 2 行、第 4 行），清理 1 处"
    )
    told = report(result)
    assert told.startswith("稿.txt：案例：1 个案例")
    assert "  第 3 行：全角数字和字母：抄表员估抄３０度，违反《供 → " not in told
    assert "３０度，违反《供 → " in told
    assert "  第 3 行：《电力法》第一条" in told
    assert "  第 1 行：分组的标题：某所案例" in told
