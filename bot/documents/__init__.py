"""Imported documents: what was read, drafts of it, taken in or thrown away."""
