"""A knowledge folder, read: Markdown and word lists in, a `KnowledgeBase` or every `Problem` out."""

from retrieval.content.folder import BookCache, load_folder, read_folder

__all__ = ["BookCache", "load_folder", "read_folder"]
