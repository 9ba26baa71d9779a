"""What an admin reads of a document that is to be taken into the knowledge."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape, utf16_length
from bot.chat.reply import Reply, turning
from bot.documents.held import CaseFound, Found, HeldDraft, Note, Notes, RuleFound
from bot.documents.press import Look, LookAt, PreviewPage, TakeIn
from bot.documents.standing import Standing
from bot.documents.ways import Way
from retrieval.errors import Problem
from retrieval.importing import DraftKind

Item = TypeVar("Item")

STALE = "这份草稿已经不在了：采用过、丢掉了，或者换成了改过的那一份。还要的话，把文件再发一次。"
TAKING_IN = "正在采用，要几秒钟……"
SENDING = "正在发文件……"
DROPPED = Reply("🗑 丢掉了，知识库没有动。还要的话，把文件再发一次。")
NOT_FETCHED = Reply("❌ 文件没有取下来，可能是线路断了一下。请再发一次。")
FILES_MAYBE_LOST = Reply("📶 刚才线路断了一下，文件不知道送到了没有。没看到的话，请再点一次“让我看看文件”。")
KNOWN = "规定、案例和题库请发 Word（.docx）、PDF、Excel（.xlsx）、.txt、.md，或者装着它们的 .zip"
_PAGE = 2600
"""UTF-16 units of visible text of a page, its head left out."""
_LINE = 240
_LISTED = 150
"""How much of one kind is listed; the rest is in the report."""
_MOST_PAGES = 40
_NAMES = 12
_TITLE = 40


def reading(name: str, *, waits: bool) -> Reply:
    """The word that comes at once.

    Args:
        name: The document's.
        waits: Whether another document is being read first.
    """
    shown = escape(name)
    if waits:
        return Reply(f"⏳ 前面还有一份文件在读，读完就读“{shown}”，请等一等……")
    return Reply(f"⏳ 正在读“{shown}”……大的文件要十几秒。")


def unreadable(error: str) -> Reply:
    """A document that can't be read, or kept; the error says why."""
    return Reply(f"❌ {escape(error)}")


def unknown_kind(name: str) -> Reply:
    """A file whose ending says that it is no document."""
    return Reply(f"❌ “{escape(name)}”不认识是什么文件。{KNOWN}；人员名单请发 .xlsx 或 .csv。")


def too_big(name: str, size: int, limit: int) -> Reply:
    """A file that is not even fetched; sizes in bytes."""
    mega = 1024 * 1024
    return Reply(f"❌ “{escape(name)}”有 {size / mega:.1f} MB，最多 {limit // mega} MB：请分成几个文件再发。")


def preview(held: HeldDraft, standing: Standing, page: int = 0, head: str = "") -> Reply:
    """What was made of a document, a page of it, with the buttons to decide.

    Args:
        held: The draft.
        standing: How it stands beside the knowledge now.
        page: From 0.
        head: A sentence before it, as HTML; may be empty.
    """
    if not held.paths:
        return _nothing(held)
    pages = _paged(_lines(held, standing))
    page = min(page, len(pages) - 1)
    count = f"（第 {page + 1} 页，共 {len(pages)} 页）" if len(pages) > 1 else ""
    first = f"📄 <b>{escape(held.name)}</b>{count}"
    html = "\n".join(filter(None, [head, first, *pages[page]]))
    return Reply(
        html, (*turning(lambda to: PreviewPage(held.ticket, to).pack(), page, len(pages)), *decisions(held, standing))
    )


def decisions(held: HeldDraft, standing: Standing) -> Keyboard:
    """The buttons that decide on a draft."""
    ticket, some = held.ticket, len(standing.paths) < len(held.paths)
    rows: list[tuple[Button, ...]] = []
    if not standing.paths:
        rows.append((Button("✅ 采用", TakeIn(Way.PLAIN, ticket).pack()),))
    else:
        if standing.clashes:
            rows.append((Button("替换原来的", TakeIn(Way.REPLACE, ticket).pack()),))
        beside = "另存为新的" if standing.clashes else "同名的也加进去"
        rows.append((Button(beside, TakeIn(Way.BESIDE, ticket).pack()),))
        if some:
            rows.append((Button("只采用库里没有的", TakeIn(Way.NEW_ONLY, ticket).pack()),))
    rows.append(
        (Button("丢弃", LookAt(Look.DROP, ticket).pack()), Button("让我看看文件", LookAt(Look.FILES, ticket).pack()))
    )
    return tuple(rows)


def changed_meanwhile(held: HeldDraft, standing: Standing) -> Reply:
    """The preview anew, where the knowledge has got something of the same name since it was shown."""
    return preview(held, standing, head="⚠️ 还没有采用：库里这期间有了同名的，请再看一眼怎么办。\n")


