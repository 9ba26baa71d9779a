"""Answers to questions, and the views that their buttons open."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.asking.press import KEPT, Press, View
from bot.asking.screen import LARGEST, Size, fit_screen
from bot.chat.buttons import Button
from bot.chat.markup import escape, split_html, utf16_length
from bot.chat.reply import Reply, button_label, rows
from bot.chat.talk import COURTESY
from retrieval.answer import Answer, Tier
from retrieval.content.cases import DUTY
from retrieval.editions import are_kin, same_words
from retrieval.model import Case, CaseKind, Clause, ClauseNumber, Rule, RuleKind, Status
from retrieval.numerals import to_chinese
from retrieval.search.lookup import NumberLookup
from retrieval.text import normalise

_PAGE = 1500
"""UTF-16 units of a page of a long text: about two screens of a phone."""
_QUOTE = 2400
_RULES_TOLD = ("违规条款", "相关规定", "规章依据", "违反规定", "引用规定", "政策依据", "依据")
"""Titles of sections in which cases say what rules they broke."""
_LONGEST_TOLD = 300
_IN_A_LIST = 34
_LISTED = 10
"""How many clauses of a rule book are listed with their first words."""
_NAMED = 30
"""How many numbers are named in a line."""
_NEAR = 0.05
_SURELY = 0.9
"""From this probability on that its first case fits, an answer has something to show below first aid."""
_INJURY = re.compile(
    "受伤|受了伤|重伤|伤着|伤到|伤了人|[摔烧烫电砸咬扎刺割撞]伤|触电|流血|出血|骨折|昏迷|晕倒|昏倒|中毒|中暑|抽搐|溺水|车祸|死人|人命|救命|急救"
)
_LESSONS = ("防范", "整改", "改进", "教训", "启示", "警示", "建议", "暴露")
"""Words in the titles of sections that tell what to do, the plainest first."""
_SENTENCE = re.compile("[^。!?\uff01\uff1f\n]+[。!?\uff01\uff1f]*[”’』」)\uff09]*|\n")
_PAUSE = re.compile("[,;:\uff0c\uff1b\uff1a]")


# ---- an answer


def answer_reply(answer: Answer, contact: str) -> Reply:
    """The reply to a question; danger to life comes first."""
    return fit_screen(lambda size: _sized_reply(answer, contact, size))


def _sized_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.advice:
        return first_aid_reply(answer.advice, _below_first_aid(answer, contact, size))
    reply = _answer_reply(answer, contact, size)
    if answer.follows:
        return Reply(f"↪ <i>接着上一问回答</i>\n{reply.html}", reply.keyboard)
    return reply


def first_aid_reply(advices: Sequence[str], below: Reply) -> Reply:
    """What must be done first, and below it another reply; that one alone if nothing must be done first."""
    lines = [f"🚨 <b>{escape(advice)}</b>" for advice in advices]
    return Reply("\n".join(filter(None, [*lines, below.html])), below.keyboard)


def _below_first_aid(answer: Answer, contact: str, size: Size) -> Reply:
    """What was asked for by number, or the one case that surely fits, to be opened when all are safe; mostly nothing."""
    if answer.lookups:
        return _answer_reply(answer, contact, size)
    if not answer.cases or answer.sure < _SURELY:
        return Reply("")
    case = answer.cases[0].record
    press = Press(View.ANSWER, tuple(hit.record for hit in answer.clauses[:KEPT]), (case,))
    return Reply("人都安全了再看：", ((Button(button_label(case.title), press.to(View.PICK).data),),))


def _answer_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.courtesy:
        return COURTESY
    reply = _lookup_reply(answer, contact, size) if answer.lookups else _topic_reply(answer, contact, size)
    unheld = answer.edition_not_held
    if not unheld or any(lookup.unknown for lookup in answer.lookups):
        return reply
    instead = "" if answer.tier is Tier.NONE else "，下面是库里现有的"
    return Reply(f"ℹ️ 库里没有{escape(_book(unheld))}{instead}。\n\n{reply.html}", reply.keyboard)


def _lookup_reply(answer: Answer, contact: str, size: Size) -> Reply:
    """What was asked for by number, all of it that is held, and what is missing."""
    if answer.tier is Tier.NONE:
        return _not_held_reply(answer, contact)
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    missing = [f"ℹ️ {escape(line)}" for line in _missing(answer.lookups)]
    if answer.tier is Tier.CHOOSE:
        reply = _choose_clause_reply(clauses, cases)
    elif any(lookup.whole for lookup in answer.lookups):
        return _book_reply(answer)
    elif len(answer.asked) > 1:
        reply = _several_reply(answer)
    else:
        reply = direct_reply(_paired(answer, clauses, cases), answer.today, size, with_takeaway=False)
    first = "" if answer.tier is Tier.CHOOSE else escape(_before_all(answer, clauses[0]))
    return Reply("\n\n".join(filter(None, [*missing, first, reply.html])), reply.keyboard)


def _topic_reply(answer: Answer, contact: str, size: Size) -> Reply:
    if answer.tier is Tier.NONE:
        return _none_reply(answer, contact)
    if answer.tier is Tier.CHOOSE:
        return choices_reply(answer, "🤔 拿不准您问的是哪一种，点最像的：", size)
    press = paired(answer)
    reply = direct_reply(press, answer.today, size)
    first = _before_all(answer, press.clauses[0]) if press.clauses else ""
    return Reply("\n\n".join(filter(None, [escape(first), reply.html])), reply.keyboard)


def paired(answer: Answer) -> Press:
    """The view of a sure answer: its case, and a rule that belongs to it."""
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    if answer.by_clause:  # the other cases came along, and may be about something else
        cases = tuple(case for case in cases if _is_read_beside(clauses[0], case, answer))
    return _paired(answer, clauses, cases)


def _paired(answer: Answer, clauses: tuple[Clause, ...], cases: tuple[Case, ...]) -> Press:
    """The view of an answer in which the rule that is shown belongs to the case that is shown."""
    if cases and clauses and not answer.lookups:
        beside = [clause for clause in clauses if _is_read_beside(clause, cases[0], answer)]
        if not beside:
            clauses = ()  # a rule that only happens to be near would be taken for the case's own
        elif clauses[0] not in beside:
            clauses = tuple(beside + [clause for clause in clauses if clause not in beside])
    if clauses:
        clauses = _with_other_wording(clauses, answer.other_wording(clauses[0]))
    return Press(View.ANSWER, clauses[:KEPT], cases[:KEPT])


def _is_read_beside(clause: Clause, case: Case, answer: Answer) -> bool:
    """Whether a case is read beside a clause, or beside what another edition says in its place."""
    other = answer.other_wording(clause)
    return case.is_read_beside(clause) or (other is not None and case.is_read_beside(other))


def _with_other_wording(clauses: Sequence[Clause], other: Clause | None) -> tuple[Clause, ...]:
    """The clauses, and right behind the first of them what another edition says instead."""
    if other is None:
        return tuple(clauses)
    return (clauses[0], other, *(clause for clause in clauses[1:] if clause.id != other.id))


def _before_all(answer: Answer, shown: Clause) -> str:
    """Of which time the answer is, where that is not today's or not the time that was asked about; mostly empty."""
    for lookup in [lookup for lookup in answer.lookups if lookup.clauses][:1]:
        moved = next((asked for asked in lookup.clauses if asked.rule.is_edition_of(shown.rule)), None)
        if moved is not None:
            return f"ℹ️ {_edition(moved.rule)}的{moved.label}，在{_edition(shown.rule)}里是{shown.label}。"
        if lookup.rules and shown.rule.is_edition_of(lookup.rules[0]):
            return f"ℹ️ 库里的{_edition(lookup.rules[0])}没有{_number(lookup.number)}，下面是{_edition(shown.rule)}的。"
    if answer.asked_for is None or shown.rule.kind is RuleKind.GUIDANCE:
        return ""
    then, now = shown.rule.status(answer.asked_for), shown.rule.status(answer.today)
    if then is Status.IN_FORCE and now is Status.ENDED:
        return f"🕰 按 {_time(answer.asked_for)}当时的规定（今天已失效）："
    if then is Status.NOT_YET:
        return f"🕰 库里没有 {_time(answer.asked_for)}当时的规定，下面是 {shown.rule.in_force} 起施行的。"
    return ""


