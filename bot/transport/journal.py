"""What Telegram handed over and what became of it, on disk: a bot that dies in the middle goes on where it was."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.storage.errors import JournalError, JournalInUseError

_KEPT = timedelta(days=3)
"""How long a finished update is remembered; Telegram hands out one that was not confirmed for 24 hours."""
_KEPT_QUARANTINED = timedelta(days=90)

_TAKEN, _FINISHED, _QUARANTINED = range(3)

_FIRST = """
CREATE TABLE IF NOT EXISTS updates (
    update_id INTEGER PRIMARY KEY,
    state     INTEGER NOT NULL,
    taken_at  TEXT NOT NULL,
    body      TEXT,
    reason    TEXT
);
CREATE INDEX IF NOT EXISTS updates_open ON updates (state) WHERE state <> 1;
CREATE TABLE IF NOT EXISTS chats (
    chat_id     INTEGER PRIMARY KEY,
    gone_since  TEXT,
    reason      TEXT,
    migrated_to INTEGER,
    told_at     TEXT
);
CREATE TABLE IF NOT EXISTS incidents (
    kind       TEXT PRIMARY KEY,
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    times      INTEGER NOT NULL
);
"""
_STEPS = (_FIRST,)
"""What takes the tables from each version to the next one. Version 0 is a new file, or one from before versions were written."""

Update = Mapping[str, Any]
_Work = Callable[[sqlite3.Connection], Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChatState:
    """What is known of sending to a chat.

    Attributes:
        gone: Why nothing can be sent any more; empty where it can.
        migrated_to: The supergroup that took the place of this group; None where none did.
        told_at: When the chat was last told that the bot had been away.
    """

    gone: str = ""
    migrated_to: int | None = None
    told_at: datetime | None = None


class Journal:
    """One SQLite file, for one process at a time.

    Writes that are asked for at about the same time share one transaction and one flush to the disk, in a thread of
    their own: a slow disk delays the confirmation, never the event loop.
    """

    def __init__(self, path: Path | None) -> None:
        """Nothing is opened yet; without a path everything stays in memory."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[tuple[_Work, asyncio.Future[Any]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def open(self, now: datetime) -> None:
        """Make the file where there is none, and forget what is older than it needs to be.

        Raises:
            JournalInUseError: Where another process has it.
            JournalError: Where it can't be opened, or a newer program has written it.
        """
        try:
            await self._in_thread(lambda: self._open(now))
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                message = f"已经有一个 policybot 在用这个数据文件夹：{self._path and self._path.parent}。先停掉那一个，再启动这一个。"
                raise JournalInUseError(message) from None
            message = f"打不开 {self._path}：{error}"
            raise JournalError(message) from None
        except (sqlite3.DatabaseError, OSError, JournalError) as error:
            message = f"打不开 {self._path}：{error}"
            raise JournalError(message) from None

    def _open(self, now: datetime) -> None:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path or ":memory:", timeout=1, check_same_thread=False)
        try:
            # Held as long as the process lives, and let go by the system however it dies.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            _bring_up_to_date(connection)
            with connection:
                connection.execute(
                    "DELETE FROM updates WHERE state = ? AND taken_at < ?", (_FINISHED, (now - _KEPT).isoformat())
                )
                connection.execute(
                    "DELETE FROM updates WHERE state = ? AND taken_at < ?",
                    (_QUARANTINED, (now - _KEPT_QUARANTINED).isoformat()),
                )
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    async def close(self) -> None:
        """Write what waits to be written, and let go of the file."""
        while self._flushing is not None and not self._flushing.done():
            await asyncio.wait([self._flushing])
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._in_thread(connection.close)
        self._thread.shutdown()

    # ---- updates

    async def take(self, updates: Sequence[Update], now: datetime) -> list[Update]:
        """Keep updates; once this returns they are on the disk.

        Returns:
            Those that were not taken before, in order.
        """

        def write(connection: sqlite3.Connection) -> list[Update]:
            new: list[Update] = []
            for update in updates:
                cursor = connection.execute(
                    "INSERT OR IGNORE INTO updates (update_id, state, taken_at, body) VALUES (?, ?, ?, ?)",
                    (update["update_id"], _TAKEN, now.isoformat(), json.dumps(update, ensure_ascii=False)),
                )
                if cursor.rowcount:
                    new.append(update)
            return new

        return await self._write(write)

    async def finish(self, update_ids: Iterable[int]) -> None:
        """Updates were dealt with; what they said is forgotten."""
        rows = [(_FINISHED, update_id) for update_id in update_ids]
        await self._write(
            lambda connection: connection.executemany(
                "UPDATE updates SET state = ?, body = NULL WHERE update_id = ?", rows
            )
        )

    async def quarantine(self, update: Update, reason: str) -> None:
        """Set an update aside that can't be read; it is kept for 90 days."""
        await self._write(
            lambda connection: connection.execute(
                "UPDATE updates SET state = ?, reason = ? WHERE update_id = ?",
                (_QUARANTINED, reason, update["update_id"]),
            )
        )

    async def unfinished(self) -> list[Update]:
        """Updates that were taken and not finished, oldest first."""
        return await self._bodies(_TAKEN)

    async def quarantined(self) -> list[Update]:
        """Updates that could not be read, oldest first."""
        return await self._bodies(_QUARANTINED)

    async def _bodies(self, state: int) -> list[Update]:
        rows = await self._write(
            lambda connection: connection.execute(
                "SELECT body FROM updates WHERE state = ? ORDER BY update_id", (state,)
            ).fetchall()
        )
        return [json.loads(body) for (body,) in rows]

    # ---- chats

    async def chats(self) -> dict[int, ChatState]:
        """Every chat of which something is known."""
        rows = await self._write(
            lambda connection: connection.execute(
                "SELECT chat_id, gone_since, reason, migrated_to, told_at FROM chats"
            ).fetchall()
        )
        return {
            chat_id: ChatState(
                (reason or "gone") if gone_since else "", migrated_to, datetime.fromisoformat(told) if told else None
            )
            for chat_id, gone_since, reason, migrated_to, told in rows
        }

    async def keep_chat(self, chat_id: int, state: ChatState, now: datetime) -> None:
        """Write down what is known of a chat."""
        row = (
            chat_id,
            now.isoformat() if state.gone else None,
            state.gone or None,
            state.migrated_to,
            state.told_at.isoformat() if state.told_at else None,
        )
        await self._write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO chats (chat_id, gone_since, reason, migrated_to, told_at) VALUES (?, ?, ?, ?, ?)",
                row,
            )
        )

    # ---- incidents

    async def count_incident(self, kind: str, now: datetime) -> int:
        """Note that something went wrong; gives how often this kind has, this time included."""

        def write(connection: sqlite3.Connection) -> int:
            connection.execute(
                "INSERT INTO incidents (kind, first_seen, last_seen, times) VALUES (?, ?, ?, 1)"
                " ON CONFLICT (kind) DO UPDATE SET times = times + 1, last_seen = excluded.last_seen",
                (kind, now.isoformat(), now.isoformat()),
            )
            (times,) = connection.execute("SELECT times FROM incidents WHERE kind = ?", (kind,)).fetchone()
            return int(times)

        return await self._write(write)

    # ---- the thread

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in the next transaction; returns once it is on the disk."""
        if self._connection is None:
            message = "数据文件已经关上了"
            raise JournalError(message)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                outcomes = await self._in_thread(lambda batch=batch: self._commit([work for work, _ in batch]))  # type: ignore[misc] # mypy can't infer a lambda's default
            except Exception as error:  # noqa: BLE001 - each that waits is told, whatever it was
                outcomes = [error] * len(batch)
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if future.done():  # whoever asked was cancelled
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(_fault(outcome))
                else:
                    future.set_result(outcome)

    def _commit(self, works: Sequence[_Work]) -> list[Any]:
        connection = self._connection
        assert connection is not None  # noqa: S101 - closed only once nothing waits
        with connection:
            connection.execute("BEGIN")
            return [work(connection) for work in works]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Take the tables to the newest version, in one transaction.

    Raises:
        JournalError: If a newer program has written them; nothing is changed then.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_STEPS):
        message = f"它是更新版本的程序写的（第 {version} 版，这个程序只认得到第 {len(_STEPS)} 版），请换回那个版本"
        raise JournalError(message)
    if version < len(_STEPS):
        connection.executescript(
            f"BEGIN IMMEDIATE; {' '.join(_STEPS[version:])} PRAGMA user_version = {len(_STEPS)}; COMMIT;"
        )


def _fault(error: Exception) -> Exception:
    if isinstance(error, sqlite3.Error):
        return JournalError(f"数据文件夹写不进去：{error}")
    return error
