"""The installation's key file."""

from __future__ import annotations

from pathlib import Path

import pytest

from panah.errors import NotConfigured
from panah.web.base.deployment import KEY_FILE, DeploymentKey


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = DeploymentKey.of(tmp_path)
    assert DeploymentKey.of(tmp_path).django_secret == first.django_secret
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / KEY_FILE).read_bytes()) == 32


def test_a_cut_key_is_not_replaced_but_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(NotConfigured, match="not whole"):
        DeploymentKey.of(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_purposes_have_nothing_in_common(tmp_path: Path) -> None:
    key = DeploymentKey.of(tmp_path)
    derived = {key.derive(purpose) for purpose in ("seal", "lookup", "django-secret")}
    assert len(derived) == 3
    assert (tmp_path / KEY_FILE).read_bytes() not in derived
