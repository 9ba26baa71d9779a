"""Clauses that a text names: 《供电营业规则》第八十三条, 服务规范第十九条第一款, “十项承诺”第5条."""

import re
from collections.abc import Sequence

from retrieval.importing.drafts.draft import Citation, NotHeld
from retrieval.importing.headings.articles import HAN
from retrieval.importing.layout.passages import Passage
from retrieval.model import Clause, KnowledgeBase
from retrieval.numerals import NUMERAL
from retrieval.search.lookup import ClauseFinder, NumberLookup
from retrieval.text import normalise

_ONE = (
    rf"第\s*{NUMERAL}\s*条(?:之[一二三四五六七八九])?"
    rf"(?:\s*第\s*{NUMERAL}\s*[款项目])*(?:\s*第?[（(]\s*{NUMERAL}\s*[)）]\s*项?)?"
)
_MORE = rf"(?:\s*[、，,和及与]\s*(?:{_ONE}|第\s*{NUMERAL}\s*[款项](?:第\s*{NUMERAL}\s*项)?|第?\s*{NUMERAL}\s*条))*"
# 《…规定》第二部分（四）, 《…细则》3.2.1: books without articles
_PART = rf"第\s*{NUMERAL}\s*部分(?=\s*[（(])(?:\s*[（(]\s*{NUMERAL}\s*[)）])"
_DECIMAL = r"(?<=》)\s*第?\s*[0-9]{1,2}(?:[.．][0-9]{1,2}){1,2}(?![0-9.．%％])"
_NUMBERS = re.compile(f"(?:{_ONE}|{_PART}|{_DECIMAL}){_MORE}")
# 该办法第二十四条: the book that was named last
_THAT = re.compile("[该上前]述?(法|条例|规则|规定|规范|办法|细则|制度|标准|准则|守则|章程|规程)$")
_BOUNDARY = re.compile("[。；;！？!?\n\t]")
# 第十八条供电方案答复及送电时限之(三): an article's heading between its number and the item
_ITEM_BEHIND = re.compile(rf"[{HAN}]{{0,20}}之?\s*[（(]\s*({NUMERAL})\s*[)）]")
_QUOTE = re.compile('[^“”。；]{0,6}[。：:，,]?\\s*[“"「](.{4,}?)[”"」]')
_MARKED = re.compile("《([^《》]{2,60})》")
_OWN = re.compile("本(?:法|条例|规则|规定|规范|办法|细则|制度|标准|准则|守则|章程|承诺|编|章|节|意见|通知|规程)$")
_RULE_END = re.compile("(?:法典|法|条例|规则|规范|规定|办法|细则|标准|制度|准则|守则|章程|规程|承诺|不准|措施|通则)$")
_PREFIX = re.compile("^(?:中华人民共和国|国家电网有限公司|国家电网公司|国家电网)")
_LOOK_BACK = 60


