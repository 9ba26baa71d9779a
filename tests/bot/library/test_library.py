"""How a knowledge folder comes into use, and back: whole, or not at all."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.asking.service import AskingService
from bot.generation.generations import Generation, build_generation
from bot.generation.snapshots import SnapshotStore
from bot.generation.use_log import KEPT
from bot.library.judging import compare_outcomes
from bot.library.library import Library
from bot.library.report import OVERTAKEN, REFUSED, STALE, Verdict
from bot.storage.errors import SnapshotError, SnapshotsInUseError
from retrieval.answering.answer import Answer, Tier
from retrieval.errors import KnowledgeError
from retrieval.evaluation import LabelledQuestion, Outcome
from retrieval.model import KnowledgeBase
from retrieval.search.hits import Hit
from tests.bot.library.sabotage import Sabotage
from tests.bot.library.small import (
    BROKEN,
    CASE,
    GOLDEN,
    MISSING_CITATION,
    RULE,
    SUN,
    ZHAO,
    case,
    files,
    library_in,
    rule,
    version_in,
    version_of,
    write,
)
from tests.clock import station

QUESTION = {"question": "没说一声就把电停了", "cases": ["no-notice"], "clauses": []}
LOST = case(3).replace("- 没说一声就把电停了", "- 别的事").replace("没有通知就停", "某事").replace("停电", "某事")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder in version 1, never read yet."""
    write(tmp_path / "knowledge", files(1))
    return tmp_path


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    """A library of it, opened."""
    library = library_in(root)
    library.open()
    yield library
    library.close()


def in_use(library: Library) -> int:
    """The version that is answered from."""
    return version_of(library.knowledge.current.knowledge)


def again(library: Library, root: Path) -> Library:
    """The library after a restart."""
    library.close()
    restarted = library_in(root)
    restarted.open()
    return restarted


async def test_a_change_is_in_use_at_once_and_in_the_history(library: Library) -> None:
    """What was changed is named, answers come from it, and the history says who, when and why."""
    report = await library.change(files(2), ZHAO, "改说法")
    assert report.verdict is Verdict.LIVE
    assert (report.clauses.changed, report.cases.changed) == (("《停电规定》第一条",), ("没有通知就停电",))
    assert (report.clauses.added, report.rules.changed, report.cases.removed) == ((), (), ())
    assert (in_use(library), version_in(library.folder)) == (2, 2)
    newest, first = library.history()
    assert (newest.number, newest.who, newest.name, newest.why) == (2, 2001, "赵老师", "改说法")
    assert newest.moment == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert (first.number, first.who, library.in_use) == (1, 0, newest)


async def test_what_is_added_and_removed_is_named(library: Library) -> None:
    """A new case and a case that is gone are told apart from one that was changed."""
    other = case(1).replace("id: no-notice", "id: other").replace("title: 没有通知就停电", "title: 又一件")
    report = await library.change({"cases/other.md": other}, SUN, "加")
    assert (report.cases.added, report.cases.changed, report.clauses.changed) == (("又一件",), (), ())
    report = await library.change({"cases/other.md": None}, SUN, "去")
    assert report.cases.removed == ("又一件",)
    assert not (library.folder / "cases/other.md").exists()


async def test_nothing_changed_is_said_and_is_no_step(library: Library) -> None:
    """Reading a folder that is in use already makes no new step, nor does writing what is there."""
    assert (await library.reload(SUN)).verdict is Verdict.SAME
    assert (await library.change(files(1), SUN, "改")).verdict is Verdict.SAME
    assert len(library.history()) == 1


@pytest.mark.parametrize(("wrong", "path", "line"), [(BROKEN, CASE, 4), (MISSING_CITATION, CASE, 6)])
async def test_a_change_with_problems_changes_nothing(
    library: Library, wrong: dict[str, str], path: str, line: int
) -> None:
    """Problems are told by file and line; the folder and the answers are as before, whichever file they are in."""
    report = await library.change(wrong, SUN, "改")
    assert (report.verdict, report.undone) == (Verdict.PROBLEMS, True)
    assert [(problem.path.as_posix(), problem.line) for problem in report.problems] == [(path, line)]
    assert (in_use(library), version_in(library.folder), len(library.history())) == (1, 1, 1)


