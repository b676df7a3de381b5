"""The panel of one rule of automatic uploads; each choice takes effect at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.autoupload.rules import AlbumBy, AutoRule, ChannelMode, FileKind, Filter, Target
from bot.errors import ChoiceError, NotYoursError
from bot.services import Services
from bot.ui.dry_run import dry_run
from bot.ui.failures import tell_failure
from bot.ui.layout import GREEN, GREY
from bot.ui.modals import Form
from bot.ui.presses import Interaction
from bot.ui.safe_text import safe_text
from bot.ui.wording import size
from bot.uploads.job import ReplyStyle

PANEL_LIFE_S = 900.0
_MIB = 1024 * 1024
_MAX_MIB = 200
_MAX_COUNT = 10

_KINDS: Mapping[FileKind, tuple[str, str]] = {
    FileKind.PICTURE: ("Pictures", "Anything still"),
    FileKind.GIF: ("GIFs", "Moving or not"),
    FileKind.VIDEO: ("Videos", "With sound or without"),
}
_ALBUMS: Mapping[AlbumBy, tuple[str, str]] = {
    AlbumBy.NONE: ("No album", "Each picture stands alone"),
    AlbumBy.CHANNEL: ("One album per channel", "All pictures of a channel together"),
    AlbumBy.MONTH: ("One album per month", "A new one in each channel on the first"),
    AlbumBy.AUTHOR: ("One album per author", "Each member's pictures of a channel together"),
}
_STYLES: Mapping[ReplyStyle, tuple[str, str]] = {
    ReplyStyle.REPLY: ("Reply with the links", "A message below the post"),
    ReplyStyle.REACTION: ("React with a mark", "The links are in /library"),
    ReplyStyle.THREAD: ("Links in a thread", "Which begins with the post"),
    ReplyStyle.SILENT: ("Say nothing", "The links are in /library"),
}


def target_name(guild: discord.Guild | None, rule: AutoRule) -> str:
    """What people call the channel, category or role of a rule."""
    if rule.target is Target.ROLE:
        role = None if guild is None else guild.get_role(rule.target_id)
        return f"@{role.name}" if role is not None else f"a role ({rule.target_id})"
    channel = None if guild is None else guild.get_channel(rule.target_id)
    if channel is None:
        return f"a channel ({rule.target_id})"
    return f"#{channel.name}" if rule.target is Target.CHANNEL else f"category {channel.name}"


class RulePanel(ui.LayoutView):
    """What a rule takes, where it goes, how it is answered; and what it would have done."""

    def __init__(
        self,
        services: Services,
        rule: AutoRule,
        *,
        name: str,
        reads_messages: bool,
        go_back: Callable[[Interaction], Awaitable[None]],
    ) -> None:
        """Begin.

        Args:
            name: What people call the rule's channel, category or role.
            go_back: Shows the settings in place of this.
        """
        super().__init__(timeout=PANEL_LIFE_S)
        self._services = services
        self._rule = rule
        self._name = name
        self._reads_messages = reads_messages
        self._go_back = go_back
        self._build()

    def _build(self) -> None:
        rule = self._rule
        self.clear_items()
        container: ui.Container[Any] = ui.Container(accent_colour=GREY if rule.is_paused else GREEN)
        container.add_item(ui.TextDisplay(self._text()))
        menus = (
            _Menu(
                "rule:kinds",
                "Which files it takes",
                _KINDS,
                rule.filter.kinds,
                self._set_kinds,
                is_many=True,
            ),
            _Menu(
                "rule:album", "Which album they go into", _ALBUMS, {rule.album_by}, self._set_album
            ),
            _Menu("rule:style", "How it answers", _STYLES, {rule.style}, self._set_style),
        )
        for menu in menus:
            container.add_item(ui.ActionRow(menu))
        toggles = (
            _Act("Sizes and numbers", "rule:bounds", self._ask_bounds),
            _Toggle(
                "Album link only", "rule:album-only", self._turn_album_only, rule.is_album_only
            ),
            _Toggle("Follow deletions", "rule:follow", self._turn_following, rule.follows_messages),
            _Act("Resume" if rule.is_paused else "Pause", "rule:pause", self._turn_pause),
        )
        container.add_item(ui.ActionRow(*toggles))
        container.add_item(ui.Separator())
        container.add_item(
            ui.ActionRow(
                _Act("Dry run on the last 50 messages", "rule:dry-run", self._dry_run),
                _Act("Back", "rule:back", self._back),
            )
        )
        self.add_item(container)

    def _text(self) -> str:
        rule = self._rule
        lines = [f"## Automatic uploads: {safe_text(self._name)}"]
        if rule.is_paused:
            lines.append("⏸ **Paused**: nothing is uploaded and nobody is asked.")
        if rule.mode is ChannelMode.CHANNEL:
            lines.append("Everybody's files go, but for those who opted out.")
        else:
            lines.append("Files go once their author agrees.")
        lines.append(_bounds_text(rule.filter))
        if rule.is_album_only and rule.album_by is AlbumBy.NONE:
            lines.append("-# Without an album the pictures' own links are shown.")
        if rule.follows_messages:
            lines.append("Deleting a message deletes from Imgur what was uploaded for it.")
        if rule.target is Target.ROLE:
            lines.append(
                "-# Where a channel or its category has a rule of its own, that one counts."
            )
        return "\n".join(lines)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whoever holds the panel must still be allowed to manage the server."""
        if interaction.guild_id == self._rule.guild_id and interaction.permissions.manage_guild:
            return True
        await tell_failure(interaction, NotYoursError(whose="someone who may manage this server"))
        return False

    async def on_error(
        self, interaction: Interaction, error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the person."""
        del item
        await tell_failure(interaction, error)

    # --- choices ------------------------------------------------------------------------------

    async def _set_kinds(self, interaction: Interaction, values: Sequence[str]) -> None:
        kinds = frozenset(FileKind(value) for value in values)
        await self._change(interaction, filter=replace(self._rule.filter, kinds=kinds))

    async def _set_album(self, interaction: Interaction, values: Sequence[str]) -> None:
        await self._change(interaction, album_by=AlbumBy(values[0]))

    async def _set_style(self, interaction: Interaction, values: Sequence[str]) -> None:
        await self._change(interaction, style=ReplyStyle(values[0]))

    async def _turn_album_only(self, interaction: Interaction) -> None:
        await self._change(interaction, is_album_only=not self._rule.is_album_only)

    async def _turn_following(self, interaction: Interaction) -> None:
        await self._change(interaction, follows_messages=not self._rule.follows_messages)

    async def _turn_pause(self, interaction: Interaction) -> None:
        await self._change(interaction, is_paused=not self._rule.is_paused)

    async def _ask_bounds(self, interaction: Interaction) -> None:
        form = Form("Which posts are taken", self._take_bounds)
        for label, hint in (
            ("Smallest file, in MiB", "Any"),
            ("Largest file, in MiB", "Any that Imgur takes"),
            ("Fewest files in a post", "1"),
            ("Most files in a post", "Any number"),
        ):
            form.ask(label, placeholder=hint, max_length=6, required=False)
        await interaction.response.send_modal(form)

    async def _take_bounds(self, interaction: Interaction, texts: Sequence[str]) -> None:
        if not await self.interaction_check(interaction):  # a form outlives a role
            return
        wanted = bounds_from(texts, self._rule.filter)
        await self._change(interaction, filter=wanted)

    async def _change(self, interaction: Interaction, **fields: Any) -> None:
        await interaction.response.defer()
        # Others may have changed it since this panel was drawn.
        latest = self._services.channels.find(self._rule.target_id) or self._rule
        changed = replace(
            latest, **fields, set_by=interaction.user.id, set_at=self._services.clock.now()
        )
        if not await self._services.channels.change(changed):
            await self._go_back(interaction)
            return
        self._rule = changed
        self._build()
        await interaction.edit_original_response(view=self)

    async def _dry_run(self, interaction: Interaction) -> None:
        if not self._reads_messages:
            raise ChoiceError(
                "The bot cannot look: Discord does not let it see messages. Its operator has to "
                "turn on the message content intent in the developer portal."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await dry_run(self._services, interaction, self._rule)
        await interaction.edit_original_response(view=view)

    async def _back(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        await self._go_back(interaction)


class _Menu(ui.Select[Any]):
    def __init__(
        self,
        custom_id: str,
        question: str,
        offers: Mapping[Any, tuple[str, str]],
        chosen: frozenset[Any] | set[Any],
        on_choice: Callable[[Interaction, Sequence[str]], Awaitable[None]],
        *,
        is_many: bool = False,
    ) -> None:
        options = [
            discord.SelectOption(
                label=label, description=hint, value=str(value), default=value in chosen
            )
            for value, (label, hint) in offers.items()
        ]
        most = len(options) if is_many else 1
        super().__init__(
            custom_id=custom_id, placeholder=question, options=options, max_values=most
        )
        self._on_choice = on_choice

    async def callback(self, interaction: Interaction) -> None:
        await self._on_choice(interaction, self.values)


class _Act(ui.Button[Any]):
    def __init__(
        self,
        label: str,
        custom_id: str,
        on_press: Callable[[Interaction], Awaitable[None]],
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(label=label, custom_id=custom_id, style=style)
        self._on_press = on_press

    async def callback(self, interaction: Interaction) -> None:
        await self._on_press(interaction)


class _Toggle(_Act):
    def __init__(
        self,
        label: str,
        custom_id: str,
        on_press: Callable[[Interaction], Awaitable[None]],
        is_on: bool,  # noqa: FBT001 (what a toggle is about)
    ) -> None:
        styles = discord.ButtonStyle
        style = styles.success if is_on else styles.secondary
        super().__init__(f"{label}: {'on' if is_on else 'off'}", custom_id, on_press, style)


def bounds_from(texts: Sequence[str], former: Filter) -> Filter:
    """Bounds as typed: smallest and largest in MiB, fewest and most; empty is no bound.

    Raises:
        ChoiceError: They make no sense.
    """
    try:
        least, most = (float(text.replace(",", ".")) if text else None for text in texts[:2])
        fewest, many = (int(text) if text else None for text in texts[2:])
    except ValueError:
        raise ChoiceError(
            f"Sizes and numbers are numbers, such as 0.5 or 3. {_UNCHANGED}"
        ) from None
    if not all(0 <= one <= _MAX_MIB for one in (least, most) if one is not None):
        raise ChoiceError(f"Sizes lie between 0 and {_MAX_MIB} MiB. {_UNCHANGED}")
    if not all(1 <= one <= _MAX_COUNT for one in (fewest, many) if one is not None):
        raise ChoiceError(f"A post has 1 to {_MAX_COUNT} files. {_UNCHANGED}")
    if (most is not None and most < (least or 0)) or (many is not None and many < (fewest or 1)):
        raise ChoiceError(f"With these bounds nothing would ever be taken. {_UNCHANGED}")
    return replace(
        former,
        min_bytes=int((least or 0) * _MIB),
        max_bytes=None if most is None else int(most * _MIB),
        min_files=fewest or 1,
        max_files=many,
    )


_UNCHANGED = "Nothing was changed."


def _bounds_text(wanted: Filter) -> str:
    sizes = "any size"
    if wanted.min_bytes and wanted.max_bytes is not None:
        sizes = f"{size(wanted.min_bytes)} to {size(wanted.max_bytes)}"
    elif wanted.min_bytes:
        sizes = f"{size(wanted.min_bytes)} and more"
    elif wanted.max_bytes is not None:
        sizes = f"up to {size(wanted.max_bytes)}"
    most = "" if wanted.max_files is None else f" to {wanted.max_files}"
    more = " or more" if wanted.max_files is None else ""
    return f"Files of {sizes}, from posts with {wanted.min_files}{most}{more} of them."
