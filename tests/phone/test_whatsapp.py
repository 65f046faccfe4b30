"""WhatsApp: hostile files first, then the head of a line in fifty locales, then what the app writes itself."""

from __future__ import annotations

import contextlib
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phone_chats import LOCALES, LRM, NNBSP, Locale

from panah.errors import PanahError, Unreadable
from panah.model.phone import PhoneExport
from panah.phone import read_export, stream

START = datetime(2025, 5, 6, 9, 5, 7)  # noqa: DTZ001  # as a chat prints it


def _read(tmp_path: Path, text: str | bytes, **options: str) -> PhoneExport:
    path = tmp_path / "chat.bin"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_export(path, **options)  # type: ignore[arg-type]


def _times(*minutes: int) -> list[datetime]:
    return [START + timedelta(minutes=one) for one in minutes]


def _printed(locale: Locale, at: datetime) -> datetime:
    return at if locale.seconds else at.replace(second=0)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda one: one.name)
def test_a_chat_of_every_locale_is_read_as_it_was_written(tmp_path: Path, locale: Locale) -> None:
    times = _times(0, 60, 715, 716, 900, 60 * 24 * 15)  # the forenoon, noon, the evening, and a day above 12
    bodies = [
        locale.system,
        "Salam: who is this?",
        locale.omitted,
        "two\nlines",
        locale.deleted,
        locale.attached.format("IMG-20250506-WA0001.jpg"),
    ]
    senders = ["", "+999 888 0002", "Aylin Örnek", "+999 888 0002", "Aylin Örnek", "+999 888 0002"]
    lines = [
        locale.printed(at) + (f"{who}: " if who else "") + body
        for at, who, body in zip(times, senders, bodies, strict=True)
    ]
    export = _read(tmp_path, "\n".join(lines) + "\n")
    assert export.format == "whatsapp-text"
    assert [event.at for event in export.events] == [_printed(locale, at) for at in times]
    assert [event.sender or "" for event in export.events] == senders
    assert (export.n_messages, export.n_system) == (5, 1)
    assert export.events[3].text == "two\nlines"
    assert export.n_attachments == 1
    flags = [flag for event in export.events for flag in event.flags]
    assert flags == ["media_omitted", "deleted"]
    assert not export.not_understood


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff<>[]"),
    min_size=1,
    max_size=30,
).filter(
    lambda text: (
        text.strip() == text
        and not text[0].isdigit()
        and text.strip("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    )
)
names = st.sampled_from(["Kim Test", "+999 888 0002", "Lee, Test", "Зарина Пример", "😀", "ئايلىن"])


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(LOCALES),
    st.lists(st.tuples(st.integers(0, 3000), names, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=12),
)
def test_what_was_written_comes_back_in_any_locale(
    tmp_path_factory: pytest.TempPathFactory, locale: Locale, truth: list[tuple[int, str, list[str]]]
) -> None:
    at = START
    moments, lines = [], []
    for step, who, body in [*truth, (60 * 24 * 20, "Kim Test", ["end"])]:
        at += timedelta(minutes=step)
        moments.append(_printed(locale, at))
        lines.append(f"{locale.printed(at)}{who}: " + "\n".join(f"x {one}" for one in body))
    path = tmp_path_factory.mktemp("chat") / "chat.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    export = read_export(path)
    assert [event.sender for event in export.events] == [*(who for _, who, _ in truth), "Kim Test"]
    assert [event.at for event in export.events] == moments
    assert [event.text for event in export.events[:-1]] == [
        "\n".join(f"x {one}" for one in body) for _, _, body in truth
    ]
    ends = [event.place.end for event in export.events]
    assert [event.place.start for event in export.events] == [1, *ends[:-1]]


CHAT = (
    "06/05/2025, 10:00 - Messages and calls are end-to-end encrypted.\n"
    "06/05/2025, 10:01 - Kim Test: one\n"
    "06/05/2025, 10:02 - Lee Test: two\nwith a second line\n"
    "13/05/2025, 10:03 - Kim Test: three\n"
)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, len(CHAT) - 1))
def test_a_file_cut_at_any_byte_gives_what_was_whole(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "cut.txt"
    path.write_bytes(CHAT.encode()[:cut])
    if cut < 20:  # not one head of a line is whole
        with pytest.raises(Unreadable):
            read_export(path)
        return
    export = read_export(path)
    assert ("may be cut" in " ".join(export.notes)) == (CHAT[cut - 1] != "\n")
    whole = [event.text for event in export.events if event.kind == "message"]
    assert whole[:-1] == ["one", "two\nwith a second line", "three"][: max(0, len(whole) - 1)]


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(CHAT)))
def test_hostile_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    path = tmp_path_factory.mktemp("junk") / "junk.txt"
    path.write_bytes(CHAT.encode()[:at] + junk + CHAT.encode()[at:])
    with contextlib.suppress(PanahError):
        read_export(path)


