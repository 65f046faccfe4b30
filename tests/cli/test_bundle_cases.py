"""``panah bundle create CASE`` on a real installation: no way around consent, the second member, the role or the log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyrage
import pytest

pytestmark = pytest.mark.slow
SUPPORT = Path(__file__).parents[1] / "support"
identity = pyrage.x25519.Identity.generate()
TO = str(identity.to_public())
PASSWORD = "four words are enough here"
WORKER = "case.worker@example.org"

SET_UP = """
import json, sys
from panah.web.config import boot
boot(sys.argv[1], "desk", migrate=True)
from cast import make_cast
from stores_factories import tell
from two_people import let_in
cast = make_cast()
story = tell(cast.case_worker)
story.answered_incident()
let_in(story.player, story.opened.case, cast.colleague.member)
guarded = tell(cast.case_worker)
person = guarded.person("Guarded Invented")
claim = guarded.claim(person_id=person.id)
guarded.incident(claim)
guarded.denial(claim)
let_in(guarded.player, guarded.opened.case, cast.colleague.member)
print(json.dumps({"case": story.opened.case.pk, "guarded": guarded.opened.case.pk, "item": story.item.commitment}))
"""
ANSWER = """
import sys
from panah.web.config import boot
boot(sys.argv[1], "desk")
from two_people import second_member
from panah.web.cases import dual_control
member, keys = second_member()
for row in dual_control.waiting_for(member):
    dual_control.answer(member, keys, row, approve=sys.argv[2] == "yes")
