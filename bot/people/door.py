"""The one place where roles are checked."""

from telegram import Update

from bot.asking import answers
from bot.asking.handlers import first_aid
from bot.asking.service import AskingService
from bot.chat import talk
from bot.chat.addressed import is_for_others
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.routes import Handler
from bot.chat.sending import acknowledge, send_reply
from bot.people import words, words_joining
from bot.people.rows import PersonState
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role


class Door:
    """Lets people through to what their role is for; tells all others first aid if they need it, and how to come in."""

    def __init__(self, people: PeopleService, asking: AskingService, clock: StationClock) -> None:
        self._people = people
        self._asking = asking
        self._clock = clock

    def only(self, role: Role, handler: Handler) -> Handler:
        """Return a handler that people below a role don't reach."""

        async def guarded(update: Update, context: Context) -> None:
            user = update.effective_user
            if user is not None and await self._people.role(user.id) >= role:
                await handler(update, context)
            elif update.callback_query is not None:
                await acknowledge(update.callback_query, (await self._refusal(update))[1])
            elif (
                update.effective_message is not None
                and user is not None
                and not is_for_others(update.effective_message, context.bot.username, context.bot.id)
            ):
                message = update.effective_message
                refusal = (await self._refusal(update))[0]
                await send_reply(message, answers.first_aid_reply(first_aid(self._asking, message, context), refusal))

        return guarded

    async def _refusal(self, update: Update) -> tuple[Reply, str]:
        """Why somebody does not get in, as a message and as an alert."""
        user, chat, store = update.effective_user, update.effective_chat, self._people.store
        person = await store.get(user.id) if user is not None else None
        if person is not None and person.state is PersonState.SUSPENDED:
            return words.SUSPENDED, words.SUSPENDED_ALERT
        if person is not None and person.allowed > Role.STRANGER:
            return Reply(words.NOT_YOUR_ROLE), words.NOT_YOUR_ROLE
        in_group = chat is not None and chat.type != "private"
        request = await store.open_request(user.id) if user is not None and not in_group else None
        if request is not None:
            return words_joining.waiting(self._clock.local(request.asked_at)), talk.NOT_ALLOWED
        return talk.stranger(user.id if user is not None else 0, in_group=in_group), talk.NOT_ALLOWED
