"""``/restore``: from a dead Discord link to Imgur's, or to the message if that still stands."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import ImgurBot
from bot.errors import ChoiceError, ConsentMissingError, NotYoursError, UploadNotFoundError
from bot.library.lead import Lead, read_lead
from bot.library.shelf import Entry
from bot.services import Services
from bot.ui.answers import answer_of, begin
from bot.ui.cards import card, notice
from bot.ui.permits import may_delete, may_read, may_see, may_upload
from bot.ui.presses import Interaction
from bot.ui.restoring import alive_card, find_message, restored_card, sources_of
from bot.uploads.announcing import News
from bot.uploads.job import NewBatch, NewJob, Origin, Source


class RestoreCog(commands.Cog):
    """Brings pictures back whose Discord links are dead."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    @app_commands.describe(link="A dead link to a Discord picture, or the link of its message")
    async def restore(
        self, interaction: Interaction, link: app_commands.Range[str, 1, 2000]
    ) -> None:
        """Find the Imgur link of a picture whose Discord link is dead."""
        lead = read_lead(link)
        await interaction.response.defer(ephemeral=True, thinking=True)
        entries = [entry for entry in await self._entries(lead) if may_see(interaction, entry)]
        if entries:
            await interaction.edit_original_response(view=restored_card(entries))
            return
        message = await self._message(interaction, lead)
        sources = [] if message is None else sources_of(message, lead)
        if message is None or not sources:
            await interaction.edit_original_response(view=notice(_NOWHERE))
            return
        lead = Lead(message.channel.id, message.id, lead.attachment_id)
        row = await self._services.searches.add(
            interaction.user.id, lead.to_row(), self._services.clock.now()
        )
        allowed = await may_upload(self._services, interaction, message)
        view = alive_card(message, len(sources), row, allowed=allowed)
        await interaction.edit_original_response(view=view)

    async def _entries(self, lead: Lead) -> Sequence[Entry]:
        if lead.attachment_id is not None:
            return await self._services.library.from_attachment(lead.attachment_id)
        return await self._services.library.from_message(lead.message_id or 0)

    async def _message(self, interaction: Interaction, lead: Lead) -> discord.Message | None:
        if not may_read(interaction, lead.channel_id):
            return None
        return await find_message(interaction, lead)

    # --- buttons ------------------------------------------------------------------------------

    async def upload_found(self, interaction: Interaction, row: str) -> None:
        """Upload the files of a message that still stands."""
        found = await self._services.searches.find(int(row))
        lead = None if found is None else Lead.from_row(found[1])
        if found is None or lead is None:
            raise UploadNotFoundError(f"lead {row} is gone")
        if found[0] != interaction.user.id:
            raise NotYoursError(whose="the person who asked")
        await interaction.response.defer(thinking=True)
        message = await self._message(interaction, lead)
        if message is None:
            raise ChoiceError(_GONE)
        if not await may_upload(self._services, interaction, message):
            raise ConsentMissingError("the author has not agreed")
        await self._upload(interaction, sources_of(message, lead), None)

    async def upload_lost(self, interaction: Interaction, row: str) -> None:
        """Upload once more what Imgur has lost, from the message that it came from."""
        entry = await self._services.library.entry(int(row))
        if entry is None or entry.lost_at is None:
            raise UploadNotFoundError(f"upload {row} is not lost")
        if not may_delete(interaction, entry.batch):
            raise NotYoursError(whose="the person who uploaded it, or a moderator,")
        source = entry.job.source
        if source.channel_id is None or source.message_id is None:
            raise ChoiceError(_GONE)
        lead = Lead(source.channel_id, source.message_id, source.attachment_id)
        await interaction.response.defer(thinking=True)
        message = await self._message(interaction, lead)
        if message is None:
            raise ChoiceError(_GONE)
        await self._upload(interaction, sources_of(message, lead), entry)

    async def _upload(
        self, interaction: Interaction, sources: Sequence[Source], former: Entry | None
    ) -> None:
        """Begin, with the words of the former upload, after the answer was deferred."""
        if not sources:
            raise ChoiceError(_GONE)
        title, description = (former.job.title, former.job.description) if former else (None, None)
        new = NewBatch(
            key=f"interaction:{interaction.id}",
            origin=Origin.MENU,
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            answer=answer_of(interaction, self._services.steady, is_private=False),
            jobs=[NewJob(source, title=title, description=description) for source in sources],
        )

        async def respond(news: News) -> int | None:
            view = card(news, now=discord.utils.utcnow())
            return (await interaction.edit_original_response(view=view)).id

        await begin(self._services, new, respond)


_NOWHERE = (
    "### Nothing was found\nThe bot has no copy of that picture that you may see, and the message "
    "is deleted, holds no picture, or is in a channel that you or the bot cannot read."
)
_GONE = "The picture is no longer in Discord either, so it cannot be uploaded from there."


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = RestoreCog(bot.services)
    await bot.add_cog(cog)
    bot.presses.on("again-at", cog.upload_found)
    bot.presses.on("again-lost", cog.upload_lost)
