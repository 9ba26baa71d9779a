"""A knowledge folder as a whole: what only shows when all files are read."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import TypeVar

from retrieval.content.cases import read_case
from retrieval.content.emergencies import read_emergencies
from retrieval.content.front_matter import FrontMatter
from retrieval.content.lexicon import read_circumstances, read_statutes, read_synonyms, read_terms
from retrieval.content.quizzes import check_subjects, read_quiz_bank, with_banked
from retrieval.content.rules import RuleBook, read_rule_book
from retrieval.content.textfile import TextFile, read_text_file
from retrieval.content.versions import check_days, link_clauses, tie_editions
from retrieval.errors import KnowledgeError, Problem
from retrieval.model import Case, Emergencies, KnowledgeBase, Lexicon

_ENCODINGS = {"gb18030": "GB18030(GBK)", "utf-16": "UTF-16（记事本的 Unicode）"}
_PASSED_OVER = {"readme.md", "thumbs.db", "desktop.ini"}
T = TypeVar("T")


class BookCache:
    """The rule books of the last reading by what their files hold, for the next one: what has not changed is not read again.

    Only for one reading at a time.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[PurePath, bytes], tuple[RuleBook, str]] = {}
        self._next: dict[tuple[PurePath, bytes], tuple[RuleBook, str]] = {}

    def key(self, folder: Path, path: PurePath) -> tuple[PurePath, bytes]:
        """What a book is kept under; differs where the file does. Of a file that can't be opened it is never kept."""
        try:
            return path, hashlib.sha256((folder / path).read_bytes()).digest()
        except OSError:
            return path, b""

    def get(self, key: tuple[PurePath, bytes]) -> tuple[RuleBook, str] | None:
        """A book and its file's encoding."""
        found = self._last.get(key)
        if found is not None:
            self._next[key] = found
        return found

    def keep(self, key: tuple[PurePath, bytes], book: RuleBook, encoding: str) -> None:
        """Keep a book that has no Problems."""
        if key[1]:
            self._next[key] = book, encoding

    def turn(self) -> None:
        """Forget what the reading that ends here has not used."""
        self._last, self._next = self._next, {}


def load_folder(folder: Path, books: BookCache | None = None) -> KnowledgeBase:
    """Read a knowledge folder.

    Args:
        folder: Holds `rules/*.md`, `cases/*.md`, `quizzes/*.md`, `lexicon/{terms,synonyms,circumstances,emergencies}.txt`; the word lists may be
            missing.
        books: Of the last reading; becomes that of this one.

    Raises:
        KnowledgeError: With every Problem of the folder.
    """
    knowledge, problems = read_folder(folder, books)
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def read_folder(folder: Path, books: BookCache | None = None) -> tuple[KnowledgeBase, tuple[Problem, ...]]:
    """Read a knowledge folder and say everything that is wrong with it; the arguments are those of `load_folder`.

    Returns:
        The knowledge, which is for use only where there are no Problems, and the Problems ordered by file and line.
    """
    if not folder.is_dir():
        return KnowledgeBase(), (Problem(folder, 1, "找不到这个知识文件夹"),)
    files = _Files(folder, books or BookCache())
    problems = files.problems
    rule_files = [(path.stem, files.read_book(path)) for path in _markdown(folder, "rules", problems)]
    rule_books = [book for _, book in rule_files if book is not None]
    unread = {name for name, book in rule_files if book is None}
    files.books.turn()
    bank_files = [file for path in _markdown(folder, "quizzes", problems) if (file := files.read(path))]
    case_files = [file for path in _markdown(folder, "cases", problems) if (file := files.read(path))]
    tied = tie_editions(rule_books, problems)
    cases = [read_case(file, problems) for file in case_files]
    banks = [read_quiz_bank(file, problems)[0] for file in bank_files]
    _check_ids([(book.rule.id, book.rule.path) for book in tied], problems)
    _check_ids([(case.id, case.path) for case, _ in cases], problems)
    _check_ids([(bank.id, bank.path) for bank in banks], problems)
    check_days(tied, problems, files.notices)
    clauses = link_clauses(tied, problems, unread)
    _check_citations(cases, {clause.id for clause in clauses}, unread, problems)
    if not unread:
        check_subjects(banks, [*(clause.id for clause in clauses), *(case.id for case, _ in cases)], problems)
    if not rule_books and not case_files and not problems:
        problems.append(Problem(PurePath("rules"), 1, "这个文件夹里没有规章(rules/*.md),也没有案例(cases/*.md)"))

    def word_list(name: str, reader: Callable[[TextFile, list[Problem]], T], nothing: T) -> T:
        path = PurePath("lexicon", name)
        file = files.read(path) if (folder / path).exists() else None
        return reader(file, problems) if file else nothing

    synonyms: dict[str, str] = word_list("synonyms.txt", read_synonyms, {})
    circumstances: dict[str, str] = word_list(
        "circumstances.txt", lambda file, problems: read_circumstances(file, problems, synonyms), {}
    )
    lexicon = Lexicon(
        word_list("terms.txt", read_terms, ()),
        synonyms | circumstances,
        frozenset(circumstances.values()),
        word_list("statutes.txt", read_statutes, {}),
    )
    knowledge = KnowledgeBase(
        rules=tuple(book.rule for book in tied),
        clauses=clauses,
        cases=tuple(with_banked(case, banks) for case, _ in cases),
        banks=tuple(banks),
        lexicon=lexicon,
        emergencies=word_list("emergencies.txt", read_emergencies, Emergencies()),
        notices=tuple(files.notices),
    )
    return knowledge, tuple(sorted(set(problems)))


class _Files:
    """The files of a folder, and what is to be said of them."""

    def __init__(self, folder: Path, books: BookCache) -> None:
        self._folder = folder
        self.books = books
        self.problems: list[Problem] = []
        self.notices: list[str] = []

    def read(self, path: PurePath) -> TextFile | None:
        file = read_text_file(self._folder, path)
        if isinstance(file, Problem):
            self.problems.append(file)
            return None
        self._note(path, file.encoding)
        return file

    def read_book(self, path: PurePath) -> RuleBook | None:
        kept = self.books.get(key := self.books.key(self._folder, path))
        if kept is not None:
            self._note(path, kept[1])
            return kept[0]
        file = self.read(path)
        if file is None:
            return None
        before = len(self.problems)
        book = read_rule_book(file, self.problems)
        if len(self.problems) == before:
            self.books.keep(key, book, file.encoding)
        return book

    def _note(self, path: PurePath, encoding: str) -> None:
        if encoding in _ENCODINGS:
            self.notices.append(f"{path.as_posix()} 是按 {_ENCODINGS[encoding]} 读的，建议另存为 UTF-8")


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


def _check_citations(
    cases: Sequence[tuple[Case, FrontMatter]], clause_ids: set[str], unread: set[str], problems: list[Problem]
) -> None:
    for case, front in cases:
        seen: set[str] = set()
        for key, ids in (("cites", case.cites), ("related", case.related)):
            for clause in ids:
                if clause in seen:
                    problems.append(Problem(case.path, front.line(key), f"“{clause}”写了两遍"))
                elif clause not in clause_ids and clause.partition("#")[0] not in unread:
                    problems.append(
                        Problem(
                            case.path,
                            front.line(key),
                            f"“{key}”里的“{clause}”在规章里找不到，应写成 规章id#条号，例如 ten-donts#1",
                        )
                    )
                seen.add(clause)
