"""Showing how uploads and links went, on Discord."""

import asyncio
import logging
import math
from collections.abc import Iterable
from typing import Any, Final, cast

import aiohttp
import discord
from discord import ui

from bot.accounts.account import Linked, LinkedAccount
from bot.accounts.announcing import InteractionRef
from bot.autoupload.rivals import Rivals
from bot.clock import Clock
from bot.errors import BotError
from bot.ui import account_cards
from bot.ui.cards import card
from bot.ui.replying import in_thread, react, take_back
from bot.ui.wording import sentence
from bot.uploads.announcing import Delivery, News, Receipt
from bot.uploads.job import Answer, Batch, Origin, ReplyStyle

_log = logging.getLogger(__name__)

#: Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_UNKNOWN_MESSAGE: Final = 10008
_SERVER_TROUBLE: Final = 500
_TOO_MANY: Final = 429
#: What Discord or the way to it throws when something cannot be done there now.
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
_SILENCE_S: Final = 30.0
_LONGEST_SILENCE_S: Final = 600.0
#: Buttons that only a batch's final card has.
_FINAL_ACTIONS: Final = ("links", "delete", "again")
#: How many messages after its cause a card is looked for.
_LOOK_BACK: Final = 100


class _Original:
    """Names an interaction's first answer in place of a message id.

    discord.py's webhooks ask for a number although Discord takes this word, which is the only
    name of the answer that is known after a crash.
    Source: https://docs.discord.com/developers/interactions/receiving-and-responding
    """

    def __str__(self) -> str:
        return "@original"


_ORIGINAL = cast("int", _Original())


