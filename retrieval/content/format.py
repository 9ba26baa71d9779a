"""The knowledge format: the headings that have a meaning of their own, and writing so that the loader reads back what was meant."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml

QUESTIONS, QUIZ, NOTE, BECOMES = "问法", "考一考", "说明", "现为"
"""Headings of alternate questions, of quizzes, of our own note about a text, and of a clause's later versions."""
CASE_HEADINGS = frozenset({QUESTIONS, QUIZ, NOTE})
"""Headings of a case that are not sections of its text."""
CLAUSE_HEADINGS = (NOTE, BECOMES, QUESTIONS)
"""The only headings below a clause."""


class SectionRole(StrEnum):
    """What a section of a case tells; `section_roles.txt` has the names under which offices write it."""

    SUMMARY = "summary"
    CATEGORY = "category"
    RULES = "rules"
    COURSE = "course"
    SERVICE = "service"
    LESSON = "lesson"
    RESULT = "result"
    PROBLEM = "problem"
    IMPACT = "impact"
    MEASURE = "measure"
    HANDLING = "handling"
    OTHER = "other"

    @property
    def usual(self) -> str:
        """The name that the seed uses, and that imported sections get."""
        return section_names(self)[0]


@cache
def section_names(*roles: SectionRole) -> tuple[str, ...]:
    """The names of sections that tell one of some things, the usual one first; all names where no role is given."""
    names = dict.fromkeys(name for role in roles or SectionRole for name in _names_by_role()[role])
    return tuple(names)


@cache
def _names_by_role() -> dict[SectionRole, list[str]]:
    names: dict[SectionRole, list[str]] = {role: [] for role in SectionRole}
    for line in files("retrieval.content").joinpath("section_roles.txt").read_text(encoding="utf-8").splitlines():
        role, colon, written = line.partition(":")
        if colon and not line.startswith("#"):
            names[SectionRole(role)] += written.split()
    return names


# What YAML allows nowhere, not even in quotes.
_UNPRINTABLE = re.compile("[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN_ITEM = re.compile("[\u3400-\u9fffA-Za-z0-9#()“”《》（）-]+")


def write_front_matter(values: Iterable[tuple[str, str | tuple[str, ...]]]) -> str:
    """The block at the head of a file; what is empty is left out."""
    lines = ["---"]
    for name, value in values:
        if isinstance(value, str):
            if value.strip():
                lines.append(f"{name}: {scalar(_on_one_line(value))}")
        elif value:
            lines.append(f"{name}: [{', '.join(map(_item, value))}]")
    return "\n".join([*lines, "---"]) + "\n"


def scalar(text: str) -> str:
    """Write a value of one line so that YAML reads it back: as it is, or in single quotes."""
    try:
        node = yaml.compose(f"k: {text}", Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        node = None
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        held = node.value[0][1]
        if isinstance(held, yaml.ScalarNode) and held.style is None and held.value == text:
            return text
    return _quoted(text)


def _item(text: str) -> str:
    text = _on_one_line(text)
    return text if _PLAIN_ITEM.fullmatch(text) and not text.startswith("#") else _quoted(text)


def _on_one_line(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub("", text).split())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_heading(level: int, text: str) -> str:
    """A heading's line."""
    return f"{'#' * level} {' '.join(text.split()).rstrip('#').strip()}"


def write_paragraphs(texts: Iterable[str]) -> str:
    """Paragraphs with a blank line between them. A line that would be read as more than text is set in by a blank."""
    written = []
    for text in texts:
        line = text.replace("\t", "　").strip()
        if line.startswith(("#", "＃")) or line in CASE_HEADINGS:
            line = f" {line}"
        if line.strip():
            written.append(line)
    return "\n\n".join(written)
