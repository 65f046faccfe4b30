"""Half a pair of surrogates in an export: it has no UTF-8, and is printed as the escape that JSON has for it."""

from __future__ import annotations

import json
from pathlib import Path

from real_process import panah


def test_it_is_printed_and_read_again(tmp_path: Path) -> None:
    export = tmp_path / "result.json"
    message = {
        "id": 1,
        "type": "message",
        "date_unixtime": "1700000000",
        "from": "x",
        "from_id": "user1",
        "text": "\udfff",
    }
    export.write_text(json.dumps({"name": "\ud800", "type": "personal_chat", "id": 1, "messages": [message]}))
    done = panah("phone", export, "--json")
    assert done.returncode in {0, 1}, done.stderr[-300:]
    assert "\udfff" in json.dumps(json.loads(done.stdout), ensure_ascii=False)
