"""A knowledge folder as a whole."""

import shutil
from collections import Counter
from pathlib import Path, PurePath

import pytest

from retrieval.content import BookCache, load_folder, read_folder
from retrieval.errors import KnowledgeError, Problem
from tests.conftest import KNOWLEDGE
from tests.retrieval.content.faults import EDITIONS, FAULTS, Fault
from tests.retrieval.samples import case, plain, rule, write


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A folder of one rule book and one case, without a fault."""
    write(tmp_path, "rules/sound.md", rule("sound"))
    write(tmp_path, "cases/plain.md", case("plain"))
    return tmp_path


def said_of(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Where each Problem is, and what it says."""
    return [(f"{problem.path.as_posix()}:{problem.line}", plain(problem.message)) for problem in problems]


def check(problems: tuple[Problem, ...], faults: tuple[Fault, ...]) -> None:
    """Hold the whole list of Problems against the whole list that is due."""
    due = [(f"{fault.path}:{line}", part) for fault in sorted(faults, key=place) for line, part in fault.said]
    assert [where for where, _ in said_of(problems)] == [where for where, _ in due]
    for (where, message), (_, part) in zip(said_of(problems), due, strict=True):
        assert plain(part) in plain(message), where


def place(fault: Fault) -> PurePath:
    """What Problems are ordered by."""
    return PurePath(fault.path)


def test_a_sound_folder_has_no_problems(sound: Path) -> None:
    """What the other tests spoil is itself without a fault, and is read."""
    knowledge, problems = read_folder(sound)

    assert problems == ()
    assert [clause.id for clause in knowledge.clauses] == ["sound#1"]
    assert knowledge.case_by_id["plain"].cites == ("sound#1",)
    assert knowledge.notices == ()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.path))
def test_each_fault_gives_exactly_its_problem(sound: Path, fault: Fault) -> None:
    """In a folder that is sound but for one file, the Problems are those of that file, at their lines, and no others."""
    write(sound, fault.path, fault.content)

    _, problems = read_folder(sound)

    check(problems, (fault,))


def test_all_faults_are_found_at_once(sound: Path) -> None:
    """A folder with every kind of fault gives the Problems of all files, each at its line, ordered by file and line."""
    faults = FAULTS + EDITIONS
    for fault in faults:
        write(sound, fault.path, fault.content)

    _, problems = read_folder(sound)

    assert len(problems) > 60
    check(problems, faults)


def test_every_problem_is_told_to_a_person(sound: Path) -> None:
    """Each message is Chinese, of one line, and without words that only a programmer knows."""
    for fault in FAULTS:
        write(sound, fault.path, fault.content)

    for problem in read_folder(sound)[1]:
        assert any("\u4e00" <= character <= "\u9fff" for character in problem.message)
        assert "\n" not in problem.message
        assert not any(word in problem.message for word in ("YAML", "None", "Error", "Node", "codec"))


def test_loading_a_faulty_folder_raises_all_its_problems(sound: Path) -> None:
    """load_folder raises exactly the Problems that read_folder returns."""
    write(sound, "rules/one.md", rule("one", {3: None}))
    write(sound, "cases/two.md", case("two", {11: None}))

    with pytest.raises(KnowledgeError) as caught:
        load_folder(sound)

    assert len(caught.value.problems) == 2
    assert caught.value.problems == read_folder(sound)[1]


def test_loading_a_sound_folder_gives_what_reading_it_gives(sound: Path) -> None:
    """Without Problems the two ways in give the same knowledge."""
    assert load_folder(sound) == read_folder(sound)[0]


def test_a_folder_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    """A wrong path is named, not taken for an empty folder."""
    missing = tmp_path / "missing"

    assert said_of(read_folder(missing)[1]) == [(f"{missing.as_posix()}:1", "找不到这个知识文件夹")]


