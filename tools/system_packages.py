"""Say in one clear line which system packages the full test run still needs; tests that need them skip."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

NEEDED = {
    "chromium": lambda: bool(shutil.which("chromium")),
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "age": lambda: bool(shutil.which("age")),
    "openssl": lambda: bool(shutil.which("openssl")),
    "fonts-noto-core": lambda: any(Path("/usr/share/fonts").rglob("NotoSansArabic*")),
    "poppler-utils": lambda: bool(shutil.which("pdftotext")),
}


def main() -> int:
    """Print the line; never fail, since each test says itself that it was skipped."""
    missing = [package for package, present in NEEDED.items() if not present()]
    if missing:
        print(
            f"make test: some tests will be skipped; for all of them: apt-get install {' '.join(missing)}",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
