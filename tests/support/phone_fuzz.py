"""What every fuzz target of an export does: any bytes give events with their places, or one clear error."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from panah.errors import PanahError
from panah.model.phone import PhoneExport
from panah.phone import read_export


def read_bytes(data: bytes, **options: str) -> PhoneExport | None:
    """The export, or None where it was refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(data)
        try:
            return read_export(path, region="SE", **options)  # type: ignore[arg-type]
        except PanahError as error:
            said = str(error)
            assert said
            assert "\n" not in said
            assert error.exit_code in (1, 2)  # noqa: PT017
            return None
        finally:
            assert [one.name for one in Path(folder).iterdir()] == ["export"]


def check(data: bytes) -> None:
    """The body of a target."""
    export = read_bytes(data)
    if export is None:
        return
    json.dumps(export.as_dict()).encode()
    for event in export.events:
        assert event.place.start <= event.place.end
        if event.place.unit == "byte" and not event.place.member:
            assert event.place.end <= len(data)
        assert event.presentation == "allowed" or event.counterpart is None
