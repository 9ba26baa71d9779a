"""The local Telegram on a socket: calls, webhook, and the page's line."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InputFile
from yarl import URL

from bot.local_telegram import GROUP_ID, TOKEN, LocalTelegram
from bot.local_telegram.server import LocalTelegramServer
from bot.local_telegram.webhook import SECRET_HEADER
from tests.bot.local_telegram.conftest import COLLEAGUE, STAFF

_PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
    + (640).to_bytes(4, "big")
    + (480).to_bytes(4, "big")
    + b"\x08\x02\x00\x00\x00"
)


@pytest.fixture
async def web_client() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without cookies."""
    async with aiohttp.ClientSession() as session:
        yield session


class Page:
    """One open page."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection

    async def asks(self, **event: Any) -> None:
        """Send something to the server."""
        await self._connection.send_str(json.dumps(event))

    async def next(self, kind: str) -> dict[str, Any]:
        """The next event of a kind; others before it are passed over."""
        while True:
            event: dict[str, Any] = await self._connection.receive_json(timeout=5)
            if event["type"] == kind:
                return event


async def _until(holds: Callable[[], bool]) -> None:
    """Let the others work until something holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


async def _open(session: aiohttp.ClientSession, server: LocalTelegramServer, user: int = STAFF) -> Page:
    return Page(await session.ws_connect(f"{server.address}phone/socket?user={user}"))


@pytest.fixture
async def page(web_client: aiohttp.ClientSession, server: LocalTelegramServer) -> Page:
    """The electrician's page."""
    return await _open(web_client, server)


# Calls


async def test_a_bot_works_over_http(telegram: LocalTelegram, far_bot: Bot) -> None:
    """Texts, files up and down, and a long poll that wakes at once."""
    sent = await far_bot.send_message(STAFF, "<b>好</b>", parse_mode="HTML")
    assert sent.text == "好"
    document = (await far_bot.send_document(STAFF, InputFile(b"abc", "规定.docx"))).document
    assert document
    assert document.file_name == "规定.docx"
    assert bytes(await (await far_bot.get_file(document)).download_as_bytearray()) == b"abc"

    poll = asyncio.create_task(far_bot.get_updates(timeout=50))
    await _until(lambda: any(method == "getUpdates" for method, _ in telegram.calls))
    telegram.says(STAFF, "问")
    [update] = await poll
    assert update.message


@pytest.mark.parametrize("kind", ["json", "form", "query", "multipart"])
async def test_parameters_come_in_any_form(
    telegram: LocalTelegram, server: LocalTelegramServer, web_client: aiohttp.ClientSession, kind: str
) -> None:
    """JSON, form, multipart and query string say the same."""
    url = f"{server.base_url}{TOKEN}/sendMessage"
    fields = {
        "chat_id": str(STAFF),
        "text": "好",
        "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}',
    }
    if kind == "json":
        call = web_client.post(url, json=fields | {"chat_id": STAFF})
    elif kind == "form":
        call = web_client.post(url, data=fields)
    elif kind == "query":
        call = web_client.get(url, params=fields)
    else:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        call = web_client.post(url, data=form)
    async with call as response:
        answer = await response.json()
    assert answer["ok"] is True
    assert telegram.calls[-1][1]["chat_id"] == STAFF


async def test_refusals_over_http(server: LocalTelegramServer, web_client: aiohttp.ClientSession) -> None:
    """Status and body tell the same code; a wrong token, method or body has its own."""
    for path, body, code, words in (
        ("1:x/getMe", b"{}", 401, "Unauthorized"),
        (f"{TOKEN}/fly", b"{}", 404, "Not Found"),
        (f"{TOKEN}/getMe", b"{", 400, "Bad Request: can't parse JSON object"),
        (f"{TOKEN}/sendMessage", b"{}", 400, "Bad Request: message text is empty"),
    ):
        headers = {"Content-Type": "application/json"}
        async with web_client.post(f"{server.base_url}{path}", data=body, headers=headers) as response:
            assert response.status == code
            assert await response.json() == {"ok": False, "error_code": code, "description": words}


