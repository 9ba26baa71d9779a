"""Questions to hits: analyzer, index, look-up by number, retriever."""
