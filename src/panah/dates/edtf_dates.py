"""EDTF level 0 and 1 dates and intervals: what they say, and no more than that."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def check_edtf(text: str) -> str:
    """Return an EDTF date or interval unchanged, or raise ``ValueError`` (pydantic's way)."""
    import edtf

    try:
        edtf.parse_edtf(text)
    except edtf.parser.edtf_exceptions.EDTFParseException as error:
        raise ValueError("not an EDTF date; write 2019-02 or 2019-02~") from error
    return text
