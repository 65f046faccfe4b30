"""Makes Django ready and brings the web fixtures (cast, data_folder, front_door)."""

import web_ready  # noqa: F401 - first: it chooses the settings
from web_fixtures import cast, data_folder, front_door  # noqa: F401
