"""What trainers and admins read while they change the knowledge in the chat, and of the questions that it lacks."""

from collections.abc import Sequence
from datetime import datetime

from bot.asking.records import citation
from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape
from bot.chat.reply import NEWER_OLDER, Reply, button_label, rows, turning
from bot.generation.generations import Record, record_key
from bot.library.edits import FOUND, LONGEST_LINES, LONGEST_QUESTION, LONGEST_WORD, Kind, Wish, line_of, name_of
from bot.library.gaps import Gap
from bot.library.press import (
    AddTo,
    Confirm,
    Decline,
    GapsPage,
    OpenGap,
    OpenRecord,
    OpenRecordBelow,
    SetAside,
    TakeUp,
    Unverify,
    Verify,
    WriteLesson,
    WriteNothing,
    WriteQuestion,
    WriteSynonyms,
    WriteSynonymsBeside,
    WriteTakeaway,
)
from retrieval.answering.answer import Answer, Tier
from retrieval.model import Case, Clause, Rule

GONE = "这个案例或条款已经不在库里了，请重新发 /edit 找。"
STALE_WISH = "这个预览已经过时了，什么也没有改。请重新来一遍。"
ONLY_PRIVATE = "请私聊我来改。"
CHANGING = Reply("⏳ 正在改，改完要把知识库重新读一遍……")
NOT_CHANGED = Reply("没有改。")
NO_GAP = "这一条已经不在单子上了。"
ASK_WORDS = Reply(
    "要改哪个案例、哪一条？发几个词来找，例如“抄错电表”“营业规则67条”。",
    ((Button("➕ 加同义词", WriteSynonyms().pack()),),),
)
NOT_IN_USE = "文件夹里的这部规章和现在用的不一样。请先发 /reload 用上新的，看过再标。"
_QUESTION_SHOWN = 60
_GAPS = 6
_LONGEST_GAP = 500
_LONGEST_TITLE = 80


# ---- finding


def found_page(words: str, records: Sequence[Record]) -> Reply:
    """The records that somebody may mean.

    Args:
        words: That they searched for.
        records: Best first.
    """
    if not records:
        return Reply(
            "没有找到。换几个词，再发 /edit 加上那几个词。", ((Button("➕ 加同义词", WriteSynonyms().pack()),),)
        )
    lines = [f"🔎 “{escape(_cut(words))}”最像的{'' if len(records) < FOUND else '五个'}，点一个来改："]
    lines += [f"{place}. {_icon(record)} {escape(_title(record))}" for place, record in enumerate(records, 1)]
    buttons = tuple(
        (Button(button_label(f"{place}. {_title(record)}"), OpenRecord(record_key(record)).pack()),)
        for place, record in enumerate(records, 1)
    )
    return Reply("\n".join(lines), buttons)


def record_page(record: Record, *, admin: bool) -> Reply:
    """What can be changed of a record.

    Args:
        record: The case or the clause.
        admin: Whether who sees it may say that a rule book was checked.
    """
    key = record_key(record)
    lines = [f"✏️ {_icon(record)} <b>{escape(_title(record))}</b>"]
    buttons = [Button("加问法", WriteQuestion(key).pack()), Button("加同义词", WriteSynonymsBeside(key).pack())]
    keyboard: Keyboard = (tuple(buttons),)
    if isinstance(record, Case):
        lines.append(f"📌 {escape(record.takeaway) or '（还没有一句话教训：点“改教训”写一句“该怎么做”）'}")
        if record.lesson:
            lines.append(f"<b>原话教训</b> {escape(record.lesson)}")
        keyboard = (
            (Button("改教训", WriteTakeaway(key).pack()), Button("改原话教训", WriteLesson(key).pack())),
            tuple(buttons),
        )
    else:
        lines.append(f"<blockquote expandable>{escape(_cut(record.text, 600))}</blockquote>")
        lines.append(checked(record.rule))
        if admin:
            keyboard = (tuple(buttons), (verify_button(record.rule),))
    lines.append(f"现有 {len(record.questions)} 条问法。文件：<code>{escape(record.path.as_posix())}</code>")
    return Reply("\n".join(lines), keyboard)


def verify_button(rule: Rule) -> Button:
    """The button that says that a rule book was held against the official text, or takes that back."""
    key = record_key(rule)
    if rule.verified:
        return Button("取消核对", Unverify(key).pack())
    return Button("✅ 整部标为已核对", Verify(key).pack())


def checked(rule: Rule) -> str:
    """Whether a rule book was held against the official text, by whom and when, as HTML."""
    noted = " ".join(filter(None, [rule.verified_by, str(rule.verified_on or "")]))
    return f"已核对{f'：{escape(noted)}' if noted else ''}" if rule.verified else "〔未核对〕"


