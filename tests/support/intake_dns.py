"""A small name server on the loopback interface that knows some TXT records, and invented messages signed by DKIM."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dkim
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass
class Names:
    """What the server knows, and what it was asked."""

    records: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0


class _Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, socket = self.request
        names: Names = self.server.names  # type: ignore[attr-defined]
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".")
        names.asked.append(name)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        if name in names.records:
            text = names.records[name]
            pieces = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
            answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", pieces))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@contextmanager
def name_server() -> Iterator[Names]:
    """Serve TXT records on a free port."""
    names = Names()
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Answer) as server:
        server.daemon_threads = True
        server.names = names  # type: ignore[attr-defined]
        names.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield names
        server.shutdown()
        thread.join(5)


@dataclass
class SigningServer:
    """The mail server of an invented domain, with its key."""

    domain: str = "example.org"
    selector: str = "k1"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65_537, 2048), repr=False)

    @property
    def name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"

    def sign(self, message: bytes, *, length: bool = False, algorithm: bytes = b"rsa-sha256") -> bytes:
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        head = dkim.sign(
            message,
            self.selector.encode(),
            self.domain.encode(),
            pem,
            include_headers=[b"from", b"subject", b"date"],
            length=length,
            signature_algorithm=algorithm,
            canonicalize=(b"relaxed", b"relaxed"),
        )
        return bytes(head) + message
