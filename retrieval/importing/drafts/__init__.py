"""What becomes of it: files in the knowledge format, and everything that a person should know about them."""
