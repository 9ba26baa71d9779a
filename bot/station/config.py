"""Settings, from the environment and a `.env` file."""

import hashlib
import hmac
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.station.accounts import SERVICE_ACCOUNTS
from bot.station.folders import DATA, DEFAULT_KNOWLEDGE
from retrieval.errors import PolicybotError

_PROXY = re.compile(r"(?:https?|socks5h?)://(?:[^\s@/]+@)?[A-Za-z0-9.\-\[\]:]+:[0-9]{1,5}/?")
_ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_PREFIX = "POLICYBOT_"


class ConfigError(PolicybotError):
    """Settings that can't be used; the message names each in one line, in Chinese, without the value of a secret."""


class Settings(BaseSettings):
    """Everything that can be set; each as `POLICYBOT_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore")

    token: SecretStr | None = Field(
        None, description="The bot's token from BotFather; without it Telegram is not connected."
    )
    proxy: str | None = Field(
        None, description="Proxy for calls and for getUpdates: http://, https:// or socks5://host:port."
    )
    base_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://api.telegram.org/bot"), description="Where the Bot API is, up to and with `/bot`."
    )
    knowledge: Path = Field(DEFAULT_KNOWLEDGE, description="The knowledge folder.")
    allowed_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids of those who may ask, parted by commas."
    )
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids of those who are told when something breaks, parted by commas; they may ask too."
    )
    data: Path = Field(DATA, description="The folder for what the bot has to remember; made at the first start.")
    database: SecretStr | None = Field(
        None, description="Where people and the daily case are kept: a file in the data folder, or postgresql://…"
    )
    old_after_minutes: float = Field(
        10, gt=0, description="Messages that waited longer for the bot are not answered; their senders are told once."
    )
    listen: str = Field("127.0.0.1:8081", description="Where /health, /metrics and the webhook are served: host:port.")
    webhook_url: AnyHttpUrl | None = Field(
        None, description="Where Telegram reaches this bot from outside; without it the bot asks Telegram itself."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="What Telegram sends along, 16 to 256 of A-Z a-z 0-9 _ -; made from the token where not given.",
    )
    watch_seconds: float = Field(
        0, ge=0, description="How often the knowledge folder is looked at for changes; 0: only when somebody reloads."
    )
    contact: str = Field("班组长或所里的培训员", description="Whom the bot names when it has no answer.")
    timezone: str = Field("Asia/Shanghai", description="The station's time zone; decides which day it is.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @field_validator("token", mode="before")
    @classmethod
    def _token(cls, value: object) -> object:
        value = value.get_secret_value() if isinstance(value, SecretStr) else value
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        number, colon, secret = text.partition(":")
        if not (
            colon and number.isdecimal() and len(secret) >= 20 and secret.replace("-", "").replace("_", "").isalnum()
        ):
            message = "不像机器人令牌，应当是 BotFather 给的“数字：一串字母数字”"
            raise ValueError(message)
        return text

    @field_validator("proxy", mode="before")
    @classmethod
    def _proxy(cls, value: object) -> object:
        text = str(value).strip() if value is not None else ""
        if text and not _PROXY.fullmatch(text):
            message = "代理要写成 http://主机:端口 或 socks5://主机:端口"
            raise ValueError(message)
        return text or None

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: AnyHttpUrl) -> AnyHttpUrl:
        if not str(value).endswith("/bot"):
            message = "要以 /bot 结尾，例如 https://api.telegram.org/bot"
            raise ValueError(message)
        return value

    @field_validator("knowledge", mode="before")
    @classmethod
    def _knowledge(cls, value: object) -> object:
        return value if str(value).strip() else DEFAULT_KNOWLEDGE

    @field_validator("data", mode="before")
    @classmethod
    def _data(cls, value: object) -> object:
        return value if str(value).strip() else DATA

    @field_validator("database", mode="before")
    @classmethod
    def _database(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "").strip()
        if not text:
            return None
        scheme, separator, rest = text.partition("://")
        known = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
        scheme = known.get(scheme, scheme)
        if not separator or scheme not in known.values():
            message = "要写成 postgresql://用户:口令@主机/库 或 sqlite:///文件"
            raise ValueError(message)
        return f"{scheme}://{rest}"

    def database_url(self) -> str:
        """The address for `bot.storage.database.Database`."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data / 'policybot.db').absolute().as_posix()}"

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        found = _ADDRESS.fullmatch(value.strip())
        if found is None or int(found["port"]) > 65535:
            message = "要写成 主机:端口，例如 127.0.0.1:8081"
            raise ValueError(message)
        return value.strip()

    @field_validator("webhook_url", mode="before")
    @classmethod
    def _webhook_url(cls, value: object) -> object:
        return value if value is not None and str(value).strip() else None

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _webhook_secret(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "").strip()
        if text and not _SECRET.fullmatch(text):
            message = "要用 16 到 256 个字母、数字、下划线或短横线"
            raise ValueError(message)
        return text or None

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port of `listen`."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    def webhook_secret_value(self) -> str:
        """The secret of the webhook; the same at every start, and not to be guessed without the token."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return self._derived(b"policybot webhook")

    def reload_secret(self) -> str:
        """What `policybot reload` shows to the running bot; whoever knows the token could make it."""
        return self._derived(b"policybot reload")

    def _derived(self, purpose: bytes) -> str:
        token = self.token.get_secret_value() if self.token is not None else ""
        return hmac.new(token.encode(), purpose, hashlib.sha256).hexdigest()

    @field_validator("allowed_ids", "admin_ids", mode="before")
    @classmethod
    def _allowed_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = value.replace("\uff0c", ",").replace("、", ",").replace(" ", ",").split(",")
        if not all(part.strip().isdecimal() for part in parts if part.strip()):
            message = "要写成用逗号隔开的数字编号，例如 12345678,87654321"
            raise ValueError(message)
        numbers = tuple(int(part) for part in parts if part.strip())
        if foreign := SERVICE_ACCOUNTS.intersection(numbers):
            message = f"{min(foreign)} 是 Telegram 的系统账号，不是人的编号"
            raise ValueError(message)
        return numbers

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - only the bot needs it, and it costs every start

        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError) as error:
            message = "不认识这个时区，例如 Asia/Shanghai"
            raise ValueError(message) from error
        return value


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        ConfigError: Where one is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = _PREFIX + "_".join(map(str, fault["loc"])).upper()
            lines.append(f"设置 {name} 不对：{_in_chinese(str(fault['type']), str(fault['msg']))}")
        raise ConfigError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        message = f"读不了 .env 文件：{error}"
        raise ConfigError(message) from None


def _in_chinese(kind: str, message: str) -> str:
    known = {
        "literal_error": "只能是 DEBUG、INFO、WARNING、ERROR 之一",
        "greater_than": "要写一个大于 0 的数",
        "greater_than_equal": "要写 0 或者更大的数",
        "float_parsing": "要写一个数，例如 10",
        "url_parsing": "要写成完整的网址，例如 https://api.telegram.org/bot",
        "url_scheme": "网址要以 http:// 或 https:// 开头",
    }
    return known.get(kind, message.removeprefix("Value error, "))
