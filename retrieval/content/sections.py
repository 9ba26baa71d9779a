"""Markdown by its headings: all the structure that a rule or a case needs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from retrieval.errors import Problem

# An input method set to Chinese types the full-width mark; it is meant all the same.
_HEADING = re.compile("([#\uff03]{1,6})\\s*(\\S.*?)?\\s*#*\\s*")
# A phone types the star as an emoji, some with an invisible mark behind it.
_LIST_ITEM = re.compile("\\s*[-*+]\\s+([★⭐]\ufe0f?\\s*)?([^★⭐\ufe0f\\s].*?)\\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading and the lines below it, up to the next heading.

    Attributes:
        level: 1 to 6; 0 for what stands before the first heading.
        title: Empty at level 0.
        line: The heading's, from 1; for level 0 that of the first line.
        body: Pairs of line number and line, trailing space removed, blank lines left out.
    """

    level: int
    title: str
    line: int
    body: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The body, one paragraph a line."""
        return "\n".join(line.strip() for _, line in self.body)


def read_blocks(lines: Sequence[str], start: int) -> Iterator[Block]:
    """Cut a file at its headings.

    The first Block is of level 0 and may be empty.

    Args:
        lines: The whole file.
        start: The index of the first line to be read.
    """
    level, title, line_number = 0, "", start + 1
    body: list[tuple[int, str]] = []
    for number, line in enumerate(lines[start:], start + 1):
        heading = _HEADING.fullmatch(line) if line.startswith(("#", "\uff03")) else None
        if heading:
            yield Block(level, title, line_number, tuple(body))
            level, title, line_number, body = len(heading[1]), heading[2] or "", number, []
        elif line.strip():
            body.append((number, line.rstrip()))
    yield Block(level, title, line_number, tuple(body))


def read_items(
    path: PurePath, blocks: Iterable[Block], problems: list[Problem], starred: dict[str, int] | None = None
) -> tuple[str, ...]:
    """The items of bulleted lists, in order; see `read_numbered_items`."""
    return tuple(read_numbered_items(path, blocks, problems, "停电要提前几天通知", starred))


def read_numbered_items(
    path: PurePath,
    blocks: Iterable[Block],
    problems: list[Problem],
    example: str,
    starred: dict[str, int] | None = None,
) -> dict[str, int]:
    """The items of bulleted lists, in order, and the line of each.

    Args:
        path: Named in Problems.
        blocks: Each consists of `- item` or `- ★ item` lines only; the star is no part of the item.
        problems: Gets lines that are no item, and items that occur twice.
        example: An item, for the one who forgot the dash.
        starred: Gets the items that have a star, in order, and the line of each.
    """
    items: dict[str, int] = {}
    for block in blocks:
        if not block.body:
            problems.append(Problem(path, block.line, f"“{block.title}”下面没有内容"))
        for number, line in block.body:
            item = _LIST_ITEM.fullmatch(line)
            if item is None:
                problems.append(Problem(path, number, f"“{block.title}”下面每行要以减号加空格开头，例如“- {example}”"))
            elif item[2] in items:
                problems.append(Problem(path, number, f"这一条和第 {items[item[2]]} 行重复了"))
            else:
                items[item[2]] = number
                if item[1] and starred is not None:
                    starred[item[2]] = number
    return items
