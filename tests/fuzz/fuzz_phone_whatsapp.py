"""Fuzz target: WhatsApp chats from hostile bytes. Any bytes give events or one clear error."""

from phone_fuzz import check

SEEDS = (
    b"06/05/2025, 10:00 - Messages are end-to-end encrypted\n06/05/2025, 10:01 - Kim Test: one\ntwo\n13/05/2025, 10:02 - A: <x>\n",
    "[6.05.2025 19:01:10] Aile: \u200eMesajlar uçtan uca şifrelidir.\r\n\u200e[6.05.2025 19:02:00] A: \u200e<eklendi: a.jpg>\r\n".encode(),
    "٦\u200f/٥\u200f/٢٠٢٥، ٩:٠٢ م - Kim: مرحبا\n".encode(),
    "2025/5/6 下午9:01 - 张三: 你好 (文件附件)\n".encode(),
    "5/6/25, 9:01\u202fPM - Kim: null\n5/7/25, 9:01\u202fPM - Kim: Missed voice call\n".encode(),
    b"[2019-12-24, 12:23] Jane Doe: Hello\n",
)


def fuzz_one(data: bytes) -> None:
    check(data)
