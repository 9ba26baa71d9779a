"""The knowledge that comes with the project."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from retrieval.content import read_folder
from retrieval.model import Case, CaseKind, Clause, KnowledgeBase, RuleKind, Status
from tests.conftest import KNOWLEDGE
from tests.retrieval.samples import plain

TODAY = date(2026, 11, 23)
TITLES = {
    "案例一": "estimated-reading",
    "案例2": "arrears-disconnection-estate",
    "案例3": "double-charging",
    "案例4": "surcharge-on-bill",
    "案例5": "two-candles",
    "案例6": "late-connection",
    "案例7": "meter-split-communication",
    "案例8": "sewage-plant-supply",
    "【案例之一】": "misread-meter",
    "【案例之二】": "drilling-without-consent",
    "【案例之三】": "loose-meter-box",
    "【案例之四】": "unanswered-application",
    "【案例之五】": "refused-indoor-repair",
    "【案例之六】": "entering-empty-home",
    "【案例之七】": "unrestored-site",
    "【案例之八】": "too-busy-excuse",
    "【案例之九】": "corridor-light",
    "【案例之十】": "bypassed-rcd",
    "会议报道": "drunk-manager-cutoff",
}
"""The seed's headings and the files that their cases are in."""

_PAGE_MARK = re.compile(r"\n\d+、")
_HEADING = re.compile(r"(【案例之.】|案例[一2-8](?=:))")
# What stands between the cases: chapters, and the words before and after the ten rural ones.
_BETWEEN = re.compile(r"以上10个案例|第[二三四]篇:|(?:业扩报装)?\([一二]\)(?:不良服务事件|优质服务事例)|限制150内")


