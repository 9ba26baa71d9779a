"""每日一案: what staff get, and what trainers plan it with."""

from dataclasses import dataclass
from datetime import date

from bot.asking.records import case_in_short, clause_html, takeaway_lines
from bot.asking.views import case_pages
from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import escape, split_html, utf16_length
from bot.chat.reply import Reply
from bot.daily.press import (
    Choose,
    FullCase,
    Learnt,
    OpenCopy,
)
from bot.daily.rows import QuizAnswer
from retrieval.model import Case, Clause, Quiz

_WEEKDAYS = "一二三四五六日"
_LONGEST = 3900
_LETTERS = "ABCDEF"

LEARNT = "✅ 记下了，您已学。"
ANSWERED_BEFORE = "这道题您已经答过了，按第一次的算。"
NO_SUCH_COPY = "这条每日一案不是发给您的，或者已经没有了。"


def day_name(day: date) -> str:
    """11月24日（周二）."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


# ---- what staff get


@dataclass(frozen=True, slots=True)
class DailyCase:
    """Everything that a copy shows.

    Attributes:
        clause: The rule that stands beside the case; None where none does.
        answers: What the person has answered so far.
        today: Decides whether the rule is in force.
    """

    delivery_id: int
    day: date
    foreword: str
    case: Case
    clause: Clause | None
    answers: tuple[QuizAnswer, ...]
    is_read: bool
    today: date


def daily_case(daily: DailyCase) -> Reply:
    """The day's case: lesson first, then the case in short, the rule, and the quiz."""
    case = daily.case
    head = [f"📅 <b>每日一案</b> · {day_name(daily.day)}"]
    if daily.foreword:
        head.append(f"<i>{escape(daily.foreword)}</i>")
    head += [f"{line}\n" for line in takeaway_lines(case)]
    head.append(case_in_short(case, case.takeaway + (daily.clause.text if daily.clause else "")))
    tail = [*_quiz_lines(daily), *_learnt_lines(daily)]
    parts = ["\n".join(head)]
    if daily.clause is not None:
        room = _LONGEST - utf16_length("\n".join([*head, *tail]))
        clause = clause_html(daily.clause, daily.today)
        parts.append(clause if utf16_length(clause) <= room else split_html(clause, max(room, 300))[0])
    if tail:
        parts.append("\n".join(tail))
    return Reply("\n\n".join(parts), _daily_buttons(daily))


def _open_quiz(daily: DailyCase) -> int | None:
    answered = {answer.quiz for answer in daily.answers}
    return next((place for place in range(len(daily.case.quizzes)) if place not in answered), None)


def _quiz_lines(daily: DailyCase) -> list[str]:
    lines: list[str] = []
    quizzes = daily.case.quizzes
    for answer in daily.answers:
        if answer.quiz >= len(quizzes):
            continue
        quiz = quizzes[answer.quiz]
        right = "、".join(f"{_LETTERS[place]}. {quiz.options[place]}" for place in sorted(quiz.correct))
        verdict = "✅ 答对了" if answer.correct else f"❌ 答错了，该选 {escape(right)}"
        lines.append(f"❓ {escape(quiz.question)}")
        lines += [_option(quiz, place, answer) for place in range(len(quiz.options))]
        lines += [f"<b>{verdict}</b>", escape(quiz.explanation), ""]
    place = _open_quiz(daily)
    if place is not None:
        quiz = quizzes[place]
        number = f" {place + 1}/{len(quizzes)}" if len(quizzes) > 1 else ""
        lines.append(f"❓ <b>考一考{number}</b>　{escape(quiz.question)}")
        lines += [f"{_LETTERS[option]}. {escape(text)}" for option, text in enumerate(quiz.options)]
    return lines


def _option(quiz: Quiz, place: int, answer: QuizAnswer) -> str:
    """An option of a quiz that was answered: whether it is right, and whether it was chosen."""
    mark = "✅" if place in quiz.correct else "❌" if place == answer.chosen else "▫️"
    chosen = "（您选的）" if place == answer.chosen else ""
    return f"{mark} {_LETTERS[place]}. {escape(quiz.options[place])}{chosen}"


def _learnt_lines(daily: DailyCase) -> list[str]:
    """The last line: that the case is learnt, and once every quiz was answered how that went."""
    if not daily.is_read:
        return []
    quizzes = len(daily.case.quizzes)
    answers = [answer for answer in daily.answers if answer.quiz < quizzes]
    right = sum(answer.correct for answer in answers)
    score = f" · 答对 {right}/{quizzes}" if answers and _open_quiz(daily) is None else ""
    before = [""] if _open_quiz(daily) is not None else []
    return [*before, f"✅ 已学{score}"]


def _daily_buttons(daily: DailyCase) -> Keyboard:
    first = [Button("看全案", FullCase(daily.delivery_id, 0).pack())]
    if not daily.is_read:
        first.append(Button("✅ 已学", Learnt(daily.delivery_id).pack()))
    keyboard: list[tuple[Button, ...]] = []
    place = _open_quiz(daily)
    if place is not None:
        options = range(len(daily.case.quizzes[place].options))
        keyboard.append(
            tuple(
                Button(f"选 {_LETTERS[option]}", Choose(daily.delivery_id, place, option).pack()) for option in options
            )
        )
    return (*keyboard, tuple(first))


def daily_full_case(daily: DailyCase, page: int) -> Reply:
    """The whole of the day's case, a page at a time, with the way back."""
    pages = case_pages(daily.case)
    page = min(page, len(pages) - 1)
    row = []
    if page > 0:
        row.append(Button("◀ 上一页", FullCase(daily.delivery_id, page - 1).pack()))
    if page < len(pages) - 1:
        row.append(Button(f"下一页({page + 2}/{len(pages)})▶", FullCase(daily.delivery_id, page + 1).pack()))
    html = pages[page] if len(pages) == 1 else f"{pages[page]}\n\n第 {page + 1} 页，共 {len(pages)} 页"
    return Reply(html, tuple(filter(None, (tuple(row), (Button("↩ 返回", OpenCopy(daily.delivery_id).pack()),)))))


def reminder(case: Case, delivery_id: int) -> Reply:
    """The one word in the afternoon to those who have not read the day's case."""
    return Reply(
        "\n".join([f"🔔 今天的每日一案您还没学：<b>{escape(case.title)}</b>", *takeaway_lines(case, bold=False)]),
        ((Button("打开看看", OpenCopy(delivery_id).pack()), Button("✅ 已学", Learnt(delivery_id).pack())),),
    )


# ---- what trainers plan with
