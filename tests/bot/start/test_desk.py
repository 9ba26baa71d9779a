"""`policybot` on a machine without a token."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp

PATIENCE = 60.0


async def test_without_a_token_a_phone_in_the_browser_answers(tmp_path: Path, cache: Path) -> None:
    """`policybot` prints one address; whoever writes there is answered with a rule; Ctrl-C ends it with 0."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLICYBOT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "phone",
        "--port",
        "0",
        cwd=tmp_path,
        env=environment | {"XDG_CACHE_HOME": str(cache), "http_proxy": "http://127.0.0.1:9"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            assert process.stdout is not None
            address = ""
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/", address)):
                line = await process.stdout.readline()
                assert line, "it ended"
                address = line.decode()
            async with aiohttp.ClientSession(found[0]) as session:
                async with session.get("/") as page:
                    assert page.status == 200
                async with session.ws_connect("/phone/socket?user=1001") as phone:
                    await phone.send_json({"type": "send", "chat_id": 1001, "text": "停人家的电要提前几天打招呼"})
                    shown = ""
                    while "第六十七条" not in shown:
                        shown = str(await phone.receive_json())
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