def _edition(rule: Rule) -> str:
    return rule.edition or (f"{rule.in_force} 起施行的那一版" if rule.in_force else "另一版")


def _time(day: date) -> str:
    """A day, shorter where it is the last one of a year or of a month: these stand for the whole."""
    if (day.month, day.day) == (12, 31):
        return f"{day.year} 年"
    if (day + timedelta(days=1)).day == 1:
        return f"{day.year} 年 {day.month} 月"
    return f"{day} "


def direct_reply(press: Press, today: date, size: Size = LARGEST, *, with_takeaway: bool = True) -> Reply:
    """Rule and lesson at once; who asks for a clause by number sees the clause first."""
    lines: list[str] = []
    case = press.cases[0] if press.cases else None
    if case and with_takeaway:
        lines.append(f"📌 <b>{escape(case.takeaway)}</b>")
    if press.clauses:
        others = [_origin_line(press.clauses, case, today), _otherwise_line(press.clauses, today)]
        lines.append(clause_html(press.clauses[0], today, whole_note=size.note))
        lines += map(escape, filter(None, others))
    elif case and not case.clause_ids:
        lines.append(rules_told(case))
    parts = ["\n".join(lines)]
    if case:
        rule = press.clauses[0].text if press.clauses else "" if case.clause_ids else case.section(*_RULES_TOLD)
        above = (case.takeaway if with_takeaway else "") + rule
        parts.append(case_in_short(case, above, size))
    buttons: list[Button] = []
    if case:
        buttons.append(Button("看全案", press.to(View.CASE).data))
    if press.clauses and (len(press.clauses[0].text) > _QUOTE or not size.note):
        buttons.append(Button("看条文全文", press.to(View.CLAUSE).data))
    if len(press.clauses) > 1:
        buttons.append(Button(f"另外 {len(press.clauses) - 1} 条规定", press.to(View.OTHER_CLAUSES).data))
    if len(press.cases) > 1:
        buttons.append(Button(f"另外 {len(press.cases) - 1} 个案例", press.to(View.OTHER_CASES).data))
    # An empty line between rule and case: on a phone they would run into one.
    return Reply("\n\n".join(filter(None, parts)), rows(buttons, 2 if len(buttons) == 4 else 3))


