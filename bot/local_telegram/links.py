"""Addresses: which ones Telegram takes for a link, and which ones are this machine."""

import ipaddress
import re
from contextlib import suppress
from urllib.parse import urlsplit


def checked_url(url: str) -> str:
    """A link as Telegram keeps it; empty where it is none, and then the text stays without a link."""
    url = url.strip()
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", url) or re.match(r"[^/:]+:\d", url):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton", "mailto"):
        return url
    if parts.scheme not in ("http", "https", "ftp", "tonsite") or not re.fullmatch(r"[^\s.@]+(\.[^\s.@]+)+", host):
        return ""
    place = host + (f":{port}" if port is not None else "")
    rest = url.split("://", 1)[1][len(parts.netloc) :]
    if any(character.isspace() for character in rest):
        return ""
    return f"{parts.scheme}://{place}{rest if rest.startswith('/') else '/' + rest}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False
