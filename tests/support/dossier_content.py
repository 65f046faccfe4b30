"""An invented content for a dossier, hostile strings included when asked."""

from datetime import date

from panah.dossier import Content, EvidenceNote, Figure
from panah.model.base import new_id
from panah.model.claim import Aggregate, Claim, Modifier, Source
from panah.model.evidence import Locator
from panah.model.incident import Incident, Response
from panah.model.place import Place

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="90" height="30" fill="#0b5a57"/></svg>'


def invented_content(
    *, words: str = "They begged me to stop.", name: str = "Aynur (fictional)", answered: bool = True
) -> Content:
    """One incident told by one person, denied by an embassy, with an aggregate beside it."""
    item = EvidenceNote(id=new_id(), sha256="ab" * 32, size_bytes=1234, grade="D")
    teller = Source(id=new_id(), name=name, kind="person", connection="victim")
    embassy = Source(id=new_id(), name="Embassy (fictional)", kind="embassy", connection="accused")
    incident = Incident(
        id=new_id(),
        tactic="proxy_family_call",
        date="2024-05",
        host_place=Place(country="BE", name="Antwerp"),
        origin_state="CN",
        channel="telephone",
    )

    def at(start: int) -> Locator:
        return Locator(evidence_id=item.id, unit="character", start=start, end=start + 5)

    claims = [
        Claim(id=new_id(), source_id=teller.id, text=words, stance="asserts", locator=at(10), incident_id=incident.id,
              fidelity="verbatim"),
        Claim(id=new_id(), source_id=teller.id, text="about 15 cases", stance="asserts", locator=at(50),
              aggregate=Aggregate(value=15, modifier=Modifier.ABOUT)),
        Claim(id=new_id(), source_id=embassy.id, text="All of it is rumour.", stance="denies", locator=at(90)),
    ]  # fmt: skip
    responses = [Response(id=new_id(), kind="denial", source_id=embassy.id, incident_ids=(incident.id,),
                          text="No such call was made.", locator=at(120))]  # fmt: skip
    return Content(
        title="Report (fictional)",
        organisation="Scheldt Exile Association (fictional)",
        made_on=date(2024, 12, 1),
        notice="Fictional example",
        incidents=(incident,),
        claims=tuple(claims),
        sources=(teller, embassy),
        responses=tuple(responses) if answered else (),
        evidence=(item,),
        figures=(Figure(kind="timeline", svg=SVG, title="Timeline", words="one incident in May 2024"),),
        estimate={
            "statement": "At least 198 were recorded; the true number is probably between 230 and 290, if so.",
            "estimates": [
                {"method": "loglinear",
                 "population_size": {"point": 255.2, "lower": 231.0, "upper": None, "level": 0.95},
                 "assumption": "the lists are independent", "flags": ["few_lists", "tiny_overlap"]},
            ],
            "refusals": [{"method": "latent_class", "reason": "it did not settle"}],
        },
    )  # fmt: skip
