"""The one place that chooses real things: from settings to a running bot."""

import logging
from zoneinfo import ZoneInfo

from telegram import BotCommand, LinkPreviewOptions, Update
from telegram.error import BadRequest, InvalidToken, NetworkError
from telegram.ext import ApplicationBuilder, ContextTypes, Defaults
from telegram.request import BaseRequest, HTTPXRequest

from bot import replies
from bot.config import ConfigError, Settings
from bot.handlers import ROUTES, report_error
from bot.handlers.context import BotApplication, ChatMemory, Context, Services
from bot.roles import Door
from bot.services.asking import AskingService
from bot.services.generations import Generation, KnowledgeService, build_generation

_log = logging.getLogger(__name__)


def build_application(
    settings: Settings, generation: Generation, requests: tuple[BaseRequest, BaseRequest] | None = None
) -> BotApplication:
    """Put the bot together.

    Args:
        settings: With a token.
        generation: The knowledge to start with.
        requests: What calls and getUpdates go through; real HTTP where None.

    Raises:
        ConfigError: Without a token.
    """
    if settings.token is None:
        message = "没有设置 POLICYBOT_TOKEN"
        raise ConfigError(message)
    knowledge = KnowledgeService(generation)
    services = Services(
        AskingService(knowledge, ZoneInfo(settings.timezone)), knowledge, Door(settings.allowed_ids), settings.contact
    )
    calls, polls = requests or (_http(settings, pool=16), _http(settings, pool=1))
    application: BotApplication = (
        ApplicationBuilder()
        .token(settings.token.get_secret_value())
        .base_url(str(settings.base_url))
        .request(calls)
        .get_updates_request(polls)
        .context_types(ContextTypes(context=Context, chat_data=ChatMemory))
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .post_init(_set_commands)
        .build()
    )
    application.bot_data["services"] = services
    application.add_handlers(ROUTES)
    application.add_error_handler(report_error)
    return application


def _http(settings: Settings, pool: int) -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=pool, proxy=settings.proxy)


async def _set_commands(application: BotApplication) -> None:
    await application.bot.set_my_commands([BotCommand(name, description) for name, description in replies.COMMANDS])


def _in_one_line(record: logging.LogRecord) -> bool:
    """PTB logs a trace for every call that fails; while a line is down that is a page a second."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name == "telegram.request.BaseRequest":
        record.exc_info, record.exc_text = None, None
    elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        record.msg, record.args = "Telegram can't be reached (%s); trying again", (error.message,)
        record.exc_info, record.exc_text = None, None
    return True


def run_bot(settings: Settings) -> None:
    """Answer on Telegram until SIGTERM or Ctrl-C.

    Raises:
        ConfigError: Without a token, or with one that Telegram doesn't know.
        KnowledgeError: Where the knowledge folder has Problems.
    """
    generation = build_generation(settings.knowledge)
    _log.info(
        "Knowledge: %d rules, %d clauses, %d cases",
        len(generation.knowledge.rules),
        len(generation.knowledge.clauses),
        len(generation.knowledge.cases),
    )
    for notice in generation.knowledge.notices:
        _log.warning("%s", notice)
    if not settings.allowed_ids:
        _log.warning(
            "POLICYBOT_ALLOWED_IDS is empty: the bot answers nobody; /start tells people the id to give to you"
        )
    application = build_application(settings, generation)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_in_one_line)
    try:
        # Retries without end: a station's line is often down when its machine comes up.
        application.run_polling(
            allowed_updates=[Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY], bootstrap_retries=-1
        )
    except InvalidToken:
        message = "Telegram 不认识这个令牌，请核对 POLICYBOT_TOKEN"
        raise ConfigError(message) from None
    except NetworkError as error:
        message = f"连不上 Telegram:{type(error).__name__}。请检查网络、POLICYBOT_PROXY 和 POLICYBOT_BASE_URL"
        raise ConfigError(message) from None
