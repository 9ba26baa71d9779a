"""What admins read of the knowledge folder: what a reading has brought, and what was in use before."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape
from bot.chat.reply import NEWER_OLDER, Reply, rows, turning
from bot.generation.use_log import Entry
from bot.library.history import FileChange
from bot.library.press import Accept, HistoryPage, OpenStep, Refuse, RefuseAndUndo, RollBack, RollBackForSure, Undo
from bot.library.report import OTHERS, OVERTAKEN, REFUSED, STALE, Differences, Judged, Report, Verdict
from retrieval.errors import Problem

READING = Reply("⏳ 正在读知识文件夹……")
STALE_READING = "这次读到的已经过时了，请重新发 /reload。"
NO_STEP = "这一步的内容已经不在了（只留最近 20 次）。"
NOT_YOUR_STEP = "这一步不是您改的，请管理员来撤销。"
ADMIN_DECIDES = "已经请管理员来定，定了才启用。"
_TITLES = 6
_JUDGED = 8
_PROBLEMS = 24
_LONGEST = 3600
_PAGE = 8
_LINE = 120
_DIFF_LINES = 40
_NAMES: Mapping[str, str] = {
    "lexicon/terms.txt": "词典",
    "lexicon/synonyms.txt": "同义词",
    "lexicon/circumstances.txt": "说是谁、在哪、什么时候的词",
    "lexicon/emergencies.txt": "要命的事先说什么",
    "golden.jsonl": "验收问题",
}
"""What people call the files that are neither rules nor cases."""
_REASONS: Mapping[str, str] = {
    STALE: "这一步的内容已经不在了，什么也没有改。",
    OVERTAKEN: "这一步改过的文件后来又改过了，没有撤销，免得把后来的改动弄丢。要回到从前，请用 /history 退回。",
    REFUSED: "管理员看过文件夹里现在的内容，没有启用；现在用的是上一次启用的。",
}
_HOW_TO_DECIDE = (
    "怎么定：看“现在”答得行不行。都还行，点“照样启用”；答错了、该答的不答了，就不启用，给那个案例补几条问法再来。"
)
_NOT_HELD = "（验收问题里写着库里没有这方面的；新加的正好讲它，就是好事，请把 golden.jsonl 里那一行改过来）"
_STILL_THERE = "文件夹里的改动还留着：改好了再发 /reload。留着不管，以后在聊天里改别的，也会连它一起等管理员定。"


def report_reply(report: Report) -> Reply:
    """What a reading of the folder, or a change of it, has brought; what is in use now can be undone by one tap."""
    html = "\n".join(_cut(_report(report)))
    keyboard: Keyboard = ()
    if report.verdict is Verdict.WORSE and report.reason != REFUSED:
        keyboard = (
            (Button("照样启用", Accept(report.snapshot).pack()),),
            (Button("先不启用，文件留着", Refuse(report.snapshot).pack()),),
            (Button("不启用，文件也还原", RefuseAndUndo(report.snapshot).pack()),),
        )
    elif report.verdict is Verdict.LIVE and report.number:
        keyboard = ((Button("↩ 撤销", Undo(report.number).pack()),),)
    return Reply(html, keyboard)


def for_admins(name: str, reply: Reply) -> Reply:
    """What admins read when a trainer's change waits for them."""
    return Reply(f"✏️ {escape(name)} 在聊天里改了知识库，请您定：\n{reply.html}", reply.keyboard)


def handed_over(reply: Reply) -> Reply:
    """What a trainer reads whose change waits for an admin."""
    html = reply.html.replace(f"请您定。\n{_HOW_TO_DECIDE}", "")
    return Reply(f"{html}\n\n{ADMIN_DECIDES}")


def at_start(report: Report) -> Reply:
    """What admins read when the bot has started on what was in use last, since the folder can't be used."""
    head = "⚠️ 机器人重新启动了，知识文件夹现在的内容没有启用，用的是上一次启用的知识库。\n\n"
    reply = report_reply(report)
    return Reply(head + reply.html, reply.keyboard)


def by_itself(report: Report) -> Reply:
    """What admins read when the bot has noticed a change of the folder by itself."""
    reply = report_reply(report)
    return Reply(f"📁 知识文件夹有改动。\n{reply.html}", reply.keyboard)


