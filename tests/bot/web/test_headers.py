import base64
import hashlib

import pytest

from bot.web.headers import form_targets, origin_of, page_policy


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Bot.Example.org", "https://bot.example.org"),
        ("https://bot.example.org:443/path", "https://bot.example.org"),
        ("https://bot.example.org:8443", "https://bot.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_the_policy_names_inline_code_by_its_hash_and_nothing_else() -> None:
    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert page_policy(style="b {}", script="x()") == (
        f"default-src 'none'; style-src {hashed('b {}')}; img-src data:; "
        f"script-src {hashed('x()')}; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def test_a_page_without_a_script_allows_none() -> None:
    assert "script-src" not in page_policy(style="b {}")
    assert "connect-src" not in page_policy(style="b {}")


def test_the_form_may_lead_to_discord_only() -> None:
    assert form_targets("https://discord.com/oauth2/authorize") == (
        "'self'",
        "https://discord.com",
    )


def test_the_form_may_lead_to_any_host_of_imgur() -> None:
    targets = form_targets("https://api.imgur.com/oauth2/authorize")

    assert targets == (
        "'self'",
        "https://api.imgur.com",
        "https://imgur.com",
        "https://*.imgur.com",
    )
    assert form_targets("http://127.0.0.1:9000/oauth2/authorize") == (
        "'self'",
        "http://127.0.0.1:9000",
    )
