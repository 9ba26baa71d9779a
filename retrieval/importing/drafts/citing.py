"""Clauses that a text names: 《供电营业规则》第八十三条, 服务规范第十九条第一款, “十项承诺”第5条."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.editions import is_of_year
from retrieval.importing.drafts.draft import Citation, NotHeld
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.citations import NamedArticle, named_articles
from retrieval.model import Clause, KnowledgeBase, Rule
from retrieval.numerals import NUMERAL
from retrieval.search.lookup import ClauseFinder
from retrieval.text import normalise

_QUOTE = re.compile('[^“”。；]{0,6}[。：:，,]?\\s*[“"「](.{4,}?)[”"」]')
_MARKED = re.compile("《([^《》]{2,60})》")
_OWN = re.compile("本(?:法|条例|规则|规定|规范|办法|细则|制度|标准|准则|守则|章程|承诺|编|章|节|意见|通知|规程)$")
_RULE_END = re.compile("(?:法典|法|条例|规则|规范|规定|办法|细则|标准|制度|准则|守则|章程|规程|承诺|不准|措施|通则)$")
_PREFIX = re.compile("^(?:中华人民共和国|国家电网有限公司|国家电网公司|国家电网)")
_ALONE = re.compile("《[^《》]{2,60}》(?:[（(][^（()）]{1,20}[)）])?[：:]?")
_NUMBER_FIRST = re.compile(f"第\\s*{NUMERAL}\\s*条")
_SPREAD = re.compile("第[\\s0-9０-９一二三四五六七八九十百千零〇]{1,14}[条款项]|§\\s*[0-9]{1,4}")
_LABEL_BEFORE = re.compile("^[（()） ，,、：:0-9一二三四五六七八九十]+")
_SHORT_NAME = 3


@dataclass(frozen=True, slots=True)
class _Meant:
    """Which rule books a citation may mean: `written` is how it names them, `missing` whether no such book is held."""

    written: str
    rules: tuple[Rule, ...]
    missing: bool


class CitationFinder:
    """Finds the clauses that texts name, in one body of knowledge."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._finder = ClauseFinder(knowledge)
        self._rules = knowledge.rules

    def find(
        self, passages: Sequence[Passage], *, books: bool = True
    ) -> tuple[list[Citation], list[NotHeld], list[tuple[int, str]]]:
        """What some paragraphs cite, in their order, each clause once.

        Args:
            passages: The paragraphs.
            books: Whether a rule book that is named without an article, and not held, is to be noted too; and whether 本条例 is
                another book than the one that is read.

        Returns:
            What is held, what isn't, and pairs of line and doubt.
        """
        held: dict[str, Citation] = {}
        missing: dict[str, NotHeld] = {}
        doubts: list[tuple[int, str]] = []
        spans: dict[int, list[tuple[int, int]]] = {}
        for place, named, meant in self._each(passages, own=books):
            spans.setdefault(place, []).append((named.start - len(named.words), named.end))
            self._cite(_closed(passages[place]), named, meant, held, missing, doubts)
        for place, passage in enumerate(passages if books else ()):
            for marked in _MARKED.finditer(passage.text):
                inside = any(start <= marked.start() < end for start, end in spans.get(place, ()))
                if not inside and _RULE_END.search(marked[1]) and not self._held(marked[1]):
                    missing.setdefault(marked[0], NotHeld(passage.line(marked.start()), marked[0]))
        return list(held.values()), list(missing.values()), doubts

    def quotations(self, passages: Sequence[Passage]) -> list[Passage]:
        """The stretches of some paragraphs that name an article and quote its words right behind."""
        found: dict[tuple[int, int], Passage] = {}
        for place, named, _ in self._each(passages, own=True):
            passage = _closed(passages[place])
            quoted = _QUOTE.match(passage.text, named.end)
            if quoted is not None:
                found[place, quoted.end()] = passage.cut(named.start - len(named.words), quoted.end())
        return list(found.values())

    def _each(self, passages: Sequence[Passage], *, own: bool) -> Iterator[tuple[int, NamedArticle, _Meant]]:
        """Every article that is named, with the place of its paragraph and the books that may be meant."""
        before = above = ""
        for place, passage in enumerate(map(_closed, passages)):
            last: _Meant | None = None
            head = above if _NUMBER_FIRST.match(passage.text) else ""
            for named in named_articles(passage.text, before, head):
                meant = last if named.last and last is not None else self._meant(named, own=own)
                if meant is not None:
                    last = meant
                    yield place, named, meant
            if own:
                before += passage.text
            # 《…规则》 on a line by itself, and below it 第六十六条 …, 第六十九条 …
            above = passage.text if _ALONE.fullmatch(passage.text) else above if head else ""

    def _meant(self, named: NamedArticle, *, own: bool) -> _Meant | None:
        """The rule books that may be meant; None where none is named, or the one that is being read."""
        words = re.sub(r"[\s《》]", "", named.words)
        if _OWN.search(words) and not (own and named.marked):
            return None
        written = _LABEL_BEFORE.sub("", named.words)
        if named.marked:
            rules = self._of_edition(self._held(named.marked), named.edition)
            return _Meant(written, rules, not rules)
        if named.edition:
            rules = tuple(rule for rule in self._rules if _order(rule) == named.edition)
            return _Meant(written, rules, not rules)
        lookups = self._finder.find(f"{named.words}{named.asked}")
        lookup = next((found for found in lookups if found.rules or found.unknown), None)
        if lookup is None:
            return None
        if lookup.unknown and not lookup.rules:
            return None if _OWN.search(lookup.unknown) else _Meant(written, (), missing=True)
        return _Meant(written, lookup.rules, missing=False)

    def _held(self, name: str) -> tuple[Rule, ...]:
        plain = _plain(name)
        return tuple(
            rule
            for rule in self._rules
            if any(
                plain == held or (len(plain) > _SHORT_NAME and held.endswith(plain))
                for held in map(_plain, (rule.title, *rule.short))
            )
        )

    def _of_edition(self, rules: tuple[Rule, ...], edition: str) -> tuple[Rule, ...]:
        """Those of some editions that are meant by 2024版, 第14号令, 新 or 原; all where no edition is named."""
        if not edition:
            return rules
        if year := re.search("(?:19|20)[0-9]{2}", edition):
            return tuple(rule for rule in rules if is_of_year(rule, int(year[0])))
        if order := re.search("([0-9]{1,4})\\s*号", edition):
            return tuple(rule for rule in rules if _order(rule) == f"{order[1]}号令")
        if re.match("新|现行|修订", edition):
            return tuple(rule for rule in rules if rule.ended is None and rule.replaced_by is None)
        if re.match("[旧老原]", edition):
            return tuple(rule for rule in rules if rule.ended is not None or rule.replaced_by is not None)
        return rules

    def _cite(
        self,
        passage: Passage,
        named: NamedArticle,
        meant: _Meant,
        held: dict[str, Citation],
        missing: dict[str, NotHeld],
        doubts: list[tuple[int, str]],
    ) -> None:
        line = passage.line(named.start)
        written = f"{meant.written}{named.printed}{named.note}"
        found = [
            lookup
            for rule in ({rule.title: rule for rule in meant.rules}).values()
            for lookup in self._finder.find(f"《{rule.title}》{named.asked}")[:1]
        ]
        allowed = {rule.id for rule in meant.rules}
        clauses = tuple(clause for lookup in found for clause in lookup.clauses if clause.rule.id in allowed)
        if meant.missing or not clauses:
            missing.setdefault(written, NotHeld(line, written))
            return
        quoted = _QUOTE.match(passage.text, named.end)
        chosen = _quoted(clauses, quoted[1] if quoted else "")
        if len(chosen) > 1:
            ids = "、".join(clause.id for clause in chosen)
            doubts.append((line, f"“{written}”对得上几条：{ids}，请只留对的"))
        for clause in chosen:
            held.setdefault(clause.id, Citation(line, written, clause.id))


