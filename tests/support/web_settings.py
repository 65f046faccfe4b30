"""The desk's settings with what only tests may change."""

from panah.web.config.desk import *  # noqa: F403
from panah.web.config.desk import DATABASES, PANAH_DATA

PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
PANAH_JOBS_AT_ONCE = True
ACCOUNT_RATE_LIMITS = False

# a file, not memory: the invariants look into it, and its journal, as a thief would
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(PANAH_DATA / "test.sqlite3")}
