"""Settings from the environment: a wrong value fails at start and says what is allowed; it never half-works.

Every name has the prefix ``PANAH_``. A secret may also stand in a file named by ``PANAH_<NAME>_FILE``.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from panah.errors import NotConfigured

PREFIX: Final = "PANAH_"
YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"0", "false", "no", "off", ""})


def envstr(name: str, default: str = "") -> str:
    """The text of ``PANAH_<name>``."""
    return os.environ.get(PREFIX + name, default).strip()


def envbool(name: str, default: bool) -> bool:
    """Yes or no.

    Raises:
        NotConfigured: It is neither.
    """
    text = os.environ.get(PREFIX + name)
    if text is None:
        return default
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise NotConfigured("neither yes nor no", where=PREFIX + name, hint="write true or false", value=text)


def envint(name: str, default: int, *, at_least: int, at_most: int) -> int:
    """A whole number within bounds.

    Raises:
        NotConfigured: It is no whole number, or out of bounds.
    """
    text = envstr(name, str(default))
    allowed = f"write a whole number from {at_least} to {at_most}"
    try:
        number = int(text)
    except ValueError:
        raise NotConfigured("not a whole number", where=PREFIX + name, hint=allowed, value=text) from None
    if not at_least <= number <= at_most:
        raise NotConfigured("out of bounds", where=PREFIX + name, hint=allowed, value=text)
    return number


def envchoice(name: str, default: str, allowed: Collection[str]) -> str:
    """One of a few words.

    Raises:
        NotConfigured: It is another word.
    """
    word = envstr(name, default)
    if word not in allowed:
        raise NotConfigured(
            "not one of the allowed words", where=PREFIX + name, hint=f"write {' or '.join(allowed)}", value=word
        )
    return word


def envlist(name: str, default: Collection[str]) -> list[str]:
    """Words separated by commas."""
    text = envstr(name)
    return [word.strip() for word in text.split(",") if word.strip()] if text else list(default)


def envsecret(name: str) -> str | None:
    """A secret, from the variable or from the file that ``PANAH_<name>_FILE`` names; never both.

    Raises:
        NotConfigured: Both are set, or the file cannot be read or is empty.
    """
    direct, file = envstr(name), envstr(f"{name}_FILE")
    if direct and file:
        raise NotConfigured("set twice", where=PREFIX + name, hint=f"keep only one of it and {PREFIX}{name}_FILE")
    if not file:
        return direct or None
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise NotConfigured("the file cannot be read", where=f"{PREFIX}{name}_FILE", hint="check its path") from None
    if not secret:
        raise NotConfigured("the file is empty", where=f"{PREFIX}{name}_FILE", hint="write the secret into it")
    return secret
