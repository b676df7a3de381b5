"""Discord as it sees the application."""

from collections.abc import Awaitable, Callable

from bot.checkup import Finding, broken, fine, note
from bot.discord_application import ApplicationFacts
from bot.errors import BotError, SettingsError
from bot.settings import Settings

_DISCORD = "Discord"
_MESSAGES = "Message content"
_SIGN_IN = "Discord sign-in"
_PORTAL = "https://discord.com/developers/applications"

#: Asks Discord about the application.
AskDiscord = Callable[[], Awaitable[ApplicationFacts]]


async def examine_discord(ask: AskDiscord, settings: Settings) -> list[Finding]:
    """Ask Discord who the bot is and what it may see."""
    try:
        facts = await ask()
    except SettingsError as error:
        return [broken(_DISCORD, f"Discord does not let the bot in: {error}")]
    except BotError as error:
        return [
            broken(
                _DISCORD,
                f"Discord cannot be reached from this host ({error}). See https://discordstatus.com.",
            )
        ]
    return [about_application(facts), about_messages(facts), *about_sign_in(facts, settings)]


def about_application(facts: ApplicationFacts) -> Finding:
    """Who the bot is."""
    where = "" if facts.guilds is None else f", in about {facts.guilds} servers"
    return fine(_DISCORD, f"The token is good: {facts.name}{where}.")


def about_messages(facts: ApplicationFacts) -> Finding:
    """What the message content intent means."""
    if facts.reads_messages:
        return fine(_MESSAGES, "The intent is granted, so automatic uploads work.")
    return note(
        _MESSAGES,
        "The message content intent is not granted, so automatic uploads are off; everything else "
        f"works. Turn it on at {_PORTAL}, on the page Bot.",
    )


def about_sign_in(facts: ApplicationFacts, settings: Settings) -> list[Finding]:
    """Whether Discord sends people back to the linking pages."""
    if settings.discord_client_secret is None or settings.public_base_url is None:
        return []
    wanted = f"{settings.public_base_url}/callback/discord"
    if not facts.redirects:
        return [note(_SIGN_IN, f"Discord does not say where it redirects to; it must be {wanted}.")]
    if wanted in facts.redirects:
        return [fine(_SIGN_IN, f"Discord redirects to {wanted}.")]
    return [
        broken(
            _SIGN_IN,
            f"Discord does not know the redirect {wanted}, so linking ends in an error there. Add "
            f"it at {_PORTAL}, on the page OAuth2.",
        )
    ]
