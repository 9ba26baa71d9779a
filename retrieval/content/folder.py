"""A knowledge folder as a whole: what only shows when all files are read."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import TypeVar

from retrieval.content.cases import read_case
from retrieval.content.front_matter import FrontMatter
from retrieval.content.lexicon import read_emergencies, read_synonyms, read_terms
from retrieval.content.rules import read_rule_book
from retrieval.content.textfile import TextFile, read_text_file
from retrieval.content.versions import check_days, link_clauses, tie_editions
from retrieval.errors import KnowledgeError, Problem
from retrieval.model import Case, KnowledgeBase, Lexicon

_ENCODINGS = {"gb18030": "GB18030(GBK)", "utf-16": "UTF-16（记事本的 Unicode）"}
_PASSED_OVER = {"readme.md", "thumbs.db", "desktop.ini"}
T = TypeVar("T")


def load_folder(folder: Path) -> KnowledgeBase:
    """Read a knowledge folder.

    Args:
        folder: Holds `rules/*.md`, `cases/*.md`, `lexicon/{terms,synonyms,emergencies}.txt`; the word lists may be missing.

    Raises:
        KnowledgeError: With every Problem of the folder.
    """
    knowledge, problems = read_folder(folder)
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def read_folder(folder: Path) -> tuple[KnowledgeBase, tuple[Problem, ...]]:
    """Read a knowledge folder and say everything that is wrong with it.

    Returns:
        The knowledge, which is for use only where there are no Problems, and the Problems ordered by file and line.
    """
    if not folder.is_dir():
        return KnowledgeBase(), (Problem(folder, 1, "找不到这个知识文件夹"),)
    problems: list[Problem] = []
    notices: list[str] = []

    def read(path: PurePath) -> TextFile | None:
        file = read_text_file(folder, path)
        if isinstance(file, Problem):
            problems.append(file)
            return None
        if file.encoding in _ENCODINGS:
            notices.append(f"{path.as_posix()} 是按 {_ENCODINGS[file.encoding]} 读的，建议另存为 UTF-8")
        return file

    rule_files = [file for path in _markdown(folder, "rules", problems) if (file := read(path))]
    case_files = [file for path in _markdown(folder, "cases", problems) if (file := read(path))]
    books = tie_editions([read_rule_book(file, problems) for file in rule_files], problems)
    cases = [read_case(file, problems) for file in case_files]
    _check_ids([(book.rule.id, book.rule.path) for book in books], problems)
    _check_ids([(case.id, case.path) for case, _ in cases], problems)
    check_days(books, problems, notices)
    clauses = link_clauses(books, problems)
    _check_citations(cases, {clause.id for clause in clauses}, problems)
    if not rule_files and not case_files and not problems:
        problems.append(Problem(PurePath("rules"), 1, "这个文件夹里没有规章(rules/*.md),也没有案例(cases/*.md)"))

    def word_list(name: str, reader: Callable[[TextFile, list[Problem]], T], nothing: T) -> T:
        path = PurePath("lexicon", name)
        file = read(path) if (folder / path).exists() else None
        return reader(file, problems) if file else nothing

    lexicon = Lexicon(word_list("terms.txt", read_terms, ()), word_list("synonyms.txt", read_synonyms, {}))
    knowledge = KnowledgeBase(
        rules=tuple(book.rule for book in books),
        clauses=clauses,
        cases=tuple(case for case, _ in cases),
        lexicon=lexicon,
        emergencies=word_list("emergencies.txt", read_emergencies, ()),
        notices=tuple(notices),
    )
    return knowledge, tuple(sorted(set(problems)))


def _markdown(folder: Path, part: str, problems: list[Problem]) -> list[PurePath]:
    """The Markdown files of a part of the folder; what an office program leaves beside them is passed over."""
    names: list[PurePath] = []
    directory = folder / part
    if not directory.is_dir():
        return names
    for path in sorted(directory.iterdir()):
        if path.name.startswith((".", "~")) or path.name.lower() in _PASSED_OVER:
            continue
        relative = PurePath(part, path.name)
        if path.is_dir():
            problems.append(Problem(relative, 1, "这里不能再放文件夹，请把里面的 .md 文件移到上一层"))
        elif path.suffix.lower() == ".md":
            names.append(relative)
        else:
            problems.append(Problem(relative, 1, "这里只认 .md 文件：Word、PDF、文本要先转换成 .md，或者移到别处"))
    return names


def _check_ids(files: Sequence[tuple[str, PurePath]], problems: list[Problem]) -> None:
    first: dict[str, PurePath] = {}
    for identifier, path in files:
        if identifier and identifier in first:
            problems.append(Problem(path, 1, f"id “{identifier}”和 {first[identifier].as_posix()} 的重复了"))
        first.setdefault(identifier, path)


def _check_citations(cases: Sequence[tuple[Case, FrontMatter]], clause_ids: set[str], problems: list[Problem]) -> None:
    for case, front in cases:
        seen: set[str] = set()
        for key, ids in (("cites", case.cites), ("related", case.related)):
            for clause in ids:
                if clause in seen:
                    problems.append(Problem(case.path, front.line(key), f"“{clause}”写了两遍"))
                elif clause not in clause_ids:
                    problems.append(
                        Problem(
                            case.path,
                            front.line(key),
                            f"“{key}”里的“{clause}”在规章里找不到，应写成 规章id#条号，例如 ten-donts#1",
                        )
                    )
                seen.add(clause)
