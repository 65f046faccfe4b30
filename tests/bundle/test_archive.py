"""The tar in one spelling: every tar unpacks it, and no other tar passes."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.bundle import archive
from panah.errors import Altered
from panah.vault.padding import bucket

FILES = {"items/0001.eml": b"a" * 1000, "items/0002": b"", "index.html": b"b" * 512, "SHA256SUMS": b"c" * 513}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    writer = archive.ArchiveWriter(out.write)
    for path, content in files.items():
        writer.add(path, content)
    writer.finish()
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    files = archive.read_archive(io.BytesIO(data), where="contents")
    return {path: b"".join(chunks) for path, _size, chunks in files}


def test_what_is_written_is_read_by_us_by_tarfile_and_by_tar(tmp_path: Path) -> None:
    data = packed(FILES)
    assert unpacked(data) == FILES
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        assert {name: other.extractfile(name).read() for name in other.getnames()} == FILES  # type: ignore[union-attr]
    subprocess.run(["tar", "xf", "-"], input=data, cwd=tmp_path, check=True)
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES


def test_its_size_is_a_padme_number_of_blocks() -> None:
    data = packed(FILES)
    assert len(data) == archive.archive_size([len(content) for content in FILES.values()])
    assert len(data) % 512 == 0
    assert bucket(len(data) // 512) == len(data) // 512


def test_files_that_are_passed_over_do_not_disturb_the_next() -> None:
    files = archive.read_archive(io.BytesIO(packed(FILES)), where="contents")
    assert [(path, size) for path, size, _chunks in files] == [(path, len(content)) for path, content in FILES.items()]


def test_every_flipped_byte_outside_the_files_is_told() -> None:
    data = packed(FILES)
    inside = {
        at
        for content in FILES.values()
        if content
        for at in range(data.index(content), data.index(content) + len(content))
    }
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 0x08
        if at in inside:
            assert unpacked(bytes(changed)) != FILES  # told by the sums
        else:
            with pytest.raises(Altered):
                unpacked(bytes(changed))


def test_every_cut_and_every_appendix_is_told() -> None:
    data = packed(FILES)
    for length in range(0, len(data), 37):
        with pytest.raises(Altered):
            unpacked(data[:length])
    with pytest.raises(Altered):
        unpacked(data + bytes(512))


def hostile(entry: tarfile.TarInfo, content: bytes = b"") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as other:
        entry.size = len(content)
        other.addfile(entry, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_folders_and_devices_are_refused(kind: bytes) -> None:
    entry = tarfile.TarInfo("index.html")
    entry.type, entry.linkname = kind, "/etc/passwd"
    with pytest.raises(Altered):
        unpacked(hostile(entry))


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "items/../../x", "items/a/b", "other/x", "items/.x", "items/x y", "items/-x", "items/ü", ""],
)
def test_paths_that_lead_out_or_are_not_plain_are_refused(path: str) -> None:
    with pytest.raises(Altered):
        unpacked(hostile(tarfile.TarInfo(path), b"x"))
    with pytest.raises(ValueError, match="plain"):
        packed({path: b"x"})


def test_dates_owners_and_modes_are_refused() -> None:
    for field, value in (("mtime", 1), ("uid", 1000), ("uname", "renagul"), ("mode", 0o755)):
        entry = tarfile.TarInfo("index.html")
        setattr(entry, field, value)
        with pytest.raises(Altered):
            unpacked(hostile(entry, b"x"))


def test_a_file_that_stands_twice_is_refused() -> None:
    one = packed({"index.html": b"x"})
    with pytest.raises(Altered, match="twice"):
        unpacked(one[:1024] + one)


@pytest.mark.parametrize("chunks", [[b"12"], [b"1234"], [b"123", b"4"], []])
def test_a_file_of_another_size_than_announced_is_refused(chunks: list[bytes]) -> None:
    writer = archive.ArchiveWriter(lambda _data: None)
    with pytest.raises(Altered, match="another size"):
        writer.stream("index.html", 3, chunks)


def test_sizes_over_8_gib_fit_the_header() -> None:
    header = archive.header("items/0001.mp4", 20 << 30)
    assert len(header) == 512
    assert tarfile.TarInfo.frombuf(header, "ascii", "strict").size == 20 << 30


@given(junk=st.binary(max_size=1500))
@settings(max_examples=60)
def test_hostile_bytes_are_refused(junk: bytes) -> None:
    if any(junk):
        with pytest.raises(Altered):
            unpacked(junk)
        with pytest.raises(Altered):
            unpacked(junk.ljust(2048, b"\0"))
