"""Fetching one page, only when a person asks for it: the owner of the site learns who reads it, and when.

No cookie, no script, no image; redirects stay on the web, and what comes back is read by its bytes like any file.
"""

from __future__ import annotations

import ssl
import zlib
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from panah.errors import Unreadable

TIMEOUT_S: Final = 30.0
MAX_REDIRECTS: Final = 5
_HEADERS: Final = {
    "User-Agent": "Mozilla/5.0 (compatible; panah read)",
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}


def is_address(text: str) -> bool:
    """Whether an argument is a web address rather than a path."""
    return text.lower().startswith(("http://", "https://"))


class _WebOnly(HTTPRedirectHandler):
    max_redirections = MAX_REDIRECTS
    max_repeats = 2

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        if not is_address(newurl) or (is_https(req.full_url) and not is_https(newurl)):
            raise Unreadable("the page leads away from the secured web", where=host_of(req.full_url), hint=_HINT)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_HINT: Final = "save the page yourself and read the file"


def is_https(url: str) -> bool:
    """Whether an address is secured."""
    return urlsplit(url).scheme.lower() == "https"


def host_of(url: str) -> str:
    """The site's name: an address can hold a reader's token, so errors name the site only."""
    return urlsplit(url).hostname or url[:40]


def fetch(url: str, *, at_most: int, timeout_s: float = TIMEOUT_S) -> bytes:
    """The bytes that an address answers with.

    Args:
        url: ``http`` or ``https``; anything else is refused.
        at_most: The largest answer, in bytes, also after it was unpacked.
        timeout_s: For each step of the connection.

    Raises:
        Unreadable: No such site or page, an error, a certificate that is not good, too large, or no web address.
    """
    if not is_address(url) or not urlsplit(url).hostname:
        raise Unreadable("not a web address", where=url[:60], hint="write https://…")
    where = host_of(url)
    try:
        with build_opener(_WebOnly).open(Request(url, headers=_HEADERS), timeout=timeout_s) as answer:  # noqa: S310
            body = answer.read(at_most + 1)
            return _unpacked(_checked(body, at_most, where), answer, at_most, where)
    except HTTPError as error:
        error.close()
        raise Unreadable(f"the site answers with status {error.code}", where=where, hint=_HINT) from None
    except (URLError, ssl.SSLError, OSError, HTTPException, ValueError, zlib.error) as error:
        raise Unreadable("the page could not be fetched", where=where, hint=_HINT) from error


def _checked(body: bytes, at_most: int, where: str) -> bytes:
    if len(body) > at_most:
        raise Unreadable(f"the page has more than {at_most:,} bytes", where=where, hint=_HINT)
    return body


def _unpacked(body: bytes, answer: HTTPResponse, at_most: int, where: str) -> bytes:
    """The answer without its gzip; a small answer that unpacks into a huge one is refused."""
    if (answer.headers.get("Content-Encoding") or "").lower() not in {"gzip", "deflate"}:
        return body
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    return _checked(unpacker.decompress(body, at_most + 1), at_most, where)
