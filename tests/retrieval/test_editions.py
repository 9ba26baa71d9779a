"""Which edition of a rule a question is answered with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.answer import Answer, Answerer, Tier
from retrieval.content import load_folder
from retrieval.editions import Editions, are_kin, by_age, is_of_year, last_days, same_words
from retrieval.model import Clause, KnowledgeBase, Rule, Status
from tests.conftest import KNOWLEDGE
from tests.retrieval.samples import NEW_EDITION, add_edition, case, write

TODAY = date(2026, 11, 23)
LAST_DAY = date(2024, 5, 31)
QUESTION = "停人家的电要提前几天打招呼"
OLD_67, OLD_83 = "supply-business-rules-1996#67", "supply-business-rules-1996#83"
NEW_67, NEW_70, NEW_89 = (f"supply-business-rules-2024#{number}" for number in (67, 70, 89))
NOTED = {"第六十七条": NEW_70, "第八十三条": NEW_89}


def knowledge_of(folder: Path, becomes: dict[str, str]) -> KnowledgeBase:
    """The shipped knowledge and the new edition."""
    for path in KNOWLEDGE.rglob("*.*"):
        write(folder, str(path.relative_to(KNOWLEDGE)), path.read_bytes())
    add_edition(folder, becomes)
    return load_folder(folder)


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Both editions, and what the old clauses have become."""
    return knowledge_of(tmp_path_factory.mktemp("noted"), NOTED)


@pytest.fixture(scope="module")
def unnoted(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Both editions, and nobody has noted what has become of the old clauses."""
    return knowledge_of(tmp_path_factory.mktemp("unnoted"), {})


@pytest.fixture(scope="module")
def with_notes(noted: KnowledgeBase, cache: Path) -> Answerer:
    """Answers from both editions with notes."""
    return Answerer(noted, cache)


@pytest.fixture(scope="module")
def without_notes(unnoted: KnowledgeBase, cache: Path) -> Answerer:
    """Answers from both editions without notes."""
    return Answerer(unnoted, cache)


@pytest.fixture(params=["noted", "unnoted"])
def both(request: pytest.FixtureRequest, with_notes: Answerer, without_notes: Answerer) -> Answerer:
    """Answers from both editions, with and without notes."""
    return with_notes if request.param == "noted" else without_notes


def ids(answer: Answer) -> list[str]:
    """The ids of its clauses."""
    return [hit.record.id for hit in answer.clauses]


def others(answer: Answer) -> dict[str, str]:
    """The id of what another edition says instead, under the id of the clause."""
    pairs = zip(answer.clauses, answer.otherwise, strict=True)
    return {hit.record.id: other.id for hit, other in pairs if other is not None}


def editions_in(found: Iterable[str]) -> set[str]:
    """The editions of the business rules that occur among ids."""
    return {one.partition("#")[0][-4:] for one in found if one.startswith("supply-business-rules")}


def test_the_same_question_is_answered_with_the_edition_in_force(both: Answerer) -> None:
    """Today the new clause comes first, sure as ever, the old edition not at all but as what was said before; the case stays."""
    answer = both.answer(QUESTION, today=TODAY)

    assert answer.tier is Tier.DIRECT
    assert ids(answer)[0] == NEW_70
    assert editions_in(ids(answer)) == {"2024"}
    assert others(answer)[NEW_70] == OLD_67
    assert answer.cases[0].record.id == "arrears-disconnection-estate"
    assert answer.asked_for is None


def test_a_question_given_to_the_old_clause_brings_the_new_one(with_notes: Answerer, noted: KnowledgeBase) -> None:
    """Word for word it is still asked of today: none of the old clause's alternate questions brings the ended edition."""
    for question in noted.clause_by_id[OLD_67].questions:
        answer = with_notes.answer(question, today=TODAY)
        if not answer.lookups and answer.asked_for is None and "老" not in question and "旧" not in question:
            assert editions_in(ids(answer)[:1]) <= {"2024"}, question


def test_on_the_last_day_of_the_old_edition_it_is_the_answer(both: Answerer) -> None:
    """Asked on 2024-05-31 the old clause is in force, and the new edition is not shown; the next day it is."""
    before = both.answer(QUESTION, today=LAST_DAY)
    after = both.answer(QUESTION, today=LAST_DAY + timedelta(days=1))

    assert ids(before)[0] == OLD_67
    assert before.clauses[0].record.rule.status(LAST_DAY) is Status.IN_FORCE
    assert editions_in(ids(before)) == {"1996"}
    assert others(before) == {}
    assert ids(after)[0] == NEW_70


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2023年的时候", date(2023, 12, 31)),
        ("2024年6月以前", LAST_DAY),
        ("三年前", date(2023, 12, 31)),
        ("2024年5月", LAST_DAY),
    ],
)
def test_a_question_about_the_past_is_answered_with_the_edition_of_then(both: Answerer, words: str, day: date) -> None:
    """The day is told, the old clause comes first as ended today, and what is said today stands beside it."""
    answer = both.answer(f"{words}{QUESTION}", today=TODAY)

    assert answer.asked_for == day
    assert ids(answer)[0] == OLD_67
    assert editions_in(ids(answer)) == {"1996"}
    assert answer.clauses[0].record.rule.status(answer.today) is Status.ENDED
    assert others(answer).get(OLD_67, NEW_70) == NEW_70