def squeezed(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


def seed_cases(seed: str) -> Iterator[tuple[str, str]]:
    """The id and the text of every case of the seed, without page marks and white space."""
    text = squeezed(_PAGE_MARK.sub("", seed))
    yield TITLES["会议报道"], text[text.index("11月13日") : text.index("第二篇:")]
    _, *parts = _HEADING.split(text)
    for heading, part in zip(parts[::2], parts[1::2], strict=True):
        yield TITLES[heading], _BETWEEN.split(part.removeprefix(":"))[0]


@pytest.fixture(scope="session")
def labels(shared: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The ids that the seed's records have, and the text of its clauses."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads((shared / "golden" / "labels.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def seed(shared: Path) -> str:
    """The seed as it was scraped."""
    (path,) = (shared / "seed").glob("*.txt")
    return path.read_text("utf-8")


def test_the_folder_is_sound() -> None:
    """Nothing in it has to be mended, and nothing is in an odd encoding."""
    knowledge, problems = read_folder(KNOWLEDGE)

    assert problems == ()
    assert knowledge.notices == ()


def test_every_case_can_be_asked_for_in_many_ways(knowledge: KnowledgeBase) -> None:
    """Each case has at least 40 alternate questions."""
    assert {case.id: len(case.questions) for case in knowledge.cases if len(case.questions) < 40} == {}
    assert len(knowledge.cases) == 19


def test_every_clause_can_be_asked_for_in_many_ways(knowledge: KnowledgeBase) -> None:
    """Each clause has at least 20 alternate questions."""
    assert {clause.id: len(clause.questions) for clause in knowledge.clauses if len(clause.questions) < 20} == {}


def test_every_case_has_a_few_situations_for_buttons(knowledge: KnowledgeBase) -> None:
    """Eight to ten of at most 30 characters each, and no button stands for two cases."""
    situations = [way for case in knowledge.cases for way in case.situations]

    assert {case.id: len(case.situations) for case in knowledge.cases if not 8 <= len(case.situations) <= 10} == {}
    assert [way for way in situations if len(way) > 30] == []
    assert len(set(situations)) == len(situations)


def test_few_questions_ask_like_an_examiner(knowledge: KnowledgeBase) -> None:
    """Under no clause do more than six ask where it stands or for its very words: nobody at a door does."""
    asks = re.compile("哪条|哪一条|第几|哪款|哪一款|哪个不准|哪一有|哪项|哪部|出处|出自|原文|原话|条文|写在哪")
    found = {clause.id: sum(asks.search(way) is not None for way in clause.questions) for clause in knowledge.clauses}

    assert {clause: count for clause, count in found.items() if count > 6} == {}


def test_every_case_has_a_lesson_for_a_phone(knowledge: KnowledgeBase) -> None:
    """Each takeaway is a whole sentence of at most 60 characters."""
    for case in knowledge.cases:
        assert 0 < len(case.takeaway) <= 60, case.id
        assert case.takeaway.endswith("。"), case.id


def test_every_case_says_in_its_own_words_what_to_do(knowledge: KnowledgeBase) -> None:
    """Each lesson is of whole sentences, and at least 85 % of its pairs of characters stand in the case."""
    for case in knowledge.cases:
        text = "".join(section.text for section in case.sections)
        # That the source holds only a report is the one thing that the case can't say of itself.
        lesson = re.sub(r"\W", "", case.lesson.partition("来源只有")[0])
        text = re.sub(r"\W", "", text)
        pairs = [lesson[place : place + 2] for place in range(len(lesson) - 1)]
        assert len(lesson) >= 19, case.id
        assert case.lesson.endswith("。"), case.id
        assert sum(pair in text for pair in pairs) >= 0.85 * len(pairs), case.id


def test_a_term_of_an_ended_edition_is_not_told_as_today_s(knowledge: KnowledgeBase) -> None:
    """Where takeaway or quiz names the days of a rule that has ended, the edition stands beside them."""
    for case in knowledge.cases:
        right = [quiz.options[place] for quiz in case.quizzes for place in quiz.correct]
        for text in (case.takeaway, *right, *(quiz.explanation for quiz in case.quizzes)):
            assert not re.search("三至七天|30分钟|5个工作日", text) or re.search("[0-9]{4}版", text), text


def test_every_case_can_be_tested(knowledge: KnowledgeBase) -> None:
    """Each case has a quiz, and every quiz has three or four options of which one is right, and a reason."""
    for case in knowledge.cases:
        assert case.quizzes, case.id
        for quiz in case.quizzes:
            assert len(quiz.options) in {3, 4}, quiz.question
            assert len(quiz.correct) == 1, quiz.question
            assert quiz.explanation, quiz.question


def test_the_right_answer_is_not_always_at_one_place(knowledge: KnowledgeBase) -> None:
    """Who always presses the same option does not pass: no place is right in more than half of the quizzes."""
    places = [min(quiz.correct) for case in knowledge.cases for quiz in case.quizzes]

    assert all(places.count(place) <= len(places) / 2 for place in range(4))


def test_every_case_stands_beside_a_rule(knowledge: KnowledgeBase) -> None:
    """No case is without a clause to be read with it, and every rural one cites its own."""
    assert [case.id for case in knowledge.cases if not case.clause_ids] == []
    rural = [heading for heading in TITLES if heading.startswith("【")]
    for number, heading in enumerate(rural, 1):
        assert knowledge.case_by_id[TITLES[heading]].cites == (f"rural-service-norms#{number}",)


def test_only_the_two_candles_are_to_be_copied(knowledge: KnowledgeBase) -> None:
    """The seed has one case of good service."""
    assert [case.id for case in knowledge.cases if case.kind is CaseKind.POSITIVE] == ["two-candles"]


def test_the_ids_are_those_of_the_labels(
    knowledge: KnowledgeBase, labels: dict[str, dict[str, dict[str, str]]]
) -> None:
    """Cases are those of labels.json; clauses are its, the five 五有 and the ten rural norms."""
    ours = {f"five-haves#{number}" for number in range(1, 6)} | {f"rural-service-norms#{n}" for n in range(1, 11)}

    assert set(knowledge.case_by_id) == set(labels["cases"])
    assert set(knowledge.clause_by_id) == set(labels["clauses"]) | ours
    assert sorted(TITLES.values()) == sorted(labels["cases"])


def test_every_quoted_clause_is_letter_by_letter(
    knowledge: KnowledgeBase, labels: dict[str, dict[str, dict[str, str]]]
) -> None:
    """The text under each label is the text of the clause, no letter more or less."""
    quoted = {identifier: label["text"] for identifier, label in labels["clauses"].items()}

    assert {identifier: knowledge.clause_by_id[identifier].text for identifier in quoted} == quoted


def test_every_case_cites_what_the_seed_cites(
    knowledge: KnowledgeBase, labels: dict[str, dict[str, dict[str, str]]]
) -> None:
    """Clauses that the seed's own 违规条款 names are cited in its order; what the editors add is related."""
    for identifier, label in labels["cases"].items():
        cited = [clause for clause in knowledge.case_by_id[identifier].cites if "rural-service-norms" not in clause]
        assert cited == list(label["cites"]), identifier


def test_every_sentence_of_the_seed_is_in_its_case(seed: str) -> None:
    """Word for word: no sentence of a case was lost, shortened or reworded; where a typo was mended the note quotes it."""
    seen = set()
    for identifier, text in seed_cases(seed):
        seen.add(identifier)
        file = (KNOWLEDGE / "cases" / f"{identifier}.md").read_text("utf-8")
        held = squeezed(re.sub(r"(?m)^#.*$", "", file))
        sentences = [sentence for part in re.split("【[^】]*】", text) for sentence in part.split("。") if sentence]
        assert sentences, identifier
        assert [sentence for sentence in sentences if sentence not in held] == [], identifier
    assert seen == set(TITLES.values())


def test_no_case_says_what_the_seed_does_not(knowledge: KnowledgeBase, seed: str) -> None:
    """Every sentence of a section is in the seed's case, but for the mended words that the note names."""
    for identifier, text in seed_cases(seed):
        found = knowledge.case_by_id[identifier]
        mended = [squeezed(words) for words in re.findall("应为“(.+?)”,正文已改", plain(found.note))]
        held = re.sub("【[^】]*】", "", text)
        for section in found.sections:
            sentences = [sentence for sentence in squeezed(section.text).split("。") if sentence]
            ours = [plain(sentence) for sentence in sentences if sentence not in held]
            assert [sentence for sentence in ours if not any(words in sentence for words in mended)] == [], identifier


def test_the_five_haves_are_in_the_seed_word_for_word(knowledge: KnowledgeBase, seed: str) -> None:
    """Heading and text of each follow each other in the seed as they do here."""
    text = squeezed(_PAGE_MARK.sub("", seed))
    for clause in knowledge.clauses_by_rule["five-haves"]:
        assert squeezed(f"{clause.label}、{clause.heading}{clause.text}") in text, clause.id


def test_the_rural_norms_are_sentences_of_their_case(knowledge: KnowledgeBase, seed: str) -> None:
    """Each norm is made of whole passages of the seed's case of that number."""
    texts = dict(seed_cases(seed))
    for heading, clause in zip(
        (heading for heading in TITLES if heading.startswith("【")),
        knowledge.clauses_by_rule["rural-service-norms"],
        strict=True,
    ):
        for paragraph in clause.text.splitlines():
            assert squeezed(paragraph) in texts[TITLES[heading]], clause.id


def test_no_page_mark_is_left(knowledge: KnowledgeBase) -> None:
    """Numbers that the scrape put inside words are gone: no text starts a line with a number and 、."""
    texts = [section.text for case in knowledge.cases for section in case.sections]

    assert [
        text for text in texts + [clause.text for clause in knowledge.clauses] if re.search(r"(?m)^\d+、", text)
    ] == []


def test_no_question_is_taken_from_the_questions_that_judge(knowledge: KnowledgeBase, shared: Path) -> None:
    """No alternate question is one of dev.jsonl, not even with other marks: figures measured there are honest."""
    lines = (shared / "golden" / "dev.jsonl").read_text("utf-8").splitlines()
    judged = {re.sub(r"\W", "", json.loads(line)["q"]) for line in lines}
    records: tuple[Case | Clause, ...] = (*knowledge.cases, *knowledge.clauses)

    assert len(judged) > 100
    assert [way for record in records for way in record.questions if re.sub(r"\W", "", way) in judged] == []


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ("supply-business-rules-1996", Status.ENDED),
        ("supply-use-regulations", Status.IN_FORCE),
        ("service-code-2003", Status.UNKNOWN),
        ("ten-promises-2005", Status.ENDED),
        ("ten-donts", Status.ENDED),
        ("five-haves", Status.UNKNOWN),
        ("rural-service-norms", Status.UNKNOWN),
    ],
)
def test_the_status_of_every_rule_is_known(knowledge: KnowledgeBase, rule: str, status: Status) -> None:
    """On 2026-11-23 each rule has the status that was found out, and an ended one names its successor."""
    (found,) = (candidate for candidate in knowledge.rules if candidate.id == rule)

    assert found.status(TODAY) is status
    assert (found.replaced_by is not None) == (status is Status.ENDED)


