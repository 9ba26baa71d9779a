"""One reading of the knowledge folder, and the copies that are kept of it."""
