"""Texts that answer what the bot has asked; every other text is a question."""

from collections.abc import Mapping

from telegram import Update

from bot.handlers import ask, editing, joining, people, planning
from bot.handlers.context import Context
from bot.handlers.door import Handler, only
from bot.roles import Role

FORMS: Mapping[str, Handler] = {
    **{kind: only(Role.TRAINER, planning.written) for kind in planning.FORMS},
    **{kind: only(Role.TRAINER, editing.written) for kind in editing.FORMS},
    joining.JOIN: only(Role.STRANGER, joining.introduced),
    people.RENAME: only(Role.ADMIN, people.renamed),
    people.NEW_TEAM: only(Role.ADMIN, people.moved),
    people.INVITE_TEAM: only(Role.ADMIN, people.invite_team_written),
}
"""Who may answer what, and what comes of it, by the kind of the form."""

_FREE_WRITING = editing.FORMS | {planning.FOREWORD}
"""Forms whose text may well speak of danger that is not there: an alternate question, a word to the day's case."""

_question = only(Role.STAFF, ask.question)


async def text(update: Update, context: Context) -> None:
    """Give a text to the form that waits for it, or answer it as a question; forms are filled in in private only."""
    message, user = update.message, update.effective_user
    form = None
    if message is not None and user is not None and message.chat.type == "private":
        form = await context.services.people.form(user.id, context.services.clock())
    handler = FORMS.get(form[0]) if form is not None else None
    if (
        form is not None
        and form[0] not in _FREE_WRITING
        and context.services.asking.first_aid((message.text if message else None) or "")
    ):
        handler = None  # the form waits
    await (handler or _question)(update, context)
