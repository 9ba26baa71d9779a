"""Clauses asked for by number: 供电营业规则67条, 规则67, 服务规范4条2款, 67到83条, 《…》第十九条(一), and whole rule books: 五有."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.editions import Selection, is_of_year
from retrieval.model import Clause, ClauseNumber, KnowledgeBase, Rule, Status
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
# Behind a name 条 may be left out: 十个不准4, 服务规范四(二), 规则67和83; what is counted or measured is no number: 承诺2天内.
_STOP = r"(?=$|[,。?!;是说讲写咋怎啥的呢])"
_BARE = re.compile(
    rf"第?(?P<article>{NUMERAL})(?:、?\((?P<bracket>{NUMERAL})\)[项款]?|(?P<dash>[.-])(?P<item>{NUMERAL})(?:[.-](?P<point>{NUMERAL}))?)?"
    r"(?=$|[,。?!;是说讲写咋怎啥的呢、和及与跟])"
)
_FURTHER = re.compile(rf"[、,和及与跟]第?{NUMERAL}")
_RANGE = re.compile(
    rf"第?(?P<first>{NUMERAL})(?:条?(?:到|至|[-~—–]{{1,2}})第?(?P<last>{NUMERAL}){_ARTICLE}|(?:到|至|[~—–]{{1,2}})(?P<bare>{NUMERAL}){_STOP})"
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
    r"(?:看看|请问|一下|还有|那么|给我|发我|我想|我要|那|再|从|按|[新旧老]版?|规定|内容|原文|什么|怎么|查|看|问|是|说|讲|写|咋|啥|的|了|呢|吗|[,?。!])*+"
)
_LONE = re.compile(
    rf"{_ALONE.pattern}(?P<mark>第?)(?P<article>{NUMERAL})(?:\((?P<bracket>{NUMERAL})\)|[.-](?P<item>{NUMERAL}))?{_ALONE.pattern}"
)
_LONE_ITEM = re.compile(
    rf"{_ALONE.pattern}(?:第?(?P<item>{NUMERAL})[款项]|\((?P<bracket>{NUMERAL})\)[款项]?){_ALONE.pattern}"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# Numbers that are typed alone and mean something else: who to call, and volts.
_NO_ARTICLES = {"110", "119", "120", "122", "220", "380", "400"}
# What is said around the name of a rule book by who wants to see all of it: 五有是哪五有, 服务规范有哪些条, 十个不准都有哪些.
_WHOLE = re.compile(
    r"(?:看看|请问|想问|一下|给我|发我|我想|我要|我们|咱们|供电所|优质|服务|要|做到|知道|都|包括|包含|具体|分别|指|全部|所有|哪些|哪几|哪"
    r"|[一二两三四五六七八九十0-9几]{1,3}[条个项款句]|[几多]少?[条个项款句]|内容|条文|条款|全文|原文|规定|列表|列|什么|啥子|啥|怎么|咋|背|查|看|问|是|有|说|讲|写|些|条|个|项|款"
    r"|那|这|的|了|呢|吗|吧|来着|里面|里|中|[,?。!:;])*+"
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
    """What a question that names a clause by number, or a whole rule book, asks for.

    Attributes:
        rules: The rule books that the name may mean, best first; empty where none was named, or one that is not held.
        unknown: The name of a rule book, or of an edition, that is not held; empty where there is none.
        number: The number asked for, the first one of a range; of a whole rule book that of the first clause held.
        clauses: The clauses held under it, of the edition that is meant, or of another where that one has none; empty where the
            knowledge does not hold it.
        held: Every clause held of the first of these rule books, or of another edition where the one asked for is not held: for an
            honest answer where `clauses` is empty.
        rest: The question without names, numbers and edition, normalised, without blanks.
        otherwise: The clauses held under it of other editions of the rules of `clauses`.
        last: The last article of a range; 0 where one number was asked for.
        whole: Whether a rule book was named and no number: all of it is asked for.
    """

    rules: tuple[Rule, ...]
    unknown: str
    number: ClauseNumber
    clauses: tuple[Clause, ...]
    held: tuple[Clause, ...]
    rest: str
    otherwise: tuple[Clause, ...] = ()
    last: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A rule book's name in a question: where it starts, and what it stands for.

    Attributes:
        held: For an edition that is not held, the rule books of other years.
        end: Where the name of a rule book held ends.
        is_tail: Whether it is only the end of a name, which may be a common word: 规则, 承诺.
    """

    start: int
    rules: tuple[Rule, ...] = ()
    unknown: str = ""
    held: tuple[Rule, ...] = ()
    end: int = -1
    is_tail: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """A number in a question: where it stands, and what it stands for; `last` is 0 where it is no range."""

    start: int
    end: int
    number: ClauseNumber
    last: int = 0


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
        text = self._text(question)
        found: list[tuple[_Named, _Asked]] = []
        rest, end = "", 0
        last: _Named | None = None
        for asked in self._numbers(text):
            named = self._name_before(text, end, asked.start) or last or self._name_anywhere(text)
            if named is None and not _stands_alone(asked, text):
                continue
            named = self._of_year(_in_edition(named or _Named(asked.start), text), asked.number, text)
            rest += text[end : max(end, min(named.start, asked.start))]
            end = asked.end
            last = replace(named, start=asked.start)
            found.append((named, asked))
        rest = without_edition(rest + text[end:])
        passed_over = self._passed_over(selection)
        if not found:
            return self._lone(text, passed_over)
        return tuple(self._look_up(named, asked, rest, passed_over) for named, asked in found)

    def find_book(self, question: str, selection: Selection | None = None) -> tuple[NumberLookup, ...]:
        """The rule book that a question names and says nothing else of: 五有, 十个不准都有哪些; empty where it asks for something else.

        Args:
            question: As typed.
            selection: Which edition is meant of each rule; without it all are.
        """
        text = self._text(question)
        found = self._name_anywhere(text, 2)
        if found is None:
            return ()
        year = _YEAR.search(without_edition(text))
        named = _in_edition(found, text if year is None else f"{year[0]}版")
        rest = without_edition(text) if year is None else text.replace(year[0], "")
        for name in sorted(self._exact, key=len, reverse=True):
            rest = rest.replace(name, "")
        if not _WHOLE.fullmatch(rest):
            return ()
        passed_over = self._passed_over(selection)
        rules = tuple(rule for rule in named.rules if rule.id not in passed_over) or named.rules
        held = tuple(clause for rule in rules or named.held for clause in self._by_rule[rule.id])
        if not held:
            return ()
        number, end = held[0].number, held[-1].number.article
        return (NumberLookup(rules, named.unknown, number, held if rules else (), held, "", (), end, whole=True),)

    def complete(self, question: str, before: str, selection: Selection | None = None) -> str:
        """A question that says no more than a number, with the rule book named that was asked for before it; empty where there is none.

        那83条呢 and 83 are of the rule book named last, 第五款呢 of its article.

        Args:
            question: As typed.
            before: The question before it.
            selection: Which edition is meant of each rule; without it all are.
        """
        text = self._text(question)
        lone, item = _LONE.fullmatch(text), _LONE_ITEM.fullmatch(text)
        asked = self._numbers(text)
        if not (lone or item or asked):
            return ""
        earlier = self.find(before, selection) or self.find_book(before, selection)
        name, article = self._last_named(before, earlier)
        if not name:
            return ""
        if asked:
            return f"{name}{question.lstrip('那')}"
        number = _number(lone.groupdict()) if lone else None
        if number is not None and not _YEAR.fullmatch(str(number.article)):
            return f"{name}第{number.article}条" + (f"第{number.item}项" if number.item else "")
        if item and article:
            return f"{name}第{article}条第{item['item'] or item['bracket']}项"
        return ""

    def edition_not_held(self, question: str, year: int, day: date | None) -> str:
        """The edition that a question names by its year, if no such edition is held; else empty.

        Args:
            question: As typed.
            year: That it names.
            day: The last day of that year where the year may also be meant as a time: then an edition in force on it will do.
        """
        named = self._name_anywhere(self._text(question))
        if named is None:
            return "" if day or any(is_of_year(rule, year) for rule in self._rules) else f"{year}版"
        if any(is_of_year(rule, year) or (day and rule.status(day) is not Status.ENDED) for rule in named.rules):
            return ""
        return f"{named.rules[0].title}（{year}版）"

    def _last_named(self, before: str, earlier: Sequence[NumberLookup]) -> tuple[str, int]:
        """The name of the rule book that a question named last, and the article; empty and 0 where it named none."""
        if not earlier:
            named = self._name_anywhere(self._text(before))
            return (named.rules[0].title, 0) if named else ("", 0)
        last = earlier[-1]
        article = 0 if last.whole else last.last or last.number.article
        if last.rules or last.unknown:
            return (last.rules[0].title if last.rules else last.unknown), article
        rules = {clause.rule.id: clause.rule for clause in last.clauses}
        return (next(iter(rules.values())).title, article) if len(rules) == 1 else ("", 0)

    def _text(self, question: str) -> str:
        text = _squeeze(question)
        # The norms that are taken from cases are numbered as these: …要求案例之六.
        return _CASE_NUMBER.sub(
            lambda label: f"第{label[1]}条" if self._name_before(text, 0, label.start()) else label[0], text
        )

    def _passed_over(self, selection: Selection | None) -> frozenset[str]:
        return selection.passed_over(self._rules) if selection else frozenset()

    def _lone(self, text: str, passed_over: frozenset[str]) -> tuple[NumberLookup, ...]:
        """67 and nothing else, where one rule book alone has such an article."""
        lone = _LONE.fullmatch(text)
        if lone is None or not re.fullmatch("[0-9]{2,3}", lone["article"]) or lone["article"] in _NO_ARTICLES:
            return ()
        number = _number(lone.groupdict())
        if number is None:
            return ()
        found = self._look_up(_Named(0), _Asked(0, len(text), number), "", passed_over)
        return (found,) if len({clause.rule.book for clause in found.clauses}) == 1 else ()

    def _of_year(self, named: _Named, number: ClauseNumber, text: str) -> _Named:
        """96版67条: where only an edition is named, the rule books of that year that have the article."""
        year = read_edition_year(text)
        if year is None or named.rules or named.unknown:
            return named
        article = dict.fromkeys(clause.rule for clause in self._article((), number))
        if not any(is_of_year(rule, year) for rule in self._rules):
            return _Named(named.start, (), f"{year}版", tuple(article))
        return _Named(named.start, tuple(rule for rule in article if is_of_year(rule, year)))

    def _look_up(self, named: _Named, asked: _Asked, rest: str, passed_over: frozenset[str]) -> NumberLookup:
        number = asked.number
        rules = tuple(sorted(named.rules, key=lambda rule: rule.id in passed_over))
        article = () if named.unknown else self._article(rules, number, asked.last)
        meant = [clause for clause in article if clause.rule.id not in passed_over]
        others = [clause for clause in article if clause.rule.id in passed_over]
        if not asked.last:
            meant, others = _exactly(meant, number), _exactly(others, number)
        # A rule whose edition in question has no such clause is still better answered by another than not at all.
        found = {clause.rule.book for clause in meant}
        meant += [clause for clause in others if clause.rule.book not in found]
        otherwise = tuple(clause for clause in others if clause.rule.book in found)
        held = self._of(rules or sorted(named.held, key=lambda rule: rule.id in passed_over))
        return NumberLookup(rules, named.unknown, number, tuple(meant), held, rest, otherwise, asked.last)

    def _numbers(self, text: str) -> list[_Asked]:
        """Every number in a question that may be a clause's, in its order."""
        asked = [
            _Asked(match.start(), match.end(), ClauseNumber(first), last)
            for match in _RANGE.finditer(text)
            if (first := parse_numeral(match["first"]))
            and (last := parse_numeral(match["last"] or match["bare"]) or 0) > first
            if match["last"] or self._held_right_before(text, match.start())
        ]
        taken = {place for each in asked for place in range(each.start, each.end)}
        for match in _NUMBER.finditer(text):
            # 两个人, 三项业务: a loose unit counts only right behind a name.
            if match.start() in taken or (match["loose"] and not self._name_before(text, 0, match.start())):
                continue
            number = _number(match.groupdict())
            if number is not None:
                asked.append(_Asked(match.start(), match.end(), number))
        return sorted(asked, key=lambda each: each.start) or self._bare(text)

    def _bare(self, text: str) -> list[_Asked]:
        """Numbers without 条 right behind a name, or in a row that starts there."""
        asked: list[_Asked] = []
        common = False
        for match in _BARE.finditer(text):
            goes_on = bool(asked) and text[asked[-1].end : match.start()] in {*"、,和及与跟"}
            named = None if goes_on else self._held_right_before(text, match.start())
            number = _number(match.groupdict())
            if number is None or _YEAR.fullmatch(match[0]) or not (goes_on or named):
                continue
            if named and named.is_tail:
                common = True
            # 4-5 is an item where there is one, else a range.
            rules = named.rules if named else ()
            is_range = match["dash"] == "-" and not number.point and number.item > number.article
            if is_range and not any(clause.number == number for clause in self._article(rules, number)):
                asked.append(_Asked(match.start(), match.end(), ClauseNumber(number.article), number.item))
            else:
                asked.append(_Asked(match.start(), match.end(), number))
        if not asked or _FURTHER.match(text, asked[-1].end):  # 承诺2、3天
            return []
        # A name that is also a common word says it with nothing else: 规则67, 查承诺2.
        return [] if common and not _ALONE.fullmatch(text[asked[-1].end :]) else asked

    def _held_right_before(self, text: str, end: int) -> _Named | None:
        """The name of a rule book held that ends right where a number starts."""
        named = self._name_before(text, 0, end)
        return named if named and named.end == end else None

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
                return _Named(start, self._exact[name], end=stop)
            if name in self._tails and self._may_precede_tail(text, begin, start):
                return _Named(start, self._tails[name], end=stop, is_tail=True)
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

    def _name_anywhere(self, text: str, shortest: int = 3) -> _Named | None:
        for start in range(len(text)):
            for length in range(min(self._longest, len(text) - start), shortest - 1, -1):
                name = text[start : start + length]
                if name in self._exact:
                    return _Named(start, self._exact[name])
        return None

    def _of(self, rules: Sequence[Rule]) -> tuple[Clause, ...]:
        return self._by_rule[rules[0].id] if rules else ()

    def _article(self, rules: Sequence[Rule], number: ClauseNumber, last: int = 0) -> Sequence[Clause]:
        """All that is held of an article, or of all up to the last one, of the rules given, or of any where none is."""
        if last:
            return [
                clause
                for rule in rules or self._rules
                for clause in self._by_rule[rule.id]
                if number.article <= clause.number.article <= last
            ]
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
    return replace(
        named,
        rules=rules,
        unknown="" if rules else f"{named.rules[0].title}（{year}版）",
        held=() if rules else named.rules,
    )


def _stands_alone(asked: _Asked, text: str) -> bool:
    """Whether a number that belongs to no name is meant as a clause's."""
    rest = without_edition(text[: asked.start] + text[asked.end :])
    return text[asked.start] == "第" or _ALONE.fullmatch(rest) is not None


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
