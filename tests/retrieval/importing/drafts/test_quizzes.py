"""Question banks, in the layouts in which offices have them."""

import pytest

from retrieval.content.quizzes import read_quiz_bank
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing import Draft, DraftKind, draft, read_document
from retrieval.model import KnowledgeBase, Quiz, QuizBank
from tests.retrieval.importing.documents import sheet, source


def bank(made: Draft) -> QuizBank:
    """A draft's bank as the loader reads it."""
    assert made.kind is DraftKind.QUIZZES
    (file,) = made.files
    problems: list[Problem] = []
    read, _ = read_quiz_bank(TextFile(file.path, tuple(file.text.split("\n")), "utf-8"), problems)
    assert problems == []
    return read


def right(quiz: Quiz) -> list[str]:
    """The right options."""
    return [quiz.options[place] for place in sorted(quiz.correct)]


_STEM, _OPTIONS, _OTHER = "欠费停电前（ ）天送达通知。", ("一天", "三至七天", "十天"), ("当场", "次日")

LAYOUTS = {
    "options on lines": "1. {stem}\nA. 一天\nB. 三至七天\nC. 十天\n答案：B\n2. 抄错表应当（ ）更正。\nA. 当场\nB. 次日\n答案：B",
    "options on one line": "1、{stem}\nA、一天 B、三至七天 C、十天\n正确答案：B\n2、抄错表应当（ ）更正。\nA、当场 B、次日\n正确答案：B",
    "all on one line": "1、{stem}A、一天B、三至七天 C、十天 答案:B\n2、抄错表应当（ ）更正。A、当场 B、次日 答案:B",
    "answer in the stem": "（1）欠费停电前（ B ）天送达通知。\nA．一天 B．三至七天\nC．十天\n（2）抄错表应当（B）更正。\nA．当场 B．次日",
    "answers at the end": "一、单选题\n1. {stem}\nA. 一天 B. 三至七天 C. 十天\n2. 抄错表应当（ ）更正。\nA. 当场 B. 次日\n参考答案\n一、1.B 2.B",
    "answers in a range": "单选题\n1. {stem}\nA. 一天 B. 三至七天 C. 十天\n2. 抄错表应当（ ）更正。\nA. 当场 B. 次日\n答案\n1-2 BB",
    "answer in brackets behind": "1．{stem}（答案：B）\nA．一天 B．三至七天 C．十天\n2．抄错表应当（ ）更正。（答案：B）\nA．当场 B．次日",
    "marked headings": "【题目1】{stem}\nA. 一天\nB. 三至七天\nC. 十天\n【答案】B\n【题目2】抄错表应当（ ）更正。\nA. 当场\nB. 次日\n【答案】B",
    "a stem of two lines": "1. 欠费停电前\n（ ）天送达通知。\nA. 一天\nB. 三至七天\nC. 十天\n答案：B\n2. 抄错表应当（ ）更正。\nA. 当场\nB. 次日\n答案：B",
    "full-width letters": "１．{stem}\nＡ．一天　Ｂ．三至七天　Ｃ．十天\n答案：Ｂ\n２．抄错表应当（ ）更正。\nＡ．当场　Ｂ．次日\n答案：Ｂ",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_quizzes(layout: str) -> None:
    """Stem, options and right answer, whatever stands on one line and wherever the answers are; and never a rule book."""
    first, second = bank(draft(source(LAYOUTS[layout].format(stem=_STEM)), KnowledgeBase())).quizzes

    assert first.question.replace(" ", "") == _STEM.replace(" ", "")
    assert (first.options, right(first)) == (_OPTIONS, ["三至七天"])
    assert (second.options, right(second)) == (_OTHER, ["次日"])


def test_sections_count_anew_and_say_how_a_question_is_answered() -> None:
    """Several answers, judgements before, behind and in the key, blanks that are filled in."""
    made = draft(
        source(
            "供电所考试卷\n一、单选题（每题2分）\n1. 何时停电？\nA. 欠费次日 B. 批准以后\n二、多选题\n1. 不准的有（ ）。\nA. 估抄 B. 漏抄 C. 到场\n"
            "三、判断题\n1. 可以估抄。\n2. （√）要到现场。\n3. 欠费一天就停电。（×）\n四、填空题\n1. 抢修电话是（95598）。\n参考答案：\n一、1.B\n二、1.AB\n三、1.×"
        ),
        KnowledgeBase(),
    )

    read = bank(made)

    assert read.title == "供电所考试卷"
    assert [(quiz.question, right(quiz)) for quiz in read.quizzes] == [
        ("何时停电？", ["批准以后"]),
        ("不准的有（ ）。", ["估抄", "漏抄"]),
        ("可以估抄。", ["错"]),
        ("要到现场。", ["对"]),
        ("欠费一天就停电。", ["错"]),
        ("抢修电话是（ ）。", []),
    ]
    assert read.quizzes[-1].explanation == "95598"


@pytest.mark.parametrize(
    "rows",
    [
        [("题目", "选项A", "选项B", "选项C", "答案"), (_STEM, *_OPTIONS, "B")],
        [("序号", "试题内容", "选项", "正确答案"), (1, _STEM, "A.一天|B.三至七天|C.十天", "B")],
        [("序号", "题干", "备选答案", "答案"), (1, _STEM, "A、一天 B、三至七天 C、十天", "B")],
        [("编号", "题目", "标准答案"), (1, f"{_STEM}\nA.一天\nB.三至七天\nC.十天", "B")],
        [("题型", "题干", "A", "B", "C", "答案"), ("单选", _STEM, *_OPTIONS, "三至七天")],
    ],
    ids=["columns", "one cell", "one line", "in the stem", "answer in words"],
)
def test_rows_of_a_workbook_are_quizzes(rows: list[tuple[object, ...]]) -> None:
    """Options in columns, in one cell, below the stem; the answer a letter or the option itself."""
    (read,) = read_document("题库.xlsx", sheet(("供电所题库",), *rows, *[("没有答案的题",)]))

    made = draft(read, KnowledgeBase())

    (quiz,) = bank(made).quizzes
    assert (quiz.question, quiz.options, right(quiz)) == (_STEM, _OPTIONS, ["三至七天"])
    assert any(part.text == "没有答案的题" for part in made.left_out)


def test_a_question_stands_below_the_clause_that_it_cites(knowledge: KnowledgeBase) -> None:
    """In its explanation or its stem; the others are about nothing in particular. What isn't held is listed."""
    made = draft(
        source(
            "1. 停电前几天通知？\nA. 一天 B. 三至七天\n答案：B\n解析：《供电营业规则》第六十七条\n"
            "2. 按《供电营业规则》第八十三条抄表要（ ）。\nA. 到场 B. 估抄\n答案：A\n3. 电话是（ ）。\nA. 95598 B. 110\n答案：A\n依据：《电力法》第一条"
        ),
        knowledge,
    )

    assert bank(made).about == ("", "supply-business-rules-1996#67", "supply-business-rules-1996#83")
    assert [missing.written for missing in made.not_held] == ["《电力法》第一条"]
    assert "解析: 三至七天。《供电营业规则》第六十七条" in made.files[0].text


def test_what_can_t_be_read_as_a_question_is_listed() -> None:
    """No answer, an answer that no option has, options that are alike: listed, counted, and the rest is taken."""
    made = draft(
        source(
            "1. 甲？\nA. 一 B. 二\n答案：A\n2. 乙？\nA. 一 B. 二\n3. 丙？\nA. 一 B. 二\n答案：C\n4. 丁？\nA. 一 B. 一\n答案：A\n5. 戊？\nA. 一 B. 二\n答案：B"
        ),
        KnowledgeBase(),
    )

    assert [quiz.question for quiz in bank(made).quizzes] == ["甲？", "戊？"]
    listed = {part.why for part in made.left_out}
    assert {"没有答案的题", "选项和答案对不上", "有两个一样选项的题"} <= listed
    assert any("处没有读成题目" in doubt.message for doubt in made.doubts)


def test_an_exam_paper_answered_in_words_is_no_rule_book() -> None:
    """Named 题库, its answers are asked and not looked up; a list of questions of another name stays one of guidance."""
    text = "1. 什么是窃电？\n答：私自用电。\n2. 停电要提前几天？\n答：七天。"

    assert bank(draft(source(f"电工题库\n{text}"), KnowledgeBase())).quizzes[0].explanation == "私自用电。"
    assert draft(source(f"常见问答\n{text}"), KnowledgeBase()).kind is DraftKind.QUESTIONS


@pytest.mark.parametrize(
    "text",
    [
        "某所管理办法\n第一条　到场抄表（必须）。\n第二条　A、B两类客户分开。\n第三条　施行。",
        "某所服务要求\n一、窗口人员\n（一）着装整齐。\n（二）佩戴工牌（A类）。\n（三）不得离岗。",
        "案例一：估抄\n【事件过程】抄表员（A班）没到场。\n【案例点评】答案只有一个：到场。",
    ],
)
def test_rules_and_cases_are_no_bank(text: str) -> None:
    """Letters and brackets stand in them too."""
    assert draft(source(text), KnowledgeBase()).kind is not DraftKind.QUIZZES
