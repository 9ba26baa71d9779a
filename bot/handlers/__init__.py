"""What Telegram sends, and who answers it."""

from bot.handlers.errors import report_error, report_quarantined
from bot.handlers.routes import FIRST, ROUTES

__all__ = ["FIRST", "ROUTES", "report_error", "report_quarantined"]
