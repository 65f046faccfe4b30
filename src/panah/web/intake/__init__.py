"""Reports as they came in."""
