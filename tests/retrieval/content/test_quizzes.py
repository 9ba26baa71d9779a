"""Question banks of the knowledge folder."""

from pathlib import Path, PurePath

from retrieval.content.folder import read_folder
from retrieval.content.quizzes import read_quiz_bank
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem

_HEAD = "---\nid: bank\ntitle: 题库\nsource: 试卷.docx\n---\n"
_QUIZ = "停电前几天通知？\n- [ ] 一天\n- [x] 三至七天\n解析: 三至七天\n"
_RULE = "---\nid: rule\ntitle: 某办法\nkind: company\nverified: no\nsource: 试\n---\n## 第一条\n先通知。\n"
_CASE = "---\nid: case\ntitle: 没通知\nkind: negative\ncategory: 停电\ncites: [rule#1]\nsource: 试\ntakeaway:\n---\n## 事件过程\n没通知就停。\n"


def folder(root: Path, **files: str) -> Path:
    """A knowledge folder; the names are those of parts, each with one file."""
    for part, text in files.items():
        name = text.split("id: ")[1].split("\n")[0]
        (root / part).mkdir()
        (root / part / f"{name}.md").write_text(text, encoding="utf-8")
    return root


def problems(text: str) -> list[str]:
    """What is wrong with a bank."""
    found: list[Problem] = []
    read_quiz_bank(TextFile(PurePath("quizzes", "bank.md"), tuple(text.split("\n")), "utf-8"), found)
    return [problem.message for problem in found]


def test_a_case_with_few_quizzes_gets_those_about_its_clauses(tmp_path: Path) -> None:
    """Below the clause's id; what is about nothing in particular, or has several right answers, stays in the bank."""
    bank = f"{_HEAD}## 考一考\n{_QUIZ}\n## rule#1\n谁通知？\n- [x] 供电所\n- [ ] 邻居\n解析: 供电所\n\n哪些对？\n- [x] 甲\n- [x] 乙\n解析: 都对\n"

    knowledge, found = read_folder(folder(tmp_path, rules=_RULE, cases=_CASE, quizzes=bank))

    assert found == ()
    assert [quiz.question for quiz in knowledge.cases[0].quizzes] == ["谁通知？"]
    assert knowledge.banks[0].about == ("", "rule#1", "rule#1")
    assert knowledge.cases[0].takeaway == ""


def test_a_heading_that_is_no_clause_and_no_case_is_a_problem(tmp_path: Path) -> None:
    """It is named, with what may stand there."""
    _, found = read_folder(folder(tmp_path, rules=_RULE, cases=_CASE, quizzes=f"{_HEAD}## rule#9\n{_QUIZ}"))

    assert ["“## rule#9”不是库里的条款" in problem.message for problem in found] == [True]


def test_what_is_wrong_with_a_bank_is_said_at_its_place() -> None:
    """No heading, no question, no right answer; a question answered in words is right."""
    assert problems(f"{_HEAD}{_QUIZ}") == ["题目要放在小标题下面：先写一行“## 考一考”"]
    assert problems(_HEAD) == ["这份题库一道题也没有"]
    assert problems(f"{_HEAD}## 考一考\n{_QUIZ.replace('x', ' ')}") == [
        "这道题没有标出正确答案：对的选项写成“- [x] ……”"
    ]
    assert problems(f"{_HEAD}## 考一考\n抢修电话是（ ）。\n解析: 95598\n") == []
