"""A report as a picture for a phone."""

import io
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.reports.letters import Letters
from bot.reports.picture import WIDTH, Page, draw_report, lay_out
from bot.reports.report import DueCase, Period, Report, build_report

DAY = date(2026, 11, 24)
WEEK = [date(2026, 11, 23) + timedelta(days=days) for days in range(5)]
MONTH = [date(2026, 11, 1) + timedelta(days=days) for days in range(30)]
READ = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
ODD = (
    "𠮷野😀",
    "a<b>&amp;",
    "$\\frac{1}{0}$",
    "สมชาย",
    "\u202e倒",
    "👨‍👩‍👧",
    "很长" * 30,
    "e\u0301",
    "\u200b",
    "x\ny",
    "\ud800",
    "",
)
TEAMS = [
    f"{place}供电所{kind}班"
    for place in ["城东", "城西", "河口", "石桥", "青龙", "柳林", "东湖", "白塔"]
    for kind in ["运维", "营业", "抢修", "抄表", "装表接电"]
]


@pytest.fixture(scope="module")
def letters() -> Iterator[Letters]:
    """The letters of the font that the pictures are written in."""
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as font:
        yield Letters(font)


def station(
    people: int,
    teams: Sequence[str],
    days: Sequence[date],
    unread: int = 4,
    names: Sequence[str] = ("张伟", "李秀英", "王建国"),
) -> list[DueCase]:
    """A station in which every so-many-th copy is left unread, and some copies meet every other fate."""
    fates = ["sent"] * 15 + ["failed", "unknown", "waiting", "cancelled"]
    rows: list[DueCase] = []
    for day in days:
        for person in range(people):
            turn = len(rows)
            state = fates[turn % len(fates)]
            read = state == "sent" and (not unread or turn % unread != 0)
            case = f"估超电量出差错 应急不足被投诉（{day.day % 3}）"
            name = names[person % len(names)] + (str(person // len(names)) if person >= len(names) else "")
            team = teams[person % len(teams)]
            right = int(read and turn % 3 > 0)
            rows.append(
                DueCase(
                    day, team, person + 1, name, case, case, state, "", READ if read else None, right, int(read) - right
                )
            )
    return rows


REPORTS = {
    "a day": build_report(station(28, TEAMS[:4], [DAY]), Period.day(DAY)),
    "a week": build_report(station(28, TEAMS[:4], WEEK), Period.week(DAY)),
    "500 people in 40 teams": build_report(station(500, TEAMS, MONTH), Period.month(DAY)),
    "more teams than fit": build_report(
        station(300, [*TEAMS, *(f"施工{n}队" for n in range(30))], MONTH), Period.month(DAY)
    ),
    "20 teams": build_report(station(160, TEAMS[:20], WEEK), Period.week(DAY)),
    "nothing": build_report([], Period.week(DAY)),
    "one person": build_report(station(1, ["抢修班"], [DAY]), Period.day(DAY), "抢修班"),
    "all read": build_report(station(12, TEAMS[:2], WEEK, unread=0), Period.week(DAY)),
    "odd names": build_report(
        station(24, ["<b>一&二</b>", "😀👍", "长" * 90, "$x^2$", ""], WEEK, 2, ODD), Period.week(DAY)
    ),
}


def assert_in_order(page: Page) -> None:
    """Every text lies inside the page, no two texts touch, and every box has a size and lies inside."""
    spans = []
    for text in page.texts:
        width = page.letters.width(text.text, text.size)
        left = text.x - {"left": 0, "center": width / 2, "right": width}[text.align]
        assert text.text
        assert left >= 0
        assert left + width <= WIDTH
        assert 0 < text.y < page.height
        spans.append((text, left, left + width))
    for (one, left, right), (other, other_left, other_right) in combinations(spans, 2):
        if abs(one.y - other.y) < 0.7 * max(one.size, other.size):
            assert right < other_left or other_right < left, (one, other)
    for box in page.boxes:
        assert box.width > 0
        assert box.height > 0
        assert 0 <= box.x <= box.x + box.width <= WIDTH + 0.01
        assert 0 <= box.y <= box.y + box.height <= page.height


@pytest.mark.parametrize("name", REPORTS)
def test_a_picture_is_small_quick_and_fits_a_phone(name: str) -> None:
    """1080 pixels wide, not so tall that Telegram shrinks it, under 300 kB, under 2 seconds of work; no letter is missing and no dollar begins a formula."""
    started = time.process_time()

    picture = draw_report(REPORTS[name], "每日一案 😀 <&> $\\unknown$")

    assert time.process_time() - started < 2
    assert len(picture) < 300_000
    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.width == WIDTH
        assert 300 < image.height <= 2560


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_overlaps(name: str, letters: Letters) -> None:
    """Texts keep clear of each other and of the edges, however many teams and however long their names."""
    assert_in_order(lay_out(REPORTS[name], "每日一案" * 30, letters))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports of any shape, with names of any letters."""
    names = st.text(max_size=40) | st.sampled_from(ODD)
    teams = draw(st.lists(names, min_size=1, max_size=60))
    period = draw(st.sampled_from([Period.day(DAY), Period.week(DAY), Period.month(DAY)]))
    rows = draw(
        st.lists(
            st.builds(
                DueCase,
                st.sampled_from(MONTH),
                st.sampled_from(teams),
                st.integers(1, 30),
                names,
                st.sampled_from("abc"),
                names,
                st.sampled_from(["sent", "sent", "failed", "unknown", "waiting"]),
                st.just(""),
                st.sampled_from([None, READ]),
                st.integers(0, 3),
                st.integers(0, 3) | st.just(123456),
            ),
            max_size=60,
        )
    )
    return build_report(rows, period)


@given(reports(), st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_report_is_laid_out_in_order(letters: Letters, report: Report, title: str) -> None:
    """Whatever the figures and the names, nothing overlaps, and nothing is left that the font can't show."""
    page = lay_out(report, title, letters)

    assert page.height <= 2560
    assert_in_order(page)
    for text in page.texts:
        assert letters.shown(text.text) == " ".join(text.text.split())


def shown(page: Page) -> str:
    """All that a page says."""
    return "\n".join(text.text for text in page.texts)


def test_a_day_shows_its_case_its_figures_and_who_has_not_read(letters: Letters) -> None:
    """The case, read and reached of due, and every name are there; a single case is not called the most missed one."""
    rows = [
        DueCase(DAY, "抢修班", 1, "张三", "a", "估超电量", "sent", "", READ, 1, 1),
        DueCase(DAY, "抢修班", 2, "李四", "a", "估超电量", "sent", "", None, 0, 0),
        DueCase(DAY, "营业厅", 3, "王五", "a", "估超电量", "failed", "", None, 0, 0),
        DueCase(DAY, "营业厅", 4, "赵六", "a", "估超电量", "unknown", "", None, 0, 0),
    ]

    said = shown(lay_out(build_report(rows, Period.day(DAY)), "每日一案", letters))

    for part in (
        "11月24日 周二 · 全站",
        "案例：估超电量",
        "25%",
        "1/4 份",
        "50%",
        "2/4 份",
        "1/2 题",
        "李四",
        "抢修班",
    ):
        assert part in said
    assert "没送到 1 份（王五）；不知是否送到 1 份" in said
    assert "张三" not in said
    assert "错得最多" not in said


def test_a_week_shows_its_days_and_the_case_most_often_got_wrong(letters: Letters) -> None:
    """Each day has its bar, and the hardest case its figures; a day has no trend."""
    said = shown(lay_out(REPORTS["a week"], "每日一案", letters))

    missed = REPORTS["a week"].most_missed
    assert missed is not None
    assert missed.title in said
    assert f"答了 {missed.tally.answers} 题，错 {missed.tally.wrong} 题" in said
    assert "周一" in said
    assert "周五" in said
    assert "每天" not in shown(lay_out(REPORTS["a day"], "每日一案", letters))


def test_many_names_are_cut_with_their_number(letters: Letters) -> None:
    """As many names as fit, those with most unread first, and then how many there are; few names are all there."""
    report = REPORTS["500 people in 40 teams"]
    said = shown(lay_out(report, "每日一案", letters))

    assert f"等 {len(report.behind)} 人" in said
    assert report.behind[0].name in said
    assert "等 " not in shown(
        lay_out(build_report(station(6, ["抢修班"], WEEK), Period.week(DAY)), "每日一案", letters)
    )


def test_namesakes_are_told_apart_by_their_teams(letters: Letters) -> None:
    """Two people of one name stand with their teams."""
    rows = [
        DueCase(DAY, "抢修班", 1, "张伟", "a", "甲", "sent", "", None, 0, 0),
        DueCase(DAY, "营业厅", 2, "张伟", "a", "甲", "sent", "", None, 0, 0),
    ]

    assert "张伟（抢修班）、张伟（营业厅）" in shown(lay_out(build_report(rows, Period.day(DAY)), "每日一案", letters))


def test_nothing_due_and_all_read_are_said_in_words(letters: Letters) -> None:
    """No empty charts: a sentence."""
    assert "没有要学的案例" in shown(lay_out(REPORTS["nothing"], "每日一案", letters))
    assert "送达的都学了" in shown(lay_out(REPORTS["all read"], "每日一案", letters))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("张三😀👍🏽", "张三"),
        ("👨‍👩‍👧", "□"),
        ("𠮷野", "□野"),
        ("a\tb\u3000 c\n", "a b c"),
        ("e\u0301\u202e\u200bx", "éx"),
        ("$x$ <&>", "$x$ <&>"),
        ("\ud800张", "张"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_dropped_or_boxed(letters: Letters, text: str, seen: str) -> None:
    """Emoji and invisible characters go, other unknown characters become □, a name is never lost altogether."""
    assert letters.shown(text) == seen


@given(st.text(alphabet="供电所 abc，。Ww1", max_size=80), st.integers(80, 900), st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_before_the_cut(letters: Letters, text: str, width: int, most: int) -> None:
    """No line is wider than allowed or more than allowed; what is not cut is all there."""
    lines = letters.wrap(letters.shown(text), 32, width, most)

    assert len(lines) <= most
    assert all(letters.width(line, 32) <= width for line in lines)
    whole = "".join(lines).replace(" ", "")
    assert letters.shown(text).replace(" ", "").startswith(whole.removesuffix("…"))
    assert whole.endswith("…") or whole == letters.shown(text).replace(" ", "")


def test_a_squeezed_name_keeps_both_ends(letters: Letters) -> None:
    """Names of teams that begin alike can still be told apart."""
    assert letters.squeeze("城东供电所装表接电班", 26, 216) == "城东供电…接电班"
    assert letters.squeeze("抢修班", 26, 216) == "抢修班"


def test_cards_stand_out_from_the_ground() -> None:
    """The palette keeps the two lightest colours apart."""
    with Image.open(io.BytesIO(draw_report(REPORTS["a week"], "每日一案"))) as image:
        ground, card = image.convert("RGB").getpixel((5, 5)), image.convert("RGB").getpixel((540, 200))

    assert isinstance(ground, tuple)
    assert isinstance(card, tuple)
    assert min(card) - max(ground) > 10


def test_the_same_report_is_the_same_picture_from_any_thread() -> None:
    """Drawing keeps no state that two drawings share."""
    with ThreadPoolExecutor(2) as threads:
        pictures = list(threads.map(lambda _: draw_report(REPORTS["a day"], "每日一案"), range(4)))

    assert len(set(pictures)) == 1
