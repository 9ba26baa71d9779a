"""Telegram's wire: taking updates in, sending calls out, and what goes wrong on the way."""
