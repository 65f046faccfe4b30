"""Chats as WhatsApp writes them in many countries: a truth, and its export in a locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NNBSP, NBSP, LRM, RLM = "\u202f", "\u00a0", "\u200e", "\u200f"
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Locale:
    """How one phone writes the head of a line.

    ``date`` and ``clock`` are format strings over a datetime and ``h12``, ``half``, ``yy``.
    """

    name: str
    head: str
    am: str = "AM"
    pm: str = "PM"
    eastern: bool = False
    seconds: bool = False
    system: str = "Messages and calls are end-to-end encrypted."
    omitted: str = "<Media omitted>"
    attached: str = "{} (file attached)"
    deleted: str = "This message was deleted"

    def printed(self, at: datetime) -> str:
        text = self.head.format(
            d=at, yy=at.year % 100, h12=at.hour % 12 or 12, half=self.am if at.hour < 12 else self.pm
        )
        return text.translate(EASTERN) if self.eastern else text


LOCALES = (
    Locale("en-GB Android", "{d.day:02}/{d.month:02}/{d.year}, {d.hour:02}:{d.minute:02} - "),
    Locale("en-US Android", "{d.month}/{d.day}/{yy:02}, {h12}:{d.minute:02}" + NNBSP + "{half} - "),
    Locale("en-US old", "{d.month}/{d.day}/{yy:02}, {h12}:{d.minute:02} {half} - "),
    Locale("en-IN", "{d.day:02}/{d.month:02}/{yy:02}, {h12}:{d.minute:02} {half} - ", "am", "pm"),
    Locale("en-CA", "{d.year}-{d.month:02}-{d.day:02}, {h12}:{d.minute:02} {half} - ", "a.m.", "p.m."),
    Locale("en-ZA", "{d.year}/{d.month:02}/{d.day:02}, {d.hour:02}:{d.minute:02} - "),
    Locale(
        "de", "{d.day:02}.{d.month:02}.{yy:02}, {d.hour:02}:{d.minute:02} - ",
        system="Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.", omitted="<Medien ausgeschlossen>",
        attached="{} (Datei angehängt)", deleted="Diese Nachricht wurde gelöscht.",
    ),
    Locale(
        "fr", "{d.day:02}/{d.month:02}/{d.year}, {d.hour:02}:{d.minute:02} - ",
        system="Les messages et les appels sont chiffrés de bout en bout.", omitted="<Médias omis>",
        attached="{} (fichier joint)", deleted="Ce message a été supprimé",
    ),
    Locale("fr à", "{d.day:02}/{d.month:02}/{d.year} à {d.hour:02}:{d.minute:02} - "),
    Locale(
        "es-MX", "{d.day:02}/{d.month:02}/{d.year}, {h12:02}:{d.minute:02} {half} - ",
        f"a.{NBSP}m.", f"p.{NBSP}m.", system="Los mensajes y las llamadas están cifrados de extremo a extremo.",
        omitted="<Multimedia omitido>", attached="{} (archivo adjunto)", deleted="Se eliminó este mensaje",
    ),
    Locale("es-419 nnbsp", "{d.day}/{d.month}/{d.year}, {h12}:{d.minute:02}" + NNBSP + "{half} - ", "a. m.", "p. m."),
    Locale(
        "pt-BR", "{d.day:02}/{d.month:02}/{d.year} {d.hour:02}:{d.minute:02} - ",
        system="As mensagens são protegidas com a criptografia de ponta a ponta.", omitted="<Mídia oculta>",
        attached="{} (arquivo anexado)", deleted="Mensagem apagada",
    ),
    Locale("it", "{d.day:02}/{d.month:02}/{yy:02}, {d.hour:02}:{d.minute:02} - ", omitted="<Media omessi>"),
    Locale("nl", "{d.day:02}-{d.month:02}-{d.year} {d.hour:02}:{d.minute:02} - ", omitted="<Media weggelaten>"),
    Locale("sv", "{d.year}-{d.month:02}-{d.day:02} {d.hour:02}:{d.minute:02} - ", omitted="<Media har utelämnats>"),
    Locale("fi", "{d.day}.{d.month}.{d.year} klo {d.hour:02}.{d.minute:02} - "),
    Locale("fi seconds", "{d.day}.{d.month}.{d.year} klo {d.hour:02}.{d.minute:02}.{d.second:02} - ", seconds=True),
    Locale("da", "{d.day:02}.{d.month:02}.{d.year} {d.hour:02}.{d.minute:02} - "),
    Locale("cs", "{d.day}. {d.month}. {d.year} {d.hour}:{d.minute:02} - "),
    Locale("hr bare", "{d.day}. {d.month}. {d.year}. {d.hour:02}:{d.minute:02}:{d.second:02} ", seconds=True),
    Locale("hu", "{d.year}. {d.month:02}. {d.day:02}. {d.hour}:{d.minute:02} - "),
    Locale("bg", "{d.day}.{d.month:02}.{yy:02} г., {d.hour}:{d.minute:02} - "),
    Locale("lv", "{d.year}.{d.month:02}.{d.day:02}. {d.hour:02}:{d.minute:02} - "),
    Locale(
        "tr", "{d.day:02}.{d.month:02}.{d.year} {d.hour:02}:{d.minute:02} - ",
        system="Mesajlar ve aramalar uçtan uca şifrelidir.", omitted="<Medya dahil edilmedi>",
        attached="{} (dosya ekli)", deleted="Bu mesaj silindi",
    ),
    Locale("tr 12 h", "{d.day:02}.{d.month:02}.{d.year} {half} {h12}:{d.minute:02} - ", "ÖÖ", "ÖS"),
    Locale(
        "ru", "{d.day:02}.{d.month:02}.{d.year}, {d.hour:02}:{d.minute:02} - ",
        system="Сообщения и звонки защищены сквозным шифрованием.", omitted="<Без медиафайлов>",
        attached="{} (файл добавлен)", deleted="Данное сообщение удалено",
    ),
    Locale(
        "ar", "{d.day}" + RLM + "/{d.month}" + RLM + "/{d.year}، {h12}:{d.minute:02} {half} - ", "ص", "م", eastern=True,
        system="الرسائل والمكالمات مشفرة تمامًا بين الطرفين.", omitted="<تم استبعاد الوسائط>",
        attached="{} (الملف مرفق)", deleted="تم حذف هذه الرسالة",
    ),
    Locale(
        "ar Latin digits", "{d.day:02}/{d.month:02}/{d.year}, {h12}:{d.minute:02} {half} - ", "ص", "م",
        system="الرسائل والمكالمات مشفرة تمامًا بين الطرفين.", omitted="<تم استبعاد الوسائط>",
    ),
    Locale("ar NNBSP", "{d.day}/{d.month}/{d.year}, {h12}:{d.minute:02}" + NNBSP + "{half} - ", "ص", "م", eastern=True),
    Locale(
        "zh-CN", "{d.year}/{d.month}/{d.day} {d.hour:02}:{d.minute:02} - ",
        system="消息和通话已进行端到端加密。", omitted="<省略多媒体文件>", attached="{} (文件附件)", deleted="此消息已删除",
    ),
    Locale("zh-CN 12 h", "{d.year}/{d.month}/{d.day} {half}{h12}:{d.minute:02} - ", "上午", "下午"),
    Locale("zh-TW", "{d.year}/{d.month}/{d.day}, {half}{h12}:{d.minute:02} - ", "上午", "下午"),
    Locale("zh 年月日", "{d.year}年{d.month}月{d.day}日 {half}{h12}:{d.minute:02} - ", "上午", "下午"),
    Locale("zh-HK", "{d.day}/{d.month}/{d.year} {half}{h12}:{d.minute:02} - ", "上午", "下午"),
    Locale("ja", "{d.year}/{d.month:02}/{d.day:02} {d.hour}:{d.minute:02} - "),
    Locale("ko", "{d.year}. {d.month}. {d.day}. {half} {h12}:{d.minute:02} - ", "오전", "오후"),
    Locale("ko 년", "{d.year}년 {d.month}월 {d.day}일 {half} {h12}:{d.minute:02} - ", "오전", "오후"),
    Locale("vi", "{d.hour:02}:{d.minute:02}, {d.day:02}/{d.month:02}/{d.year} - "),
    Locale("el", "{d.day}/{d.month}/{yy:02}, {h12}:{d.minute:02} {half} - ", "π.μ.", "μ.μ."),
    Locale("iOS en-GB", "[{d.day:02}/{d.month:02}/{d.year}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale(
        "iOS en-US", "[{d.month}/{d.day}/{yy:02}, {h12}:{d.minute:02}:{d.second:02}" + NNBSP + "{half}] ", seconds=True
    ),
    Locale("iOS de", "[{d.day:02}.{d.month:02}.{yy:02}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS tr", "[{d.day}.{d.month:02}.{d.year} {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS sv", "[{d.year}-{d.month:02}-{d.day:02}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS zh", "[{d.year}/{d.month:02}/{d.day:02}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS zh 12 h", "[{d.year}/{d.month}/{d.day} {half}{h12}:{d.minute:02}:{d.second:02}] ", "上午", "下午", seconds=True),
    Locale(
        "iOS ar", "[{d.day}" + RLM + "/{d.month}" + RLM + "/{d.year}, {h12}:{d.minute:02}:{d.second:02} {half}] ",
        "ص", "م", eastern=True, seconds=True,
    ),
    Locale("iOS fr", "[{d.day:02}/{d.month:02}/{d.year} {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS nl", "[{d.day:02}-{d.month:02}-{d.year}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS pl", "[{d.day}.{d.month:02}.{d.year}, {d.hour:02}:{d.minute:02}:{d.second:02}] ", seconds=True),
    Locale("iOS es 12 h", "[{d.day}/{d.month}/{yy:02}, {h12}:{d.minute:02}:{d.second:02}" + NNBSP + "{half}] ",
           f"a.{NBSP}m.", f"p.{NBSP}m.", seconds=True),
)  # fmt: skip
