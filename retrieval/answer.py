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

from retrieval.editions import Editions, Selection, same_words
from retrieval.emergencies import find_advices
from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.asked_time import AskedTime, read_asked_time
from retrieval.search.hits import NO_HITS, Evidence, Hit, Hits
from retrieval.search.lookup import ClauseFinder, NumberLookup
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
    "(?:你好|您好|你们好|大家好|hello|hi|哈喽|嗨|在吗|在么|在不在|有人吗|早上好|中午好|下午好|晚上好|早安|晚安|早|谢谢|多谢|谢了|谢谢你|谢谢您|感谢"
    "|辛苦了|辛苦|麻烦了|好的|好滴|好嘞|好|行|收到|知道了|明白了|明白|懂了|了解|嗯+|哦+|ok|再见|拜拜|哈+|呵+|没事了|没事|不用了|吃(?:过|饭)*了?[没吗么]"
    "|了|啊|呀|呢|哈|啦|你|您|师傅|老师|[\\s,.!?。~、;:])*+"
)
_FRESH = re.compile("换个|另外问|再问|还有个|问个别的|对了")

LIMIT = 5
"""How many cases, and how many clauses, an answer holds at the most."""


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
        nearest: In tier none, the cases that come nearest, to be offered as topics; at most 3.
        courtesy: Whether the question is none but a greeting or thanks.
        advice: What must be done before anything else, where the question tells of danger to life; empty otherwise.
        foreign: The concepts that the question names and no record holds.
        follows: Whether the question was taken as leaning on the one before.
        topic: What the next question may lean on: this one, with the one before where it leaned on that itself.
        lookups: What was asked for by number; with tier none, a number that the knowledge does not hold.
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
    nearest: tuple[Case, ...] = ()
    courtesy: bool = False
    advice: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    follows: bool = False
    topic: str = ""
    lookups: tuple[NumberLookup, ...] = ()
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
class TierModel:
    """Decides on the tier.

    Attributes:
        fits: Whether the knowledge answers the question.
        sure: Whether the first case does.
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


def load_tier_model() -> TierModel:
    """The fitted parameters in `tiers.json`."""
    parameters = json.loads(files("retrieval").joinpath("tiers.json").read_text(encoding="utf-8"))
    return TierModel(
        Logistic(parameters["fits"]["bias"], parameters["fits"]["weights"]),
        Logistic(parameters["sure"]["bias"], parameters["sure"]["weights"]),
        parameters["refuse_below"],
        parameters["direct_from"],
    )


class Answerer:
    """Answers from one knowledge base; everything that is slow happens when it is made."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        cache: Path | None = None,
        tiers: TierModel | None = None,
        progress: Callable[[int], None] = lambda _done: None,
        earlier: "Answerer | None" = None,
    ) -> None:
        """Make ready to answer.

        Args:
            knowledge: What is answered from.
            cache: A folder that may keep what this works out, so that the next time is faster; none is used where None.
            tiers: The fitted one in `tiers.json` where None.
            progress: Is told how many more records are indexed.
            earlier: One that answers from almost the same; what it has worked out is shared where it fits.
        """
        self._knowledge = knowledge
        self._tiers = tiers or load_tier_model()
        self._finder = ClauseFinder(knowledge)
        self._editions = Editions(knowledge)
        self._taught = _taught(knowledge)
        self.retriever: Retriever = Retriever(
            knowledge, cache, progress=progress, earlier=earlier.retriever if earlier is not None else None
        )

    def answer(self, question: str, *, today: date, previous: str = "") -> Answer:
        """Answer a question.

        Args:
            question: As typed, of any length; nothing in it can make this raise.
            today: The day for which it is asked.
            previous: The same person's question just before; used only where the new one leans on it.
        """
        text = normalise(question)
        if _COURTESY.fullmatch(text):
            return Answer(question, today, Tier.NONE, (), (), courtesy=True, topic=previous)
        answer = self._answer(question, today, previous)
        advice = find_advices(self._knowledge.emergencies, text, normalise(previous))
        topic = f"{previous} {question}"[-_LONGEST_TOPIC:] if answer.follows else question
        # Where life is in danger a rule is never the one sure answer.
        tier = Tier.CHOOSE if advice and answer.tier is Tier.DIRECT and not answer.lookups else answer.tier
        situations = answer.situations
        if tier is not answer.tier:
            situations = tuple(self.retriever.situation(question, hit.record) for hit in answer.cases[:3])
        return replace(answer, tier=tier, situations=situations, advice=advice, topic=topic)

    def _answer(self, question: str, today: date, previous: str) -> Answer:
        time, before = self._time(question, today), self._time(previous, today)
        lookups, asked_of = self._lookups(time, before, today)
        if lookups:
            return self._answer_by_number(question, today, asked_of, lookups)
        selection = self._selection(time, today)
        hits = self.retriever.search(time.topic, LIMIT, selection=selection)
        tier, fits, sure = self._judge(hits)
        clause = self._taught.get(_letters(question))
        if clause is not None and not (selection and clause.rule.id in selection.passed_over(self._knowledge.rules)):
            tier, hits = self._as_taught(clause, tier, hits)
        follows = bool(previous) and leans_on_previous(question, tier, hits)
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
        if hits.cases and hits.from_core:
            matched = (
                *matched,
                f"问法：{situations[0] if situations else self.retriever.situation(question, hits.cases[0].record)}",
            )
        # The cases that came along with a statute's article are not about it.
        cases = hits.cases if hits.from_core else ()
        return Answer(
            question,
            today,
            tier,
            hits.clauses,
            cases,
            situations=situations,
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

    def _as_taught(self, clause: Clause, tier: Tier, hits: Hits) -> tuple[Tier, Hits]:
        """A question that an editor has given to a clause, word for word: the clause comes first, beside it only cases that name it."""
        if tier is Tier.DIRECT and hits.clauses and hits.clauses[0].record is clause:
            return tier, hits
        top = max((hit.score for hit in hits.clauses), default=0.0)
        own = next((hit.bm25 for hit in hits.clauses if hit.record is clause), 0.0)
        others = tuple(hit for hit in hits.clauses if hit.record is not clause)
        cases = tuple(hit for hit in hits.cases if hit.record in self._knowledge.cases_by_clause.get(clause.id, ()))
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
        fits = self._tiers.fits.probability(hits.evidence)
        sure = self._tiers.sure.probability(hits.evidence)
        tier = self._tiers.tier(fits, sure)
        if not hits.from_core and tier is Tier.DIRECT:
            tier = Tier.CHOOSE  # no editor has said which questions it answers
        return tier, fits, sure

    def _lookups(self, time: AskedTime, before: AskedTime, today: date) -> tuple[tuple[NumberLookup, ...], AskedTime]:
        """Look-ups of a question, and the time that they are of; 那83条呢 is asked of the rule book and the edition named just before."""
        lookups = self._finder.find(time.rest, self._selection(time, today))
        if lookups and before.rest and not lookups[0].rules and not lookups[0].unknown:
            either = time or before
            selection = self._selection(either, today)
            earlier = self._finder.find(before.rest, selection)
            if earlier and earlier[-1].rules:
                named = self._finder.find(f"{earlier[-1].rules[0].title}{time.rest.lstrip('那')}", selection)
                return (named, either) if named else (lookups, time)
        return lookups, time

    def evidence(self, question: str) -> tuple[Hits, Evidence]:
        """What the tier of a question is decided by, for fitting the model."""
        hits = self.retriever.search(question, LIMIT)
        return hits, hits.evidence

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
        books = {clause.rule.id for clause in asked}
        return Answer(
            question,
            today,
            Tier.DIRECT if len(books) == 1 else Tier.CHOOSE,
            clauses,
            self._cases_beside(asked, words, hits.cases),
            lookups=tuple(lookups),
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
        beside = list(dict.fromkeys(case for one in asked for case in self._knowledge.cases_by_clause.get(one, ())))
        scored = self.retriever.score_cases(words, beside) if len(words) > 1 else [(case, 0.0) for case in beside]
        scored.sort(key=lambda pair: asked.keys().isdisjoint(pair[0].cites))
        top = max((hit.score for hit in hits), default=0.0)
        linked = [Hit(case, top + 1.0, score) for case, score in scored]
        return tuple((linked + [hit for hit in hits if hit.record not in beside])[:LIMIT])


def _taught(knowledge: KnowledgeBase) -> dict[str, Clause]:
    """The clauses under those alternate questions that no other clause and no case has, their letters alone."""
    several = {_letters(question) for case in knowledge.cases for question in case.questions}
    taught: dict[str, Clause] = {}
    for clause in knowledge.clauses:
        for question in map(_letters, clause.questions):
            if taught.setdefault(question, clause) is not clause:
                several.add(question)
    return {question: clause for question, clause in taught.items() if question not in several}


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
    return tier is not Tier.DIRECT and len(text) <= _VERY_SHORT and hits.evidence.known_words >= _ALL_KNOWN
