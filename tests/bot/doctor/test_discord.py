"""What Discord's word about the application means."""

from pathlib import Path

from bot.checkup import Outcome
from bot.discord_application import ApplicationFacts
from bot.doctor.discord import about_messages, about_sign_in, examine_discord
from bot.errors import DiscordUnreachableError, SettingsError
from bot.settings import Settings

OURS = "https://bot.example.org/callback/discord"


def facts(*redirects: str, reads_messages: bool = True) -> ApplicationFacts:
    return ApplicationFacts("Imgur", reads_messages, redirects, 3)


def settings() -> Settings:
    return Settings(
        _env_file=None,
        discord_token="simulated-token",
        discord_client_secret="simulated-secret",
        imgur_client_id="0123456789abcde",
        public_base_url="https://bot.example.org",
        data_dir=Path("nowhere"),
    )


def test_without_the_intent_only_automatic_uploads_are_off() -> None:
    assert about_messages(facts()).outcome is Outcome.FINE
    noted = about_messages(facts(reads_messages=False))
    assert noted.outcome is Outcome.NOTE
    assert "automatic uploads are off" in noted.text


def test_a_redirect_that_discord_does_not_know_ends_linking() -> None:
    (known,) = about_sign_in(facts("https://elsewhere.example", OURS), settings())
    (unknown,) = about_sign_in(facts("https://elsewhere.example"), settings())
    (unsaid,) = about_sign_in(facts(), settings())
    assert known.outcome is Outcome.FINE
    assert unknown.outcome is Outcome.BROKEN
    assert OURS in unknown.text
    assert unsaid.outcome is Outcome.NOTE


async def test_a_wrong_token_and_silence_are_told_apart() -> None:
    async def wrong() -> ApplicationFacts:
        raise SettingsError("DISCORD_TOKEN", "is not a token that Discord knows", "the token")

    async def silent() -> ApplicationFacts:
        raise DiscordUnreachableError("no answer")

    (first,) = await examine_discord(wrong, settings())
    (second,) = await examine_discord(silent, settings())
    assert "DISCORD_TOKEN" in first.text
    assert "cannot be reached" in second.text
    assert first.outcome is second.outcome is Outcome.BROKEN
