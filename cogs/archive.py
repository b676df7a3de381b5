"""``/archive channel``: uploading what a channel already holds; counted and priced first."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.archive.archivist import Look
from bot.archive.plan import Archive, ArchiveState
from bot.discord_bot import ImgurBot
from bot.errors import ChannelClosedError, ChoiceError, NotYoursError
from bot.services import Services
from bot.ui.archive import archive_card
from bot.ui.permits import may_read, server_of
from bot.ui.presses import Interaction

_TextChannel = discord.TextChannel | discord.Thread | discord.VoiceChannel


# An archive spends the server's credits and moves its members' pictures, hence Manage Server.
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class ArchiveCog(commands.GroupCog, group_name="archive"):
    """Upload what a channel already holds."""

    def __init__(self, services: Services, *, reads_messages: bool) -> None:
        self._archives = services.archives
        self._clock = services.clock
        self._reads_messages = reads_messages

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """What waited for Discord goes on."""
        self._archives.wake()

    @app_commands.command()
    @app_commands.describe(where="Which channel; this one by default")
    async def channel(self, interaction: Interaction, where: _TextChannel | None = None) -> None:
        """Count a channel's pictures, see the price, then upload them slowly."""
        guild_id = server_of(interaction)
        if not interaction.permissions.manage_guild:
            raise NotYoursError(whose="someone who may manage this server")
        if not self._reads_messages:
            raise ChoiceError(_BLIND)
        target = where or interaction.channel
        if not isinstance(target, _TextChannel) or not _is_readable(target):
            raise ChannelClosedError("the bot may not read it")
        # Managing a server is not seeing all of its channels.
        if target.id != interaction.channel_id and not may_read(interaction, target.id):
            raise NotYoursError(whose="someone who may read that channel")
        archive = await self._archives.begin(
            Archive(
                id=0,
                guild_id=guild_id,
                channel_id=target.id,
                started_by=interaction.user.id,
                until_id=interaction.id,
                state=ArchiveState.COUNTING,
                created_at=self._clock.now(),
            )
        )
        view = archive_card(await self._archives.look(archive.id))
        response = await interaction.response.send_message(view=view)
        await self._archives.put_board(
            archive.id, interaction.channel_id or 0, response.message_id or 0
        )

    # --- buttons ------------------------------------------------------------------------------

    async def start(self, interaction: Interaction, row: str) -> None:
        """Begin to upload."""
        await self._move(interaction, row, ArchiveState.OFFERED, ArchiveState.RUNNING)

    async def pause(self, interaction: Interaction, row: str) -> None:
        """Hand nothing more to the queue."""
        await self._move(interaction, row, ArchiveState.RUNNING, ArchiveState.PAUSED)

    async def go_on(self, interaction: Interaction, row: str) -> None:
        """Go on after a pause."""
        await self._move(interaction, row, ArchiveState.PAUSED, ArchiveState.RUNNING)

    async def cancel(self, interaction: Interaction, row: str) -> None:
        """End it; what was uploaded stays."""
        look = await self._look(interaction, row)
        await self._move(interaction, row, look.archive.state, ArchiveState.CANCELLED)

    async def _move(
        self, interaction: Interaction, row: str, was: ArchiveState, to: ArchiveState
    ) -> None:
        look = await self._look(interaction, row)
        if look.archive.state is was:
            look = await self._archives.move(look.archive, to)
        await interaction.response.edit_message(view=archive_card(look))

    async def _look(self, interaction: Interaction, row: str) -> Look:
        look = await self._archives.look(int(row))
        is_here = interaction.guild_id == look.archive.guild_id
        if not is_here or not interaction.permissions.manage_guild:
            raise NotYoursError(whose="someone who may manage this server")
        return look


def _is_readable(channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    me: discord.Member | None = channel.guild.me
    if me is None:  # the bot is not in this server; somebody brought it along
        return False
    allowed = channel.permissions_for(me)
    return allowed.view_channel and allowed.read_message_history


_BLIND = (
    "Discord does not let this bot see messages, so it cannot find their pictures: its operator "
    "has to turn on the message content intent in the developer portal."
)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = ArchiveCog(bot.services, reads_messages=bot.reads_messages)
    await bot.add_cog(cog)
    bot.presses.on("arc-start", cog.start)
    bot.presses.on("arc-pause", cog.pause)
    bot.presses.on("arc-go", cog.go_on)
    bot.presses.on("arc-cancel", cog.cancel)