def test_a_question_about_a_time_since_the_change_is_answered_with_the_new(both: Answerer) -> None:
    """Last year the new edition was in force already."""
    answer = both.answer(f"去年{QUESTION}", today=TODAY)

    assert answer.asked_for == date(2025, 12, 31)
    assert ids(answer)[0] == NEW_70


@pytest.mark.parametrize(
    "question", ["旧的营业规则停电提前几天通知", "老规定停人家的电要提前几天打招呼", "96版营业规则停电要提前几天通知"]
)
def test_an_ended_edition_is_shown_when_it_is_asked_for(both: Answerer, question: str) -> None:
    """By its age or its year; it is for today, so the clause is marked as ended."""
    answer = both.answer(question, today=TODAY)

    assert answer.asked_for is None
    assert ids(answer)[0] == OLD_67
    assert editions_in(ids(answer)) == {"1996"}


def test_who_follows_up_stays_in_the_time_named_before(both: Answerer) -> None:
    """那重要用户呢 is asked of the same day, 那2023年呢 of another; a new question of today."""
    past = f"2023年的时候{QUESTION}"
    same = both.answer("那重要用户呢", today=TODAY, previous=past)
    other = both.answer("那2023年呢", today=TODAY, previous=QUESTION)
    fresh = both.answer("对了,停人家的电要提前几天打招呼", today=TODAY, previous=past)

    assert (same.asked_for, other.asked_for, fresh.asked_for) == (date(2023, 12, 31), date(2023, 12, 31), None)
    assert ids(same)[0] == ids(other)[0] == OLD_67
    assert ids(fresh)[0] == NEW_70


def test_a_number_is_that_of_the_edition_in_force(both: Answerer) -> None:
    """营业规则67条 is today's article 67, and that of the other edition stands beside it."""
    answer = both.answer("营业规则67条", today=TODAY)

    assert answer.tier is Tier.DIRECT
    assert ids(answer)[0] == NEW_67
    assert others(answer)[NEW_67] == OLD_67
    assert editions_in(ids(answer)) == {"2024"}


