"""Real processes start slowly: the longer files are left out of `make check` and run by `make test`."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

SLOW_FILES = {
    "test_bundle.py",
    "test_dossier.py",
    "test_estimate.py",
    "test_link.py",
    "test_phone.py",
    "test_read.py",
    "test_release.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "cli" and item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _children_heed_ctrl_c() -> Iterator[None]:
    """A shell starts what it runs in the background deaf to Ctrl-C, and children inherit that."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, signal.SIG_IGN)
