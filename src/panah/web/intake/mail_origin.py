"""Where a message of the mailbox comes from, as far as its bytes prove it: the signature of the sending server (DKIM,
RFC 6376), or what our own mail server says it saw (Authentication-Results, RFC 8601).

Invariant: *valid* is said only when the signature covers the whole body and the one From header, and its domain is
that of the From address or above it. It proves a server, never a person. What cannot be checked is *not checked*.

Keys are looked up only where the operator allows it: who signs with a domain of their own sees the question arrive,
and learns from where we ask (decision 227).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from enum import StrEnum
from typing import Any, Final

TIMEOUT_S: Final = 5.0
MOST_SIGNATURES: Final = 5
LARGEST_HEADER: Final = 256 * 1024
"""A message whose head is larger is not checked: no server of ours would have let it pass."""

STRONG: Final = frozenset({"rsa-sha256", "ed25519-sha256"})
DAMAGED: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, RecursionError)
"""What hostile bytes draw out of the library besides its own errors."""
_SILENT: Final = logging.Logger("dkim", logging.CRITICAL + 1)
"""The library would tell domains to the log."""

Lookup = Callable[[str], bytes | None]
"""A name in the DNS -> its TXT record, none when there is none; ``OSError`` when nobody answers."""


class Verdict(StrEnum):
    """What is known of a message's origin."""

    VALID = "valid"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    NOT_CHECKED = "not_checked"
    BY_OUR_SERVER = "by_our_server"
    """Our own mail server saw a valid signature; we did not check it ourselves."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What was found, with the key as it stood in the DNS then: keys are changed, and the answer is evidence."""

    verdict: Verdict
    domain: str = ""
    selector: str = ""
    key_record: str = ""
    why: str = ""

    @property
    def grade(self) -> str:
        """The assurance grade of the message and of what is attached to it."""
        return {Verdict.VALID: "A", Verdict.BY_OUR_SERVER: "C"}.get(self.verdict, "E")

    def to_json(self) -> bytes:
        """As it is sealed beside the message."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()


def origin_of(raw: bytes, lookup: Lookup | None = None, own_server: str = "") -> Origin:
    """Check one message.

    Args:
        raw: Its bytes, as the mailbox gave them.
        lookup: Asks the DNS; without it no signature is checked.
        own_server: The name by which our own mail server signs ``Authentication-Results``; empty: none is believed.
    """
    head = _head(raw)
    sender = _sender_domain(head) if head is not None else ""
    if head is None or not sender:
        return Origin(Verdict.NOT_CHECKED, why="not one readable From header")
    signatures = head.get_all("dkim-signature") or []
    found = [_checked(raw, number, sender, lookup) for number in range(min(len(signatures), MOST_SIGNATURES))]
    best = _best(found) if found else Origin(Verdict.UNSIGNED)
    if best.verdict is Verdict.NOT_CHECKED and own_server and (seen := _seen_by(head, own_server, sender)):
        return seen
    return best


def _best(found: Iterable[Origin]) -> Origin:
    order = [Verdict.VALID, Verdict.NOT_CHECKED, Verdict.INVALID]
    return min(found, key=lambda each: order.index(each.verdict))


def _head(raw: bytes) -> EmailMessage | None:
    """The header alone: nothing of the body is parsed here."""
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    part = raw[: min(ends, default=len(raw))]
    if len(part) > LARGEST_HEADER:
        return None
    # the compatible policy hands headers out as they stand: a malformed one must not become an exception
    return BytesHeaderParser(_class=EmailMessage, policy=policy.compat32).parsebytes(part + b"\r\n\r\n")


def _sender_domain(head: EmailMessage) -> str:
    """The domain of the one address of the one From header; nothing when there is not exactly one."""
    stated = head.get_all("from") or []
    if len(stated) != 1:
        return ""
    addresses = [address for _name, address in getaddresses([str(stated[0])]) if "@" in address]
    if len(addresses) != 1:
        return ""
    return addresses[0].rpartition("@")[2].strip().rstrip(".").casefold()


def _checked(raw: bytes, number: int, sender: str, lookup: Lookup | None) -> Origin:
    """One of the message's signatures."""
    import dkim

    asked: list[bytes | None] = []

    def answer(name: bytes, timeout: float = TIMEOUT_S) -> bytes | None:
        if lookup is None:
            raise OSError("keys are not looked up")
        asked.append(lookup(name.decode("ascii")))
        return asked[-1]

    try:
        # lines as they were signed: a mailbox may hand them out with bare newlines
        checker = dkim.DKIM(re.sub(rb"\r?\n", b"\r\n", raw), logger=_SILENT, timeout=TIMEOUT_S)
        holds = bool(checker.verify(idx=number, dnsfunc=answer))
    except OSError:
        return Origin(Verdict.NOT_CHECKED, why="the key could not be looked up")
    except (dkim.DKIMException, *DAMAGED):
        return Origin(Verdict.INVALID, why="the signature is damaged, too old, or does not fit the message")
    if None in asked:
        return Origin(Verdict.NOT_CHECKED, why="the key stands in the DNS no more")
    return _judged(checker, holds, sender, asked[0] if asked else None)


