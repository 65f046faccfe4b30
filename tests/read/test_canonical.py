"""The canonical text: the file's own characters, and a clear refusal of everything that is no text."""

import pytest

from panah.errors import UnknownFormat, Unreadable
from panah.read import canonical


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", Unreadable, "nothing to read"),
        (b" \n\t ", Unreadable, "nothing to read"),
        (b"a\x00b", UnknownFormat, "neither text"),
        (b"a\x07b", UnknownFormat, "neither text"),
        (b"caf\xe9", Unreadable, "not UTF-8 text at byte 3"),
        (b"\xff\xfea", Unreadable, "not UTF-16"),
        (b"\xff\xfe\x3d\xd8A\x00", Unreadable, "not UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        canonical.decode(data, where="a.txt")
    assert str(caught.value).startswith("a.txt: ")
    assert "\n" not in str(caught.value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Unreadable, match="half a character"):
        canonical.canonical("a \ud83d b")


def test_too_large_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "MAX_BYTES", 10)
    with pytest.raises(Unreadable, match="split it"):
        canonical.decode(b"\xff" * 11)


def test_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "MAX_CHARACTERS", 10)
    with pytest.raises(Unreadable, match="11 characters"):
        canonical.canonical("a" * 11)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfa", "a"),
        ("ä".encode("utf-16-le").join([b"\xff\xfe", b""]), "ä"),
        ("ä".encode("utf-16-be").join([b"\xfe\xff", b""]), "ä"),
        (b"a\r\nb\rc\x0cd", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\x85d".encode(), "a\nb\nc\nd"),
        ("”I  know,”  he".encode(), "”I  know,”  he"),
        ("e\u0301 ﬁ \u202eabc".encode(), "e\u0301 ﬁ \u202eabc"),
    ],
)
def test_only_the_mark_and_the_line_ends_change(data: bytes, text: str) -> None:
    assert canonical.decode(data) == text
