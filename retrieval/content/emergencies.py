"""The file `emergencies.txt`: what counts as danger to life, and what is said then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.model import Element, Emergencies, Emergency, Pattern
from retrieval.text import normalise

NEAR, FAR = 4, 10
"""How many characters may stand where a pattern has “…”, and where it has “……”."""

_CLASS = re.compile(r"【([^【】]+)】\s*=(?!>)(.*)")
_KEYWORD = re.compile(r"(不拆|划掉|不报|照报|接着|也算|不算)\s*:(.*)")
_ELEMENT = re.compile(r"(?P<gap>\.{2,})|【(?P<name>[^【】]+)】|(?P<word>[^【】.]+)|(?P<fault>.)")
_ELLIPSIS = normalise("…")
_LIST = "用逗号隔开（不用顿号），每两个逗号之间都要有字"
_UNKNOWN = "前后都没有写【{0}】里有哪些词：请写一行“【{0}】= 词, 词”"
_PATTERN = (
    "看不懂“{}”：词和【词组】连着写，中间隔几个字写“…”（4 个字以内）或“……”（10 个字以内），放在哪里都行的用“+”隔开"
)
_GROUP = "一行写一组，写成“触电, 电着人 => 先救人……”：每个说法两个字以上，用逗号隔开，箭头右边写要说的话"


def read_emergencies(file: TextFile, problems: list[Problem]) -> Emergencies:
    """Read what counts as danger to life, and what is said then.

    Each line is one of these; anything else is a Problem:

        # 备注
        【人】= 师傅, 有人               A class of words. May be written in several lines, and may name other classes.
        不拆: 停电, 电话                 These end or begin no other word: 停电死活 holds no 电死.
        划掉: 触电保护器, 没【触电】      Struck out before anything is looked for, line by line.
        不报: 去年……【触电】             Nobody is in danger now.
        照报: 刚才                       Somebody is, in spite of that.
        接着: 还没醒                     Goes on with the danger that the message before told of.
        触电, 【人】……倒下 => 先救人      A group: what people say, and what they must do first.
        也算: 【人】……电着               More of what people say, for the group above.
        不算: 缓过来了                   Takes the alarm of the group above back.

    The words of a pattern follow each other at once, or within a few characters if “…” or “……” stands between them;
    words parted by “+” may stand anywhere. A word with “~” in front of it is also heard if it is misspelt with characters of the same sound.
    """
    reading = _Reading(file, problems)
    for number, line in enumerate(file.lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            reading.take(number, line.strip())
    return reading.finish()


@dataclass(frozen=True, slots=True)
class _Class:
    """The words of a class as they are written.

    Attributes:
        alike: Those of the words that are also heard by their sound.
        names: The other classes whose words belong to it.
    """

    words: set[str] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Item:
    """A pattern as it is written."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Group:
    advice: str
    patterns: list[_Item] = field(default_factory=list)
    unless: list[_Item] = field(default_factory=list)


