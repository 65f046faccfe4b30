"""The browser, the sites and the views; the pages are served by real processes, so Django is not started here."""

from browser_fixtures import browser, demo_site, empty_site, site  # noqa: F401
