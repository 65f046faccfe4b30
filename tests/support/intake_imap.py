"""A small IMAP server on the loopback interface, for the tests of mail-in: the commands that ``imaplib`` sends, literals
included. It is a real server on a real socket; it keeps its messages in memory and says what was asked of it.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """One mailbox: messages by UID, their flags, and every command that came."""

    user: str = "intake@example.org"
    password: str = "a password of the mailbox"
    folder: str = "INBOX"
    messages: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    break_after: int | None = None
    """Hang up after so many commands."""

    def put(self, message: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid], self.flags[uid] = message, set()
        return uid


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Box = self.server.box  # type: ignore[attr-defined]
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            box.asked.append(re.sub(r"LOGIN .*", "LOGIN", rest))
            if box.break_after is not None and len(box.asked) > box.break_after:
                return
            if not self.answer(box, tag, rest):
                return

    def answer(self, box: Box, tag: str, rest: str) -> bool:
        words = rest.split(" ")
        verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN":
            if rest.partition(" ")[2].replace('"', "") != f"{box.user} {box.password}":
                self.say(f"{tag} NO not you, {box.user}")
                return True
        elif verb == "SELECT":
            if rest.partition(" ")[2].strip('"') != box.folder:
                self.say(f"{tag} NO no such folder")
                return True
            self.say(f"* {len(box.messages)} EXISTS")
        elif verb == "UID SEARCH":
            hidden = {"UNSEEN": "\\Seen", "UNDELETED": "\\Deleted"}[words[2]]
            self.say("* SEARCH " + " ".join(str(uid) for uid in box.messages if hidden not in box.flags[uid]))
        elif verb == "UID FETCH":
            self.fetch(box, int(words[2]), " ".join(words[3:]))
        elif verb == "UID STORE":
            box.flags[int(words[2])] |= set(re.findall(r"\\\w+", rest))
        elif verb == "EXPUNGE":
            for uid in [uid for uid in box.messages if "\\Deleted" in box.flags[uid]]:
                del box.messages[uid], box.flags[uid]
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def fetch(self, box: Box, uid: int, what: str) -> None:
        message = box.messages[uid]
        if "RFC822.SIZE" in what:
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(message)})")
        else:
            self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(message)}}}\r\n".encode() + message + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def imap_server() -> Iterator[Box]:
    """Serve one mailbox on a free port."""
    box = Box()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join(5)
