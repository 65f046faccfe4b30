"""Documentation lists, linkage runs and estimates."""
