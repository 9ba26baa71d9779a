"""A message in which several things are asked, taken apart."""

import re

from retrieval.text import normalise

_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，。.;；:：?？!！、哈]))"
    r"(?:[1-5一二三四五][.、)）]|[①②③④⑤]|[(（][1-5一二三四五][)）]|[一二三四五]是|一个(?:是|问)|第[一二三四五](?:个(?:问题)?|件事?)是?)[,，:：\s]*(?=\S{3})"
)
_CONNECTED = re.compile(
    r"(?:还有(?:就是|个(?:事|问题))?|另外|顺便(?:再)?问?(?:一?下|一句|个)?|再问(?:一?下|一?个|你?个)|还想问(?:一?下|个)?|再一个|再就是|对了|其次|第二个?(?:问题)?|以及)[,，:：\s]*(?=\S{4})"
)
_STOP = re.compile(r"(?<=[?？!！;；。\n])\s*")
_PAUSE = re.compile(r"[,，\s]+")
_ASKS = re.compile(
    "([\u4e00-\u9fff])[不没]\\1|[?？]|吗|么$|呢$|怎么|咋|如何|怎样|能不能|可不可以|行不行|要不要|该不该|算不算|让不让|给不给|收不收|退不退|多少|几(?!乎|何|率)|谁|哪|什么|啥|为何|是不是|有没有|能否|是否|多久|多长|不$|没$|不[?？]|没[?？]"
)
_SHORTEST = 4
_LONGEST_HEAD = 12
_EDGES = " ,，。.;；:：、\t\n"


def take_apart(message: str) -> tuple[tuple[str, ...], bool]:
    """The questions of a message, in order.

    What asks nothing belongs to the question behind it, and at the end to the one before it: a story is told before it is asked about.

    Args:
        message: As typed.

    Returns:
        The questions, one where there is one only; and whether the writer has set them apart: by numbers, by lines, by words such as
        另外, or by marks that end a sentence. Commas and blanks alone don't set apart.
    """
    for pattern in (_NUMBERED, _CONNECTED, _STOP):
        questions = _joined(
            [part for part in pattern.split(message) if part.strip(_EDGES)], keep_head=pattern is not _NUMBERED
        )
        if len(questions) > 1:
            return questions, True
    return _joined(_PAUSE.split(message), keep_head=True), False


def _joined(parts: list[str], *, keep_head: bool) -> tuple[str, ...]:
    """The parts that ask, each with what was told before it.

    Args:
        parts: In order.
        keep_head: Whether what stands before the first question belongs to it; before a list it only announces: 两个问题：1. …
    """
    questions: list[str] = []
    told = ""
    for part in parts:
        told = f"{told} {part.strip(_EDGES)}".strip()
        if len(told) >= _SHORTEST and _ASKS.search(normalise(part.strip())):
            questions.append(told)
            told = ""
    if told and questions:
        questions[-1] = f"{questions[-1]} {told}"
    if not keep_head and len(questions) > 1:
        announced = normalise(parts[0])
        if len(announced) <= _LONGEST_HEAD and not _ASKS.search(announced):
            questions[0] = questions[0].removeprefix(parts[0].strip(_EDGES)).strip(_EDGES)
    questions = [
        _CONNECTED.sub("", question, count=1) if _CONNECTED.match(question) else question for question in questions
    ]
    return tuple(questions) or (_as_one(parts),)


def _as_one(parts: list[str]) -> str:
    """The parts as one again."""
    return " ".join(part.strip() for part in parts)