def rules_told(case: Case) -> str:
    """What a case without a rule beside it says of rules itself."""
    told = case.section(*_RULES_TOLD)
    if not told:
        return "ℹ️ 这个案例没有挂规定原文，办事请再查规定。"
    short = told if len(told) <= _LONGEST_TOLD else told[:_LONGEST_TOLD] + "……"
    return f"ℹ️ 库里没有挂规定原文，案例里写的是：\n<blockquote expandable>{escape(short)}</blockquote>"


def _origin_line(clauses: Sequence[Clause], case: Case | None, today: date) -> str:
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


def _otherwise_line(clauses: Sequence[Clause], today: date) -> str:
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
        return f"🕰 要看{_edition(other.rule)}{until}的{other.label}，{look}。"
    since = f"（自 {other.rule.in_force} 起）" if other.rule.in_force else ""
    if are_kin(shown, other):
        return f"🕰 现在{since}的规定不同，{look}。"
    return f"🕰 要看{_edition(other.rule)}{since}的{other.label}，{look}。"


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
    if len(text) > _QUOTE:
        text = cut_text(text, _QUOTE)
    cited = _with_edition(clause) if with_edition else citation(clause)
    lines = [f"📖 {escape(cited)}{marks}", f"<blockquote expandable>{escape(text)}</blockquote>"]
    status = _status_line(clause.rule, today) if with_status else ""
    lines += [
        escape(line)
        for line in (
            status,
            _note_line(
                clause.note if whole_note else _first_sentences(_SENTENCE.findall(clause.note), len(clause.note), 1)
            ),
        )
        if line
    ]
    return "\n".join(lines)


