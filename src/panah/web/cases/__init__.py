"""Private working files, who may open them, and the log of every opening."""