class _Reading:
    """The lines of a file, taken one after the other. Patterns are read at the end, when all classes are known."""

    def __init__(self, file: TextFile, problems: list[Problem]) -> None:
        self._path = file.path
        self._problems = problems
        self._classes: dict[str, _Class] = {}
        self._named: list[tuple[int, str]] = []
        self._groups: list[_Group] = []
        self._struck: list[list[_Item]] = []
        self._tops: Mapping[str, list[_Item]] = {"不拆": [], "不报": [], "照报": [], "接着": []}

    def take(self, number: int, line: str) -> None:
        """Take a line that is no remark."""
        plain = normalise(line)
        if found := _CLASS.fullmatch(plain):
            self._take_class(number, found[1].strip(), found[2])
        elif found := _KEYWORD.fullmatch(plain):
            self._take_more(number, found[1], self._items(number, found[2]))
        else:
            left, _, advice = line.partition("=>")
            group = _Group(advice.strip())
            self._groups.append(group)
            if group.advice:
                group.patterns.extend(self._items(number, normalise(left), _GROUP))
            else:
                self._say(number, _GROUP)

    def _take_class(self, number: int, name: str, text: str) -> None:
        own = self._classes.setdefault(name, _Class())
        for item in self._items(number, text):
            if found := re.fullmatch("【([^【】]+)】", item.text):
                own.names.add(found[1])
                self._named.append((number, found[1]))
                continue
            word = item.text.removeprefix("~").strip()
            if not word or re.search(r"[【】+~]|\.\.", word):
                self._say(number, f"【{name}】里只能写词和别的词组，不能写“{item.text}”")
            elif word in own.words:
                self._say(number, f"【{name}】里“{word}”写了两遍")
            else:
                own.words.add(word)
                if item.text.startswith("~"):
                    own.alike.add(word)

    def _take_more(self, number: int, keyword: str, items: list[_Item]) -> None:
        if keyword == "划掉":
            self._struck.append(items)
            for item in items:
                if "+" in item.text:
                    self._say(number, f"“划掉”里不能用加号，现在有“{item.text}”")
        elif keyword in self._tops:
            self._tops[keyword].extend(items)
        elif not self._groups:
            self._say(number, f"“{keyword}”要写在它那一组的下面，前面还没有一组")
        else:
            group = self._groups[-1]
            (group.patterns if keyword == "也算" else group.unless).extend(items)

    def _items(self, number: int, text: str, complaint: str = _LIST) -> list[_Item]:
        """Return the items of a list; none of them may be empty."""
        items = [item.strip() for item in text.split(",")]
        if "、" in text or not all(items):
            self._say(number, complaint)
        return [_Item(number, item) for item in items if item]

    def finish(self) -> Emergencies:
        """Put together what was taken."""
        for number, name in self._named:
            if name not in self._classes:
                self._say(number, _UNKNOWN.format(name))
        classes = {name: self._element(name) for name in self._classes}

        def read(items: list[_Item]) -> tuple[Pattern, ...]:
            lines: dict[str, int] = {}
            patterns = []
            for item in items:
                if item.text in lines:
                    self._say(item.line, f"“{item.text}”和第 {lines[item.text]} 行的重复了")
                lines.setdefault(item.text, item.line)
                patterns.append(self._pattern(item, classes))
            return tuple(pattern for pattern in patterns if pattern is not None)

        groups = [Emergency(read(group.patterns), group.advice, read(group.unless)) for group in self._groups]
        return Emergencies(
            groups=tuple(group for group in groups if group.advice and group.patterns),
            whole=read(self._tops["不拆"]),
            struck=tuple(map(read, self._struck)),
            vetoes=read(self._tops["不报"]),
            overrides=read(self._tops["照报"]),
            continuations=read(self._tops["接着"]),
        )

    def _element(self, name: str) -> Element:
        """Return the words of a class and of all classes that it names."""
        reached, waiting = {name}, [name]
        while waiting:
            more = self._classes[waiting.pop()].names & self._classes.keys() - reached
            reached |= more
            waiting += more
        own = [self._classes[each] for each in reached]
        return Element(frozenset().union(*(one.words for one in own)), frozenset().union(*(one.alike for one in own)))

    def _pattern(self, item: _Item, classes: Mapping[str, Element]) -> Pattern | None:
        """Read a pattern; None if it has a Problem."""
        parts = []
        for text in item.text.split("+"):
            part: list[Element] = []
            gap = 0
            for found in _ELEMENT.finditer(text.strip()):
                name, word = found["name"], found["word"]
                if found["gap"] and part and not gap:
                    gap = NEAR if len(found["gap"]) <= len(_ELLIPSIS) else FAR
                    continue
                if name is not None and not (name in classes and classes[name].words):
                    self._say(item.line, _UNKNOWN.format(name))
                    return None
                if name is None and word is None:
                    self._say(item.line, _PATTERN.format(item.text))
                    return None
                element = classes[name] if name is not None else _word(word.strip())
                part.append(replace(element, gap=gap))
                gap = 0
            if not part or gap:
                self._say(item.line, _PATTERN.format(item.text))
                return None
            parts.append(tuple(part))
        if len(parts) == len(parts[0]) == 1 and "【" not in item.text and max(map(len, parts[0][0].words)) < 2:
            self._say(item.line, f"“{item.text}”只有一个字，会误伤别的句子。{_GROUP}")
            return None
        return Pattern(tuple(parts))

    def _say(self, number: int, message: str) -> None:
        shown = message.replace(2 * _ELLIPSIS, "……").replace(_ELLIPSIS, "…")
        self._problems.append(Problem(self._path, number, shown))


def _word(text: str) -> Element:
    """Return the element of a single word, which may be marked with “~”."""
    word = text.removeprefix("~").strip()
    return Element(frozenset([word]), frozenset([word] if text.startswith("~") else []))
