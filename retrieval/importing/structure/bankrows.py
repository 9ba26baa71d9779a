"""Question banks in tables: one row a question."""

import re
from collections.abc import Sequence

from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.structure.bankquestions import (
    LETTERS,
    NUMBER,
    OPTION,
    SECTION,
    Bank,
    BankQuestion,
    OpenQuestion,
    close_question,
    cut_options,
    enough,
    kind_of,
    plain_line,
)

_COLUMNS = {
    "stem": re.compile("问题|题目|题干|提问|试题|试题内容|问题描述|题目内容|题干内容|试题题干|考题|内容"),
    "answer": re.compile("(?:参考|标准|正确|试题)?答案(?:内容)?|答"),
    "number": re.compile("序号|题号|编号|NO[.．]?", re.IGNORECASE),
    "explanation": re.compile("(?:答案|试题)?(?:解析|说明|依据|政策依据|出处|来源|备注|规定依据|条款|制度依据)"),
    "kind": re.compile("题型|试题类型|题目类型|类型|题类"),
    "options": re.compile("(?:备选|可选|试题|答案)?(?:选项|备选项|备选答案|选项内容|备选)(?:内容)?"),
}
_ASIDE = ("number", "kind")
_OPTION_COLUMN = re.compile(f"(?:选项|备选项?|答案)?\\s*([{LETTERS}])(?:选?项)?")


def read_row_bank(source: SourceText) -> Bank | None:
    """The questions of a document's tables; None where they hold none with options or judgements."""
    questions: list[BankQuestion] = []
    left_out: list[LeftOut] = []
    columns: dict[str, int] = {}
    letters: dict[str, int] = {}
    tried, kinds, sheet, title = 0, False, "", ""
    for number, line in enumerate(source.lines, 1):
        if not line.text.strip():
            continue
        cells = [plain_line(cell).strip() for cell in line.cells]
        if not cells:
            title = title or line.text.strip()
            left_out.append(LeftOut(number, line.text.strip(), "表格以外的文字"))
            continue
        table = re.split("第 [0-9]+ 行|（表格", line.place)[0]
        if table != sheet:
            sheet, columns, letters = table, {}, {}
        header = _header(cells)
        if header is not None:
            columns, letters = header
            kinds = kinds or bool(letters) or "options" in columns or "kind" in columns
            left_out.append(LeftOut(number, " ".join(filter(None, cells)), "表头"))
            continue
        question = _row(number, cells, columns, letters) if columns else None
        closed = close_question(question) if question is not None else "没有题目或答案的行"
        if isinstance(closed, str):
            if not columns and len(cells) == 1:
                title = title or cells[0]
            left_out.append(LeftOut(number, " ".join(filter(None, cells)), closed))
            continue
        tried += 1
        questions.append(closed)
        left_out += _beside(
            number, cells, {*columns.values(), *letters.values()} - {columns.get(name, -1) for name in _ASIDE}
        )
    judged = sum(1 for question in questions if question.options)
    if not questions or not (kinds or judged * 2 >= len(questions)):
        return None
    return enough(questions, left_out, title, tried, sure=True)


def _beside(number: int, cells: Sequence[str], used: set[int]) -> list[LeftOut]:
    """What a row holds beside its question: its number, its kind, other columns."""
    rest = [cell for place, cell in enumerate(cells) if cell and place not in used]
    if not rest:
        return []
    named = [cell for cell in rest if not cell.isdecimal()]
    known = all(SECTION.fullmatch(cell) for cell in named)
    return [LeftOut(number, " ".join(named or rest), "题号和题型" if known else "别的列")]


def _row(number: int, cells: Sequence[str], columns: dict[str, int], letters: dict[str, int]) -> OpenQuestion | None:
    def cell(name: str) -> str:
        place = columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    stem = NUMBER.sub("", cell("stem"), count=1) if NUMBER.match(cell("stem")) else cell("stem")
    if not stem:
        return None
    found = SECTION.match(cell("kind")) if cell("kind") else None
    question = OpenQuestion(number, 0, 0, kind_of(found["kind"]) if found else None)
    question.answer, question.explanation = cell("answer"), [cell("explanation")]
    options = [cells[place] for _, place in sorted(letters.items()) if place < len(cells) and cells[place]]
    if not options and cell("options"):
        options = _split_options(cell("options"))
    if not options:
        stem, options = _split_stem(stem)
    question.stem, question.options = (
        [stem],
        [OPTION.sub("", option, count=1) if OPTION.match(option) else option for option in options],
    )
    return question


def _split_stem(text: str) -> tuple[str, list[str]]:
    """A stem and the options that stand below it in the same cell."""
    lines = text.split("\n")
    stem: list[str] = []
    options: list[str] = []
    for line in lines:
        before, found = cut_options(line, len(options))
        options += found
        if before:
            stem.append(before)
    return ("".join(stem), options) if len(options) >= 2 else ("".join(lines), [])


def _split_options(text: str) -> list[str]:
    options: list[str] = []
    for line in re.split("[\n|｜]", text):
        before, found = cut_options(line.strip(), len(options))
        if found:
            options += found
        elif before:
            options.append(before)
    if len(options) == 1:
        options = [part.strip() for part in re.split("[;；]", text) if part.strip()]
    return options


def _header(cells: Sequence[str]) -> tuple[dict[str, int], dict[str, int]] | None:
    columns: dict[str, int] = {}
    letters: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = re.sub(r"[\s*]|[（(].*$", "", cell)
        option = _OPTION_COLUMN.fullmatch(text)
        if option:
            letters[option[1]] = place
            continue
        for name, pattern in _COLUMNS.items():
            if pattern.fullmatch(text):
                columns.setdefault(name, place)
                break
    return (columns, letters) if {"stem", "answer"} <= columns.keys() else None
