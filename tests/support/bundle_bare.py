"""A root folder with coreutils, tar, openssl, age and sh and nothing else: what an expert's machine has at least.

A real ``chroot`` where that is allowed, as root or in a user namespace; else a search path of links to exactly those
programs, which still shows that no other one is called by name.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OTHERS: Final = ("sh", "tar", "openssl", "age")
CHROOT, UNSHARE = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for name in ("chroot", "unshare"))
WITH_NULL: Final = 'mount --bind /dev/null "$0/dev/null" && exec "$CHROOT" "$0" "$@"'
CHROOTS: Final = ([CHROOT], [UNSHARE, "--user", "--map-root-user", "--mount", "/bin/sh", "-c", WITH_NULL])


def coreutils() -> list[str]:
    """The names of its programs, as the package lists them."""
    listed = subprocess.run(["dpkg-query", "--listfiles", "coreutils"], capture_output=True, text=True).stdout.split()
    return sorted({Path(path).name for path in listed if Path(path).parent.name == "bin"})


def missing() -> list[str]:
    """What this machine lacks for it."""
    needed = [*OTHERS, "ldd", "dpkg-query"]
    return [program for program in needed if shutil.which(program) is None] or ([] if coreutils() else ["coreutils"])


@dataclass(frozen=True)
class Bare:
    """The place; ``how`` begins each command, empty when no chroot is allowed."""

    root: Path
    how: tuple[str, ...]

    @property
    def is_chroot(self) -> bool:
        return bool(self.how)

    def run(self, command: str, timeout: int = 60) -> subprocess.CompletedProcess[str]:
        """A shell command line in the folder ``/work`` of the place."""
        if self.is_chroot:
            line = [*self.how, str(self.root), "/bin/sh", "-c", f"cd /work && {command}"]
            environment = {"PATH": "/bin", "CHROOT": str(CHROOT)}
        else:
            line = [str(self.root / "bin/sh"), "-c", f"cd {self.root}/work && {command}"]
            environment = {"PATH": str(self.root / "bin")}
        return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=timeout)

    @property
    def work(self) -> Path:
        """The folder ``/work`` from outside."""
        return self.root / "work"


def bare(root: Path) -> Bare:
    """Build it."""
    for folder in ("bin", "work", "dev", "tmp"):
        (root / folder).mkdir(parents=True)
    programs = [(name, Path(found)) for name in (*coreutils(), *OTHERS) if (found := shutil.which(name))]
    for name, path in programs:
        _copy(path.resolve(), root / "bin" / name)
    for library in {library for _name, path in programs for library in _libraries(path)}:
        _copy(library, root / str(library).lstrip("/"))
    _make_null(root / "dev/null")
    for how in (tuple(map(str, each)) for each in CHROOTS if all(each)):
        done = subprocess.run(
            [*how, str(root), "/bin/sh", "-c", "sha256sum </bin/sh >/dev/null && [ -c /dev/null ]"],
            capture_output=True,
            env={"PATH": os.environ["PATH"], "CHROOT": str(CHROOT)},
        )
        if done.returncode == 0:
            return Bare(root, how)
    for name, path in programs:
        (root / "bin" / name).unlink()
        (root / "bin" / name).symlink_to(path)
    return Bare(root, ())


def _make_null(path: Path) -> None:
    """The device where nothing goes; without the right to make one, the place where it is mounted."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        path.chmod(0o666)
        path.write_bytes(b"x")
    except OSError:
        path.unlink(missing_ok=True)
        path.touch()


def _libraries(program: Path) -> set[Path]:
    """Shared libraries and the loader, by ``ldd``; none for a program that is linked as one piece."""
    told = subprocess.run(["ldd", str(program)], capture_output=True, text=True).stdout
    return {Path(word) for word in told.split() if word.startswith("/") and Path(word.rstrip(":")).is_file()}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copy2(source, target)
