"""Fuzz target: overlap tables from hostile CSV and Parquet bytes. Any bytes give a table or one clear error."""

import tempfile
from pathlib import Path

from panah.errors import PanahError
from panah.model.overlap import OverlapTable
from panah.model.overlap_draws import read_draws

SEEDS = (
    b"A,B,C,count\n1,0,0,60\n0,1,0,55\n1,1,1,8\n",
    b"A;B\r\n1;0\r\n1;1\r\n",
    b'\xef\xbb\xbf"A","B","count"\n"1","1","3"\n',
    b"A,B,count\n1,1,99999999999999999999999\n",
    b"A,B,count\n1,1,\xd9\xa3\n",
    b'A,B,count\n"1,1,3\n',
    b"PAR1\x15\x00\x00\x00PAR1",
    b"{" * 3000,
)


def fuzz_one(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t"
        path.write_bytes(data)
        for read in (OverlapTable.from_csv, read_draws):
            try:
                found = read(path)
            except PanahError as error:
                assert "\n" not in str(error)  # noqa: PT017 a target is no test
                continue
            tables = found if isinstance(found, tuple) else (found,)
            assert all(table.n_observed > 0 for table in tables)
        try:
            OverlapTable.from_json(data)
        except PanahError as error:
            assert str(error)  # noqa: PT017 a target is no test