def not_taken(outcome: Reply, held: HeldDraft, standing: Standing, *, others: bool = False) -> Reply:
    """What came of taking a draft in, where it did not come into use: the draft is still there, and so are its buttons.

    Args:
        outcome: What came of it.
        held: The draft.
        standing: How it stands beside the knowledge now.
        others: Whether only files that were in the folder before are at fault.
    """
    hint = "草稿还留着：点“让我看看文件”，改好后把 .md 文件发回来，再点采用。"
    if others:
        hint = "草稿还留着：上面那些改好以后，再点一次采用。"
    return Reply(f"{outcome.html}\n\n{hint}", (*outcome.keyboard, *decisions(held, standing)))


def files_caption(held: HeldDraft) -> str:
    """Below the report that goes with the drafted files; plain text."""
    return (
        f"“{held.name}”的草稿和读文件的报告。可以用记事本改 .md 文件，改好直接发回来，我再给您看一遍；"
        "不用改就点下面的按钮。"
    )


def _nothing(held: HeldDraft) -> Reply:
    lines = [f"📄 <b>{escape(held.name)}</b>", "没有能导入的内容，知识库没有动。"]
    for found in held.found:
        lines += [f"· {escape(_cut(doubt.text))}" for doubt in found.doubts.first[:_NAMES]]
    return Reply("\n".join(lines))


# ---- the lines of a preview


def _lines(held: HeldDraft, standing: Standing) -> Iterator[str]:
    if held.mends:
        yield "✏️ 草稿里换成了您改过的文件。"
    for found in held.found:
        yield from _head(found)
    if held.problems:
        yield f"\n❌ <b>有 {len(held.problems)} 处写法不对</b>，改好才能启用："
        yield from _problems(held.problems)
    yield from _standing(standing)
    yield from _contents(held.found)
    yield f"\n<b>采用后会写这 {len(held.paths)} 个文件</b>"
    yield from _listed(held.paths, lambda path: f"· {escape(_cut(path))}")
    for title, notes in (
        ("要看的", [found.doubts for found in held.found]),
        ("引用了、库里没有的", [found.not_held for found in held.found]),
        ("没有写进草稿的文字", [found.left_out for found in held.found]),
    ):
        yield from _noted(title, notes)
    cleanings = _summed(count for found in held.found for count in found.cleanings)
    if cleanings:
        yield f"\n<b>清理过的（{sum(number for _, number in cleanings)}）</b>"
        yield "、".join(f"{escape(_cut(kind, _TITLE))} {number} 处" for kind, number in cleanings[:_NAMES])


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    for path, group in groupby(problems[:_LISTED], key=lambda problem: problem.path.as_posix()):
        yield f"📄 {escape(_cut(path))}"
        yield from (f"第 {problem.line} 行：{escape(_cut(problem.message))}" for problem in group)
    if len(problems) > _LISTED:
        yield f"……另外 {len(problems) - _LISTED} 处，改好这些以后再列"


def _noted(title: str, several: Sequence[Notes]) -> Iterator[str]:
    count, first = sum(notes.count for notes in several), [note for notes in several for note in notes.first]
    if not count:
        return
    yield f"\n<b>{title}（{count}）</b>"
    yield from map(_note, first[:_LISTED])
    if count > min(len(first), _LISTED):
        yield f"……另外 {count - min(len(first), _LISTED)} 处，看“让我看看文件”里的报告"


def _head(found: Found) -> Iterator[str]:
    made = []
    if found.kind is DraftKind.QUESTIONS:
        made.append(f"问答 {found.questions} 个")
    elif found.kind is DraftKind.QUIZZES:
        made.append(f"题库 {found.questions} 道题")
    elif found.rules:
        made.append(f"规章 {len(found.rules)} 部 {sum(rule.clauses for rule in found.rules)} 条")
    if found.cases:
        made.append(f"案例 {len(found.cases)} 个")
    if not made:
        if found.kind is DraftKind.UNKNOWN:
            yield f"❔ {escape(_cut(found.name))}：看不出是什么，没有写草稿。"
        return
    title = f"《{escape(_cut(found.title, _TITLE))}》" if found.title else ""
    yield f"{title}{'，'.join(made)}"
    if found.citations or found.not_held.count:
        yield f"引用：库里有的 {found.citations} 处，库里没有的 {found.not_held.count} 处"
    cleaned = sum(number for _, number in found.cleanings)
    if found.kind is DraftKind.QUIZZES:
        yield "ℹ️ 题目只用来考，员工问不到；引了库里条款的，讲那一条的案例考一考不够时会用上。"
    yield f"要看的 {found.doubts.count} 处，没有写进草稿的文字 {found.left_out.count} 处，清理 {cleaned} 处"
    if found.kind is DraftKind.QUESTIONS:
        yield from _about_questions(found)


