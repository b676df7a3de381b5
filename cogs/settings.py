"""``/settings``: what moderators decide for their server."""

from functools import partial

from discord import app_commands
from discord.ext import commands

from bot.discord_bot import ImgurBot
from bot.errors import NotYoursError
from bot.services import Services
from bot.ui.permits import server_of
from bot.ui.presses import Interaction
from bot.ui.rule_panel import target_name
from bot.ui.settings_panel import SettingsPanel


class SettingsCog(commands.Cog):
    """Opens the panel for those who may manage the server."""

    def __init__(self, services: Services, bot: ImgurBot) -> None:
        self._services = services
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Interaction) -> None:
        """Choose the channels with automatic uploads, and how credits are shared."""
        # Server owners can hand the command to anyone; its effect stays with those who may.
        guild_id = server_of(interaction)
        if not interaction.permissions.manage_guild:
            raise NotYoursError(whose="someone who may manage this server")
        panel = SettingsPanel(
            self._services,
            guild_id,
            reads_messages=self._bot.reads_messages,
            name_of=partial(target_name, interaction.guild),
        )
        await interaction.response.send_message(view=panel, ephemeral=True)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    await bot.add_cog(SettingsCog(bot.services, bot))
