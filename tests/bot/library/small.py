"""A small knowledge folder of which a rule and a case always go together, and a library that holds it."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.generation.snapshots import SnapshotStore
from bot.library.library import Library
from bot.library.report import Editor
from retrieval.model import KnowledgeBase
from tests.clock import station

SUN = Editor(3001, "孙主任")
ZHAO = Editor(2001, "赵老师")
RULE, CASE, GOLDEN = "rules/sound.md", "cases/no-notice.md", "golden.jsonl"
_VERSION = re.compile(r"第(\d+)版")
MIXED = -1


def rule(version: int) -> str:
    """The rule book in a version."""
    return (
        "---\nid: sound\ntitle: 停电规定\nkind: regulation\nverified: no\nsource: 试验\n---\n"
        f"## 第一条\n停电要提前通知，这是第{version}版。\n\n### 问法\n- 停电提前多久说\n"
    )


def case(version: int, more: str = "") -> str:
    """The case in a version."""
    return (
        "---\nid: no-notice\ntitle: 没有通知就停电\nkind: negative\ncategory: 停电\ncites: [sound#1]\nsource: 试验\n"
        f"takeaway: 先通知，再停电，这是第{version}版。\n---\n## 事件过程\n没有通知就停了电。\n\n"
        f"## 问法\n- 没说一声就把电停了\n{more}\n## 考一考\n停电前先做什么?\n- [ ] 直接停\n- [x] 先通知\n解析: 规定如此。\n"
    )


def files(version: int) -> dict[str, str]:
    """Both files in a version."""
    return {RULE: rule(version), CASE: case(version)}


BROKEN = {RULE: rule(9), CASE: case(9).replace("kind: negative", "kind: 坏的")}
"""Both files, the second with a Problem in line 4."""
MISSING_CITATION = {RULE: rule(9).replace("## 第一条", "## 第二条")}


def write(folder: Path, contents: dict[str, str]) -> None:
    """Write files as an editor on the same machine does."""
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def library_in(root: Path) -> Library:
    """A library, not yet opened; made again on the same root it is the one after a restart."""
    clock = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return Library(root / "knowledge", SnapshotStore(root / "data"), station(lambda: clock))


def version_of(knowledge: KnowledgeBase) -> int:
    """The version that a knowledge base holds of both; MIXED where they differ."""
    return _same(knowledge.clauses[0].text, knowledge.cases[0].takeaway)


def version_in(folder: Path) -> int:
    """The version that a folder holds of both files; MIXED where they differ."""
    return _same((folder / RULE).read_text("utf-8"), (folder / CASE).read_text("utf-8"))


def _same(*texts: str) -> int:
    found = {int(number) for text in texts for number in _VERSION.findall(text)}
    return found.pop() if len(found) == 1 else MIXED