@pytest.mark.parametrize("parts", [(), ("rules",), ("rules", "cases", "lexicon")])
def test_a_folder_without_rules_and_cases_is_one_problem(tmp_path: Path, parts: tuple[str, ...]) -> None:
    """An empty folder is named as such, whichever of its parts are there."""
    for part in parts:
        (tmp_path / part).mkdir()

    (problem,) = read_folder(tmp_path)[1]

    assert "没有规章(rules/*.md),也没有案例(cases/*.md)" in plain(problem.message)


def test_circumstances_are_concepts_that_are_told_apart(sound: Path) -> None:
    """Their words stand beside those of the synonyms, their standard terms are named; a folder without the file has none."""
    write(sound, "lexicon/synonyms.txt", "掐电 => 停电\n")
    assert load_folder(sound).lexicon.circumstances == frozenset()

    write(sound, "lexicon/circumstances.txt", "火锅店 => 餐饮店\n")

    lexicon = load_folder(sound).lexicon
    assert lexicon.synonyms == {"掐电": "停电", "停电": "停电", "火锅店": "餐饮店", "餐饮店": "餐饮店"}
    assert lexicon.circumstances == {"餐饮店"}


def test_a_word_in_both_lists_is_a_problem_of_the_folder(sound: Path) -> None:
    """It is named at the line of the circumstances."""
    write(sound, "lexicon/synonyms.txt", "掐电 => 停电\n")
    write(sound, "lexicon/circumstances.txt", "# 谁\n村长, 掐电\n")

    (problem,) = read_folder(sound)[1]

    assert str(problem).startswith("lexicon/circumstances.txt:2: “掐电”已经在 synonyms.txt")


@pytest.mark.parametrize("part", ["rules", "cases"])
def test_half_a_folder_is_enough(sound: Path, part: str) -> None:
    """Rules without cases are knowledge, and so are cases that cite nothing without rules."""
    write(sound, "cases/plain.md", case("plain", {6: None}))
    for path in (sound / part).iterdir():
        path.unlink()
    (sound / part).rmdir()

    knowledge, problems = read_folder(sound)

    assert problems == ()
    assert len(knowledge.clauses) + len(knowledge.cases) == 1


def test_a_folder_inside_is_named(sound: Path) -> None:
    """What lies one floor deeper would be passed over, so it is said."""
    write(sound, "rules/old/rule.md", rule("rule"))

    assert said_of(read_folder(sound)[1]) == [("rules/old:1", "这里不能再放文件夹,请把里面的 .md 文件移到上一层")]


def test_one_id_in_two_files_is_named(sound: Path) -> None:
    """Where two endings make two files of one name, the second is named with the first."""
    if (sound / "RULES").exists():
        pytest.skip("this file system can't hold two such files")
    write(sound, "rules/sound.MD", rule("sound", {3: "title: 另一个"}))
    write(sound, "cases/plain.MD", case("plain"))

    (of_case, of_rule) = read_folder(sound)[1]

    assert {of_case.path.stem, of_rule.path.stem} == {"plain", "sound"}
    assert "cases/plain.M" in of_case.message
    assert "rules/sound.m" in of_rule.message.lower()


def test_what_programs_leave_behind_is_passed_over(sound: Path) -> None:
    """Hidden files, Word's lock files and a README are neither knowledge nor faults."""
    for name in (".DS_Store", "~$sound.docx", ".sound.md.swp", "README.md", "readme.md"):
        write(sound, f"rules/{name}", b"\x00")
        write(sound, f"cases/{name}", b"\x00")

    knowledge, problems = read_folder(sound)

    assert problems == ()
    assert len(knowledge.rules) == 1


def test_an_ending_in_capitals_is_markdown_too(sound: Path) -> None:
    """A file that Windows calls .MD is read."""
    write(sound, "rules/loud.MD", rule("loud"))

    knowledge, problems = read_folder(sound)

    assert problems == ()
    assert "loud" in knowledge.clauses_by_rule


