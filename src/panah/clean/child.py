"""The process that makes one copy: ``python -m panah.clean.child KIND`` reads the original and writes the copy.

Limits are set before a byte is read. The answer is one line (``made``, or ``refused``, a tab, what, a tab, hint), then
the copy.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import Final

from panah.errors import PanahError, Refused

MEMORY_BYTES: Final = 1 << 30
CPU_S: Final = 40
OPEN_FILES: Final = 64


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file at all
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def maker(code: str) -> Callable[[bytes], bytes]:
    """What makes the copy of one kind."""
    if code in {"jpeg", "png", "gif", "webp", "tiff", "heic", "avif"}:
        from .pictures import drawn_anew

        return lambda data: drawn_anew(code, data)
    if code == "pdf":
        from .pdf import pictures_of_pages

        return pictures_of_pages
    if code in {"mp3", "ogg", "wav"}:
        from . import sound

        return {"mp3": sound.mp3_frames, "ogg": sound.ogg_packets, "wav": sound.wav_samples}[code]
    if code in {"mp4", "m4a"}:
        from .film import sequences

        return sequences
    from .office import text_parts

    return lambda data: text_parts(code, data)


def main() -> int:
    """Make it; the exit code is 0, or 1 for a refusal, or something else for anything else."""
    _limit()
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        content = maker(sys.argv[1])(data)
    except Refused as error:
        out.write(f"refused\t{error.what}\t{error.hint}\n".encode())
        return 1
    except (PanahError, MemoryError, RecursionError):
        return 2
    out.write(b"made\n" + content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
