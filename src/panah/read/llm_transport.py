"""One question to an OpenAI-compatible endpoint: no redirect is followed, no answer is read without a limit."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from panah.errors import NotConfigured

LARGEST_REPLY_BYTES: Final = 4 << 20


class _Stay(HTTPRedirectHandler):
    """The text goes where the user said and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener(host: str) -> OpenerDirector:
    # a proxy of the environment must not get to see what was meant to stay on this machine
    local = host in {"localhost", "127.0.0.1", "::1"} or host.startswith("127.")
    return build_opener(_Stay, *([ProxyHandler({})] if local else []))


def ask(url: str, key: str, question: dict[str, Any], timeout_s: float) -> str | None:
    """Send a chat request.

    Args:
        url: Base address, ``…/v1``.
        key: Bearer token, or nothing.
        question: The request's body.
        timeout_s: For each step of the connection.

    Returns:
        The words of the answer; None when the answer has another shape, was cut off or is too large.

    Raises:
        NotConfigured: Nobody answers there, or with an error.
    """
    host = urlsplit(url).hostname or ""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = Request(f"{url}/chat/completions", json.dumps(question).encode(), headers)  # noqa: S310 http(s) was checked
    try:
        with _opener(host).open(request, timeout=timeout_s) as answer:
            body = answer.read(LARGEST_REPLY_BYTES + 1)
    except HTTPError as error:
        error.close()
        raise NotConfigured(
            f"the language model answers with status {error.code}",
            where=host,
            hint="check --llm, --llm-model and the key",
        ) from None
    except (URLError, OSError, HTTPException) as error:
        raise NotConfigured(
            "the language model does not answer", where=host, hint="check --llm, or leave it out"
        ) from error
    return None if len(body) > LARGEST_REPLY_BYTES else _content(body)


def _content(body: bytes) -> str | None:
    try:
        choice = json.loads(body)["choices"][0]
        content = choice["message"]["content"]
        cut = choice.get("finish_reason") == "length"
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return content if isinstance(content, str) and not cut else None