def _cut(lines: Iterator[str]) -> Iterator[str]:
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > _LONGEST:
            yield "……（太长，后面的没有列出）"
            return
        yield line


def _report(report: Report) -> Iterator[str]:
    if report.verdict is Verdict.SAME:
        yield "知识文件夹没有改动，现在用的就是它。"
    elif report.verdict is Verdict.LIVE:
        yield f"✅ 已启用（用时 {report.seconds:.1f} 秒）。"
        yield from _changes(report)
        yield from _judged("答得更好了的验收问题", report.better)
        yield from _judged("⚠️ 答得不如以前的验收问题", report.worse)
        yield from _moved(report)
        yield from (f"ℹ️ {escape(notice)}" for notice in report.notices)
    elif report.verdict is Verdict.PROBLEMS:
        yield from _problems(report)
    elif report.verdict is Verdict.WORSE and report.reason != REFUSED:
        yield f"⚠️ 还没有启用：有 {len(report.worse)} 个验收问题答得不如以前。请您定。"
        yield _HOW_TO_DECIDE
        yield from _judged("不如以前的", report.worse)
        yield from _judged("更好了的", report.better)
        yield from _moved(report)
        yield from _changes(report)
    elif report.verdict is Verdict.WORSE:
        yield "没有启用，现在用的还是原来的知识库。" if report.snapshot else _REASONS[REFUSED]
        if report.undone:
            yield "文件夹也还原成了现在在用的样子。"
        elif report.snapshot:
            yield _STILL_THERE
    else:
        yield "❌ " + escape(_REASONS.get(report.reason, f"没有办成，现在用的还是原来的知识库：{report.reason}"))


def _moved(report: Report) -> Iterator[str]:
    """What changed without failing anybody: another order, a choice instead of a sure answer."""
    if report.moved:
        yield f"ℹ️ 另有 {report.moved} 个验收问题的先后或把握变了，没有答错，不用管。"


def _problems(report: Report) -> Iterator[str]:
    count = len(report.problems)
    if report.reason == OTHERS:
        yield f"❌ 没有办成：知识文件夹里早先存下的文件有 {count} 处毛病，要先改好。您这次要改的还没有写进去。"
        yield "现在用的还是原来的知识库。"
        yield from problem_lines(report.problems)
        yield "\n请管理员改好这些文件，发 /reload，再来一遍。"
        return
    yield f"❌ 没有启用：有 {count} 处要改。现在用的还是原来的知识库。"
    if report.undone:
        yield "文件夹已经还原成改动以前的样子。"
    yield from problem_lines(report.problems)
    if not report.undone:
        yield "\n改好以后再发 /reload。"


