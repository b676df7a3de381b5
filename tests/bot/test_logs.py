"""Secrets never reach the log."""

import json
import logging

import pytest

from bot.logs import JsonFormatter, Redactor, TextFormatter

SECRET = "a-known-secret-value"
redact = Redactor([SECRET, "tiny"])


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"connecting with {SECRET}", SECRET),
        ("Authorization: Bearer 0123456789abcdef0123", "0123456789abcdef0123"),
        ("Authorization: Client-ID 0123456789abcde", "0123456789abcde"),
        ("GET /cb?state=abc123&x=1", "abc123"),
        ("#access_token=abcdef&token_type=bearer", "abcdef"),
        ('{"refresh_token": "abcdef"}', "abcdef"),
        ("deletehash='QWERTYUIOP12345'", "QWERTYUIOP12345"),
        ("POST /webhooks/123/aW50ZXJhY3Rpb246MTIzNDU2Nzg5/messages", "aW50ZXJhY3Rpb24"),
        ("POST /interactions/123/aW50ZXJhY3Rpb246MTIzNDU2Nzg5/callback", "aW50ZXJhY3Rpb24"),
        ("https://cdn.example/a.png?ex=66aa&is=66bb&hm=deadbeef", "deadbeef"),
        ("GET /link/0123456789abcdef0123456789abcdef", "0123456789abcdef"),
        ("GET /oauth2/authorize?client_id=0123456789abcde", "0123456789abcde"),
        ("X-RapidAPI-Key: abcdef123456", "abcdef123456"),
    ],
)
def test_what_is_secret_is_hidden(text: str, hidden: str) -> None:
    shown = redact(text)
    assert hidden not in shown
    assert "[hidden]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "status code: 404",
        "the state of things",
        "user 123 uploaded 4 files",
        "tiny",
        "https://discord.com/oauth2/authorize?client_id=1430000000000000000&scope=bot",
    ],
)
def test_what_is_not_secret_stays(text: str) -> None:
    assert redact(text) == text


def record(message: str, *, failing: bool = False) -> logging.LogRecord:
    info = None
    if failing:
        try:
            raise ValueError(f"inside: {SECRET}")
        except ValueError as error:
            info = (type(error), error, error.__traceback__)
    return logging.LogRecord("bot", logging.INFO, __file__, 1, message, None, info)


def test_tracebacks_are_redacted_too() -> None:
    assert SECRET not in TextFormatter(redact).format(record("failed", failing=True))


def test_json_lines_hold_one_redacted_object() -> None:
    line = JsonFormatter(redact).format(record(f"with {SECRET}", failing=True))
    entry = json.loads(line)
    assert entry["message"] == "with [hidden]"
    assert "ValueError" in entry["traceback"]
    assert SECRET not in line
