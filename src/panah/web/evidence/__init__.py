"""Original bytes, sealed, with a custody log that only grows."""
