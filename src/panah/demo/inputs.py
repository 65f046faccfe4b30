"""Write the whole invented input folder, the same for the same seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from panah import home

from .article import PUBLISHED, write_articles, write_newsletter
from .community import ORGANISATIONS, true_incidents
from .lists import write_lists
from .phone import Threat, write_phone


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the community's organisations hold, and what is true in their invented world."""

    folder: Path
    article: Path
    reprint: Path
    published: str
    newsletter: Path
    phone: tuple[Path, ...]
    threats: tuple[Threat, ...]
    lists: tuple[Path, ...]
    list_names: tuple[str, ...]
    n_true: int
    truth: dict[str, dict[str, int]]


def make_inputs(folder: Path, seed: int = 2024) -> Inputs:
    """Write article, reprint, phone export and three lists into ``folder``.

    Args:
        folder: Made when missing; files of an earlier run are replaced.
        seed: Same seed, same bytes in every text file (an XLSX carries its time of writing).

    Raises:
        NotConfigured: The folder cannot be written to.
    """
    home.prepare(folder)
    # one stream per kind of input, so that a change in one leaves the others as they were
    community, lists, phone, article = (np.random.default_rng([seed, kind]) for kind in range(4))
    incidents = true_incidents(community)
    try:
        original, reprint = write_articles(article, folder)
        newsletter = write_newsletter(folder)
        phone_paths, threats = write_phone(phone, folder)
        list_paths, truth = write_lists(lists, incidents, folder)
        told = {
            "n_incidents": len(incidents),
            "records": truth,
            "threats": [asdict(threat) for threat in threats],
        }
        (folder / "truth.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise home.unwritable(error, folder) from error
    return Inputs(
        folder=folder,
        article=original,
        reprint=reprint,
        published=PUBLISHED,
        newsletter=newsletter,
        phone=tuple(phone_paths),
        threats=tuple(threats),
        lists=tuple(list_paths),
        list_names=tuple(organisation.name for organisation in ORGANISATIONS),
        n_true=len(incidents),
        truth=truth,
    )
