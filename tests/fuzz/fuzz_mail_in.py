"""Fuzz target: a message of the mailbox from hostile bytes. Whatever comes, it has words, attachments and an origin that
can be sealed as they are, and nothing is raised: one message that broke the reading would stop every later one.
"""

import web_ready  # noqa: F401 - first: it chooses the settings

from panah.model.evidence import Report
from panah.web.intake import mail_in
from panah.web.intake.mail_origin import Verdict, origin_of

SIGNED = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1;\r\n h=from:subject; "
    b"bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: a@example.org\r\nSubject: b\r\n\r\nwords\r\n"
)
SEEDS = (
    SIGNED,
    b"Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\nFrom: A <a@example.org>\r\n\r\nwords",
    "Subject: =?utf-8?b?2YrYp9ix2K/bldmF?=\r\nFrom: a@example.org\r\n\r\nئاپامغا تېلېفون قىلدى".encode(),
    (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; "
        b"filename*=utf-8''%D8%AA.png\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--x--\r\n"
    ),
    b'Content-Type: multipart/mixed; boundary="y"\r\n\r\n--y\r\nContent-Type: message/rfc822\r\n\r\nFrom: b\r\n\r\n--y--',
    b'Content-Disposition: attachment; filename="\xff\xfe\x00.png"\r\nContent-Type: image/png\r\n\r\n\xff',
    b"Subject: =?utf-8?b?////?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xff",
    b"Content-Type: text/html; charset=utf-16\r\n\r\n<p>A\x00</p>",
    b"From: \xed\xa0\x80@example.org\r\nDate: Tue, 99 Foo 2026\r\n\r\n\xed\xa0\x80",
)
KEYS = (None, b"v=DKIM1; k=rsa; p=AAAA", b"\xff", b"v=DKIM1; k=ed25519; p=" + b"A" * 43 + b"=")


def fuzz_one(data: bytes) -> None:
    text, files = mail_in.text_of(data), mail_in.attachments(data)
    Report.from_json(
        Report(id="0" * 32, received_at="2026-11-25T00:00:00+00:00", entrance="email", text=text).to_json()
    )
    for name, media, content in files:
        (name + media).encode()
        assert len(name) <= 200
        assert content
    for key in KEYS:
        origin = origin_of(data, lambda _name, key=key: key, "mx.example.net")
        origin.to_json().decode()
        assert origin.verdict is not Verdict.VALID  # none of the keys has signed anything
        assert origin.grade in "ACE"


if __name__ == "__main__":
    import sys
    from pathlib import Path

    import atheris

    sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
    atheris.Setup(sys.argv, fuzz_one)
    atheris.Fuzz()
