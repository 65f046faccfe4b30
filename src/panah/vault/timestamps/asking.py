"""The network part: a request out, a reply in, both bounded. Nothing but a digest leaves.

Which authority sees our address matters: set ``proxy`` to a local Tor or another proxy. Without one the system's own
proxy settings hold.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from panah.errors import NotConfigured, Unreadable

from .reply import LARGEST_PEM_BYTES, LARGEST_REPLY_BYTES, read_certificates

WAIT_S: Final = 30
LARGEST_LIST_BYTES: Final = 16 << 20
SYSTEM_ROOTS: Final = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt"))

Ask = Callable[[str, bytes | None], bytes]
"""Address and request (None to fetch) to reply; raises Unreadable. Tests and other transports bring their own."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom to ask. ``name`` becomes part of file names."""

    name: str
    url: str
    roots_pem: bytes

    def __post_init__(self) -> None:
        plain = self.name.isascii() and self.name.replace("-", "").isalnum() and len(self.name) <= 40
        if not plain or not self.url.startswith(("http://", "https://")):
            raise NotConfigured(
                "an authority has a plain short name and an http address", where="authorities.json", hint="see docs"
            )


def read_authorities(path: Path) -> list[Authority]:
    """The authorities of a file: ``[{"name": …, "url": …, "roots": "file.pem"}, …]``; none if there is no file.

    ``roots`` lies beside the file; without it the system's own roots are trusted.

    Raises:
        NotConfigured: The file cannot be read as that.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    hint = '[{"name": "one", "url": "https://…", "roots": "one.pem"}]'
    try:
        rows = json.loads(text)
        named = [(str(row["name"]), str(row["url"]), row.get("roots")) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotConfigured("not a list of timestamp authorities", where=str(path), hint=hint) from None
    if len({name for name, _, _ in named}) != len(named):
        raise NotConfigured("two authorities have one name", where=str(path), hint=hint)
    return [Authority(name, url, _roots(path, roots)) for name, url, roots in named]


def ask_over_http(proxy: str = "") -> Ask:
    """A way to ask, through ``proxy`` (``http://HOST:PORT``) if one is given."""
    handlers = [urllib.request.ProxyHandler({"http": proxy, "https": proxy})] if proxy else []
    opener = urllib.request.build_opener(*handlers)

    def ask(url: str, request: bytes | None) -> bytes:
        if not url.startswith(("http://", "https://")):
            raise Unreadable("not an http address", where="timestamp authority")
        headers = {} if request is None else {"Content-Type": "application/timestamp-query"}
        at_most = LARGEST_LIST_BYTES if request is None else LARGEST_REPLY_BYTES
        try:
            asked = urllib.request.Request(url, data=request, headers=headers)  # noqa: S310  # checked above
            with opener.open(asked, timeout=WAIT_S) as answer:
                body: bytes = answer.read(at_most + 1)
        except (OSError, ValueError):
            raise Unreadable("the authority cannot be reached", where=url, hint="it is asked again later") from None
        if len(body) > at_most:
            raise Unreadable("the answer is too long", where=url, hint="check the authority's address")
        return body

    return ask


def _roots(path: Path, name: object) -> bytes:
    files = [path.parent / str(name)] if name else [file for file in SYSTEM_ROOTS if file.exists()][:1]
    try:
        pem = files[0].read_bytes()[:LARGEST_PEM_BYTES]
    except (OSError, IndexError):
        raise NotConfigured("the roots of an authority are missing", where=str(path), hint="add its root.pem") from None
    read_certificates(pem, where=str(files[0]))
    return pem
