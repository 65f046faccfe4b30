"""Denials travel along: an output that carries an allegation carries the answer of the accused side, or says that none
was found. Which stances and responses are such an answer is data, in ``answers.csv``.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Sequence
from importlib import resources

from panah.errors import DenialMissing
from panah.model.claim import Claim
from panah.model.incident import Incident, Response


def check_denials(claims: Sequence[Claim], responses: Sequence[Response], incidents: Sequence[Incident] = ()) -> None:
    """Refuse an output that carries an allegation alone.

    An allegation is a claim that asserts. Its answer is a claim of the accused side about the same incident, or one
    that says which claim it answers; or a response that names the incident, "none found" included. Claims about no
    incident are one group, answered by claims that are about none either or by responses that name none.

    Args:
        claims: All claims that are put out.
        responses: All responses that are put out.
        incidents: All incidents that are put out; one without any claim alleges by itself.

    Raises:
        DenialMissing: For how many incidents the answer is missing, and the id of the first.
    """
    unanswered = sorted(_alleged(claims, incidents) - _answered(claims, responses))
    if not unanswered:
        return
    which = f"incident {unanswered[0]}" if unanswered[0] else "claims about no incident"
    more = f" and {len(unanswered) - 1} more" if len(unanswered) > 1 else ""
    raise DenialMissing(
        "an allegation without the answer of the accused side",
        where=which + more,
        hint="add the denial, or a response 'none found'",
    )


@functools.cache
def answer_codes(thesaurus: str) -> frozenset[str]:
    """The codes of a thesaurus (``attribution`` or ``response``) that are an answer of the accused side."""
    text = (resources.files("panah.model") / "answers.csv").read_text(encoding="utf-8")
    return frozenset(row["code"] for row in csv.DictReader(text.splitlines()) if row["thesaurus"] == thesaurus)


def _alleged(claims: Iterable[Claim], incidents: Iterable[Incident]) -> set[str]:
    return {claim.incident_id or "" for claim in claims if claim.stance == "asserts"} | {
        incident.id for incident in incidents
    }


def _answered(claims: Sequence[Claim], responses: Iterable[Response]) -> set[str]:
    about = {claim.id: claim.incident_id or "" for claim in claims}
    answered: set[str] = set()
    for claim in claims:
        if claim.stance in answer_codes("attribution"):
            answered.add(claim.incident_id or "")
            if claim.answers in about:
                answered.add(about[claim.answers])
    for response in responses:
        if response.kind in answer_codes("response"):
            answered.update(response.incident_ids or ("",))
    return answered
