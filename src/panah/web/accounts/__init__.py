"""Organisation, members, their keys and sessions."""
