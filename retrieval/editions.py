"""The editions of a rule: which of them is meant, and what a clause is called in the others."""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.model import Case, Clause, KnowledgeBase, Rule
from retrieval.text import normalise

_KINSHIP = 0.4
"""From this likeness on two clauses are taken for the same one, reworded. Within one law, of ten articles nine have none that is more
than 0.4 to 0.6 like them: nobody's note is needed only where something else speaks for it too."""
_MARKS = re.compile(r"[\W_]+")


def by_age(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Editions of one rule, the oldest first; one without dates counts as older than all that have them."""
    return tuple(sorted(rules, key=lambda rule: (rule.in_force or rule.ended or date.min, rule.ended or date.max)))


def last_days(editions: Sequence[Rule]) -> tuple[date, ...]:
    """For each edition the first day on which it was no longer in force; `date.max` where there is none yet.

    Args:
        editions: Of one rule, the oldest first. Where one names its successor but no day, the next one's first day is its last.
    """
    ends = []
    for place, rule in enumerate(editions):
        following = editions[place + 1].in_force if place + 1 < len(editions) else None
        ends.append(rule.ended or (date.max if rule.replaced_by is None else following or date.min))
    return tuple(ends)


def is_of_year(rule: Rule, year: int) -> bool:
    """Whether an edition is called by a year: it is in its name, or it came into force in that year."""
    return str(year) in rule.edition or (rule.in_force is not None and rule.in_force.year == year)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which edition is meant of every rule of which several are held.

    Attributes:
        chosen: The id of the rule book under the name that its editions share.
    """

    chosen: tuple[tuple[str, str], ...]

    def passed_over(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The ids of those rule books that are other editions of a chosen one."""
        chosen = dict(self.chosen)
        return frozenset(rule.id for rule in rules if chosen.get(rule.book, rule.id) != rule.id)


class Editions:
    """The editions that a knowledge base holds, and how their clauses follow each other."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        grouped: dict[str, list[Rule]] = {}
        for rule in knowledge.rules:
            grouped.setdefault(rule.book, []).append(rule)
        self._several: Mapping[str, tuple[Rule, ...]] = {
            book: by_age(rules) for book, rules in grouped.items() if len(rules) > 1
        }
        self._knowledge = knowledge

    def __bool__(self) -> bool:
        """Whether there is a rule of which several editions are held."""
        return bool(self._several)

    def has_year(self, year: int) -> bool:
        """Whether any rule is held of which an edition is called by a year."""
        return any(is_of_year(rule, year) for rule in self._knowledge.rules)

    def of(self, rule: Rule) -> tuple[Rule, ...]:
        """All editions of a rule, the oldest first."""
        return self._several.get(rule.book, (rule,))

    def in_force(self, rule: Rule, day: date) -> Rule | None:
        """The edition that is in force on a day, or of which that is not known; None where none was."""
        editions = self.of(rule)
        for edition, end in reversed(tuple(zip(editions, last_days(editions), strict=True))):
            if (edition.in_force or date.min) <= day < end:
                return edition
        return None

    def choose(self, today: date, day: date | None = None, year: int | None = None, old: bool = False) -> Selection:
        """Which edition of each rule is meant.

        Where none is in force on the day, the last one that began before it is; before all of them, the first.

        Args:
            today: The day of the question.
            day: The day that it asks about; today where None.
            year: An edition by its year: 1996版. Goes before the day, for the rules that have such an edition.
            old: Whether the edition before the one in force is asked for.
        """
        chosen = {}
        for book, editions in self._several.items():
            named = [rule for rule in editions if year is not None and is_of_year(rule, year)]
            chosen[book] = named[-1].id if named else self._on(editions, today if old else day or today, old).id
        return Selection(tuple(chosen.items()))

    def _on(self, editions: Sequence[Rule], day: date, before: bool) -> Rule:
        begun = [rule for rule in editions if (rule.in_force or date.min) <= day]
        valid = self.in_force(editions[0], day)
        if before:
            earlier = editions[: editions.index(valid)] if valid else begun
            return earlier[-1] if earlier else valid or editions[0]
        return valid or (begun[-1] if begun else editions[0])

    def kin(self, clause: Clause) -> tuple[Clause, ...]:
        """The clauses of other editions that it was, the last one first, then those that it became."""
        found: dict[str, Clause] = {}
        waiting = deque(clause.becomes)
        while waiting:
            later = self._knowledge.clause_by_id.get(waiting.popleft())
            if later is not None and later.id not in found:
                found[later.id] = later
                waiting += later.becomes
        return (*clause.earlier, *found.values())

    def present(self, clause: Clause, day: date) -> tuple[Clause, ...]:
        """What a clause is in the edition in force on a day; itself where that is not known."""
        valid = self.in_force(clause.rule, day)
        if valid is None or valid.id == clause.rule.id:
            return (clause,)
        return tuple(one for one in self.kin(clause) if one.rule.id == valid.id) or (clause,)

    def meant(self, clause: Clause, selection: Selection) -> tuple[Clause, ...]:
        """What a clause is in the edition that is meant; itself where that is not known."""
        chosen = dict(selection.chosen).get(clause.rule.book, clause.rule.id)
        if chosen == clause.rule.id:
            return (clause,)
        return tuple(one for one in self.kin(clause) if one.rule.id == chosen) or (clause,)

    def beside(self, case: Case, day: date) -> tuple[Clause, ...]:
        """The clauses beside which a case is read on a day: what those that it names, and those set beside it, have become."""
        by_id = self._knowledge.clause_by_id
        present = (one for named in case.clause_ids for one in self.present(by_id[named], day))
        return tuple({clause.id: clause for clause in present}.values())

    def other_wording(self, clause: Clause, day: date, among: Iterable[Clause] = ()) -> Clause | None:
        """The clause of another edition that says the same thing otherwise; None where there is none, or in the same words.

        For a clause in force it is the last one before it, for any other the one in force.

        Args:
            clause: As it is shown.
            day: On which one of them is in force.
            among: Clauses that may be it though nobody has noted it.
        """
        ages = {rule.id: age for age, rule in enumerate(self.of(clause.rule))}
        if len(ages) < 2:
            return None
        valid = self.in_force(clause.rule, day)
        kin = self.kin(clause) or tuple(one for one in among if are_kin(clause, one))
        if valid is None or valid.id == clause.rule.id:
            others = [one for one in kin if ages[one.rule.id] < ages[clause.rule.id]]
            others.sort(key=lambda one: -ages[one.rule.id])
        else:
            others = [one for one in kin if one.rule.id == valid.id]
        return next((one for one in others[:1] if not same_words(clause, one)), None)


def follows(later: Clause, earlier: Clause) -> bool:
    """Whether a clause is noted to have taken the place of an earlier edition's."""
    return any(one.id == earlier.id for one in later.earlier)


def are_kin(one: Clause, other: Clause) -> bool:
    """Whether two clauses of different editions are about the same: as noted, else by their words."""
    if not one.rule.is_edition_of(other.rule):
        return False
    return follows(one, other) or follows(other, one) or likeness(pairs_of(one), pairs_of(other)) >= _KINSHIP


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts have in common, 0 to 1: Dice's coefficient.

    Args:
        one: The pairs of neighbouring characters of a text.
        other: Of the other text.
    """
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def pairs_of(clause: Clause) -> frozenset[str]:
    """The pairs of neighbouring characters of a clause's text, marks left out."""
    plain = _plain(clause.text)
    return frozenset(plain[start : start + 2] for start in range(len(plain) - 1))


def same_words(one: Clause, other: Clause) -> bool:
    """Whether two clauses differ in marks and spaces at the most."""
    return _plain(one.text) == _plain(other.text)


def _plain(text: str) -> str:
    return _MARKS.sub("", normalise(text))
