"""Every word that staff read, as Telegram HTML; and the keyboards below it."""
