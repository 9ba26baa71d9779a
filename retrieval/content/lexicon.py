"""The station's word lists: a jieba user dictionary, Solr synonyms, circumstances and emergencies."""

import re
from collections.abc import Mapping

from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.text import normalise

_DIGITS = 12
_TERM = re.compile(r"(\S+)(?:\s+(\S+))?(?:\s+([A-Za-z]+))?")


def read_terms(file: TextFile, problems: list[Problem]) -> tuple[tuple[str, int | None], ...]:
    """Read a jieba user dictionary: `词 [频率] [词性]` a line, `#` for remarks."""
    terms: dict[str, int | None] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(file.lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _TERM.fullmatch(line.strip())
        if found is None:
            problems.append(Problem(file.path, number, "一行写一个词，写成“词 频率 词性”，后两项可以不写"))
            continue
        word, frequency = normalise(found[1]), found[2]
        if frequency is not None and not (frequency.isdecimal() and len(frequency) <= _DIGITS):
            if found[3] is None and frequency.isascii() and frequency.isalpha():
                frequency = None  # `词 词性`, which jieba allows too
            else:
                problems.append(Problem(file.path, number, f"“{found[1]}”后面的频率要写成数字，现在是“{frequency}”"))
                continue
        if len(word) < 2:
            problems.append(Problem(file.path, number, f"“{found[1]}”只有一个字，不用写进词典"))
        elif word in lines:
            problems.append(Problem(file.path, number, f"“{found[1]}”和第 {lines[word]} 行重复了"))
        else:
            terms[word] = int(frequency) if frequency else None
            lines[word] = number
    return tuple(terms.items())


def read_synonyms(file: TextFile, problems: list[Problem]) -> dict[str, str]:
    """Read Solr synonyms: `掐电, 拉闸 => 停电` or `停电, 掐电, 拉闸` (the first is the standard term).

    Returns:
        Each way of saying it, normalised → the standard term of its group, normalised.
    """
    return _read_groups(file, problems, {}, least=2)


def read_circumstances(file: TextFile, problems: list[Problem], synonyms: Mapping[str, str]) -> dict[str, str]:
    """Read the groups that name who, where, when or with what; the lines are those of synonyms, a word may stand alone.

    Args:
        file: The list.
        problems: Where Problems are put.
        synonyms: Those read already: each word stands in one list only.

    Returns:
        Each way of saying it, normalised → the standard term of its group, normalised.
    """
    return _read_groups(file, problems, synonyms, least=1)


def _read_groups(
    file: TextFile, problems: list[Problem], elsewhere: Mapping[str, str], *, least: int
) -> dict[str, str]:
    """Read one group a line, each of at least so many ways; a way that another list holds is a Problem."""
    standard_of: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(file.lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        left, arrow, right = normalise(line).partition("=>")
        ways = [way.strip() for way in left.split(",")]
        standard = right.strip() if arrow else ways[0]
        if "、" in line or not standard or "," in standard or "=>" in standard or not all(ways):
            problems.append(
                Problem(file.path, number, "一行写一组，写成“掐电, 拉闸 => 停电”：逗号隔开，箭头右边只写一个标准词")
            )
            continue
        if len({standard, *ways}) < least:
            problems.append(Problem(file.path, number, f"“{standard}”这一组只有一个说法"))
        for way in dict.fromkeys([standard, *ways]):
            if len(way) < 2:
                problems.append(Problem(file.path, number, f"“{way}”只有一个字，会误伤别的句子，请写成两个字以上"))
            elif way in lines and lines[way] != number:
                problems.append(
                    Problem(file.path, number, f"“{way}”已经在第 {lines[way]} 行的组里了，一个说法只能放在一组")
                )
            elif way in elsewhere:
                problems.append(
                    Problem(
                        file.path,
                        number,
                        f"“{way}”已经在 synonyms.txt 的“{elsewhere[way]}”那一组里了，一个说法只能放在一组",
                    )
                )
            else:
                standard_of[way] = standard
                lines[way] = number
    return standard_of


def read_statutes(file: TextFile, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Read what ties everyday words to the words of statutes: `电杆, 电线杆 => 电力设施, 杆塔`, as many groups a word as you like.

    Returns:
        Each everyday word, normalised → the words of statutes of all its groups, normalised, each once.
    """
    words: dict[str, dict[str, None]] = {}
    for number, line in enumerate(file.lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        left, arrow, right = normalise(line).partition("=>")
        ways, targets = ([word.strip() for word in side.split(",")] for side in (left, right))
        if not arrow or "、" in left or "=>" in right or not all(len(word) > 1 for word in (*ways, *targets)):
            problems.append(
                Problem(
                    file.path,
                    number,
                    "一行写一组，写成“电杆, 电线杆 => 电力设施, 杆塔”：左边平常说法，右边条文里的原词，逗号隔开，都要两个字以上",
                )
            )
            continue
        for way in ways:
            words.setdefault(way, {}).update(dict.fromkeys(targets))
    return {way: tuple(targets) for way, targets in words.items()}
