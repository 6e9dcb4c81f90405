"""Addresses on the web, by their shape alone; whether anybody answers there is seen when they are called."""

from urllib.parse import urlsplit

AN_ADDRESS = "a whole address like https://example.com/hook"


def is_web_address(text: str) -> bool:
    """Whether this is a whole http or https address."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or half an IPv6 address
        return False
    return parts.scheme in ("http", "https") and named and not any(letter.isspace() for letter in text)
