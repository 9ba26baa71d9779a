"""Answers for the command line: as people see them, and as other programs read them."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.asking.acts import turn_reply
from bot.chat.markup import plain_text
from bot.generation.generations import build_generation
from retrieval.answering.answer import Answer
from retrieval.answering.conversation import Talker
from retrieval.answering.turns import Conversation, Turn
from retrieval.model import Case, Clause
from retrieval.search.hits import Hit

_LARGE = 2_000
_WIDTH = 30


def show_progress(done: int, total: int) -> None:
    """A bar on stderr while a large folder is indexed; nothing for a small one, or where nobody watches."""
    if total < _LARGE or not sys.stderr.isatty():
        return
    filled = _WIDTH * done // total
    end = "\n" if done == total else ""
    print(f"\r建立索引 [{'█' * filled}{'·' * (_WIDTH - filled)}] {done}/{total}", end=end, file=sys.stderr, flush=True)


class Console:
    """Answers from one folder."""

    def __init__(self, folder: Path, contact: str = "班组长或所里的培训员") -> None:
        self._generation = build_generation(folder, show_progress)
        self._contact = contact

    def answer(self, question: str, today: date, previous: str = "") -> Answer:
        """Answer a question; see `retrieval.answering.answer.Answerer`."""
        return self._generation.answerer.answer(question, today=today, previous=previous)

    def take(self, message: str, before: Conversation, today: date) -> tuple[Turn, Conversation]:
        """Answer a message of a conversation; see `retrieval.answering.conversation.Talker`."""
        return Talker(self._generation.answerer).take(message, before, today=today)

    def as_text(self, turn: Turn) -> str:
        """The reply without formatting; of the buttons only what they say."""
        reply = turn_reply(turn, self._contact)
        rows = ["  ".join(f"[{button.label}]" for button in row) for row in reply.keyboard]
        return "\n".join([plain_text(reply.html), *rows])

    def as_json(self, turn: Turn, seconds: float, identifier: str | None) -> str:
        """One line of JSON; `asked_for`, and `otherwise` of a clause, only where there is something to be said.

        Args:
            turn: What was answered.
            seconds: How long it took.
            identifier: The question's own, passed through; left out where None.
        """
        answer = turn.answer
        result: dict[str, Any] = {} if identifier is None else {"id": identifier}
        result |= {
            "question": answer.question,
            "tier": answer.tier.value,
            "clauses": [_clause(hit, answer) for hit in answer.clauses],
            "cases": [_case(hit) for hit in answer.cases],
            "matched": list(answer.matched),
            "advice": list(answer.advice),
            "act": turn.act.value if turn.act is not None else None,
            "reply": turn_reply(turn, self._contact).html,
            "ms": round(seconds * 1000, 3),
        }
        if answer.asked_for is not None:
            result["asked_for"] = answer.asked_for.isoformat()
        return json.dumps(result, ensure_ascii=False)


def _clause(hit: Hit[Clause], answer: Answer) -> dict[str, Any]:
    clause = hit.record
    rule = clause.rule
    return {
        "id": clause.id,
        "rule": rule.title,
        "number": clause.label,
        "text": clause.text,
        "status": rule.status(answer.today).value,
        "verified": rule.verified,
        "replaced_by": rule.replaced_by,
        "score": round(hit.score, 4),
    } | _otherwise(answer.other_wording(clause), answer.today)


def _case(hit: Hit[Case]) -> dict[str, Any]:
    case = hit.record
    return {
        "id": case.id,
        "title": case.title,
        "kind": case.kind.value,
        "takeaway": case.takeaway,
        "score": round(hit.score, 4),
    }


def _otherwise(clause: Clause | None, today: date) -> dict[str, Any]:
    """The clause of another edition that says it otherwise, where there is one."""
    if clause is None:
        return {}
    rule = clause.rule
    other = {
        "id": clause.id,
        "edition": rule.edition,
        "number": clause.label,
        "text": clause.text,
        "status": rule.status(today).value,
        "in_force": rule.in_force and rule.in_force.isoformat(),
        "ended": rule.ended and rule.ended.isoformat(),
    }
    return {"otherwise": other}
