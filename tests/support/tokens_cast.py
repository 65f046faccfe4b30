"""Two organisations with invented lists of the same people, and what they agreed on."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from pathlib import Path

from panah.model.linkage import ListRecord, RecordList
from panah.tokens import Agreement, SharedKey
from panah.tokens.agreement import default_rules

KEY = SharedKey(hashlib.sha256(b"a key for tests").digest())
OTHER_KEY = SharedKey(hashlib.sha256(b"another one").digest())
GIVEN = ("Rena", "Alim", "Ilham", "Aygül", "Ömer", "Hesen", "Zeynep", "Tursun", "Perhat", "Gülnar", "Batur", "Nur")
FATHERS = ("Qurban", "Memet", "Rozi", "Sadiq", "Ghopur", "Yüsüp", "Niyaz", "Barat", "Semet", "Toxti", "Hoshur")
TOWNS = ("Brussels", "Berlin", "Istanbul", "Zürich", "Almaty", "Munich", "Paris", "Oslo")
SCRIPTS = {"Rena": "热娜", "Alim": "阿里木", "Ilham": "伊力哈木", "Ömer": "吾买尔", "Tursun": "图尔荪"}


def agreement(**changed: object) -> Agreement:
    settings: dict[str, object] = {
        "project": "solidarity",
        "run": "2026-11a",
        "purpose": "to count threats that nobody recorded",
        "parties": ("redress", "watch"),
        "linkage_unit": "university",
        "estimator": "statistician",
        "minimum_cell": 5,
        "delete_on": date(2027, 1, 31),
        "rules": default_rules("people"),
    }
    return Agreement(**(settings | changed))  # type: ignore[arg-type]


def people(n: int, seed: int = 1) -> list[ListRecord]:
    """Invented people; some share a name, a town or a street, as people do."""
    rng = random.Random(seed)
    birthdays = rng.sample(range(date(1950, 1, 1).toordinal(), date(2004, 1, 1).toordinal()), n)
    return [
        ListRecord(
            record_id=f"p{number}",
            row=number + 2,
            names=(f"{rng.choice(GIVEN)} {rng.choice(FATHERS)}",),
            host_place=rng.choice(TOWNS),
            details={
                "birth_date": date.fromordinal(birthdays[number]).isoformat(),
                "postcode": str(rng.randint(1000, 1040)),
                "street": rng.choice(("Rue de l'Exemple", "Musterstraße", "Örnek Sokağı", "Sample Road")),
                "street_number": str(rng.randint(1, 60)),
            },
        )
        for number in range(n)
    ]


def the_list(name: str, records: list[ListRecord]) -> RecordList:
    return RecordList(name, tuple(records), {})


def in_another_script(record: ListRecord) -> ListRecord:
    """The same person as another organisation writes the name."""
    given, father = record.names[0].split(" ")
    form = f"{SCRIPTS.get(given, given)}·{father}" if given in SCRIPTS else f"{father}, {given.upper()}"
    return ListRecord(record.record_id, record.row, (form,), None, None, record.host_place, details=record.details)


def every_byte(folder: Path) -> bytes:
    """All bytes of all files below a folder, and their names."""
    return b"\n".join(
        part for path in sorted(folder.rglob("*")) if path.is_file() for part in (path.name.encode(), path.read_bytes())
    )
