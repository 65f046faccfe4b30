"""Every record: frozen, round trip through JSON, the published schema agrees, and errors keep values to themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_strategies import schemas_tool, sound

from panah.errors import BadRow
from panah.model.claim import Claim
from panah.model.evidence import Locator
from panah.model.incident import Incident
from panah.model.place import Place

ROOT = Path(__file__).parents[2]
RECORDS = schemas_tool().records()
modest = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

ID, OTHER = "0" * 32, "1" * 32


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@given(data=st.data())
@modest
def test_json_round_trip_gives_an_equal_record(record, data):
    value = data.draw(sound(record))
    again = record.from_json(value.to_json())
    assert again == value
    assert again.to_json() == value.to_json()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@given(data=st.data())
@modest
def test_what_a_record_writes_is_valid_by_its_published_schema(record, data):
    name = schemas_tool().slug(record)
    schema = json.loads((ROOT / "docs/schema" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(
        json.loads(data.draw(sound(record)).to_json()), schema, format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_unknown_field_is_refused_and_named(record, data):
    values = json.loads(data.draw(sound(record)).to_json())
    with pytest.raises(BadRow, match="field not_a_field"):
        record.from_dict({**values, "not_a_field": "Rana Example"})


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_record_cannot_be_changed(record, data):
    value = data.draw(sound(record))
    for name in type(value).model_fields:
        with pytest.raises(Exception, match="frozen"):
            setattr(value, name, None)


SECRET = "Rana Example, +44 7700 900123"


@pytest.mark.parametrize(
    ("record", "values", "field"),
    [
        (Incident, {"id": SECRET}, "id"),
        (Incident, {"id": ID, "tactic": SECRET, "date": "2019", "host_place": {}}, "tactic"),
        (Incident, {"id": ID, "tactic": "assault", "date": SECRET, "host_place": {}}, "date"),
        (
            Incident,
            {"id": ID, "tactic": "assault", "date": "2019", "host_place": {"country": SECRET}},
            "host_place.country",
        ),
        (Incident, {"id": ID, "tactic": "assault", "date": "2019", "host_place": SECRET}, "host_place"),
        (Incident, {"id": ID, "tactic": "assault", "date": "2019-02-31", "host_place": {}}, "date"),
        (Place, {"latitude_deg": SECRET}, "latitude_deg"),
        (Claim, {"id": ID, "source_id": OTHER, "text": "", "stance": SECRET, "locator": {}}, "stance"),
    ],
)
def test_an_error_names_the_field_and_never_the_value(record, values, field):
    with pytest.raises(BadRow) as caught:
        record.from_dict(values)
    told = f"{caught.value} {caught.value!r} {caught.value.args}"
    assert f"field {field}" in told
    assert "Rana" not in told
    assert "900123" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"Rana"', "\x00", '{"id": NaN}', '{"id": "' + "9" * 5000 + '"}']
)
def test_text_that_is_no_record_is_a_bad_row(text):
    with pytest.raises(BadRow):
        Incident.from_json(text)


def test_not_a_number_and_infinity_are_refused():
    for number in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(BadRow):
            Place.from_json(f'{{"latitude_deg": {number}}}')


def test_a_locator_is_half_open_and_cannot_run_backwards():
    assert Locator(evidence_id=ID, unit="byte", start=4, end=4).end == 4
    with pytest.raises(BadRow, match="ends before it starts"):
        Locator.from_dict({"evidence_id": ID, "unit": "byte", "start": 5, "end": 4})


def test_the_committed_schemas_are_those_of_the_records():
    done = subprocess.run([sys.executable, "tools/schemas.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_codes_stand_in_the_schema():
    schema = json.loads((ROOT / "docs/schema/incident.json").read_text(encoding="utf-8"))
    assert "proxy_family_call" in schema["properties"]["tactic"]["enum"]
    assert schema["additionalProperties"] is False
    assert schema["$id"] == "urn:panah:schema:incident:1"


def test_a_record_is_cheap_to_import():
    """No pycountry, no Babel, no pandas: a step that needs a record pays for pydantic and two small tables."""
    heavy = "{'pandas', 'babel', 'pycountry', 'edtf', 'numpy'}"
    probe = f"import sys, panah.model.incident; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
