"""What belongs to the page and not to the text: headers, footers, page numbers, a scraper's page marks."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from retrieval.importing.headings.articles import END_MARKS
from retrieval.importing.headings.cases import section_heading
from retrieval.importing.layout.passages import Passage

MARKS_WHY = "网页转载留下的页号"

_EDGE = 2
"""Lines at the top and at the bottom of a page that may belong to it."""

_SHARE = 0.4
_SHORT = 60
_HEADER = 30
_DECORATED = re.compile(
    r"[-–—~·•]+\s*\d{1,4}\s*[-–—~·•]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|共\s*\d{1,4}\s*页\s*[,，]?\s*第\s*\d{1,4}\s*页",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*(\d{1,4})(?:\s*/\s*\d{1,4})?\s*")
_MARK = re.compile(r"\s*(\d{1,3})、")
_PAGE_LENGTH = 250
"""Characters between two page marks on the average, at least; a list with items that long hardly breaks off inside words."""


def repeated_edges(passages: Sequence[Passage]) -> list[int]:
    """Places of lines that stand at the edge of many pages: headers and footers. Numbers in them may differ."""
    edges = _edges(passages)
    pages = len(edges)
    if pages < 3:
        return []
    seen = Counter(
        (position, key)
        for number, page in edges.items()
        for position, place in page
        for key in _keys(passages[place].text, number)
    )
    least = max(3, _SHARE * pages)
    return sorted(
        place
        for number, page in edges.items()
        for position, place in page
        if _may_be_header(passages[place].text.strip())
        and any(seen[position, key] >= least for key in _keys(passages[place].text, number))
    )


def _may_be_header(text: str) -> bool:
    return len(text) <= (_HEADER if re.search("[，。；]", text) else _SHORT) and not _BARE.fullmatch(text)


def _edges(passages: Sequence[Passage]) -> dict[int, list[tuple[str, int]]]:
    """The places of the first and last lines of every page, with where on the page they are."""
    pages: dict[int, list[int]] = defaultdict(list)
    for place, passage in enumerate(passages):
        if passage.text.strip():
            pages[passage.page].append(place)
    return {
        page: [(f"top {position}", place) for position, place in enumerate(places[:_EDGE])]
        + [(f"bottom {position}", place) for position, place in enumerate(reversed(places[_EDGE:][-_EDGE:]))]
        for page, places in pages.items()
    }


def _keys(text: str, page: int) -> set[str]:
    """What a header has in common on all pages: its text, or its text but for a number that rises with the pages."""
    text = re.sub(r"\s", "", text)
    keys = {text}
    for found in (re.search(r"\d{1,4}", text), re.search(r"\d{1,4}(?!.*\d)", text)):
        if found:
            keys.add(f"{text[: found.start()]}#{int(found[0]) - page}#{text[found.end() :]}")
    return keys


def bare_numbers(passages: Sequence[Passage]) -> list[int]:
    """Places of page numbers at the edges of pages: numbers that rise with the pages."""
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    edges = _edges(passages)
    for page, places in edges.items():
        for position, place in places:
            number = _BARE.fullmatch(passages[place].text)
            if number:
                found[position.split()[0]].append((int(number[1]) - page, page, place))
    gone: list[int] = []
    for numbers in found.values():
        offsets = Counter(offset for offset, _, _ in numbers)
        offset, often = offsets.most_common(1)[0]
        if often >= 2 or (len(edges) == 1 and offset == 0):
            gone += [place for value, _, place in numbers if value == offset]
    return sorted(set(gone))


def decorated_numbers(passages: Sequence[Passage]) -> list[int]:
    """Places of lines that can only be page numbers: - 3 -, 第 3 页 共 9 页; and of bare numbers that count up through the text."""
    sure = [
        place
        for place, passage in enumerate(passages)
        if len(passage.text) <= _SHORT and _DECORATED.fullmatch(passage.text.strip())
    ]
    bare = _bare(passages)
    numbers = [number for _, number in bare]
    # Each one more than the one before, with text in between: no table looks like that.
    if len(bare) >= 3 and all(later == earlier + 1 for earlier, later in pairwise(numbers)):
        places = [place for place, _ in bare]
        if all(later - earlier > 1 for earlier, later in pairwise(places)):
            sure += places
    return sorted(set(sure))


def lines_beside(passages: Sequence[Passage], numbers: Sequence[int]) -> list[int]:
    """Places of a short line that stands beside page numbers again and again: a header or footer of a text without pages.

    Args:
        passages: The text.
        numbers: The places of its page numbers.
    """
    written = [place for place, passage in enumerate(passages) if passage.text.strip()]
    order = {place: position for position, place in enumerate(written)}
    # Where a page begins and where one ends; the first and the last page have a number on one side only.
    tops = [0, *(order[place] + 1 for place in numbers)]
    bottoms = [*(order[place] - 1 for place in numbers), len(written) - 1]
    gone: set[int] = set()
    for beside in (tops, bottoms):
        places = [written[position] for position in beside if 0 <= position < len(written)]
        seen = Counter(_squeezed(passages[place]) for place in places)
        gone |= {
            place
            for place in places
            if seen[_squeezed(passages[place])] >= max(2, len(numbers) / 2)
            and _may_be_header(passages[place].text.strip())
            and section_heading(passages[place].text.strip()) is None
            and not re.search(f"[{END_MARKS}，、：:]\\s*$", passages[place].text)
        }
    return sorted(gone - set(numbers))


def _squeezed(passage: Passage) -> str:
    return re.sub(r"\s", "", passage.text)


def unsure_numbers(passages: Sequence[Passage]) -> list[Passage]:
    """Lines that consist of a number and may be page numbers."""
    return [passages[place] for place, _ in _bare(passages)]


def _bare(passages: Sequence[Passage]) -> list[tuple[int, int]]:
    return [
        (place, int(found[1]))
        for place, passage in enumerate(passages)
        if len(passage.text) <= 20 and (found := _BARE.fullmatch(passage.text))
    ]


def repeated_lines(passages: Sequence[Passage]) -> list[int]:
    """Places of a short line that breaks into sentences again and again: a header of pages whose ends are lost."""
    places: dict[str, list[int]] = defaultdict(list)
    written = [place for place, passage in enumerate(passages) if passage.text.strip()]
    for order, place in enumerate(written):
        text = passages[place].text.strip()
        if len(text) <= _HEADER and section_heading(text) is None and not re.search(f"[{END_MARKS}，、,：:]", text):
            places[text].append(order)
    usual = sorted(len(passages[place].text) for place in written)
    gone: list[int] = []
    for text, orders in places.items():
        # In a text of broken lines a turn of phrase may fill the same line again and again; a header is shorter than its lines.
        if len(orders) < 3 or len(text) > 0.8 * usual[int(0.9 * (len(usual) - 1))]:
            continue
        breaking = sum(
            1
            for order in orders
            if 0 < order < len(written) - 1
            and len(passages[written[order - 1]].text) > 15
            and not re.search(f"[{END_MARKS}：:”》）)】]\\s*$", passages[written[order - 1]].text)
            and len(passages[written[order + 1]].text) > 10
        )
        if breaking >= 2 and breaking * 2 >= len(orders):
            gone += [written[order] for order in orders]
    return sorted(gone)


def page_marks(passages: Sequence[Passage]) -> dict[int, int]:
    """Places of passages that start with a page's number, as in `2、标,实施…`, and how long that is.

    A scraper numbers its pages 1、 2、 3、 whatever the text is just saying. What tells them from a list: they break into
    sentences, and they stand far apart.
    """
    marks: dict[int, int] = {}
    boundaries: list[bool] = []
    length = 0
    first: int | None = None
    expected: int | None = None
    previous = ""
    for place, passage in enumerate(passages):
        text = passage.text
        found = _MARK.match(text)
        number = int(found[1]) if found else None
        begins = expected is None and number == 1
        goes_on = number is not None and number == expected and length >= _PAGE_LENGTH // 2
        if found and (begins or goes_on):
            if goes_on:
                boundaries.append(re.search(f"[{END_MARKS}：:”]\\s*$", previous) is None)
            else:
                first = place
            marks[place] = found.end()
            expected, length = (number or 0) + 1, 0
        length += len(text)
        if text.strip():
            previous = text
    if first is None or len(marks) < 3:
        return {}
    total = sum(len(passage.text) for passage in passages[first:])
    apart = total / len(marks) >= _PAGE_LENGTH
    return marks if apart and sum(boundaries) * 2 >= len(boundaries) else {}
