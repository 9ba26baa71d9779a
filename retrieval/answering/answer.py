"""Hits to an answer: how sure it is, and what of it is shown."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from retrieval.answering.emergencies import find_advices
from retrieval.editions import Editions, Selection, same_words
from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.asked_time import AskedTime, read_asked_time
from retrieval.search.hits import NO_HITS, Evidence, Hit, Hits
from retrieval.search.lookup import ClauseFinder, NumberLookup
from retrieval.search.ranker import Ranker
from retrieval.search.retriever import Retriever
from retrieval.text import normalise

_LONGEST_FOLLOW_UP = 20
_VERY_SHORT = 8
_ALL_KNOWN = 0.95
_LONGEST_TOPIC = 200
_ELLIPSIS = re.compile(
    "^(?:那|要是|如果|假如|万一|换成|换了|可是|但是|可要|还要|还得|再说|另外|光|就算|即使|他|她|它|人家|客户|用户)"
    "|(?:呢|也不行|也行|也要|也得|也算|也可以)[吗么吧]?[?!。]*$"
)
_COURTESY = re.compile(
    "(?:你好|您好|你们好|大家好|hello|hi|哈喽|嗨|在吗|在么|在不在|有人吗|早上好|中午好|下午好|晚上好|早安|晚安|早|谢谢|多谢|谢了|谢谢你|谢谢您|感谢|唔该晒?|多谢晒?"
    "|辛苦了|辛苦|麻烦了|好的|好滴|好嘞|好勒|好|行|中|要得|得行|妥了?|妥妥的?|收到|知道了?|晓得了?|明白了|明白|懂了|了解|嗯+|哦+|噢|ok|okay|再见|拜拜|回见|回头见|哈+|呵+|嘻+|没事了|没事儿?|不用了|算了|吃(?:过|饭)*了?[没吗么]"
    "|唉+|哎+|难搞|头疼|累死了?|好累|太难了|今天?(?:好|太|真)?(?:热|冷)(?:惨|死|坏|得很)?了?|脑壳冒烟|牛|厉害|棒|赞|不错|可以的|没毛病|哥|姐|兄弟|老铁|您嘞"
    "|好吧|行吧|成|谢|那|就这样吧?|先这样吧?|那就这样"
    "|了|啊|呀|呢|吧|哈|啦|嘛|咯|哟|你|您|师傅|老师|[\\s,.!?。~、;:])*+"
)
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u2b50\u2b55]+")
_FRESH = re.compile("换个|另外问|再问|还有个|问个别的|对了")

_ONE_WORD = 0.72
"""Below this `Evidence.content` a question names one thing at the most."""
LIMIT = 5
"""How many cases, and how many clauses, an answer holds at the most."""


def is_courtesy(text: str) -> bool:
    """Whether a normalised text is none but a greeting, thanks, or small talk."""
    return _COURTESY.fullmatch(_PICTURES.sub("", text)) is not None


class Tier(StrEnum):
    """How an answer is shown.

    direct: sure; rule and lesson at once. choose: two or three candidates. none: nothing here fits.
    """

    DIRECT = "direct"
    CHOOSE = "choose"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question on one day.

    Attributes:
        today: The day for which the status of rules is to be told.
        clauses: Best first, at most 5; empty in tier none.
        cases: Best first, at most 5; empty in tier none.
        situations: In tier choose, for each of the first three cases the alternate question of it that is nearest to the question.
        choices: In tier choose, the records to choose from, those that fit best first; at most 4.
        nearest: In tier none, the cases that come nearest, to be offered as topics; at most 3.
        courtesy: Whether the question is none but a greeting or thanks.
        advice: What must be done before anything else, where the question tells of danger to life; empty otherwise.
        foreign: The concepts that the question names and no record holds.
        follows: Whether the question was taken as leaning on the one before.
        topic: What the next question may lean on: this one, with the one before where it leaned on that itself.
        lookups: What was asked for by number; with tier none, a number that the knowledge does not hold.
        asked: All clauses held that were asked for by number, in the order of the question; the first of them lead `clauses`.
        edition_not_held: The edition that the question names, where it is answered from another; empty otherwise.
        by_clause: Whether the first clause fits by its own words better than any case: the cases came along, and may be about something else.
        matched: The words, synonyms and pairs of characters that carried the first hit, and the alternate question of the first case
            that is nearest (问法：…).
        fits: The estimated probability that the knowledge answers the question, 0 to 1.
        sure: The estimated probability that it does so with its first case, 0 to 1.
        asked_for: The day before today that the question asks about: the last one of 2023 for 2023年的时候; None for today. Of rules of
            which several editions are held the one in force on that day is given.
        otherwise: For each clause the one of another edition that says it otherwise: for a clause in force the last one before it, for
            any other the one in force today; None where there is none, or in the same words. Of a clause that was asked for by number
            the one of the same number comes before.
    """

    question: str
    today: date
    tier: Tier
    clauses: tuple[Hit[Clause], ...]
    cases: tuple[Hit[Case], ...]
    situations: tuple[str, ...] = ()
    choices: tuple[Case | Clause, ...] = ()
    nearest: tuple[Case, ...] = ()
    courtesy: bool = False
    advice: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    follows: bool = False
    topic: str = ""
    lookups: tuple[NumberLookup, ...] = ()
    asked: tuple[Clause, ...] = ()
    edition_not_held: str = ""
    by_clause: bool = False
    matched: tuple[str, ...] = ()
    fits: float = 0.0
    sure: float = 0.0
    asked_for: date | None = None
    otherwise: tuple[Clause | None, ...] = ()

    def other_wording(self, clause: Clause) -> Clause | None:
        """What another edition says in place of one of the clauses; see `otherwise`."""
        pairs = zip(self.clauses, self.otherwise, strict=False)
        return next((other for hit, other in pairs if hit.record.id == clause.id), None)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over the fields of `Evidence`.

    Attributes:
        bias: Added to the weighted sum.
        weights: Under the names of the fields; a field without one counts nothing.
    """

    bias: float
    weights: Mapping[str, float]

    def probability(self, evidence: Evidence) -> float:
        """The estimated probability, 0 to 1."""
        total = self.bias + sum(weight * getattr(evidence, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


@dataclass(frozen=True, slots=True)
class TierRule:
    """Decides on the tier of answers that one kind of record leads.

    Attributes:
        fits: Whether the knowledge answers the question.
        sure: Whether the first record does.
        refuse_below: Below this `fits` the tier is none.
        direct_from: From this `sure` on the tier is direct.
    """

    fits: Logistic
    sure: Logistic
    refuse_below: float
    direct_from: float

    def tier(self, fits: float, sure: float) -> Tier:
        """The tier for the two probabilities."""
        if fits < self.refuse_below:
            return Tier.NONE
        return Tier.DIRECT if sure >= self.direct_from else Tier.CHOOSE


@dataclass(frozen=True, slots=True)
class TierModel:
    """A rule for each kind of record that can lead an answer: what is evidence enough for one is too little for another.

    Attributes:
        taught: For records with many alternate questions.
        case: For cases without, or with few.
        clause: For such clauses.
    """

    taught: TierRule
    case: TierRule
    clause: TierRule

    def rule(self, evidence: Evidence) -> TierRule:
        """The rule for the record that leads."""
        return getattr(self, kind_of(evidence))  # type: ignore[no-any-return]  # its fields are all of one type


KINDS = ("taught", "case", "clause")
_TAUGHT = 0.5


def kind_of(evidence: Evidence) -> str:
    """Which of `KINDS` leads an answer."""
    if evidence.taught >= _TAUGHT:
        return "taught"
    return "clause" if evidence.by_clause else "case"


def load_tier_model() -> TierModel:
    """The fitted parameters in `fitted.json`."""
    parameters = json.loads(files("retrieval").joinpath("fitted.json").read_text(encoding="utf-8"))["tiers"]

    def logistic(given: Mapping[str, Any]) -> Logistic:
        return Logistic(given["bias"], given["weights"])

    return TierModel(
        **{
            kind: TierRule(
                logistic(given["fits"]), logistic(given["sure"]), given["refuse_below"], given["direct_from"]
            )
            for kind, given in parameters.items()
        }
    )


class Answerer:
    """Answers from one knowledge base; everything that is slow happens when it is made."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        cache: Path | None = None,
        tiers: TierModel | None = None,
        ranker: Ranker | None = None,
        progress: Callable[[int], None] = lambda _done: None,
        earlier: "Answerer | None" = None,
    ) -> None:
        """Make ready to answer.

        Args:
            knowledge: What is answered from.
            cache: A folder that may keep what this works out, so that the next time is faster; none is used where None.
            tiers: The fitted one in `fitted.json` where None.
            ranker: The same.
            progress: Is told how many more records are indexed.
            earlier: One that answers from almost the same; what it has worked out is shared where it fits.
        """
        self.knowledge: KnowledgeBase = knowledge
        self._tiers = tiers or load_tier_model()
        self._finder = ClauseFinder(knowledge)
        self._editions = Editions(knowledge)
        self._taught = _taught(knowledge)
        self.retriever: Retriever = Retriever(
            knowledge,
            cache,
            progress=progress,
            earlier=earlier.retriever if earlier is not None else None,
            ranker=ranker,
        )

    def names_nothing(self, question: str) -> bool:
        """Whether a question names nothing: it asks or connects only."""
        return not self.retriever.query(question)[1].topics

    def answer(self, question: str, *, today: date, previous: str = "", leaning: bool | None = None) -> Answer:
        """Answer a question.

        Args:
            question: As typed, of any length; nothing in it can make this raise.
            today: The day for which it is asked.
            previous: The same person's question just before; used only where the new one leans on it.
            leaning: Whether it does; decided by the question where None.
        """
        text = normalise(question)
        if is_courtesy(text):
            return Answer(question, today, Tier.NONE, (), (), courtesy=True, topic=previous)
        answer = self._answer(question, today, previous, leaning)
        advice = find_advices(self.knowledge.emergencies, text, normalise(previous))
        topic = f"{previous} {question}"[-_LONGEST_TOPIC:] if answer.follows else answer.topic or question
        # Where life is in danger a rule is never the one sure answer.
        tier = Tier.CHOOSE if advice and answer.tier is Tier.DIRECT and not answer.lookups else answer.tier
        situations = answer.situations
        if tier is not answer.tier:
            situations = tuple(self.retriever.situation(question, hit.record) for hit in answer.cases[:3])
        time = self._time(question, today)
        edition = self._finder.edition_not_held(question, time.year, time.day) if time.year else ""
        return replace(answer, tier=tier, situations=situations, advice=advice, topic=topic, edition_not_held=edition)

    def _answer(self, question: str, today: date, previous: str, leaning: bool | None) -> Answer:
        time, before = self._time(question, today), self._time(previous, today)
        lookups, asked_of, completed = self._lookups(time, before, today)
        if lookups:
            return replace(self._answer_by_number(question, today, asked_of, lookups), topic=completed)
        selection = self._selection(time, today)
        hits = self.retriever.search(time.topic, LIMIT, selection=selection)
        tier, fits, sure = self._judge(hits)
        taught = self._taught.get(_letters(question))
        if isinstance(taught, Case) and hits is not NO_HITS:
            tier, hits = self._as_taught_to_case(taught, tier, hits)
        clause = taught if isinstance(taught, Clause) else None
        if clause is not None and not (selection and clause.rule.id in selection.passed_over(self.knowledge.rules)):
            tier, hits = self._as_taught(clause, tier, hits)
        follows = bool(previous) and (leans_on_previous(question, tier, hits) if leaning is None else leaning)
        if follows:
            alone, words = tier, time.topic
            time = time or before
            hits = self.retriever.search(words, LIMIT, before.topic, selection=self._selection(time, today))
            tier, fits, sure = self._judge(hits)
            if tier is Tier.NONE and hits is not NO_HITS:
                tier = Tier.CHOOSE  # the topic is held; what the few new words change is for the person to say
            elif tier is Tier.DIRECT and alone is Tier.NONE and not _ELLIPSIS.search(normalise(question)):
                tier = (
                    Tier.CHOOSE
                )  # a few known words that mean nothing here by themselves may be of something else: 今天中午吃啥
        if tier is Tier.NONE:
            nearest = tuple(hit.record for hit in hits.cases[:3])
            return Answer(
                question,
                today,
                tier,
                (),
                (),
                nearest=nearest,
                foreign=hits.foreign,
                matched=hits.matched,
                fits=fits,
                sure=sure,
                asked_for=time.day,
            )
        situations: tuple[str, ...] = ()
        if tier is Tier.CHOOSE:
            situations = tuple(self.retriever.situation(question, hit.record) for hit in hits.cases[:3])
        matched = hits.matched
        if hits.cases and not hits.by_clause:
            matched = (
                *matched,
                f"问法：{situations[0] if situations else self.retriever.situation(question, hits.cases[0].record)}",
            )
        return Answer(
            question,
            today,
            tier,
            hits.clauses,
            hits.cases,
            by_clause=hits.by_clause,
            situations=situations,
            choices=_choices(hits),
            foreign=hits.foreign,
            follows=follows,
            matched=matched,
            fits=fits,
            sure=sure,
            asked_for=time.day,
            otherwise=tuple(
                self._editions.other_wording(hit.record, today, filter(None, [hits.replaced.get(hit.record.id)]))
                for hit in hits.clauses
            ),
        )

    @staticmethod
    def _as_taught_to_case(case: Case, tier: Tier, hits: Hits) -> tuple[Tier, Hits]:
        """A question that an editor has given to a case, word for word: the case comes first; one word alone stays a topic."""
        if all(hit.record is not case for hit in hits.cases):
            return tier, hits
        first = [hit for hit in hits.cases if hit.record is case]
        others = [hit for hit in hits.cases if hit.record is not case]
        top = max(hit.score for hit in hits.cases)
        hits = replace(hits, cases=(replace(first[0], score=top), *others), by_clause=False)
        return (Tier.CHOOSE if hits.evidence.content < _ONE_WORD else Tier.DIRECT), hits

    def _as_taught(self, clause: Clause, tier: Tier, hits: Hits) -> tuple[Tier, Hits]:
        """A question that an editor has given to a clause, word for word: the clause comes first, beside it only cases that name it."""
        if tier is Tier.DIRECT and hits.clauses and hits.clauses[0].record is clause and not hits.by_clause:
            return tier, hits
        top = max((hit.score for hit in hits.clauses), default=0.0)
        own = next((hit.bm25 for hit in hits.clauses if hit.record is clause), 0.0)
        others = tuple(hit for hit in hits.clauses if hit.record is not clause)
        cases = tuple(hit for hit in hits.cases if hit.record in self.knowledge.cases_by_clause.get(clause.id, ()))
        return Tier.DIRECT, replace(hits, clauses=(Hit(clause, top + 1.0, own), *others)[:LIMIT], cases=cases)

    def _time(self, question: str, today: date) -> AskedTime:
        """What a question says of when; a year names an edition rather than a time where there is such an edition."""
        time = read_asked_time(question, today)
        if time.day and time.year and self._editions.has_year(time.year):
            return AskedTime(None, time.year, time.old, question, time.topic)
        return time

    def _selection(self, time: AskedTime, today: date) -> Selection | None:
        """Which editions are meant; None where no rule is held in several."""
        return self._editions.choose(today, time.day, time.year, time.old) if self._editions else None

    def _judge(self, hits: Hits) -> tuple[Tier, float, float]:
        if hits is NO_HITS:
            return Tier.NONE, 0.0, 0.0
        rule = self._tiers.rule(hits.evidence)
        fits, sure = rule.fits.probability(hits.evidence), rule.sure.probability(hits.evidence)
        tier = rule.tier(fits, sure)
        if tier is Tier.DIRECT and hits.evidence.content < _ONE_WORD:
            tier = Tier.CHOOSE  # one word alone is a topic, and no question
        return tier, fits, sure

    def _lookups(
        self, time: AskedTime, before: AskedTime, today: date
    ) -> tuple[tuple[NumberLookup, ...], AskedTime, str]:
        """Look-ups of a question, the time that they are of, and the question in full where it leaned on the one before.

        那83条呢 is asked of the rule book and the edition named just before.
        """
        selection = self._selection(time, today)
        lookups = self._finder.find(time.rest, selection)
        if before.rest and not (lookups and (lookups[0].rules or lookups[0].unknown)):
            either = time or before
            of_either = self._selection(either, today)
            completed = self._finder.complete(time.rest, before.rest, of_either)
            named = self._finder.find(completed, of_either) if completed else ()
            if named:
                return named, either, completed
        return lookups or self._finder.find_book(time.rest, selection), time, ""

    def evidence(self, question: str) -> Hits:
        """What the tier of a question is decided by, for fitting the model."""
        return self.retriever.search(question, LIMIT)

    def unknown_words(self, question: str) -> tuple[str, ...]:
        """The words of a question that no record holds: those that an alternate question or a synonym could teach."""
        return self.retriever.unknown_words(question)

    def _answer_by_number(self, question: str, today: date, time: AskedTime, lookups: Sequence[NumberLookup]) -> Answer:
        selection = self._selection(time, today)
        same_number = {
            clause.id: other
            for lookup in lookups
            for clause in lookup.clauses
            for other in reversed(lookup.otherwise)
            if clause.rule.is_edition_of(other.rule) and not same_words(clause, other)
        }
        asked: list[Clause] = []
        for clause in dict.fromkeys(clause for lookup in lookups for clause in lookup.clauses):
            # The edition that is meant may hold it under another number.
            moved = self._editions.meant(clause, selection) if selection else (clause,)
            asked += [one for one in moved if one not in asked]
            same_number |= {one.id: clause for one in moved if one is not clause and not same_words(one, clause)}
        if not asked:
            return Answer(question, today, Tier.NONE, (), (), lookups=tuple(lookups), asked_for=time.day)
        words = lookups[0].rest
        hits = self.retriever.search(words, LIMIT, selection=selection) if len(words) > 1 else NO_HITS
        found = {hit.record.id: hit for hit in hits.clauses}
        if not all(lookup.rules for lookup in lookups):  # 第四条 of which rule? What else was said may tell.
            asked.sort(key=lambda clause: -found[clause.id].score if clause.id in found else 0.0)
        top = max((hit.score for hit in hits.clauses), default=0.0)
        named = [Hit(clause, top + 1.0, found[clause.id].bm25 if clause.id in found else 0.0) for clause in asked]
        clauses = (*named, *(hit for hit in hits.clauses if hit.record not in asked))[:LIMIT]
        is_clear = all(lookup.whole or len({clause.rule.book for clause in lookup.clauses}) <= 1 for lookup in lookups)
        return Answer(
            question,
            today,
            Tier.DIRECT if is_clear else Tier.CHOOSE,
            clauses,
            () if lookups[0].whole else self._cases_beside(asked, words, hits.cases),
            lookups=tuple(lookups),
            asked=tuple(asked),
            matched=tuple(f"{clause.rule.title}{clause.label}" for clause in asked[:LIMIT]),
            fits=1.0,
            sure=1.0,
            asked_for=time.day,
            otherwise=tuple(
                same_number.get(hit.record.id) or self._editions.other_wording(hit.record, today) for hit in clauses
            ),
        )

    def _cases_beside(self, clauses: Sequence[Clause], words: str, hits: Sequence[Hit[Case]]) -> tuple[Hit[Case], ...]:
        """The cases that are read beside the clauses: those first that name one, then those that fit the rest of the question best."""
        asked = dict.fromkeys(one.id for clause in clauses for one in (clause, *self._editions.kin(clause)))
        beside = list(dict.fromkeys(case for one in asked for case in self.knowledge.cases_by_clause.get(one, ())))
        scored = self.retriever.score_cases(words, beside) if len(words) > 1 else [(case, 0.0) for case in beside]
        scored.sort(key=lambda pair: asked.keys().isdisjoint(pair[0].cites))
        top = max((hit.score for hit in hits), default=0.0)
        linked = [Hit(case, top + 1.0, score) for case, score in scored]
        return tuple((linked + [hit for hit in hits if hit.record not in beside])[:LIMIT])


