"""The panel in which moderators set up their server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.autoupload.rules import AutoRule, ChannelMode, Target
from bot.credits.pools import GuildShare
from bot.errors import ChoiceError, NotYoursError
from bot.imgur.wire import COST_UPLOAD
from bot.services import Services
from bot.ui.failures import tell_failure
from bot.ui.layout import GREEN, Row, panel
from bot.ui.presses import Interaction, Press
from bot.ui.rule_panel import RulePanel
from bot.ui.settings_choices import (
    ChannelPicker,
    ExemptPicker,
    ModePicker,
    RolePicker,
    RulePicker,
    SharesButton,
)

PANEL_LIFE_S = 900.0


class SettingsPanel(ui.LayoutView):
    """Channels, mode and shares of one guild; each choice takes effect at once."""

    def __init__(
        self,
        services: Services,
        guild_id: int,
        *,
        reads_messages: bool,
        name_of: Callable[[AutoRule], str] = lambda rule: str(rule.target_id),
    ) -> None:
        """Begin.

        Args:
            reads_messages: Whether Discord lets the bot see what members post.
            name_of: What people call the channel, category or role of a rule.
        """
        super().__init__(timeout=PANEL_LIFE_S)
        self._services = services
        self._guild_id = guild_id
        self._reads_messages = reads_messages
        self._name_of = name_of
        self._build()

    @property
    def _rules(self) -> Sequence[AutoRule]:
        return self._services.channels.of_guild(self._guild_id)

    @property
    def _mode(self) -> ChannelMode:
        channels = [rule for rule in self._rules if rule.target is Target.CHANNEL]
        return channels[0].mode if channels else ChannelMode.ASK

    @property
    def _share(self) -> GuildShare:
        return self._services.limiter.share_of(self._guild_id)

    def _build(self) -> None:
        self.clear_items()
        container: ui.Container[Any] = ui.Container(accent_colour=GREEN)
        container.add_item(ui.TextDisplay(self._channels_text()))
        container.add_item(ui.ActionRow(ChannelPicker(self._rules, self.set_channels)))
        container.add_item(
            ui.ActionRow(
                ModePicker(
                    self._mode,
                    self.set_mode,
                    has_channel_mode=self._services.channel_mode_allowed,
                )
            )
        )
        container.add_item(ui.ActionRow(RolePicker(self._rules, self.set_roles)))
        if self._rules:
            container.add_item(ui.ActionRow(RulePicker(self._rules, self._name_of, self.open_rule)))
        container.add_item(ui.Separator())
        container.add_item(ui.TextDisplay(self._shares_text()))
        container.add_item(ui.ActionRow(SharesButton(self.take_shares)))
        container.add_item(ui.ActionRow(ExemptPicker(self._share.exempt_roles, self.set_exempt)))
        self.add_item(container)

    def _channels_text(self) -> str:
        lines = [
            "## Settings of this server",
            "### Automatic uploads",
            (
                "Pictures that members post here, or anywhere if they have one of these roles, "
                "go to Imgur once their author agrees."
            ),
        ]
        if not self._reads_messages:
            lines.append(
                "-# ⚠ Discord does not let this bot see messages yet: its operator has to turn on "
                "the message content intent in the developer portal. Until then nothing happens "
                "in these channels; commands work."
            )
        return "\n".join(lines)

    def _shares_text(self) -> str:
        rules = self._services.limiter.rules
        share = self._share
        guild = share.guild_credits or rules.guild_credits_per_day
        member = share.member_credits or rules.member_credits_per_hour
        return (
            "### Shares of the Imgur credits\n"
            f"This server: **{guild:,} credits a day** ({guild // COST_UPLOAD} uploads). "
            f"Each member: **{member:,} credits an hour** ({member // COST_UPLOAD} uploads)."
        )

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whoever holds the panel must still be allowed to manage the server."""
        if interaction.guild_id == self._guild_id and interaction.permissions.manage_guild:
            return True
        await tell_failure(interaction, NotYoursError(whose="someone who may manage this server"))
        return False

    async def on_error(
        self, interaction: Interaction, error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the person."""
        del item
        await tell_failure(interaction, error)

    async def set_channels(self, interaction: Interaction, chosen: Mapping[int, Target]) -> None:
        """Turn automatic uploads on in exactly these channels and categories."""
        roles = {rule.target_id: rule.target for rule in self._rules if rule.target is Target.ROLE}
        await self._save(interaction, {**chosen, **roles}, self._mode)

    async def set_roles(self, interaction: Interaction, role_ids: Sequence[int]) -> None:
        """Turn automatic uploads on for exactly the members with these roles."""
        others = {rule.target_id: rule.target for rule in self._rules}
        kept = {one: target for one, target in others.items() if target is not Target.ROLE}
        await self._save(interaction, kept | dict.fromkeys(role_ids, Target.ROLE), self._mode)

    async def set_mode(self, interaction: Interaction, mode: ChannelMode) -> None:
        """Choose how these channels handle their members' pictures."""
        targets = {rule.target_id: rule.target for rule in self._rules}
        await self._save(interaction, targets, mode)

    async def open_rule(self, interaction: Interaction, target_id: int) -> None:
        """Show one rule in place of the panel."""
        rule = self._services.channels.find(target_id)
        if rule is None or rule.guild_id != self._guild_id:
            await interaction.response.defer()
            await self.show(interaction)
            return
        view = RulePanel(
            self._services,
            rule,
            name=self._name_of(rule),
            reads_messages=self._reads_messages,
            go_back=self.show,
        )
        await interaction.response.edit_message(view=view)

    async def take_shares(self, interaction: Interaction, texts: Sequence[str]) -> None:
        """Choose the guild's and its members' shares, as typed; empty is the operator's bound."""
        if not await self.interaction_check(interaction):  # a form outlives a role
            return
        if not all(text == "" or text.isdecimal() for text in texts):
            raise ChoiceError(
                f"Both shares are whole numbers of credits; an upload costs {COST_UPLOAD}. "
                "Nothing was changed."
            )
        guild, member = (int(text) if text else None for text in texts)
        rules = self._services.limiter.rules
        share = GuildShare(
            _within(guild, rules.guild_credits_per_day),
            _within(member, rules.member_credits_per_hour),
            self._share.exempt_roles,
        )
        await self._set_share(interaction, share)

    async def set_exempt(self, interaction: Interaction, role_ids: Sequence[int]) -> None:
        """Choose the roles whose members only the operator's bound binds."""
        await self._set_share(interaction, replace(self._share, exempt_roles=frozenset(role_ids)))

    async def _set_share(self, interaction: Interaction, share: GuildShare) -> None:
        await interaction.response.defer()
        await self._services.shares.save(self._guild_id, share)
        self._services.limiter.set_share(self._guild_id, share)
        await self.show(interaction)

    async def _save(
        self, interaction: Interaction, targets: Mapping[int, Target], mode: ChannelMode
    ) -> None:
        await interaction.response.defer()
        known = {rule.target_id: rule for rule in self._rules}
        rules = []
        for target_id, target in targets.items():
            # Nobody could be told of channel mode by a notice in a category or for a role.
            own_mode = mode if target is Target.CHANNEL else ChannelMode.ASK
            rule = known.get(target_id) or self._new_rule(interaction, target_id, target)
            if rule.mode is not own_mode:
                rule = await self._in_mode(interaction, rule, own_mode)
            rules.append(rule)
        await self._services.channels.replace(self._guild_id, rules)
        await self.show(interaction)

    def _new_rule(self, interaction: Interaction, target_id: int, target: Target) -> AutoRule:
        return AutoRule(
            target_id=target_id,
            guild_id=self._guild_id,
            target=target,
            mode=ChannelMode.ASK,
            set_by=interaction.user.id,
            set_at=self._services.clock.now(),
        )

    async def _in_mode(
        self, interaction: Interaction, rule: AutoRule, mode: ChannelMode
    ) -> AutoRule:
        notice_id = None
        if mode is ChannelMode.CHANNEL:
            notice_id = await _post_notice(interaction, rule.target_id, self._guild_id)
        return replace(
            rule,
            mode=mode,
            set_by=interaction.user.id,
            set_at=self._services.clock.now(),
            notice_id=notice_id,
        )

    async def show(self, interaction: Interaction) -> None:
        """Show the panel as it is now, in place of what was shown."""
        self._build()
        await interaction.edit_original_response(view=self)


async def _post_notice(interaction: Interaction, channel_id: int, guild_id: int) -> int | None:
    """The standing notice of channel mode; without it a channel could not know.

    Raises:
        ChoiceError: The bot may not write there.
    """
    channel = interaction.client.get_partial_messageable(channel_id, guild_id=guild_id)
    view = panel(
        "### Pictures posted here go to Imgur\n"
        f"{interaction.user.mention} turned on automatic uploads for this channel. Pictures on "
        "Imgur can be seen by anyone who has the link. If you do not want that for yours, press "
        "the button.",
        Row(Press("optout", guild_id, label="Leave my pictures alone")),
    )
    try:
        message = await channel.send(view=view)
    except (discord.Forbidden, discord.NotFound):
        raise ChoiceError(
            f"The bot may not write in <#{channel_id}>, so that channel could not be told. Give it "
            "*View Channel* and *Send Messages* there and try again. Nothing was changed."
        ) from None
    return int(message.id)


def _within(credits_wanted: int | None, bound: int) -> int | None:
    """At least one upload, at most what the operator allows."""
    return None if credits_wanted is None else min(max(credits_wanted, COST_UPLOAD), bound)
