"""The block between two `---` lines at the head of a file, read against a schema."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

import yaml

from retrieval.errors import Problem

_FENCE = "---"
LINE_MARKS = re.compile("[\u2028\u2029\x85]")
E_ = TypeVar("E_", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a front matter may hold.

    Attributes:
        required: Whether its absence is a Problem.
        many: Whether its value is a list; a single value is then taken as a list of one.
        empty: Whether an empty value is allowed.
    """

    name: str
    required: bool = False
    many: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What a key holds: one text, or several, and the line of the key."""

    line: int
    texts: tuple[str, ...]


class FrontMatter:
    """The values of a front matter, and its faults.

    Reading a value that is missing or malformed notes a Problem and gives a stand-in, so that the remaining faults
    of the file are found in the same pass.

    Attributes:
        is_read: False if the block as a whole could not be read; one Problem says so, and no other follows from it.
    """

    def __init__(
        self, path: PurePath, values: Mapping[str, Value], problems: list[Problem], *, is_read: bool = True
    ) -> None:
        self._path = path
        self._values = values
        self._problems = problems
        self.is_read = is_read

    def line(self, key: str) -> int:
        """The line of a key, from 1; 1 where the key is absent."""
        return self._values[key].line if key in self._values else 1

    def text(self, key: str) -> str:
        """The key's text; empty where it is absent."""
        return self._values[key].texts[0] if key in self._values and self._values[key].texts else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The key's texts; empty where it is absent."""
        return self._values[key].texts if key in self._values else ()

    def day(self, key: str) -> date | None:
        """The key's date, written `2024-06-01`; None where it is absent or no date."""
        text = self.text(key)
        if not text:
            return None
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self._problem(key, f"“{key}”要写成 2024-06-01 这样的日期，现在是“{text}”")
        return None

    def choice(self, key: str, kinds: type[E_]) -> E_:
        """The key's value as one of a fixed set."""
        text = self.text(key)
        for kind in kinds:
            if kind.value == text:
                return kind
        if text:
            self._problem(key, f"“{key}”只能是 {'、'.join(kind.value for kind in kinds)} 之一，现在是“{text}”")
        return next(iter(kinds))

    def yes(self, key: str) -> bool:
        """The key's value as yes or no; no where it is absent."""
        text = self.text(key)
        if text not in {"", "yes", "no"}:
            self._problem(key, f"“{key}”只能写 yes 或 no,现在是“{text}”")
        return text == "yes"

    def _problem(self, key: str, message: str) -> None:
        self._problems.append(Problem(self._path, self.line(key), message))


def read_front_matter(
    path: PurePath, lines: Sequence[str], schema: Sequence[Key], problems: list[Problem]
) -> tuple[FrontMatter, int]:
    """Read the block at the head of a file.

    Every scalar is read as text: no `0017` becomes 15, no `no` becomes false.

    Args:
        path: Named in Problems.
        lines: The whole file.
        schema: The keys that are allowed.
        problems: Gets every fault.

    Returns:
        The values, and the index of the first line behind the block; if nobody knows where it ends, of the first heading.
    """
    nothing = FrontMatter(path, {}, problems, is_read=False)
    if not lines or lines[0].strip() != _FENCE:
        problems.append(Problem(path, 1, "文件第一行必须是三个减号 ---，下面写 id、title 等各项，再用一行 --- 结束"))
        return nothing, _first_heading(lines)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), None)
    if end is None:
        problems.append(Problem(path, 1, "开头的 --- 没有结束：各项写完以后，要再写一行 ---"))
        return nothing, _first_heading(lines)
    # YAML ends lines at marks at which no editor does; the lines of Problems would be off.
    block = [LINE_MARKS.sub(" ", line) for line in lines[1:end]]
    try:
        node = yaml.compose("\n".join(block), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark.line + 2 if error.problem_mark else 1
        line = next((place + 2 for place in range(len(block)) if not _is_sound(block, place)), mark)
        problems.append(
            Problem(
                path,
                line,
                "这一行的写法不对：每项写成“名称: 内容”，冒号用半角、后面空一格；内容里有冒号或引号时，整个用单引号括起来",
            )
        )
        return nothing, end + 1
    except (yaml.YAMLError, RecursionError):  # a thousand brackets
        problems.append(Problem(path, 1, "开头这一段里有不能用的字符，请重新输入一遍"))
        return nothing, end + 1
    if node is not None and not isinstance(node, yaml.MappingNode):
        problems.append(Problem(path, 2, "这一段每行都要写成“名称: 内容”"))
        return nothing, end + 1
    values = _values(path, node, {key.name: key for key in schema}, problems)
    problems += [
        Problem(path, 1, f"缺少“{key.name}”这一项") for key in schema if key.required and key.name not in values
    ]
    # A value with a fault of its own has been named; what is left can be read.
    return FrontMatter(path, {name: value for name, value in values.items() if value.texts}, problems), end + 1


def _first_heading(lines: Sequence[str]) -> int:
    """The index of the first heading, or of the end."""
    return next((place for place, line in enumerate(lines) if line.startswith(("## ", "# ", "\uff03"))), len(lines))


_VALUE_LINES = 5


def _is_sound(block: Sequence[str], place: int) -> bool:
    """Whether a key can be read by itself, with the lines that its value goes on in.

    YAML names the place where it gave up, not where the fault began.
    """
    line = block[place]
    if not line.strip() or line[0].isspace() or line.lstrip().startswith(("#", "- ")):
        return True
    for end in range(place + 1, min(place + 1 + _VALUE_LINES, len(block) + 1)):
        try:
            if isinstance(yaml.compose("\n".join(block[place:end]), Loader=yaml.BaseLoader), yaml.MappingNode):
                return True
        except (yaml.YAMLError, RecursionError):
            continue
    return False


def _values(
    path: PurePath, node: yaml.MappingNode | None, schema: Mapping[str, Key], problems: list[Problem]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name_node, value_node in node.value if node is not None else ():
        line = name_node.start_mark.line + 2
        name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
        key = schema.get(name)
        if not name:
            problems.append(Problem(path, line, "冒号前面要写一个名称，例如 title"))
            continue
        if key is None:
            problems.append(Problem(path, line, f"不认识“{name}”这一项，可以写的有：{'、'.join(schema)}"))
        elif name in values:
            problems.append(Problem(path, line, f"“{name}”写了两遍"))
        else:
            values[name] = Value(line, _texts(path, line, key, value_node, problems))
    return values


def _texts(path: PurePath, line: int, key: Key, node: yaml.Node, problems: list[Problem]) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        text = " ".join(node.value.split())
        if text:
            return (text,)
        if not key.empty:
            problems.append(Problem(path, line, f"“{key.name}”后面没有内容"))
        return ()
    if (
        key.many
        and isinstance(node, yaml.SequenceNode)
        and all(isinstance(item, yaml.ScalarNode) for item in node.value)
    ):
        texts = tuple(" ".join(item.value.split()) for item in node.value)
        if not all(texts):
            problems.append(Problem(path, line, f"“{key.name}”里有一项是空的"))
        return tuple(filter(None, texts))
    shape = "[甲, 乙] 这样的一列" if key.many else "一段文字"
    problems.append(Problem(path, line, f"“{key.name}”要写成{shape}"))
    return ()
