"""Proof test 9: a bundle in a bare root with coreutils, tar, openssl, age and sh only, and not a line of ours in Python.

Every single changed byte is told. The library tries every byte of a bundle (``test_verifying.py``); the shell takes
half a second a run, so here it tries the first and last byte and two more of each file, some of each header and of the
directory, or every byte of the headers with ``PANAH_EVERY_HEADER_BYTE=1``.
"""

from __future__ import annotations

import os
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bundle_bare
import pytest
from bundle_cast import CANARY, IDENTITY, signer, small_bundle
from bundle_stamped import stamped_bundle

from panah.bundle.container import NARROW_LIMIT, ContainerWriter, content, read_container
from panah.bundle.creating import shipped

MISSING = bundle_bare.missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")]
EVERY = os.environ.get("PANAH_EVERY_HEADER_BYTE") == "1"
VERIFY = "sh verify.sh b.zip out-$$ key.txt open-$$"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> bundle_bare.Bare:
    place = bundle_bare.bare(tmp_path_factory.mktemp("bare"))
    (place.work / "verify.sh").write_bytes(shipped("verify.sh"))  # from a place one trusts, not from the bundle
    (place.work / "key.txt").write_text(IDENTITY + "\n")
    small_bundle(place.work / "good.zip")
    return place


@pytest.fixture
def clean(bare: bundle_bare.Bare) -> Iterator[bundle_bare.Bare]:
    yield bare
    assert bare.run("rm -rf out-* open-* b.zip").returncode == 0


def told(bare: bundle_bare.Bare, content: bytes) -> tuple[int, str, str]:
    (bare.work / "b.zip").write_bytes(content)
    done = bare.run(VERIFY)
    return done.returncode, done.stdout, done.stderr


def test_the_place_has_nothing_else(bare: bundle_bare.Bare) -> None:
    for program in ("python3", "perl", "unzip", "grep", "sed", "awk", "cmp", "xxd", "gzip"):
        assert bare.run(f"command -v {program}").returncode != 0
    assert bare.run("sha256sum verify.sh && tar --version && age --version && openssl version").returncode == 0


def test_a_good_bundle_passes_and_opens(clean: bundle_bare.Bare) -> None:
    code, out, err = told(clean, (clean.work / "good.zip").read_bytes())
    assert code == 0, err
    assert "VERIFIED: all files, 6 custody lines" in out
    assert "2 items, each in the custody log" in out
    assert signer.verifier.fingerprint in out
    (original,) = clean.work.glob("open-*/items/0001.eml")
    assert original.read_text() == CANARY


def headers(path: Path) -> list[range]:
    """Where the zip's own bytes are: the header of each file, and the directory."""
    with path.open("rb") as source:
        members = read_container(source, where="")
    found = [range(each.start - len(each.header), each.start) for each in members]
    return [*found, range(members[-1].start + members[-1].size, path.stat().st_size)]


def flips(path: Path) -> list[int]:
    choose, chosen = random.Random(9), set[int]()
    for part in headers(path):
        chosen |= set(part) if EVERY else set(choose.sample(part, 4))
    with path.open("rb") as source:
        for each in read_container(source, where=""):
            chosen |= {each.start, each.start + each.size - 1}
            chosen |= {each.start + choose.randrange(each.size) for _ in range(2)}
    directory = headers(path)[-1]
    return sorted(chosen | {directory[0], directory[-1], *choose.sample(directory, 16)})


def test_each_changed_byte_is_told(clean: bundle_bare.Bare) -> None:
    good, choose, unseen = (clean.work / "good.zip").read_bytes(), random.Random(10), []
    for at in flips(clean.work / "good.zip"):
        changed = bytearray(good)
        changed[at] ^= 1 << choose.randrange(8)
        code, out, err = told(clean, bytes(changed))
        if code != 1 or "VERIFIED:" in out or "NOT VERIFIED" not in err:
            unseen.append((at, code, out, err))
    assert unseen == []
    assert told(clean, good)[0] == 0


def repacked(path: Path, target: Path, *, big: int = 0) -> None:
    """The same files with sizes of eight bytes, as a bundle over 4 GB has them; after ``big`` bytes of another file."""
    with path.open("rb") as source, target.open("w+b") as out:
        members = read_container(source, where="")
        writer = ContainerWriter(out)
        if big:
            chunk = bytes(1 << 24)
            writer.stream("big.bin", lambda write: [write(chunk) for _ in range(big >> 24)], at_most=NARROW_LIMIT * 2)
        for number, member in enumerate(members):
            most = member.size if big and number else NARROW_LIMIT
            writer.stream(member.name, lambda write, one=member: [*map(write, content(source, one))], at_most=most)
        writer.finish()


