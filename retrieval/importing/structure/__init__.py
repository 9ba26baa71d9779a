"""What a text consists of: articles of rule books, cases and their sections."""
