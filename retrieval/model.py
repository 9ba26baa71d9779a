"""What the knowledge consists of. Everything here is frozen; nothing here reads, scores or renders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import PurePath


class RuleKind(StrEnum):
    """Where a rule's force comes from."""

    REGULATION = "regulation"
    COMPANY = "company"
    GUIDANCE = "guidance"


class CaseKind(StrEnum):
    """Whether a case is to be avoided or to be copied."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


class Status(StrEnum):
    """Whether a rule is in force on a given day."""

    IN_FORCE = "in_force"
    ENDED = "ended"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule book.

    Attributes:
        id: The file's name without its ending.
        short: Other names that staff use for it.
        in_force: The first day of its force; None where it is not known.
        ended: The first day on which it was no longer in force; None while it is, or where the day is not known.
        replaced_by: What took its place; None where nothing did.
        verified: Whether a person has held the text against the official one.
        source: Where the text was taken from.
        preamble: What stands before the first clause; may be empty.
        path: The file, relative to the knowledge folder.
        book: The same for all editions of one rule, and for no other rule.
        verified_by: Who held the text against the official one; may be empty.
        verified_on: When that was done; None where it was not noted.
    """

    id: str
    title: str
    short: tuple[str, ...]
    issuer: str
    document: str
    edition: str
    kind: RuleKind
    in_force: date | None
    ended: date | None
    replaced_by: str | None
    verified: bool
    source: str
    preamble: str
    path: PurePath
    book: str
    verified_by: str = ""
    verified_on: date | None = None

    def is_edition_of(self, other: "Rule") -> bool:
        """Whether this is another edition of the same rule."""
        return self.book == other.book and self.id != other.id

    def status(self, today: date) -> Status:
        """Whether the rule is in force.

        A rule that names what replaced it, but not the day, counts as ended: better warned than wrong.
        """
        if self.ended is not None:
            if today >= self.ended:
                return Status.ENDED
        elif self.replaced_by is not None:
            return Status.ENDED
        if self.in_force is None:
            return Status.UNKNOWN
        return Status.IN_FORCE if today >= self.in_force else Status.NOT_YET


@dataclass(frozen=True, slots=True, order=True)
class ClauseNumber:
    """The place of a clause in its rule book, in Arabic numbers.

    Attributes:
        article: 条, from 1.
        inserted: 之一, 之二 … of an article that was put in later; 0 for none.
        item: 项 (in some company rules called 款), from 1; 0 for the whole article. In 4.2 it is the 2.
        point: What an item is divided into in books that count 3.1.1; 0 for the whole item.
    """

    article: int
    inserted: int = 0
    item: int = 0
    point: int = 0

    def __str__(self) -> str:
        inserted = f"-{self.inserted}" if self.inserted else ""
        item = f"({self.item})" if self.item else ""
        point = f"({self.point})" if self.point else ""
        return f"{self.article}{inserted}{item}{point}"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule book, as it is quoted to staff.

    Attributes:
        id: `<rule id>#<number>`.
        label: The number as its rule book prints it: 第六十七条, 第十九条(一).
        heading: What the rule book prints beside the number; may be empty.
        text: Word for word; never empty.
        note: What the reader must know about the text (说明); may be empty.
        questions: Alternate questions (问法).
        path: The file, relative to the knowledge folder; `line` is its heading's, from 1.
        becomes: Ids of the clauses of later editions that took its place (现为); empty where nobody has noted it.
        was: The clauses of earlier editions whose place it took: those that become it.
    """

    id: str
    rule: Rule
    number: ClauseNumber
    label: str
    heading: str
    text: str
    note: str
    questions: tuple[str, ...]
    path: PurePath
    line: int
    becomes: tuple[str, ...] = ()
    was: "tuple[Clause, ...]" = ()

    @property
    def earlier(self) -> "tuple[Clause, ...]":
        """What it was in all earlier editions, the last one first; each once."""
        found: dict[str, Clause] = {}
        waiting = list(self.was)
        while waiting:
            clause = waiting.pop(0)
            if clause.id not in found:
                found[clause.id] = clause
                waiting += clause.was
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a case under its own heading; neither is empty."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question that shows whether a case has been learnt.

    Attributes:
        options: 2 to 6, in the order in which they are shown.
        correct: Indices into `options`, at least one.
        explanation: Why; never empty.
    """

    question: str
    options: tuple[str, ...]
    correct: frozenset[int]
    explanation: str


@dataclass(frozen=True, slots=True)
class QuizBank:
    """Questions of a file of their own: an exam paper, a question bank.

    Attributes:
        id: The file's name without its ending.
        quizzes: In the file's order. Those without options are answered in words: `explanation` begins with the answer.
        about: For each of them the id of the clause or case that it is about; empty where it is about none that is held.
        path: The file, relative to the knowledge folder.
    """

    id: str
    title: str
    source: str
    quizzes: tuple[Quiz, ...]
    about: tuple[str, ...]
    path: PurePath


