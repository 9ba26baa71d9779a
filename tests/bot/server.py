"""Our Telegram behind a real socket, for tests of the real process."""

import json
import queue
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.bot.telegram import RejectedError, Telegram


class TelegramServer:
    """A Bot API on a port of this machine that can go away and come back on the same port."""

    def __init__(self) -> None:
        self.telegram = Telegram()
        self.updates: queue.Queue[dict[str, Any]] = queue.Queue()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.bad_gateways = 0
        """How many calls from now on are answered 502."""
        self._pending: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self.port = 0
        self.start()

    @property
    def base_url(self) -> str:
        """What `POLICYBOT_BASE_URL` is to be."""
        return f"http://127.0.0.1:{self.port}/bot"

    def start(self) -> None:
        """Listen, on the same port as before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                code, answer = server._answer(self.path.rsplit("/", 1)[1], _parameters(body))
                with suppress(OSError):
                    self.send_response(code)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Go away: connections are refused."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, bytes]:
        with self._lock:
            if self.bad_gateways:
                self.bad_gateways -= 1
                return 502, b"<html>Bad Gateway</html>"
        if method == "getUpdates":
            return 200, json.dumps({"ok": True, "result": self._updates(parameters)}).encode()
        if method == "deleteWebhook":
            return 200, b'{"ok": true, "result": true}'
        with self._lock:
            try:
                result = self.telegram.call(method, parameters)
            except RejectedError as error:
                return error.code, json.dumps(
                    {"ok": False, "error_code": error.code, "description": error.description}
                ).encode()
        if method == "sendMessage":
            self.answers.put(result)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _updates(self, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Confirm what the offset confirms, and wait for what is new as long as a long poll may."""
        offset = int(parameters.get("offset", 0))
        self._pending = [update for update in self._pending if update["update_id"] >= offset]
        if not self._pending:
            with suppress(queue.Empty):
                self._pending.append(self.updates.get(timeout=min(float(parameters.get("timeout", 0)), 1.0)))
        return self._pending


def _parameters(body: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for name, values in parse_qs(body).items():
        try:
            parameters[name] = json.loads(values[0]) if values[0][:1] in "{[-0123456789" else values[0]
        except ValueError:
            parameters[name] = values[0]
    return parameters
