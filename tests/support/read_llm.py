"""A language model's endpoint on loopback that answers what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Answering:
    """What it answers next, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def says(self, content: Any, finish: str = "stop") -> None:
        """Answer as a chat endpoint does."""
        words = content if isinstance(content, str) else json.dumps(content)
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": words}}
        self.body = json.dumps({"id": "x", "choices": [choice]}).encode()


@contextmanager
def endpoint() -> Iterator[Answering]:
    """A server until the block ends."""
    answering = Answering()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answering.asked.append(json.loads(body))
            answering.keys.append(self.headers.get("Authorization"))
            self.send_response(answering.status)
            for name, value in answering.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answering.body)))
            self.end_headers()
            self.wfile.write(answering.body)

        do_GET = do_POST  # noqa: N815 - http.server calls it so

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    answering.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield answering
    finally:
        server.shutdown()
        server.server_close()
