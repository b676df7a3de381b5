"""Log lines for people or machines, with every secret taken out of the final text."""

import json
import logging
import re
import sys
from collections.abc import Collection
from typing import Any

#: Libraries that log addresses with their queries, bodies, or what nobody asked for.
_QUIETED = {
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.INFO,
    "discord.client": logging.INFO,
    "discord.gateway": logging.INFO,
    "discord.http": logging.INFO,
    "discord.webhook": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "PIL": logging.INFO,
}

_HIDDEN = "[hidden]"
_SHORTEST_SECRET = 6

#: What looks like a secret wherever it stands, whoever logged it.
_PATTERNS = (
    re.compile(r"(?i)\b(Bearer|Client-ID|Bot)\s+[\w.~+/-]{8,}=*"),
    re.compile(
        # A client id of Discord's, which is a snowflake, is public: it stands in the invite link.
        r"(?i)\b(access_token|refresh_token|client_secret|client_id(?!=\d{17,20}\b)|deletehash"
        r"|password|x-(?:mashape|rapidapi)-key)(\"?'?\s*[=:]\s*\"?'?)[^\s&\"',})]+"
    ),
    re.compile(r"(/webhooks/\d+/)[\w.-]{20,}"),
    re.compile(r"(/interactions/\d+/)[\w.-]{20,}"),
    re.compile(r"([?&#](?:code|state)=)[^\s&\"']+"),
    re.compile(r"([?&](?:ex|is|hm)=)[0-9a-f]+"),
    re.compile(r"(/link/)[\w-]{20,}"),
)


class Redactor:
    """Replaces secrets in text."""

    def __init__(self, secrets: Collection[str]) -> None:
        """Prepare.

        Args:
            secrets: Values that must never appear, whatever they look like.
        """
        known = sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """``text`` without secrets."""
        if self._known is not None:
            text = self._known.sub(_HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(_keep_name, text)
        return text


class TextFormatter(logging.Formatter):
    """One line a record for people; tracebacks follow."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", style="{")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished text, redacted."""
        return self._redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a record."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished object, redacted."""
        entry: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        if record.exc_info:
            entry["traceback"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(level: str, style: str, secrets: Collection[str]) -> None:
    """Log to standard error, for the whole process.

    Args:
        style: ``"text"`` or ``"json"``.
        secrets: Values that must never appear.
    """
    redact = Redactor(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if style == "json" else TextFormatter(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quietest in _QUIETED.items():
        logging.getLogger(name).setLevel(max(root.level, quietest))


def _keep_name(match: re.Match[str]) -> str:
    """The match with its value hidden and its name kept."""
    kept = "".join(group for group in match.groups() if group)
    return f"{kept} {_HIDDEN}" if kept.lower() in {"bearer", "client-id", "bot"} else kept + _HIDDEN
