"""Fuzz target: LINE and Viber from hostile bytes. Any bytes give events or one clear error."""

# ruff: noqa: E501  # a seed is one line, as in a file

from phone_fuzz import check

SEEDS = (
    '\ufeff[LINE] A\r\n保存日時：2025/05/07 10:00\r\n\r\n2025/05/06(火)\r\n21:01\tA\tこん\r\n21:03\tA\t"一\r\n二"\r\n21:04\t\t☎ 不在着信\r\n'.encode(),
    b"Tue, 05/06/2025\n11:58PM\tA\thi\n",
    b'06/05/2025,21:01:10,Ana,+46701740605,hello\n13/05/2025,21:02:10,Me,,"a, b"\n',
)


def fuzz_one(data: bytes) -> None:
    check(data)