def test_sizes_of_eight_bytes_are_read_and_each_changed_byte_is_told(clean: bundle_bare.Bare, tmp_path: Path) -> None:
    repacked(clean.work / "good.zip", tmp_path / "wide.zip")
    wide, unseen = (tmp_path / "wide.zip").read_bytes(), []
    code, out, err = told(clean, wide)
    assert code == 0, err
    assert "2 items, each in the custody log" in out
    first, *_others, directory = headers(tmp_path / "wide.zip")
    for at in [*first[-20:], *random.Random(11).sample(directory, 24)]:
        changed = bytearray(wide)
        changed[at] ^= 0x81
        if (result := told(clean, bytes(changed)))[0] != 1 or "NOT VERIFIED" not in result[2]:
            unseen.append((at, result))
    assert unseen == []


@pytest.mark.skipif(os.environ.get("PANAH_FOUR_GIGABYTES") != "1", reason="writes 9 GB: PANAH_FOUR_GIGABYTES=1")
def test_a_zip_over_four_gigabytes_is_unpacked_and_checked(clean: bundle_bare.Bare) -> None:
    """Every byte of the zip is as it must be: what is told is the file that nobody signed, after the unpacking."""
    repacked(clean.work / "good.zip", clean.work / "b.zip", big=(1 << 32) + (1 << 24))
    done = clean.run("sh verify.sh b.zip out-1", timeout=900)
    assert "big.bin was added" in done.stderr
    size = (clean.work / "b.zip").stat().st_size
    with (clean.work / "b.zip").open("r+b") as packed:
        packed.seek(size - 40)  # in the directory's 64-bit end
        packed.write(b"\x07")
    assert "the zip directory" in clean.run("rm -r out-1; sh verify.sh b.zip out-1", timeout=900).stderr


@pytest.mark.parametrize("cut", [1, 22, 100, 20_000])
def test_a_bundle_cut_short_or_longer_is_told(clean: bundle_bare.Bare, cut: int) -> None:
    good = (clean.work / "good.zip").read_bytes()
    assert "NOT VERIFIED" in told(clean, good[:-cut])[2]
    assert "NOT VERIFIED" in told(clean, good + bytes(cut))[2]
    assert "NOT VERIFIED" in told(clean, good[cut:])[2]


def test_a_zip_that_says_two_things_is_told(clean: bundle_bare.Bare, tmp_path: Path) -> None:
    """The same files packed by another program, one file twice, and one more file: what unpackers disagree about."""
    with zipfile.ZipFile(clean.work / "good.zip") as good:
        files = {name: good.read(name) for name in good.namelist()}
    for number, (more, kind) in enumerate(
        [({}, zipfile.ZIP_DEFLATED), ({"VERIFY.txt": b"trust me"}, 0), ({"x.exe": b"MZ"}, 0), ({"../x": b"out"}, 0)]
    ):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w", kind) as packed, pytest.warns() if more.keys() & files.keys() else _nothing():
            for name, content in [*files.items(), *more.items()]:
                packed.writestr(name, content)
        assert "NOT VERIFIED" in told(clean, path.read_bytes())[2]
    assert not (clean.work / "x").exists()


class _nothing:  # noqa: N801 a context that does nothing
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_stamps_that_have_ended_pass_with_a_warning_and_certificates_out_of_order_pass(
    clean: bundle_bare.Bare, tmp_path: Path
) -> None:
    bundle = stamped_bundle(tmp_path).read_bytes()
    code, out, err = told(clean, bundle)
    assert code == 0, err
    assert out.count("was stamped on May  1 12:00:00 2026 GMT") == 4
    assert out.count("The certificate of that authority has ended since; it held when it signed.") == 2
    listed = zipfile.ZipFile(tmp_path / "bundle.zip").namelist()
    assert "checkpoint.2.tsr" in listed  # the second authority sends its certificates out of order, as DigiCert does
    reply = zipfile.ZipFile(tmp_path / "bundle.zip").read("checkpoint.2.tsr")
    changed = bundle.replace(reply, reply[:-20] + bytes([reply[-20] ^ 1]) + reply[-19:])
    assert told(clean, changed)[0] == 1


def test_without_attime_openssl_refuses_the_ended_one(clean: bundle_bare.Bare, tmp_path: Path) -> None:
    """The control: the certificate has really ended, and it is the moment given that makes it hold."""
    (clean.work / "b.zip").write_bytes(stamped_bundle(tmp_path).read_bytes())
    assert clean.run("sh verify.sh b.zip out-1").returncode == 0
    verify = "cd out-1 && OPENSSL_CONF=/dev/null openssl ts -verify -data checkpoint -in checkpoint.1.tsr -CAfile checkpoint.1.chain.pem"
    assert clean.run(verify).returncode != 0
    assert clean.run(f"{verify} -attime 1777636800").returncode == 0