def _icon(record: Record) -> str:
    return "📂" if isinstance(record, Case) else "📖"


def _title(record: Record) -> str:
    if isinstance(record, Case):
        return _cut(record.title, _LONGEST_TITLE)
    return _cut(citation(record), _LONGEST_TITLE) + (f"（{record.rule.edition}）" if record.rule.edition else "")


def _cut(text: str, length: int = _QUESTION_SHOWN) -> str:
    return text if len(text) <= length else text[:length] + "……"


# ---- asking


def ask_text(kind: Kind, record: Record | None, trouble: str = "") -> Reply:
    """What is to be written.

    Args:
        kind: Of change.
        record: It is about.
        trouble: Why what was written before could not be taken; empty the first time.
    """
    if kind in LONGEST_LINES and isinstance(record, Case):
        now, wanted = line_of(record, kind), f"最多 {LONGEST_LINES[kind]} 个字，标点也算。"
        html = (
            f"现在的原话教训：\n<i>{escape(now or '没有写，机器人自己从案例里找')}</i>\n\n"
            f"请发一到三句来：挑案例里说该怎么做的原话，{wanted}"
            if kind is Kind.LESSON
            else f"现在的教训：\n<i>{escape(now)}</i>\n\n请发新的一句来：先说该怎么做，{wanted}"
        )
    elif kind is Kind.QUESTION and record is not None:
        html = (
            f"给{_icon(record)} <b>{escape(_title(record))}</b> 加一条问法。\n"
            f"请发一句员工会怎么问：写情况，不写标题，最多 {LONGEST_QUESTION} 个字。"
        )
    else:
        html = (
            "请把意思一样的几个词发来，用逗号隔开，<b>规范的说法写在最前面</b>，例如：停电，掐电，拉闸。\n"
            f"每个词 2 到 {LONGEST_WORD} 个字。里面有一个词已经在某一组里的，就并到那一组。"
        )
    back = OpenRecord(record_key(record)) if record is not None else WriteNothing()
    return Reply(f"⚠️ {escape(trouble)}。\n\n{html}" if trouble else html, ((Button("↩ 不改了", back.pack()),),))


def ask_shorter(gap: Gap, record: Record) -> Reply:
    """A question that can't be taken as it was asked: too long, or with masked names in it."""
    html = (
        f"员工问的是：\n<i>{escape(_cut(gap.text, _LONGEST_GAP))}</i>\n\n"
        f"这句太长，或者里面有遮住的姓名、号码，不能原样加。请改成一句平常的问法发来"
        f"（最多 {LONGEST_QUESTION} 个字），就加到 {_icon(record)} <b>{escape(_title(record))}</b>。"
    )
    return Reply(html, ((Button("↩ 不加了", OpenGap(gap.key).pack()),),))


# ---- before it is done


def preview(wish: Wish, lines: Sequence[str], path: str, *, risky: bool = False) -> Reply:
    """A change before it is made.

    Args:
        wish: The change.
        lines: HTML that says what was, and what will be.
        path: The file that is changed.
        risky: Whether the yes should be thought over.
    """
    html = "\n".join(
        ["<b>要这样改吗？</b>（还没有改）", "", *lines, "", f"文件：<code>{escape(path)}</code>，别的一个字不动。"]
    )
    yes = "还是要改" if risky else "确定"
    return Reply(html, ((Button(yes, Confirm(wish.ticket).pack()), Button("不改", Decline(wish.ticket).pack())),))


def line_lines(case: Case, kind: Kind, new: str) -> list[str]:
    """A line of a case, old and new."""
    old, mark = line_of(case, kind), "📌 " if kind is Kind.TAKEAWAY else ""
    return [
        f"📂 <b>{escape(case.title)}</b>",
        f"原来：<s>{escape(old)}</s>" if old else "原来没有写。",
        f"改成：{mark}<b>{escape(new)}</b>",
    ]


def question_lines(record: Record, question: str, answer: Answer, others: Sequence[Record]) -> list[str]:
    """A new question, and what it is answered with as yet.

    Args:
        record: It is added to.
        question: The new one.
        answer: To it, now.
        others: Records that have it already.
    """
    lines = [
        f"{_icon(record)} <b>{escape(_title(record))}</b>",
        f"➕ 加一条问法：<b>{escape(question)}</b>",
        f"现在这样问，机器人答：{answered(answer)}",
    ]
    if others:
        names = "、".join(name_of(other) for other in others[:3])
        lines.append(f"⚠️ 这句已经是 {escape(names)} 的问法。两处都有，机器人就更拿不准了。")
    return lines


