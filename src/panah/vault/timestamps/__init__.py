"""RFC 3161 timestamps: an authority that knows nothing of us signs that some bytes existed at a time.

============  ====================================================================================
reply         what is asked, and the check of what came back, at its own time
revocation    whether an authority's certificate was revoked, by lists kept with the reply
asking        the network: one request, one reply, bounded; a proxy if one is set
kept          a folder of texts to stamp and replies as received; works offline, catches up later
============  ====================================================================================

What is sent is a SHA-256 of a checkpoint, which says nothing of what is in the log.
"""

from .asking import Ask, Authority, ask_over_http, read_authorities
from .kept import KeptStamp, Outcome, StampFolder
from .reply import Stamp, check_reply, request_for

__all__ = [
    "Ask",
    "Authority",
    "KeptStamp",
    "Outcome",
    "Stamp",
    "StampFolder",
    "ask_over_http",
    "check_reply",
    "read_authorities",
    "request_for",
]
