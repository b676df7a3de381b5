"""Ends of automatic uploads that are no reply: a reaction, or a thread of the message's own."""

from dataclasses import replace
from typing import Final

import discord

from bot.uploads.announcing import Delivery, News, Receipt
from bot.uploads.job import Batch, JobState

_DONE, _FAILED = "✅", "⚠️"
_THREAD_NAME: Final = "Imgur links"
#: Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_THREAD_EXISTS: Final = 160_004


async def react(client: discord.Client, news: News) -> Receipt:
    """Mark the message whose files were uploaded.

    Raises:
        discord.HTTPException: Discord did not do it.
    """
    message = _message(client, news.batch)
    if message is None:
        return Receipt(Delivery.UNREACHABLE)
    went_well = all(job.state is JobState.UPLOADED for job in news.jobs)
    await message.add_reaction(_DONE if went_well else _FAILED)
    return Receipt(Delivery.DELIVERED)


async def take_back(client: discord.Client, news: News) -> None:
    """Unmark the message once none of its uploads is there any more.

    Raises:
        discord.HTTPException: Discord did not do it.
    """
    message = _message(client, news.batch)
    is_there = any(job.state is JobState.UPLOADED for job in news.jobs)
    if message is not None and client.user is not None and not is_there:
        await message.remove_reaction(_DONE, client.user)


async def in_thread(client: discord.Client, batch: Batch) -> Batch:
    """The batch with its answer in the message's own thread, which is opened if need be.

    Raises:
        discord.HTTPException: Discord did not open it.
    """
    message = _message(client, batch)
    if message is None:
        return batch
    try:
        await message.create_thread(name=_THREAD_NAME)
    except discord.HTTPException as error:
        if error.code != _THREAD_EXISTS:
            raise
    # A thread that begins with a message bears its number.
    answer = replace(batch.answer, channel_id=message.id, source_message_id=None)
    return replace(batch, answer=answer)


def _message(client: discord.Client, batch: Batch) -> discord.PartialMessage | None:
    answer = batch.answer
    if answer.channel_id is None or answer.source_message_id is None:
        return None
    channel = client.get_partial_messageable(answer.channel_id, guild_id=batch.guild_id)
    return channel.get_partial_message(answer.source_message_id)