def _closed(passage: Passage) -> Passage:
    """A paragraph whose numbers are written in one piece and plainly: 第 六十 七 条, 第８０条, §67."""
    edits = [
        (
            *found.span(),
            re.sub(r"\s", "", unicodedata.normalize("NFKC", found[0])).replace("§", "第") + "条" * (found[0][0] == "§"),
        )
        for found in _SPREAD.finditer(passage.text)
    ]
    return passage.edited(edits) if edits else passage


def _order(rule: Rule) -> str:
    """14号令 of 国家发展改革委令第14号; empty where a rule's document is no order."""
    found = re.search("令第?\\s*([0-9]{1,4})\\s*号|([0-9]{1,4})\\s*号令", rule.document)
    return f"{found[1] or found[2]}号令" if found else ""


def _quoted(clauses: Sequence[Clause], quote: str) -> Sequence[Clause]:
    """Of several clauses under a number, those whose words are quoted; else all."""
    if len(clauses) < 2:
        return clauses
    words = _letters(quote)
    matching = [
        clause for clause in clauses if words and (words in _letters(clause.text) or _letters(clause.text) in words)
    ]
    return matching or clauses


def _letters(text: str) -> str:
    return re.sub(r"\W", "", normalise(text))


def _plain(name: str) -> str:
    return _PREFIX.sub("", re.sub(r"[\s“”\"《》·]", "", normalise(name)))