"""
COUNT = """
import json, sys
from panah.web.config import boot
boot(sys.argv[1], "desk")
from panah.web.cases.models import CaseLog, DualRequest
from panah.web.evidence.models import CustodyEntry
from panah.web.outflow.models import Outflow
print(json.dumps({
    "opened": CaseLog.objects.filter(act="opened", reason="outflow").count(),
    "requests": DualRequest.objects.count(),
    "outflows": Outflow.objects.count(),
    "exported": CustodyEntry.objects.filter(line__contains='"act":"exported"').count(),
}))
"""


def python(script: str, *arguments: object) -> str:
    environment = os.environ | {"PYTHONPATH": str(SUPPORT)}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation")
    told = json.loads(python(SET_UP, folder / "data"))
    (folder / "told.json").write_text(json.dumps(told))
    return folder


def told(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / "told.json").read_text())
    return found


def counts(home: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(python(COUNT, home / "data"))
    return found


def panah(home: Path, *arguments: object, given: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    """The password goes through a pipe, as a script would give it."""
    reading, writing = os.pipe()
    os.write(writing, f"{given}\n".encode())
    os.close(writing)
    command = [sys.executable, "-m", "panah", "bundle", *map(str, arguments), "--password-fd", str(reading)]
    command += ["--data", str(home / "data")]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=120, pass_fds=[reading])
    os.close(reading)
    return done


def create(home: Path, case: str, *more: object, member: str = WORKER, given: str = PASSWORD) -> Any:
    base = ("create", case, "--to", TO, "--for", "police", "--member", member, "--out", "b.zip", "--replace")
    return panah(home, *base, *more, given=given)


def test_a_bundle_of_a_case_takes_a_second_member_and_stands_in_log_and_register(home: Path) -> None:
    case, before = told(home)["case"], counts(home)
    receiver = ("--receiver", "Inspector Example")
    first = create(home, case, *receiver)
    assert first.returncode == 1, first.stderr
    assert "asked a second member" in first.stderr
    assert not (home / "b.zip").exists()
    again = create(home, case, *receiver)
    assert (again.returncode, "was asked already" in again.stderr) == (1, True)
    asked = counts(home)
    assert (asked["requests"], asked["outflows"]) == (before["requests"] + 1, before["outflows"])
    assert asked["opened"] == before["opened"] + 1  # the consent check opened the case, and the log says so
    python(ANSWER, home / "data", "yes")
    other = create(home, case, "--receiver", "Somebody Else")
    assert other.returncode == 1, "an approval for one receiver served another"
    done = create(home, case, *receiver, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    after = counts(home)
    assert after["outflows"] == before["outflows"] + 1
    assert after["exported"] == before["exported"] + 2  # the outflow, and the original that left with it
    (home / "key.txt").write_text(f"{identity}\n")
    verify = [sys.executable, "-m", "panah", "bundle", "verify", "b.zip", "--identity", "key.txt", "--json"]
    found = json.loads(subprocess.run(verify, cwd=home, capture_output=True, text=True, check=True).stdout)
    assert [item["commitment"] for item in found["items"]] == [told(home)["item"]]
    once = create(home, case, *receiver)
    assert once.returncode == 1, "an approval served twice"
    rows = json.loads(panah(home, "register", "--member", WORKER, "--json").stdout)
    assert [(row["receiver"], row["mark"], row["sha256"]) for row in rows] == [
        ("Inspector Example", made["mark"], made["sha256"])
    ]
    assert "seed" not in rows[0]


def test_a_redacted_bundle_needs_its_own_approval_and_traces_to_its_receiver(home: Path) -> None:
    case = told(home)["case"]
    options = ("--redact", "--bagit", "--receiver", "The Example Gazette")
    assert create(home, case, *options).returncode == 1
    python(ANSWER, home / "data", "yes")
    assert create(home, case).returncode == 1, "an approval of a redacted copy served for the originals"
    done = create(home, case, *options, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["is_redacted"]
    import zipfile

    with zipfile.ZipFile(home / "b.zip") as packed:
        inside = pyrage.decrypt(packed.read("contents.tar.age"), [identity])
    start = inside.index(b"<!doctype html>")
    (home / "leaked.html").write_bytes(inside[start : inside.index(b"</html>", start) + 7])
    traced = panah(home, "trace", "leaked.html", "--member", WORKER, "--json")
    assert traced.returncode == 0, traced.stderr
    (lead,) = [lead for lead in json.loads(traced.stdout)["leads"] if lead["is_named"]]
    assert lead["receiver"] == "The Example Gazette"
    assert lead["wrongly_at_most"] < 1e-6
    (home / "other.txt").write_text("Nothing of this was ever in a report. " * 50)
    assert panah(home, "trace", "other.txt", "--member", WORKER).returncode == 1


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"given": "four words are wrong here"}, 1, "no account opens with this"),
        ({"member": "nobody@example.org"}, 1, "no account opens with this"),
        ({"member": "administrator@example.org"}, 1, "not for your role"),
        ({"member": "stranger@example.org"}, 1, "not granted to you"),
        ({"given": ""}, 1, "no account opens with this"),
    ],
)
def test_no_way_in_but_a_members_own(home: Path, more: dict[str, str], code: int, said: str) -> None:
    (home / "b.zip").unlink(missing_ok=True)
    before = counts(home)
    done = create(home, told(home)["case"], **more)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert not (home / "b.zip").exists()
    assert counts(home) == before


def test_consent_is_asked_before_anybody_is_bothered(home: Path) -> None:
    before = counts(home)
    done = create(home, told(home)["guarded"])
    assert done.returncode == 1
    assert "did not consent" in done.stderr
    assert "Guarded" not in done.stderr
    assert counts(home)["requests"] == before["requests"]


def test_a_case_that_is_not_there_looks_like_one_not_granted(home: Path) -> None:
    missing = create(home, "0" * 32)
    foreign = create(home, told(home)["case"], member="stranger@example.org")
    assert missing.stderr == foreign.stderr


def test_usage_is_told_in_one_line(home: Path) -> None:
    (home / "letter.txt").write_text("x")
    case = told(home)["case"]
    for arguments, said in (
        ((case, "letter.txt", "--to", TO, "--out", "b.zip"), "do not go into one bundle"),
        ((case, "--to", TO, "--out", "b.zip"), "who gives them out"),
        (("letter.txt", "--redact", "--to", TO, "--out", "b.zip"), "for cases"),
    ):
        done = panah(home, "create", *arguments)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert said in done.stderr
