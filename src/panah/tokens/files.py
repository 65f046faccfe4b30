"""Token files, and the row file that stays with its holder.

``tokens.parquet``: columns ``run``, ``party``, ``row``, ``rule``, ``token``; under ``panah`` in the metadata one line of
JSON that says which agreement, run and folding it belongs to. ``rows.parquet``: ``row`` and ``record_id``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from panah.errors import BadTable, NotConfigured, NotVerified
from panah.home import SECRET_FILE_MODE, whole_or_nothing

from .agreement import Agreement
from .encoding import Encoded
from .keys import RunKey
from .values import folding_check

FORMAT: Final = "panah-tokens/1"
COLUMNS: Final = ("run", "party", "row", "rule", "token")
MAX_BYTES: Final = 1024 * 1024 * 1024
MAX_TOKENS: Final = 50_000_000
_TOKEN: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A token file as read and checked.

    Attributes:
        n_rows: Rows of the party, made-up ones and those without any token included.
        common: Whether it holds only what two parties have in common (set intersection).
    """

    name: str
    party: str
    stamp: str
    n_rows: int
    common: bool
    rows: Sequence[int] = field(repr=False)
    rules: Sequence[str] = field(repr=False)
    tokens: Sequence[str] = field(repr=False)


def write_encoded(encoded: Encoded, tokens: Path, rows: Path) -> None:
    """Write both files, or neither."""
    with whole_or_nothing(rows) as rows_part, whole_or_nothing(tokens) as tokens_part:
        write_rows(encoded, rows_part)
        write_tokens(encoded, tokens_part)


def write_tokens(encoded: Encoded, path: Path) -> None:
    """Write what leaves the house."""
    head = {"party": encoded.party, "stamp": encoded.stamp, "n_rows": encoded.n_rows}
    head |= {"run": encoded.run, "agreement": encoded.agreement, "folding_check": encoded.folding_check}
    _write(path, head | {"common": False}, encoded.tokens)


def write_common(mine: TokenFile, agreement: Agreement, kept: Sequence[int], path: Path) -> None:
    """Write the tokens of ``mine`` at these places: what two parties have in common."""
    head = {"party": mine.party, "stamp": mine.stamp, "n_rows": mine.n_rows, "run": agreement.run}
    head |= {"agreement": agreement.digest, "folding_check": folding_check(), "common": True}
    _write(path, head, [(mine.rows[place], mine.rules[place], mine.tokens[place]) for place in sorted(kept)])


def _write(path: Path, head: Mapping[str, Any], tokens: Sequence[tuple[int, str, str]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, rules, values = zip(*tokens, strict=True) if tokens else ((), (), ())
    columns = {
        "run": pa.array([head["run"]] * len(rows), pa.string()).dictionary_encode(),
        "party": pa.array([head["party"]] * len(rows), pa.string()).dictionary_encode(),
        "row": pa.array(rows, pa.int64()),
        "rule": pa.array(rules, pa.string()).dictionary_encode(),
        "token": pa.array(values, pa.string()),
    }
    told = json.dumps({"format": FORMAT, **head}, sort_keys=True)
    with whole_or_nothing(path) as part:
        pq.write_table(pa.table(columns).replace_schema_metadata({"panah": told}), part)


def write_rows(encoded: Encoded, path: Path) -> None:
    """Write which row is which record, mode 0600: it stays with the holder, and is shredded at the end."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "row": pa.array(list(encoded.record_ids), pa.int64()),
            "record_id": pa.array(list(encoded.record_ids.values()), pa.string()),
        }
    )
    with whole_or_nothing(path) as part:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE))
        pq.write_table(table, part)


def read_tokens(path: Path, agreement: Agreement, *, run_key: RunKey | None = None) -> TokenFile:
    """Read and check a token file.

    Args:
        run_key: The holder's; a linkage unit has none, and compares the files' stamps with each other.

    Raises:
        BadTable: It is no token file, or was changed.
        NotConfigured: It belongs to another run, agreement or folding.
        NotVerified: It was made with another key.
    """
    table, head = _opened(path)
    _check_head(head, agreement, path.name)
    if run_key is not None and head["stamp"] != run_key.stamp:
        raise NotVerified(
            "made with another shared key", where=path.name, hint="compare the fingerprints: panah tokens new --show"
        )
    rows, rules, tokens = (table.column(name).to_pylist() for name in ("row", "rule", "token"))
    known = {rule.name for rule in agreement.rules}
    same = {"run": agreement.run, "party": head["party"]}
    for name, value in same.items():
        if any(one != value for one in table.column(name).to_pylist()):
            raise BadTable("not the same in every row", where=f"{path.name}, column {name}", hint="ask for it again")
    for number, (row, rule, token) in enumerate(zip(rows, rules, tokens, strict=True), start=1):
        if rule not in known or not 0 <= row < head["n_rows"] or not _TOKEN.fullmatch(token):
            raise BadTable("not a token of this agreement", where=f"{path.name}, row {number}", hint="ask for it again")
    return TokenFile(path.name, head["party"], head["stamp"], head["n_rows"], head["common"], rows, rules, tokens)


def _opened(path: Path) -> tuple[Any, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    foreign = BadTable("this is no token file", where=path.name, hint="panah tokens encode writes one")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadTable(f"more than {MAX_BYTES:,} bytes", where=path.name, hint="check that it is the right file")
        with pq.ParquetFile(path) as source:
            told = (source.schema_arrow.metadata or {}).get(b"panah", b"")
            if source.schema_arrow.names != list(COLUMNS) or source.metadata.num_rows > MAX_TOKENS:
                raise foreign
            head = json.loads(told)
            table = source.read()
    except FileNotFoundError:
        raise BadTable("no such file", where=str(path), hint="check the path") from None
    except (OSError, pa.ArrowException, ValueError, RecursionError):
        raise foreign from None
    kinds = {"stamp": str, "party": str, "run": str, "agreement": str, "folding_check": str, "n_rows": int}
    sound = isinstance(head, dict) and head.get("format") == FORMAT and isinstance(head.get("common"), bool)
    if not sound or not all(isinstance(head.get(name), kind) for name, kind in kinds.items()):
        raise foreign
    if isinstance(head["n_rows"], bool) or not 0 < head["n_rows"] <= MAX_TOKENS:
        raise foreign
    if table.column("row").type != pa.int64() or any(table.column(name).null_count for name in COLUMNS):
        raise foreign
    return table, head


def _check_head(head: Mapping[str, Any], agreement: Agreement, name: str) -> None:
    if head["party"] not in agreement.parties:
        raise NotConfigured("of a party that is not in the agreement", where=name, hint="check the agreement")
    if head["run"] != agreement.run:
        raise NotConfigured(
            f"tokens of run {head['run']}, the agreement is for {agreement.run}",
            where=name,
            hint="tokens of two runs never agree; encode the list again",
        )
    if head["folding_check"] != folding_check():
        raise NotConfigured(
            "names and places were folded by another version",
            where=name,
            hint="install the same version of Panah on both sides and encode again",
        )
    if head["agreement"] != agreement.digest:
        raise NotConfigured(
            "made by another agreement", where=name, hint="compare both files: every party needs the same one"
        )
