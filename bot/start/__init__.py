"""Puts the bot together, and runs it."""
