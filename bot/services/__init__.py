"""What the bot does, without Telegram."""