def test_there_is_no_rule_whose_status_was_not_looked_at(knowledge: KnowledgeBase) -> None:
    """The seven rule books above are all."""
    assert len(knowledge.rules) == 7


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(1996, 10, 7), Status.NOT_YET),
        (date(1996, 10, 8), Status.IN_FORCE),
        (date(2024, 5, 31), Status.IN_FORCE),
        (date(2024, 6, 1), Status.ENDED),
    ],
)
def test_the_business_rules_ended_on_one_day(knowledge: KnowledgeBase, day: date, status: Status) -> None:
    """供电营业规则 of 1996 was in force from 1996-10-08 to 2024-05-31, and 令第14号 took its place."""
    rule = knowledge.clause_by_id["supply-business-rules-1996#67"].rule

    assert rule.status(day) is status
    assert rule.replaced_by is not None
    assert "国家发展和改革委员会令第14号" in rule.replaced_by


@pytest.mark.parametrize(
    ("rule", "document", "kind"),
    [
        ("supply-business-rules-1996", "电力工业部令第8号", RuleKind.REGULATION),
        ("supply-use-regulations", "国务院令第196号", RuleKind.REGULATION),
        ("service-code-2003", "国家电网生〔2003〕477号", RuleKind.COMPANY),
        ("ten-donts", "", RuleKind.COMPANY),
        ("five-haves", "", RuleKind.GUIDANCE),
    ],
)
def test_every_rule_says_where_its_force_comes_from(
    knowledge: KnowledgeBase, rule: str, document: str, kind: RuleKind
) -> None:
    """Document number and kind are those of the facts table."""
    found = knowledge.clauses_by_rule[rule][0].rule

    assert (found.document, found.kind) == (document, kind)


def test_only_the_exact_quotations_are_called_verified(knowledge: KnowledgeBase) -> None:
    """Of the seven, only the regulations' text was held against the official one, and it is said by whom and when."""
    (checked,) = (rule for rule in knowledge.rules if rule.verified)
    assert checked.id == "supply-use-regulations"
    assert "对照2019年修订" in checked.verified_by
    assert checked.verified_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    "identifier", ["supply-use-regulations#20", "supply-business-rules-1996#67", "supply-business-rules-1996#83"]
)
def test_a_clause_that_is_held_in_part_says_so(knowledge: KnowledgeBase, identifier: str) -> None:
    """Who quotes it to a customer learns that the article goes on."""
    assert knowledge.clause_by_id[identifier].note.startswith("节录：")


def test_the_repealed_property_law_is_noted(knowledge: KnowledgeBase) -> None:
    """Where the seed names 物权法, the reader learns that it was repealed on 2021-01-01 and where it now stands."""
    clause = knowledge.clause_by_id["rural-service-norms#2"]

    assert "物权法" in clause.text
    assert "2021年1月1日" in clause.note
    assert "民法典" in clause.note