async def test_an_editors_own_mistake_stays_in_his_file(library: Library) -> None:
    """A folder with Problems that an editor has made is not in use, and is not touched, so that he can mend it."""
    write(library.folder, BROKEN)
    report = await library.reload(SUN)
    assert (report.verdict, report.undone, in_use(library)) == (Verdict.PROBLEMS, False, 1)
    assert "坏的" in (library.folder / CASE).read_text("utf-8")
    write(library.folder, files(2))
    assert (await library.reload(SUN)).verdict is Verdict.LIVE
    assert in_use(library) == 2


async def test_a_broken_acceptance_question_is_a_problem_of_its_file(library: Library) -> None:
    """golden.jsonl is named as it lies in the folder, with its line."""
    write(library.folder, {GOLDEN: json.dumps(QUESTION) + "\n{\n"})
    report = await library.reload(SUN)
    assert [(problem.path.as_posix(), problem.line) for problem in report.problems] == [(GOLDEN, 2)]


async def test_an_alarm_that_is_not_heard_any_more_waits_for_an_admin(library: Library) -> None:
    """Patterns are judged by the acceptance questions like everything else, and are told of in words of their own."""
    danger = '{"id": "d", "question": "有人过电了", "cases": [], "clauses": [], "answerable": false, "alarm": true}\n'
    patterns = {"lexicon/emergencies.txt": "过电 => 救人\n", GOLDEN: danger}
    assert (await library.change(patterns, SUN, "加")).verdict is Verdict.LIVE

    report = await library.change({"lexicon/emergencies.txt": "触电 => 救人\n"}, SUN, "改")

    assert report.verdict is Verdict.WORSE
    (worse,) = report.worse
    assert (worse.question, worse.before, worse.after) == ("有人过电了", "先说怎么救人", "没当成要命的事")
    assert worse.answerable, "that the knowledge does not hold it is no reason here"


async def test_what_answers_worse_waits_for_an_admin(library: Library) -> None:
    """Old answers stay until he has decided; then they are the new ones, and the history says that he has seen it."""
    await library.change({GOLDEN: json.dumps(QUESTION)}, SUN, "验收问题")
    report = await library.change({CASE: LOST, RULE: rule(3)}, SUN, "改")
    assert (report.verdict, in_use(library), version_in(library.folder)) == (Verdict.WORSE, 1, 3)
    (worse,) = report.worse
    assert worse.question == "没说一声就把电停了"
    assert "没有通知就停电" in worse.before
    assert "没有通知就停电" not in worse.after
    accepted = await library.accept(report.snapshot, SUN)
    assert (accepted.verdict, in_use(library)) == (Verdict.LIVE, 3)
    assert (await library.accept(report.snapshot, SUN)).reason == STALE
    better = await library.change(files(4), SUN, "改回")
    assert [each.question for each in better.better] == ["没说一声就把电停了"]


@pytest.mark.parametrize("undo", [True, False])
async def test_what_an_admin_refuses_is_not_in_use_after_a_restart_either(
    library: Library, root: Path, undo: bool
) -> None:
    """He may have the files put back, or keep them to work on; answers stay either way, and so does his no."""
    await library.change({GOLDEN: json.dumps(QUESTION)}, SUN, "验收问题")
    report = await library.change({CASE: LOST, RULE: rule(3)}, SUN, "改")
    refused = await library.refuse(report.snapshot, undo=undo)
    assert (refused.undone, in_use(library), version_in(library.folder)) == (undo, 1, 1 if undo else 3)
    restarted = again(library, root)
    assert in_use(restarted) == 1
    expected = (Verdict.SAME, "") if undo else (Verdict.WORSE, REFUSED)
    assert (restarted.at_start.verdict, restarted.at_start.reason) == expected
    restarted.close()


async def test_going_back_puts_back_answers_and_files(library: Library) -> None:
    """What stood in the folder without being in use is kept first, and can be gone back to as well."""
    await library.change(files(2), SUN, "改")
    write(library.folder, {**files(7), "cases/half.md": "没写完"})
    report = await library.roll_back(1, SUN)
    assert (report.verdict, in_use(library), version_in(library.folder)) == (Verdict.LIVE, 1, 1)
    assert not (library.folder / "cases/half.md").exists()
    back, kept, *_ = library.history()
    assert (back.was_used, kept.was_used, kept.why) == (True, False, "退回以前文件夹里没启用的内容")
    assert await library.differences(kept.number) == ("cases/half.md", CASE, RULE)
    assert (await library.roll_back(1, SUN)).verdict is Verdict.SAME
    assert (await library.roll_back(99, SUN)).reason == STALE
    broken = await library.roll_back(kept.number, SUN)
    assert (broken.verdict, in_use(library), version_in(library.folder)) == (Verdict.PROBLEMS, 1, 1)


