"""What is on the disk, whatever happens to the process."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.errors import JournalError, JournalInUseError
from bot.transport import journal as journal_module
from bot.transport.journal import ChatState, Journal

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def _update(number: int) -> dict[str, object]:
    return {"update_id": number, "message": {"text": f"第{number}问"}}


async def test_what_was_taken_and_not_finished_is_there_after_a_restart(tmp_path: Path) -> None:
    """A process that ends between taking and finishing leaves the update to the next one."""
    journal = Journal(tmp_path / "data" / "journal.db")
    await journal.open(NOW)
    assert await journal.take([_update(1), _update(2)], NOW) == [_update(1), _update(2)]
    await journal.finish([1])
    await journal.close()

    journal = Journal(tmp_path / "data" / "journal.db")
    await journal.open(NOW)

    assert await journal.unfinished() == [_update(2)]
    assert await journal.take([_update(1), _update(2), _update(3)], NOW) == [_update(3)], "none is taken twice"
    await journal.close()


async def test_what_a_finished_update_said_is_forgotten(tmp_path: Path) -> None:
    """No question stays in the file once it is dealt with; after three days its number is forgotten too."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    await journal.open(NOW)
    await journal.take([_update(1)], NOW)
    await journal.finish([1])
    await journal.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT update_id, body FROM updates").fetchall() == [(1, None)]

    await journal_of(path, NOW + timedelta(days=4))

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM updates").fetchone() == (0,)


async def journal_of(path: Path, now: datetime) -> None:
    """Open and close a journal."""
    journal = Journal(path)
    await journal.open(now)
    await journal.close()


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


async def test_a_file_from_before_versions_is_taken_over(tmp_path: Path) -> None:
    """It gets the number of the newest version, and nothing in it is lost."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    await journal.open(NOW)
    await journal.take([_update(1)], NOW)
    await journal.close()
    newest = _version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")

    journal = Journal(path)
    await journal.open(NOW)

    assert await journal.unfinished() == [_update(1)]
    await journal.close()
    assert _version(path) == newest > 0


async def test_each_version_is_reached_from_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that is new runs once, on a file that has the earlier ones."""
    path = tmp_path / "journal.db"
    await journal_of(path, NOW)
    monkeypatch.setattr(journal_module, "_STEPS", (*journal_module._STEPS, "ALTER TABLE chats ADD COLUMN note TEXT;"))

    await journal_of(path, NOW)
    await journal_of(path, NOW)

    with closing(sqlite3.connect(path)) as connection:
        columns = [column for _, column, *_ in connection.execute("PRAGMA table_info(chats)")]
    assert columns[-1] == "note"
    assert _version(path) == len(journal_module._STEPS)


async def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a step that can't be finished neither tables nor number stay behind."""
    path = tmp_path / "journal.db"
    await journal_of(path, NOW)
    before = _version(path)
    broken = "ALTER TABLE chats ADD COLUMN note TEXT; ALTER TABLE nothing ADD COLUMN note TEXT;"
    monkeypatch.setattr(journal_module, "_STEPS", (*journal_module._STEPS, broken))

    with pytest.raises(JournalError):
        await journal_of(path, NOW)

    with closing(sqlite3.connect(path)) as connection:
        assert "note" not in [column for _, column, *_ in connection.execute("PRAGMA table_info(chats)")]
    assert _version(path) == before


async def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """It is left as it is, and the words say what to do."""
    path = tmp_path / "journal.db"
    await journal_of(path, NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(JournalError, match=r"更新版本的程序写的.*请换回那个版本"):
        await journal_of(path, NOW)

    assert _version(path) == 99


async def test_what_is_set_aside_is_kept(tmp_path: Path) -> None:
    """A quarantined update is none of the unfinished ones, and can be looked at later."""
    journal = Journal(tmp_path / "journal.db")
    await journal.open(NOW)
    await journal.take([_update(1), _update(2)], NOW)

    await journal.quarantine(_update(1), "KeyError('until_date')")

    assert await journal.unfinished() == [_update(2)]
    assert await journal.quarantined() == [_update(1)]
    await journal.close()


async def test_a_second_process_is_refused_with_a_plain_word(tmp_path: Path) -> None:
    """One data folder serves one process; the other is told so."""
    first, second = Journal(tmp_path / "journal.db"), Journal(tmp_path / "journal.db")
    await first.open(NOW)

    with pytest.raises(JournalInUseError, match="已经有一个 policybot"):
        await second.open(NOW)
    await first.close()
    await second.open(NOW)
    await second.close()


async def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    """A broken file ends in one sentence with its path."""
    (tmp_path / "journal.db").write_bytes(b"nonsense" * 1000)
    journal = Journal(tmp_path / "journal.db")

    with pytest.raises(JournalError, match=r"打不开 .*journal\.db"):
        await journal.open(NOW)


async def test_writes_after_the_end_are_errors_of_ours() -> None:
    """A closed journal says so in our own error, which every caller expects."""
    journal = Journal(None)
    await journal.open(NOW)
    await journal.close()

    with pytest.raises(JournalError):
        await journal.finish([1])


async def test_what_is_known_of_chats_and_incidents_is_kept(tmp_path: Path) -> None:
    """Gone chats, moved groups and the count of each kind of error outlive the process."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    await journal.open(NOW)
    await journal.keep_chat(5, ChatState("blocked", None, NOW), NOW)
    await journal.keep_chat(-7, ChatState("", -1007), NOW)
    assert await journal.count_incident("KeyError in x", NOW) == 1
    await journal.close()

    journal = Journal(path)
    await journal.open(NOW)

    assert await journal.chats() == {5: ChatState("blocked", None, NOW), -7: ChatState("", -1007)}
    assert await journal.count_incident("KeyError in x", NOW) == 2
    await journal.close()


@given(st.lists(st.lists(st.integers(1, 30), max_size=6), max_size=6))
def test_each_number_is_new_exactly_once(batches: list[list[int]]) -> None:
    """Whatever batches come, at the same time or repeated, each update is handed on once."""

    async def take_all() -> list[int]:
        journal = Journal(None)
        await journal.open(NOW)
        taken = await asyncio.gather(*(journal.take([_update(number) for number in batch], NOW) for batch in batches))
        await journal.close()
        return [int(str(update["update_id"])) for new in taken for update in new]

    new = asyncio.run(take_all())

    assert sorted(new) == sorted({number for batch in batches for number in batch})


_ROOT = Path(__file__).resolve().parents[3]
_VICTIM = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.transport.journal import Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    await journal.open(now)
    number = 0
    while True:
        number += 1
        await journal.take([{"update_id": number}], now)
        print(number, flush=True)

asyncio.run(main())
"""


async def test_what_was_said_to_be_safe_outlives_kill_9(tmp_path: Path) -> None:
    """A process that is killed while it writes leaves everything that it had confirmed."""
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - nothing else runs in this loop; our own code
        [sys.executable, "-c", _VICTIM, str(tmp_path / "journal.db")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )
    assert process.stdout is not None
    confirmed = 0
    with process.stdout as lines:
        for line in lines:
            confirmed = int(line)
            if confirmed == 50:
                os.kill(process.pid, signal.SIGKILL)
                break
    process.wait()

    journal = Journal(tmp_path / "journal.db")
    await journal.open(NOW)

    assert [update["update_id"] for update in await journal.unfinished()][:confirmed] == list(range(1, confirmed + 1))
    await journal.close()
