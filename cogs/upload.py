"""Uploading on request: ``/upload``, the message menu, and the buttons of the cards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.autoupload.rules import Choice, Question
from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import (
    ChoiceError,
    ConsentMissingError,
    NothingToUploadError,
    NotYoursError,
    UploadNotFoundError,
)
from bot.library.keeping import Keep, kept_until
from bot.services import Services
from bot.ui.account_options import NO_ACCOUNT, suggest_accounts
from bot.ui.album_choice import MAX_ALBUM_TITLE, album_choices, album_wanted, is_chosen
from bot.ui.answers import TOKEN_LIFE, answer_of, begin, is_exempt
from bot.ui.cards import card, deletion, link_forms
from bot.ui.failures import tell
from bot.ui.permits import may_delete, may_speak, may_upload, may_use_card
from bot.ui.presses import Interaction
from bot.ui.questions import question_card
from bot.ui.sources import (
    MAX_FILES,
    all_sources,
    attachment_source,
    named_jobs,
    occasion_of,
    pasted_sources,
    url_source,
)
from bot.ui.upload_form import FilledIn, UploadForm
from bot.uploads.albums import NewAlbum
from bot.uploads.announcing import News
from bot.uploads.job import Album, Batch, Job, JobState, NewBatch, NewJob, Origin, Source
from bot.uploads.naming import MAX_DESCRIPTION, MAX_TITLE, Occasion


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants of an upload, besides the files; empty if he said nothing.

    Attributes:
        account: Which of his linked accounts; ``None`` is his default.
        keep_until: When it is deleted again; ``None`` is never.
    """

    title: str
    description: str
    album: str
    account: str | None
    private: bool
    keep_until: datetime | None