async def test_what_is_no_knowledge_stays_in_the_folder(library: Library) -> None:
    """Going back touches rules, cases, word lists and acceptance questions, and nothing that somebody keeps beside them."""
    write(library.folder, {"notes.txt": "我的", "rules/~$sound.md": "Word 的"})
    await library.change(files(2), SUN, "改")
    await library.roll_back(1, SUN)
    assert (library.folder / "notes.txt").read_text("utf-8") == "我的"
    assert (library.folder / "rules/~$sound.md").exists()


async def test_one_step_is_undone_and_nothing_else(library: Library) -> None:
    """Undoing a step takes back its files; where one of them was changed again nothing is done."""
    other = case(1).replace("id: no-notice", "id: other").replace("title: 没有通知就停电", "title: 又一件")
    await library.change({"cases/other.md": other}, SUN, "加")
    await library.change(files(2), ZHAO, "改")
    report = await library.undo(2, SUN)
    assert (report.verdict, report.cases.removed, in_use(library)) == (Verdict.LIVE, ("又一件",), 2)
    await library.change(files(3), SUN, "改")
    overtaken = await library.undo(3, SUN)
    assert (overtaken.verdict, overtaken.reason, in_use(library)) == (Verdict.FAILED, OVERTAKEN, 3)
    assert (await library.undo(1, SUN)).reason == STALE
    (change,) = library.files_changed(2)
    assert (change.path, change.before, change.after) == ("cases/other.md", None, other.encode())


async def test_the_last_twenty_are_kept_and_the_others_take_no_room(library: Library, root: Path) -> None:
    """Old steps are forgotten with their copies; what is in use never is, nor is what can be gone back to."""
    for version in range(2, KEPT + 6):
        await library.change(files(version), SUN, "改")
    numbers = [entry.number for entry in library.history()]
    assert numbers == list(range(KEPT + 5, 5, -1))
    contents = list((root / "data" / "contents").glob("*/*"))
    assert len(contents) == 2 * KEPT
    assert (await library.roll_back(numbers[-1], SUN)).verdict is Verdict.LIVE
    assert in_use(library) == 6


async def test_a_path_out_of_the_folder_is_not_written(library: Library, root: Path) -> None:
    """A change can't reach beyond the knowledge folder."""
    report = await library.change({RULE: rule(2), "../outside.md": "x"}, SUN, "改")
    assert report.verdict is Verdict.FAILED
    assert not (root / "outside.md").exists()
    assert version_in(library.folder) == 1


# ---- the start


async def test_the_bot_starts_on_what_was_in_use_last_where_the_folder_is_broken(library: Library, root: Path) -> None:
    """It answers, says what is wrong, and takes the folder once it is mended."""
    await library.change(files(2), SUN, "改")
    write(library.folder, BROKEN)
    restarted = again(library, root)
    assert (restarted.at_start.verdict, in_use(restarted)) == (Verdict.PROBLEMS, 2)
    assert [problem.path.as_posix() for problem in restarted.at_start.problems] == [CASE]
    write(restarted.folder, files(5))
    assert (await restarted.reload(SUN)).verdict is Verdict.LIVE
    assert in_use(restarted) == 5
    restarted.close()


async def test_the_bot_starts_where_the_folder_is_gone(library: Library, root: Path) -> None:
    """A deleted file, and even a deleted folder, leave it with what was in use last."""
    for name in ("rules/sound.md", "cases/no-notice.md"):
        (library.folder / name).unlink()
    library.folder.joinpath("rules").rmdir()
    restarted = again(library, root)
    assert restarted.at_start.verdict is Verdict.PROBLEMS
    assert in_use(restarted) == 1
    restarted.close()


async def test_a_change_made_while_the_bot_was_down_is_in_use_after_the_start(library: Library, root: Path) -> None:
    """It gets a step of its own in the history."""
    write(library.folder, files(4))
    restarted = again(library, root)
    assert (restarted.at_start.verdict, in_use(restarted)) == (Verdict.LIVE, 4)
    assert restarted.history()[0].why == "启动时读到的改动"
    restarted.close()


async def test_a_first_start_on_a_broken_folder_says_what_is_wrong(root: Path) -> None:
    """There is nothing to fall back on; the Problems are told, and the folder can be opened again at once."""
    write(root / "knowledge", BROKEN)
    library = library_in(root)
    with pytest.raises(KnowledgeError, match="no-notice"):
        library.open()
    write(root / "knowledge", files(1))
    library.open()
    assert in_use(library) == 1
    library.close()


