"""Where the cases of a document begin."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.importing.headings.articles import (
    END_MARKS,
    NUMBERINGS,
    Numbered,
    division_heading,
    has_leader,
    is_contents,
    is_title,
    numbered,
)
from retrieval.importing.headings.cases import (
    case_heading,
    form_number,
    group_heading,
    is_caption,
    part_heading,
    section_heading,
    title_field,
)
from retrieval.importing.layout.passages import Passage

TITLE = 40


_LETTERHEAD = re.compile("文件$|[〔［\\[(（]\\s*(?:19|20)[0-9]{2}\\s*[〕］\\])）]|第[0-9]+号|^(?:——|—)|^[0-9]{4}年")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a case begins: `consumed` paragraphs are its heading, `body` is what the heading's line goes on with.

    Of a form's heading `beside` is what is neither title nor number.
    """

    place: int
    heading: Numbered
    title: str
    consumed: int
    body: Passage | None
    beside: tuple[Passage, ...] = ()


def case_places(passages: Sequence[Passage]) -> tuple[int, ...]:
    """The places of the paragraphs with which cases begin; empty where a document holds none."""
    return tuple(start.place for start in case_starts(passages))


def count_sections(passages: Sequence[Passage]) -> int:
    """How many different usual section names a document has."""
    return len({found[0] for passage in passages if (found := section_heading(passage.text)) is not None and found[2]})


def case_starts(passages: Sequence[Passage]) -> list[Start]:
    """Where cases begin, in order: by 案例一, as forms, by numbers, or by their first section coming again."""
    explicit = [
        start
        for place in range(len(passages))
        if (start := _explicit(passages, place, case_heading(passages[place].text)))
    ]
    if explicit:
        return _without_contents(passages, explicit)
    sections = [place for place, passage in enumerate(passages) if is_section(passage.text)]
    if len(sections) < 2:
        return []
    return (
        _form_starts(passages, sections) or _numbered_starts(passages, sections) or _cyclic_starts(passages, sections)
    )


def _form_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[Start]:
    """Cases that are forms: each has a row 事件名称, and above it perhaps the form's name and number."""
    rows = [(place, span) for place, passage in enumerate(passages) if (span := title_field(passage.text)) is not None]
    edges = [*(place for place, _ in rows), len(passages)]
    if not all(any(begin < section < end for section in sections) for begin, end in pairwise(edges)):
        return []
    starts: list[Start] = []
    for number, (place, (begin, end)) in enumerate(rows, 1):
        first = place
        while first and is_caption(passages[first - 1].text):
            first -= 1
        captions = passages[first:place]
        label = next(filter(None, (form_number(caption.text) for caption in captions)), "")
        row = passages[place]
        name, rest = row.cut(0, begin), row.cut(end)
        title = row.text[begin:end]
        heading = Numbered(label, number, 0, title, 0, True)
        beside = (*captions, *([name] if name.text else []))
        starts.append(Start(first, heading, title, place - first + 1, rest if rest.text else None, beside))
    return starts


def _explicit(passages: Sequence[Passage], place: int, heading: Numbered | None) -> Start | None:
    if heading is None:
        return None
    passage = passages[place]
    if heading.rest:
        if is_title(heading.rest, TITLE):
            return Start(place, heading, heading.rest, 1, None)
        # 案例一 中的抄表员…。 is a sentence; 案例一：…。 and 【案例一】…。 are a case without a title
        if not re.search("[：:】\\]〕］）)》]$", passage.text[: heading.end].rstrip()):
            return None
        return Start(place, heading, "", 1, passage.cut(heading.end))
    following = passages[place + 1].text if place + 1 < len(passages) else ""
    if may_be_title(following):
        return Start(place, heading, following, 2, None)
    return Start(place, heading, "", 1, None)


def may_be_title(text: str) -> bool:
    """Whether a paragraph may be the title of a case."""
    return (
        is_title(text, TITLE)
        and not is_section(text)
        and case_heading(text) is None
        and group_heading(text) is None
        and part_heading(text) is None
        and not is_contents(text)
    )


