"""What happens when a message can't be dealt with."""

import logging
from collections.abc import Mapping
from typing import Any

from telegram import Bot, Update
from telegram.error import Forbidden, TelegramError

from bot.chat import talk
from bot.chat.context import Context, Services
from bot.chat.incidents import kind_of
from bot.chat.reply import Reply
from bot.chat.sending import send, send_reply
from bot.transport.gate import Lane
from bot.transport.line import NotSentError, UnknownFateError

_log = logging.getLogger(__name__)


async def report_error(update: object, context: Context) -> None:
    """Number what went wrong: the person hears the number, the log has the trace under it, admins hear of a new kind once."""
    error = context.error
    if error is None:
        return
    if isinstance(error, Forbidden):
        _log.info("Not sent: %s", error.message)
        return
    if isinstance(error, NotSentError | UnknownFateError):
        _log.warning("Given up: %s", error.message)
        return
    services = context.services
    incident = await services.incidents.record(kind_of(error), services.clock())
    services.metrics.incidents.inc()
    _log.error("Incident %s (%s)", incident.number, incident.kind, exc_info=error)
    if isinstance(update, Update) and update.effective_message is not None:
        try:
            await send_reply(update.effective_message, talk.failed(incident.number))
        except TelegramError as second:
            _log.warning("The person could not be told of %s: %s", incident.number, second)
    if incident.is_new:
        await tell_admins(context.bot, services, talk.incident_for_admins(incident.kind, incident.number))


async def report_quarantined(bot: Bot, services: Services, body: Mapping[str, Any], error: Exception) -> None:
    """An update could not be read: admins hear of each kind once."""
    what = ", ".join(sorted(key for key in body if key != "update_id"))
    incident = await services.incidents.record(f"unreadable {what}: {kind_of(error)}", services.clock())
    _log.error("Incident %s (%s)", incident.number, incident.kind, exc_info=error)
    if incident.is_new:
        await tell_admins(bot, services, talk.quarantine_for_admins(body["update_id"], incident.number))


async def tell_admins(bot: Bot, services: Services, reply: Reply) -> None:
    """Send something to every administrator; who can't be reached is left out."""
    for admin in await services.people.admins():
        try:
            await send(bot, admin, reply, lane=Lane.PUSH)
        except TelegramError as error:
            _log.warning("An administrator could not be told: %s", error)
