"""Logging that never tells a secret."""

import logging
import re

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"(\w://[^\s:/@]+:)[^\s/@]+@")


class RedactingFormatter(logging.Formatter):
    """Blots out bot tokens and the passwords of addresses, also inside traces and in the URLs that httpx prints."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with secrets blotted out."""
        return _PASSWORD.sub(r"\1<password>@", _TOKEN.sub("<token>", super().format(record)))


def set_up_logging(level: str) -> None:
    """Log to stderr.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # One line for every poll says nothing and holds the token.
    logging.getLogger("httpx").setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # Of a damaged document it tells every fault, in the document's own words.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