def _judged(checker: Any, holds: bool, sender: str, record: bytes | None) -> Origin:
    """What a signature that was read is good for."""
    fields = {
        key.decode("ascii", "replace"): value.decode("ascii", "replace")
        for key, value in checker.signature_fields.items()
    }
    domain = fields.get("d", "").casefold().rstrip(".")
    why = ""
    if not holds:
        why = "the signature does not fit the message"
    elif fields.get("a") not in STRONG:
        why = "signed by a way that is broken"
    elif "l" in fields or b"from" not in checker.include_headers:
        why = "the signature covers a part of the message only"
    elif not _is_aligned(sender, domain):
        why = "another domain signed than the one that is written as sender"
    return Origin(
        Verdict.INVALID if why else Verdict.VALID,
        domain=domain,
        selector=fields.get("s", ""),
        key_record=(record or b"").decode("ascii", "replace"),
        why=why,
    )


def _is_aligned(sender: str, domain: str) -> bool:
    """The signing domain is the sender's, or above it; a bare suffix such as ``org`` is nobody's."""
    return "." in domain and (sender == domain or sender.endswith(f".{domain}"))


def _seen_by(head: EmailMessage, own_server: str, sender: str) -> Origin | None:
    """What the topmost line of our own server says. A server worth naming removes lines of its name that others wrote."""
    for line in head.get_all("authentication-results") or []:
        server, _, results = re.sub(r"\s+", " ", str(line)).partition(";")
        if (server.split() or [""])[0].casefold() != own_server.casefold():
            continue
        for result in re.sub(r"\([^()]*\)", "", results).split(";"):
            domain = re.search(r"\bheader\.d=([\w.-]+)", result)
            if re.match(r"\s*dkim\s*=\s*pass\b", result) and domain and _is_aligned(sender, domain[1].casefold()):
                return Origin(
                    Verdict.BY_OUR_SERVER, domain=domain[1].casefold(), why=f"Authentication-Results of {own_server}"
                )
        return None
    return None


def dns_lookup(servers: tuple[str, ...] = (), port: int = 53) -> Lookup:
    """Asks the name servers of this machine, or those given."""
    import dns.exception
    import dns.resolver

    def lookup(name: str) -> bytes | None:
        resolver = dns.resolver.Resolver(configure=not servers)
        if servers:
            resolver.nameservers, resolver.port = list(servers), port
        try:
            found = resolver.resolve(name, "TXT", lifetime=TIMEOUT_S, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise OSError("no name server answered") from error
        return next((b"".join(record.strings) for record in found), None)

    return lookup
