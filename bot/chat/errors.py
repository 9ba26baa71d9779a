"""What happens when a message can't be dealt with."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram.error import Forbidden, TelegramError

from bot.chat import talk
from bot.chat.context import Context
from bot.chat.incidents import Incidents, kind_of
from bot.chat.notices import tell_admins
from bot.chat.sending import send_reply
from bot.chat.staff import Staff
from bot.station.clock import StationClock
from bot.transport.line import NotSentError, UnknownFateError
from bot.transport.metrics import Metrics

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Needs:
    """What reporting errors takes."""

    incidents: Incidents
    metrics: Metrics
    staff: Staff
    clock: StationClock


async def report_error(needs: Needs, update: object, context: Context) -> None:
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
    incident = await needs.incidents.record(kind_of(error), needs.clock.now())
    needs.metrics.incidents.inc()
    _log.error("Incident %s (%s)", incident.number, incident.kind, exc_info=error)
    if isinstance(update, Update) and update.effective_message is not None:
        try:
            await send_reply(update.effective_message, talk.failed(incident.number))
        except TelegramError as second:
            _log.warning("The person could not be told of %s: %s", incident.number, second)
    if incident.is_new:
        await tell_admins(context.bot, needs.staff, talk.incident_for_admins(incident.kind, incident.number))


async def report_quarantined(bot: Bot, needs: Needs, body: Mapping[str, Any], error: Exception) -> None:
    """An update could not be read: admins hear of each kind once."""
    what = ", ".join(sorted(key for key in body if key != "update_id"))
    incident = await needs.incidents.record(f"unreadable {what}: {kind_of(error)}", needs.clock.now())
    _log.error("Incident %s (%s)", incident.number, incident.kind, exc_info=error)
    if incident.is_new:
        await tell_admins(bot, needs.staff, talk.quarantine_for_admins(body["update_id"], incident.number))
