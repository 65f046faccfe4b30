"""``python -m panah`` is ``panah``."""

from panah.cli import main

main()