class CitationFinder:
    """Finds the clauses that texts name, in one body of knowledge."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._finder = ClauseFinder(knowledge)
        self._names = [_plain(name) for rule in knowledge.rules for name in (rule.title, *rule.short)]

    def find(
        self, passages: Sequence[Passage], *, books: bool = True
    ) -> tuple[list[Citation], list[NotHeld], list[tuple[int, str]]]:
        """What some paragraphs cite, in their order, each clause once.

        Args:
            passages: The paragraphs.
            books: Whether a rule book that is named without an article, and not held, is to be noted too.

        Returns:
            What is held, what isn't, and pairs of line and doubt.
        """
        held: dict[str, Citation] = {}
        missing: dict[str, NotHeld] = {}
        doubts: list[tuple[int, str]] = []
        for passage in passages:
            spans: list[tuple[int, int]] = []
            for found in _NUMBERS.finditer(passage.text):
                start = self._begin(passage.text, found.start(), spans[-1][1] if spans else 0)
                spans.append((start, found.end()))
                self._cite(passage, start, found, held, missing, doubts)
            if books:
                for marked in _MARKED.finditer(passage.text):
                    inside = any(start <= marked.start() < end for start, end in spans)
                    if not inside and _RULE_END.search(marked[1]) and not self._is_held(marked[1]):
                        missing.setdefault(marked[0], NotHeld(passage.line(marked.start()), marked[0]))
        return list(held.values()), list(missing.values()), doubts

    def _begin(self, text: str, end: int, done: int) -> int:
        """Where the words begin in which the rule book must be named."""
        start = max(done, end - _LOOK_BACK)
        for boundary in _BOUNDARY.finditer(text, start, end):
            start = boundary.end()
        opening = text.rfind("《", start, end)
        return opening if opening >= 0 else start

    def _cite(
        self,
        passage: Passage,
        start: int,
        found: re.Match[str],
        held: dict[str, Citation],
        missing: dict[str, NotHeld],
        doubts: list[tuple[int, str]],
    ) -> None:
        text, line = passage.text, passage.line(found.start())
        before, marked, note = _book(text, start, found.start())
        if _OWN.search(re.sub(r"[\s《》]", "", before)):
            return
        written = (before + found[0] + note).lstrip("（()） ，,、：:0123456789一二三四五六七八九十")
        behind = _ITEM_BEHIND.match(text, found.end())
        asked = (marked[0] if marked and note else before) + found[0]
        if behind and not re.search("[款项)）]$", found[0]):
            asked += f"({behind[1]})"
        if marked and not self._is_held(marked[1]):
            missing.setdefault(written, NotHeld(line, written))
            return
        quoted = _QUOTE.match(text, behind.end() if behind else found.end())
        for lookup in self._finder.find(re.sub("部分(?=\\s*[（(])", "条", asked)):
            if lookup.unknown or (lookup.rules and not lookup.clauses):
                name = lookup.unknown or lookup.rules[0].title
                label = written if marked or lookup.unknown else f"{name} {lookup.number}"
                if not _OWN.search(name):
                    missing.setdefault(label, NotHeld(line, label))
            elif lookup.rules:
                clauses = _meant(lookup, quoted[1] if quoted else "")
                if len(clauses) > 1:
                    ids = "、".join(clause.id for clause in clauses)
                    doubts.append((line, f"“{written}”对得上几条：{ids}，请只留对的"))
                for clause in clauses:
                    held.setdefault(clause.id, Citation(line, written, clause.id))

    def _is_held(self, name: str) -> bool:
        plain = _plain(name)
        return any(plain == held or (len(plain) > 3 and held.endswith(plain)) for held in self._names)


def _book(text: str, start: int, end: int) -> tuple[str, re.Match[str] | None, str]:
    """The words before a number, the rule book that they name in title marks, and what is to be added to make it clear.

    该办法 is the last book named before whose name ends so.
    """
    before = text[start:end]
    marked = _MARKED.search(before)
    that = None if marked else _THAT.search(before.rstrip())
    if that is not None:
        named = [found for found in _MARKED.finditer(text, 0, end) if found[1].endswith(that[1])]
        if named:
            return that[0], named[-1], f"（{named[-1][0]}）"
    return before, marked, ""


def _meant(lookup: NumberLookup, quote: str) -> Sequence[Clause]:
    """Of several clauses under a number, those whose words are quoted; else all."""
    if len(lookup.clauses) < 2:
        return lookup.clauses
    words = _letters(quote)
    matching = [
        clause
        for clause in lookup.clauses
        if words and (words in _letters(clause.text) or _letters(clause.text) in words)
    ]
    return matching or lookup.clauses


def _letters(text: str) -> str:
    return re.sub(r"\W", "", normalise(text))


def _plain(name: str) -> str:
    return _PREFIX.sub("", re.sub(r"[\s“”\"《》·]", "", normalise(name)))
