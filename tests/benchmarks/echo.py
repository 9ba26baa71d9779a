"""A bare python-telegram-bot echo bot, to be measured beside ours: `python -m tests.benchmarks.echo`, started by `throughput`."""

import os

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

CONNECTIONS = 64
"""As many as ours has."""
TEXT = "供" * 335
"""As long as the median answer to the questions of the shipped `golden.jsonl`, its tags included."""


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same to everybody."""
    if update.effective_message is not None:
        await update.effective_message.reply_text(TEXT)


def main() -> None:
    """Answer until SIGTERM; the settings are those of ours."""
    application = (
        ApplicationBuilder()
        .token(os.environ["POLICYBOT_TOKEN"])
        .base_url(os.environ["POLICYBOT_BASE_URL"])
        .connection_pool_size(CONNECTIONS)
        .get_updates_connection_pool_size(1)
        .concurrent_updates(16)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(allowed_updates=[Update.MESSAGE])


if __name__ == "__main__":
    main()
