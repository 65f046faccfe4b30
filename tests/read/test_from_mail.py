"""E-mail: the words of the message, its subject and its day; attachments stay shut."""

import pytest

from panah.errors import PanahError
from panah.read.from_mail import read_mail

HEAD = "From: Ana Example <ana@example.org>\r\nTo: desk@example.org\r\nSubject: {subject}\r\nDate: {date}\r\nMIME-Version: 1.0\r\n"


def mail(
    body: str,
    kind: str = "text/plain; charset=utf-8",
    *,
    subject: str = "s",
    date: str = "Mon, 22 Jun 2020 23:30:00 +0200",
) -> bytes:
    return (HEAD.format(subject=subject, date=date) + f"Content-Type: {kind}\r\n\r\n{body}").encode()


@pytest.mark.parametrize("body", ["", "  \r\n"])
def test_a_message_without_words_is_refused(body: str) -> None:
    with pytest.raises(PanahError):
        read_mail(mail(body), "a.eml")


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Jun 2020 10:00:00 +0000", "0"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert read_mail(mail("They called my mother.", date=date), "a.eml").published is None


def test_words_subject_and_day() -> None:
    document = read_mail(mail("They called my mother.\r\n\r\nIt was in May.", subject="=?utf-8?q?Caf=C3=A9?="), "a.eml")
    assert document.text.rstrip("\n") == "They called my mother.\n\nIt was in May."
    assert (document.title, document.published, document.media_type) == ("Café", "2020-06-22", "message/rfc822")


def test_an_attachment_stays_shut() -> None:
    parts = (
        "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThey called my mother.\r\n"
        "--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nsecret\r\n--x--\r\n"
    )
    document = read_mail(mail(parts, 'multipart/mixed; boundary="x"'), "a.eml")
    assert "They called my mother." in document.text
    assert "secret" not in document.text


def test_only_html_is_read_as_html() -> None:
    body = (
        "<html><body><article><p>They called my mother in May, and she was afraid of them.</p></article></body></html>"
    )
    document = read_mail(mail(body, "text/html; charset=utf-8"), "a.eml")
    assert "They called my mother in May" in document.text
    assert "<p>" not in document.text
