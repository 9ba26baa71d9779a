"""每日一案: which case a team gets on which day, and what becomes of each copy."""

from datetime import datetime, timedelta

from bot.daily.arrangements import Arrangements
from bot.daily.by_hand import SendingByHand
from bot.daily.rows import Parcel, QuizAnswer
from bot.daily.schedule import Schedule
from bot.daily.slots import Slots
from bot.people.rows import Person
from retrieval.model import Case

_MISSED = 3
"""The most cases that somebody who was away gets on return."""
_MISSED_WITHIN = timedelta(days=14)


class DailyService(Schedule, Slots, SendingByHand, Arrangements):
    """Decides what goes out; everything is written down before it is done, so that a second look does nothing twice.

    What staff do with their copies is here, what the clock and trainers do in the parts.
    """

    async def copy_of(self, delivery_id: int, user_id: int) -> Parcel | None:
        """A person's own copy; None where it is somebody else's, or none."""
        parcel = await self._store.parcel(delivery_id)
        return parcel if parcel is not None and parcel.delivery.user_id == user_id else None

    async def answer(self, parcel: Parcel, case: Case, quiz: int, chosen: int, now: datetime) -> bool:
        """Write a person's answer to a quiz; the first one stays.

        Returns:
            Whether it was the first, of a question and an option that exist.
        """
        if quiz >= len(case.quizzes) or chosen >= len(case.quizzes[quiz].options):
            return False
        answer = QuizAnswer(quiz, chosen, chosen in case.quizzes[quiz].correct)
        return await self._store.answer_quiz(parcel.delivery.id, answer, now)

    async def catch_up(self, person: Person, now: datetime) -> int:
        """Let what somebody missed wait to be sent, newest first, at most three; gives how many."""
        if not person.wants_daily:
            return 0
        today = self._clock.day(now)
        since = today - _MISSED_WITHIN
        if person.unreachable_since is not None:
            since = max(since, self._clock.day(person.unreachable_since))
        return await self._store.catch_up(
            person.id, person.team, max(since, self._clock.day(person.joined_at)), today, _MISSED
        )