def synonym_lines(words: Sequence[str], group: str | None) -> list[str]:
    """Words that will mean the same.

    Args:
        words: As typed, the standard term first.
        group: The standard term of the group that they join; None for a new one.
    """
    said = escape("、".join(words))
    if group is not None:
        return [f"➕ 把“{said}”并到同义词“<b>{escape(group)}</b>”那一组"]
    return [f"➕ 新的一组同义词：“{said}”，规范的说法是“<b>{escape(words[0])}</b>”"]


def verify_lines(rule: Rule, count: int, by: str, on: str) -> list[str]:
    """A rule book that is to count as checked."""
    return [
        f"📖 <b>{escape(name_of(rule))}</b>",
        f"✅ 整部规章 {count} 条都标成“已核对：{escape(by)} {on}”",
        f"原来：{checked(rule)}",
        "",
        "⚠️ 这是说：每一条您都拿官方文本逐字对过。员工会照着给客户看，没有对完不要标。",
    ]


def unverify_lines(rule: Rule, count: int) -> list[str]:
    """A rule book that isn't to count as checked any more."""
    return [f"📖 <b>{escape(name_of(rule))}</b>", f"整部规章 {count} 条改回〔未核对〕", f"原来：{checked(rule)}"]


def answered(answer: Answer) -> str:
    """What a question is answered with, in a few words."""
    if answer.tier is Tier.NONE:
        return "答不上来"
    first: Record | None = next((hit.record for hit in answer.cases), None)
    if first is None or answer.lookups:
        first = next((hit.record for hit in answer.clauses), first)
    title = escape(name_of(first)) if first is not None else "？"
    return title if answer.tier is Tier.DIRECT else f"请他挑，第一个是 {title}"


def refused(trouble: str) -> Reply:
    """A change that could not be made."""
    return Reply(f"❌ 没有改：{escape(trouble)}。")


def gaps_page(gaps: Sequence[tuple[Gap, datetime]], page: int, *, undo: str = "") -> Reply:
    """The questions that were not answered, or wrongly.

    Args:
        gaps: All of them, newest first, each with when it was asked last on the station's clock.
        page: From 0.
        undo: The key of the gap that was set aside just now.
    """
    back: Keyboard = ((Button("↩ 刚才那条不忽略", TakeUp(undo).pack()),),) if undo else ()
    if not gaps:
        return Reply("近 30 天没有答不上来的、也没有被点“没答对”的问题。", back)
    pages = (len(gaps) - 1) // _GAPS + 1
    page = min(page, pages - 1)
    shown = gaps[page * _GAPS : (page + 1) * _GAPS]
    lines = [f"<b>近 30 天没答好的问题</b>（{len(gaps)} 个，姓名、号码已遮住）", ""]
    for place, (gap, moment) in enumerate(shown, page * _GAPS + 1):
        lines.append(f"<b>{place}</b>. {escape(_cut(gap.text))}\n   {_counts(gap)} · 最近 {moment:%m-%d}")
    lines += ["", "点编号看细节、加成问法。"]
    buttons = [Button(str(place), OpenGap(gap.key).pack()) for place, (gap, _) in enumerate(shown, page * _GAPS + 1)]
    return Reply(
        "\n".join(lines),
        (*rows(buttons, 6), *turning(lambda to: GapsPage(to).pack(), page, pages, *NEWER_OLDER), *back),
    )


def _counts(gap: Gap) -> str:
    parts = [f"没答上 {gap.refused} 次"] if gap.refused else []
    parts += [f"没答对 {gap.wrong} 次"] if gap.wrong else []
    return "、".join(parts)


def gap_page(gap: Gap, answer: Answer, nearest: Sequence[Record]) -> Reply:
    """One of them, and the records that it may be meant for.

    Args:
        gap: The question.
        answer: To it, now.
        nearest: Best first.
    """
    lines = [
        f"❓ <i>{escape(_cut(gap.text, _LONGEST_GAP))}</i>",
        f"{_counts(gap)}。现在这样问，机器人答：{answered(answer)}",
        "",
        "是下面哪一个的事？点它，就加成它的问法。都不是，可能是库里没有，可以忽略。",
    ]
    lines += [f"{place}. {_icon(record)} {escape(_title(record))}" for place, record in enumerate(nearest, 1)]
    buttons = tuple(
        (Button(button_label(f"➕ {place}. {_title(record)}"), AddTo(gap.key, record_key(record)).pack()),)
        for place, record in enumerate(nearest, 1)
    )
    return Reply(
        "\n".join(lines),
        (*buttons, (Button("🙈 忽略", SetAside(gap.key).pack()), Button("↩ 返回", GapsPage(0).pack()))),
    )


def edit_button(record: Case | Clause) -> Button:
    """The way from a record to what can be changed of it."""
    return Button("✏️ 改", OpenRecordBelow(record_key(record)).pack())