def _status_line(rule: Rule, today: date) -> str:
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


def _note_line(note: str) -> str:
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
    course = case.section("案例提要", "事件过程", "服务过程", "案情") or case.sections[0].text
    what = _first_sentences(_unsaid(course, case.title + beside), size.course)
    lesson = _unsaid(lesson_of(case), case.title + beside + what)
    told = _first_sentences(lesson, size.lesson, len(lesson) if case.lesson else 2)
    if what:
        lines.append(f"<b>经过</b> {escape(what)}")
    if told:
        lines.append(f"<b>{learnt}</b> {escape(told)}")
    return "\n".join(lines)


def lesson_of(case: Case) -> str:
    """What is learnt from a case: as an editor wrote it, else what the case says is to be done; may be empty."""
    return case.lesson or _advice(case)


def _advice(case: Case) -> str:
    """What a case itself says is to be done; empty if it says nothing of the kind."""
    for word in _LESSONS:
        for section in case.sections:
            if word in section.title:
                return section.text
    comment = case.section("案例点评", "点评")
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


def choices_reply(
    answer: Answer, heading: str, size: Size = LARGEST, last: str = "都不是？把情况说具体点再问一遍。"
) -> Reply:
    """Offer records: each with a button that says the situation, and a line of which case or rule that is.

    Args:
        answer: With `choices`.
        heading: What is said before them.
        size: How much is told.
        last: What is said after them.
    """
    clauses = tuple(hit.record for hit in answer.clauses)
    cases = tuple(hit.record for hit in answer.cases)
    situations = dict(zip((case.id for case in cases), answer.situations, strict=False))
    # Those that are offered first: a button keeps only so many.
    cases = tuple(dict.fromkeys((*(one for one in answer.choices if isinstance(one, Case)), *cases)))[:KEPT]
    clauses = tuple(dict.fromkeys((*(one for one in answer.choices if isinstance(one, Clause)), *clauses)))[:KEPT]
    press = Press(View.ANSWER, clauses, cases)
    lines = [heading]
    buttons: list[tuple[Button, ...]] = []
    for number, record in enumerate(answer.choices, 1):
        if isinstance(record, Case):
            label, opened = situations.get(record.id, record.title), press.to(View.PICK, cases.index(record))
            # The button says the situation; above stands which case that is, or all of a situation too long for a button.
            says = record.takeaway if label == record.title else record.title
            button = f"{number}. {label}"
            told = _beginning(says, size.hint) if button_label(button) == button else label
            lines += [f"{number}. {escape(told)}"] if size.hint else []
        else:  # its name tells nobody what it says
            label, opened = _with_edition(record), press.to(View.CLAUSE, clauses.index(record))
            lines.append(f"{number}. {escape(_beginning(record.text, size.hint or _IN_A_LIST))}")
        buttons.append((Button(button_label(f"{number}. {label}"), opened.data),))
    lines.append(last)
    return Reply("\n".join(lines), tuple(buttons))


def _beginning(text: str, longest: int) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest] + "……"


def _choose_clause_reply(clauses: tuple[Clause, ...], cases: tuple[Case, ...]) -> Reply:
    press = Press(View.ANSWER, clauses[:KEPT], cases[:KEPT])
    lines = [
        "🤔 好几部规章都有这一条，您要看哪一部的？",
        *(f"{place}. {escape(_with_edition(clause))}" for place, clause in enumerate(press.clauses, 1)),
    ]
    buttons = tuple(
        (Button(button_label(_with_edition(clause)), press.to(View.CLAUSE, place).data),)
        for place, clause in enumerate(press.clauses)
    )
    return Reply("\n".join(lines), buttons)


def _with_edition(clause: Clause) -> str:
    """The citation, with the edition that tells two rule books of one name apart."""
    edition = f"（{clause.rule.edition}）" if clause.rule.edition else ""
    return f"{citation(clause)}{edition}"