@pytest.mark.parametrize(
    "question",
    [
        "96版营业规则67条",
        "96版67条",
        "1996版的67条讲什么",
        "96年版第67条",
        "供电营业规则（1996版）第67条",
        "旧的营业规则67条",
        "老营业规则第六十七条",
        "2023年的时候营业规则67条",
        "2023年营业规则67条",
        "1996年的营业规则67条",
        "旧版67条",
    ],
)
def test_the_number_of_an_ended_edition_may_be_asked_for(both: Answerer, question: str) -> None:
    """By year, by age, by time: the old article 67, with its case."""
    answer = both.answer(question, today=TODAY)

    assert answer.tier is Tier.DIRECT
    assert ids(answer)[0] == OLD_67
    assert answer.cases[0].record.id == "arrears-disconnection-estate"


def test_the_words_for_an_edition_are_no_topic(both: Answerer) -> None:
    """2024版营业规则70条 finds what 营业规则70条 finds: the year draws no case near."""
    named, plain = (both.answer(f"{edition}营业规则70条", today=TODAY) for edition in ("2024版", ""))
    assert named.lookups[0].rest == ""
    assert [hit.record.id for hit in named.cases] == [hit.record.id for hit in plain.cases]


def test_a_number_that_an_edition_does_not_have_is_refused(both: Answerer) -> None:
    """96版999条 is not held; no other rule's name is put to it."""
    answer = both.answer("96版999条", today=TODAY)
    assert answer.tier is Tier.NONE
    assert answer.lookups[0].rules == ()


def test_a_number_asked_of_an_edition_stays_in_it(both: Answerer) -> None:
    """那83条呢 behind 96版营业规则67条 is the old one."""
    answer = both.answer("那83条呢", today=TODAY, previous="96版营业规则67条")

    assert ids(answer)[0] == OLD_83


def test_a_number_that_the_edition_in_force_does_not_have(with_notes: Answerer, without_notes: Answerer) -> None:
    """As noted the old article 83 is shown as what it has become; else as it was, which is ended."""
    moved = with_notes.answer("营业规则83条", today=TODAY)
    gone = without_notes.answer("营业规则83条", today=TODAY)

    assert ids(moved)[0] == NEW_89
    assert others(moved)[NEW_89] == OLD_83
    assert ids(gone)[0] == OLD_83
    assert gone.clauses[0].record.rule.status(TODAY) is Status.ENDED
    for answer in (moved, gone):
        assert "estimated-reading" in {hit.record.id for hit in answer.cases}


def test_an_edition_that_is_not_held_is_refused(both: Answerer) -> None:
    """Of 2011 there is none."""
    answer = both.answer("2011版营业规则67条", today=TODAY)

    assert answer.tier is Tier.NONE
    assert answer.lookups[0].unknown == "供电营业规则（2011版）"


def test_a_case_is_read_beside_what_its_clause_has_become(noted: KnowledgeBase, with_notes: Answerer) -> None:
    """The case cites the old clause; its question brings the new one; before the change it brought the old one."""
    question = "下大雪没去抄表,我估了个数报上去,会怎么样"
    after = with_notes.answer(question, today=TODAY)
    before = with_notes.answer(question, today=LAST_DAY)
    found = after.cases[0].record

    assert OLD_83 in found.clause_ids
    assert NEW_89 in ids(after)
    assert editions_in(ids(after)) == {"2024"}
    assert OLD_83 in ids(before)
    assert found.is_read_beside(noted.clause_by_id[NEW_89])
    assert not found.is_read_beside(noted.clause_by_id[NEW_67])
    editions = Editions(noted)
    assert noted.clause_by_id[NEW_89] in editions.beside(found, TODAY)
    assert noted.clause_by_id[OLD_83] in editions.beside(found, LAST_DAY)


def test_a_case_that_cites_the_new_clause_is_read_beside_the_old_one_then(tmp_path: Path, cache: Path) -> None:
    """The notes lead back as well: asked of 2023, a case of 2025 stands beside what was in force."""
    write(
        tmp_path, "cases/later.md", case("later", {6: f"cites: [{NEW_70}]", 14: "- 没说就停了\n- 拉闸没打招呼人家闹"})
    )
    noted = knowledge_of(tmp_path, NOTED)
    answer = Answerer(noted, cache).answer("2023年的时候拉闸没打招呼人家闹", today=TODAY)

    assert answer.asked_for == date(2023, 12, 31)
    assert editions_in(ids(answer)) == {"1996"}


