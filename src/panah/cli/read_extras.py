"""What ``panah read`` does beyond one document: look for it among earlier ones, and ask a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panah.cli.output import note, read_bytes
from panah.cli.read import LARGEST_DOCUMENT_BYTES
from panah.errors import Unreadable

if TYPE_CHECKING:
    from panah.model.reading import Reading


def copies_among(paths: tuple[Path, ...]) -> Callable[[str], dict[str, Any] | None]:
    """A function that tells of which earlier document a text is a copy, and how they differ.

    Args:
        paths: Files and folders of earlier documents; one that cannot be read is told and left out.

    Raises:
        Unreadable: A path is not there.
    """
    from panah.read.copy_index import CopyIndex
    from panah.read.earlier import closest

    known = dict(_texts(paths))
    index = CopyIndex.of(known.items())

    def find(text: str) -> dict[str, Any] | None:
        found = closest(text, index, known)
        if found is None:
            return None
        path, likeness = found
        quotations = [{"text": words, "fate": fate} for words, fate in likeness.quotations]
        return {"path": str(path), **asdict(likeness), "quotations": quotations}

    return find


def _texts(paths: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    from panah.read.formats import open_document

    for path in paths:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for each in files:
            try:
                yield each, open_document(read_bytes(each, at_most=LARGEST_DOCUMENT_BYTES), str(each)).text
            except Unreadable as error:
                if not path.is_dir():
                    raise
                note(f"panah read: {error}")


def language_model(url: str | None, model: str) -> Callable[[str, Reading], Reading]:
    """A function that lets the model read a document too; without an address it changes nothing.

    Raises:
        NotConfigured: The address is none.
    """
    if url is None:
        return lambda _path, reading: reading
    from panah.read.llm import Endpoint, with_model

    endpoint = Endpoint.of(url, model)

    def ask(path: str, reading: Reading) -> Reading:
        if not endpoint.is_loopback:
            note(f"panah read: {path}: its text leaves this machine and goes to {endpoint.host}")
        read = with_model(reading, endpoint)
        refused = read.document.model.refused if read.document.model else ()
        if refused:
            note(f"panah read: {path}: {len(refused)} proposals of the language model were refused")
        return read

    return ask