class UploadCog(commands.Cog):
    """Uploads what people point at."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    @app_commands.describe(
        image="The picture or video to upload; leave it out for a form that takes ten",
        url="A link to one, instead or as well",
        title="A title for Imgur",
        description="A description for Imgur",
        private="Show the answer only to me",
        keep="How long it stays on Imgur",
        album="One of your albums, or the name of a new one",
        account="Which of your linked Imgur accounts it goes to",
    )
    async def upload(
        self,
        interaction: Interaction,
        image: discord.Attachment | None = None,
        url: app_commands.Range[str, 1, 2000] | None = None,
        title: app_commands.Range[str, 1, MAX_TITLE] | None = None,
        description: app_commands.Range[str, 1, MAX_DESCRIPTION] | None = None,
        private: bool = False,
        keep: Keep = "forever",
        album: app_commands.Range[str, 1, MAX_ALBUM_TITLE] | None = None,
        account: app_commands.Range[str, 1, 63] | None = None,
    ) -> None:
        """Upload pictures or videos to Imgur and get their links."""
        sources = [attachment_source(image)] if image is not None else []
        if url is not None:
            sources.append(url_source(url))
        ends_at = kept_until(keep, self._services.clock.now())
        asked = _Asked(
            title or "",
            description or "",
            album or "",
            account,
            private=private,
            keep_until=ends_at,
        )
        if sources:
            await self._upload(interaction, sources, asked)
        else:
            await self._open_form(interaction, asked)

    @upload.autocomplete("account")
    async def suggest_account(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The person's own accounts, and none."""
        return await suggest_accounts(self._services, interaction, typed, further=NO_ACCOUNT)

    @upload.autocomplete("album")
    async def _suggest_albums(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await album_choices(self._services, interaction, typed)

    async def _open_form(self, interaction: Interaction, asked: "_Asked") -> None:
        """A form that takes several files; an album chosen from the list stays chosen."""

        async def upload(submitted: Interaction, filled: FilledIn) -> None:
            files = [attachment_source(file) for file in filled.files]
            sources = [*files, *pasted_sources(filled.links)]
            if not sources:
                raise NothingToUploadError(is_message=False)
            if len(sources) > MAX_FILES:
                raise ChoiceError(
                    f"These are {len(sources)} files and links, and one form takes {MAX_FILES}. "
                    "Nothing was uploaded; leave some for another one."
                )
            album = filled.album or asked.album
            said = replace(asked, title=filled.title, description=filled.description, album=album)
            await self._upload(submitted, sources, said)

        form = UploadForm(
            upload,
            title=asked.title,
            description=asked.description,
            album="" if is_chosen(asked.album) else asked.album,
        )
        await interaction.response.send_modal(form)

    async def _upload(
        self, interaction: Interaction, sources: Sequence[Source], asked: "_Asked"
    ) -> None:
        jobs = named_jobs(
            sources,
            self._services.naming,
            Occasion(),
            title=asked.title or None,
            description=asked.description or None,
        )
        jobs = [replace(job, keep_until=asked.keep_until) for job in jobs]
        album = await album_wanted(self._services, interaction, asked.album, asked.account)
        await self._begin(
            interaction,
            Origin.SLASH,
            jobs,
            private=asked.private,
            album=album,
            account=asked.account,
        )

    async def upload_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Upload all files of a message."""
        found = all_sources(message)
        sources = found[:MAX_FILES]
        if not sources:
            raise NothingToUploadError(is_message=True)
        if not await self._may_upload(interaction, message):
            await self._ask_author(interaction, message, sources)
        else:
            jobs = named_jobs(sources, self._services.naming, occasion_of(message))
            private = not may_speak(interaction)
            await self._begin(interaction, Origin.MENU, jobs, private=private)
        if len(found) > MAX_FILES and interaction.response.is_done():
            await tell(
                interaction,
                f"That message holds {len(found)} pictures and videos, and one upload takes "
                f"{MAX_FILES}: these are the first {MAX_FILES}. `/upload` takes the others, in its "
                "form for several.",
            )

    async def _begin(
        self,
        interaction: Interaction,
        origin: Origin,
        jobs: Sequence[NewJob],
        *,
        private: bool = False,
        album: NewAlbum | Album | None = None,
        account: str | None = None,
    ) -> None:
        new = NewBatch(
            key=f"interaction:{interaction.id}",
            origin=origin,
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            answer=answer_of(interaction, self._services.steady, is_private=private),
            jobs=jobs,
            is_exempt=is_exempt(self._services, interaction.user),
        )

        async def respond(news: News) -> int | None:
            view = card(news, now=discord.utils.utcnow())
            response = await interaction.response.send_message(view=view, ephemeral=private)
            return response.message_id

        await begin(self._services, new, respond, album=album, account=account)

    async def _may_upload(self, interaction: Interaction, message: discord.Message) -> bool:
        """One's own files, a consenting author's, and anybody's for moderators."""
        return await may_upload(self._services, interaction, message)

    async def _ask_author(
        self, interaction: Interaction, message: discord.Message, sources: Sequence[Source]
    ) -> None:
        if interaction.guild_id is None or message.author.bot or message.webhook_id is not None:
            raise ConsentMissingError("this author cannot be asked")
        consent = await self._services.autoupload.consent(message.author.id, interaction.guild_id)
        if consent is not None and consent.choice is Choice.NEVER:
            raise ConsentMissingError("the author said never")
        if not may_speak(interaction):
            raise ChoiceError(
                "You may not write in this channel, so the bot does not ask the author there in "
                "your name. Nothing was uploaded."
            )
        question = await self._services.autoupload.ask(
            Question(
                id=0,
                source_message_id=message.id,
                channel_id=message.channel.id,
                guild_id=interaction.guild_id,
                author_id=message.author.id,
                asked_by=interaction.user.id,
                sources=sources,
                asked_at=self._services.clock.now(),
            )
        )
        if question is None:
            await tell(interaction, "The author has been asked already and has not answered yet.")
            return
        await interaction.response.send_message(view=question_card(question))

    # --- buttons ------------------------------------------------------------------------------

    async def show_links(self, interaction: Interaction, row: str) -> None:
        """All forms of the links, to the person alone."""
        news = await self._news(int(row))
        if not may_use_card(interaction, news.batch):
            raise NotYoursError(whose="the person who uploaded it")
        for page in link_forms(news) or ["These pictures were deleted."]:
            await tell(interaction, page)

    async def ask_deletion(self, interaction: Interaction, row: str) -> None:
        """Turn the card into the question whether to delete."""
        news = await self._news(int(row))
        _check_may_delete(interaction, news.batch)
        await interaction.response.edit_message(view=deletion(news))

    async def delete(self, interaction: Interaction, row: str) -> None:
        """Delete one picture for good."""
        batch, job = await self._job(int(row))
        _check_may_delete(interaction, batch)
        await interaction.response.defer()
        payer = Payer(interaction.user.id, interaction.guild_id)
        await self._services.deleter.delete(batch, job, payer)
        await self._show_again(interaction, batch.id)

    async def keep(self, interaction: Interaction, row: str) -> None:
        """Turn the question back into the card."""
        news = await self._news(int(row))
        _check_may_delete(interaction, news.batch)
        await interaction.response.edit_message(view=card(news, now=discord.utils.utcnow()))

    async def cancel(self, interaction: Interaction, row: str) -> None:
        """Give up what has not been sent yet."""
        news = await self._news(int(row))
        if news.batch.user_id != interaction.user.id:
            raise NotYoursError(whose="the person who asked for it")
        await interaction.response.defer()
        waiting = [job for job in news.jobs if job.state in {JobState.ACCEPTED, JobState.READY}]
        for job in waiting:
            await self._services.uploads.cancel(job.id, interaction.user.id)
        await self._show_again(interaction, news.batch.id)

    async def try_again(self, interaction: Interaction, row: str) -> None:
        """Take up what failed, answering to this press."""
        news = await self._news(int(row))
        if news.batch.user_id != interaction.user.id:
            raise NotYoursError(whose="the person who asked for it")
        # All else stays as it was decided when the upload began: its message, its style.
        answer = replace(
            news.batch.answer,
            application_id=interaction.application_id,
            interaction_token=interaction.token,
            expires_at=self._services.steady.now() + TOKEN_LIFE,
        )
        reopened = await self._services.uploads.reopen(replace(news.batch, answer=answer))
        view = card(reopened, now=discord.utils.utcnow())
        try:
            await interaction.response.edit_message(view=view)
        finally:
            self._services.uploads.start(
                reopened.batch, [job for job in reopened.jobs if not job.is_settled]
            )

    async def _show_again(self, interaction: Interaction, batch_id: int) -> None:
        news = await self._news(batch_id)
        await interaction.edit_original_response(view=card(news, now=discord.utils.utcnow()))

    async def _news(self, batch_id: int) -> News:
        batch = await self._services.jobs.batch(batch_id)
        if batch is None:
            raise UploadNotFoundError(f"no batch {batch_id}")
        return self._services.uploads.look(batch, await self._services.jobs.jobs_of(batch_id))

    async def _job(self, job_id: int) -> tuple[Batch, Job]:
        job = await self._services.jobs.job(job_id)
        if job is None:
            raise UploadNotFoundError(f"no job {job_id}")
        return (await self._news(job.batch_id)).batch, job


def _check_may_delete(interaction: Interaction, batch: Batch) -> None:
    if not may_delete(interaction, batch):
        raise NotYoursError(whose="the person who uploaded it, or a moderator,")


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = UploadCog(bot.services)
    await bot.add_cog(cog)
    bot.tree.add_command(
        app_commands.ContextMenu(name="Upload to Imgur", callback=cog.upload_message)
    )
    bot.presses.on("links", cog.show_links)
    bot.presses.on("delete", cog.ask_deletion)
    bot.presses.on("delete-yes", cog.delete)
    bot.presses.on("keep", cog.keep)
    bot.presses.on("cancel", cog.cancel)
    bot.presses.on("again", cog.try_again)
