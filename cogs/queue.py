"""``/queue``: my waiting uploads, when their turn comes, and giving them up."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import UploadNotFoundError
from bot.services import Services
from bot.ui.presses import Interaction, is_moderator
from bot.ui.queue import Waiter, queue_card, waiters


class QueueCog(commands.Cog):
    """Shows what waits, to its owner alone."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    async def queue(self, interaction: Interaction) -> None:
        """See your waiting uploads, when their turn comes, and cancel them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show(interaction, 0)

    # --- buttons ------------------------------------------------------------------------------

    async def turn(self, interaction: Interaction, row: str) -> None:
        """Another page, or the same one anew."""
        await interaction.response.defer()
        await self._show(interaction, int(row))

    async def cancel(self, interaction: Interaction, row: str) -> None:
        """Give up one file."""
        page, _, job_id = row.partition(":")
        await interaction.response.defer()
        try:
            await self._services.uploads.cancel(int(job_id), interaction.user.id)
        except UploadNotFoundError:
            await self._show(interaction, int(page))  # its turn came meanwhile
            raise
        await self._show(interaction, int(page))

    async def clear(self, interaction: Interaction, _row: str) -> None:
        """Give up all that has not begun to go out."""
        await interaction.response.defer()
        gone = 0
        for one in await self._waiters(interaction):
            if one.can_be_cancelled:
                gone += await self._was_cancelled(one, interaction.user.id)
        await self._show(interaction, 0, [f"Cancelled: {gone}."])

    async def _was_cancelled(self, one: Waiter, user_id: int) -> bool:
        try:
            await self._services.uploads.cancel(one.job.id, user_id)
        except UploadNotFoundError:
            return False  # its turn came meanwhile
        return True

    # --- looking ------------------------------------------------------------------------------

    async def _show(self, interaction: Interaction, page: int, notes: Sequence[str] = ()) -> None:
        view = queue_card(
            await self._waiters(interaction),
            page,
            now=discord.utils.utcnow(),
            notes=[*notes, *self._of_this_server(interaction)],
        )
        await interaction.edit_original_response(view=view)

    async def _waiters(self, interaction: Interaction) -> list[Waiter]:
        return waiters(await self._services.uploads.waiting(interaction.user.id))

    def _of_this_server(self, interaction: Interaction) -> list[str]:
        """For moderators: how much waits here, without whose it is."""
        if not is_moderator(interaction, interaction.guild_id):
            return []
        share = Payer(interaction.user.id, interaction.guild_id).share
        count = self._services.uploads.unsettled_of(share)
        what = "1 upload waits or is" if count == 1 else f"{count} uploads wait or are"
        return [f"In this server {what} on the way, by all its members together."]


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = QueueCog(bot.services)
    await bot.add_cog(cog)
    bot.presses.on("queue", cog.turn)
    bot.presses.on("queue-cancel", cog.cancel)
    bot.presses.on("queue-clear", cog.clear)
