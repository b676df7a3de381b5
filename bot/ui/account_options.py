"""The ``account`` option of commands: what is suggested while somebody types."""

from collections.abc import Sequence

from discord import app_commands

from bot.accounts.choosing import ANONYMOUS, suggestions
from bot.services import Services
from bot.ui.presses import Interaction

NO_ACCOUNT = (("anonymous: no account", ANONYMOUS),)
ALL = "all"
ALL_ACCOUNTS = (("all of them", ALL),)


async def suggest_accounts(
    services: Services,
    interaction: Interaction,
    typed: str,
    *,
    further: Sequence[tuple[str, str]] = (),
) -> list[app_commands.Choice[str]]:
    """The accounts of whoever is typing, and nobody else's.

    Args:
        further: Names and values that are offered after them.
    """
    links = await services.linking.status(interaction.user.id)
    offers = suggestions(links, typed, further=further)
    return [app_commands.Choice(name=name, value=value) for name, value in offers]
