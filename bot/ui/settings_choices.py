"""What moderators choose from in the settings panel; each part hands on what was chosen."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import discord
from discord import ui

from bot.autoupload.rules import AutoRule, ChannelMode, Target
from bot.ui.modals import Form
from bot.ui.presses import Interaction

_MAX_CHANNELS = 25
_MAX_ROLES = 25
_MAX_OPTIONS = 25
_MAX_LABEL = 100

_T = TypeVar("_T")
#: Told what somebody chose, and whose interaction to answer.
Choose: TypeAlias = Callable[[Interaction, _T], Awaitable[None]]


class _Chosen(discord.SelectDefaultValue):
    """What is chosen already, with its id as the text that Discord describes.

    Source: https://docs.discord.com/developers/components/reference#channel-select
    """

    def to_dict(self) -> Any:
        return {**super().to_dict(), "id": str(self.id)}


def _chosen_channel(channel_id: int) -> _Chosen:
    return _Chosen(id=channel_id, type=discord.SelectDefaultValueType.channel)


def _chosen_role(role_id: int) -> _Chosen:
    return _Chosen(id=role_id, type=discord.SelectDefaultValueType.role)


class ChannelPicker(ui.ChannelSelect[Any]):
    """Channels and categories with automatic uploads."""

    def __init__(self, rules: Sequence[AutoRule], choose: Choose[Mapping[int, Target]]) -> None:
        super().__init__(
            placeholder="No channel: automatic uploads are off",
            channel_types=[
                discord.ChannelType.text,
                discord.ChannelType.forum,
                discord.ChannelType.category,
            ],
            min_values=0,
            max_values=_MAX_CHANNELS,
            default_values=[
                _chosen_channel(rule.target_id) for rule in rules if rule.target is not Target.ROLE
            ],
            custom_id="settings:channels",
        )
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Hand on what was chosen."""
        await self._choose(
            interaction,
            {
                channel.id: Target.CATEGORY
                if channel.type is discord.ChannelType.category
                else Target.CHANNEL
                for channel in self.values
            },
        )


class RolePicker(ui.RoleSelect[Any]):
    """Roles whose members' posts are uploaded, wherever they post."""

    def __init__(self, rules: Sequence[AutoRule], choose: Choose[Sequence[int]]) -> None:
        super().__init__(
            placeholder="No role",
            min_values=0,
            max_values=_MAX_ROLES,
            default_values=[
                _chosen_role(rule.target_id) for rule in rules if rule.target is Target.ROLE
            ],
            custom_id="settings:roles",
        )
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Hand on what was chosen."""
        await self._choose(interaction, [role.id for role in self.values])


class RulePicker(ui.Select[Any]):
    """The rule to look at closer."""

    def __init__(
        self,
        rules: Sequence[AutoRule],
        name_of: Callable[[AutoRule], str],
        choose: Choose[int],
    ) -> None:
        options = [
            discord.SelectOption(
                label=name_of(rule)[:_MAX_LABEL],
                value=str(rule.target_id),
                description="Paused" if rule.is_paused else None,
            )
            for rule in rules[:_MAX_OPTIONS]
        ]
        super().__init__(
            placeholder="Open a rule to change or try it",
            options=options,
            custom_id="settings:rule",
        )
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Hand on what was chosen."""
        await self._choose(interaction, int(self.values[0]))


class ModePicker(ui.Select[Any]):
    """How the chosen channels handle their members' pictures."""

    def __init__(
        self, mode: ChannelMode, choose: Choose[ChannelMode], *, has_channel_mode: bool
    ) -> None:
        options = [
            discord.SelectOption(
                label="Ask each author",
                value=ChannelMode.ASK,
                description="Nothing is sent before its author agrees: once, always or never.",
                default=mode is ChannelMode.ASK,
            )
        ]
        if has_channel_mode:
            options.append(
                discord.SelectOption(
                    label="Whole channel",
                    value=ChannelMode.CHANNEL,
                    description="Everything at once; a notice says so and anyone can opt out.",
                    default=mode is ChannelMode.CHANNEL,
                )
            )
        super().__init__(
            placeholder="How authors agree", options=options, custom_id="settings:mode"
        )
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Hand on what was chosen."""
        await self._choose(interaction, ChannelMode(self.values[0]))


class SharesButton(ui.Button[Any]):
    """A form for the shares; its texts come as they were typed."""

    def __init__(self, choose: Choose[Sequence[str]]) -> None:
        super().__init__(label="Change the shares", custom_id="settings:shares")
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        hint = "As many as the operator allows"
        form = Form("Shares of the Imgur credits", self._choose)
        form.ask("Credits a day for this server", placeholder=hint, max_length=6, required=False)
        form.ask("Credits an hour for each member", placeholder=hint, max_length=6, required=False)
        await interaction.response.send_modal(form)


class ExemptPicker(ui.RoleSelect[Any]):
    """Roles whose members only the operator's bound binds."""

    def __init__(self, role_ids: Collection[int], choose: Choose[Sequence[int]]) -> None:
        super().__init__(
            placeholder="Roles without this bound for members",
            min_values=0,
            max_values=_MAX_ROLES,
            default_values=[_chosen_role(one) for one in sorted(role_ids)],
            custom_id="settings:exempt",
        )
        self._choose = choose

    async def callback(self, interaction: Interaction) -> None:
        """Hand on what was chosen."""
        await self._choose(interaction, [role.id for role in self.values])
