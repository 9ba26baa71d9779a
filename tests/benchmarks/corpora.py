"""Large collections of clauses, made from real statutes by seeded recombination of their sentences."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

LAWS = Path(__file__).resolve().parents[3] / "shared" / "laws"
"""Real statutes as Markdown; not part of the repository."""

_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九])?[\s\u3000]+(.*)")


def sentences() -> list[str]:
    """The sentences of the statutes.

    Raises:
        FileNotFoundError: Where the statutes are not at hand.
    """
    found: list[str] = []
    for path in sorted(LAWS.glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            article = _ARTICLE.match(line)
            text = article[1] if article else "" if line.startswith(("#", "<")) else line
            found += [sentence + "。" for sentence in text.split("。") if len(sentence) > 8]
    if not found:
        message = f"no statutes in {LAWS}"
        raise FileNotFoundError(message)
    return found


def clauses(count: int, seed: int = 1) -> Iterator[str]:
    """Texts of clauses, one to four sentences each; the same for the same seed."""
    source, chance = sentences(), random.Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(count):
        yield "".join(chance.choice(source) for _ in range(chance.randint(1, 4)))


def write_rule_books(folder: Path, count: int, books: int) -> None:
    """Write clauses as rule books into a knowledge folder.

    Args:
        folder: Has a folder `rules`.
        count: Clauses in all.
        books: Files to spread them over.
    """
    texts = clauses(count)
    for book in range(books):
        lines = [
            "---",
            f"id: made-{book}",
            f"title: 合成规章{book}",
            "kind: regulation",
            "verified: no",
            "source: made",
            "---",
        ]
        for number in range(1, count // books + 1):
            lines += [f"## 第{number}条", next(texts)]
        (folder / "rules" / f"made-{book}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_statutes(folder: Path) -> int:
    """Write the statutes as rule books into a knowledge folder; gives the number of articles."""
    articles = 0
    heading = re.compile(r"(第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九])?)[\s\u3000]+(.*)")
    for place, path in enumerate(sorted(LAWS.glob("*.md"))):
        lines = [
            "---",
            f"id: law-{place}",
            f"title: {path.stem}",
            "kind: regulation",
            "verified: no",
            "source: law",
            "---",
        ]
        begun = False
        for line in path.read_text(encoding="utf-8").splitlines():
            article = heading.match(line)
            if article:
                lines += [f"## {article[1]}", article[2]]
                begun, articles = True, articles + 1
            elif begun and line.strip() and not line.startswith(("#", "<")):
                lines.append(line.strip())
        (folder / "rules" / f"law-{place}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return articles
