"""One's own card: what the station knows of me, and how I leave."""

from telegram import Update

from bot.chat.context import Context, Services
from bot.chat.reply import Reply
from bot.chat.sending import acknowledge, send_reply
from bot.people import words
from bot.people.menus import show_menu
from bot.people.notices import show
from bot.people.store import LastAdminError
from bot.station.roles import Role

PREFIXES = ("m",)


async def me(update: Update, context: Context) -> None:
    """/me: one's own card."""
    message, user = update.effective_message, update.effective_user
    if message is not None and user is not None and (card := await _card(context.services, user.id)) is not None:
        await send_reply(message, card)


async def _card(services: Services, user_id: int) -> Reply | None:
    person = await services.people.store.get(user_id)
    if person is None:
        return None
    record = await services.records.of_person(user_id, services.daily.today(services.clock()))
    return words.me_card(person, services.daily.local(person.joined_at), record)


async def press(update: Update, context: Context) -> None:
    """A button under one's own card; it means the one who presses it, whoever was sent it."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or query.message is None:
        return
    services = context.services
    if query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    if query.data == "mD":
        await _forget(update, context)
        return
    reply = None
    if query.data in {"m0", "m1"}:
        await services.people.set_wants_daily(user.id, query.data == "m1", services.clock())
        person = await services.people.store.get(user.id)
        if query.data == "m1" and person is not None and await services.daily.catch_up(person, services.clock()):
            services.bell.ring()
        reply = await _card(services, user.id)
    elif query.data == "md":
        reply = words.CONFIRM_FORGETTING
    elif query.data == "mb":
        reply = await _card(services, user.id)
    await acknowledge(query, words.STALE_ME if reply is None else None)
    if reply is not None:
        await show(query, reply)


async def _forget(update: Update, context: Context) -> None:
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    try:
        await context.services.people.forget(user.id, context.services.clock())
    except LastAdminError:
        await acknowledge(query, words.LAST_ADMIN_ME)
        return
    if context.chat_data is not None:
        context.chat_data.conversations.pop(user.id, None)
    await acknowledge(query)
    await show(query, words.FORGOTTEN)
    await show_menu(context.bot, user.id, Role.STRANGER)
