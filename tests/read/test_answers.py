"""Who tells of an incident, and who of the accused side answers."""

from panah.read import read_document

TEXT = """Two men beat the Ruritanian blogger Ana Example outside her flat in Oslo on 3 May 2023, her lawyer said.

The Chinese embassy denied any involvement. Iran's foreign ministry called other reports pure invention."""


def test_answers_come_from_the_accused_side_only() -> None:
    text = TEXT.replace("Ruritanian", "Chinese")
    (incident,) = [each for each in read_document(text, published="2023-05-05").incidents if each.tactic == "assault"]
    assert incident.origin_state == "CN"
    assert any("Chinese embassy" in name for name in incident.denied_by)
    assert not any("Iran" in name for name in incident.denied_by)


def test_reporters_stand_in_the_words_of_the_incident() -> None:
    text = TEXT.replace("Ruritanian", "Chinese")
    (incident,) = [each for each in read_document(text, published="2023-05-05").incidents if each.tactic == "assault"]
    assert [name for name in incident.reported_by if "lawyer" in name]
    assert not [name for name in incident.reported_by if "embassy" in name]
