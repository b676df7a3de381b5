"""``/privacy``: what the bot keeps about me, as a file, and having it gone."""

import gzip
import io
import json
import logging
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import ImgurBot
from bot.errors import StorageError
from bot.privacy.erasing import Rows
from bot.services import Services
from bot.ui.cards import notice
from bot.ui.presses import Interaction
from bot.ui.privacy import erased_card, erasure_card
from bot.urgency import let_others_pass

_log = logging.getLogger(__name__)

#: Discord takes files of up to 10 MB; a larger one is compressed, which makes it a tenth.
_LARGEST_PLAIN_BYTES = 8 * 1024 * 1024
_NOTE_AGAIN_S = 5.0


class PrivacyCog(commands.GroupCog, group_name="privacy"):
    """See what the bot keeps about you, or have it erased."""

    def __init__(self, services: Services, bot: ImgurBot) -> None:
        self._services = services
        self._bot = bot

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """See which servers the bot was removed from while it was away."""
        let_others_pass()
        while not await self._note_presence():
            await self._services.clock.sleep(_NOTE_AGAIN_S)

    async def _note_presence(self) -> bool:
        """Whether the database took it."""
        present = {guild.id for guild in self._bot.guilds}
        try:
            await self._services.departures.present(present, self._services.clock.now())
        except StorageError as error:
            _log.warning("where the bot is could not be noted (%s), trying again", error)
            return False
        return True

    @commands.Cog.listener()
    async def on_guild_join(self, _: discord.Guild) -> None:
        """A server that comes back within its time finds everything as it was."""
        await self.on_ready()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """From now on the server has its time for second thoughts."""
        await self._services.departures.left(guild.id, self._services.clock.now())

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get a file of everything that the bot keeps about you."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        rows = await self._services.privacy.export(interaction.user.id)
        content, name = _packed(interaction.user.id, rows, self._services.clock.now())
        await interaction.followup.send(
            "Everything that this bot keeps about you, but secrets: tokens and the keys that "
            "delete pictures stay sealed. `PRIVACY.md` explains each table.",
            file=discord.File(io.BytesIO(content), name),
            ephemeral=True,
        )

    @app_commands.command()
    async def erase(self, interaction: Interaction) -> None:
        """Have everything erased that the bot keeps about you."""
        remains = await self._services.privacy.remains(
            interaction.user.id, self._services.clock.now()
        )
        await interaction.response.send_message(view=erasure_card(remains), ephemeral=True)

    async def erase_all(self, interaction: Interaction, row: str) -> None:
        """Forget whoever pressed; his pictures first, where he chose so."""
        await interaction.response.defer()
        remains = await self._services.eraser.begin(
            interaction.user.id, with_pictures=row == "pictures"
        )
        await self._services.channels.load()
        await interaction.edit_original_response(view=erased_card(remains))

    async def keep_all(self, interaction: Interaction, row: str) -> None:
        """Leave everything as it is."""
        del row
        await interaction.response.edit_message(view=notice("Nothing was erased."))


def _packed(user_id: int, rows: Rows, now: datetime) -> tuple[bytes, str]:
    """The file and its name."""
    document = {"about": str(user_id), "made_at": now.isoformat(), "tables": rows}
    content = json.dumps(document, indent=2, ensure_ascii=False).encode()
    if len(content) <= _LARGEST_PLAIN_BYTES:
        return content, "imgur-bot-about-you.json"
    return gzip.compress(content), "imgur-bot-about-you.json.gz"


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = PrivacyCog(bot.services, bot)
    await bot.add_cog(cog)
    bot.presses.on("erase-all", cog.erase_all)
    bot.presses.on("erase-none", cog.keep_all)
