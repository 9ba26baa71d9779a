"""Quizzes: those of a case, and banks of them in `quizzes/*.md`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from retrieval.content.format import QUIZ
from retrieval.content.front_matter import FrontMatter, Key, read_front_matter
from retrieval.content.rules import check_id
from retrieval.content.sections import Block, read_blocks
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.model import Case, Quiz, QuizBank

MOST_OPTIONS = 6
_MOST_FROM_BANKS = 3
"""With as many quizzes a case has enough, and gets none from a bank."""
_SCHEMA = (Key("id", required=True), Key("title", required=True), Key("source", required=True))
_MIXED = "选项后面要有一行“解析: ……”，然后才能写下一题；选项写成“- [ ] ……”，对的写成“- [x] ……”"
_OPTION = re.compile(r"\s*[-*+]\s*\[\s*([xX√✓]?)\s*\]\s*(.*\S)?\s*")
_EXPLANATION = re.compile("\\s*解析\\s*[:\uff1a]\\s*(.*)")


def read_quizzes(path: PurePath, block: Block, problems: list[Problem], *, in_words: bool = False) -> Iterator[Quiz]:
    """Questions, each followed by its options and its explanation.

    Args:
        path: Named in Problems.
        block: The lines.
        problems: Gets every fault; a question with a fault is passed over.
        in_words: Whether a question may have no options; then its explanation is the answer.
    """
    question: list[str] = []
    options: list[str] = []
    correct: set[int] = set()
    start = block.line
    for number, line in block.body:
        option, explanation = _OPTION.fullmatch(line), _EXPLANATION.fullmatch(line)
        if option:
            if not option[2]:
                problems.append(Problem(path, number, "这个选项是空的"))
            if option[1]:
                correct.add(len(options))
            options.append(option[2] or "")
        elif explanation:
            problem = _fault(question, options, correct, explanation[1], in_words=in_words)
            if problem:
                problems.append(Problem(path, start if question else number, problem))
            else:
                yield Quiz("\n".join(question), tuple(options), frozenset(correct), explanation[1].strip())
            question, options, correct = [], [], set()
        elif options:
            problems.append(Problem(path, number, _MIXED))
            question, options, correct, start = [line.strip()], [], set(), number
        else:
            if not question:
                start = number
            question.append(line.strip())
    if question or options:
        problems.append(Problem(path, start, "这道题缺少“解析: ……”一行"))


def _fault(question: list[str], options: list[str], correct: set[int], explanation: str, *, in_words: bool) -> str:
    """What is wrong with a question; empty where nothing is."""
    faults = (
        (not question, "解析前面没有题目"),
        (
            not 2 <= len(options) <= MOST_OPTIONS and not (in_words and not options),
            f"一道题要有 2 到 {MOST_OPTIONS} 个选项，现在有 {len(options)} 个",
        ),
        (bool(options) and not correct, "这道题没有标出正确答案：对的选项写成“- [x] ……”"),
        (len(set(options)) < len(options), "这道题有两个一样的选项"),
        (not explanation.strip(), "“解析：”后面没有内容"),
    )
    return next((message for wrong, message in faults if wrong), "")


def read_quiz_bank(file: TextFile, problems: list[Problem]) -> tuple[QuizBank, FrontMatter]:
    """Read a bank: below `## 考一考` questions about nothing in particular, below `## <clause or case>` those about it.

    Args:
        file: The bank.
        problems: Gets every fault.
    """
    front, start = read_front_matter(file.path, file.lines, _SCHEMA, problems)
    check_id(file, front, problems)
    quizzes: list[Quiz] = []
    about: list[str] = []
    for block in read_blocks(file.lines, start):
        if block.level == 0:
            for number, _ in block.body[:1]:
                problems.append(Problem(file.path, number, f"题目要放在小标题下面：先写一行“## {QUIZ}”"))
            continue
        read = list(read_quizzes(file.path, block, problems, in_words=True))
        quizzes += read
        about += [block.title if block.title != QUIZ else ""] * len(read)
    if not quizzes and not any(problem.path == file.path for problem in problems):
        problems.append(Problem(file.path, len(file.lines), "这份题库一道题也没有"))
    bank = QuizBank(
        front.text("id"), front.text("title"), front.text("source"), tuple(quizzes), tuple(about), file.path
    )
    return bank, front


def check_subjects(banks: Iterable[QuizBank], known: Iterable[str], problems: list[Problem]) -> None:
    """Note a Problem for each heading of a bank that names no clause and no case.

    Args:
        banks: All of them.
        known: The ids of clauses and cases.
        problems: Gets them.
    """
    held = set(known)
    for bank in banks:
        for subject in dict.fromkeys(bank.about):
            if subject and subject not in held:
                message = f"“## {subject}”不是库里的条款（规章id#条号）或案例（案例id）；不讲哪一条的，写“## {QUIZ}”"
                problems.append(Problem(bank.path, 1, message))


def with_banked(case: Case, banks: Iterable[QuizBank]) -> Case:
    """A case with quizzes about it or its clauses added from the banks, where it has few of its own; one answer is right in each."""
    missing = _MOST_FROM_BANKS - len(case.quizzes)
    subjects = {case.id, *case.clause_ids}
    asked = {quiz.question for quiz in case.quizzes}
    found = [
        quiz
        for bank in banks
        for quiz, subject in zip(bank.quizzes, bank.about, strict=True)
        if subject in subjects and len(quiz.correct) == 1 and quiz.question not in asked
    ]
    return replace(case, quizzes=(*case.quizzes, *found[: max(missing, 0)])) if found and missing > 0 else case
