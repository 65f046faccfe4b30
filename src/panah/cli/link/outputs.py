"""What a linkage writes: all of the files that were asked for, or none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from panah import home
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.model.linkage import Linkage


def check_outputs(outputs: dict[str, Path | None], files: Sequence[Path]) -> None:
    """Refuse a target that cannot be, before any work is done."""
    given = {option: path for option, path in outputs.items() if path is not None}
    taken = {path.resolve() for path in files}
    for option, path in given.items():
        endings = {"table": (".csv",), "model": (".json",)}.get(option, (".parquet", ".csv"))
        if path.suffix.lower() not in endings:
            raise NotConfigured(f"a file name ending in {' or '.join(endings)} is needed", where=f"--{_shown(option)}")
        if path.resolve() in taken:
            raise NotConfigured(
                "this file is read or written already", where=f"--{_shown(option)}", hint="name another one"
            )
        if not path.absolute().parent.is_dir():
            raise NotConfigured("no such folder", where=f"--{_shown(option)} {path.parent}", hint="make it first")
        taken.add(path.resolve())


def _shown(option: str) -> str:
    return "out" if option == "draws" else option


def write(linkage: Linkage, outputs: dict[str, Path | None]) -> dict[str, str]:
    """Write what was asked for: all of it or nothing."""
    from panah.link import files

    makers: dict[str, Callable[[Path, Path], None]] = {
        "out": lambda part, target: files.write_links(linkage, part, target.suffix),
        "draws": lambda part, target: files.write_draws(linkage, part, target.suffix),
        "links": lambda part, target: files.write_links(linkage, part, target.suffix),
        "pairs": lambda part, target: files.write_pairs(linkage, part, target.suffix),
        "review": lambda part, target: files.write_review(linkage, part, target.suffix),
        "clusters": lambda part, target: files.write_clusters(linkage, part, target.suffix),
        "table": lambda part, _target: files.write_overlap(linkage, part),
        "model": lambda part, _target: files.write_model(linkage, part),
    }
    given = {option: path for option, path in outputs.items() if path is not None}
    with contextlib.ExitStack() as stack:
        parts = {option: stack.enter_context(home.whole_or_nothing(path)) for option, path in given.items()}
        for option, part in parts.items():
            makers[option](part, given[option])
    return {option: str(path) for option, path in given.items()}
