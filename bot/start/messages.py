"""What a message is for: the form that waits for a text, an admin's document, or an answer."""

from collections.abc import Mapping
from functools import partial

from telegram import Message, Update

from bot.asking import handlers as asking
from bot.chat.addressed import words_of
from bot.chat.context import Context
from bot.chat.routes import Form
from bot.documents import handlers as documents
from bot.people import roster_files
from bot.people.door import Door
from bot.station.roles import Role
from bot.storage.forms import Forms


class Messages:
    """Gives a text to the form that waits for it, an admin's document to whom it is for, and answers everything else as a question."""

    def __init__(
        self,
        door: Door,
        waiting: Forms,
        forms: Mapping[str, Form],
        answering: asking.Needs,
        roster: roster_files.Needs,
        importing: documents.Needs,
    ) -> None:
        """Nothing has come yet.

        Args:
            door: Asked for everything that is done.
            waiting: What people were asked.
            forms: What becomes of an answer, by the kind of the form.
            answering: What answers take.
            roster: What lists of people take.
            importing: What other documents take.
        """
        self._waiting = waiting
        self._forms = {kind: door.only(form.role, form.handler) for kind, form in forms.items()}
        self._free = frozenset(kind for kind, form in forms.items() if form.is_free)
        self._answering = answering
        self._roster = roster
        self._importing = importing
        self._question = door.only(Role.STAFF, partial(asking.question, answering))
        self._document = door.only(Role.ADMIN, self._take_document)

    async def take(self, update: Update, context: Context) -> None:
        """Forms and documents are for private chats only. An album is answered once."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        handler = self._question
        private, words = message.chat.type == "private", words_of(message)
        importable = is_importable(message)
        if private and update.message is not None and message.text is not None:
            form = await self._waiting.get(user.id, self._importing.clock.now())
            # A form waits where its text tells of danger.
            danger = form is not None and form.kind not in self._free and self._answering.asking.first_aid(message.text)
            handler = self._forms.get(form.kind, self._question) if form is not None and not danger else self._question
        elif private and message.document is not None and (importable or not words):
            admin = await self._importing.people.role(user.id) >= Role.ADMIN
            handler = self._document if admin else self._question
        is_import = importable and handler is self._document
        if update.message is not None and not is_import and _is_rest_of_album(message, words, context):
            return
        await handler(update, context)

    async def _take_document(self, update: Update, _context: Context) -> None:
        """Ask in turn whose a document is; an edit of its caption changes nothing."""
        message, user = update.message, update.effective_user
        file = message.document if message is not None else None
        if message is None or user is None or file is None:
            return
        taken = await roster_files.take(self._roster, message, user.id, file)
        if not taken.is_list:
            await documents.take(self._importing, message, user.id, file, taken.data)


def is_importable(message: Message) -> bool:
    """Return whether a file's name says that it is a list of people, or a document that the import knows."""
    name = (message.document.file_name or "") if message.document is not None else ""
    return name.strip().lower().endswith((*roster_files.ENDINGS, *documents.ENDINGS))


def _is_rest_of_album(message: Message, words: str, context: Context) -> bool:
    album, memory = message.media_group_id, context.chat_data
    return album is not None and memory is not None and memory.is_answered(album, words)
