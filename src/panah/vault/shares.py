"""Recovery by shares, SLIP-39: any two of three people, or sheets of paper, give a lost key back; one alone gives nothing.

A member's recovery key R is random and never kept: the server keeps the member's keys sealed under it, and R itself is
split. There is no escrow: an administrator holds no share unless the member gives one. The same split keeps the age
identity of backups.

Format 1 of a share for a colleague: ``02 ‖ libsodium sealed box of (share:<member>| ‖ the words)``; opening it is in
:mod:`.unseal`. The share itself is SLIP-39's: 33 English words, each told by its first four letters, with a checksum.

Source:
    SatoshiLabs Improvement Proposal 39 (2017), Shamir's Secret-Sharing for Mnemonic Codes.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from typing import Final

from nacl.public import PublicKey, SealedBox

from panah.errors import BadIdentifier, NotOpened

from .bech32 import identity_bytes, identity_text
from .envelope import KEY_BYTES, SEALED_BOX, close, open_closed, place, subkey
from .members import MemberKeys, MemberPublic

NEEDED: Final = 2
HOLDERS: Final = 3
LETTERS_THAT_TELL: Final = 4
"""No two words of the list begin with the same four letters."""
LONGEST_TYPED: Final = 2000


def split(secret: bytes, *, needed: int = NEEDED, holders: int = HOLDERS) -> list[str]:
    """A secret of 16 or more bytes as shares, of which ``needed`` give it back and one fewer say nothing.

    Raises:
        ValueError: One share would be enough, or more are needed than there are.
    """
    from shamir_mnemonic import generate_mnemonics

    if not 2 <= needed <= holders <= 16:
        raise ValueError("two shares or more are needed, of at most 16")
    groups: list[list[str]] = generate_mnemonics(1, [(needed, holders)], secret)
    return groups[0]


def join(typed: Sequence[str]) -> bytes:
    """The secret out of shares as somebody typed them: any case, blanks and line breaks, four letters a word enough.

    Raises:
        BadIdentifier: A share has a wrong word, by its number; no word is repeated.
        NotOpened: Too few, twice the same, or shares of different secrets.
    """
    from shamir_mnemonic import MnemonicError, combine_mnemonics
    from shamir_mnemonic.share import Share

    shares: list[str] = []
    for number, text in enumerate(typed, start=1):
        words = _whole_words(text, number)
        try:
            Share.from_mnemonic(words)
        except (MnemonicError, ValueError):
            raise BadIdentifier(
                "a word of this share is wrong, or missing", where=f"share {number}", hint="compare it with the paper"
            ) from None
        shares.append(words)
    if len(set(shares)) != len(shares):
        raise NotOpened("the same share was given twice", hint="give the share of another holder")
    needed = Share.from_mnemonic(shares[0]).member_threshold if shares else NEEDED
    if len(shares) < needed:
        raise NotOpened(f"{needed} shares are needed", hint="ask another holder")
    try:
        secret: bytes = combine_mnemonics(shares[:needed])
    except (MnemonicError, ValueError):
        raise NotOpened("these shares do not belong together", hint="give shares of one splitting") from None
    return secret


def split_identity(identity: str) -> list[str]:
    """An age identity as shares, for instance that of the backups."""
    return split(identity_bytes(identity))


def join_identity(typed: Sequence[str]) -> str:
    """The age identity out of shares; raises as :func:`join` does."""
    secret = join(typed)
    if len(secret) != KEY_BYTES:
        raise NotOpened("these are shares of something else", hint="give the shares of the backup key")
    return identity_text(secret)


def wrap_for_recovery(keys: MemberKeys, member_id: str) -> tuple[bytes, list[str]]:
    """A member's keys sealed under a new recovery key, and that key as shares.

    Returns:
        What the server keeps, and the shares, which it does not: shown once, or sealed to people by :func:`seal_share`.
    """
    secret = os.urandom(KEY_BYTES)
    sealed = close(subkey(secret, b"panah/recover/v1"), keys.to_bytes(), _bound_to(member_id))
    return sealed, split(secret)


def recover(sealed: bytes, typed: Sequence[str], member_id: str) -> MemberKeys:
    """The member's keys again; a new password then wraps them anew.

    Raises:
        BadIdentifier, NotOpened: See :func:`join`; or the shares are of another member or an older recovery.
    """
    secret = join(typed)
    if len(secret) != KEY_BYTES:
        raise NotOpened("these are shares of something else", hint="give the shares of this member")
    opened = open_closed(
        subkey(secret, b"panah/recover/v1"), sealed, _bound_to(member_id), what="the member's keys for recovery"
    )
    return MemberKeys.from_bytes(opened)


def seal_share(share: str, holder: MemberPublic, member_id: str) -> bytes:
    """A share for a colleague, who alone can open it; the server keeps it and learns nothing."""
    packed = sealed_share_prefix(member_id) + share.encode()
    return bytes([SEALED_BOX]) + SealedBox(PublicKey(holder.box_public)).encrypt(packed)


def sealed_share_prefix(member_id: str) -> bytes:
    """What stands before the words inside a share's sealed box."""
    return f"share:{member_id}|".encode()


def _whole_words(text: str, number: int) -> str:
    from shamir_mnemonic.wordlist import WORDLIST

    by_start = {word[:LETTERS_THAT_TELL]: word for word in WORDLIST}
    typed = unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).lower().split()
    words = [by_start.get(word[:LETTERS_THAT_TELL], "") for word in typed]
    fits = all(word and word.startswith(given) for word, given in zip(words, typed, strict=True))
    if not typed or not fits or len(text) > LONGEST_TYPED:
        raise BadIdentifier("not a word of the list", where=f"share {number}", hint="compare it with the paper")
    return " ".join(words)


def _bound_to(member_id: str) -> bytes:
    return place("member", member_id, "recovery", "v1")
