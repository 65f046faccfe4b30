"""Claims that tell of one act, and the incident that is proposed for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from panah.model.claim import Claim as ClaimRecord
from panah.model.incident import Incident as IncidentRecord
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase

from .actions import code_incident, state_claim
from .models import Incident


@transaction.atomic
def propose(actor: Member, opened: OpenCase, claims: Sequence[ClaimRecord], record: IncidentRecord) -> Incident:
    """State claims, the first of which says that it happened, and propose the one act that all of them tell of."""
    first, *rest = claims
    state_claim(actor, opened, first)
    incident = code_incident(actor, opened, record, [first.id])
    for claim in rest:
        state_claim(actor, opened, claim.model_copy(update={"incident_id": incident.pk}))
    return incident
