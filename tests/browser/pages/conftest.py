"""The browser, the sites and the views, as in the folder above."""
