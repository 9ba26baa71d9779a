"""Settings, and what is said of wrong ones."""

import io
import logging
from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings
from bot.local_telegram import TOKEN
from bot.logs import RedactingFormatter
from bot.roles import Door, Role


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


def test_nobody_listed_means_closed() -> None:
    """An empty list lets nobody in; a list lets in those on it."""
    assert Door(()).role(1) is Role.STRANGER
    assert Door((1,)).role(1) is Role.STAFF
    assert Door((1,)).role(2) is Role.STRANGER
