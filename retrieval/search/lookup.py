"""Clauses asked for by number: 供电营业规则67条, 十个不准第4条, 服务规范4条2款, 《…》第十九条(一)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.editions import Selection, is_of_year
from retrieval.model import Clause, ClauseNumber, KnowledgeBase, Rule
from retrieval.numerals import NUMERAL, parse_numeral
from retrieval.search.asked_time import read_edition_year, without_edition
from retrieval.text import normalise

_FIRST = {"头": "1", "首": "1"}
_LINK = "[的第之中里]*"
_ITEM = (
    rf"(?:{_LINK},?{_LINK}\((?P<bracket>{NUMERAL})\)[项款点]?"
    rf"|{_LINK},?{_LINK}(?P<item>{NUMERAL})[项款点]"
    rf"|第?(?P<bare>{NUMERAL})(?=$|[,。?!;]))?"
)
# A counted thing is no clause: 六七条线路, 第二条街.
_ARTICLE = r"条(?!线|路|缆|电|街|巷|河|沟|狗|鱼|腿|命|信息|消息|短信|微信|龙服)"
_NUMBER = re.compile(
    rf"第?(?P<article>[头首]?{NUMERAL}|[头首])(?:{_ARTICLE}|(?P<loose>[个项款点号]))(?:之(?P<inserted>[一二三四五六七八九]))?{_ITEM}"
)
_BARE = re.compile(
    rf"第?(?P<article>{NUMERAL})(?:、?[((](?P<bracket>{NUMERAL})[))]|[.-](?P<item>{NUMERAL})(?:[.-](?P<point>{NUMERAL}))?)?(?=$|[,。?!;,?!;是说讲写咋怎啥的])"
)
_MARKS = re.compile(r"[\s《》“”\"'‘’「」『』〈〉<>]")
# Blanks inside 第 四 条 mean nothing; others part what stands beside them.
_SPACED = re.compile(rf"\s*({NUMERAL}|[第条款项之()])\s*")
# Between a rule's name and the number people put marks, particles and the edition.
_BETWEEN = re.compile(r"(?:[,.:;、。的里中之上]|规定|当中|里面|里头|那个|\((?:19|20)\d\d[^)]{0,20}\))*+$")
# Before the tail of a name (条例) only these may stand; anything else makes it another rule's name (电力设施保护条例).
# Possessive, the longer words first: without that a row of them is tried in every combination.
_BEFORE_TAIL = re.compile(
    r"(?:看看|咱们|我们|你们|请问|想问|一下|那个|这个|国网|国家电网|公司|电网|按照|根据|依据|依照|对照|违反了|违反|还有|供电|关于|到底"
    r"|问|查|看|找|搜|下|这|那|咱|我|想|要|给|的|按|违|犯|了|是|和|跟|与|及|新|老|旧|版|第?\d+条)*+$"
)
_PLACE = re.compile(r"(?:省|市|县|区|州|盟|旗)$")
_RULE_WORD = re.compile(
    r"[\u4e00-\u9fff]{0,20}(?:法典|法|条例|规则|规范|办法|规定|规程|准则|细则|制度|标准|手册|通则|章程|意见|通知|安规|承诺|措施)$"
)
_ALONE = re.compile(
    r"(?:看看|请问|一下|还有|那么|那|再|[新旧老]版?|规定|内容|原文|什么|怎么|查|看|问|是|说|讲|写|咋|啥|的|了|呢|吗|[,?。!])*+"
)
_AND = "[、,和及与]"
_IN_A_ROW = re.compile(rf"(第?)({NUMERAL})((?:{_AND}第?{NUMERAL})+){_ARTICLE}(?!街|意见|建议|微|短|消)")
_ITEMS_IN_A_ROW = re.compile(
    rf"(?P<article>第?{NUMERAL}条)(?P<first>[的第之]*{NUMERAL}[项款]|\({NUMERAL}\))(?P<more>(?:{_AND}(?:第?{NUMERAL}[项款]|\({NUMERAL}\)))+)"
)
_CASE_NUMBER = re.compile(rf"案例之?({NUMERAL})(?![条个])")
_LONGEST = 300
"""Characters of a question that are searched for numbers."""
_HAN_END = re.compile("[\u4e00-\u9fff]*$")


@dataclass(frozen=True, slots=True)
class NumberLookup:
    """What a question that names a clause by number asks for.

    Attributes:
        rules: The rule books that the name may mean, best first; empty where none was named, or one that is not held.
        unknown: The name of a rule book that is not held; empty where there is none.
        number: The number asked for.
        clauses: The clauses held under it, of the edition that is meant, or of another where that one has none; empty where the
            knowledge does not hold it.
        held: Every clause held of the first of these rule books, for an honest answer where `clauses` is empty.
        rest: The question without names, numbers and edition, normalised, without blanks.
        otherwise: The clauses held under it of other editions of the rules of `clauses`.
    """

    rules: tuple[Rule, ...]
    unknown: str
    number: ClauseNumber
    clauses: tuple[Clause, ...]
    held: tuple[Clause, ...]
    rest: str
    otherwise: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A rule book's name in a question: where it starts, and what it stands for."""

    start: int
    rules: tuple[Rule, ...] = ()
    unknown: str = ""


