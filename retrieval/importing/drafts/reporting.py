"""What an import found, in Chinese, for the person who has to look it through."""

from collections import Counter
from collections.abc import Iterable, Iterator

from retrieval.importing.drafts.draft import Draft, DraftKind

_KINDS = {
    DraftKind.RULES: "规章",
    DraftKind.CASES: "案例",
    DraftKind.QUESTIONS: "问答",
    DraftKind.QUIZZES: "题库",
    DraftKind.UNKNOWN: "看不出是什么",
}
_PLACES = 8


def summary(draft: Draft) -> str:
    """One line: the kind and the numbers."""
    found = {
        DraftKind.RULES: f"{len(draft.files)} 部规章 {len(draft.clauses)} 条",
        DraftKind.CASES: f"{len(draft.cases)} 个案例",
        DraftKind.QUESTIONS: f"{draft.questions} 个问答",
        DraftKind.QUIZZES: f"{draft.questions} 道题",
    }.get(draft.kind, "没有草稿")
    parts = [found, f"引用 {len(draft.citations)} 处"]
    if draft.not_held:
        parts.append(f"库里没有的引用 {len(draft.not_held)} 处")
    parts.append(f"要看的 {len(draft.doubts)} 处" + _lines(draft, (doubt.line for doubt in draft.doubts)))
    parts.append(f"清理 {len(draft.changes)} 处")
    return f"{_KINDS[draft.kind]}：{'，'.join(parts)}"


def report(draft: Draft) -> str:
    """Everything, over several lines; of the changes that happen often only the number."""
    return "\n".join(_report(draft))


def _report(draft: Draft) -> Iterator[str]:
    yield f"{draft.name}：{summary(draft)}"
    yield from (f"  草稿 {file.path}" for file in draft.files)
    if draft.doubts:
        yield "要看的："
        yield from (f"  {_at(draft, doubt.line)}{doubt.message}" for doubt in draft.doubts)
    if draft.not_held:
        yield "库里没有的引用："
        yield from (f"  {_at(draft, item.line)}{item.written}" for item in draft.not_held)
    if draft.changes:
        counts = Counter(change.why for change in draft.changes)
        yield f"清理（共 {len(draft.changes)} 处）：{'，'.join(f'{why} {count} 处' for why, count in counts.items())}"
        yield from (
            f"  {_at(draft, change.line)}{change.why}：{change.before} → {change.after or '（删去）'}"
            for change in draft.changes
        )
    if draft.left_out:
        yield f"没有写进草稿的文字（共 {len(draft.left_out)} 处）："
        yield from (f"  {_at(draft, part.line)}{part.why}：{part.text}" for part in draft.left_out)


def _at(draft: Draft, line: int) -> str:
    place = draft.place(line)
    return f"{place}：" if place else ""


def _lines(draft: Draft, lines: Iterable[int]) -> str:
    places = list(dict.fromkeys(place for line in lines if (place := draft.place(line))))
    if not places:
        return ""
    return f"（{'、'.join(places[:_PLACES])}{'等' if len(places) > _PLACES else ''}）"
