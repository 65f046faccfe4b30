"""Makes Django ready and brings the web fixtures, and a story to work with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import web_ready  # noqa: F401  first: it chooses the settings
from web_fixtures import cast, data_folder  # noqa: F401


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:  # noqa: F811 a fixture
    """The case worker's case with one document in it."""
    from stores_factories import tell

    return tell(cast.case_worker)
