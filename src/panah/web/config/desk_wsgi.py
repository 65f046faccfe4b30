"""What the server process of the desk door calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panah.web.config.desk")
application = get_wsgi_application()
