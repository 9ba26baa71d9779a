"""A small sound rule book and a small sound case, to be written down and to be spoilt."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePath

from retrieval.content.textfile import TextFile

RULE = """\
---
id: {id}
title: {id}
kind: regulation
verified: no
source: 试验
---
## 第一条
停电要提前通知。

### 问法
- 停电提前多久说
"""
CASE = """\
---
id: {id}
title: 没有通知就停电
kind: negative
category: 停电
cites: [sound#1]
source: 试验
takeaway: 先通知,再停电。
---
## 事件过程
没有通知就停了电。

## 问法
- 没说就停了

## 考一考
停电前先做什么?
- [ ] 直接停
- [x] 先通知
解析: 规定如此。
"""


def edited(text: str, changes: Mapping[int, str | None]) -> str:
    """A text with some of its lines, counted from 1, replaced by others (or by several, or by none)."""
    lines = (changes.get(number, line) for number, line in enumerate(text.splitlines(), 1))
    return "".join(f"{line}\n" for line in lines if line is not None)


def rule(identifier: str, changes: Mapping[int, str | None] | None = None) -> str:
    """The rule book under an id, with some of its lines replaced."""
    return edited(RULE.format(id=identifier), changes or {})


def case(identifier: str, changes: Mapping[int, str | None] | None = None) -> str:
    """The case under an id, with some of its lines replaced."""
    return edited(CASE.format(id=identifier), changes or {})


def text_file(path: str, text: str) -> TextFile:
    """A file as the readers get it."""
    return TextFile(PurePath(path), tuple(text.split("\n")), "utf-8")


def write(folder: Path, path: str, content: str | bytes) -> None:
    """Write a file, and the folders it lies in."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


def plain(message: str) -> str:
    """A message without the difference between full-width and other marks, which is none between right and wrong."""
    return unicodedata.normalize("NFKC", message)
