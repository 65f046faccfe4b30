"""Fuzz target: documents of any kind from hostile bytes. Any bytes give a grounded reading or one clear error."""

from panah.errors import PanahError
from panah.read import read_document

SEEDS = (
    "“They called,” Ana Example said in Antwerp on 3 May 2019. The embassy denied it.".encode(),
    "Sie sagte: „Nein.“ Am 3. Mai 2019 wies die Botschaft das zurück.".encode(),
    "2019年5月3日，“他们打电话来。”陈小明说。中国大使馆否认。".encode(),
    "«ياق» دېدى ئابلىز. 2019-يىل 5-ئاينىڭ 3-كۈنى".encode(),
    b'<html><head><title>T</title></head><body><article><p>Ana said "no".</p></article></body></html>',
    b"<p>Ana Example was arrested in Minsk.</p>",
    b"From: a@example.org\r\nSubject: b\r\nDate: Mon, 1 Jun 2020 10:00:00 +0000\r\n\r\nAna said no.\r\n",
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>",
    b"PK\x03\x04\x14\x00\x00\x00\x00\x00",
    b"\xff\xfeA\x00n\x00a\x00",
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    b"3,00 0 or two, about 20 cases, up to 1 million",
)


def fuzz_one(data: bytes) -> None:
    try:
        reading = read_document(data, published="2020-06-22")
    except PanahError as error:
        assert str(error)  # noqa: PT017 a target is no test
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert reading.grounded()
