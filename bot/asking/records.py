"""A clause and a case in words: with where they come from, and whether they are in force."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.asking.screen import LARGEST, Size
from bot.chat.markup import escape, split_html, utf16_length
from retrieval.content.cases import DUTY
from retrieval.content.format import SectionRole, section_names
from retrieval.editions import are_kin, same_words
from retrieval.model import Case, CaseKind, Clause, Rule, RuleKind, Status

RULES_TOLD = section_names(SectionRole.RULES)
"""Titles of sections in which cases say what rules they broke."""
_LONGEST_TOLD = 300
QUOTE = 2400
"""Characters of a clause that a message holds at the most."""
IN_A_LIST = 34
"""Characters of a line in a list."""
_LESSONS = ("防范", "整改", "改进", "教训", "启示", "警示", "建议", "暴露")
"""Words in the titles of sections that tell what to do, the plainest first."""
_SENTENCE = re.compile("[^。!?\uff01\uff1f\n]+[。!?\uff01\uff1f]*[”’』」)\uff09]*|\n")

_PAUSE = re.compile("[,;:\uff0c\uff1b\uff1a]")


def edition_words(rule: Rule) -> str:
    """The edition of a rule book, as it is called."""
    return rule.edition or (f"{rule.in_force} 起施行的那一版" if rule.in_force else "另一版")


def day_in_words(day: date) -> str:
    """A day, shorter where it is the last one of a year or of a month: these stand for the whole."""
    if (day.month, day.day) == (12, 31):
        return f"{day.year} 年"
    if (day + timedelta(days=1)).day == 1:
        return f"{day.year} 年 {day.month} 月"
    return f"{day} "


def rules_told(case: Case) -> str:
    """What a case without a rule beside it says of rules itself."""
    told = case.section(*RULES_TOLD)
    if not told:
        return "ℹ️ 这个案例没有挂规定原文，办事请再查规定。"
    short = told if len(told) <= _LONGEST_TOLD else told[:_LONGEST_TOLD] + "……"
    return f"ℹ️ 库里没有挂规定原文，案例里写的是：\n<blockquote expandable>{escape(short)}</blockquote>"


def origin_line(clauses: Sequence[Clause], case: Case | None, today: date) -> str:
    """What the case names, where the clause that is shown has taken its place: the case speaks as the old one did."""
    shown, *others = clauses
    if case is None or shown.id in case.clause_ids:
        return ""
    before = [*shown.earlier, *(other for other in others[:1] if are_kin(shown, other))]
    cited = next((earlier for earlier in before if earlier.id in case.clause_ids), None)
    if cited is None or cited.rule.status(today) is not Status.ENDED:
        return ""
    instead = "" if same_words(shown, cited) else "，案例和教训里的说法以上面的条文为准"
    return f"↪ 案例原引自《{cited.rule.title}》{cited.label}（已失效）{instead}。"


def otherwise_line(clauses: Sequence[Clause], today: date) -> str:
    """That another edition says it otherwise, where it does; the edition's clause stands second."""
    shown, *others = clauses
    other = others[0] if others and others[0].rule.is_edition_of(shown.rule) else None
    if other is None or same_words(shown, other):
        return ""
    look = f"见“另外 {len(others)} 条规定”"
    if other.rule.status(today) is Status.ENDED:
        until = f"（至 {other.rule.ended - timedelta(days=1)}）" if other.rule.ended else ""
        if are_kin(shown, other):
            return f"🕰 以前{until}的说法不同，{look}。"
        return f"🕰 要看{edition_words(other.rule)}{until}的{other.label}，{look}。"
    since = f"（自 {other.rule.in_force} 起）" if other.rule.in_force else ""
    if are_kin(shown, other):
        return f"🕰 现在{since}的规定不同，{look}。"
    return f"🕰 要看{edition_words(other.rule)}{since}的{other.label}，{look}。"


def citation(clause: Clause) -> str:
    """A clause as it is cited: 《供电营业规则》第六十七条."""
    heading = f" {clause.heading}" if clause.heading else ""
    return f"《{clause.rule.title}》{clause.label}{heading}"


def clause_html(
    clause: Clause, today: date, *, with_edition: bool = False, with_status: bool = True, whole_note: bool = True
) -> str:
    """A clause, word for word, with its validity; a very long one to the end of a sentence."""
    marks = "" if clause.rule.verified else " 〔未核对〕"
    text = clause.text
    if len(text) > QUOTE:
        text = cut_text(text, QUOTE)
    cited = edition_cited(clause) if with_edition else citation(clause)
    lines = [f"📖 {escape(cited)}{marks}", f"<blockquote expandable>{escape(text)}</blockquote>"]
    status = status_line(clause.rule, today) if with_status else ""
    lines += [
        escape(line)
        for line in (
            status,
            note_line(
                clause.note if whole_note else _first_sentences(_SENTENCE.findall(clause.note), len(clause.note), 1)
            ),
        )
        if line
    ]
    return "\n".join(lines)


