"""Danger to life: whether a message tells of it, and what must be done before anything else."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from weakref import ref

from retrieval.model import Element, Emergencies, Pattern
from retrieval.search.syllables import syllables

MOST = 3
"""How many advices are given at the most: a person in danger reads no more than a screen."""

_MARK = "|"
_MARKS = re.compile(r"[,.!?;:。、…]+")
_NOISE = re.compile(r"[^\w|]+|_+")
_BETWEEN_SINGLES = re.compile(r"(?<=(?<!\w)\w)\|(?=\w(?!\w))")
_HAN = re.compile("[\u3400-\u9fff]")

_Span = tuple[int, int]
_Places = dict[int, list[_Span]]
"""Where the words of each class stand, by the number of the class."""
_Part = tuple[tuple[int, int], ...]
"""The elements of a part: the number of the class, and the gap before it."""


def find_advices(emergencies: Emergencies, text: str, previous: str = "") -> tuple[str, ...]:
    """Return what must be done first by a person who tells of danger to life.

    Args:
        emergencies: What counts as danger, and what is said then.
        text: Normalised, of any length; nothing in it can make this raise.
        previous: What the same person said just before, normalised. Only a message that goes on with it needs it: “还是没醒”.

    Returns:
        At most `MOST` advices, the most urgent first; empty if nobody is in danger.
    """
    key = id(emergencies)
    owner, finder = _finders.get(key, (None, None))
    if owner is None or finder is None or owner() is not emergencies:
        finder = _Finder(emergencies)
        _finders[key] = ref(emergencies, lambda _: _finders.pop(key, None)), finder
    return finder.find(text, previous)


class _Finder:
    """All patterns of a file, made ready to be looked for together."""

    def __init__(self, emergencies: Emergencies) -> None:
        self._words = words = _Words()
        groups = emergencies.groups
        self._advices = tuple(group.advice for group in groups)
        self._whole = _Patterns.of_one(emergencies.whole, words)
        struck = emergencies.struck
        self._struck = _Patterns([(one, step) for step, patterns in enumerate(struck) for one in patterns], words)
        self._alarms = _Patterns([(one, place) for place, group in enumerate(groups) for one in group.patterns], words)
        self._unless = _Patterns([(one, place) for place, group in enumerate(groups) for one in group.unless], words)
        self._vetoes = _Patterns.of_one(emergencies.vetoes, words)
        self._overrides = _Patterns.of_one(emergencies.overrides, words)
        self._continuations = _Patterns.of_one(emergencies.continuations, words)

    def find(self, text: str, previous: str) -> tuple[str, ...]:
        """Return what is to be said; see `find_advices`."""
        letters = _letters(text)
        said = self._words.find(letters)
        groups = self._groups(letters, said)
        if not groups and previous and self._continuations.owners(said):
            before = _letters(previous)
            groups = self._groups(before, self._words.find(before)) - self._unless.owners(said)
        return tuple(dict.fromkeys(self._advices[group] for group in sorted(groups)))[:MOST]

    def _groups(self, letters: str, said: _Places) -> set[int]:
        """Return the groups that ring. Alarms are looked for in what is left after striking out, what takes them back in all that was said."""
        groups = self._alarms.owners(said)
        if not groups:
            return groups
        left = _strike(said, [span for _, span in self._whole.spans(said)], _cuts)
        for step in sorted(self._struck.owners(left)):
            # “没有，他触电了” is no denial.
            spans = [
                (start, end)
                for owner, (start, end) in self._struck.spans(left)
                if owner == step and _MARK not in letters[start:end]
            ]
            left = _strike(left, spans, _touches)
        if left is not said:
            groups = self._alarms.owners(left)
        if groups:
            groups -= self._unless.owners(said)
        if groups and self._vetoes.owners(said) and not self._overrides.owners(left):
            return set()
        return groups


_finders: "dict[int, tuple[ref[Emergencies], _Finder]]" = {}
"""By the identity of what they were made from: to compare that by value takes longer than to look through a message."""


def _letters(text: str) -> str:
    """Keep letters and digits, and one bar for marks; of 救！命！ both characters are one word."""
    return _BETWEEN_SINGLES.sub("", _NOISE.sub("", _MARKS.sub(_MARK, text)))


def _strike(places: _Places, spans: Iterable[_Span], is_struck: Callable[[_Span, _Span], bool]) -> _Places:
    """Return the places without those that one of the spans strikes out."""
    if not spans:
        return places
    for span in spans:
        places = {number: [place for place in found if not is_struck(place, span)] for number, found in places.items()}
    return {number: found for number, found in places.items() if found}


def _touches(place: _Span, span: _Span) -> bool:
    return place[0] < span[1] and span[0] < place[1]


def _cuts(place: _Span, span: _Span) -> bool:
    """Whether a place takes a part of a span, and something beside it."""
    return place[0] < span[0] < place[1] < span[1] or span[0] < place[0] < span[1] < place[1]


class _Patterns:
    """Patterns and to whom each belongs, under a class that it can't do without."""

    def __init__(self, patterns: Iterable[tuple[Pattern, int]], words: "_Words") -> None:
        self._by_class: dict[int, list[tuple[int, tuple[_Part, ...]]]] = defaultdict(list)
        for pattern, owner in patterns:
            rarest = min((element for part in pattern.parts for element in part), key=lambda one: len(one.words))
            parts = tuple(tuple((words.number(element), element.gap) for element in part) for part in pattern.parts)
            self._by_class[words.number(rarest)].append((owner, parts))

    @classmethod
    def of_one(cls, patterns: Iterable[Pattern], words: "_Words") -> "_Patterns":
        """Make patterns that all belong to the same one."""
        return cls([(pattern, 0) for pattern in patterns], words)

    def spans(self, places: _Places) -> list[tuple[int, _Span]]:
        """Return where the patterns occur, with their owners; of parts in any order the places of each."""
        return [
            (owner, span)
            for number in self._by_class.keys() & places.keys()
            for owner, parts in self._by_class[number]
            for span in _spans(parts, places)
        ]

    def owners(self, places: _Places) -> set[int]:
        """Return the owners of the patterns that occur."""
        found: set[int] = set()
        for number in self._by_class.keys() & places.keys():
            for owner, parts in self._by_class[number]:
                if owner not in found and _spans(parts, places):
                    found.add(owner)
        return found


