"""What is known and how it changes: reload, history, edits, gaps, rule books."""
