"""Every command and code block of the documentation runs, as a reader would run it.

A fenced block marked ``sh`` or ``python`` is run in a folder that holds the demo's invented inputs; blocks of one page
run in order and share that folder. A block marked ``sh setup`` changes the machine or serves for ever and is only
checked for commands that exist.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from panah.cli import COMMANDS
from panah.demo import make_inputs

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(sh|python)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def blocks_of(page: Path) -> list[tuple[str, str, str]]:
    return [match.groups() for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]  # type: ignore[misc]


RUN = [page for page in PAGES if any("setup" not in flags for _, flags, _ in blocks_of(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_code_blocks_run(page: Path, tmp_path: Path) -> None:
    make_inputs(tmp_path)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SHARED": str(ROOT.parent / "shared"),
    }
    for language, flags, code in blocks_of(page):
        if "setup" in flags:
            continue
        if "$SHARED" in code and not (ROOT.parent / "shared").is_dir():
            pytest.skip("needs ../shared")
        command = ["bash", "-euo", "pipefail", "-c", code] if language == "sh" else [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_links_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = {
        line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if re.match(r"[a-z]+:", line)
    }
    for _, _, code in blocks_of(page):
        for name in re.findall(r"(?m)^\s*panah (\w+)", code):
            assert name in COMMANDS, f"{page.name} names a command that is not there: panah {name}"
        for target in re.findall(r"(?m)^\s*make (\w+)", code):
            assert target in targets, f"{page.name} names a make target that is not there: {target}"
    for link in LINK.findall(text):
        assert (page.parent / link).exists(), f"{page.name} links to {link}, which is not there"


def test_every_decision_is_short_and_says_what_would_change_our_mind() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert lines[0].startswith("# "), path.name
        assert len(lines) <= 9, f"{path.name} is longer than a decision should be"
        assert "change our mind" in " ".join(lines), path.name
