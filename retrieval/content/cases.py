"""Cases: one file a case, one level-2 heading a section."""

import re
from collections.abc import Iterator

from retrieval.content.format import CASE_HEADINGS, NOTE, QUESTIONS, QUIZ
from retrieval.content.front_matter import FrontMatter, Key, read_front_matter
from retrieval.content.quizzes import read_quizzes
from retrieval.content.rules import check_id
from retrieval.content.sections import Block, read_blocks, read_items
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.model import Case, CaseKind, Section

SCHEMA = (
    Key("id", required=True),
    Key("title", required=True),
    Key("kind", required=True),
    Key("category", required=True),
    Key("cites", many=True, empty=True),
    Key("related", many=True, empty=True),
    Key("source", required=True),
    Key("takeaway", required=True, empty=True),
    Key("lesson"),
)
TAKEAWAY_LENGTH = 60
"""Characters: what a phone shows without scrolling."""
LESSON_LENGTH = 120
"""Characters: three or four lines of a phone, below takeaway and rule."""
SITUATION_LENGTH = 40
"""Characters of an alternate question that a button may show."""
DUTY = re.compile("必须|不得(?!已)|不准|严禁|应当|应该|不能|要(?!求|么|不是)|务必|绝不|切勿|应(?!急|用|对)")
"""Words of a sentence that tells what to do."""


def read_case(file: TextFile, problems: list[Problem]) -> tuple[Case, FrontMatter]:
    """Read a case.

    Args:
        file: The case.
        problems: Gets every fault; with faults, what is returned has stand-ins in it and is not for use.

    Returns:
        The case, and its front matter for checks that need other files.
    """
    front, start = read_front_matter(file.path, file.lines, SCHEMA, problems)
    first, *blocks = _sections(list(read_blocks(file.lines, start)))
    for number, _ in first.body[:1]:
        problems.append(Problem(file.path, number, "正文要放在小标题下面：先写一行“## 事件过程”这样的小标题"))
    problems += [
        Problem(file.path, number, f"“{line}”前面要用两个 # 号，不是三个")
        for block in blocks
        for number, line in block.body
        if line in CASE_HEADINGS
    ]
    sections = tuple(Section(block.title, block.text) for block in blocks if block.title not in CASE_HEADINGS)
    for block in blocks:
        if not block.title:
            problems.append(Problem(file.path, block.line, "小标题是空的"))
        elif not block.body and block.title != QUESTIONS:
            problems.append(Problem(file.path, block.line, f"“{block.title}”下面没有内容"))
    if not sections:
        problems.append(Problem(file.path, len(file.lines), "这个案例没有正文：至少要有一节，例如“## 事件过程”"))
    for key, name, longest in (
        ("takeaway", "一句话教训", TAKEAWAY_LENGTH),
        ("lesson", "原话教训", LESSON_LENGTH),
    ):
        length = len(front.text(key))
        if length > longest:
            message = f"{name}({key})最多 {longest} 个字，现在有 {length} 个"
            problems.append(Problem(file.path, front.line(key), message))
    check_id(file, front, problems)
    starred: dict[str, int] = {}
    questions = read_items(file.path, [block for block in blocks if block.title == QUESTIONS], problems, starred)
    problems += [
        Problem(file.path, line, f"带 ★ 的问法要放在按钮上，最多 {SITUATION_LENGTH} 个字，现在有 {len(way)} 个")
        for way, line in starred.items()
        if len(way) > SITUATION_LENGTH
    ]
    case = Case(
        id=front.text("id"),
        title=front.text("title"),
        kind=front.choice("kind", CaseKind),
        category=front.text("category"),
        cites=front.texts("cites"),
        related=front.texts("related"),
        source=front.text("source"),
        takeaway=front.text("takeaway"),
        sections=sections,
        note="\n".join(block.text for block in blocks if block.title == NOTE),
        questions=questions,
        quizzes=tuple(
            quiz for block in blocks if block.title == QUIZ for quiz in read_quizzes(file.path, block, problems)
        ),
        path=file.path,
        lesson=front.text("lesson"),
        situations=tuple(starred),
    )
    return case, front


def _sections(blocks: list[Block]) -> Iterator[Block]:
    """Only level 2 makes a section; a deeper heading is a line of its section."""
    current = blocks[0]
    for block in blocks[1:]:
        if block.level > 2:
            heading = ((block.line, block.title),) if block.title else ()
            current = Block(current.level, current.title, current.line, current.body + heading + block.body)
        else:
            yield current
            current = block
    yield current
