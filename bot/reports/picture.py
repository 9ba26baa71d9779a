"""A report as a picture for a phone.

First everything is laid out as texts and boxes, in pixels from the upper left corner; then all of it is painted.
"""

import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files

from PIL import Image, ImageDraw

from bot.reports.letters import Letters
from bot.reports.report import PeriodKind, PersonLine, Report, Tally, TeamLine

WIDTH = 1080
"""Pixels; Telegram shrinks what is taller than 2560, so the layout keeps below that."""

_MARGIN = 36
_PADDING = 36
_INNER = WIDTH - 2 * (_MARGIN + _PADDING)
_LEFT = _MARGIN + _PADDING
_RIGHT = WIDTH - _LEFT
_GAP = 24

# Two colours that differ by less than 16 would become one when the palette is made.
_GROUND, _CARD, _TRACK = "#E9EEEC", "#FFFFFF", "#E9EEEC"
_INK, _SOFT = "#1E2927", "#6A7674"
_READ, _REACHED, _WRONG = "#2E7D6B", "#A5D1C4", "#B4632B"

_MOST_TEAMS = 42
_WEEKDAYS = "一二三四五六日"
_NO_TEAM = "没有班组"
_FINER = 4
"""How often a pixel is divided to smooth round corners."""


def draw_report(report: Report, title: str) -> bytes:
    """A report at a glance, as a PNG of `WIDTH` pixels.

    Args:
        title: Its heading; what a font can't show in it and in names is left out or shown as □.
    """
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as font:
        return _paint(lay_out(report, title, Letters(font)))


