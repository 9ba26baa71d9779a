"""What a message is for: the form that waits for a text, the import, or an answer."""

from collections.abc import Mapping

from telegram import Message, Update

from bot.asking import handlers as ask
from bot.chat.addressed import words_of
from bot.chat.context import Context
from bot.daily import planning
from bot.library import handlers_editing as editing
from bot.people import handlers as people
from bot.people import joining, roster_files
from bot.people.door import Handler, only
from bot.station.roles import Role

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
_document = only(Role.ADMIN, roster_files.document)


async def message(update: Update, context: Context) -> None:
    """Give a text to the form that waits for it, an admin's document to the import, and answer everything else as a question.

    Forms and imports are for private chats only. An album is answered once.
    """
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    people, handler = context.services.people, _question
    private, words = message.chat.type == "private", words_of(message)
    importable = message.document is not None and roster_files.is_known(message.document)
    if private and update.message is not None and message.text is not None:
        form = await people.form(user.id, context.services.clock())
        # A form waits where its text tells of danger.
        danger = form is not None and form[0] not in _FREE_WRITING and context.services.asking.first_aid(message.text)
        handler = FORMS.get(form[0], _question) if form is not None and not danger else _question
    elif private and message.document is not None and (importable or not words):
        handler = _document if await people.role(user.id) >= Role.ADMIN else _question
    is_import = importable and handler is _document
    if update.message is not None and not is_import and _is_rest_of_album(message, words, context):
        return
    await handler(update, context)


def _is_rest_of_album(message: Message, words: str, context: Context) -> bool:
    album, memory = message.media_group_id, context.chat_data
    return album is not None and memory is not None and memory.is_answered(album, words)
