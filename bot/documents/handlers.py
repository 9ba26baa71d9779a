"""Documents that admins send: shown as they were understood, and taken into the knowledge by a tap."""

import asyncio
import io
import logging
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from telegram import CallbackQuery, Document, InputFile, Message, Update
from telegram.error import TelegramError

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Duty, Feature, presses_of
from bot.chat.sending import acknowledge, edit_answer, markup_of, send, send_reply
from bot.documents import words
from bot.documents.drafts import LARGEST_FILE, Drafts, clean_name
from bot.documents.held import HeldDraft
from bot.documents.press import KINDS, Look, LookAt, PreviewPage, TakeIn
from bot.documents.shelf import KeepingError
from bot.documents.ways import Way
from bot.library.handlers_history import editor, outcome
from bot.library.report import OTHERS, Verdict
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.transport.line import UnknownFateError
from retrieval.importing import ImportingError


@dataclass(frozen=True, slots=True)
class Needs:
    """What the import takes."""

    drafts: Drafts
    people: PeopleService
    clock: StationClock


ENDINGS = (
    *(".docx", ".pdf", ".txt", ".md", ".xlsx", ".zip"),
    # These can't be imported either, but there is better advice for them than that they are not known.
    *(".doc", ".docm", ".dotm", ".wps", ".rtf", ".xls", ".xlsm", ".et", ".rar", ".7z"),
)
_SINGLY = 3
"""So many files go one by one; more go as one .zip."""

_log = logging.getLogger(__name__)


async def take(needs: Needs, message: Message, user_id: int, file: Document, data: bytes | None = None) -> None:
    """Read a document that an admin has sent, and show what was made of it.

    Args:
        message: With the document.
        user_id: Who has sent it.
        file: The document.
        data: Its contents, where it was fetched already.
    """
    name = clean_name(file.file_name or "")
    if not name.lower().endswith(ENDINGS):
        await send_reply(message, words.unknown_kind(name))
        return
    if file.file_size is not None and file.file_size > LARGEST_FILE:
        await send_reply(message, words.too_big(name, file.file_size, LARGEST_FILE))
        return
    drafts = needs.drafts
    shown = await send_reply(message, words.reading(name, waits=drafts.is_reading))
    reply = await _read(needs, user_id, name, file, data)
    if shown is None or not await edit_answer(message, shown.message_id, reply):
        await send_reply(message, reply)


async def _read(needs: Needs, user_id: int, name: str, file: Document, data: bytes | None) -> Reply:
    drafts = needs.drafts
    if data is None:
        try:
            stored = await file.get_file()
            data = bytes(await stored.download_as_bytearray())
        except TelegramError as error:
            _log.warning("A document could not be fetched: %s", error.message)
            return words.NOT_FETCHED
    try:
        held = await drafts.make(name, data, user_id)
    except (ImportingError, KeepingError) as error:
        return words.unreadable(str(error))
    return await _preview(needs, held)


async def _preview(needs: Needs, held: HeldDraft, page: int = 0) -> Reply:
    return words.preview(held, await asyncio.to_thread(needs.drafts.standing, held), page)


async def press(needs: Needs, update: Update, context: Context) -> None:
    """A button under a preview: another page, the files, yes or no."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    drafts, pressed = needs.drafts, read_data(query.data, *KINDS)
    held = drafts.get(pressed.ticket) if pressed is not None else None
    if held is None or pressed is None:
        await acknowledge(query, words.STALE)
        return
    match pressed:
        case PreviewPage():
            await acknowledge(query)
            await show(query, await _preview(needs, held, pressed.page))
        case LookAt(look=Look.FILES):
            await acknowledge(query, words.SENDING, alert=False)
            await _send_files(needs, query, context, held)
        case LookAt():
            if drafts.drop(held.ticket) is None:
                await acknowledge(query, words.STALE)
                return
            await acknowledge(query)
            await _settle(query, words.DROPPED)
        case TakeIn():
            await acknowledge(query, words.TAKING_IN, alert=False)
            await _take_in(needs, query, held, pressed.way, user.id)


async def _take_in(needs: Needs, query: CallbackQuery, held: HeldDraft, way: Way, user_id: int) -> None:
    by = await editor(needs.people, user_id)
    taken = await needs.drafts.take_in(held.ticket, by, way)
    if taken is None:  # another admin was quicker, and sees what comes of it
        await _settle(query, Reply(words.STALE))
        return
    standing = await asyncio.to_thread(needs.drafts.standing, held)
    if taken.report is None:
        await show(query, words.changed_meanwhile(held, standing))
        return
    reply = await outcome(needs.people, needs.clock, taken.report, by, f"导入 {held.name}")
    if taken.report.verdict in {Verdict.PROBLEMS, Verdict.FAILED}:
        reply = words.not_taken(reply, held, standing, others=taken.report.reason == OTHERS)
    await _settle(query, reply)


async def _settle(query: CallbackQuery, reply: Reply) -> None:
    """Show what was decided; the buttons below a file go, where words can't take its place."""
    if isinstance(query.message, Message) and query.message.text is None:
        with suppress(TelegramError):
            await query.edit_message_reply_markup(None)
    await show(query, reply)


def feature(needs: Needs) -> Feature:
    """The import."""
    admin = Role.ADMIN
    duty = Duty(admin, "把 Word、PDF、Excel 文件直接发给我，就能导入规定和案例：先给您看读出了什么，点“采用”才启用", 3)
    return Feature(presses=(presses_of(admin, partial(press, needs), *KINDS),), duties=(duty,))


# ---- the files


async def _send_files(needs: Needs, query: CallbackQuery, context: Context, held: HeldDraft) -> None:
    drafts, message = needs.drafts, query.message
    texts = await asyncio.to_thread(drafts.texts, held)
    report = await asyncio.to_thread(drafts.report, held)
    if message is None or not texts:
        return
    stem = held.name.rpartition(".")[0] or held.name
    if len(texts) > _SINGLY:
        files = [(f"{stem}-草稿.zip", await asyncio.to_thread(_zipped, texts))]
    else:
        files = [(path.rpartition("/")[2], text.encode()) for path, text in texts.items()]
    standing = await asyncio.to_thread(drafts.standing, held)
    bot, chat = context.bot, message.chat.id
    try:
        for name, content in files:
            await bot.send_document(chat, InputFile(content, name))
        await bot.send_document(
            chat,
            # With a mark, so that an old Notepad knows the encoding.
            InputFile(report.replace("\n", "\r\n").encode("utf-8-sig", "replace"), f"{stem}-报告.txt"),
            caption=words.files_caption(held),
            reply_markup=markup_of(words.decisions(held, standing)),
        )
    except UnknownFateError:
        await send(bot, chat, words.FILES_MAYBE_LOST)


def _zipped(texts: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
    return stream.getvalue()
