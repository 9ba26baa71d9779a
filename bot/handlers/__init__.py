"""What Telegram sends, and who answers it."""

from bot.handlers.routes import ROUTES, report_error

__all__ = ["ROUTES", "report_error"]
