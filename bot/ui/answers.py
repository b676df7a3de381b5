"""The first answer to somebody who wants an upload: stored first, told at once, then begun."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import discord

from bot.accounts.choosing import account_for_upload
from bot.clock import Clock
from bot.services import Services
from bot.ui.presses import Interaction
from bot.uploads.albums import NewAlbum
from bot.uploads.announcing import News
from bot.uploads.job import Album, Answer, NewBatch

#: An interaction's token lives for fifteen minutes; the last of them is left to what comes after.
#: Source: https://docs.discord.com/developers/interactions/receiving-and-responding
TOKEN_LIFE = timedelta(minutes=14)


def answer_of(interaction: Interaction, clock: Clock, *, is_private: bool) -> Answer:
    """Where the answers to an interaction go; ``clock`` is ``Services.steady``."""
    return Answer(
        is_private=is_private,
        application_id=interaction.application_id,
        interaction_token=interaction.token,
        expires_at=clock.now() + TOKEN_LIFE,
        channel_id=interaction.channel_id,
    )


def is_exempt(services: Services, person: discord.User | discord.Member) -> bool:
    """Whether a role frees a person from the bound that the server sets to its members."""
    if not isinstance(person, discord.Member):
        return False
    return services.limiter.is_exempt(person.guild.id, [role.id for role in person.roles])


async def begin(
    services: Services,
    new: NewBatch,
    respond: Callable[[News], Awaitable[int | None]],
    *,
    album: NewAlbum | Album | None = None,
    account: str | None = None,
) -> None:
    """Accept uploads, answer, and begin; a repeated event is left alone.

    Args:
        respond: Shows the first card and returns its message's id, if known.
        album: Where the pictures go.
        account: Which of the user's linked accounts, or ``choosing.ANONYMOUS``; else his default.

    Raises:
        ChoiceError: The user has linked no such account.
        LinkRevokedError: The user's Imgur account must be linked again first.
        QueueFullError: Too much waits already.
        OutOfCreditsError: It would have to wait longer than is sensible.
        UploadsPausedError: The five-strikes brake holds.
        StorageError: It could not be stored.
    """
    links = await services.linking.status(new.user_id)
    account_id = account_for_upload(links, account)
    jobs = [replace(job, imgur_account_id=account_id) for job in new.jobs]
    if isinstance(album, NewAlbum):
        album = await services.albums.want(album, new.user_id, account_id)
    row = None if album is None else album.id
    accepted = await services.uploads.accept(replace(new, jobs=jobs, album_row=row))
    if accepted is None:
        return
    batch, stored = accepted
    try:
        message_id = await respond(services.uploads.look(batch, stored))
        if message_id is not None:
            await services.jobs.answered_in(batch.id, message_id)
    finally:
        services.uploads.start(batch, stored)
