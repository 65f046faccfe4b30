"""E-mail messages: the text that was written, plain if there is a plain part, else that of the HTML part."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from panah.errors import Unreadable
from panah.mails import parse_mail

from .canonical import canonical
from .formats import Document
from .paragraphs import split_paragraphs


def read_mail(data: bytes, name: str) -> Document:
    """The body of a message; its subject is the title and its date the day of publication.

    Raises:
        Unreadable: Damaged, or without text.
    """
    message = parse_mail(data, where=name)
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        content = str(body.get_content()) if body is not None else ""
        is_html = body is not None and body.get_content_type() == "text/html"
        title, published = str(message.get("Subject", "")), _day(message)
    except (LookupError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unreadable("the message is damaged", where=name, hint="save it again from the mail program") from error
    if is_html:
        from .from_html import read_html

        page = read_html(content.encode("utf-8", "replace"), name)
        return Document(page.text, page.paragraphs, "message/rfc822", title, published)
    if not content.strip():
        raise Unreadable("the message has no text", where=name, hint="read its attachments one by one")
    text = canonical(content.strip("\r\n"), where=name)
    return Document(text, split_paragraphs(text), "message/rfc822", title, published)


def _day(message: EmailMessage) -> str | None:
    """The day of the Date header; none when it is missing or no date."""
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return None