class DiscordAnnouncer:
    """An ``Announcer`` and a ``LinkAnnouncer``.

    Attributes:
        rivals: Learns to which posts this process replies.
        has_voice: Set whenever a client begins to speak, for what waited for one.
    """

    def __init__(self, clock: Clock) -> None:
        self.rivals = Rivals()
        self.has_voice = asyncio.Event()
        self._clock = clock
        self._client: discord.Client | None = None
        self._silent_until_s = -math.inf

    def speak_through(self, client: discord.Client) -> None:
        """Use this client from now on; services are opened before there is one."""
        self._client = client
        self.has_voice.set()

    @property
    def client(self) -> discord.Client | None:
        """The client in use."""
        return self._client

    # --- uploads ------------------------------------------------------------------------------

    async def show(self, news: News) -> Receipt:
        """Edit the first answer; when that is no longer possible, find another way to tell."""
        if self._clock.monotonic() < self._silent_until_s:
            return Receipt(Delivery.LATER)
        try:
            return await self._show(news)
        except discord.HTTPException as error:
            if error.status == _TOO_MANY:
                self._keep_silent(error)
            _log.info("batch %d: Discord did not take the answer: %s", news.batch.id, error)
            return Receipt(Delivery.LATER)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.info("batch %d: Discord did not take the answer: %s", news.batch.id, error)
            return Receipt(Delivery.LATER)

    def _keep_silent(self, error: discord.HTTPException) -> None:
        """Ask nothing more for a while, for anybody: Discord bans hosts that go on regardless.

        discord.py waits out ordinary limits by itself; what reaches us is Cloudflare's.
        Source: https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
        """
        text = error.response.headers.get("Retry-After", "")
        pause_s = float(text) if text.isdecimal() else _SILENCE_S
        pause_s = min(max(pause_s, _SILENCE_S), _LONGEST_SILENCE_S)
        self._silent_until_s = self._clock.monotonic() + pause_s
        _log.warning("Discord refuses everything at present: telling nobody for %.0f s", pause_s)

    async def _show(self, news: News) -> Receipt:
        answer = news.batch.answer
        view = card(news, now=discord.utils.utcnow())
        if self._can_edit(answer):
            receipt = await self._edit_first_answer(answer, view)
            if receipt is not None:
                return receipt
        if not news.is_final:
            return Receipt(Delivery.DELIVERED)
        if answer.is_private:
            return await self._tell_directly(news.batch, view)
        return await self._show_in_channel(news, view)

    async def _show_in_channel(self, news: News, view: ui.LayoutView) -> Receipt:
        """Show an end where no interaction waits for it, in the style that was chosen."""
        batch, style = news.batch, news.batch.answer.style
        if style is ReplyStyle.SILENT or self.rivals.have_answered(batch.answer.source_message_id):
            return Receipt(Delivery.DELIVERED)
        try:
            if style is ReplyStyle.REACTION:
                return await react(self._ready_client, news)
            if style is ReplyStyle.THREAD:
                batch = await in_thread(self._ready_client, batch)
        except discord.HTTPException as error:
            if _is_passing(error):
                raise
            _log.info("batch %d: no %s (%s), replying instead", batch.id, style, error)
        if news.may_be_shown and (known := await self._posted_before(batch)) is not None:
            return Receipt(Delivery.DELIVERED, known)
        return await self._post(batch, view)

    def _can_edit(self, answer: Answer) -> bool:
        return (
            answer.interaction_token is not None
            and answer.expires_at is not None
            and self._clock.now() < answer.expires_at
        )

    async def _edit_first_answer(self, answer: Answer, view: ui.LayoutView) -> Receipt | None:
        """Edit it; ``None`` when Discord no longer honours the token."""
        try:
            await self._edit(answer.application_id or 0, answer.interaction_token or "", view)
        except discord.NotFound as error:
            if error.code == _UNKNOWN_MESSAGE:
                return Receipt(Delivery.UNREACHABLE)  # its owner deleted it
            return None
        except discord.HTTPException as error:
            if _is_passing(error):
                raise
            _log.warning("an answer was refused: %s", error)
            return None
        return Receipt(Delivery.DELIVERED)

    async def _posted_before(self, batch: Batch) -> int | None:
        """The message that already tells this batch's end; nonces help for minutes only."""
        client, answer = self._ready_client, batch.answer
        if answer.channel_id is None or client.user is None:
            return None
        channel = client.get_partial_messageable(answer.channel_id, guild_id=batch.guild_id)
        since = discord.Object(
            answer.source_message_id or discord.utils.time_snowflake(batch.created_at)
        )
        try:
            async for message in channel.history(after=since, limit=_LOOK_BACK):
                if message.author.id == client.user.id and _tells(message, batch):
                    return message.id
        except discord.HTTPException as error:
            if _is_passing(error):
                raise
            _log.info("batch %d: the channel cannot be looked through: %s", batch.id, error)
        return None

    async def _post(self, batch: Batch, view: ui.LayoutView) -> Receipt:
        """A message in the channel, as a reply where there is something to reply to."""
        answer = batch.answer
        if answer.channel_id is None:
            return await self._tell_directly(batch, view)
        channel = self._ready_client.get_partial_messageable(
            answer.channel_id, guild_id=batch.guild_id
        )
        reply: dict[str, Any] = {}
        if answer.source_message_id is not None:
            self.rivals.answering(answer.source_message_id)
            reply["reference"] = discord.MessageReference(
                message_id=answer.source_message_id,
                channel_id=answer.channel_id,
                guild_id=batch.guild_id,
                fail_if_not_exists=True,
            )
        try:
            message = await channel.send(
                view=view,
                nonce=_nonce(batch),
                mention_author=False,
                **reply,
            )
        except discord.HTTPException as error:
            if _is_passing(error):
                raise
            _log.warning("batch %d cannot be posted: %s", batch.id, error)
            if answer.source_message_id is not None:
                return Receipt(Delivery.UNREACHABLE)
            return await self._tell_directly(batch, view)
        return Receipt(Delivery.DELIVERED, message.id)

    async def _tell_directly(self, batch: Batch, view: ui.LayoutView) -> Receipt:
        try:
            channel = await self._ready_client.create_dm(discord.Object(batch.user_id))
            message = await channel.send(view=view, nonce=f"batch-{batch.id}")
        except discord.HTTPException as error:
            if _is_passing(error):
                raise
            _log.info("batch %d: its user takes no direct messages", batch.id)
            return Receipt(Delivery.UNREACHABLE)
        return Receipt(Delivery.DELIVERED, message.id)

    async def correct(self, news: News) -> None:
        """Bring our message or mark in a channel up to date; one try, whatever happens."""
        answer, client = news.batch.answer, self._client
        if client is None or answer.is_private or client.is_closed():
            return
        if self._clock.monotonic() < self._silent_until_s:
            return
        try:
            if answer.message_id is not None:
                await self._edit_post(client, news, answer.message_id)
            elif answer.style is ReplyStyle.REACTION:
                await take_back(client, news)
        except UNREACHABLE as error:
            if isinstance(error, discord.HTTPException) and error.status == _TOO_MANY:
                self._keep_silent(error)
            _log.info("the card of batch %d stays as it is: %s", news.batch.id, error)

    async def _edit_post(self, client: discord.Client, news: News, message_id: int) -> None:
        answer = news.batch.answer
        channel_id = answer.channel_id
        if answer.style is ReplyStyle.THREAD:
            channel_id = answer.source_message_id  # a thread bears its first message's number
        if channel_id is not None:
            channel = client.get_partial_messageable(channel_id, guild_id=news.batch.guild_id)
            view = card(news, now=discord.utils.utcnow())
            await channel.get_partial_message(message_id).edit(view=view)

    # --- links --------------------------------------------------------------------------------

    async def linked(self, ref: InteractionRef, linked: Linked) -> None:
        """The account is linked."""
        await self._end_link(ref, account_cards.linked(linked))

    async def failed(self, ref: InteractionRef, error: BotError) -> None:
        """Nothing was linked, for this reason."""
        await self._end_link(ref, account_cards.not_linked(sentence(error)))

    async def revoked(self, account: LinkedAccount) -> bool:
        """Imgur does not honour the link any more."""
        try:
            channel = await self._ready_client.create_dm(discord.Object(account.user_id))
            await channel.send(view=account_cards.revoked(account), nonce=f"revoked-{account.id}")
        except discord.HTTPException as error:
            _log.info("link %d: its user takes no direct messages (%s)", account.id, error.status)
            return not _is_passing(error)
        except (aiohttp.ClientError, OSError) as error:
            _log.info("link %d: its user could not be told: %s", account.id, error)
            return False
        return True

    async def _end_link(self, ref: InteractionRef, view: ui.LayoutView) -> None:
        if self._clock.now() >= ref.expires_at:
            return
        try:
            await self._edit(ref.application_id, ref.token, view)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.info("the end of a link could not be shown in Discord: %s", error)

    async def _edit(self, application_id: int, token: str, view: ui.LayoutView) -> None:
        webhook = discord.Webhook.partial(application_id, token, client=self._ready_client)
        await webhook.edit_message(_ORIGINAL, view=view)

    @property
    def _ready_client(self) -> discord.Client:
        if self._client is None:
            raise OSError("the bot is not connected yet")
        return self._client


