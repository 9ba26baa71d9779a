"""The knowledge folder as a git checkout: each change is a commit in its author's name. Where it is none, nothing happens."""

import asyncio
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)
_PATIENCE = 20.0


async def commit_files(folder: Path, paths: Sequence[str], user_id: int, name: str, why: str) -> bool:
    """Commit a change; gives whether there is a commit. The change itself is on the disk already, so that nothing depends on it.

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
        if await _git(folder, "rev-parse", "--is-inside-work-tree") != 0:
            return False
        if await _git(folder, "add", "-A", "--", *paths) != 0:
            return False
        clean = "".join(letter for letter in name if letter not in "<>\n\r").strip() or "policybot"
        author = f"{clean} <{user_id}@telegram.invalid>"
        identity = ("-c", "user.name=policybot", "-c", "user.email=policybot@telegram.invalid")
        done = await _git(folder, *identity, "commit", "-q", "--author", author, "-m", why, "--", *paths)
    except (OSError, TimeoutError) as error:
        _log.warning("The change could not be committed: %r", error)
        return False
    if done != 0:
        _log.info("Nothing was committed (git ended with %d)", done)
    return done == 0


async def _git(folder: Path, *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(
        "git",
        "-C",
        str(folder),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            return await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
