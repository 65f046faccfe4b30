"""Fuzz target: SMS Backup & Restore from hostile bytes. Any bytes give events or one clear error."""

from phone_fuzz import check

SEEDS = (
    b'<smses><sms address="BANK" date="1746213245120" type="1" body="a &#55357;&#56842; b" /></smses>',
    b'<calls count="1"><call number="-2" duration="4" date="1746136691500" type="1" presentation="2" /></calls>',
    b'<smses><mms date="1746460800" msg_box="1" address="a~b"><parts><part ct="image/png" data="aGk=" /></parts></mms></smses>',
)


def fuzz_one(data: bytes) -> None:
    check(data)
