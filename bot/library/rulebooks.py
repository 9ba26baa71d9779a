"""The rule books that are held: what is coming up, and which of them stand behind answers though they shouldn't."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.generation.generations import Generation
from retrieval.model import KnowledgeBase, Rule, RuleKind, Status

AHEAD = timedelta(days=60)
REACHED = 3
"""How many clauses of an answer people can reach."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which a rule book begins or ends."""

    day: date
    rule: Rule
    ends: bool


@dataclass(frozen=True, slots=True)
class Concerns:
    """What admins should know of the rule books that answers of some days stood on.

    Attributes:
        ended, unverified: Each with the number of answers, most first; one that is both is among the ended ones only.
        ending: Those that end soon, by day.
    """

    ended: tuple[tuple[Rule, int], ...] = ()
    unverified: tuple[tuple[Rule, int], ...] = ()
    ending: tuple[Turn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ended or self.unverified or self.ending)


def coming_turns(rules: Iterable[Rule], today: date) -> tuple[Turn, ...]:
    """What begins or ends after today and within 60 days, by day."""
    turns = [Turn(rule.in_force, rule, ends=False) for rule in rules if rule.in_force is not None]
    turns += [Turn(rule.ended, rule, ends=True) for rule in rules if rule.ended is not None]
    soon = (turn for turn in turns if today < turn.day <= today + AHEAD)
    return tuple(sorted(soon, key=lambda turn: (turn.day, turn.rule.id, turn.ends)))


def ordered(knowledge: KnowledgeBase) -> tuple[Rule, ...]:
    """All rule books by title, editions of one rule by age; guidance last."""
    return tuple(
        sorted(
            knowledge.rules,
            key=lambda rule: (rule.kind is RuleKind.GUIDANCE, rule.title, rule.in_force or date.min, rule.id),
        )
    )


def concerns(generation: Generation, answers: Iterable[Sequence[str]], today: date) -> Concerns:
    """What answers stood on.

    Args:
        generation: In use.
        answers: The ids of each answer's clauses, best first; those that are not held any more count for nothing.
        today: The station's day.
    """
    knowledge = generation.knowledge
    times: Counter[str] = Counter()
    for clauses in answers:
        held = (knowledge.clause_by_id.get(name) for name in clauses[:REACHED])
        times.update({clause.rule.id for clause in held if clause is not None})
    rules = {rule.id: rule for rule in knowledge.rules}
    used = [(rules[name], count) for name, count in times.most_common()]
    ended = tuple((rule, count) for rule, count in used if _has_ended(rule, today))
    unverified = tuple((rule, count) for rule, count in used if not rule.verified and not _has_ended(rule, today))
    return Concerns(ended, unverified, tuple(turn for turn in coming_turns(rules.values(), today) if turn.ends))


def _has_ended(rule: Rule, today: date) -> bool:
    return rule.kind is not RuleKind.GUIDANCE and rule.status(today) is Status.ENDED