_NOT_FAR = 3.0
"""How far the best case may be ahead of a clause that is offered beside it."""


def _choices(hits: Hits) -> tuple[Case | Clause, ...]:
    """What to offer where the answer is not sure: the leading kind first, and the best of the other kind where it isn't far behind."""
    cases = [hit.record for hit in hits.cases]
    beside = {clause for case in cases[:3] for clause in case.clause_ids}
    apart = [hit.record for hit in hits.clauses if hit.record.id not in beside]
    if hits.by_clause:
        return (*apart[:3], *cases[:1]) or tuple(cases[:3])
    if not cases:
        return tuple(hit.record for hit in hits.clauses[:3])
    return (*cases[:3], *(apart[:1] if hits.evidence.rival < _NOT_FAR else ()))


def _taught(knowledge: KnowledgeBase) -> dict[str, Case | Clause]:
    """The records under those alternate questions that no other record has, their letters alone."""
    several: set[str] = set()
    taught: dict[str, Case | Clause] = {}
    records: tuple[Case | Clause, ...] = (*knowledge.clauses, *knowledge.cases)
    for record in records:
        for question in map(_letters, record.questions):
            if taught.setdefault(question, record) is not record:
                several.add(question)
    return {question: record for question, record in taught.items() if question not in several}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalise(text)))


def leans_on_previous(question: str, tier: Tier, hits: Hits) -> bool:
    """Whether a question is a follow-up that says only what is different: 那要是老人不在家呢.

    Args:
        question: As typed.
        tier: Of the question by itself.
        hits: Of the question by itself; a concept or a word that the knowledge doesn't hold starts a topic of its own.
    """
    text = normalise(question)
    if hits.foreign or len(text) > _LONGEST_FOLLOW_UP or _FRESH.match(text):
        return False
    if _ELLIPSIS.search(text):
        return True
    return tier is not Tier.DIRECT and len(text) <= _VERY_SHORT and hits.evidence.familiar >= _ALL_KNOWN