async def test_two_pollers_over_http(
    telegram: LocalTelegram, server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """The first one's call ends with a 409."""
    url = f"{server.base_url}{TOKEN}/getUpdates?timeout=50"
    first = asyncio.create_task(web_client.get(url))
    await _until(lambda: bool(telegram.calls))
    second = asyncio.create_task(web_client.get(url))
    async with await first as response:
        assert response.status == 409
        assert "terminated by other getUpdates request" in (await response.json())["description"]
    telegram.says(STAFF, "好")
    async with await second as response:
        assert len((await response.json())["result"]) == 1


async def test_it_goes_away_and_comes_back_on_the_same_port(telegram: LocalTelegram) -> None:
    """After a stop connections are refused, with a page and a poll open or not; after a start all is there again."""
    server = LocalTelegramServer(telegram)
    await server.start()
    address = server.address
    async with aiohttp.ClientSession() as session:
        page = await _open(session, server)
        await page.next("state")
        poll = asyncio.create_task(session.get(f"{server.base_url}{TOKEN}/getUpdates?timeout=50"))
        await _until(lambda: bool(telegram.calls))
        await server.stop()
        with pytest.raises(aiohttp.ClientError):
            await poll
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(address)
        await server.start()
        assert server.address == address
        async with session.get(f"{server.base_url}{TOKEN}/getMe") as response:
            assert response.status == 200
        await server.stop()


def test_it_listens_on_this_machine_only(telegram: LocalTelegram) -> None:
    """A host that others could reach is refused."""
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.com", ""):  # noqa: S104 - refused is what they are to be
        with pytest.raises(ValueError, match="只能在本机"):
            LocalTelegramServer(telegram, host=host)
    assert LocalTelegramServer(telegram, 8443, "::1").address == "http://[::1]:8443/"


# No website may drive it


@pytest.mark.parametrize("path", ["", "static/phone.js", "phone/socket?user=1001", f"bot{TOKEN}/getMe"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
async def test_foreign_pages_are_turned_away(
    server: LocalTelegramServer, web_client: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    """A foreign origin, another port's page, or a name that was pointed at this machine: 403."""
    async with web_client.get(f"{server.address}{path}", headers=headers) as response:
        assert response.status == 403


async def test_the_own_page_is_let_in(server: LocalTelegramServer, web_client: aiohttp.ClientSession) -> None:
    """The page's own origin is this server's."""
    origin = {"Origin": server.address.rstrip("/")}
    socket = await web_client.ws_connect(f"{server.address}phone/socket?user={STAFF}", headers=origin)
    assert (await socket.receive_json())["type"] == "state"
    async with web_client.get(f"{server.address}phone/socket?user=4711", headers=origin) as response:
        assert response.status == 400


async def test_only_files_of_the_page_are_served(
    server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """There is no way out of the folder."""
    for name in ("..%2fserver.py", ".hidden", "nothing.js", "%2e%2e%5cserver.py"):
        url = URL(f"{server.address}static/{name}", encoded=True)
        async with web_client.get(url) as response:
            assert response.status == 404


# Webhook


class Hook:
    """A bot's webhook that fails as often as told."""

    def __init__(self) -> None:
        self.failures = 0
        self.got: list[tuple[str | None, Any]] = []
        self.enough = asyncio.Event()
        self.wanted = 1

    async def take(self, request: web.Request) -> web.Response:
        """Take an update."""
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        self.got.append((request.headers.get(SECRET_HEADER), await request.json()))
        if len(self.got) >= self.wanted:
            self.enough.set()
        return web.Response()


@pytest.fixture
async def hook() -> Hook:
    """A webhook, not yet at any address."""
    return Hook()


@pytest.fixture
async def hook_url(hook: Hook) -> AsyncIterator[str]:
    """The address of the webhook."""
    application = web.Application()
    application.router.add_post("/hook", hook.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_the_webhook_gets_every_update_in_order(
    telegram: LocalTelegram, far_bot: Bot, hook: Hook, hook_url: str
) -> None:
    """Each is tried again until it is taken, none comes twice, and the secret is in the header."""
    hook.failures, hook.wanted = 2, 3
    telegram.says(STAFF, "甲")
    await far_bot.set_webhook(hook_url, secret_token="geheim_1")  # noqa: S106 - the test's own
    telegram.says(STAFF, "乙")
    telegram.says(STAFF, "丙")

    await asyncio.wait_for(hook.enough.wait(), 5)

    assert [(secret, update["message"]["text"]) for secret, update in hook.got] == [
        ("geheim_1", "甲"),
        ("geheim_1", "乙"),
        ("geheim_1", "丙"),
    ]
    info = await far_bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503"


async def test_a_webhook_that_nobody_answers_keeps_the_updates(
    telegram: LocalTelegram, far_bot: Bot, hook_url: str, hook: Hook
) -> None:
    """Nothing is lost while the bot is away; a new webhook is used at once."""
    await far_bot.set_webhook("http://127.0.0.1:9/hook")
    telegram.says(STAFF, "甲")
    await _until(lambda: telegram.webhook.trouble is not None)
    await far_bot.set_webhook(hook_url)
    await asyncio.wait_for(hook.enough.wait(), 5)
    [(secret, update)] = hook.got
    assert (secret, update["message"]["text"]) == (None, "甲")


# The page's line


async def test_the_page_is_told_everything_at_first(
    page: Page, server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """Who one is, the cast, the bot, the chats with their messages, and again when asked."""
    state = await page.next("state")
    assert state["me"] == {"id": STAFF, "first_name": "王师傅", "username": "", "role": "员工"}
    assert [person["id"] for person in state["people"]] == [1001, 1002, 1003, 2001, 3001, 9001]
    assert [(chat["id"], chat["type"], chat["title"]) for chat in state["chats"]] == [
        (STAFF, "private", "以案说规"),
        (GROUP_ID, "supergroup", "抢修一班"),
    ]
    assert [message["text"] for message in state["chats"][0]["messages"]] == ["/start"]
    assert (state["commands"], state["faults"]) == ({str(STAFF): [], str(GROUP_ID): []}, [])
    assert state["bot"]["username"] == "policy_bot"

    await page.asks(type="refresh")
    assert await page.next("state") == state
    stranger = await (await _open(web_client, server, 9001)).next("state")
    assert [chat["id"] for chat in stranger["chats"]] == [9001]


async def test_what_is_said_shows_and_reaches_the_bot(page: Page, telegram: LocalTelegram) -> None:
    """A text, a reply, an edit and a deletion."""
    await page.asks(type="send", chat_id=STAFF, text="问")
    first = (await page.next("message"))["message"]
    assert first["text"] == "问"
    await page.asks(type="send", chat_id=STAFF, text="再问", reply_to=first["message_id"])
    assert (await page.next("message"))["message"]["reply_to_message"]["text"] == "问"
    await page.asks(type="edit", chat_id=STAFF, message_id=first["message_id"], text="问过")
    assert (await page.next("message"))["message"]["text"] == "问过"
    await page.asks(type="delete", chat_id=STAFF, message_id=first["message_id"])
    assert await page.next("deleted") == {"type": "deleted", "chat_id": STAFF, "message_id": first["message_id"]}
    assert [next(kind for kind in update if kind != "update_id") for update in telegram.pending] == [
        "message",
        "message",
        "edited_message",
    ]


async def test_what_the_bot_does_shows(page: Page, telegram: LocalTelegram) -> None:
    """A message with buttons, its edit, typing, the menu, and the answer to a press; nobody else sees the answer."""
    await page.next("state")
    await telegram.call("sendChatAction", {"chat_id": STAFF, "action": "typing"})
    assert await page.next("typing") == {"type": "typing", "chat_id": STAFF, "action": "typing"}
    keyboard = {"inline_keyboard": [[{"text": "看", "callback_data": "x"}]]}
    sent = await telegram.call("sendMessage", {"chat_id": STAFF, "text": "答", "reply_markup": keyboard})
    assert (await page.next("message"))["message"]["reply_markup"] == keyboard

    await page.asks(type="press", chat_id=STAFF, message_id=sent["message_id"], data="x")
    [update] = await telegram.call("getUpdates", {"timeout": 5})
    query = update["callback_query"]
    assert query["data"] == "x"
    for answer in ({}, {"text": "收到", "show_alert": True}):
        await telegram.call("answerCallbackQuery", {"callback_query_id": query["id"], **answer})
        assert await page.next("alert") == {
            "type": "alert",
            "chat_id": STAFF,
            "text": answer.get("text", ""),
            "show_alert": "text" in answer,
        }
    await telegram.call("editMessageText", {"chat_id": STAFF, "message_id": sent["message_id"], "text": "改"})
    edited = (await page.next("message"))["message"]
    assert edited["text"] == "改"
    assert "reply_markup" not in edited

    await telegram.call("setMyCommands", {"commands": [{"command": "help", "description": "帮助"}]})
    menu = [{"command": "help", "description": "帮助"}]
    assert await page.next("commands") == {"type": "commands", "chat_id": STAFF, "commands": menu}


async def test_a_quiz_shows_its_solution_to_those_who_answered(
    page: Page, telegram: LocalTelegram, server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """Until the vote there is no right answer in the page's message; then there is, for this person alone."""
    colleague = await _open(web_client, server, COLLEAGUE)
    await colleague.next("state")
    quiz = {
        "chat_id": GROUP_ID,
        "question": "能估吗",
        "options": ["能", "不能"],
        "type": "quiz",
        "correct_option_id": 1,
    }
    sent = await telegram.call("sendPoll", quiz | {"explanation": "不能", "is_anonymous": False})
    poll = (await page.next("message"))["message"]["poll"]
    assert poll["chosen"] == []
    assert not {"correct_option_ids", "correct_option_id", "explanation"} & poll.keys()

    await page.asks(type="vote", chat_id=GROUP_ID, message_id=sent["message_id"], options=[0])
    poll = (await page.next("message"))["message"]["poll"]
    assert (poll["chosen"], poll["correct_option_ids"], poll["explanation"]) == ([0], [1], "不能")
    await colleague.next("message")
    poll = (await colleague.next("message"))["message"]["poll"]
    assert (poll["total_voter_count"], poll["chosen"], "explanation" in poll) == (1, [], False)

    await telegram.call("stopPoll", {"chat_id": GROUP_ID, "message_id": sent["message_id"]})
    poll = (await colleague.next("message"))["message"]["poll"]
    assert (poll["is_closed"], poll["correct_option_id"]) == (True, 1)


async def test_blocking_and_faults_from_the_page(page: Page, telegram: LocalTelegram) -> None:
    """Both take effect and are shown again; so is a fault that is used up."""
    await page.asks(type="block", chat_id=STAFF, blocked=True)
    assert await page.next("blocked") == {"type": "blocked", "chat_id": STAFF, "blocked": True}
    await page.asks(type="send", chat_id=STAFF, text="喂")
    assert "屏蔽" in (await page.next("error"))["text"]

    fault = {"kind": "reset", "methods": ["getMe"], "probability": 1, "times": 1, "retry_after": 3, "seconds": 30}
    await page.asks(type="faults", faults=[fault])
    assert (await page.next("faults"))["faults"] == [fault]
    assert telegram.faults.strike("getMe")
    assert (await page.next("faults"))["faults"] == []


async def test_a_new_group_shows_on_its_members_pages(page: Page, telegram: LocalTelegram) -> None:
    """The chat comes with all that the page needs of it."""
    telegram.add_group(-500, "小组", [STAFF], kind="group")
    event = await page.next("chat")
    assert event["chat"] == {"id": -500, "type": "group", "title": "小组", "messages": [], "blocked": False}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "send", "chat_id": 1002, "text": "冒充"},
        {"type": "send", "chat_id": STAFF, "text": "  "},
        {"type": "send"},
        {"type": "edit", "chat_id": STAFF, "message_id": 999, "text": "x"},
        {"type": "delete", "chat_id": STAFF, "message_id": 999},
        {"type": "vote", "chat_id": STAFF, "message_id": 1, "options": [0]},
        {"type": "faults", "faults": [{"kind": "nonsense"}]},
        {"type": "faults", "faults": [{"kind": "reset", "probability": 2}]},
        {"type": "nonsense"},
        {"nothing": 1},
    ],
)
async def test_what_can_not_be_done_is_said(page: Page, telegram: LocalTelegram, event: dict[str, Any]) -> None:
    """An error in Chinese, and the line stays open."""
    await page.asks(**event)
    assert (await page.next("error"))["text"]
    await page.asks(type="refresh")
    await page.next("state")
    assert telegram.pending == ()


async def test_files_from_the_page(
    page: Page, telegram: LocalTelegram, server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """An upload is a message with a file; pictures show in the page, other files are downloaded, never run."""
    for name, data, kind in (("a.png", _PNG, "photo"), ("a.html", b"<script>", "document")):
        form = aiohttp.FormData()
        form.add_field("file", data, filename=name)
        fields = {"user": str(STAFF), "chat_id": str(STAFF), "caption": "看", "kind": kind}
        for field, value in fields.items():
            form.add_field(field, value)
        async with web_client.post(f"{server.address}phone/upload", data=form) as response:
            assert response.status == 200
        message = (await page.next("message"))["message"]
        assert message["caption"] == "看"
        file = message[kind][-1] if kind == "photo" else message[kind]
        async with web_client.get(f"{server.address}phone/file/{file['file_id']}") as response:
            assert await response.read() == data
            shown = response.content_type == "image/png"
            assert shown == (kind == "photo")
            assert ("attachment" in response.headers.get("Content-Disposition", "")) == (kind == "document")
    assert len(telegram.pending) == 2


async def test_several_files_from_the_page_are_an_album(
    telegram: LocalTelegram, server: LocalTelegramServer, web_client: aiohttp.ClientSession
) -> None:
    """Files that come in one upload share a `media_group_id`; where one of them can't be sent none is."""
    for second, status in ((_PNG, 200), (b"no picture", 400)):
        form = aiohttp.FormData()
        form.add_field("file", _PNG, filename="a.png")
        form.add_field("file", second, filename="b.png")
        for field, value in {"user": str(STAFF), "caption": "看", "kind": "photo"}.items():
            form.add_field(field, value)
        async with web_client.post(f"{server.address}phone/upload", data=form) as response:
            assert response.status == status
            assert status == 200 or "b.png 发不出去" in await response.text()

    first, last = (update["message"] for update in telegram.pending)
    assert (first["caption"], last.get("caption")) == ("看", None)
    assert first["media_group_id"] == last["media_group_id"]


async def test_a_bad_upload_says_why(server: LocalTelegramServer, web_client: aiohttp.ClientSession) -> None:
    """No picture, no such person, no file: 400 with the reason in Chinese."""
    for fields, words in (
        ({"user": str(STAFF), "kind": "photo"}, "发不出去"),
        ({"user": "4711"}, "没有这个人"),
        ({"user": str(COLLEAGUE), "chat_id": str(STAFF)}, "没有这个聊天"),
    ):
        form = aiohttp.FormData()
        form.add_field("file", b"text", filename="a.png")
        for field, value in fields.items():
            form.add_field(field, value)
        async with web_client.post(f"{server.address}phone/upload", data=form) as response:
            assert response.status == 400
            assert words in await response.text()
