"""Private set intersection of two holders, in three messages, with nobody between them.

    asker    ask     its tokens, blinded                     -> question
    answerer answer  the question blinded again, and its own tokens blinded   -> answer
    asker    learn   which of its tokens both have           -> a token file of these only, which it sends back

Neither side sees a token the other does not have; both see how many there were. The elliptic-curve protocol is that of
``openmined-psi``; raw sets are used, since its compressed ones find common tokens that are none.

Source: Meadows (1986), IEEE Symposium on Security and Privacy, 134-137; Ion and others (2020), EuroS&P, 370-389.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from panah.errors import BadTable, MissingExtra, NotConfigured
from panah.home import SECRET_FILE_MODE, whole_or_nothing

from .agreement import Agreement
from .files import TokenFile

MAX_TOKENS: Final = 200_000
"""Each side; about a millisecond of work a token. A larger set also lets one side try out guesses by the thousand."""
MAX_BYTES: Final = 64 * 1024 * 1024
_QUESTION: Final = b"panah-psi-question-1\n"
_ANSWER: Final = b"panah-psi-answer-1\n"
_STATE: Final = b"panah-psi-state-1\n"


def ask(mine: TokenFile, agreement: Agreement) -> tuple[bytes, bytes]:
    """The first message, and the state that the asker keeps until it learns.

    Raises:
        BadTable: More than :data:`MAX_TOKENS`, or none.
        MissingExtra: ``openmined-psi`` is not installed.
    """
    client = _library().client.CreateWithNewKey(True)
    request = client.CreateRequest(_elements(mine)).SerializeToString()
    return _packed(_QUESTION, agreement, mine, request), _STATE + client.GetPrivateKeyBytes()


def answer(mine: TokenFile, question: bytes, agreement: Agreement) -> bytes:
    """The second message.

    Raises:
        BadTable: The question is none, or asks about too many tokens.
        NotConfigured: It is of another agreement, key or of this party itself.
    """
    library = _library()
    head, body = _unpacked(_QUESTION, question, agreement, mine, "question")
    request = _parsed(library.Request(), body, "question")
    if not 0 < len(request.encrypted_elements) <= MAX_TOKENS:
        raise BadTable(f"asks about more than {MAX_TOKENS:,} tokens, or none", where="question")
    server = library.server.CreateWithNewKey(True)
    setup = server.CreateSetupMessage(1e-9, head["n_tokens"], _elements(mine), library.DataStructure.RAW)
    try:
        response = server.ProcessRequest(request).SerializeToString()
    except RuntimeError:
        raise BadTable("the blinded tokens are none", where="question", hint="ask for it again") from None
    first = setup.SerializeToString()
    return _packed(_ANSWER, agreement, mine, len(first).to_bytes(8, "big") + first + response)


def learn(mine: TokenFile, state: bytes, reply: bytes, agreement: Agreement) -> list[int]:
    """The places of this party's tokens that both have.

    Raises:
        BadTable: The answer or the state is none, or of another question.
        NotConfigured: As :func:`answer`.
    """
    library = _library()
    if not state.startswith(_STATE):
        raise BadTable("this is no state of a question", where="--state", hint="it was written by --psi ask")
    _head, body = _unpacked(_ANSWER, reply, agreement, mine, "answer")
    size = int.from_bytes(body[:8], "big")
    setup = _parsed(library.ServerSetup(), body[8 : 8 + size], "answer")
    response = _parsed(library.Response(), body[8 + size :], "answer")
    elements = _elements(mine)
    if len(response.encrypted_elements) != len(elements):
        raise BadTable("the answer is to another question", where="answer", hint="ask again")
    try:
        client = library.client.CreateFromKey(state[len(_STATE) :], True)
        # the answer is in the order of the blinded tokens, which the library does not shuffle
        found = client.GetIntersection(setup, response)
    except (RuntimeError, ValueError):
        raise BadTable("the answer does not fit the state", where="answer", hint="ask again") from None
    wanted = {elements[index] for index in found}
    return [place for place, element in enumerate(_each(mine)) if element in wanted]


def write_state(state: bytes, path: Path) -> None:
    """Keep the asker's secret, mode 0600."""
    with whole_or_nothing(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(state)


def _library() -> Any:
    try:
        import private_set_intersection.python as library
    except ImportError as error:
        raise MissingExtra("psi", "private set intersection") from error
    return library


def _each(mine: TokenFile) -> list[str]:
    return [f"{rule}/{token}" for rule, token in zip(mine.rules, mine.tokens, strict=True)]


def _elements(mine: TokenFile) -> list[str]:
    """Each token once, sorted, so that the order says nothing of the rows."""
    found = sorted(set(_each(mine)))
    if not 0 < len(found) <= MAX_TOKENS:
        raise BadTable(
            f"{len(found):,} tokens; set intersection is for 1 to {MAX_TOKENS:,}",
            where=mine.name,
            hint="use a linkage unit, or fewer rules",
        )
    return found


def _packed(kind: bytes, agreement: Agreement, mine: TokenFile, body: bytes) -> bytes:
    head = {"agreement": agreement.digest, "party": mine.party, "stamp": mine.stamp, "n_tokens": len(_elements(mine))}
    return kind + json.dumps(head, sort_keys=True).encode() + b"\n" + body


def _unpacked(
    kind: bytes, message: bytes, agreement: Agreement, mine: TokenFile, where: str
) -> tuple[dict[str, Any], bytes]:
    foreign = BadTable(f"this is no {where} of a set intersection", where=where, hint="check that it is the right file")
    if not message.startswith(kind) or len(message) > MAX_BYTES:
        raise foreign
    first, _newline, body = message[len(kind) :].partition(b"\n")
    try:
        head = json.loads(first)
        known = (str(head["agreement"]), str(head["stamp"]), str(head["party"]), int(head["n_tokens"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise foreign from None
    if known[0] != agreement.digest:
        raise NotConfigured("made by another agreement", where=where, hint="both sides need the same file")
    if known[1] != mine.stamp:
        raise NotConfigured("made with another key or for another run", where=where, hint="compare the fingerprints")
    if known[2] == mine.party or not 0 < known[3] <= MAX_TOKENS:
        raise NotConfigured("of this party itself, or of an impossible size", where=where, hint="name the other's file")
    return head, body


def _parsed(message: Any, body: bytes, where: str) -> Any:
    from google.protobuf.message import DecodeError

    try:
        message.ParseFromString(body)
    except DecodeError:
        raise BadTable("cannot be read", where=where, hint="ask for it again") from None
    return message


def common_places(mine: TokenFile, theirs: Sequence[str]) -> list[int]:
    """The same by comparing tokens in the open: what the protocol must find; for tests and benchmarks."""
    wanted = set(theirs)
    return [place for place, element in enumerate(_each(mine)) if element in wanted]
