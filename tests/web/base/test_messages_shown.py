"""What a page says after an act reaches the person, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_sentence_is_shown_on_the_next_page_and_then_gone(cast: Any, data_folder: Path) -> None:
    client = cast.administrator.client
    said = client.post("/custody/sign/", follow=True).content.decode()
    assert 'role="status">Signed: ' in said
    assert 'role="status">Signed: ' not in client.get("/custody/").content.decode()