class ClauseFinder:
    """Finds clauses by the number and the name of their rule book."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._clauses: dict[tuple[int, int], list[Clause]] = {}
        for clause in knowledge.clauses:
            self._clauses.setdefault((clause.number.article, clause.number.inserted), []).append(clause)
        self._rules = knowledge.rules
        self._by_rule = knowledge.clauses_by_rule
        self._exact, self._tails = _names(knowledge.rules)
        self._longest = max(map(len, self._exact), default=0)

    def find(self, question: str, selection: Selection | None = None) -> tuple[NumberLookup, ...]:
        """The clauses that a question asks for by number, in the order in which it names them.

        Empty where it names none. A further number belongs to the rule book named last. Without any name, only 第…条, or a number
        that is the whole question, counts.

        Args:
            question: As typed.
            selection: Which edition is meant of each rule; without it all are.
        """
        passed_over = selection.passed_over(self._rules) if selection else frozenset()
        text = _squeeze(question)
        # The norms that are taken from cases are numbered as these: …要求案例之六.
        text = _CASE_NUMBER.sub(
            lambda label: f"第{label[1]}条" if self._name_before(text, 0, label.start()) else label[0], text
        )
        found: list[tuple[_Named, ClauseNumber]] = []
        rest, end = "", 0
        last: _Named | None = None
        for match in self._numbers(text):
            number = _number(match.groupdict())
            named = self._name_before(text, end, match.start()) or last or self._name_anywhere(text)
            if number is None or (named is None and not _stands_alone(match, text)):
                continue
            named = self._of_year(_in_edition(named or _Named(match.start()), text), number, text)
            rest += text[end : max(end, min(named.start, match.start()))]
            end = match.end()
            last = _Named(match.start(), named.rules, named.unknown)
            found.append((named, number))
        rest = without_edition(rest + text[end:])
        return tuple(self._look_up(named, number, rest, passed_over) for named, number in found)

    def _of_year(self, named: _Named, number: ClauseNumber, text: str) -> _Named:
        """96版67条: where only an edition is named, the rule books of that year that have the article."""
        year = read_edition_year(text)
        if year is None or named.rules or named.unknown:
            return named
        held = dict.fromkeys(clause.rule for clause in self._article((), number) if is_of_year(clause.rule, year))
        return _Named(named.start, tuple(held))

    def _look_up(self, named: _Named, number: ClauseNumber, rest: str, passed_over: frozenset[str]) -> NumberLookup:
        rules = tuple(sorted(named.rules, key=lambda rule: rule.id in passed_over))
        article = () if named.unknown else self._article(rules, number)
        meant = _exactly([clause for clause in article if clause.rule.id not in passed_over], number)
        others = _exactly([clause for clause in article if clause.rule.id in passed_over], number)
        # A rule whose edition in question has no such clause is still better answered by another than not at all.
        found = {clause.rule.book for clause in meant}
        meant += [clause for clause in others if clause.rule.book not in found]
        otherwise = tuple(clause for clause in others if clause.rule.book in found)
        return NumberLookup(rules, named.unknown, number, tuple(meant), self._of(rules), rest, otherwise)

    def _numbers(self, text: str) -> list[re.Match[str]]:
        # 两个人, 三项业务: a loose unit counts only right behind a name.
        matches = [
            match
            for match in _NUMBER.finditer(text)
            if match["loose"] is None or self._name_before(text, 0, match.start())
        ]
        if not matches:  # 十个不准4, 服务规范四(二)
            for start in range(len(text)):
                for length in range(min(self._longest, len(text) - start), 1, -1):
                    if text[start : start + length] in self._exact:
                        bare = _BARE.match(text, start + length)
                        if bare:
                            return [bare]
                        break
        return matches

    def _name_before(self, text: str, begin: int, end: int) -> _Named | None:
        """The name that ends where a number starts."""
        between = _BETWEEN.search(text, begin, end)
        stop = between.start() if between else end
        for length in range(min(self._longest, stop - begin), 1, -1):
            start = stop - length
            name = text[start:stop]
            if name in self._exact:
                if _PLACE.search(text, begin, start):  # 河南省 before a name makes it another rule's
                    break
                return _Named(start, self._exact[name])
            if name in self._tails and self._may_precede_tail(text, begin, start):
                return _Named(start, self._tails[name])
        foreign = _RULE_WORD.search(text, begin, stop)
        if foreign:
            unknown = re.sub(f"^{_BEFORE_TAIL.pattern[:-1]}", "", foreign[0])
            return _Named(foreign.start(), (), unknown or foreign[0])
        return None

    @staticmethod
    def _may_precede_tail(text: str, begin: int, start: int) -> bool:
        """Whether what stands before the tail of a name is no part of a longer name."""
        run, filler = _HAN_END.search(text, begin, start), _BEFORE_TAIL.search(text, begin, start)
        return run is None or (filler is not None and filler.start() <= run.start())

    def _name_anywhere(self, text: str) -> _Named | None:
        for start in range(len(text)):
            for length in range(min(self._longest, len(text) - start), 2, -1):
                name = text[start : start + length]
                if name in self._exact:
                    return _Named(start, self._exact[name])
        return None

    def _of(self, rules: Sequence[Rule]) -> tuple[Clause, ...]:
        return self._by_rule[rules[0].id] if rules else ()

    def _article(self, rules: Sequence[Rule], number: ClauseNumber) -> Sequence[Clause]:
        """All that is held of an article, of the rules given, or of any where none is."""
        article = self._clauses.get((number.article, number.inserted), [])
        if not rules:
            return article
        order = {rule.id: position for position, rule in enumerate(rules)}
        return sorted(
            (clause for clause in article if clause.rule.id in order), key=lambda clause: order[clause.rule.id]
        )


def _exactly(article: Sequence[Clause], number: ClauseNumber) -> list[Clause]:
    """The very item; else the article that holds it; for a whole article that is held only in items, all of them."""
    return [clause for clause in article if clause.number == number] or [
        clause
        for clause in article
        if number.item == 0
        or clause.number.item == 0
        or (clause.number.item == number.item and 0 in {clause.number.point, number.point})
    ]


def _in_edition(named: _Named, text: str) -> _Named:
    """The rule books of the edition that a question names; an edition that is not held is no rule that is held."""
    year = read_edition_year(text)
    if year is None or not named.rules:
        return named
    rules = tuple(rule for rule in named.rules if is_of_year(rule, year))
    return _Named(named.start, rules) if rules else _Named(named.start, (), f"{named.rules[0].title}（{year}版）")


def _stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether a number that belongs to no name is meant as a clause's."""
    rest = without_edition(text[: match.start()] + text[match.end() :])
    return match[0].startswith("第") or _ALONE.fullmatch(rest) is not None


