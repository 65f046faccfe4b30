"""Reading without the extra ``multilingual``, as most people have it; ``test_meaning`` reads with it."""

from collections.abc import Iterator

import pytest

from panah.read import similar


@pytest.fixture(scope="session", autouse=True)
def _by_words_alone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar, "is_installed", lambda: False)
        yield
