"""A knowledge folder, read: Markdown and word lists in, a `KnowledgeBase` or every `Problem` out."""

from retrieval.content.folder import load_folder, read_folder

__all__ = ["load_folder", "read_folder"]
