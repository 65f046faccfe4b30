"""Proof test 18, second half: a report that went through copy and paste, a PDF's text, a picture read by a machine, and
NFKC is traced to its recipient among twenty in at least 95 of 100 runs, and of 10,000 texts without a mark none is given
a name."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dossier_content import invented_content

from panah import dossier
from panah.marks import Copy, new_seed, note_in, trace

pytestmark = pytest.mark.slow
N_RECIPIENTS, N_UNMARKED = 20, 10_000
ENOUGH = 0.95
SEEDS = [new_seed() for _ in range(N_RECIPIENTS)]
"""Fresh ones in each run of the tests: no lucky ones."""
ALONE = os.environ | {"OMP_THREAD_LIMIT": "1"}
"""Tesseract in one thread: as fast on small pages, and kind to what runs beside it."""
OCR_DPI = 96
"""A screenshot at the size of an ordinary screen."""


@pytest.fixture(scope="module")
def reports() -> dict[str, dossier.document.Document]:
    """Twenty copies of one report, each with its own mark."""
    made = {}
    for seed in SEEDS:
        copy = Copy(seed)
        told = invented_content().model_copy(
            update={"mark": copy.code, "reading_note": tuple(copy.note()), "made_on": date(2026, 11, 2)}
        )
        made[seed] = dossier.build(told)
    return made


def named(text: str) -> list[str]:
    return [lead.seed for lead in trace(text, SEEDS).leads if lead.is_named]


def traced(texts: dict[str, str]) -> float:
    """The share that is traced to the right recipient and to nobody else; a wrong name fails at once."""
    found = {seed: named(text) for seed, text in texts.items()}
    assert not any(set(names) - {seed} for seed, names in found.items()), "a wrong name"
    return sum(names == [seed] for seed, names in found.items()) / len(texts)


def as_html_text(document: Any) -> str:
    """What the clipboard has after select all and copy: the words without the tags."""
    from panah.read.formats import open_document

    return str(open_document(document.html().encode(), "report.html").text)


def pdf_text(document: Any, folder: Path, *options: str) -> str:
    (folder / "r.pdf").write_bytes(document.pdf())
    done = subprocess.run(["pdftotext", *options, "r.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def read_from_pictures(document: Any, folder: Path) -> str:
    """The pages as a screen shows them, read by Tesseract."""
    (folder / "r.pdf").write_bytes(document.pdf())
    for old in folder.glob("page*"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(OCR_DPI), "-gray", "-png", "r.pdf", "page"], cwd=folder, check=True)
    pages = sorted(folder.glob("page*.png"))
    read = [
        subprocess.run(["tesseract", str(page), "-", "-l", "eng"], capture_output=True, check=True, env=ALONE)
        for page in pages
    ]
    return "\n".join(each.stdout.decode() for each in read)


def stripped(text: str) -> str:
    """What chat programs leave: no invisible characters, one case, typographic signs made plain."""
    kept = "".join(char for char in text.casefold() if unicodedata.category(char) not in {"Cf", "Cc"})
    return kept.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("–"): "-"})


CHANNELS: dict[str, Callable[[str], str]] = {
    "copy and paste": lambda text: " ".join(text.split()),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "chat program": stripped,
    "typed without signs": lambda text: "".join(char for char in stripped(text) if char.isalnum() or char == " "),
}


@pytest.mark.parametrize("change", CHANNELS.values(), ids=CHANNELS.keys())
def test_text_that_was_copied_is_traced(reports: dict[str, Any], change: Callable[[str], str]) -> None:
    assert traced({seed: change(as_html_text(document)) for seed, document in reports.items()}) >= ENOUGH


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (apt install poppler-utils)")
@pytest.mark.parametrize("options", [(), ("-layout",), ("-raw",)])
def test_the_text_of_the_pdf_is_traced(reports: dict[str, Any], tmp_path: Path, options: tuple[str, ...]) -> None:
    assert traced({seed: pdf_text(document, tmp_path, *options) for seed, document in reports.items()}) >= ENOUGH


@pytest.mark.skipif(
    not (shutil.which("tesseract") and shutil.which("pdftoppm")),
    reason="needs tesseract and pdftoppm (apt install tesseract-ocr poppler-utils)",
)
@pytest.mark.timeout(900)
def test_a_picture_read_by_a_machine_is_traced(reports: dict[str, Any], tmp_path: Path) -> None:
    texts = {seed: read_from_pictures(document, tmp_path) for seed, document in reports.items()}
    assert any(text != pdf_text(reports[seed], tmp_path) for seed, text in texts.items())
    assert traced({seed: unicodedata.normalize("NFKC", text) for seed, text in texts.items()}) >= ENOUGH


def misread(text: str, choose: random.Random, rate: float) -> str:
    """A worse reading than Tesseract's: letters dropped, doubled, and taken for others."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    out = []
    for char in text:
        if char.isalpha() and choose.random() < rate:
            out.append(choose.choice(["", char * 2, choose.choice(letters)]))
        else:
            out.append(char)
    return "".join(out)


@pytest.mark.parametrize("rate", [0.02, 0.05])
def test_a_bad_reading_is_traced_too(reports: dict[str, Any], rate: float) -> None:
    choose = random.Random(18)
    texts = {seed: misread(as_html_text(document), choose, rate) for seed, document in reports.items()}
    assert traced(texts) >= ENOUGH


def unmarked(choose: random.Random, number: int) -> str:
    """Texts without any of our marks: other prose, our own report without a note, another installation's copies, and
    notes whose words somebody chose at random or all alike."""
    note = note_in("en")
    assert note is not None
    kind = number % 5
    words = ["report", "witness", "embassy", "number", "called", "family", "denied", "source", "quoted", "month"]
    prose = " ".join(choose.choice(words) for _ in range(choose.randrange(20, 400)))
    if kind == 0:
        return prose
    if kind == 1:
        choices = [choose.randrange(n) for n in note.n_ways]
    elif kind == 2:
        choices = [number // 5 % 4] * len(note.n_ways)
    elif kind == 3:
        choices = Copy(f"{choose.getrandbits(128):032x}").choices(note)
    else:
        ours = [Copy(seed).choices(note) for seed in choose.sample(SEEDS, 2)]
        # what no copy of the two has: a forger who wants it to look like neither
        choices = [
            next(way for way in range(n) if way not in have) for n, *have in zip(note.n_ways, *ours, strict=True)
        ]
    said = note.said(choices)
    choose.shuffle(said)
    return f"{prose[:200]} {' '.join(said)}"


@pytest.mark.timeout(900)
def test_no_unmarked_text_is_given_a_name() -> None:
    choose = random.Random(1800)
    wrong = [number for number in range(N_UNMARKED) if named(unmarked(choose, number))]
    assert wrong == []


def test_the_same_texts_with_a_mark_are_named() -> None:
    """The control: what is put around the note does not hide it, so that nothing above passes by being blind."""
    choose = random.Random(1801)
    for seed in SEEDS:
        said = Copy(seed).note()
        choose.shuffle(said)
        assert named(f"{unmarked(choose, 0)[:200]} {' '.join(said)}") == [seed]
