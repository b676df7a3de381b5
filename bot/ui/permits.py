"""Who may have which files uploaded, see what was posted where, and delete it."""

import discord

from bot.autoupload.rules import Choice
from bot.errors import ChoiceError
from bot.library.shelf import Entry
from bot.services import Services
from bot.ui.presses import Interaction, is_moderator
from bot.uploads.job import Batch


def server_of(interaction: Interaction) -> int:
    """The id of the server that a command is about.

    Raises:
        ChoiceError: There is none, or the bot is no member: somebody only brought it along.
    """
    guild_id = interaction.guild_id
    if guild_id is None:
        raise ChoiceError("That is about a server, so it works in a server's channels only.")
    if interaction.client.get_guild(guild_id) is None:
        raise ChoiceError(
            "This bot is not a member of this server: you brought it along with your own account. "
            "Have someone who may manage the server invite it, then this works here."
        )
    return guild_id


def may_speak(interaction: Interaction) -> bool:
    """Whether the person may write here himself; the bot does not speak for who may not.

    Buttons and the message menu can be used by whoever reads a channel.
    """
    if interaction.guild_id is None:
        return True
    allowed = interaction.permissions
    if isinstance(interaction.channel, discord.Thread):
        return allowed.send_messages_in_threads
    return allowed.send_messages


def bot_may_post(channel: discord.TextChannel) -> bool:
    """Whether the bot itself may write in a channel."""
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


async def may_upload(
    services: Services, interaction: Interaction, message: discord.Message
) -> bool:
    """Whether the person may upload the files of a message of this server.

    One's own files, a consenting author's, and anybody's for moderators.
    """
    author_id = message.author.id
    if author_id == interaction.user.id:
        return True
    if is_moderator(interaction, interaction.guild_id, message.channel.id):
        return True
    if interaction.guild_id is None:
        return False
    consent = await services.autoupload.consent(author_id, interaction.guild_id)
    return consent is not None and consent.choice is Choice.ALWAYS


def may_see(interaction: Interaction, entry: Entry) -> bool:
    """Whether an upload may be shown to the person: his own, or what he could see posted here."""
    if entry.batch.user_id == interaction.user.id:
        return True
    if entry.batch.answer.is_private or entry.batch.guild_id != interaction.guild_id:
        return False
    return is_moderator(interaction, entry.batch.guild_id, entry.channel_id) or may_read(
        interaction, entry.channel_id
    )


def may_use_card(interaction: Interaction, batch: Batch) -> bool:
    """Whether the person may ask a card for more: its owner, or whoever sees it where it stands."""
    if batch.user_id == interaction.user.id:
        return True
    is_here = interaction.guild_id == batch.guild_id and interaction.channel_id in _places(batch)
    return is_here and not batch.answer.is_private


def may_delete(interaction: Interaction, batch: Batch) -> bool:
    """Whether the person may delete the pictures of a card: its owner, or a moderator."""
    if batch.user_id == interaction.user.id:
        return True
    is_theirs = is_moderator(interaction, batch.guild_id, *_places(batch))
    return is_theirs and not batch.answer.is_private


def _places(batch: Batch) -> tuple[int | None, int | None]:
    """Where a card may stand: in its channel, or in the thread that begins with its message."""
    return batch.answer.channel_id, batch.answer.source_message_id


def may_read(interaction: Interaction, channel_id: int | None) -> bool:
    """Whether the person can read a channel of this guild back; unknown channels count as no."""
    guild, person = interaction.guild, interaction.user
    if guild is None or channel_id is None or not isinstance(person, discord.Member):
        return False
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return False
    try:
        allowed = channel.permissions_for(person)
    except discord.ClientException:  # a thread whose channel is not known
        return False
    if isinstance(channel, discord.Thread) and channel.is_private():
        return allowed.manage_threads
    return allowed.view_channel and allowed.read_message_history
