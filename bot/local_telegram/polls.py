"""Polls and quizzes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.local_telegram.entities import utf16_length
from bot.local_telegram.errors import ImpossibleError, RejectedError, bad_request
from bot.local_telegram.markup import Formatted, Known, formatted
from bot.local_telegram.parameters import Parameters

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
OPTIONS = (2, 12)
EXPLANATION_LIMIT = 200
_OPEN_PERIOD = (5, 2_628_000)


@dataclass(slots=True)
class Poll:
    """A poll, and who chose what.

    Attributes:
        id: As a string of digits.
        correct: Places of the right options, from 0; empty in a poll that is no quiz.
        closes_at: Unix seconds; None where it stays open.
        votes: Places of the chosen options, by person.
    """

    id: str
    question: Formatted
    options: tuple[str, ...]
    quiz: bool = False
    anonymous: bool = True
    multiple: bool = False
    revoting: bool = True
    correct: tuple[int, ...] = ()
    explanation: Formatted | None = None
    open_period: int | None = None
    closes_at: float | None = None
    closed: bool = False
    votes: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """What each option is called for good, in order."""
        return tuple(str(place) for place in range(len(self.options)))

    @property
    def wire(self) -> dict[str, Any]:
        """The poll as the bot that sent it sees it."""
        return self._shown() | self._solution()

    def wire_for(self, user_id: int) -> dict[str, Any]:
        """The poll as a person sees it, with `chosen`: what they voted for; the solution once they voted or it is closed."""
        chosen = self.votes.get(user_id)
        shown = self._shown() | {"chosen": list(chosen or ())}
        if not (self.closed or chosen):
            return shown
        solution = self._solution()
        return shown | solution | ({"correct_option_id": self.correct[0]} if self.correct else {})

    def _shown(self) -> dict[str, Any]:
        counts = [0] * len(self.options)
        for chosen in self.votes.values():
            for place in chosen:
                counts[place] += 1
        shown: dict[str, Any] = {
            "id": self.id,
            "question": self.question.text,
            "options": [
                {"persistent_id": name, "text": text, "voter_count": count}
                for name, text, count in zip(self.option_ids, self.options, counts, strict=True)
            ],
            "total_voter_count": sum(1 for chosen in self.votes.values() if chosen),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": "quiz" if self.quiz else "regular",
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": False,
        }
        if self.open_period is not None:
            shown["open_period"] = self.open_period
        if self.closes_at is not None:
            shown["close_date"] = int(self.closes_at)
        return shown

    def _solution(self) -> dict[str, Any]:
        if not self.quiz:
            return {}
        solution: dict[str, Any] = {"correct_option_ids": list(self.correct)}
        if self.explanation is not None:
            solution["explanation"] = self.explanation.text
            solution["explanation_entities"] = list(self.explanation.entities)
        return solution

    def close_if_due(self, now: float) -> bool:
        """Close it where its time is over; says whether it closed just now."""
        if self.closed or self.closes_at is None or now < self.closes_at:
            return False
        self.closed = True
        return True

    def vote(self, user_id: int, options: Sequence[int]) -> None:
        """Take a vote; an empty one takes the vote back.

        Raises:
            ImpossibleError: Where the phone would not allow it.
        """
        if self.closed:
            raise ImpossibleError("投票已经结束")
        if any(not 0 <= place < len(self.options) for place in options):
            raise ImpossibleError("没有这个选项")
        if len(set(options)) > 1 and not self.multiple:
            raise ImpossibleError("只能选一项")
        if self.votes.get(user_id) and not self.revoting:
            raise ImpossibleError("这道题已经答过,不能再改")
        if not options and not self.votes.get(user_id):
            raise ImpossibleError("还没有投票")
        self.votes[user_id] = tuple(sorted(set(options)))
        if not options:
            del self.votes[user_id]


def poll_from(parameters: Parameters, poll_id: str, now: float, known: Known) -> Poll:
    """The poll that sendPoll asks for.

    Args:
        poll_id: For the new poll.
        now: Unix seconds.
        known: Who can be mentioned by id in the explanation.

    Raises:
        RejectedError: 400, where the Bot API takes no such poll.
    """
    question = formatted(parameters.text("question"), parameters.values.get("question_parse_mode"))
    if not question.text:
        raise bad_request("poll question must be non-empty")
    if utf16_length(question.text) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")
    options = _options(parameters)
    kind = parameters.text("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    quiz = kind == "quiz"
    multiple = parameters.flag("allows_multiple_answers")
    correct = _correct(parameters, len(options), multiple) if quiz else ()
    period, closes_at = _closing(parameters, now)
    return Poll(
        id=poll_id,
        question=question,
        options=options,
        quiz=quiz,
        anonymous=parameters.flag("is_anonymous", default=True),
        multiple=multiple,
        revoting=parameters.flag("allows_revoting", default=not quiz),
        correct=correct,
        explanation=_explanation(parameters, known) if quiz else None,
        open_period=period,
        closes_at=closes_at,
        closed=parameters.flag("is_closed"),
    )


def _options(parameters: Parameters) -> tuple[str, ...]:
    given = parameters.array("options", "poll options")
    if given is None:
        raise bad_request("poll options are not specified")
    texts = []
    for option in given:
        text = option.get("text") if isinstance(option, Mapping) else option
        if not isinstance(text, str):
            raise bad_request("can't parse poll option: expected an Object")
        texts.append(text.strip())
    if len(texts) < OPTIONS[0]:
        raise bad_request(f"poll must have at least {OPTIONS[0]} option")
    if len(texts) > OPTIONS[1]:
        raise bad_request(f"poll can't have more than {OPTIONS[1]} options")
    if not all(texts):
        raise bad_request("poll options must be non-empty")
    if any(utf16_length(text) > OPTION_LIMIT for text in texts):
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    return tuple(texts)


def _correct(parameters: Parameters, options: int, multiple: bool) -> tuple[int, ...]:
    several = parameters.array("correct_option_ids", "correct option identifiers")
    single = parameters.integer("correct_option_id")
    correct = list(several) if several is not None else [] if single is None else [single]
    if not correct or any(not isinstance(place, int) or not 0 <= place < options for place in correct):
        raise _wrong_option()
    if sorted(set(correct)) != correct or (len(correct) > 1 and not multiple):
        raise _wrong_option()
    return tuple(correct)


def _wrong_option() -> RejectedError:
    return bad_request("wrong correct option ID specified")


def _explanation(parameters: Parameters, known: Known) -> Formatted | None:
    explanation = formatted(
        parameters.text("explanation"),
        parameters.values.get("explanation_parse_mode"),
        parameters.array("explanation_entities", "MessageEntity"),
        known,
    )
    if utf16_length(explanation.text) > EXPLANATION_LIMIT or explanation.text.count("\n") > 2:
        raise bad_request(f"poll explanation length must not exceed {EXPLANATION_LIMIT}")
    return explanation if explanation.text else None


def _closing(parameters: Parameters, now: float) -> tuple[int | None, float | None]:
    period, date = parameters.integer("open_period"), parameters.integer("close_date")
    shortest, longest = _OPEN_PERIOD
    if period:
        if not shortest <= period <= longest:
            raise bad_request("poll open period is invalid")
        return period, now + period
    if date:
        if not shortest <= date - now <= longest:
            raise bad_request("poll close date is invalid")
        return None, float(date)
    return None, None
