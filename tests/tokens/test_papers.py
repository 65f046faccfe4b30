"""The agreement, the key file and the deletion record: what is written comes back, what is wrong is said."""

from __future__ import annotations

import subprocess
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokens_cast import KEY, agreement

from panah import tokens
from panah.errors import NotConfigured, NotVerified, PanahError
from panah.tokens.agreement import default_rules, parsed
from panah.tokens.shredding import shred, verify_deletion, write_deletion
from panah.vault.signer import Signer

TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60).filter(str.strip)


@given(project=TEXT, purpose=TEXT, unit=TEXT)
@settings(max_examples=60, deadline=None)
def test_an_agreement_comes_back_as_it_was(project, purpose, unit):
    made = agreement(project=project, purpose=purpose, linkage_unit=unit)
    again = parsed(tomllib.loads(made.to_toml()), where="a.toml")
    assert again == made
    assert again.digest == made.digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('format = "panah-tokens-agreement/1"', 'format = "x"', "no token agreement"),
        ("minimum_cell = 5", "minimum_cell = 0", "minimum_cell: not a number"),
        ("minimum_cell = 5", "minimum_cell = true", "minimum_cell: not a number"),
        ("fake_share = 0.25", "fake_share = 0.1", "fake_share: not a number from 0.25"),
        ("delete_on = 2027-01-31", "", "no deletion date"),
        ('parties = ["redress", "watch"]', 'parties = ["redress"]', "fewer than two"),
        ('parties = ["redress", "watch"]', 'parties = ["a b", "watch"]', "not a name"),
        ('of = ["name", "birth_day"]', 'of = ["name", "name_key"]', "a name alone is no rule"),
        ('of = ["name", "birth_day"]', 'of = ["name"]', "a name alone is no rule"),
        ('of = ["name", "birth_day"]', 'of = ["name", "shoe_size"]', "no value shoe_size"),
        ('name = "sound-birth"', 'name = "name-birth"', "two of one name"),
        ("names-1", "names-0", "agreed on folding"),
        ('project = "solidarity"', 'project = " "', "project: empty"),
        ('project = "solidarity"', "project = 7", "project: not a text"),
        ("[who_learns_what]", "[who_learns_what", "not a TOML file"),
    ],
)
def test_a_wrong_agreement_is_one_clear_error(tmp_path, old, new, message):
    text = agreement().to_toml()
    assert old in text
    (tmp_path / "a.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(NotConfigured, match=message):
        tokens.read_agreement(tmp_path / "a.toml")


def test_three_parties_need_a_linkage_unit():
    with pytest.raises(NotConfigured, match="need a linkage unit"):
        parsed(tomllib.loads(agreement(parties=("a", "b", "c"), linkage_unit="").to_toml()), where="a")


@pytest.mark.parametrize("kind", ["people", "incidents"])
def test_the_rules_that_come_with_it_are_eight_to_ten(kind):
    rules = default_rules(kind)
    assert 8 <= len(rules) <= 10
    assert parsed(tomllib.loads(agreement(rules=rules).to_toml()), where="a").rules == rules


def test_the_key_file_is_for_its_owner(tmp_path):
    path = tmp_path / "shared.key"
    KEY.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert tokens.SharedKey.load(path) == KEY
    with pytest.raises(NotConfigured, match="exists"):
        tokens.SharedKey.generate().save(path)
    path.chmod(0o644)
    with pytest.raises(NotConfigured, match="others can read"):
        tokens.SharedKey.load(path)
    path.chmod(0o600)
    for wrong in ("", "panah-tokens-key-1\n00\n", "x\n" + "0" * 64, "panah-tokens-key-1\n" + "zz" * 32):
        path.write_text(wrong)
        with pytest.raises(NotConfigured, match="no shared key"):
            tokens.SharedKey.load(path)
    assert KEY.fingerprint != tokens.SharedKey.generate().fingerprint
    assert tokens.SharedKey.generate() != tokens.SharedKey.generate()


def test_shredding_removes_and_signs(tmp_path):
    signer = Signer.load_or_create(tmp_path / "sign.pem", "redress")
    key, rows = tmp_path / "shared.key", tmp_path / "rows.parquet"
    KEY.save(key)
    rows.write_bytes(b"x" * 3_000_000)
    with pytest.raises(NotConfigured, match="nothing was removed"):
        shred([key, tmp_path / "missing"], agreement(), party="redress", signer=signer)
    with pytest.raises(NotConfigured, match="no party nobody"):
        shred([key], agreement(), party="nobody", signer=signer)
    (tmp_path / "link").symlink_to(rows)
    with pytest.raises(NotConfigured, match="no such plain file"):
        shred([tmp_path / "link"], agreement(), party="redress", signer=signer)
    assert tokens.SharedKey.load(key) == KEY
    write_deletion(shred([key, rows], agreement(), party="redress", signer=signer), tmp_path / "deletion.json")
    assert not key.exists()
    assert not rows.exists()
    record = verify_deletion(tmp_path / "deletion.json", fingerprint=signer.verifier.fingerprint)
    assert [one["name"] for one in record["files"]] == ["shared.key", "rows.parquet"]
    assert KEY.secret.hex().encode() not in (tmp_path / "deletion.json").read_bytes()
    checked = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "deletion.json.pem", "-rawin", "-in", "deletion.json",
         "-sigfile", "deletion.json.sig"], cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0


def test_a_changed_deletion_record_is_noticed(tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    deletion = shred([tmp_path / "f"], agreement(), party="watch", signer=Signer.generate("watch"))
    path = tmp_path / "deletion.json"
    write_deletion(deletion, path)
    with pytest.raises(NotVerified, match="another key"):
        verify_deletion(path, fingerprint="0" * 64)
    path.write_bytes(path.read_bytes().replace(b"watch", b"witch"))
    with pytest.raises(NotVerified):
        verify_deletion(path)
    with pytest.raises(NotVerified, match="missing"):
        verify_deletion(tmp_path / "none.json")


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_an_agreement_or_one_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("a") / "a.toml"
    path.write_bytes(data)
    with pytest.raises(PanahError):
        tokens.read_agreement(path)
