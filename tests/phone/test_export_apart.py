"""Reading an export in a process with limits: the same answers, the same errors, and an end to what would not end."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hostile_files import zipped
from phone_exports import call as one_call
from phone_exports import calls_xml, element, sms, smses_xml

from panah import phone
from panah.errors import NotConfigured, PanahError, Refused, Unreadable
from panah.model.phone import Attachment
from panah.phone import apart
from panah.phone.apart import look_apart, take_apart

ONE, OTHER = "+447700900123", "+447700900456"
CHAT = "".join(f"[0{day}/03/2026, 10:0{day}:00] Ana Example: message {day}\n" for day in range(1, 9))
EVERYBODY = phone.Selection()


@contextlib.contextmanager
def memory_file(data: bytes) -> Iterator[int]:
    descriptor = os.memfd_create("test", os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)


def mms(number: str, name: str, content: bytes) -> str:
    part = element("part", seq="0", ct="image/png", name=name, cl=name, text="null", data=b64encode(content).decode())
    addresses = f"<addrs>{element('addr', address=number, type='137', charset='106')}</addrs>"
    return (
        f"<mms date='1772485500000' msg_box='1' address='{number}' m_type='132'><parts>{part}</parts>{addresses}</mms>"
    )


def children() -> list[int]:
    found = Path("/proc/self/task").glob("*/children")
    return [int(pid) for file in found for pid in file.read_text().split()]


@pytest.mark.parametrize(
    "data",
    [
        smses_xml(sms("hello", ONE), sms("gr\u00fc\u00df dich", OTHER), mms(ONE, "a.png", b"picture")),
        calls_xml(one_call(ONE), one_call("", presentation="2")),
        CHAT.encode(),
        zipped({"_chat.txt": CHAT.encode(), "IMG-1.jpg": b"x"}),
    ],
    ids=["messages", "calls", "chat", "zip"],
)
def test_it_counts_and_takes_as_here(data: bytes, tmp_path: Path) -> None:
    here = tmp_path / "export"
    here.write_bytes(data)
    options: dict[str, Any] = {"time_zone": "Europe/Brussels", "date_order": "day-first", "owner_number": None}
    some = phone.Selection(counterparts=frozenset({ONE, "restricted", "Ana Example"}))
    with memory_file(data) as descriptor:
        found = look_apart(descriptor, some, **options)
        taken = take_apart(descriptor, some, at_most=100, **options)
    chosen = phone.read_chosen(here, some, **options)
    assert found.overview == phone.overview(here, **options)
    assert found.n_chosen == len(chosen.events) > 0
    # a file alone has the name of its path in some places: that is the only difference
    assert [event["kind"] for event in taken.events] == [event.kind for event in chosen.events]
    assert [event.get("text") or "" for event in taken.events] == [event.text or "" for event in chosen.events]
    assert (taken.format, taken.grade, taken.time_zone) == (chosen.format, chosen.grade, chosen.time_zone)
    assert taken.n_all == sum(event.kind != "system" for event in phone.read_export(here, **options).events)


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"\0\1\2 nothing that is known", {}),
        (b"", {}),
        (zipped({"a.zip": b"PK"}), {}),
        (b"PK\x03\x04 and then nothing", {}),
        (CHAT.encode(), {"time_zone": "Nowhere/Town"}),
    ],
    ids=["unknown", "empty", "zips", "cut", "zone"],
)
def test_an_error_is_the_same_error(data: bytes, options: dict[str, Any], tmp_path: Path) -> None:
    here = tmp_path / "export"
    here.write_bytes(data)
    with pytest.raises(PanahError) as expected:
        phone.overview(here, **options)
    with memory_file(data) as descriptor, pytest.raises(PanahError) as found:
        look_apart(descriptor, None, **options)
    assert type(found.value) is type(expected.value)
    assert found.value.where == "export", "the path in memory means nothing to anybody"
    assert (found.value.what, found.value.hint) == (expected.value.what, expected.value.hint)
    assert not children()


def test_attachments_of_what_was_chosen_come_as_streams() -> None:
    pictures = {ONE: os.urandom(3 << 20), OTHER: os.urandom(1 << 20)}
    data = smses_xml(*(mms(number, f"{number}.png", content) for number, content in pictures.items()))
    got: dict[str, str] = {}
    largest = 0

    def keep(attachment: Attachment, stream: BinaryIO) -> None:
        nonlocal largest
        digest = hashlib.sha256()
        while piece := stream.read(1 << 16):
            digest.update(piece)
            largest = max(largest, len(piece))
        assert attachment.sha256 == digest.hexdigest()
        got[attachment.name] = digest.hexdigest()

    with memory_file(data) as descriptor:
        taken = take_apart(descriptor, phone.Selection(frozenset({ONE})), at_most=10, keep_attachment=keep)
    assert got == {f"{ONE}.png": hashlib.sha256(pictures[ONE]).hexdigest()}
    assert len(taken.events) == 1
    assert largest == 1 << 16


def test_a_large_attachment_takes_no_memory_here() -> None:
    """Seen by what Python allocates; the control is the same attachment read here."""
    content = os.urandom(12 << 20)
    data = smses_xml(mms(ONE, "a.png", content))
    peaks = {}
    with memory_file(data) as descriptor:
        for where in ("apart", "here"):
            tracemalloc.start()
            if where == "apart":
                keep = lambda _attachment, stream: [None for _piece in iter(lambda: stream.read(1 << 16), b"")]  # noqa: E731
                take_apart(descriptor, EVERYBODY, at_most=10, keep_attachment=keep)
            else:
                phone.read_chosen(f"/proc/self/fd/{descriptor}", EVERYBODY, keep_attachment=lambda *_given: None)
            peaks[where] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert peaks["apart"] < 6 << 20 < peaks["here"]


def test_more_than_is_kept_at_once_is_refused() -> None:
    data = smses_xml(*[sms("hello", ONE)] * 30)
    with memory_file(data) as descriptor:
        assert len(take_apart(descriptor, EVERYBODY, at_most=30).events) == 30
        with pytest.raises(Refused, match="more than 29 entries"):
            take_apart(descriptor, EVERYBODY, at_most=29)


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["processor", "clock", "memory", "answer", "attachments"])
def test_what_takes_too_much_ends_with_one_error(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """Each limit alone, on a file that is read without it: that is the control."""
    body = "A threat. " * 20
    monkeypatch.setattr(apart, "ANSWER_BYTES", 1 << 30)
    n = 250_000 if limit == "processor" else 20_000
    data = smses_xml(*[sms(body, ONE)] * n, mms(ONE, "a.png", b"x" * 5000))
    kept: list[int] = []

    def keep(_attachment: Attachment, stream: BinaryIO) -> None:
        kept.append(len(stream.read()))

    def take() -> Any:
        with memory_file(data) as descriptor:
            return take_apart(descriptor, EVERYBODY, at_most=10**6, keep_attachment=keep)

    assert len(take().events) == n + 1
    assert kept == [5000]
    if limit == "processor":
        monkeypatch.setattr(apart, "processor_s", lambda _size: 1)
    elif limit == "clock":
        monkeypatch.setattr(apart, "patience_s", lambda _longest: 0.05)
    elif limit == "memory":
        monkeypatch.setattr(apart, "MEMORY_BYTES", 8 << 20)
    elif limit == "answer":
        monkeypatch.setattr(apart, "ANSWER_BYTES", 1 << 20)
    else:
        monkeypatch.setattr(apart, "ATTACHED_BYTES", 4999)
    with pytest.raises(Unreadable, match="too long or too much memory"):
        take()
    assert not children()


def test_the_process_can_write_no_file_and_holds_none_but_the_export() -> None:
    seen: dict[str, Any] = {}

    def keep(_attachment: Attachment, stream: BinaryIO) -> None:
        (pid,) = children()
        seen["limits"] = Path(f"/proc/{pid}/limits").read_text()
        seen["files"] = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
        seen["command"] = Path(f"/proc/{pid}/cmdline").read_bytes()
        seen["environment"] = Path(f"/proc/{pid}/environ").read_bytes()
        stream.read()

    # the larger, the surer that it stands in the pipe while we look
    data = smses_xml(mms(ONE, "secret.png", os.urandom(1 << 20)))
    with memory_file(data) as descriptor:
        take_apart(descriptor, EVERYBODY, at_most=10, keep_attachment=keep, password="a secret word")
    size = next(line for line in seen["limits"].splitlines() if line.startswith("Max file size"))
    assert size.split()[3:5] == ["0", "0"]
    assert any("memfd:test" in file for file in seen["files"]), "the export is seen, so another file would be"
    others = {file for file in seen["files"] if not file.startswith(("pipe:", "/dev/null", "/memfd:test"))}
    assert others == set()
    assert b"secret" not in seen["command"] + seen["environment"]
    assert b"PANAH" not in seen["environment"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY, "the caller's own is untouched"


def test_a_process_that_dies_within_an_attachment_is_told() -> None:
    def kill(_attachment: Attachment, stream: BinaryIO) -> None:
        stream.read(10)
        for pid in children():
            os.kill(pid, 9)
        stream.read()

    data = smses_xml(mms(ONE, "a.png", os.urandom(4 << 20)))
    with memory_file(data) as descriptor, pytest.raises(Unreadable, match="too long or too much memory"):
        take_apart(descriptor, EVERYBODY, at_most=10, keep_attachment=kill)


def test_what_the_caller_raises_goes_through_and_ends_the_process() -> None:
    def full(_attachment: Attachment, _stream: BinaryIO) -> None:
        raise NotConfigured("the disk is full")

    data = smses_xml(mms(ONE, "a.png", os.urandom(4 << 20)))
    with memory_file(data) as descriptor, pytest.raises(NotConfigured, match="the disk is full"):
        take_apart(descriptor, EVERYBODY, at_most=10, keep_attachment=full)
    assert not children()


def test_larger_exports_get_more_time_and_no_export_gets_for_ever() -> None:
    assert apart.processor_s(1000) == apart.LEAST_S
    assert apart.processor_s(300 << 20) == apart.LEAST_S + 150
    assert apart.processor_s(1 << 40) == apart.LONGEST_S
