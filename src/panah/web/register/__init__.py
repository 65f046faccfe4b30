"""Claims, incidents, persons, responses, campaigns."""
