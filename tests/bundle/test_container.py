"""The zip in one spelling: every other zip tool reads it, and no other zip passes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.bundle import container
from panah.errors import Altered, UnknownFormat

FILES = {"contents.tar.age": b"x" * 3000, "SHA256SUMS": b"sums\n", "empty": b"", "a.b-c_D": os.urandom(500)}


def packed(files: dict[str, bytes], *, at_most: int = 1 << 20) -> bytes:
    out = io.BytesIO()
    writer = container.ContainerWriter(out)
    for name, content in files.items():
        writer.stream(name, lambda write, content=content: write(content), at_most=at_most)  # type: ignore[misc]
    writer.finish()
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    source = io.BytesIO(data)
    members = container.read_container(source, where="b.zip")
    return {member.name: b"".join(container.content(source, member)) for member in members}


def test_what_is_written_is_read_by_us_and_by_zipfile() -> None:
    data = packed(FILES)
    assert unpacked(data) == FILES
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == FILES


def test_the_same_files_give_the_same_bytes() -> None:
    assert packed(FILES) == packed(dict(FILES))


def test_unzip_reads_it(tmp_path: Path) -> None:
    if shutil.which("unzip") is None:
        pytest.skip("unzip is not installed")
    (tmp_path / "b.zip").write_bytes(packed(FILES))
    assert subprocess.run(["unzip", "-tqq", tmp_path / "b.zip"], capture_output=True).returncode == 0


def test_the_64_bit_form_is_read_by_everybody_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a limit of a few bytes instead of 4 GiB, every 64-bit field is used."""
    monkeypatch.setattr(container, "NARROW_LIMIT", 0xFFFF_FFFF)
    wide = packed(FILES, at_most=1 << 33)
    assert unpacked(wide) == FILES
    with zipfile.ZipFile(io.BytesIO(wide)) as other:
        assert other.testzip() is None
    for tool in ("unzip", "bsdtar"):
        if shutil.which(tool):
            (tmp_path / "w.zip").write_bytes(wide)
            test = ["unzip", "-tqq"] if tool == "unzip" else ["bsdtar", "-tf"]
            assert subprocess.run([*test, tmp_path / "w.zip"], capture_output=True).returncode == 0


def test_offsets_beyond_4_gib_are_written_in_64_bits() -> None:
    """Headers only: the directory of a container whose second file begins at 5 GiB."""
    size = 5 << 30
    first = container.Member("contents.tar.age", 66, size, 0, wide=True)
    second = container.Member("x", 66 + size + 31, 4, 0)
    written = container.directory([first, second])

    class Sparse(io.RawIOBase):
        """A file of zeros with our directory at its end."""

        at = 0
        parts = ((0, first.header), (66 + size, second.header + b"abcd"), (66 + size + 35, written))

        def seekable(self) -> bool:
            return True

        def readable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = offset + (self.at if whence == 1 else 66 + size + 35 + len(written) if whence == 2 else 0)
            return self.at

        def tell(self) -> int:
            return self.at

        def read(self, count: int = -1) -> bytes:
            for start, part in self.parts:
                if start <= self.at < start + len(part):
                    data = part[self.at - start :][: count if count >= 0 else None]
                    self.at += len(data)
                    return data
            return b""

    with zipfile.ZipFile(Sparse()) as other:  # type: ignore[arg-type]
        assert [(entry.filename, entry.file_size, entry.header_offset) for entry in other.infolist()] == [
            ("contents.tar.age", size, 66 - len(first.header)),
            ("x", 4, 66 + size),
        ]


def test_every_flipped_byte_is_told() -> None:
    data = packed(FILES)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 0x20
        with pytest.raises((Altered, UnknownFormat)):
            unpacked(bytes(changed))


def test_every_cut_and_every_appendix_is_told() -> None:
    data = packed(FILES)
    for length in range(len(data)):
        with pytest.raises((Altered, UnknownFormat)):
            unpacked(data[:length])
    with pytest.raises(Altered):
        unpacked(data + b"x")
    with pytest.raises((Altered, UnknownFormat)):
        unpacked(b"x" + data)


def test_a_zip_of_another_tool_is_told_to_be_unpacked() -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as other:
            other.writestr("SHA256SUMS", b"sums" * 100)
        with pytest.raises(Altered, match="unpack it"):
            unpacked(out.getvalue())


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "", ".hidden", "a b", "a\nb", "ü", "x" * 200, "a\\b", "-rf"])
def test_a_name_that_is_not_plain_is_neither_written_nor_read(name: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        packed({name: b"x"})
    encoded = name.encode()
    forged = container.Member.__new__(container.Member)
    for field, value in (("name", "x" * len(encoded)), ("start", 0), ("size", 1), ("crc32", 0), ("wide", False)):
        object.__setattr__(forged, field, value)
    data = forged.header[:30] + encoded + b"x"
    with pytest.raises(Altered):
        unpacked(data)


def test_a_name_that_stands_twice_is_told() -> None:
    one = packed({"x": b"1"})
    body = one[: one.index(b"PK\x01\x02")]
    with pytest.raises(Altered):
        unpacked(body + body + one[len(body) :])


def test_more_bytes_than_announced_are_refused() -> None:
    with pytest.raises(ValueError, match="announced"):
        packed({"x": b"12345"}, at_most=4)


@given(junk=st.binary(max_size=300))
@settings(max_examples=80)
def test_hostile_bytes_are_refused(junk: bytes) -> None:
    for data in (junk, container.MAGIC + junk):
        with pytest.raises((Altered, UnknownFormat)):
            unpacked(data)