def _about_questions(found: Found) -> Iterator[str]:
    yield "ℹ️ 每个问题连同答案写成一条“培训材料里的要求”，员工会看到“不是正式规章”；原有的规章和案例一条也不改。"
    if found.known:
        yield f"其中 {len(found.known)} 个问题现在就答得出（请看答得对不对，对的可以不导入）："
        for known in found.known[:_NAMES]:
            yield f"· {escape(_cut(known.question, 60))} → {escape(_cut(known.answer, 60))}"
        if len(found.known) > _NAMES:
            yield f"……另外 {len(found.known) - _NAMES} 个"


def _standing(standing: Standing) -> Iterator[str]:
    if standing.clashes:
        yield f"\n⚠️ <b>库里已经有的文件（{len(standing.clashes)}）</b>，点“替换原来的”会换掉它们："
        yield from _listed(
            standing.clashes,
            lambda clash: (
                f"· {escape(_cut(clash.path))}：{escape(_cut(clash.title, _TITLE))}（现在有 {clash.questions} 条问法）"
            ),
        )
    if standing.twins:
        yield f"\n⚠️ <b>库里有同名的（{len(standing.twins)}）</b>，都采用就有两份："
        yield from _listed(
            standing.twins, lambda twin: f"· {escape(_cut(twin.title, _TITLE))}（{escape(_cut(twin.held))}）"
        )


def _contents(found: Sequence[Found]) -> Iterator[str]:
    rules = [rule for each in found if each.kind is not DraftKind.QUESTIONS for rule in each.rules]
    if rules:
        yield "\n<b>规章</b>"
        yield from _listed(rules, _rule)
    cases = [case for each in found for case in each.cases]
    if cases:
        yield "\n<b>案例</b>（📌 是回答的第一行，请看是不是“该怎么做”）"
        yield from _listed(cases, _case)
    bare = [
        f"{count} {what}"
        for what, count in (
            ("部规章", sum(not rule.questions for rule in rules)),
            ("个案例", sum(not case.questions for case in cases)),
        )
        if count
    ]
    if bare:
        yield f"\nℹ️ {'、'.join(bare)}还没有问法：启用以后请补上，员工用自己的话才好问到。"


def _rule(rule: RuleFound) -> str:
    said = [
        ("发文单位", rule.issuer),
        ("文号", rule.document),
        ("版本", rule.edition),
        ("施行", rule.in_force.isoformat() if rule.in_force else ""),
        ("失效", rule.ended.isoformat() if rule.ended else ""),
    ]
    known = "；".join(f"{name} {escape(_cut(value, _TITLE))}" for name, value in said if value)
    missing = "、".join(name for name, value in said[:4] if not value and name != "版本")
    lines = [f"· 《{escape(_cut(rule.title))}》 {rule.clauses} 条"]
    if known:
        lines.append(f"  {known}")
    if missing:
        lines.append(f"  没有找到：{missing}")
    return "\n".join(lines)


def _case(case: CaseFound) -> str:
    title = case.title or f"（{case.path}，标题读不出）"
    takeaway = f"\n  📌 {escape(_cut(case.takeaway)) or '（空着：采用以后写一句“该怎么做”）'}"
    return f"· {escape(_cut(title))}{takeaway}"


def _note(note: Note) -> str:
    place = f"{escape(note.place)}：" if note.place else ""
    return f"· {place}{escape(_cut(note.text))}"


def _listed(items: Sequence[Item], line: Callable[[Item], str]) -> Iterator[str]:
    yield from map(line, items[:_LISTED])
    if len(items) > _LISTED:
        yield f"……另外 {len(items) - _LISTED} 个，看“让我看看文件”里的报告"


def _summed(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    total: dict[str, int] = {}
    for kind, number in counts:
        total[kind] = total.get(kind, 0) + number
    return sorted(total.items(), key=lambda each: -each[1])


def _cut(text: str, limit: int = _LINE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _paged(lines: Iterable[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    room = _PAGE
    for line in lines:
        length = utf16_length(line) + 1
        if length > room and pages[-1]:
            if len(pages) == _MOST_PAGES:
                pages[-1].append("……（后面的看“让我看看文件”里的报告）")
                break
            pages.append([])
            room = _PAGE
        pages[-1].append(line if pages[-1] else line.lstrip("\n"))
        room -= length
    return pages