async def test_lost_copies_are_made_anew_from_the_folder(library: Library, root: Path) -> None:
    """Somebody who tidies up the data folder takes the history, not the answers."""
    await library.change(files(2), SUN, "改")
    for path in (root / "data" / "snapshots").glob("*"):
        path.unlink()
    write(library.folder, files(3))
    restarted = again(library, root)
    assert in_use(restarted) == 3
    restarted.close()


@pytest.mark.usefixtures("library")
async def test_two_processes_never_share_a_data_folder(root: Path) -> None:
    """The second is turned away before it can take the first one's unfinished work for a crash."""
    second = library_in(root)
    with pytest.raises(SnapshotsInUseError, match="已经有一个"):
        second.open()


# ---- whatever happens in the middle


def test_killed_at_any_place_it_is_the_old_or_the_new(tmp_path: Path) -> None:
    """Kill -9 before each single thing that is done to a file, in a change, a bad change, a going back and an undoing."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", "-m", "tests.bot.library.crashing", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    places = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert set(places) == {"change", "problems", "roll back", "undo"}
    assert all(int(count) > 10 for count in places.values()), places


@pytest.fixture(scope="module")
def sabotage(tmp_path_factory: pytest.TempPathFactory) -> Sabotage:
    """Strikes under pytest's temporary folder; hooks stay until the process ends."""
    return Sabotage(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("act", ["change", "problems", "roll back", "undo", "reload"])
async def test_a_disk_that_fails_at_any_place_leaves_the_old_or_the_new(
    tmp_path: Path, sabotage: Sabotage, act: str
) -> None:
    """Each single thing that is done to a file fails once: answers are whole, and so is the folder, at the latest at the next reading."""
    place, done = 0, False
    while not done:
        place += 1
        root = tmp_path / str(place)
        write(root / "knowledge", files(1))
        library = library_in(root)
        library.open()
        await library.change(files(2), SUN, "改")
        if act == "reload":
            write(library.folder, files(3))
        acts = {
            "change": lambda library=library: library.change(files(3), SUN, "改"),
            "problems": lambda library=library: library.change(BROKEN, SUN, "改"),
            "roll back": lambda library=library: library.roll_back(1, SUN),
            "undo": lambda library=library: library.undo(2, SUN),
            "reload": lambda library=library: library.reload(SUN),
        }
        sabotage.fail_at(place)
        report = await acts[act]()
        sabotage.rest()
        done = not sabotage.struck
        allowed = {"problems": {2}, "roll back": {1, 2}, "undo": {1, 2}}.get(act, {2, 3})
        assert in_use(library) in allowed
        assert report.verdict is not Verdict.LIVE or in_use(library) != 2
        restarted = again(library, root)
        assert in_use(restarted) in allowed
        assert version_in(restarted.folder) in allowed
        restarted.close()
    assert place > 10


async def test_a_file_that_doesnt_fit_on_the_disk_changes_nothing(library: Library) -> None:
    """The system's own refusal to write more than so many bytes."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        large = case(3, "".join(f"- 第{number}种说法\n" for number in range(3000)))
        report = await library.change({**files(3), CASE: large}, SUN, "改")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert report.verdict is Verdict.FAILED
    assert (in_use(library), version_in(library.folder)) == (1, 1)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["change", "write"]), st.integers(1, 9)),
        st.tuples(st.sampled_from(["roll back", "undo"]), st.integers(1, 6)),
        st.sampled_from([("broken", 0), ("reload", 0), ("restart", 0)]),
    ),
    max_size=12,
)


@given(steps=STEPS, faults=st.lists(st.integers(0, 30), min_size=12, max_size=12))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example makes a folder of its own
)
def test_no_row_of_events_makes_a_mixture(
    tmp_path_factory: pytest.TempPathFactory, sabotage: Sabotage, steps: list[tuple[str, int]], faults: list[int]
) -> None:
    """Changes, mistakes, goings back and restarts in any order, each with a fault of the disk at any place: answers are always of one version."""
    root = tmp_path_factory.mktemp("station")
    write(root / "knowledge", files(1))

    async def run() -> None:
        library = library_in(root)
        library.open()
        saved = 1  # by hand; comes into use at the next change, whatever becomes of that
        for (act, number), fault in zip(steps, faults, strict=False):
            before = in_use(library)
            if act == "write":
                write(library.folder, files(number))
                saved = number
                continue
            if act == "restart":
                library = again(library, root)
                assert version_of(library.knowledge.current.knowledge) > 0
                continue
            sabotage.fail_at(fault)
            try:
                if act == "broken":
                    await library.change(BROKEN, SUN, "改")
                    assert in_use(library) in {before, saved}
                elif act == "change":
                    report = await library.change(files(number), SUN, "改")
                    assert in_use(library) in ({number} if report.verdict is Verdict.LIVE else {before, saved})
                else:
                    await {"roll back": library.roll_back, "undo": library.undo}.get(act, _reload(library))(number, SUN)
            finally:
                sabotage.rest()
            assert in_use(library) > 0
        library = again(library, root)
        assert in_use(library) > 0
        library.close()

    asyncio.run(run())


def _reload(library: Library):  # type: ignore[no-untyped-def]
    return lambda _number, by: library.reload(by)


# ---- while people ask


async def test_a_thousand_questions_during_fifty_reloads(library: Library) -> None:
    """None fails, and each is answered from one generation: the rule and the case that are shown are of the same version."""
    asking = AskingService(library.knowledge, station(lambda: datetime(2026, 11, 24, tzinfo=UTC)))
    seen: list[int] = []

    def ask() -> None:
        answer = asking.ask("没说一声就把电停了", datetime(2026, 11, 24, 9, tzinfo=UTC))
        seen.append(version_of_pair(answer.clauses[0].record.text, answer.cases[0].record.takeaway))

    for version in range(2, 52):
        write(library.folder, files(version))
        reloading = asyncio.create_task(library.reload(SUN))
        for _ in range(20):
            ask()
            await asyncio.to_thread(int)  # lets the reload go on
        assert (await reloading).verdict is Verdict.LIVE
        ask()
    assert len(seen) == 50 * 21
    assert seen == sorted(seen)
    assert set(seen) == set(range(1, 52))


def version_of_pair(clause: str, takeaway: str) -> int:
    """The version that a clause and a case share; -1 where they don't."""
    found = {text.partition("第")[2].partition("版")[0] for text in (clause, takeaway)}
    return int(found.pop()) if len(found) == 1 else -1


async def test_the_memory_of_the_old_is_freed(library: Library) -> None:
    """Nothing holds a generation that is not in use any more, nor what its acceptance questions were answered."""
    await library.change({GOLDEN: json.dumps(QUESTION)}, SUN, "验收问题")
    old = weakref.ref(library.knowledge.current), weakref.ref(library.knowledge.current.answerer.retriever)
    await library.change(files(2), SUN, "改")
    await library.change(files(3), SUN, "改")
    assert [each() for each in old] == [None, None]  # at once: what is frozen is never looked through for circles


def test_a_library_around_a_generation_needs_no_opening(root: Path) -> None:
    """It answers at once and has no history until something changes."""
    generation = build_generation(root / "knowledge")
    now = datetime(2026, 11, 24, tzinfo=UTC)
    library = Library(root / "knowledge", SnapshotStore(root / "data"), station(lambda: now), generation)
    assert library.knowledge.current is generation
    assert library.history() == ()


async def test_taking_back_a_change_leaves_what_a_clerk_has_saved(library: Library) -> None:
    """A file saved by hand before somebody's change comes into use as a step of its own, and stays when that change is undone."""
    other = case(1).replace("id: no-notice", "id: other").replace("title: 没有通知就停电", "title: 又一件")
    write(library.folder, {"cases/other.md": other})
    await library.change(files(2), ZHAO, "改")
    assert [entry.why for entry in library.history()] == ["改", "文件夹有改动", "第一次启动"]
    assert (await library.undo(3, ZHAO)).verdict is Verdict.LIVE
    assert {found.title for found in library.knowledge.current.knowledge.cases} == {"没有通知就停电", "又一件"}
    assert in_use(library) == 1
    write(library.folder, {"cases/other.md": other.replace("kind: negative", "kind: 坏")})
    refused = await library.change(files(3), ZHAO, "改")
    assert (refused.verdict, version_in(library.folder)) == (Verdict.PROBLEMS, 1)


def test_what_has_moved_is_said_where_the_first_answer_is_the_same(knowledge: KnowledgeBase) -> None:
    """Nobody reads “以前：甲 现在：甲”: the place of the right one is named."""
    question = LabelledQuestion("1", "何时送电", "", "", ("b",), (), answerable=True, near=False)
    first = replace(knowledge.cases[0], title="甲")
    answer = Answer(question.question, date.min, Tier.CHOOSE, (), (Hit(first, 1.0, 1.0),))
    third, none = (Outcome(question, answer, (), rank, 0) for rank in (3, 0))

    _, (worse,), moved = compare_outcomes([third], [none])
    assert worse.before == "请他挑，第一个是甲（对的排在第 3 个）"
    assert worse.after == "请他挑，第一个是甲（对的没有排上）"
    assert moved == 0


@pytest.mark.parametrize(
    ("before", "after", "grave"),
    [
        ((Tier.DIRECT, 1), (Tier.CHOOSE, 2), False),
        ((Tier.CHOOSE, 1), (Tier.CHOOSE, 3), False),
        ((Tier.CHOOSE, 0), (Tier.NONE, 0), False),
        ((Tier.DIRECT, 1), (Tier.DIRECT, 2), True),
        ((Tier.CHOOSE, 0), (Tier.DIRECT, 2), True),
        ((Tier.DIRECT, 1), (Tier.NONE, 0), True),
        ((Tier.CHOOSE, 2), (Tier.CHOOSE, 4), True),
        ((Tier.DIRECT, 2), (Tier.DIRECT, 3), False),
    ],
)
def test_only_what_fails_a_person_asks_an_admin(
    knowledge: KnowledgeBase, before: tuple[Tier, int], after: tuple[Tier, int], grave: bool
) -> None:
    """Right to wrong, right to refused, a new sure wrong answer; another order or a choice instead of an answer is one line."""
    question = LabelledQuestion("1", "何时送电", "", "", ("b",), (), answerable=True, near=False)
    hits = (Hit(knowledge.cases[0], 1.0, 1.0),)
    old, new = (
        Outcome(
            question, Answer(question.question, date.min, tier, (), hits if tier is not Tier.NONE else ()), (), rank, 0
        )
        for tier, rank in (before, after)
    )

    _, worse, moved = compare_outcomes([old], [new])

    assert (len(worse), moved) == ((1, 0) if grave else (0, 1))


async def test_questions_of_the_same_change_are_held_against_what_was_in_use(library: Library) -> None:
    """A question that is new is worse where it was answered before it was asked of the knowledge."""
    report = await library.change({GOLDEN: json.dumps(QUESTION), CASE: LOST, RULE: rule(3)}, SUN, "改")
    assert report.verdict is Verdict.WORSE
    await library.refuse(report.snapshot, undo=True)
    await library.change({GOLDEN: json.dumps(QUESTION)}, SUN, "验收问题")
    other = QUESTION | {"question": "没有通知就停电", "cases": ["no-notice"]}
    both = "\n".join(map(json.dumps, (other, QUESTION)))
    report = await library.change({GOLDEN: both, CASE: LOST, RULE: rule(4)}, SUN, "改")
    assert {judged.question for judged in report.worse} == {"没有通知就停电", "没说一声就把电停了"}


async def test_a_file_keeps_its_mode(library: Library) -> None:
    """Who may read a file is for the station to say."""
    path = library.folder / CASE
    path.chmod(0o640)
    await library.change(files(2), SUN, "改")
    assert path.stat().st_mode & 0o777 == 0o640


async def test_going_back_touches_nothing_where_a_copy_is_lost(library: Library, root: Path) -> None:
    """Not the half whose copies are there, either."""
    await library.change(files(2), SUN, "改")
    for path in (root / "data/contents").glob("*/*"):
        if path.read_text("utf-8") == rule(1):
            path.unlink()
    first = SnapshotStore(root / "data").load(library.history()[-1].snapshot)
    assert first is not None
    with pytest.raises(SnapshotError):
        SnapshotStore(root / "data").restore(first, library.folder)
    assert version_in(library.folder) == 2


def test_what_is_in_use_is_never_forgotten(root: Path) -> None:
    """However much was only kept aside since; and what was refused once and is wanted now is refused no more."""
    store = SnapshotStore(root / "data")
    used = store.take(root / "knowledge")
    store.log.refuse(used.id)
    assert store.log.refused() == {used.id}
    now = datetime(2026, 11, 24, tzinfo=UTC)
    store.put_in_use(used, now, 0, "机器人", "改")
    assert store.log.refused() == frozenset()
    for version in range(2, KEPT + 5):
        write(root / "knowledge", files(version))
        store.put_in_use(store.take(root / "knowledge"), now, 0, "机器人", "存下", was_used=False)
    entry = store.log.in_use()
    assert entry is not None
    assert entry.snapshot == used.id
    assert [store.read(used, path).decode() for path in (CASE, RULE)] == [case(1), rule(1)]


# ---- between two admins, and between the chat and the folder


async def worse(library: Library) -> str:
    """A change of 赵老师's, version 3, that waits for a decision; its snapshot."""
    await library.change({GOLDEN: json.dumps(QUESTION)}, SUN, "验收问题")
    report = await library.change({CASE: LOST, RULE: rule(3)}, ZHAO, "改说法")
    assert report.verdict is Verdict.WORSE
    return report.snapshot


@pytest.mark.parametrize("mended", [4, 1])
async def test_what_waited_is_overtaken_by_what_came_into_use(library: Library, mended: int) -> None:
    """Whoever then presses the button of the old message puts nothing old in use, and takes nothing back."""
    waited = await worse(library)
    write(library.folder, files(mended))
    assert (await library.reload(SUN)).verdict is (Verdict.LIVE if mended == 4 else Verdict.SAME)
    assert (await library.accept(waited, SUN)).reason == STALE
    assert (await library.refuse(waited, undo=True)).reason == STALE
    assert (in_use(library), version_in(library.folder)) == (mended, mended)


async def test_refusing_puts_back_only_what_was_seen(library: Library) -> None:
    """What somebody has saved into the folder since is not lost by the old message's button."""
    waited = await worse(library)
    write(library.folder, files(5))
    assert (await library.refuse(waited, undo=True)).reason == STALE
    assert version_in(library.folder) == 5


async def test_what_one_admin_took_another_cant_refuse(library: Library) -> None:
    """The second one is told that it is too late, also where the files would be put back as they are."""
    waited = await worse(library)
    assert (await library.accept(waited, SUN)).verdict is Verdict.LIVE
    for undo in (False, True):
        assert (await library.refuse(waited, undo=undo)).reason == STALE


async def test_what_waits_keeps_its_reason_when_it_is_read_again(library: Library) -> None:
    """Somebody's /reload, or a look at the folder, makes no other step of it."""
    waited = await worse(library)
    assert library.waiting == waited
    assert (await library.reload(SUN, "重新载入")).snapshot == waited
    await library.accept(waited, SUN)
    assert library.history()[0].why == "改说法"
    assert not library.waiting


async def test_a_yes_that_the_disk_has_lost_can_be_said_again(library: Library, root: Path) -> None:
    """What waits goes on waiting where it could not be put in use."""
    waited = await worse(library)
    log = root / "data/log.json"
    log.rename(log.with_suffix(".aside"))
    log.mkdir()
    assert (await library.accept(waited, SUN)).verdict is Verdict.FAILED
    assert in_use(library) == 1
    log.rmdir()
    log.with_suffix(".aside").rename(log)
    assert (await library.accept(waited, SUN)).verdict is Verdict.LIVE


async def test_a_report_names_its_own_step(library: Library) -> None:
    """Of two changes at the same time each is undone by its own number."""
    other = case(1).replace("id: no-notice", "id: other").replace("title: 没有通知就停电", "title: 又一件")
    one, two = await asyncio.gather(
        library.change(files(2), SUN, "改"), library.change({"cases/other.md": other}, ZHAO, "加")
    )
    whose = {entry.number: entry.who for entry in library.history()}
    assert (whose[one.number], whose[two.number]) == (SUN.id, ZHAO.id)
    assert (await library.reload(SUN)).number == 0


async def test_undoing_takes_in_what_others_saved_as_a_step_of_its_own(library: Library) -> None:
    """Who then undoes the undoing takes nobody's saving along."""
    other = case(1).replace("id: no-notice", "id: other").replace("title: 没有通知就停电", "title: 又一件")
    added = await library.change({"cases/other.md": other}, SUN, "加")
    write(library.folder, files(4))
    undone = await library.undo(added.number, SUN)
    assert (undone.verdict, undone.cases.removed, undone.cases.changed) == (Verdict.LIVE, ("又一件",), ())
    assert [entry.why for entry in library.history()[:2]] == [f"撤销第 {added.number} 次的改动", "文件夹有改动"]
    assert [change.path for change in library.files_changed(undone.number)] == ["cases/other.md"]


async def test_the_oldest_step_can_be_gone_back_to_past_what_is_kept_aside(library: Library) -> None:
    """Keeping aside what the folder holds makes room by forgetting the oldest, but not the one that is gone back to."""
    for version in range(2, KEPT + 1):
        await library.change(files(version), SUN, "改")
    write(library.folder, files(99))
    oldest = library.history()[-1]
    assert oldest.number == 1
    assert (await library.roll_back(1, SUN)).verdict is Verdict.LIVE
    assert (in_use(library), version_in(library.folder)) == (1, 1)


async def test_what_is_saved_during_the_start_is_no_half_of_anything(library: Library, root: Path) -> None:
    """A folder that changes while it is read at the start is read from a copy instead."""
    library.close()
    restarted = library_in(root)

    def build(folder: Path) -> Generation:
        generation = build_generation(folder)
        if folder == restarted.folder:
            write(folder, files(2))
        return generation

    assert restarted.open(build).verdict is Verdict.LIVE
    assert (in_use(restarted), version_in(restarted.folder)) == (2, 2)
    assert await restarted.differences(restarted.history()[0].number) == ()
    restarted.close()


# ---- what can't be read


async def test_a_step_whose_copy_is_lost_is_not_undone(library: Library, root: Path) -> None:
    """An empty file is not what was there before."""
    words = "lexicon/synonyms.txt"
    await library.change({words: "掐电 => 停电\n"}, SUN, "加")
    step = await library.change({words: "掐电, 拉闸 => 停电\n"}, SUN, "改")
    lost = next(path for path in (root / "data/contents").glob("*/*") if path.read_text("utf-8") == "掐电 => 停电\n")
    lost.write_text("", "utf-8")
    assert (await library.undo(step.number, SUN)).reason == STALE
    assert library.content(words) == "掐电, 拉闸 => 停电\n".encode()


async def test_a_history_that_cant_be_read_is_not_begun_anew(library: Library, root: Path) -> None:
    """Another program may hold the file: nothing comes into use meanwhile, and no step is forgotten."""
    await library.change(files(2), SUN, "改")
    log = root / "data/log.json"
    log.rename(log.with_suffix(".aside"))
    log.symlink_to(log)  # can't be read, and could be replaced
    report = await library.change(files(3), SUN, "改")
    assert (report.verdict, report.undone, in_use(library), version_in(library.folder)) == (Verdict.FAILED, True, 2, 2)
    log.unlink()
    log.with_suffix(".aside").rename(log)
    assert [entry.number for entry in library.history()] == [2, 1]
    assert (await library.roll_back(1, SUN)).verdict is Verdict.LIVE


async def test_a_file_that_cant_be_read_is_not_taken_for_missing(library: Library) -> None:
    """An edit begins nothing anew where there is something that can't be opened."""
    (library.folder / "lexicon/synonyms.txt").mkdir(parents=True)
    report = await library.edit("lexicon/synonyms.txt", lambda _content: pytest.fail("made of nothing"), SUN, "加")
    assert (report.verdict, (library.folder / "lexicon/synonyms.txt").is_dir()) == (Verdict.FAILED, True)


async def test_one_lost_copy_keeps_no_bot_from_starting(library: Library, root: Path) -> None:
    """Where what was in use last can't be laid out, the folder is read by itself."""
    for path in (root / "data/contents").glob("*/*"):
        path.unlink()
    write(library.folder, files(3))
    restarted = again(library, root)
    assert (restarted.at_start.verdict, in_use(restarted)) == (Verdict.LIVE, 3)
    restarted.close()


def test_a_half_written_change_is_taken_back_however_the_folder_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that is started in another folder finds the note of the one before it."""
    monkeypatch.chdir(root)
    store = SnapshotStore(root / "data")
    with store.all_or_nothing(store.take(Path("knowledge")), Path("knowledge")):
        write(root / "knowledge", {RULE: rule(2)})
    assert SnapshotStore(root / "data").finish_restoring(root / "knowledge")
    assert version_in(root / "knowledge") == 1


async def test_what_programs_leave_behind_is_no_change(library: Library) -> None:
    """Neither what Windows and editors put beside the files, nor what lies in their hidden folders, is looked at or put back."""
    left = {"rules/Thumbs.db": "1", "cases/.obsidian/workspace.json": "1", "lexicon/desktop.ini": "1"}
    write(library.folder, left)
    assert (await library.reload(SUN)).verdict is Verdict.SAME
    await library.change(files(2), SUN, "改")
    await library.roll_back(1, SUN)
    assert all((library.folder / name).exists() for name in left)