def test_a_word_list_that_is_a_folder_is_a_problem(sound: Path) -> None:
    """What can't be opened is named with its path."""
    (sound / "lexicon" / "terms.txt").mkdir(parents=True)

    (problem,) = read_folder(sound)[1]

    assert problem.path == PurePath("lexicon", "terms.txt")
    assert "打不开这个文件" in problem.message


def test_reading_twice_gives_the_same(folder: Path) -> None:
    """The same folder is the same knowledge, whatever was read between."""
    assert read_folder(folder) == read_folder(folder)


def test_what_was_kept_of_the_last_reading_changes_nothing(folder: Path) -> None:
    """After each of several edits a reading with the books of the one before gives what a reading without gives; unchanged books are the same."""
    books = BookCache()
    old_rule = "rules/supply-business-rules-1996.md"
    text = (folder / old_rule).read_text("utf-8")
    first = load_folder(folder, books)
    for path, content in (
        (old_rule, text.replace("三至七天", "三到七天")),
        (old_rule, text.replace("kind: regulation", "kind: 坏")),
        (old_rule, text.encode("gb18030")),
        ("rules/ten-donts.md", (folder / "rules/ten-donts.md").read_text("utf-8").replace("title:", "titel:")),
        ("rules/ten-donts.md", (folder / "rules/ten-donts.md").read_bytes()),
        ("rules/sound.md", rule("sound")),
    ):
        write(folder, path, content)
        for _ in range(2):
            assert read_folder(folder, books) == read_folder(folder)
    (folder / old_rule).unlink()
    assert read_folder(folder, books) == read_folder(folder)
    again = load_folder(Path(shutil.copytree(KNOWLEDGE, folder.parent / "again")), books)
    assert again == first
    kept = {clause.id for clause in again.clauses if any(clause is one for one in first.clauses)}
    assert "service-code-2003#19(1)" in kept
    assert "ten-donts#4" not in kept


def test_faults_of_one_file_do_not_hide_those_of_others(folder: Path) -> None:
    """With three of the repo's own files spoilt, all three are named and nothing else is."""
    for path in ("cases/two-candles.md", "cases/late-connection.md", "rules/ten-donts.md"):
        write(folder, path, (folder / path).read_bytes().replace(b"\nsource:", b"\nsauce:"))

    counted = Counter(problem.path.as_posix() for problem in read_folder(folder)[1])

    assert counted == {"cases/two-candles.md": 2, "cases/late-connection.md": 2, "rules/ten-donts.md": 2}


@pytest.mark.parametrize(
    ("line", "written"), [(1, ""), (3, "title: 甲: 乙"), (3, "- 甲\n- 乙"), (2, "id: [甲"), (3, "title: \u0007甲")]
)
@pytest.mark.parametrize("path", sorted((KNOWLEDGE / "rules").glob("*.md")), ids=lambda path: path.stem)
def test_a_front_matter_that_can_not_be_read_is_one_problem(
    tmp_path: Path, path: Path, line: int, written: str
) -> None:
    """Cases that cite the book, and the book's other editions, are not reported as well."""
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder)
    lines = path.read_text("utf-8").split("\n")
    lines[line - 1] = written
    (folder / "rules" / path.name).write_text("\n".join(lines), "utf-8")

    _, problems = read_folder(folder)

    assert [problem.path.name for problem in problems] == [path.name], [str(problem) for problem in problems]


@pytest.mark.parametrize("fence", [1, -1])
@pytest.mark.parametrize("path", ["rules/sound.md", "cases/plain.md"])
def test_a_front_matter_without_an_end_is_one_problem(sound: Path, path: str, fence: int) -> None:
    """A line of dashes that is missing, at the head or at the end, does not hide the text below."""
    lines = (sound / path).read_text("utf-8").split("\n")
    place = 0 if fence == 1 else lines.index("---", 1)
    (sound / path).write_text("\n".join(lines[:place] + lines[place + 1 :]), "utf-8")

    _, problems = read_folder(sound)

    assert [(problem.path.as_posix(), problem.line) for problem in problems] == [(path, 1)]