def _spans(parts: tuple[_Part, ...], places: _Places) -> list[_Span]:
    """Return where the parts stand, each from the start of its first element to the end of its last; nothing if one is missing."""
    spans: list[_Span] = []
    for part in parts:
        found: list[_Span] | None = None
        for number, gap in part:
            here = places.get(number)
            if not here:
                return []
            if found is None:
                found = here
            else:
                found = [(start, after) for start, end in found for before, after in here if 0 <= before - end <= gap]
        if not found:
            return []
        spans += found
    return spans


class _Words:
    """The words of all classes, by how they are written and by how they sound."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[frozenset[str], frozenset[str]], int] = {}
        self._written = _Branch()
        self._sounding = _Branch()

    def number(self, element: Element) -> int:
        """Return the number of an element's class; a new one if no element before had the same words."""
        key = element.words, element.alike
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers)
            for word in element.words:
                self._written.add(word, word, number)
            for word in element.alike:
                self._sounding.add(word.translate(_SOUNDS), word, number)
        return self._numbers[key]

    def find(self, text: str) -> _Places:
        """Find the words of each class in a text."""
        places: _Places = defaultdict(list)
        for start, end, ends in self._written.find(text):
            for _, number in ends:
                places[number].append((start, end))
        for start, end, ends in self._sounding.find(text.translate(_SOUNDS)):
            for word, number in ends:
                right = sum(map(str.__eq__, word, text[start:end]))
                if len(word) <= 2 * right < 2 * len(word):
                    places[number].append((start, end))
        return places


class _Branch(dict[str, "_Branch"]):
    """What follows a beginning of words, by the next character.

    Attributes:
        ends: The words that end here, and the numbers of their classes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[tuple[str, int]] = []

    def add(self, key: str, word: str, number: int) -> None:
        """Add a word of a class, to be found where the key stands."""
        branch = self
        for character in key:
            branch = branch.setdefault(character, _Branch())
        branch.ends.append((word, number))

    def find(self, text: str) -> list[tuple[int, int, list[tuple[str, int]]]]:
        """Return where in a text words start and end, and which."""
        found = []
        for start, character in enumerate(text):
            branch = self.get(character)
            end = start + 1
            while branch is not None:
                if branch.ends:
                    found.append((start, end, branch.ends))
                branch = branch.get(text[end : end + 1])
                end += 1
        return found


class _Sounds(dict[int, int]):
    """Maps each Chinese character to one that stands for its syllable, for `str.translate`.

    Syllables that many people write alike are one: zh and z, ch and c, sh and s, -ng and -n.
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, int] = {}

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if _HAN.match(character):
            syllable = _ALIKE.sub("", syllables(character)[0])
            self[code] = _PRIVATE + self._places.setdefault(syllable, len(self._places))
        else:
            self[code] = code
        return self[code]


_ALIKE = re.compile("(?<=[zcs])h|(?<=n)g$")
_PRIVATE = 0xE000
_SOUNDS = _Sounds()
