"""What buttons carry that change the knowledge, or show what is in it."""

from dataclasses import dataclass
from typing import Annotated

from bot.chat.callback_data import CallbackData, Key, Page, Ticket

Step = Annotated[int, "[0-9]{1,9}"]
"""A number of the history."""
SnapshotId = Annotated[str, "[0-9a-f]{16}"]
LongPage = Annotated[int, "[0-9]{1,5}"]
"""From 0."""

# ---- of edits


@dataclass(frozen=True)
class OpenRecord(CallbackData, layout="er{record}"):
    """Show what can be changed of a record."""

    record: Key


@dataclass(frozen=True)
class OpenRecordBelow(CallbackData, layout="en{record}"):
    """Show it in a message of its own: the answer with the button stays."""

    record: Key


@dataclass(frozen=True)
class WriteTakeaway(CallbackData, layout="et{record}"):
    """Ask for a case's new takeaway."""

    record: Key


@dataclass(frozen=True)
class WriteLesson(CallbackData, layout="el{record}"):
    """Ask for a case's new lesson."""

    record: Key


@dataclass(frozen=True)
class WriteQuestion(CallbackData, layout="eq{record}"):
    """Ask for one more question of a record."""

    record: Key


@dataclass(frozen=True)
class WriteSynonyms(CallbackData, layout="es"):
    """Ask for synonyms."""


@dataclass(frozen=True)
class WriteSynonymsBeside(CallbackData, layout="es{record}"):
    """Ask for synonyms; the way back leads to a record."""

    record: Key


@dataclass(frozen=True)
class WriteNothing(CallbackData, layout="ew"):
    """Write nothing of what was asked for."""


@dataclass(frozen=True)
class Confirm(CallbackData, layout="eY{wish}"):
    """Make a change that was shown."""

    wish: Ticket


@dataclass(frozen=True)
class Decline(CallbackData, layout="eN{wish}"):
    """Don't make it."""

    wish: Ticket


@dataclass(frozen=True)
class Verify(CallbackData, layout="ev{rule}"):
    """Show what it means to mark a rule book as checked."""

    rule: Key


@dataclass(frozen=True)
class Unverify(CallbackData, layout="eu{rule}"):
    """Show what it means to take that back."""

    rule: Key


Write = WriteTakeaway | WriteLesson | WriteQuestion | WriteSynonyms | WriteSynonymsBeside
OfEdits = OpenRecord | OpenRecordBelow | Write | WriteNothing | Confirm | Decline
OF_EDITS: tuple[type[OfEdits], ...] = (
    *(OpenRecord, OpenRecordBelow, WriteTakeaway, WriteLesson, WriteQuestion, WriteSynonyms, WriteSynonymsBeside),
    *(WriteNothing, Confirm, Decline),
)
OfChecks = Verify | Unverify
OF_CHECKS: tuple[type[OfChecks], ...] = (Verify, Unverify)

# ---- of questions that were not answered


@dataclass(frozen=True)
class GapsPage(CallbackData, layout="eg{page}"):
    """A page of them."""

    page: Page


@dataclass(frozen=True)
class OpenGap(CallbackData, layout="ed{gap}"):
    """Show one, and the records that it may be meant for."""

    gap: Ticket


@dataclass(frozen=True)
class SetAside(CallbackData, layout="ei{gap}"):
    """Take one off the list."""

    gap: Ticket


@dataclass(frozen=True)
class TakeUp(CallbackData, layout="ej{gap}"):
    """Put it back."""

    gap: Ticket


@dataclass(frozen=True)
class AddTo(CallbackData, layout="ea{gap}.{record}"):
    """Make it a question of a record."""

    gap: Ticket
    record: Key


OfGaps = GapsPage | OpenGap | SetAside | TakeUp | AddTo
OF_GAPS: tuple[type[OfGaps], ...] = (GapsPage, OpenGap, SetAside, TakeUp, AddTo)

# ---- of the history


@dataclass(frozen=True)
class HistoryPage(CallbackData, layout="lh{page}"):
    """A page of it."""

    page: Step


@dataclass(frozen=True)
class OpenStep(CallbackData, layout="ld{step}"):
    """Show what a step has changed."""

    step: Step


@dataclass(frozen=True)
class RollBack(CallbackData, layout="lr{step}"):
    """Go back to a step; really?"""

    step: Step


@dataclass(frozen=True)
class RollBackForSure(CallbackData, layout="lR{step}"):
    """Yes."""

    step: Step


@dataclass(frozen=True)
class Accept(CallbackData, layout="la{snapshot}"):
    """Put in use what is answered worse."""

    snapshot: SnapshotId


@dataclass(frozen=True)
class Refuse(CallbackData, layout="lx{snapshot}"):
    """Don't; the files stay."""

    snapshot: SnapshotId


@dataclass(frozen=True)
class RefuseAndUndo(CallbackData, layout="lX{snapshot}"):
    """Don't; the files are put back, too."""

    snapshot: SnapshotId


@dataclass(frozen=True)
class Undo(CallbackData, layout="lu{step}"):
    """Take back what one step has changed."""

    step: Step


Decide = Accept | Refuse | RefuseAndUndo
OfHistory = HistoryPage | OpenStep | RollBack | RollBackForSure | Decide
OF_HISTORY: tuple[type[OfHistory], ...] = (
    *(HistoryPage, OpenStep, RollBack, RollBackForSure),
    *(Accept, Refuse, RefuseAndUndo),
)

# ---- of rule books


@dataclass(frozen=True)
class RulesPage(CallbackData, layout="gp{page}"):
    """A page of them."""

    page: Page


@dataclass(frozen=True)
class OpenBook(CallbackData, layout="gb{rule}.{page}"):
    """A page of the clauses of one."""

    rule: Key
    page: LongPage


@dataclass(frozen=True)
class OpenClause(CallbackData, layout="gc{clause}.{page}"):
    """A page of a clause in full."""

    clause: Key
    page: LongPage


OfRules = RulesPage | OpenBook | OpenClause
OF_RULES: tuple[type[OfRules], ...] = (RulesPage, OpenBook, OpenClause)
