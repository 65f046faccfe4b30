"""Where any of many byte strings stands in much that was kept, in one pass over each file.

Looking for each of a thousand spellings by itself reads a gigabyte a thousand times; here the first four bytes of all
of them are looked for at once, and only where they stand is the rest compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

HEAD_BYTES = 4
BLOCK_BYTES = 1 << 22


def where_found(words: Mapping[str, Iterable[bytes]], kept: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Which of the kept files hold any spelling of each word: word's name -> names of files.

    Args:
        words: Spellings of each word, each of at least four bytes.
    """
    by_head: dict[int, list[tuple[str, bytes]]] = {}
    for name, spellings in words.items():
        for spelling in spellings:
            assert len(spelling) >= HEAD_BYTES, f"{name}: too short to be looked for"
            by_head.setdefault(int.from_bytes(spelling[:HEAD_BYTES], "little"), []).append((name, spelling))
    heads = np.array(sorted(by_head), dtype=np.uint32)
    starts = np.zeros(1 << 16, dtype=bool)
    starts[heads & 0xFFFF] = True
    found: dict[str, set[str]] = {}
    for file, content in kept.items():
        for at, head in _candidates(content, starts, heads):
            for name, spelling in by_head[head]:
                if content.startswith(spelling, at):
                    found.setdefault(name, set()).add(file)
    return found


def _candidates(content: bytes, starts: np.ndarray, heads: np.ndarray) -> Iterable[tuple[int, int]]:
    """Places where the first four bytes of some spelling stand, and which four."""
    for begin in range(0, len(content) - HEAD_BYTES + 1, BLOCK_BYTES):
        block = np.frombuffer(content, np.uint8, min(BLOCK_BYTES + HEAD_BYTES - 1, len(content) - begin), begin)
        pairs = block[:-1].astype(np.uint16) | (block[1:].astype(np.uint16) << 8)
        places = np.flatnonzero(starts[pairs[:-2]])
        quads = pairs[places].astype(np.uint32) | (pairs[places + 2].astype(np.uint32) << 16)
        sure = np.isin(quads, heads)
        yield from zip((places[sure] + begin).tolist(), quads[sure].tolist(), strict=True)