@dataclass(frozen=True, slots=True)
class Case:
    """Something that happened, and what is to be learnt from it.

    Attributes:
        id: The file's name without its ending.
        cites: Ids of the clauses that the case itself names.
        related: Ids of clauses that the editors have set beside it.
        takeaway: One sentence that says what to do.
        sections: In the order of the source; never empty.
        note: What the reader must know about the text (说明); may be empty.
        questions: Alternate questions (问法).
        path: The file, relative to the knowledge folder.
        lesson: One to three sentences that tell what to do, in the case's own words; may be empty.
        situations: The alternate questions that are fit for a button (★), in order; empty if none is marked.
    """

    id: str
    title: str
    kind: CaseKind
    category: str
    cites: tuple[str, ...]
    related: tuple[str, ...]
    source: str
    takeaway: str
    sections: tuple[Section, ...]
    note: str
    questions: tuple[str, ...]
    quizzes: tuple[Quiz, ...]
    path: PurePath
    lesson: str = ""
    situations: tuple[str, ...] = ()

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """The clauses beside which the case is read: those it cites, then those set beside it."""
        return self.cites + self.related

    def is_read_beside(self, clause: Clause) -> bool:
        """Whether it is read beside a clause, or beside one whose place the clause took."""
        return clause.id in self.clause_ids or any(earlier.id in self.clause_ids for earlier in clause.earlier)

    def section(self, *titles: str) -> str:
        """The text of the first section that bears one of the titles, tried in their order; empty where none does."""
        for title in titles:
            for section in self.sections:
                if section.title == title:
                    return section.text
        return ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The station's words.

    Attributes:
        terms: Words that the tokenizer must keep whole, with their frequency (None: as jieba suggests).
        synonyms: Each way of saying it, normalised → the standard term of its group. A standard term stands for itself.
        circumstances: The standard terms that name who, where, when or with what. They are matched as all others are, but a
            question is never about them: where no record holds one, that says nothing.
        statutes: Each everyday word, normalised → the words of statutes that speak of it.
    """

    terms: tuple[tuple[str, int | None], ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    circumstances: frozenset[str] = frozenset()
    statutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a pattern, and the words that may stand there.

    Attributes:
        words: Normalised.
        alike: Those of the words that also count if they are misspelt with characters of the same sound.
        gap: How many characters may stand between this and the element before it; 0 for none.
    """

    words: frozenset[str]
    alike: frozenset[str] = frozenset()
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way of saying something.

    Attributes:
        parts: Each of them must occur, in any order; the elements of one part follow each other.
    """

    parts: tuple[tuple[Element, ...], ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """Something that comes before every rule.

    Attributes:
        patterns: How people say that it is happening; one is enough.
        unless: What takes the alarm back; one is enough.
        advice: What they must do first.
    """

    patterns: tuple[Pattern, ...]
    advice: str
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Emergencies:
    """All that counts as danger to life, and what is said then.

    Attributes:
        groups: The most urgent first.
        whole: Words that end or begin no other word: the 电 of 停电着急 is not that of 电着.
        struck: What is taken out of a text before anything is looked for; one step after the other.
        vetoes: What says that nobody is in danger now: history, exams, claims.
        overrides: What says that it is happening now in spite of a veto.
        continuations: What goes on with the danger that the message before told of.
    """

    groups: tuple[Emergency, ...] = ()
    whole: tuple[Pattern, ...] = ()
    struck: tuple[tuple[Pattern, ...], ...] = ()
    vetoes: tuple[Pattern, ...] = ()
    overrides: tuple[Pattern, ...] = ()
    continuations: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class KnowledgeBase:
    """One reading of a knowledge folder. Ids are unique within their kind, and each of a case's clauses exists.

    Attributes:
        rules: Ordered by id.
        clauses: Ordered by rule, then as in the file.
        cases: Ordered by id.
        banks: Ordered by id.
        notices: What an editor should know though nothing is wrong (a file read as GB18030, say).
    """

    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()
    cases: tuple[Case, ...] = ()
    banks: tuple[QuizBank, ...] = ()
    lexicon: Lexicon = Lexicon()
    emergencies: Emergencies = Emergencies()
    notices: tuple[str, ...] = ()

    @cached_property
    def clause_by_id(self) -> Mapping[str, Clause]:
        """Every clause under its id."""
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def case_by_id(self) -> Mapping[str, Case]:
        """Every case under its id."""
        return {case.id: case for case in self.cases}

    @cached_property
    def clauses_by_rule(self) -> Mapping[str, tuple[Clause, ...]]:
        """The clauses of every rule under the rule's id, as in the file."""
        grouped: dict[str, list[Clause]] = {rule.id: [] for rule in self.rules}
        for clause in self.clauses:
            grouped[clause.rule.id].append(clause)
        return {rule: tuple(clauses) for rule, clauses in grouped.items()}

    @cached_property
    def cases_by_clause(self) -> Mapping[str, tuple[Case, ...]]:
        """The cases that are read beside a clause, under the clause's id; a clause without cases is not a key."""
        grouped: dict[str, list[Case]] = {}
        for case in self.cases:
            for clause in case.clause_ids:
                grouped.setdefault(clause, []).append(case)
        return {clause: tuple(cases) for clause, cases in grouped.items()}