def _none_reply(answer: Answer, contact: str) -> Reply:
    topics = "、".join(f"“{topic}”" for topic in answer.foreign[:2])
    lines = [
        f"🔍 库里没有关于{escape(topics)}的规定和案例，不敢乱说。"
        if topics
        else "🔍 库里没有能回答这个问题的规定和案例，不敢乱说。",
        f"换个说法，把现场的情况说具体一点再问一次；或者请教{escape(contact)}。",
    ]
    if _INJURY.search(normalise(answer.question)):
        lines.insert(0, "🚑 有人受伤，先打 120。")
    if answer.fits < _NEAR:  # the weather, recipes: a list of unrelated cases would only annoy
        return Reply("\n".join(lines))
    lines.append("沾点边的只有这些：")
    buttons = tuple((Button(button_label(case.title), Press(View.CASE, (), (case,)).data),) for case in answer.nearest)
    return Reply("\n".join(lines), buttons)


def _several_reply(answer: Answer) -> Reply:
    """The first clauses that were asked for, word for word, with the validity of each rule book once; the others by name."""
    shown = [hit.record for hit in answer.clauses if hit.record in answer.asked]
    parts = []
    for place, clause in enumerate(shown):
        ends = place + 1 == len(shown) or shown[place + 1].rule != clause.rule
        parts.append(clause_html(clause, answer.today, with_status=ends))
    parts = list(_fitting(parts))
    if len(parts) < len(answer.asked):
        parts.append(f"还有：{escape(_labels(answer.asked[len(parts) :]))}。")
    cases = [hit.record for hit in answer.cases if any(hit.record.is_read_beside(clause) for clause in shown)]
    rows = (
        (Button(button_label(f"看全案：{case.title}"), Press(View.CASE, (), (case,)).data),) for case in cases[:KEPT]
    )
    return Reply("\n\n".join(parts), tuple(rows))


def _book_reply(answer: Answer) -> Reply:
    """The clauses held of a rule book, each with its first words and a button."""
    parts = []
    for rule in dict.fromkeys(clause.rule for clause in answer.asked):
        held = [clause for clause in answer.asked if clause.rule == rule]
        marks = "" if rule.verified else " 〔未核对〕"
        edition = f"（{rule.edition}）" if rule.edition else ""
        parts += [
            f"📖 <b>{escape(f'《{rule.title}》{edition}')}</b>{marks}",
            f"库里有 {len(held)} 条：",
            *_first_words(held[:_LISTED]),
        ]
        if len(held) > _LISTED:
            parts.append(f"还有：{escape(_labels(held[_LISTED:]))}。")
        parts.append(escape(_status_line(rule, answer.today)))
    return Reply("\n".join(parts), _clause_buttons(answer.asked[:_LISTED]))


def _first_words(clauses: Sequence[Clause]) -> list[str]:
    return [
        f"<b>{escape(clause.label)}</b> {escape(clause.heading or _beginning(clause.text, _IN_A_LIST))}"
        for clause in clauses
    ]


def _clause_buttons(clauses: Sequence[Clause]) -> tuple[tuple[Button, ...], ...]:
    """Buttons that bear only the numbers, three in a row."""
    buttons = [Button(button_label(clause.label), Press(View.CLAUSE, (clause,)).data) for clause in clauses]
    return tuple(tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3))


def _labels(clauses: Sequence[Clause]) -> str:
    return "、".join(clause.label for clause in clauses[:_NAMED]) + ("等" if len(clauses) > _NAMED else "")