# ---- the layout


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `y` is its base line, `x` its left end, middle or right end as `align` says."""

    x: float
    y: float
    text: str
    size: float
    color: str = _INK
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    color: str
    radius: float = 0


@dataclass(slots=True)
class Page:
    """A picture while it grows downwards.

    Attributes:
        height: Pixels so far.
    """

    letters: Letters
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def card(self, height: float) -> float:
        """Put an empty card of a height below all there is; where its inside begins."""
        self.boxes.append(Box(_MARGIN, self.height, WIDTH - 2 * _MARGIN, height, _CARD, 22))
        top = self.height
        self.height += height + _GAP
        return top

    def write(self, x: float, y: float, text: str, size: float, color: str = _INK, align: str = "left") -> None:
        """Put a text that `Letters.shown` has gone over."""
        self.texts.append(Text(x, y, text, size, color, align))

    def bar(self, x: float, y: float, width: float, height: float, tally: Tally) -> None:
        """A bar that lies: read, then reached, on a track as long as what was due."""
        self.boxes.append(Box(x, y, width, height, _TRACK, height / 2))
        for share, color in ((tally.reached_share, _REACHED), (tally.read_share, _READ)):
            if share:
                # Never shorter than high, or its round ends would stand out.
                self.boxes.append(Box(x, y, max(width * share, height), height, color, height / 2))


def lay_out(report: Report, title: str, letters: Letters) -> Page:
    """Everything that the picture of a report shows, at its place."""
    page = Page(letters)
    _head(page, report, title)
    if not report.totals.due:
        top = page.card(200)
        page.write(WIDTH / 2, top + 112, "这段时间没有要学的案例。", 36, _SOFT, "center")
        return page
    _figures(page, report)
    _teams(page, report.teams)
    if report.period.kind is not PeriodKind.DAY and len(report.days) > 1:
        _trend(page, report)
    _missed(page, report)
    _unread(page, report)
    _not_reached(page, report)
    page.height += _MARGIN - _GAP
    return page


def _head(page: Page, report: Report, title: str) -> None:
    letters, y = page.letters, 40.0
    for line in letters.wrap(letters.shown(title), 48, _INNER, 2):
        y += 56
        page.write(_LEFT, y, line, 48)
    start, end = report.period.start, report.period.end
    when = f"{start.month}月{start.day}日"
    when += f" 周{_WEEKDAYS[start.weekday()]}" if start == end else f"—{end.month}月{end.day}日"
    y += 52
    scope = letters.shown(report.team) or "全站"
    page.write(_LEFT, y, letters.cut(f"{when} · {scope}", 32, _INNER), 32, _SOFT)
    if len(report.cases) == 1:
        y += 50
        page.write(_LEFT, y, letters.cut(f"案例：{letters.shown(report.cases[0].title)}", 32, _INNER), 32, _SOFT)
    page.height = y + 32


def _figures(page: Page, report: Report) -> None:
    top = page.card(200)
    totals, behind = report.totals, len(report.behind)
    figures = (
        ("已学", _percent(totals.read_share), f"{totals.read}/{totals.due} 份", _READ),
        ("送达", _percent(totals.reached_share), f"{totals.reached}/{totals.due} 份", _INK),
        ("还没学", str(behind), "人" if totals.unread == behind else f"人，{totals.unread} 份", _INK),
        ("答对", _percent(totals.right_share), f"{totals.right}/{totals.answers} 题", _INK),
    )
    step = _INNER / len(figures)
    for place, (label, figure, below, color) in enumerate(figures):
        middle = _LEFT + step * (place + 0.5)
        page.write(middle, top + 50, label, 30, _SOFT, "center")
        page.write(middle, top + 120, figure, 64, color, "center")
        page.write(middle, top + 168, below, 28, _SOFT, "center")


def _teams(page: Page, teams: Sequence[TeamLine]) -> None:
    """One column while they are few, else two or three, those who lag first, line by line."""
    shown = teams[:_MOST_TEAMS]
    columns = _columns(shown)
    rows = -(-len(shown) // columns)
    size, bar, step = ((32, 16, 84), (28, 12, 74), (26, 10, 58))[columns - 1]
    more = len(teams) - len(shown)
    top = page.card(84 + rows * step + (64 if more else 16))
    page.write(_LEFT, top + 54, "各班组", 34)
    _legend(page, top + 54)
    gap = 40
    width = (_INNER - gap * (columns - 1)) / columns
    for place, line in enumerate(shown):
        x = _LEFT + (place % columns) * (width + gap)
        y = top + 84 + (place // columns) * step
        figures = _percent(line.tally.read_share)
        if columns < 3:
            figures = f"{line.tally.read}/{line.tally.due} 份  {figures}"
        room = width - page.letters.width(figures, size) - 16
        page.write(x, y + size, page.letters.squeeze(page.letters.shown(line.team) or _NO_TEAM, size, room), size)
        page.write(x + width, y + size, figures, size, _SOFT, "right")
        page.bar(x, y + size + 12, width, bar, line.tally)
    if more:
        page.write(_LEFT, top + 84 + rows * step + 34, f"另外 {more} 个班组学得更多，没有画出。", 28, _SOFT)


def _columns(teams: Sequence[TeamLine]) -> int:
    return 1 if len(teams) <= 10 else 2 if len(teams) <= 22 else 3


def _legend(page: Page, y: float) -> None:
    x: float = _RIGHT
    for label, color in (("没送达", _TRACK), ("送达未学", _REACHED), ("已学", _READ)):
        page.write(x, y, label, 26, _SOFT, "right")
        x -= page.letters.width(label, 26) + 34
        page.boxes.append(Box(x, y - 20, 22, 22, color, 5))
        x -= 28


def _trend(page: Page, report: Report) -> None:
    """A standing bar for each day on which something was due; its whole height is all that was due."""
    numbered = len(report.days) <= 7
    top = page.card(320 if numbered else 286)
    page.write(_LEFT, top + 56, "每天", 34)
    _legend(page, top + 56)
    height = 144
    floor = top + (264 if numbered else 230)
    step = _INNER / len(report.days)
    width = min(step * 0.62, 72)
    every = -(-40 // int(step))  # so that two labels never touch
    for place, line in enumerate(report.days):
        middle = _LEFT + step * (place + 0.5)
        for share, color in ((1.0, _TRACK), (line.tally.reached_share, _REACHED), (line.tally.read_share, _READ)):
            if share:
                page.boxes.append(
                    Box(
                        middle - width / 2,
                        floor - height * share,
                        width,
                        height * share,
                        color,
                        min(6, height * share / 2),
                    )
                )
        if numbered:
            page.write(middle, floor - height - 14, _percent(line.tally.read_share), 26, _SOFT, "center")
        if place % every == 0:
            week = report.period.kind is PeriodKind.WEEK
            label = (
                f"周{_WEEKDAYS[line.day.weekday()]}"
                if week
                else f"{line.day.day}日"
                if place == 0
                else str(line.day.day)
            )
            page.write(middle, floor + 38, label, 26, _SOFT, "center")


def _missed(page: Page, report: Report) -> None:
    missed = report.most_missed
    # Of a single case, the head has the title and the figures above have the rest.
    if missed is None or len(report.cases) == 1:
        return
    lines = page.letters.wrap(page.letters.shown(missed.title), 34, _INNER, 2)
    top = page.card(142 + 48 * len(lines))
    page.write(_LEFT, top + 54, "题目错得最多的案例", 30, _SOFT)
    for place, line in enumerate(lines):
        page.write(_LEFT, top + 106 + 48 * place, line, 34)
    tally = missed.tally
    below = f"答了 {tally.answers} 题，错 {tally.wrong} 题（{_percent(tally.wrong_share)}）"
    page.write(_LEFT, top + 108 + 48 * len(lines), below, 30, _WRONG)


def _unread(page: Page, report: Report) -> None:
    behind = report.behind
    if not behind:
        if report.totals.reached:
            top = page.card(108)
            page.write(_LEFT, top + 66, "送达的都学了。", 34, _READ)
        return
    heading = f"送达了还没学：{len(behind)} 人"
    if report.totals.unread > len(behind):
        heading += f"，{report.totals.unread} 份"
    lines = _names(page.letters, behind, 4 if _columns(report.teams) < 3 else 3)
    top = page.card(104 + 50 * len(lines))
    page.write(_LEFT, top + 56, heading, 34)
    for place, line in enumerate(lines):
        page.write(_LEFT, top + 112 + 50 * place, line, 32)


def _names(letters: Letters, people: Sequence[PersonLine], most: int) -> list[str]:
    """Names in at most `most` lines, then 等N人; with the number of cases where one person has left several unread."""
    names = [letters.cut(letters.shown(line.name) or "□", 32, 300) for line in people]
    seen = Counter(names)
    end = f"等 {len(people)} 人"
    lines = [""]
    for place, (name, line) in enumerate(zip(names, people, strict=True)):
        entry = name
        if seen[name] > 1 and line.team:
            entry += f"（{letters.squeeze(letters.shown(line.team), 32, 260)}）"
        if line.tally.unread > 1:
            entry += f" {line.tally.unread}份"
        is_last = place == len(people) - 1
        if not is_last:
            entry += "、"
        # On the last line there is room left to say how many more there are.
        room = _INNER - (letters.width(end, 32) if len(lines) == most and not is_last else 0)
        if letters.width(lines[-1] + entry, 32) <= room:
            lines[-1] += entry
        elif len(lines) < most:
            lines.append(entry)
        else:
            lines[-1] = lines[-1].rstrip("、") + end
            break
    return lines


def _not_reached(page: Page, report: Report) -> None:
    totals = report.totals
    parts = []
    if totals.failed:
        names = list(dict.fromkeys(page.letters.shown(row.name) for row in report.failed))
        who = "、".join(page.letters.cut(name, 28, 200) for name in names[:4]) + (
            f"等 {len(names)} 人" if names[4:] else ""
        )
        parts.append(f"没送到 {totals.failed} 份（{who}）")
    if totals.unknown:
        parts.append(f"不知是否送到 {totals.unknown} 份")
    if totals.pending:
        parts.append(f"还没发 {totals.pending} 份")
    if parts:
        whole = "；".join(parts)
        page.height += 8
        for line in [whole] if page.letters.width(whole, 28) <= _INNER else parts:
            page.height += 40
            page.write(_LEFT, page.height - 12, page.letters.cut(line, 28, _INNER), 28, _SOFT)
        page.height += _GAP


def _percent(share: float | None) -> str:
    """Whole percent; never 100 % or 0 % where it is not quite."""
    if share is None:
        return "—"
    return f"{min(max(round(share * 100), 1), 99)}%" if 0 < share < 1 else f"{share:.0%}"


# ---- paint


def _paint(page: Page) -> bytes:
    image = Image.new("RGB", (WIDTH, round(page.height)), _GROUND)
    for box in page.boxes:
        _fill(image, box)
    canvas = ImageDraw.Draw(image)
    for text in page.texts:
        font = page.letters.of_size(text.size)
        x = text.x - {"left": 0, "center": 0.5, "right": 1}[text.align] * page.letters.width(text.text, text.size)
        # Letter by letter: within a text Pillow rounds each width to whole pixels.
        for letter in text.text:
            canvas.text((x, text.y), letter, text.color, font, anchor="ls")
            x += page.letters.width(letter, text.size)
    # There are eight colours and what lies between them at the edges of letters: a palette makes a third of the file.
    painted = image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    written = io.BytesIO()
    painted.save(written, "PNG")
    return written.getvalue()


def _fill(image: Image.Image, box: Box) -> None:
    """Paint a box; it is drawn larger and made smaller, which smooths its corners."""
    left, top = int(box.x), int(box.y)
    right, bottom = math.ceil(box.x + box.width), math.ceil(box.y + box.height)
    shape = Image.new("L", ((right - left) * _FINER, (bottom - top) * _FINER))
    ImageDraw.Draw(shape).rounded_rectangle(
        (
            round((box.x - left) * _FINER),
            round((box.y - top) * _FINER),
            round((box.x + box.width - left) * _FINER) - 1,
            round((box.y + box.height - top) * _FINER) - 1,
        ),
        min(box.radius, box.width / 2, box.height / 2) * _FINER,
        255,
    )
    image.paste(box.color, (left, top), shape.reduce(_FINER))