def test_an_ended_clause_is_shown_where_nothing_else_is_held(without_notes: Answerer) -> None:
    """The new edition says nothing of meters that fits: the old clause is shown, as ended."""
    answer = without_notes.answer("供电企业应在规定的日期抄录计费电能表读数", today=TODAY)

    assert ids(answer).count(OLD_83) == 1
    assert "1996" in editions_in(ids(answer))
    old = next(hit.record for hit in answer.clauses if hit.record.id == OLD_83)
    assert old.rule.status(answer.today) is Status.ENDED


def test_words_that_did_not_change_are_not_called_different(tmp_path: Path, cache: Path) -> None:
    """Where the new clause says the same but for marks, there is nothing to be offered."""
    noted = knowledge_of(tmp_path, NOTED)
    old = noted.clause_by_id[OLD_67]
    new = replace(noted.clause_by_id[NEW_70], text=old.text.replace(",", "，"))
    same = replace(noted, clauses=tuple(new if one.id == NEW_70 else one for one in noted.clauses))
    answer = Answerer(same, cache).answer(QUESTION, today=TODAY)

    assert ids(answer)[0] == NEW_70
    assert NEW_70 not in others(answer)
    assert same_words(old, new)


def test_a_coming_edition_waits_for_its_day(tmp_path: Path, cache: Path) -> None:
    """An edition that is published and not yet in force answers nothing; on its first day it does."""
    add = NEW_EDITION.replace("supply-business-rules-2024", "ten-donts-2030").replace(
        "in_force: 2024", "in_force: 2030"
    )
    add = add.replace("title: 供电营业规则", "title: 国家电网公司员工服务“十个不准”").replace(
        "[营业规则, 供电规则, 营规]", "[十个不准]"
    )
    add = add.replace("## 第六十七条\n", "## 第一条\n")
    for path in KNOWLEDGE.rglob("*.*"):
        write(tmp_path, str(path.relative_to(KNOWLEDGE)), path.read_bytes())
    write(tmp_path, "rules/ten-donts-2030.md", add)
    answerer = Answerer(load_folder(tmp_path), cache)

    assert ids(answerer.answer("十个不准第一条", today=TODAY))[0] == "ten-donts#1"
    assert ids(answerer.answer("十个不准第一条", today=date(2030, 6, 1)))[0] == "ten-donts-2030#1"


@pytest.mark.parametrize(
    "question", [QUESTION, "户主不在家能进屋修吗", "营业规则67条", "十个不准第四条", "光伏发电怎么申请"]
)
def test_one_edition_is_answered_as_ever(answerer: Answerer, question: str) -> None:
    """Without a second edition the answer is that of today, ended or not, and nothing is said otherwise."""
    answer = answerer.answer(question, today=TODAY)

    assert others(answer) == {}
    assert len(answer.otherwise) in {0, len(answer.clauses)}
    past = answerer.answer(f"2023年的时候{question}", today=TODAY)
    assert ids(past) == ids(answer)
    assert past.asked_for == date(2023, 12, 31)


DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def editions_of(book: Rule, days: list[date]) -> tuple[Rule, ...]:
    """Editions of which each ends when the next begins."""
    return tuple(
        replace(book, id=f"edition-{place}", in_force=first, ended=following, replaced_by=None)
        for place, (first, following) in enumerate(zip(days, [*days[1:], None], strict=True))
    )


