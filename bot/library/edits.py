"""What trainers and admins change in the chat: what is wished, and the change of a file that carries it out."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain, zip_longest

from bot.generation.generations import Generation, Record
from retrieval.content import edits
from retrieval.content.cases import LESSON_LENGTH, TAKEAWAY_LENGTH
from retrieval.content.rules import read_rule_book
from retrieval.content.textfile import TextFile, parse_text_file
from retrieval.errors import EditError, Problem
from retrieval.model import Case, Clause, Lexicon, Rule
from retrieval.text import normalise

SYNONYMS, CIRCUMSTANCES = "lexicon/synonyms.txt", "lexicon/circumstances.txt"
LONGEST_QUESTION, LONGEST_WORD = 60, 12
SHORTEST_QUESTION = 4
"""Characters; less says no situation, and would draw everything to its record."""
FOUND = 5
"""How many records a search shows."""
_LASTS = timedelta(hours=24)
_TICKET = 8
_GONE = "这个文件已经不在了，请重新找"
_OVERTAKEN = "这一处刚刚被别人改过，没有动它。请重新看过再改"


class Kind(StrEnum):
    """What is changed: one line of a case, a list of questions, the list of synonyms, or whether a rule book was checked."""

    TAKEAWAY = "takeaway"
    LESSON = "lesson"
    QUESTION = "question"
    SYNONYM = "synonym"
    VERIFY = "verify"
    UNVERIFY = "unverify"


LONGEST_LINES = {Kind.TAKEAWAY: TAKEAWAY_LENGTH, Kind.LESSON: LESSON_LENGTH}
"""The lines of a case that are changed as a whole, each under the key of its kind, and how many characters they have at the most."""
FOR_ADMINS = frozenset({Kind.VERIFY, Kind.UNVERIFY})


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody was shown and has not confirmed yet.

    Attributes:
        key: Of the record, or of the rule book; may be empty for synonyms.
        text: What is to be written; for synonyms the words, parted by commas.
        before: What was shown as the present state: the change is refused where that has changed since. The old line of
            a case, or the fingerprint of a rule book's file.
        gap: The gap that it closes; mostly empty.
        ticket: What the button carries, 8 characters.
        at: When it was shown.
    """

    kind: Kind
    key: str
    text: str
    before: str
    gap: str
    ticket: str
    at: str

    def written(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def new_wish(kind: Kind, key: str, text: str, now: datetime, before: str = "", gap: str = "") -> Wish:
    """A wish with a ticket of its own."""
    return Wish(kind, key, text, before, gap, secrets.token_urlsafe(_TICKET * 3 // 4), now.isoformat())


def read_wish(written: str | None, ticket: str, now: datetime) -> Wish | None:
    """A wish as it was written; None where there is none, another one has taken its place, or it is older than a day."""
    if written is None:
        return None
    data = json.loads(written)
    wish = Wish(**data | {"kind": Kind(data["kind"])})
    return wish if wish.ticket == ticket and now - datetime.fromisoformat(wish.at) < _LASTS else None


def line_of(case: Case, kind: Kind) -> str:
    """The line of a case that a kind of change is about."""
    return {Kind.TAKEAWAY: case.takeaway, Kind.LESSON: case.lesson}[kind]


def wish_name(user_id: int) -> str:
    """The name under which somebody's wish is kept: each has one at a time."""
    return f"edit:{user_id}"


# ---- finding


def find_records(generation: Generation, text: str, today: date, limit: int = FOUND) -> tuple[Record, ...]:
    """The cases and clauses that somebody may mean, best first: those whose title holds the words, then as questions find them."""
    plain = normalise(text)
    if not plain:
        return ()
    titled = [case for case in generation.knowledge.cases if plain in normalise(case.title)]
    answer = generation.answerer.answer(text, today=today)
    if answer.lookups:
        clauses = [hit.record for hit in answer.clauses] + [clause for each in answer.lookups for clause in each.held]
        found: Iterator[Record] = chain(clauses, (hit.record for hit in answer.cases))
    else:
        hits = generation.answerer.evidence(text)
        pairs = zip_longest((hit.record for hit in hits.cases), (hit.record for hit in hits.clauses))
        found = (record for record in chain.from_iterable(pairs) if record is not None)
    return tuple({record.id: record for record in chain(titled, found)}.values())[:limit]


def holders_of(generation: Generation, question: str) -> tuple[Record, ...]:
    """The records that have this alternate question already."""
    plain = normalise(question)
    records: tuple[Record, ...] = (*generation.knowledge.cases, *generation.knowledge.clauses)
    return tuple(record for record in records if any(normalise(each) == plain for each in record.questions))


def is_acceptance_question(content: bytes | None, question: str) -> bool:
    """Whether a question is one of those that the knowledge is judged by: taught, it would prove nothing any more.

    Args:
        content: Of `golden.jsonl`; None where there is none.
        question: As somebody typed it.
    """
    plain = normalise(question)
    for line in (content or b"").decode("utf-8", errors="replace").splitlines():
        try:
            item = json.loads(line)
        except ValueError:
            continue
        if isinstance(item, dict) and normalise(str(item.get("question", item.get("q", "")))) == plain:
            return True
    return False


# ---- what is typed


def split_words(text: str) -> tuple[str, ...]:
    """Words that somebody has parted by commas, blanks or the like."""
    for mark in ",，、;；=＝\n\t\u3000":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))


def check_text(kind: Kind, text: str) -> str:
    """What somebody typed, in the form in which it is written.

    Raises:
        EditError: Where it can't be taken; says why.
    """
    if kind is Kind.SYNONYM:
        words = split_words(text)
        long = next((word for word in words if len(word) > LONGEST_WORD), None)
        if long is not None:
            raise EditError(f"“{long[:20]}”太长，一个词最多 {LONGEST_WORD} 个字")
        edits.add_synonym(b"", words)
        return ", ".join(words)
    what, longest = ("教训", LONGEST_LINES[kind]) if kind in LONGEST_LINES else ("问法", LONGEST_QUESTION)
    line = edits.one_line(text, what)
    if kind is Kind.QUESTION:
        line = line.lstrip("★⭐\ufe0f ")  # what goes on a button is chosen in the file
    if len(line) > longest:
        raise EditError(f"{what}最多 {longest} 个字，这句有 {len(line)} 个")
    if kind is Kind.QUESTION and sum(map(str.isalnum, line)) < SHORTEST_QUESTION:
        raise EditError(f"这句太短，看不出是什么事，问法至少 {SHORTEST_QUESTION} 个字")
    return line


# ---- the change


def fingerprint_of(content: bytes | None) -> str:
    """What tells one content of a file from another."""
    return hashlib.sha256(content or b"").hexdigest()[:16]


def path_of(wish: Wish, about: Record | Rule | None, lexicon: Lexicon) -> str:
    """The file that a wish changes, in the knowledge folder.

    Args:
        wish: What is wished.
        about: The record or rule book of its key.
        lexicon: In use; tells which list holds the words of a wish for synonyms.

    Raises:
        EditError: If each of the two lists holds one of the words.
    """
    if wish.kind is not Kind.SYNONYM and about is not None:
        return about.path.as_posix()
    held = {
        word: lexicon.synonyms[normalise(word)]
        for word in split_words(wish.text)
        if normalise(word) in lexicon.synonyms
    }
    named = [word for word, standard in held.items() if standard in lexicon.circumstances]
    others = [word for word in held if word not in named]
    if named and others:
        raise EditError(
            f"“{named[0]}”说的是谁、在哪或什么时候，在 circumstances.txt 里；“{others[0]}”在 synonyms.txt 里，"
            "一个说法只能放在一组"
        )
    return CIRCUMSTANCES if named else SYNONYMS


def change_of(wish: Wish, about: Record | Rule | None, by: str, today: date) -> Callable[[bytes | None], bytes]:
    """What makes the new content of the file that a wish changes; raises `EditError` where the file isn't what was shown any more.

    Args:
        wish: What is wished.
        about: The record or rule book of its key.
        by: The name of who wishes it.
        today: The station's day.
    """

    def make(content: bytes | None) -> bytes:
        if wish.kind is Kind.SYNONYM:
            return edits.add_synonym(content or b"", wish.text.split(", "))
        if content is None:
            raise EditError(_GONE)
        if wish.kind in LONGEST_LINES:
            if edits.read_value(content, wish.kind) != wish.before:
                raise EditError(_OVERTAKEN)
            return edits.set_value(content, wish.kind, wish.text)
        if wish.kind is Kind.QUESTION:
            return edits.add_question(content, wish.text, about.number if isinstance(about, Clause) else None)
        if fingerprint_of(content) != wish.before:
            raise EditError(_OVERTAKEN)
        return edits.mark_verified(content, by, today) if wish.kind is Kind.VERIFY else edits.mark_unverified(content)

    return make


def is_in_use(content: bytes | None, rule: Rule, clauses: Sequence[Clause]) -> bool:
    """Whether the file of a rule book says what is in use: nobody should vouch for a text that he has not been shown.

    Args:
        content: Of the file now.
        rule: As in use.
        clauses: As in use.
    """
    file = parse_text_file(rule.path, content or b"")
    problems: list[Problem] = []
    if not isinstance(file, TextFile):
        return False
    book = read_rule_book(file, problems)
    said = [(clause.label, clause.text) for clause in book.clauses]
    return not problems and said == [(clause.label, clause.text) for clause in clauses]


def group_of(content: bytes | None, words: Sequence[str]) -> str | None:
    """The standard term of the group of synonyms that holds one of the words; None where none does.

    Args:
        content: Of the list; None where there is none.
        words: As typed.
    """
    held = edits.synonyms_in(content or b"")
    return next((held[plain] for plain in map(normalise, words) if plain in held), None)


def reason_of(wish: Wish, about: Record | Rule | None) -> str:
    """A wish in a few words, for the history."""
    if wish.kind is Kind.SYNONYM:
        return f"加同义词：{wish.text}"
    title = name_of(about) if about is not None else ""
    return {
        Kind.TAKEAWAY: f"改教训：{title}",
        Kind.LESSON: f"改原话教训：{title}",
        Kind.QUESTION: f"加问法“{wish.text}”：{title}",
        Kind.VERIFY: f"标为已核对：{title}",
        Kind.UNVERIFY: f"取消核对：{title}",
    }[wish.kind]


def name_of(about: Record | Rule) -> str:
    """A record or a rule book as people know it."""
    if isinstance(about, Case):
        return about.title
    if isinstance(about, Clause):
        return f"《{about.rule.title}》{about.label}"
    return f"《{about.title}》{about.edition}"
