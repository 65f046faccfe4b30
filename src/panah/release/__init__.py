"""Public tables and figures that expose nobody: coded fields only, small counts hidden, denials beside them.

Promise: no count below the threshold is shown or can be computed, within one release or across several, and whoever
reads a number reads how it was made. See :mod:`panah.release.suppression` for the rule.
"""

from .coded import DIMENSIONS, CodedIncident, coded
from .figures import for_page, timeline_svg, world_map_svg
from .folder import Release, read_release, release_tables, releases_in, write_release
from .suppression import DEFAULT_THRESHOLD, audit, public_table
from .table import PublicTable

__all__ = [
    "DEFAULT_THRESHOLD",
    "DIMENSIONS",
    "CodedIncident",
    "PublicTable",
    "Release",
    "audit",
    "coded",
    "for_page",
    "public_table",
    "read_release",
    "release_tables",
    "releases_in",
    "timeline_svg",
    "world_map_svg",
    "write_release",
]