def _nonce(batch: Batch) -> str:
    """Lets Discord notice that a message was posted already.

    Before a crash, or by another process with the same token: its batches have other numbers.
    """
    source_id = batch.answer.source_message_id
    if batch.origin is Origin.AUTO and source_id is not None:
        return f"post-{source_id}"
    return f"batch-{batch.id}"


def _is_passing(error: discord.HTTPException) -> bool:
    return error.status >= _SERVER_TROUBLE or error.status == _TOO_MANY


def _tells(message: discord.Message, batch: Batch) -> bool:
    """Whether a message of ours is the final card of a batch.

    The first answer to a command is not: it stays as it was when its token died.
    """
    if message.interaction_metadata is not None:
        return False
    ids = _custom_ids(message.components)
    source_id = batch.answer.source_message_id
    is_bare_reply = source_id is not None and not ids and _replies_to(message, source_id)
    return is_bare_reply or any(f"imgur:{action}:{batch.id}" in ids for action in _FINAL_ACTIONS)


def _replies_to(message: discord.Message, source_id: int) -> bool:
    return message.reference is not None and message.reference.message_id == source_id


def _custom_ids(components: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for component in components:
        if getattr(component, "custom_id", None):
            found.add(component.custom_id)
        found |= _custom_ids(getattr(component, "children", ()))
    return found
