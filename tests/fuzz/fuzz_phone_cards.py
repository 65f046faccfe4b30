"""Fuzz target: vCards and e-mail from hostile bytes. Any bytes give events or one clear error."""

# ruff: noqa: E501  # a seed is one line, as in a file

from phone_fuzz import check

SEEDS = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=97=\r\n=D0=B0\r\nTEL;CELL:+44 7700 900123\r\nEND:VCARD\r\n",
    b'From: "A" <a@example.com>\r\nTo: b@example.org\r\nDate: Tue, 06 May 2025 21:01:10 +0800\r\nSubject: =?utf-8?b?0J8=?=\r\n\r\nStop.\r\n',
    b"From a@example.com Tue May  6 21:01:10 2025\nFrom: a@example.com\nDate: Tue, 06 May 2025 21:01:10 +0800\n\nx\n>From y\n\nFrom b@example.com Tue May  6 21:01:10 2025\nFrom: b@example.com\nSubject: z\nDate: bad\n\nz\n",
    b"MIME-Version: 1.0\nFrom: a@example.com\nDate: Tue, 06 May 2025 21:01:10 +0800\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>a<img src=http://example.net/t.gif>\n--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*=utf-8''%D1%84.png\n\naGk=\n--x--\n",
)


def fuzz_one(data: bytes) -> None:
    check(data)
