"""Pages without an account; they read published release folders only."""
