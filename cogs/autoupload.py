"""Automatic uploads: posts in channels that want them, and what their authors decide."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.autoupload.rules import Action, AutoRule, Choice, Consent, Question, album_for
from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import BotError, NotYoursError, StorageError, UploadNotFoundError
from bot.services import Services
from bot.ui.answers import answer_of, begin, is_exempt
from bot.ui.cards import card, notice
from bot.ui.following import follow
from bot.ui.judging import judged, rule_at
from bot.ui.latecomers import Latecomers
from bot.ui.presses import Interaction
from bot.ui.questions import WORDING, decided_card, pause_notice, question_card
from bot.ui.sources import named_jobs, occasion_of
from bot.ui.withdrawing import withdraw
from bot.ui.wording import sentence
from bot.uploads.announcing import News
from bot.uploads.job import Answer, NewBatch, Origin, ReplyStyle, Source
from bot.uploads.naming import Occasion

_log = logging.getLogger(__name__)

#: Shorter waits are not worth a word.
PAUSE_FROM_S = 60.0


class AutoUploadCog(commands.Cog):
    """Uploads what members post, once they agree."""

    def __init__(self, services: Services, bot: ImgurBot) -> None:
        self._services = services
        self._bot = bot
        self._store = services.autoupload
        self._latecomers = Latecomers(services, self.on_message)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Leave a post alone, ask its author, or upload its files."""
        if self._bot.user is not None and message.author.id == self._bot.user.id:
            self._notice(message)
        if message.guild is None or not message.attachments or self._services.rivals.are_there:
            return
        rule = rule_at(self._services.channels, message.channel, message.author)
        if rule is None or rule.guild_id != message.guild.id:
            return
        async with self._services.attendance.attending(message.guild.id, message.id):
            await follow(
                self._services.clock,
                f"post {message.id}",
                lambda: self._attend_to(message, rule),
            )

    def _notice(self, own: discord.Message) -> None:
        """A message of our own account: another process may have sent it."""
        reference = own.reference
        if own.type is discord.MessageType.reply and reference and reference.message_id:
            self._services.rivals.seen(reference.message_id)

    async def _attend_to(self, message: discord.Message, rule: AutoRule) -> None:
        consent = await self._store.consent(message.author.id, rule.guild_id)
        found = judged(
            message,
            rule,
            None if consent is None else consent.choice,
            age_s=(discord.utils.utcnow() - message.created_at).total_seconds(),
            channel_mode_allowed=self._services.channel_mode_allowed,
        )
        try:
            if found.action is Action.ASK:
                await self._ask(message, rule, found.sources)
            elif found.action is Action.UPLOAD:
                await self._upload(message, rule, found.sources)
        except discord.HTTPException as error:
            _log.info("nothing can be said in channel %d: %s", message.channel.id, error)

    async def _ask(
        self, message: discord.Message, rule: AutoRule, sources: Sequence[Source]
    ) -> None:
        question = await self._store.ask(
            Question(
                id=0,
                source_message_id=message.id,
                channel_id=message.channel.id,
                guild_id=rule.guild_id,
                author_id=message.author.id,
                asked_by=message.author.id,
                sources=sources,
                asked_at=self._services.clock.now(),
            )
        )
        if question is None:
            return
        try:
            await self._reply(message, question_card(question), f"ask-{message.id}")
        except discord.HTTPException:
            await self._store.take_question(question.id, question.author_id)  # nobody sees it
            raise

    async def _reply(self, message: discord.Message, view: ui.LayoutView, nonce: str) -> None:
        self._services.rivals.answering(message.id)
        await message.reply(view=view, nonce=nonce, mention_author=False)

    async def _upload(
        self, message: discord.Message, rule: AutoRule, sources: Sequence[Source]
    ) -> None:
        new = NewBatch(
            key=f"message:{message.id}",
            origin=Origin.AUTO,
            user_id=message.author.id,
            guild_id=rule.guild_id,
            answer=Answer(
                is_private=False,
                channel_id=message.channel.id,
                source_message_id=message.id,
                style=rule.style,
                is_album_only=rule.is_album_only,
            ),
            jobs=named_jobs(sources, self._services.naming, occasion_of(message)),
            follows_source=rule.follows_messages,
            is_exempt=is_exempt(self._services, message.author),
        )
        album = album_for(
            rule,
            channel=(message.channel.id, str(message.channel)),
            author=(message.author.id, message.author.display_name),
            posted_at=message.created_at,
        )

        async def tell_of_pause(_: News) -> int | None:
            await self._tell_of_pause(message, new)
            return None

        try:
            await begin(self._services, new, tell_of_pause, album=album)
        except StorageError:
            raise  # it is tried again
        except BotError as error:
            if self._services.channels.should_tell(message.channel.id, type(error).__name__):
                await self._reply(message, notice(sentence(error)), f"not-{message.id}")

    async def _tell_of_pause(self, message: discord.Message, new: NewBatch) -> None:
        """Say in the channel, once, that uploads wait for credits and come later."""
        wait_s = self._services.uploads.wait_before(new)
        if wait_s < PAUSE_FROM_S or new.answer.style is ReplyStyle.SILENT:
            return
        if self._services.channels.begins_pause(message.channel.id, wait_s):
            view = pause_notice(wait_s, now=discord.utils.utcnow())
            with suppress(discord.HTTPException):  # what waits is uploaded all the same
                await message.channel.send(view=view)

    # --- what was missed ----------------------------------------------------------------------

    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session: what was posted since the last one was not told."""
        for guild in self._bot.guilds:
            if guild.shard_id == shard_id:
                self._services.attendance.absent(guild.id)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Discord has trouble with a server."""
        self._services.attendance.absent(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there (again): look for what was posted meanwhile."""
        if self._bot.reads_messages:
            await self._latecomers.catch_up(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """From here on everything is told."""
        await self.on_guild_available(guild)

    # --- deleted messages ---------------------------------------------------------------------

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Delete what was uploaded for a message, where its rule said so."""
        await self._follow(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Delete what was uploaded for each of the messages, where its rule said so."""
        for message_id in payload.message_ids:
            await self._follow(message_id)

    async def _follow(self, message_id: int) -> None:
        what = f"the deletion of message {message_id}"
        await follow(self._services.clock, what, lambda: self._withdraw(message_id))

    async def _withdraw(self, message_id: int) -> None:
        for batch in await self._services.jobs.batches_of_message(message_id):
            await withdraw(self._services, batch)

    # --- decisions ----------------------------------------------------------------------------

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(choice="What happens to the pictures that you post here")
    async def consent(
        self, interaction: Interaction, choice: Literal["always", "ask me", "never"]
    ) -> None:
        """Decide whether your pictures in this server may go to Imgur automatically."""
        if interaction.guild_id is None:
            return
        if choice == "ask me":
            await self._store.forget(interaction.user.id, interaction.guild_id)
        else:
            await self._decide(interaction, interaction.guild_id, Choice(choice))
        await self._confirm(interaction, interaction.guild_id, choice)

    async def answer_question(self, interaction: Interaction, row: str) -> None:
        """An author answers: once, always or never."""
        answer, _, number = row.partition(":")
        question = await self._store.question(int(number))
        if question is not None and question.author_id != interaction.user.id:
            raise NotYoursError(whose="the author of the message")
        taken = await self._store.take_question(int(number), interaction.user.id)
        if taken is None:
            raise UploadNotFoundError(f"question {number} is answered")
        if answer != "once":
            await self._decide(interaction, taken.guild_id, Choice(answer))
        if answer == Choice.NEVER:
            await interaction.response.edit_message(
                view=notice(f"Nothing was sent. {_DECIDED[Choice.NEVER]}")
            )
            await self._offer_deletion(interaction, taken.guild_id)
            return
        try:
            await self._upload_agreed(interaction, taken)
        except BotError:
            await self._ask_again(interaction, taken)
            raise

    async def _ask_again(self, interaction: Interaction, question: Question) -> None:
        """Leave a question open whose answer could not be followed: the author may come back."""
        again = await self._store.ask(question)
        if again is not None and not interaction.response.is_done():
            await interaction.response.edit_message(view=question_card(again))

    async def opt_out(self, interaction: Interaction, row: str) -> None:
        """A member does not want to take part in a channel's automatic uploads."""
        del row
        if interaction.guild_id is None:
            return
        await self._decide(interaction, interaction.guild_id, Choice.NEVER)
        await self._confirm(interaction, interaction.guild_id, Choice.NEVER)

    async def _confirm(self, interaction: Interaction, guild_id: int, choice: str) -> None:
        """Say what was decided; who withdraws is offered to have deleted what was uploaded."""
        count = 0 if choice == Choice.ALWAYS else await self._uploaded(interaction, guild_id)
        view = decided_card(_DECIDED[choice], guild_id, count)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _offer_deletion(self, interaction: Interaction, guild_id: int) -> None:
        """After the answer that everybody sees, what only concerns whoever answered."""
        count = await self._uploaded(interaction, guild_id)
        if count:
            view = decided_card(_DECIDED[Choice.NEVER], guild_id, count)
            await interaction.followup.send(view=view, ephemeral=True)

    async def _uploaded(self, interaction: Interaction, guild_id: int) -> int:
        """How many of a person's pictures that went to Imgur by themselves are there."""
        user_id = interaction.user.id
        return len(await self._services.jobs.uploaded_automatically(user_id, guild_id))

    async def forget_uploads(self, interaction: Interaction, row: str) -> None:
        """Delete all that was uploaded automatically of whoever presses, in one server."""
        await interaction.response.defer()
        payer = Payer(interaction.user.id, interaction.guild_id)
        found = await self._services.jobs.uploaded_automatically(interaction.user.id, int(row))
        deleted = 0
        try:
            for batch, job in found:
                with suppress(UploadNotFoundError):
                    await self._services.deleter.delete(batch, job, payer)
                deleted += 1
        except BotError as error:
            view = decided_card(
                f"{deleted} of {len(found)} were deleted. {sentence(error)}",
                int(row),
                len(found) - deleted,
            )
        else:
            view = notice(
                "It is deleted from Imgur; its link is dead."
                if deleted == 1
                else f"All {deleted} are deleted from Imgur; their links are dead."
            )
        await interaction.edit_original_response(view=view)

    async def _upload_agreed(self, interaction: Interaction, question: Question) -> None:
        is_own = question.asked_by == question.author_id
        rule = None
        if is_own and interaction.channel is not None:
            rule = rule_at(self._services.channels, interaction.channel, interaction.user)
        answer = answer_of(interaction, self._services.steady, is_private=False)
        new = NewBatch(
            key=f"question:{question.id}",
            origin=Origin.AUTO if is_own else Origin.MENU,
            user_id=question.asked_by,
            guild_id=question.guild_id,
            answer=replace(
                answer,
                source_message_id=question.source_message_id,
                is_album_only=rule is not None and rule.is_album_only,
            ),
            jobs=named_jobs(question.sources, self._services.naming, Occasion()),
            follows_source=rule is not None and rule.follows_messages,
            is_exempt=is_own and is_exempt(self._services, interaction.user),
        )
        album = None
        if rule is not None:
            album = album_for(
                rule,
                channel=(question.channel_id, str(interaction.channel)),
                author=(question.author_id, interaction.user.display_name),
                posted_at=discord.utils.snowflake_time(question.source_message_id),
            )

        async def respond(news: News) -> int | None:
            view = card(news, now=discord.utils.utcnow())
            await interaction.response.edit_message(view=view)
            return None if interaction.message is None else interaction.message.id

        await begin(self._services, new, respond, album=album)

    async def _decide(self, interaction: Interaction, guild_id: int, choice: Choice) -> None:
        await self._store.decide(
            Consent(
                user_id=interaction.user.id,
                guild_id=guild_id,
                choice=choice,
                given_at=self._services.clock.now(),
                given_in=interaction.channel_id or 0,
                wording=WORDING,
            )
        )


_DECIDED: Mapping[str, str] = {
    Choice.ALWAYS: "Your pictures in this server's upload channels go to Imgur from now on. "
    "Change it at any time with `/consent`.",
    Choice.NEVER: "Your pictures in this server are left alone from now on. "
    "Change it at any time with `/consent`.",
    "ask me": "You will be asked again for each picture.",
}


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = AutoUploadCog(bot.services, bot)
    await bot.add_cog(cog)
    bot.presses.on("consent", cog.answer_question)
    bot.presses.on("optout", cog.opt_out)
    bot.presses.on("forget", cog.forget_uploads)
