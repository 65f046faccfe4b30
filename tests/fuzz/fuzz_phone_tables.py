"""Fuzz target: call logs as CSV from hostile bytes. Any bytes give events or one clear error."""

# ruff: noqa: E501  # a seed is one line, as in a file

from phone_fuzz import check

SEEDS = (
    b'Name,Number,Date,Time,Type,Duration\r\n,Private number,06/05/2025,23:58:11,Missed,00:00:00\r\n"A",+46701740605,13/05/2025,10:00:00,Outgoing,00:10:02\r\n',
    b"Nummer;Datum/Uhrzeit;Typ;Dauer\n070-174 06 05;06.05.2025 23:58;Verpasst;0\n",
    b"number\tdate\ttype\tduration\n-2\t1746554520000\t3\t10 min 2 s\n",
)


def fuzz_one(data: bytes) -> None:
    check(data)