@given(st.lists(DAYS, min_size=2, max_size=5, unique=True).map(sorted), DAYS)
def test_on_every_day_the_edition_in_force_is_meant(noted: KnowledgeBase, days: list[date], day: date) -> None:
    """Whatever the order of the files: the one in force on the day; before all, the first; the old one is the one before."""
    books = editions_of(noted.rules[0], days)
    editions = Editions(KnowledgeBase(rules=tuple(reversed(books))))
    valid = [rule for rule in books if rule.status(day) is Status.IN_FORCE]

    chosen = dict(editions.choose(day).chosen)[books[0].book]
    old = dict(editions.choose(day, old=True).chosen)[books[0].book]

    assert by_age(reversed(books)) == books
    assert editions.in_force(books[0], day) == (valid[0] if valid else None)
    assert chosen == (valid[0] if valid else books[0]).id
    assert old == books[max(0, (books.index(valid[0]) if valid else 0) - 1)].id


def test_an_edition_that_names_its_successor_ends_when_that_begins(noted: KnowledgeBase) -> None:
    """Where no day is noted, the first day of the next edition is the last of the one before."""
    first, second = editions_of(noted.rules[0], [date(2005, 1, 1), date(2022, 1, 1)])
    first = replace(first, ended=None, replaced_by="新版")

    assert last_days((first, second)) == (date(2022, 1, 1), date.max)
    assert Editions(KnowledgeBase(rules=(first, second))).in_force(second, date(2021, 12, 31)) == first


def test_an_edition_is_called_by_its_name_or_its_first_year(noted: KnowledgeBase) -> None:
    """1996版 is in the name; 2024 is the year in which the other came into force."""
    old, new = noted.clause_by_id[OLD_67].rule, replace(noted.clause_by_id[NEW_70].rule, edition="")

    assert is_of_year(old, 1996)
    assert is_of_year(new, 2024)
    assert not is_of_year(old, 2024)


def test_clauses_are_kin_as_noted_or_by_their_words(noted: KnowledgeBase, unnoted: KnowledgeBase) -> None:
    """A reworded clause is known by its words, one in quite other words by the note alone; clauses of one edition are none."""

    def kin(knowledge: KnowledgeBase, one: str, other: str) -> bool:
        first, second = knowledge.clause_by_id[one], knowledge.clause_by_id[other]
        assert are_kin(first, second) is are_kin(second, first)
        return are_kin(first, second)

    assert kin(noted, OLD_67, NEW_70)
    assert kin(unnoted, OLD_67, NEW_70)
    assert kin(noted, OLD_83, NEW_89)
    assert not kin(unnoted, OLD_83, NEW_89)
    assert not kin(noted, OLD_67, NEW_67)
    assert not kin(noted, OLD_67, OLD_83)


def test_a_split_clause_is_shown_in_all_its_parts(tmp_path: Path, cache: Path) -> None:
    """Where an old clause has become two, both take its place, the better fitting one first."""
    split = f"{NEW_89}\n- {NEW_70}"
    answer = Answerer(knowledge_of(tmp_path, {"第六十七条": split}), cache).answer(QUESTION, today=TODAY)

    assert ids(answer)[0] == NEW_70
    assert NEW_89 in ids(answer)
    assert others(answer)[NEW_89] == others(answer)[NEW_70] == OLD_67


def test_present_follows_the_notes_and_stops_where_there_are_none(noted: KnowledgeBase, unnoted: KnowledgeBase) -> None:
    """What is not noted stays what it is, for the one who shows it to mark it."""

    def present(knowledge: KnowledgeBase, clause: str, day: date) -> tuple[Clause, ...]:
        return Editions(knowledge).present(knowledge.clause_by_id[clause], day)

    assert present(noted, OLD_67, TODAY) == (noted.clause_by_id[NEW_70],)
    assert present(noted, NEW_70, LAST_DAY) == (noted.clause_by_id[OLD_67],)
    assert present(noted, OLD_67, LAST_DAY) == (noted.clause_by_id[OLD_67],)
    assert present(unnoted, OLD_67, TODAY) == (unnoted.clause_by_id[OLD_67],)
    assert present(noted, "ten-donts#1", TODAY) == (noted.clause_by_id["ten-donts#1"],)
