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


NEW_EDITION = """\
---
id: supply-business-rules-2024
title: 供电营业规则
short: [营业规则, 供电规则, 营规]
document: 第14号令
edition: 2024版
kind: regulation
in_force: 2024-06-01
verified: no
source: 试验用的样文,不是官方文本
---
## 第六十七条
用户申请暂停用电,应当提前五个工作日到供电企业办理手续。

## 第七十条
供电企业应当在中止供电前七天内,将停电通知送达用户;对重要用户的停电,应当将停电通知报送本级电力运行主管部门;在停电前三十分钟,将停电时间再通知用户一次,方可在通知规定时间实施停电。

## 第八十九条
抄表不按期的,应当事先告知用户,下一次一并结清。
"""
"""An edition that follows the shipped 供电营业规则: its 67 is another matter, its 70 is the old 67 reworded, its 89 the old 83 in other words."""
OLD_EDITION = "rules/supply-business-rules-1996.md"


def add_edition(folder: Path, becomes: Mapping[str, str] | None = None) -> None:
    """Put the new edition beside the old one in a copy of the shipped folder.

    Args:
        folder: The copy.
        becomes: What clauses of the old edition become, number as printed → id.
    """
    write(folder, "rules/supply-business-rules-2024.md", NEW_EDITION)
    old = (folder / OLD_EDITION).read_text("utf-8")
    for label, later in (becomes or {}).items():
        head, mark, rest = old.partition(f"## {label}\n")
        old = head + mark + rest.replace("### 问法", f"### 现为\n- {later}\n\n### 问法", 1)
    write(folder, OLD_EDITION, old)