def _not_held_reply(answer: Answer, contact: str) -> Reply:
    lines = [f"📖 {escape(line)}" for line in _missing(answer.lookups)]
    held = list(dict.fromkeys(clause for lookup in answer.lookups for clause in lookup.held))
    keyboard: tuple[tuple[Button, ...], ...] = ()
    if held and answer.lookups[0].unknown:  # another edition: what it has under the number comes first
        asked = {lookup.number.article for lookup in answer.lookups if not lookup.whole}
        held.sort(key=lambda clause: clause.number.article not in asked)
        rule = held[0].rule
        ended = "，已失效" if rule.status(answer.today) is Status.ENDED else ""
        lines.append(f"库里有的是《{escape(rule.title)}》（{escape(_edition(rule))}{ended}），编号和内容可能不一样：")
        lines += _first_words(held[:KEPT])
        if len(held) > KEPT:
            lines.append(f"还有：{escape(_labels(held[KEPT:]))}。")
        keyboard = _clause_buttons(held[:KEPT])
    elif held:
        lines.append(f"库里有的是：{escape(_labels(held))}。")
        keyboard = tuple(
            (Button(button_label(citation(clause)), Press(View.CLAUSE, (clause,)).data),) for clause in held[:KEPT]
        )
    wanted = (
        "这一版"
        if answer.lookups[0].whole
        else "这一条"
        if len(answer.lookups) == 1 and not answer.lookups[0].last
        else "这几条"
    )
    lines.append(f"需要{wanted}，请让管理员把它加进库里；急用请问{escape(contact)}。")
    return Reply("\n".join(lines), keyboard)


def _missing(lookups: Sequence[NumberLookup]) -> list[str]:
    """What was asked for and isn't held, a line for each rule book; empty where all is."""
    numbers: dict[tuple[str, str], list[str]] = {}
    for lookup in lookups:
        gaps = _gaps(lookup)
        if gaps:
            book = (lookup.unknown, lookup.rules[0].title if lookup.rules else "")
            numbers.setdefault(book, []).extend(gap for gap in gaps if gap not in numbers.get(book, ()))
    partly = any(lookup.clauses for lookup in lookups)
    return [_not_held(unknown, title, gaps, partly) for (unknown, title), gaps in numbers.items()]


def _gaps(lookup: NumberLookup) -> list[str]:
    """The numbers asked for under which nothing is held: 第六十六条, 第六十八条至第八十二条; empty strings stand for a whole book."""
    if lookup.whole:
        return [""] if lookup.unknown else []
    if not lookup.last:
        return [] if lookup.clauses else [_number(lookup.number)]
    gaps: list[str] = []
    after = lookup.number.article
    for article in [*sorted({clause.number.article for clause in lookup.clauses}), lookup.last + 1]:
        if article > after:
            first, last = _number(ClauseNumber(after)), _number(ClauseNumber(article - 1))
            gaps.append(first if article - 1 == after else f"{first}至{last}")
        after = article + 1
    return gaps


def _not_held(unknown: str, title: str, numbers: Sequence[str], partly: bool) -> str:
    written = "、".join(filter(None, numbers[:_NAMED]))
    if unknown:
        return f"库里没有{_book(unknown)}" + (f"，{written}没法查。" if written else "。")
    if partly:
        return f"库里没有{_book(title) if title else ''}{written}。"
    these = "这一条" if len(numbers) == 1 and "至" not in written else "这几条"
    if title:
        return f"库里没有{these}：{_book(title)}{written}。"
    return f"库里没有{these}：{written}。说上规章的名字会更准，例如“营业规则67条”。"


def _book(name: str) -> str:
    """The name of a rule book in its marks; of an edition alone there is none: 2024版."""
    return f"{name}的规章" if re.fullmatch("[0-9]{4}版", name) else f"《{name}》"


def _number(number: ClauseNumber) -> str:
    inserted = f"之{to_chinese(number.inserted)}" if number.inserted else ""
    item = f"({to_chinese(number.item)})" if number.item else ""
    if number.point:
        return f"{number.article}.{number.item}.{number.point}"
    article = to_chinese(number.article) if number.article <= 9999 else str(number.article)
    return f"第{article}条{inserted}{item}"


# ---- what the buttons show


def press_reply(press: Press, today: date, changed: bool) -> Reply:
    """What a press of a button shows in place of the message."""
    first = "ℹ️ 知识库更新过，下面是最新的内容。\n" if changed else ""
    if press.view is View.CASE:
        reply = _paged(press, case_pages(press.cases[press.place]))
    elif press.view is View.CLAUSE:
        reply = _paged(press, clause_pages(press.clauses[press.place], today))
    else:
        return fit_screen(lambda size: _with_line(first, _press_reply(press, today, size)))
    return _with_line(first, reply)