def test_a_line_without_end_is_refused_with_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "endless.txt"
    with path.open("wb") as file:
        file.write(CHAT.encode() + b"06/05/2025, 10:09 - Kim Test: ")
        for _ in range(40):
            file.write(b"A" * (1 << 20))
    tracemalloc.start()
    with pytest.raises(Unreadable, match="16 MiB"):
        read_export(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120 << 20


def test_memory_does_not_grow_with_the_chat(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("w", encoding="utf-8") as file:
        for day in range(1, 29):
            for number in range(1000):
                file.write(f"{day:02}/05/2025, {number // 60:02}:{number % 60:02} - Kim Test: message {'x' * 100}\n")
    tracemalloc.start()
    _, events, _ = stream(path)
    assert sum(1 for _ in events) == 28_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


class TestForgery:
    """A newline in a message can make any line: what cannot be real is text, and is told."""

    def test_a_header_that_goes_back_in_time_is_text(self, tmp_path: Path) -> None:
        forged = CHAT.replace("with a second line", "05/05/2025, 10:00 - Kim Test: I agree")
        export = _read(tmp_path, forged)
        assert export.n_messages == 3
        assert export.events[2].text == "two\n05/05/2025, 10:00 - Kim Test: I agree"
        assert export.events[2].flags == ("header_in_text",)
        assert [(one.where.start, "back in time" in one.why) for one in export.not_understood] == [(4, True)]

    def test_one_forged_future_does_not_undo_what_follows(self, tmp_path: Path) -> None:
        forged = CHAT.replace("with a second line", "05/05/2031, 10:00 - Kim Test: I agree")
        forged += "13/05/2025, 10:04 - Lee Test: four\n"
        export = _read(tmp_path, forged)
        assert [event.text for event in export.events if event.kind == "message"] == [
            "one", "two\n05/05/2031, 10:00 - Kim Test: I agree", "three", "four",
        ]  # fmt: skip

    def test_a_header_without_a_name_and_without_words_of_the_app_is_text(self, tmp_path: Path) -> None:
        export = _read(tmp_path, CHAT.replace("with a second line", "06/05/2025, 10:02 - see you there"))
        assert export.n_messages == 3
        assert export.events[2].flags == ("header_in_text",)
        assert "neither a name" in export.not_understood[0].why

    def test_a_clock_change_is_no_forgery(self, tmp_path: Path) -> None:
        text = (
            "[26/10/2025, 02:59:50] Kim Test: before\n[26/10/2025, 02:00:10] Lee Test: after\n"
            "[26/10/2025, 02:30:00] Kim Test: still\n[26/10/2025, 03:10:00] Kim Test: later\n"
        )
        export = _read(tmp_path, text, time_zone="Europe/Stockholm")
        assert [event.text for event in export.events] == ["before", "after", "still", "later"]
        assert "clock_change" in export.events[1].flags


class TestOrderOfTheDate:
    AMBIGUOUS = "03/04/2025, 10:00 - Kim Test: one\n05/04/2025, 10:00 - Kim Test: two\n"

    def test_is_asked_for(self, tmp_path: Path) -> None:
        export = _read(tmp_path, self.AMBIGUOUS)
        assert [event.at for event in export.events] == [None, None]
        assert export.events[0].extra["printed"] == "03/04/2025, 10:00 -"
        assert "--date-order" in export.not_understood[0].why

    @pytest.mark.parametrize(("order", "month"), [("day-first", 4), ("month-first", 3)])
    def test_is_taken_as_said(self, tmp_path: Path, order: str, month: int) -> None:
        (first, _) = _read(tmp_path, self.AMBIGUOUS, date_order=order).events
        assert first.at is not None
        assert first.at.month == month

    def test_proof_goes_before_what_was_said(self, tmp_path: Path) -> None:
        export = _read(tmp_path, CHAT, date_order="month-first")
        assert export.events[0].at == datetime(2025, 5, 6, 10, 0)  # noqa: DTZ001

    def test_time_running_backwards_is_proof(self, tmp_path: Path) -> None:
        text = "05/04/2025, 10:00 - Kim Test: one\n03/05/2025, 10:00 - Kim Test: two\n"
        assert _read(tmp_path, text).events[0].at == datetime(2025, 4, 5, 10, 0)  # noqa: DTZ001


class TestWordsOfTheApp:
    def test_on_an_iphone_they_stand_under_the_name_of_the_group(self, tmp_path: Path) -> None:
        text = (
            f"[6.05.2025 19:01:10] Aile: {LRM}Mesajlar ve aramalar uçtan uca şifrelidir.\r\n"
            "[6.05.2025 19:02:00] Zeynep Örnek: Selam\r\n"
            f"{LRM}[6.05.2025 19:03:00] Zeynep Örnek: {LRM}görüntü dahil edilmedi\r\n"
            f"[6.05.2025 19:04:00] Aile: {LRM}\u202a+44 7700 900123\u202c grubu oluşturdu\r\n"
            f"{LRM}[6.05.2025 19:05:00] Zeynep Örnek: {LRM}<eklendi: 00000012-PHOTO-2025.jpg>\r\n"
            f"[16.05.2025 19:06:00] ~{NNBSP}Bilinmeyen: {LRM}Cevapsız sesli arama, {LRM}Geri aramak için dokunun\r\n"
        )
        export = _read(tmp_path, text)
        assert (export.n_messages, export.n_system, export.n_calls, export.n_attachments) == (4, 2, 1, 1)
        assert export.senders == ("Zeynep Örnek", "~ Bilinmeyen")

    def test_of_a_chat_of_two_on_an_iphone(self, tmp_path: Path) -> None:
        text = (
            f"[06/05/2025, 19:01:10] Kim Test: {LRM}Messages and calls are end-to-end encrypted.\n"
            "[06/05/2025, 19:02:00] Kim Test: hello\n"
            f"[16/05/2025, 19:03:00] Kim Test: {LRM}Missed voice call\n"
        )
        export = _read(tmp_path, text)
        assert (export.n_messages, export.n_system, export.n_calls) == (2, 1, 1)

    @pytest.mark.parametrize(
        ("body", "flag"),
        [
            ("Missed voice call", "call"),
            ("مكالمة صوتية فائتة", "call"),
            ("未接语音通话", "call"),
            ("Пропущенный аудиозвонок", "call"),
            ("null", "expired"),
            ("", "empty"),
            ("You deleted this message", "deleted"),
            ("Hello <This message was edited>", "edited"),
            (f"Hello {LRM}<Ce message a été modifié>", "edited"),
            ("消息 <此消息已编辑>", "edited"),
        ],
    )
    def test_are_known(self, tmp_path: Path, body: str, flag: str) -> None:
        export = _read(tmp_path, CHAT.replace("three", body))
        assert export.events[-1].flags == (flag,)
        assert (export.n_messages, export.n_calls) == (3, int(flag == "call"))

    @pytest.mark.parametrize(
        ("line", "n_calls"),
        [
            ("Verpasster Sprachanruf", 1),
            ("Appel vocal manqué", 1),
            ("Kim Test left", 0),
            ('+12 345 578 created group "a: b"', 0),
            ("You were added", 0),
            ("Kim Test changed the subject from “a: b” to “c”", 0),
            ("Aylin hat die Gruppe verlassen", 0),
            ("张三 退出了群组", 0),
            ("Вы создали группу «Семья»", 0),
        ],
    )
    def test_without_a_sender_are_system_lines(self, tmp_path: Path, line: str, n_calls: int) -> None:
        export = _read(tmp_path, CHAT + f"13/05/2025, 10:04 - {line}\n")
        assert (export.n_messages, export.n_system, export.n_calls) == (3, 2, n_calls)

    @pytest.mark.parametrize(
        ("body", "name"),
        [
            ("IMG-20250506-WA0001.jpg (file attached)", "IMG-20250506-WA0001.jpg"),
            ("IMG-20250506-WA0001.jpg (ಕಡತ ಲಗತ್ತಿಸಲಾಗಿದೆ)", "IMG-20250506-WA0001.jpg"),
            ("letter of 6 May.pdf (fichier joint)", "letter of 6 May.pdf"),
            (f"{LRM}<attached: 00000003-PHOTO-2025.jpg>", "00000003-PHOTO-2025.jpg"),
            (f"{LRM}<Anhang: 00000003-AUDIO.opus>", "00000003-AUDIO.opus"),
            (f"{LRM}<adjunto: a.webp>", "a.webp"),
            (f"{LRM}letter.pdf • {LRM}14 pages {LRM}<attached: 00000004-letter.pdf>", "00000004-letter.pdf"),
        ],
    )
    def test_attachments_with_their_caption(self, tmp_path: Path, body: str, name: str) -> None:
        export = _read(tmp_path, CHAT.replace("three", f"{body}\nthe caption"))
        (event,) = [one for one in export.events if one.attachments]
        assert (event.attachments[0].name, event.text) == (name, "the caption")


class TestZip:
    def _zip(self, tmp_path: Path, **members: bytes) -> Path:
        path = tmp_path / "chat.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path

    def test_media_is_digested_and_told_by_its_bytes(self, tmp_path: Path) -> None:
        text = CHAT.replace("three", "IMG-20250506-WA0001.jpg (file attached)").encode()
        path = self._zip(
            tmp_path,
            **{"WhatsApp Chat.txt": text, "IMG-20250506-WA0001.jpg": b"\x89PNG\r\n\x1a\n", "more.opus": b"OggS"},
        )
        export = read_export(path)
        (attachment,) = [one for event in export.events for one in event.attachments]
        assert (attachment.media_type, attachment.included, attachment.size_bytes) == ("image/png", True, 8)
        assert [(one.where.member, one.why) for one in export.not_understood] == [
            ("more.opus", "a file that no message names; not read")
        ]
        assert export.events[0].place.member == "WhatsApp Chat.txt"

    def test_a_chat_sent_in_the_chat_is_an_attachment(self, tmp_path: Path) -> None:
        text = CHAT.replace("three", "other.txt (file attached)").encode()
        export = read_export(self._zip(tmp_path, **{"_chat.txt": text, "other.txt": CHAT.encode()}))
        assert export.n_messages == 3

    @pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:/x", "..\\x"])
    def test_a_name_that_leads_out_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(Unreadable, match="leads out"):
            read_export(self._zip(tmp_path, **{"_chat.txt": CHAT.encode(), name: b"x"}))

    def test_a_bomb_is_refused_before_it_goes_off(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("_chat.txt", "w") as member:
            for _ in range(300):
                member.write(b"\0" * (1 << 20))
        with pytest.raises(Unreadable, match="unpacks to"):
            read_export(path)

    def test_entries_that_overlap_are_refused(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, **{"_chat.txt": CHAT.encode()})
        with zipfile.ZipFile(path, "a") as archive:
            archive.filelist.append(archive.filelist[0])
            archive._didModify = True  # type: ignore[attr-defined]
        with pytest.raises(Unreadable, match="overlap"):
            read_export(path)

    def test_a_damaged_member_is_one_error(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, **{"_chat.txt": CHAT.encode() * 50})
        data = bytearray(path.read_bytes())
        data[60:80] = b"\xff" * 20
        path.write_bytes(bytes(data))
        with pytest.raises(Unreadable):
            read_export(path)


@pytest.fixture(autouse=True)
def _no_trace_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert not [one for one in tmp_path.iterdir() if one.name.startswith("tmp")]
