"""Buttons that survive restarts.

All state of a button is its custom id, ``imgur:<action>:<row>``. Custom ids can be read and forged
by anyone, so a row is an opaque number that the handler looks up and checks.
Source: https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self, TypeAlias

import discord
from discord import ui

from bot.ui.failures import tell_failure

Interaction: TypeAlias = discord.Interaction[Any]

#: Answers one press; the text is the custom id's last part.
Handler = Callable[[Interaction, str], Awaitable[None]]


class Presses:
    """Which handler answers which action."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def on(self, action: str, handler: Handler) -> None:
        """Let ``handler`` answer all buttons of this action."""
        self._handlers[action] = handler

    async def answer(self, interaction: Interaction, action: str, row: str) -> None:
        """Answer one press; any failure is told to the person who pressed."""
        try:
            await self._handlers[action](interaction, row)
        except Exception as error:  # noqa: BLE001 (the handler of last resort for buttons)
            await tell_failure(interaction, error)


class Press(
    ui.DynamicItem[ui.Button[Any]],
    template=r"imgur:(?P<action>[a-z-]{1,20}):(?P<row>[0-9A-Za-z:-]{1,70})",
):
    """A button whose press is answered by the handler of its action."""

    def __init__(
        self,
        action: str,
        row: object,
        *,
        label: str | None = None,
        emoji: str | None = None,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        super().__init__(
            ui.Button(
                label=label,
                emoji=emoji,
                style=style,
                disabled=disabled,
                custom_id=f"imgur:{action}:{row}",
            )
        )
        self._action = action
        self._named = str(row)

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild a button from what Discord sent."""
        del interaction, item
        return cls(match["action"], match["row"], label="…")

    async def callback(self, interaction: Interaction) -> None:
        """Pass the press on."""
        await interaction.client.presses.answer(interaction, self._action, self._named)


class Pick(
    ui.DynamicItem[ui.Select[Any]],
    template=r"imgur-pick:(?P<action>[a-z-]{1,20}):(?P<row>[0-9A-Za-z:-]{1,60})",
):
    """A menu whose choice is answered like a press; what was chosen ends the row, after a colon."""

    def __init__(
        self,
        action: str,
        row: object,
        options: Sequence[discord.SelectOption],
        *,
        placeholder: str | None = None,
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"imgur-pick:{action}:{row}",
                options=list(options),
                placeholder=placeholder,
            )
        )
        self._action = action
        self._named = str(row)

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild a menu from what Discord sent."""
        del interaction, item
        return cls(match["action"], match["row"], [discord.SelectOption(label="…")])

    async def callback(self, interaction: Interaction) -> None:
        """Pass the choice on."""
        (chosen,) = self.item.values
        row = f"{self._named}:{chosen}"
        await interaction.client.presses.answer(interaction, self._action, row)


def is_moderator(interaction: Interaction, guild_id: int | None, *places: int | None) -> bool:
    """Whether the person may manage messages in that whole guild, or in one of its channels.

    Args:
        places: The channels, or threads, that this is about: moderating the one where the
            interaction happens is enough if it is among them.
    """
    if guild_id is None or interaction.guild_id != guild_id:
        return False
    # What Discord sends along holds for the channel alone; its exceptions may widen the roles.
    here = interaction.permissions
    if here.administrator or (interaction.channel_id in places and here.manage_messages):
        return True
    person, guild = interaction.user, interaction.client.get_guild(guild_id)
    # Only where the bot is a member does it know what the roles may do.
    if guild is None or guild.unavailable or not isinstance(person, discord.Member):
        return False
    return person.guild_permissions.manage_messages