def _with_line(first: str, reply: Reply) -> Reply:
    return Reply(first + reply.html, reply.keyboard)


def _press_reply(press: Press, today: date, size: Size) -> Reply:
    if press.view is View.OTHER_CLAUSES:
        shown = [
            clause_html(
                clause, today, with_edition=any(clause.rule.is_edition_of(other.rule) for other in press.clauses)
            )
            for clause in press.clauses[1:]
        ]
        return Reply("\n\n".join(_fitting(shown)), (_back(press),))
    if press.view is View.OTHER_CASES:
        cases = list(enumerate(press.cases))[1:]
        html = "\n\n".join(
            f"📌 <b>{escape(case.takeaway)}</b>\n{case_in_short(case, case.takeaway, size)}" for _, case in cases
        )
        rows = tuple(
            (Button(button_label(f"看全案：{case.title}"), press.to(View.CASE, place).data),) for place, case in cases
        )
        return Reply(html, (*rows, _back(press)))
    if press.view is View.PICK:
        case = press.cases[press.place]
        beside = tuple(clause for clause in press.clauses if case.is_read_beside(clause))
        if beside:
            before = (one for one in beside[0].earlier if not same_words(beside[0], one))
            beside = _with_other_wording(beside, next(before, None))[:KEPT]
        return direct_reply(
            Press(View.ANSWER, beside, (case, *(other for other in press.cases if other is not case))), today, size
        )
    return direct_reply(press.to(View.ANSWER), today, size)


def _fitting(parts: Sequence[str]) -> Sequence[str]:
    """The parts that fit into one message together."""
    fitting: list[str] = []
    for part in parts:
        if sum(map(utf16_length, [*fitting, part])) > 3900:
            break
        fitting.append(part)
    return fitting or [split_html(parts[0], 3900)[0]]


def case_pages(case: Case) -> list[str]:
    """The whole of a case, every section of it, in pages."""
    kind = "正面案例" if case.kind is CaseKind.POSITIVE else "反面案例"
    parts = [
        f"📂 <b>{escape(case.title)}</b>\n{kind} · {escape(case.category)} · 来源：{escape(case.source)}",
        f"📌 {escape(case.takeaway)}",
    ]
    parts += [f"<b>{escape(section.title)}</b>\n{escape(section.text)}" for section in case.sections]
    if case.note:
        parts.append(f"<b>说明</b>\n{escape(case.note)}")
    return split_html("\n\n".join(parts), _PAGE)


def clause_pages(clause: Clause, today: date) -> list[str]:
    """The whole of a clause, in pages."""
    marks = _checked(clause.rule) if clause.rule.verified else " 〔未核对〕"
    lines = [
        f"📖 <b>{escape(citation(clause))}</b>{marks}",
        escape(clause.text),
        escape(_status_line(clause.rule, today)),
        escape(_note_line(clause.note)),
    ]
    return split_html("\n\n".join(filter(None, lines)), _PAGE)


def _checked(rule: Rule) -> str:
    """Who held the text against the official one, and when; empty where that was not noted: the short reply says only what is amiss."""
    noted = " ".join(filter(None, [rule.verified_by, str(rule.verified_on or "")]))
    return f" 〔已核对：{escape(noted)}〕" if noted else ""


def _paged(press: Press, pages: Sequence[str]) -> Reply:
    page = min(press.page, len(pages) - 1)
    row: list[Button] = []
    if page > 0:
        row.append(Button("◀ 上一页", press.to(press.view, press.place, page - 1).data))
    if page < len(pages) - 1:
        row.append(Button(f"下一页({page + 2}/{len(pages)})▶", press.to(press.view, press.place, page + 1).data))
    html = pages[page] if len(pages) == 1 else f"{pages[page]}\n\n第 {page + 1} 页，共 {len(pages)} 页"
    return Reply(html, tuple(filter(None, (tuple(row), _back(press)))))


def _back(press: Press) -> tuple[Button, ...]:
    return (Button("↩ 返回", press.to(View.ANSWER).data),)