def status_line(rule: Rule, today: date) -> str:
    """Whether a rule is in force, in a line; empty where nothing need be said."""
    if rule.kind is RuleKind.GUIDANCE:
        return "ℹ️ 这是案例和培训材料里的要求，不是正式规章。"
    status = rule.status(today)
    if status is Status.ENDED:
        since = f"（自 {rule.ended} 起）" if rule.ended else ""
        instead = f"，现在执行：{rule.replaced_by}" if rule.replaced_by else ""
        return f"⚠️ 已失效{since}{instead}。办事请先核对新条文。"
    if status is Status.NOT_YET:
        return f"⏳ 尚未施行，{rule.in_force} 起施行。"
    if status is Status.UNKNOWN:
        return "❔ 现在是否有效没有查到，请先核实。"
    return "✅ 现行有效。"


def note_line(note: str) -> str:
    """An editor's note, in a line; empty where there is none."""
    return f"说明：{note}" if note else ""


def case_in_short(case: Case, beside: str, size: Size = LARGEST) -> str:
    """What happened and what is learnt from it, in a few sentences.

    Args:
        case: The case.
        beside: What the same screen says of it (takeaway, rule): no sentence is said twice.
        size: How much is told.
    """
    kind, learnt = ("正面案例", "经验") if case.kind is CaseKind.POSITIVE else ("反面案例", "教训")
    lines = [f"📂 {kind}：{escape(case.title)}"]
    course = (
        case.section(*section_names(SectionRole.SUMMARY, SectionRole.COURSE, SectionRole.SERVICE))
        or case.sections[0].text
    )
    what = _first_sentences(_unsaid(course, case.title + beside), size.course)
    lesson = _unsaid(lesson_of(case), case.title + beside + what)
    told = _first_sentences(lesson, size.lesson, len(lesson) if case.lesson else 2)
    if what:
        lines.append(f"<b>经过</b> {escape(what)}")
    if told:
        lines.append(f"<b>{learnt}</b> {escape(told)}")
    return "\n".join(lines)


def takeaway_lines(case: Case, *, bold: bool = True) -> list[str]:
    """The first line of an answer, as HTML; none where nobody has written it yet."""
    if not case.takeaway:
        return []
    return [f"📌 <b>{escape(case.takeaway)}</b>" if bold else f"📌 {escape(case.takeaway)}"]


def lesson_of(case: Case) -> str:
    """What is learnt from a case: as an editor wrote it, else what the case says is to be done; may be empty."""
    return case.lesson or _advice(case)


def _advice(case: Case) -> str:
    """What a case itself says is to be done; empty if it says nothing of the kind."""
    for word in _LESSONS:
        for section in case.sections:
            if word in section.title:
                return section.text
    comment = case.section(*section_names(SectionRole.LESSON))
    return "".join(sentence for sentence in _SENTENCE.findall(comment) if DUTY.search(sentence))


def _unsaid(text: str, beside: str) -> list[str]:
    """The sentences of a text of which some part is not said beside it; marks don't count."""
    said = _bare(beside)
    sentences = (sentence.strip() for sentence in _SENTENCE.findall(text))
    return [sentence for sentence in sentences if any(_bare(part) not in said for part in _PAUSE.split(sentence))]


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _first_sentences(sentences: Sequence[str], longest: int, most: int = 2) -> str:
    """Whole sentences from the beginning; one that is too long is cut if little stands before it.

    Args:
        sentences: In order.
        longest: Characters; 0 for nothing at all.
        most: How many sentences.
    """
    taken = ""
    for sentence in sentences[:most]:
        if len(taken) > longest // 2 and len(taken) + len(sentence) > longest:
            break
        taken += sentence
    return cut_text(taken, longest) if longest else ""


def cut_text(text: str, longest: int) -> str:
    """A text up to the last end of a sentence in its second half, else up to a pause; …… stands for the rest."""
    if len(text) <= longest:
        return text
    for ends in ("。！？!?\n", "；;，,：:、"):
        place = max(text.rfind(end, longest // 2, longest) for end in ends)
        if place >= 0:
            return text[: place + (ends[0] == "。")] + "……"
    return text[:longest] + "……"


def with_other_wording(clauses: Sequence[Clause], other: Clause | None) -> tuple[Clause, ...]:
    """The clauses, and right behind the first of them what another edition says instead."""
    if other is None:
        return tuple(clauses)
    return (clauses[0], other, *(clause for clause in clauses[1:] if clause.id != other.id))


def beginning(text: str, longest: int) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest] + "……"


def edition_cited(clause: Clause) -> str:
    """The citation, with the edition that tells two rule books of one name apart."""
    edition = f"（{clause.rule.edition}）" if clause.rule.edition else ""
    return f"{citation(clause)}{edition}"


def fitting(parts: Sequence[str]) -> Sequence[str]:
    """The parts that fit into one message together."""
    fitting: list[str] = []
    for part in parts:
        if sum(map(utf16_length, [*fitting, part])) > 3900:
            break
        fitting.append(part)
    return fitting or [split_html(parts[0], 3900)[0]]
