"""Paragraphs (款) and items (项) of an article."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.importing.drafts.draft import DraftItem, DraftParagraph
from retrieval.importing.headings.articles import (
    is_arabic_item,
    item_number,
)
from retrieval.importing.layout.passages import Passage


def paragraphs_of(passages: Sequence[Passage]) -> Iterator[DraftParagraph]:
    """Paragraphs with the items that belong to them; an article that starts with an item has a first paragraph without text."""
    current: DraftParagraph | None = None
    arabic = False  # whether the items count （1）
    for passage in passages:
        text, items = _inline_items(passage.text)
        number = item_number(text)
        if number is not None:
            items = (DraftItem(number[0], text[number[1] :].strip()), *items)
            text = ""
        inside = current is not None and bool(current.items)
        if number is not None and inside and is_arabic_item(passage.text) and not arabic:
            number, items, text = None, (), passage.text  # （1） below （一） belongs to that item
            belongs = True
        else:
            arabic = arabic if number is None else is_arabic_item(passage.text)
            belongs = number is not None or (inside and re.match(r"(?:[0-9]{1,2}[.．、)）]|[①-⑳])", text) is not None)
        if current is None:
            current = DraftParagraph(text, items)
        elif belongs and number is not None:
            current = replace(current, items=(*current.items, *items))
        elif belongs:
            last = current.items[-1]
            current = replace(current, items=(*current.items[:-1], DraftItem(last.number, f"{last.text}\n{text}")))
        else:
            yield current
            current = DraftParagraph(text, items)
    if current is not None:
        yield current


def _inline_items(text: str) -> tuple[str, tuple[DraftItem, ...]]:
    """下列情形：（一）…；（二）…: the items of a paragraph that was printed in one piece."""
    marks = [
        found
        for found in re.finditer("(?<=[：:；;。])\\s*[（(]([一二三四五六七八九十]{1,3})[)）]", text)
        if item_number(found[0].strip()) is not None
    ]
    numbers = [number[0] for mark in marks if (number := item_number(mark[0].strip()))]
    if len(marks) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return text, ()
    edges = [*(mark.start() for mark in marks), len(text)]
    items = tuple(
        DraftItem(number, text[mark.end() : end].strip())
        for number, mark, end in zip(numbers, marks, edges[1:], strict=True)
    )
    return text[: edges[0]].strip(), items