def _squeeze(question: str) -> str:
    text = _SPACED.sub(r"\1", normalise(question[:_LONGEST]))
    text = _MARKS.sub("", text.replace(" ", ","))
    # 第67、83条 asks for both, 第4条第2项、第5项 too.
    text = _IN_A_ROW.sub(_each_article, text)
    return _ITEMS_IN_A_ROW.sub(_each_item, text)


def _each_article(row: re.Match[str]) -> str:
    # 有三、四条…: counted things, unless a rule's name or 第 stands before.
    before = row.string[: row.start()]
    if not row[1] and not re.search("[则例范法定程准诺有]$", before):
        return row[0]
    return "、".join(f"第{number}条" for number in re.findall(NUMERAL, row[2] + row[3]))


def _each_item(row: re.Match[str]) -> str:
    items = re.findall(NUMERAL, row["first"] + row["more"])
    return "、".join(f"{row['article']}第{item}项" for item in items)


def _number(groups: Mapping[str, str | None]) -> ClauseNumber | None:
    written = groups["article"] or ""
    article = parse_numeral(_FIRST.get(written, written.lstrip("头首")))
    inserted = parse_numeral(groups.get("inserted") or "零")
    item = parse_numeral(groups.get("bracket") or groups.get("item") or groups.get("bare") or "零")
    point = parse_numeral(groups.get("point") or "零")
    if not article or inserted is None or item is None or point is None:
        return None
    return ClauseNumber(article, inserted, item, point)


def _names(rules: Sequence[Rule]) -> tuple[dict[str, tuple[Rule, ...]], dict[str, tuple[Rule, ...]]]:
    """Everything that a rule book may be called, without marks: its title and short names, and the tails of these.

    Staff cut names from the front: 电力供应与使用条例 → 使用条例 → 条例.
    """
    exact: dict[str, dict[str, Rule]] = {}
    tails: dict[str, dict[str, Rule]] = {}
    for rule in rules:
        for name in (rule.title, *rule.short):
            plain = _MARKS.sub("", normalise(name))
            exact.setdefault(plain, {})[rule.id] = rule
            for start in range(1, len(plain) - 1):
                tails.setdefault(plain[start:], {})[rule.id] = rule
    return (
        {name: tuple(found.values()) for name, found in exact.items()},
        {name: tuple(found.values()) for name, found in tails.items() if name not in exact},
    )
