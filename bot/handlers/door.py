"""The one place where roles are checked."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot import replies
from bot.handlers.ask import is_for_others
from bot.handlers.context import Context
from bot.handlers.sending import acknowledge, send_reply
from bot.roles import Role

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def only(role: Role, handler: Handler) -> Handler:
    """A handler that people below a role don't reach; they are told how to come in."""

    async def guarded(update: Update, context: Context) -> None:
        user = update.effective_user
        if user is not None and await context.services.people.role(user.id) >= role:
            await handler(update, context)
        elif update.callback_query is not None:
            await acknowledge(update.callback_query, replies.NOT_ALLOWED)
        elif (
            update.effective_message is not None
            and user is not None
            and not is_for_others(update.effective_message, context.bot.username, context.bot.id)
        ):
            await send_reply(update.effective_message, replies.stranger(user.id))

    return guarded
