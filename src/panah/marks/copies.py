"""One recipient's copy: a random seed, the code that everybody sees, and the choices of words that nobody notices."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from .notes import Note, note_in

SEED_BYTES: Final = 16
CODE_BYTES: Final = 5
_CODE_USE: Final = b"panah/code/v1"
_WORD_USE: Final = b"panah/words/v1"


def new_seed() -> str:
    """A random seed in hexadecimal digits. Whoever has it can write this copy: keep it sealed."""
    return secrets.token_hex(SEED_BYTES)


@dataclass(frozen=True)
class Copy:
    """What a seed gives."""

    seed: str = field(repr=False)

    @cached_property
    def code(self) -> str:
        """Eight letters and digits that stand on each page; they say nothing of the choices."""
        digest = hashlib.blake2b(key=bytes.fromhex(self.seed), person=_CODE_USE, digest_size=CODE_BYTES).digest()
        text = base64.b32encode(digest).decode()
        return f"{text[:4]}-{text[4:]}"

    def choices(self, note: Note) -> list[int]:
        """The way that this copy has at each place: independent and evenly drawn."""
        key = bytes.fromhex(self.seed)
        return [_draw(key, note.language, place, n) for place, n in enumerate(note.n_ways)]

    def note(self, language: str = "en") -> list[str]:
        """The sentences of this copy's reading note; empty in a language that has none."""
        note = note_in(language)
        return note.said(self.choices(note)) if note else []


def _draw(key: bytes, language: str, place: int, n_ways: int) -> int:
    digest = hashlib.blake2b(f"{language}\n{place}\n".encode(), key=key, person=_WORD_USE, digest_size=16).digest()
    return int.from_bytes(digest, "big") % n_ways