def problem_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Problems by file, each with its line."""
    shown = sorted(problems)[:_PROBLEMS]
    for path, group in groupby(shown, key=lambda problem: problem.path.as_posix()):
        yield f"\n📄 <b>{escape(path)}</b>"
        yield from (f"第 {problem.line} 行：{escape(problem.message)}" for problem in group)
    if len(problems) > len(shown):
        yield f"\n还有 {len(problems) - len(shown)} 处，改好这些以后再列。"


def _changes(report: Report) -> Iterator[str]:
    named = (("规章", "部", report.rules), ("条款", "条", report.clauses), ("案例", "个", report.cases))
    lines = [line for what, unit, differences in named for line in _differences(what, unit, differences)]
    if report.others:
        lines.append(f"✏️ 改了：{escape('、'.join(_NAMES.get(path, path) for path in report.others[:_TITLES]))}")
    yield from lines or ["规章和案例的内容没有变。"]


def _differences(what: str, unit: str, differences: Differences) -> Iterator[str]:
    for sign, verb, titles in (
        ("➕", "新增", differences.added),
        ("✏️", "改了", differences.changed),
        ("➖", "去掉", differences.removed),
    ):
        if titles:
            more = f" 等 {len(titles)} {unit}" if len(titles) > _TITLES else ""
            yield f"{sign} {verb}{what}：{escape('、'.join(titles[:_TITLES]))}{more}"


def _judged(heading: str, judged: Sequence[Judged]) -> Iterator[str]:
    if not judged:
        return
    yield f"\n<b>{heading}（{len(judged)}）</b>"
    for each in judged[:_JUDGED]:
        yield f"· “{escape(each.question)}”\n  以前：{escape(each.before)}\n  现在：{escape(each.after)}"
        if not each.answerable:
            yield f"  {_NOT_HELD}"
    if len(judged) > _JUDGED:
        yield f"……另外 {len(judged) - _JUDGED} 个"


# ---- what was in use


def history_page(entries: Sequence[tuple[Entry, datetime]], page: int) -> Reply:
    """What was in use, newest first.

    Args:
        entries: All that are held, each with its time on the station's clock.
        page: From 0.
    """
    if not entries:
        return Reply("还没有记录：知识库从启动以来没有换过。")
    pages = (len(entries) - 1) // _PAGE + 1
    page = min(page, pages - 1)
    shown = entries[page * _PAGE : (page + 1) * _PAGE]
    live = next((entry.number for entry, _ in entries if entry.was_used), 0)
    lines = ["<b>知识库用过的各次内容</b>（点编号看改了什么、退回去）", ""]
    lines += [f"{_step(entry, moment)}{' ← 现在用的' if entry.number == live else ''}" for entry, moment in shown]
    buttons = [Button(str(entry.number), OpenStep(entry.number).pack()) for entry, _ in shown]
    return Reply(
        "\n".join(lines), (*rows(buttons, 4), *turning(lambda to: HistoryPage(to).pack(), page, pages, *NEWER_OLDER))
    )


def _step(entry: Entry, moment: datetime) -> str:
    aside = "" if entry.was_used else "（没启用，只是存下）"
    return f"<b>{entry.number}</b> · {moment:%m-%d %H:%M} · {escape(entry.name)} · {escape(entry.why)}{aside}"


def step_page(entry: Entry, moment: datetime, changes: Sequence[FileChange], differing: Sequence[str]) -> Reply:
    """One step of the history: what it changed, and how to get back to it.

    Args:
        entry: The step.
        moment: Its time on the station's clock.
        changes: The files that it changed.
        differing: The files in which the folder differs from it now.
    """
    lines = [_step(entry, moment), ""]
    lines += _cut_diff(changes) if changes else ["前一次的内容已经不在了，或者文件没有变。"]
    lines.append("")
    if differing:
        names = "、".join(differing[:_TITLES]) + (f" 等 {len(differing)} 个" if len(differing) > _TITLES else "")
        lines.append(f"退回到这一次，会改回文件夹里的：{escape(names)}")
        keyboard: Keyboard = ((Button("退回到这一次", RollBack(entry.number).pack()),), _BACK)
    else:
        lines.append("文件夹现在就是这一次的样子。")
        keyboard = (_BACK,)
    if changes and entry.was_used:
        keyboard = ((Button("只撤销这一次的改动", Undo(entry.number).pack()),), *keyboard)
    return Reply("\n".join(lines), keyboard)


_BACK = (Button("◀ 返回", HistoryPage(0).pack()),)


def confirm_rolling_back(entry: Entry, moment: datetime) -> Reply:
    """The question before everybody's answers change."""
    return Reply(
        f"要退回到这一次吗？文件夹里的文件也会改回去；现在的内容先存进记录，还能再退回来。\n\n{_step(entry, moment)}",
        ((Button("确定退回", RollBackForSure(entry.number).pack()), Button("不退", OpenStep(entry.number).pack())),),
    )


def _cut_diff(changes: Sequence[FileChange]) -> list[str]:
    lines: list[str] = []
    length = 0
    for place, change in enumerate(changes):
        before, after = _lines(change.before), _lines(change.after)
        what = "新文件" if change.before is None else "去掉" if change.after is None else "改动"
        length += len(change.path) + 8
        if length > _LONGEST // 2:
            lines.append(f"……另外 {len(changes) - place} 个文件")
            return lines
        lines.append(f"📄 <b>{escape(change.path)}</b>（{what}）")
        if change.before is None or change.after is None:
            continue
        shown = 0
        for line in difflib.unified_diff(before, after, n=0, lineterm=""):
            if line.startswith(("---", "+++", "@@")):
                continue
            cut = line if len(line) <= _LINE else line[:_LINE] + "……"
            shown += 1
            length += len(cut)
            if shown > _DIFF_LINES or length > _LONGEST // 2:
                lines.append("……")
                return lines
            lines.append(f"<code>{escape(cut)}</code>")
    return lines


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", errors="replace").splitlines()
