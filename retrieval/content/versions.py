"""The editions of a rule, each in its own file: which files belong together, whether their days fit, how clauses follow each other."""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from retrieval.content.rules import RuleBook
from retrieval.editions import by_age
from retrieval.errors import Problem
from retrieval.model import Clause, Rule


def tie_editions(books: Sequence[RuleBook], problems: list[Problem]) -> list[RuleBook]:
    """Give the editions of one rule the same `Rule.book`.

    Files belong together where they bear the same `rule`, or one bears the other's id there, or where their titles are the same:
    whoever copies a file for the new edition and forgets the key must not get old answers. Two files of one title that bear
    different `rule`s are two rules.

    Args:
        books: As read, in the order of their files.
        problems: Gets the files of which it can't be told.

    Returns:
        The same, in the same order.
    """
    given: dict[str, set[str]] = {}
    for book in books:
        given.setdefault(book.rule.title, set()).update({book.front.text("rule")} - {""})
    names = _Names()
    for book in books:
        rule = book.rule
        if len(given[rule.title]) < 2:
            names.unite(rule.book, f"《{rule.title}》" if rule.title else rule.book)
        elif not book.front.text("rule"):
            problems.append(
                Problem(
                    rule.path,
                    book.front.line("title"),
                    f"另外几个文件也叫《{rule.title}》，rule 却不一样：这个文件也要写上 rule，才知道它是哪一部的哪一版",
                )
            )
    tied = []
    for book in books:
        name = names.of(book.rule.book)
        if name == book.rule.book:
            tied.append(book)
        else:
            rule = replace(book.rule, book=name)
            tied.append(replace(book, rule=rule, clauses=tuple(replace(clause, rule=rule) for clause in book.clauses)))
    return tied


class _Names:
    """Names that mean the same."""

    def __init__(self) -> None:
        self._same: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The one of them that stands for all: never a title."""
        while name in self._same:
            name = self._same[name]
        return name

    def unite(self, name: str, title: str) -> None:
        first, second = self.of(name), self.of(title)
        if first != second:
            if first.startswith("《") or (not second.startswith("《") and second < first):
                first, second = second, first
            self._same[second] = first


def check_days(books: Sequence[RuleBook], problems: list[Problem], notices: list[str]) -> None:
    """Two editions of one rule must not be in force on the same day, and there should be no day without one."""
    for position, later in enumerate(books):
        problems += [
            Problem(
                later.rule.path,
                later.front.line("in_force"),
                f"《{later.rule.title}》的两个版本施行时间重叠了，另一个在 {earlier.rule.path.as_posix()}："
                "请写对 in_force 和 ended",
            )
            for earlier in books[:position]
            if earlier.rule.is_edition_of(later.rule) and _overlap(earlier.rule, later.rule)
            if earlier.front.is_read and later.front.is_read
        ]
    front_of = {book.rule.id: book.front for book in books}
    for editions in _editions(book for book in books if book.front.is_read):
        for earlier_rule, later_rule in itertools.pairwise(editions):
            said = _gap(earlier_rule, later_rule)
            if said:
                front = front_of[earlier_rule.id]
                line = front.line("ended" if earlier_rule.ended else "replaced_by")
                notices.append(f"{earlier_rule.path.as_posix()}:{line}: {said}")


def _overlap(one: Rule, other: Rule) -> bool:
    if any(rule.replaced_by and not rule.ended for rule in (one, other)):
        return False  # it has ended on a day that nobody has noted
    return _first(one) < _end(other) and _first(other) < _end(one)


def _first(rule: Rule) -> date:
    return rule.in_force or date.min


def _end(rule: Rule) -> date:
    return rule.ended or date.max


def _gap(earlier: Rule, later: Rule) -> str:
    """What is to be said of the days between two editions; empty where they follow each other."""
    if later.in_force is None:
        return ""
    if earlier.ended is None:
        return (
            f"没写失效日期(ended)，而后一版 {later.path.as_posix()} 从 {later.in_force} 起施行："
            f"查实以后请写上 ended: {later.in_force}"
            if earlier.replaced_by
            else ""
        )
    if earlier.ended < later.in_force:
        return (
            f"这一版 {earlier.ended} 失效，后一版 {later.path.as_posix()} 到 {later.in_force} 才施行，"
            f"中间有 {(later.in_force - earlier.ended).days} 天哪一版都不管：请核对日期"
        )
    return ""


def _editions(books: Iterable[RuleBook]) -> list[tuple[Rule, ...]]:
    grouped: dict[str, list[Rule]] = {}
    for book in books:
        if book.rule.book:
            grouped.setdefault(book.rule.book, []).append(book.rule)
    return [by_age(rules) for rules in grouped.values()]


def link_clauses(
    books: Sequence[RuleBook], problems: list[Problem], unread: Collection[str] = ()
) -> tuple[Clause, ...]:
    """Check what clauses say they become (现为), and give those their `Clause.was`.

    Args:
        books: In the order of their files, editions tied.
        problems: Gets what names no clause, a clause of another rule, or one of the same or an earlier edition.
        unread: Ids of books whose files can't be read: what names their clauses is no Problem.

    Returns:
        All clauses, in the order of their files.
    """
    clauses = {clause.id: clause for book in books for clause in book.clauses}
    ages = {rule.id: age for editions in _editions(books) for age, rule in enumerate(editions)}
    unread = {*unread, *(book.rule.id for book in books if not book.front.is_read)}
    sources: dict[str, list[str]] = {}
    for book in books:
        for (source, target), line in book.becomes.items():
            if unread & {book.rule.id, target.partition("#")[0]}:
                continue  # nobody knows which editions they are
            fault = _fault(clauses[source], target, clauses, ages) if source in clauses else None
            if fault:
                problems.append(Problem(book.rule.path, line, fault))
            elif source in clauses:
                sources.setdefault(target, []).append(source)
    # The oldest editions first: what a clause was is complete when its successor gets it.
    for target in sorted(sources, key=lambda identifier: ages[clauses[identifier].rule.id]):
        clauses[target] = replace(clauses[target], was=tuple(clauses[source] for source in sources[target]))
    return tuple(clauses[clause.id] for book in books for clause in book.clauses)


def _fault(source: Clause, target: str, clauses: Mapping[str, Clause], ages: Mapping[str, int]) -> str | None:
    found = clauses.get(target)
    if found is None:
        return f"“现为”里的“{target}”在规章里找不到，应写成 新版的规章id#条号，例如 supply-business-rules-2024#70"
    if found.rule.book != source.rule.book:
        return (
            f"“现为”里的“{target}”是《{found.rule.title}》的条款，和这一条不是同一部规章的两版。"
            "换了名称的，两个文件的开头都写上同样的 rule"
        )
    if ages.get(found.rule.id, 0) <= ages.get(source.rule.id, 0):
        return f"“现为”里的“{target}”不是后来那一版的条款：只写在旧版里，指向新版"
    return None
