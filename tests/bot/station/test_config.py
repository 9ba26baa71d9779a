"""Settings, and what is said of wrong ones."""

import io
import logging
from pathlib import Path

import pytest

from bot.local_telegram import TOKEN
from bot.station.config import ConfigError, load_settings
from bot.station.logs import RedactingFormatter


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the developer's own."""
    monkeypatch.chdir(tmp_path)


def test_settings_come_from_the_environment_and_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """.env is read; the environment comes before it; lists of ids take Chinese commas too."""
    (tmp_path / ".env").write_text(
        f"POLICYBOT_TOKEN={TOKEN}\nPOLICYBOT_ALLOWED_IDS=1, 2，3\nPOLICYBOT_LOG_LEVEL=DEBUG\n", encoding="utf-8"
    )
    monkeypatch.setenv("POLICYBOT_LOG_LEVEL", "ERROR")

    settings = load_settings()

    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert settings.allowed_ids == (1, 2, 3)
    assert settings.log_level == "ERROR"
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "not-a-token-at-all"),
        ("PROXY", "127.0.0.1:7890"),
        ("BASE_URL", "telegram"),
        ("ALLOWED_IDS", "12, 老王"),
        ("LOG_LEVEL", "LOUD"),
        ("TIMEZONE", "Asia/Zhengzhou"),
        ("ADMIN_IDS", "老王"),
        ("LISTEN", "8081"),
        ("LISTEN", "127.0.0.1:80810"),
        ("WEBHOOK_URL", "example.org"),
        ("WEBHOOK_SECRET", "zu kurz"),
        ("DATABASE", "mysql://x/y"),
        ("DATABASE", "file.db"),
        ("OLD_AFTER_MINUTES", "0"),
        ("ADMIN_IDS", "3001,1087968824"),
        ("ALLOWED_IDS", "777000"),
        ("OLD_AFTER_MINUTES", "zehn"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the setting, says in Chinese how it is to be written, and doesn't repeat a secret."""
    monkeypatch.setenv(f"POLICYBOT_{name}", value)

    with pytest.raises(ConfigError) as caught:
        load_settings()

    assert str(caught.value).startswith(f"设置 POLICYBOT_{name} 不对：")
    assert "\n" not in str(caught.value)
    assert "not-a-token-at-all" not in str(caught.value)


def test_a_token_never_reaches_the_log() -> None:
    """Tokens are blotted out in messages, in arguments and in traces."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logger = logging.getLogger("a-logger-of-its-own")
    logger.addHandler(handler)

    logger.warning("POST %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    logger.error("failed", exc_info=RuntimeError(TOKEN))

    assert TOKEN not in stream.getvalue()
    assert stream.getvalue().count("<token>") == 2
    assert "RuntimeError" in stream.getvalue()


def test_a_password_in_an_address_never_reaches_the_log() -> None:
    """Databases and proxies are named with their passwords blotted out."""
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "postgresql://bot:geheim@db/x", None, None)

    assert RedactingFormatter("%(message)s").format(record) == "postgresql://bot:<password>@db/x"


def test_addresses_of_databases_and_of_the_little_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """postgresql:// is enough; without one there is a file in the data folder; the address to listen on has two parts."""
    monkeypatch.setenv("POLICYBOT_DATA", str(tmp_path))
    assert load_settings().database_url() == f"sqlite+aiosqlite:///{tmp_path.as_posix()}/policybot.db"
    assert load_settings().listen_address == ("127.0.0.1", 8081)

    monkeypatch.setenv("POLICYBOT_DATABASE", "postgres://u:geheim@h/d")
    monkeypatch.setenv("POLICYBOT_LISTEN", "[::1]:9000")

    settings = load_settings()
    assert settings.database_url() == "postgresql+asyncpg://u:geheim@h/d"
    assert settings.listen_address == ("::1", 9000)
    assert "geheim" not in repr(settings)


def test_the_webhooks_secret_is_the_same_at_every_start_and_needs_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to think one up; another token has another one; one's own is taken where it is given."""
    monkeypatch.setenv("POLICYBOT_TOKEN", TOKEN)
    first = load_settings().webhook_secret_value()
    assert first == load_settings().webhook_secret_value()
    assert TOKEN not in first
    monkeypatch.setenv("POLICYBOT_TOKEN", TOKEN[:-1] + "B")
    assert load_settings().webhook_secret_value() != first
    monkeypatch.setenv("POLICYBOT_WEBHOOK_SECRET", "my-own-secret-of-mine")
    assert load_settings().webhook_secret_value() == "my-own-secret-of-mine"
