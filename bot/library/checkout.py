"""The knowledge folder as a git checkout: each change is a commit in its author's name. Where it is none, nothing happens."""

import asyncio
import logging
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

_log = logging.getLogger(__name__)
_PATIENCE = 20.0
"""Seconds for each of git's commands; none of them does much."""
_MERCY = 5.0
"""Seconds in which git may take its lock away after it was told to end: left behind it would stop every later commit."""
_ALONE = (
    "--literal-pathspecs",  # a name with a * in it means this one file
    *("-c", "user.name=policybot", "-c", "user.email=policybot@telegram.invalid"),
    # The owner's hooks and keys may ask somebody who isn't there, or refuse; what was tapped is in use already.
    *("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false"),
)
_ELSEWHERE = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"}
)
_UNFIT = re.compile("[<>\x00-\x1f\x7f]")
_CRUD = " .,:;\"'\\"
"""What git takes away at both ends of a name; where nothing is left it refuses to commit."""


async def commit_files(folder: Path, paths: Sequence[str], user_id: int, name: str, why: str) -> bool:
    """Commit a change; gives whether there is a commit. The change itself is on the disk already, so that nothing depends on it.

    What others have staged stays staged. A folder that lies in a bigger checkout which holds none of its files is not that checkout's.

    Args:
        folder: The knowledge folder.
        paths: What was changed, relative to it.
        user_id: Telegram's; stands in the author's address.
        name: The author's.
        why: The message.
    """
    if not paths or shutil.which("git") is None:
        return False
    try:
        found, prefix, said = await _git(folder, "rev-parse", "--show-prefix")
        if found != 0:
            if "not a git repository" not in said:
                _log.warning("Git can't be used for the knowledge folder: %s", said.strip()[:500])
            return False
        _, held, _ = await _git(folder, "ls-files", "-z")
        tracked = set(held.split("\0"))
        if prefix.strip() and not held:
            return False
        # Git refuses all of them where one is neither there nor known to it.
        known = [path for path in paths if path in tracked or (folder / path).exists()]
        if not known:
            return False
        done, _, said = await _git(folder, "add", "-A", "--", *known)
        if done == 0:
            author = f"{_UNFIT.sub('', name).strip(_CRUD) or 'policybot'} <{user_id}@telegram.invalid>"
            done, _, said = await _git(folder, "commit", "-q", "--author", author, "-m", why, "--", *known)
    except (OSError, TimeoutError, ValueError) as error:
        _log.warning("The change could not be committed: %r", error)
        return False
    if done != 0:
        _log.warning("The change was not committed (git ended with %d): %s", done, said.strip()[:500])
    return done == 0


async def _git(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """How git ended, what it gave, and what it complained of."""
    # Files, no pipes: what git has started may outlive it, and would hold a pipe open.
    with TemporaryFile() as given, TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(folder),
            *_ALONE,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=given,
            stderr=said,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                code = await process.wait()
        except BaseException:
            await _end(process)
            raise
        return code, _text(given), _text(said)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(_MERCY):
                await process.wait()
        except TimeoutError:
            process.kill()


def _environment() -> dict[str, str]:
    """Ours, without what would send git to another checkout, and with its questions answered: no."""
    ours = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return ours | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