def is_section(text: str) -> bool:
    """Whether a paragraph begins a section under a usual name."""
    found = section_heading(text)
    return found is not None and found[2]


def _without_contents(passages: Sequence[Passage], starts: list[Start]) -> list[Start]:
    """Without the lines of a table of contents: a heading without a text whose number and title come again."""
    kept: list[Start] = []
    later = Counter((start.heading.number, _bare(start.title)) for start in starts)
    for index, start in enumerate(starts):
        key = (start.heading.number, _bare(start.title))
        later[key] -= 1
        end = starts[index + 1].place if index + 1 < len(starts) else len(passages)
        if start.body is None and start.place + start.consumed >= end and later[key] > 0:
            continue
        kept.append(start)
    return kept


def _bare(title: str) -> str:
    return re.sub(r"[\s.．·…]*\d*$|\s", "", title)


def _numbered_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[Start]:
    """一、标题 with sections below: cases that are only numbered."""
    opening = section_heading(passages[sections[0]].text)
    name = opening[0] if opening else ""
    openings = sum(1 for place in sections if (found := section_heading(passages[place].text)) and found[0] == name)
    for way in range(NUMBERINGS):
        starts: list[Start] = []
        for place in sections:
            start = _numbered_start(passages, place - 1, way) if place else None
            if start is not None and start.heading.number == len(starts) + 1:
                starts.append(start)
        if len(starts) == openings:  # each opens with the same section
            return starts
    for way in range(NUMBERINGS):
        starts = []
        for place in range(len(passages)):
            start = _numbered_start(passages, place, way)
            if start is not None and start.heading.number == len(starts) + 1:
                starts.append(start)
        edges = [*(start.place for start in starts), len(passages)]
        filled = sum(1 for begin, end in pairwise(edges) if any(begin < section < end for section in sections))
        if starts and filled >= max(1, len(starts) - 1) and starts[0].place < sections[0]:
            return [start for start, end in zip(starts, edges[1:], strict=True) if end - start.place > 1]
    return []


def _numbered_start(passages: Sequence[Passage], place: int, way: int) -> Start | None:
    text = passages[place].text
    found = numbered(text, way)
    if found is None or is_section(text) or has_leader(text) or not is_title(found[1], TITLE):
        return None
    label = text[: len(text) - len(found[1])].strip(" 、.．：:")
    return Start(place, Numbered(label, found[0], 0, found[1], 0, True), found[1], 1, None)


def _whole(passages: Sequence[Passage], start: Start) -> Start:
    """The only case of a document begins with the document's title: sentences above its first section are part of it."""
    above = [place for place in range(start.place + start.consumed) if _may_head(passages[place].text)]
    told = any(re.search(f"[{END_MARKS}：:]", passages[place].text) for place in range(start.place))
    if not told:
        return start
    place = above[0] if above else 0
    title = passages[place].text if above else ""
    return Start(place, start.heading, title, 1 if above else 0, None)


def _may_head(text: str) -> bool:
    """Whether a line may be a document's title: also a question, but no letterhead, number of a letter, or salutation."""
    return (
        may_be_title(text.rstrip("？?！!"))
        and not re.match("【[^】]*】|(?!.{0,4}案例).{1,6}[：:]", text)
        and "\t" not in text
        and _LETTERHEAD.search(text) is None
    )


def _cyclic_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[Start]:
    """Cases whose headings bear no number: each time the first section comes again, a case began just before."""
    names = [section_heading(passages[place].text) for place in sections]
    first = names[0][0] if names[0] else ""
    starts: list[Start] = []
    for place, name in zip(sections, names, strict=True):
        if name is None or name[0] != first:
            continue
        number = len(starts) + 1
        titled = (
            place > 0 and _may_head(passages[place - 1].text) and division_heading(passages[place - 1].text) is None
        )
        begin = place - 1 if titled else place
        title = passages[begin].text if titled else ""
        starts.append(Start(begin, Numbered("", number, 0, title, 0, False), title, 1 if titled else 0, None))
    if len(starts) == 1 and starts[0].place > 0:
        return [_whole(passages, starts[0])]
    return starts
