"""One interaction: what Discord sends of it, and what has become of it.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE_S
from tests.wire import payloads
from tests.wire.events import Event
from tests.wire.permissions import TALK, channel_permissions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.wire.entities import Channel, Message, User
    from tests.wire.world import World


class InteractionKind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class AnswerKind(IntEnum):
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    SUGGESTIONS = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """What tests hold after a user has done something.

    Attributes:
        source: The message whose component was used, if it was one.
        opener: For a submitted modal, the interaction that had opened it.
        delivered: Whether a gateway connection was there to take it.
        answer: The kind of the bot's first answer, None until it came.
        acknowledged_after_s: Seconds from the user's action to that answer.
        response: The message that `@original` means, as it stands now.
        followups: Further messages, oldest first.
        modal: The modal that the bot opened.
        choices: The suggestions that the bot gave.
    """

    id: int
    token: str
    kind: InteractionKind
    world: World
    user: User
    channel: Channel
    data: dict[str, Any]
    created_at: datetime
    created_monotonic_s: float
    source: Message | None = None
    opener: Interaction | None = None
    command: str = ""
    delivered: bool = False
    answer: AnswerKind | None = None
    acknowledged_after_s: float | None = None
    response: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None

    @property
    def acknowledged(self) -> bool:
        return self.answer is not None

    @property
    def answered(self) -> bool:
        """Whether there is a response and it does not say "thinking"."""
        return self.response is not None and not self.response.loading

    @property
    def failed(self) -> bool:
        """Whether the user was told that the application did not respond."""
        return not self.acknowledged and self.age_s > self.world.callback_window_s

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.created_monotonic_s

    @property
    def token_is_valid(self) -> bool:
        return self.world.clock.now() < self.created_at + self.world.token_life

    def expire_token(self) -> None:
        """Let this interaction's fifteen minutes be over at once."""
        self.created_at -= self.world.token_life

    @property
    def text(self) -> str:
        """What the response and the follow-ups say now."""
        return "\n".join(message.text for message in self.messages)

    @property
    def links(self) -> list[str]:
        return [link for message in self.messages for link in message.links]

    @property
    def messages(self) -> list[Message]:
        """The response and the follow-ups that are there."""
        mine = [self.response, *self.followups]
        return [message for message in mine if message is not None and not message.deleted]

    async def until(
        self, predicate: Callable[[Interaction], Any], timeout_s: float = PATIENCE_S
    ) -> Any:
        """Wait until the predicate holds for this interaction; returns what it returned."""
        return await self.world.changes.until(lambda: predicate(self), timeout_s, self._state)

    async def until_acknowledged(self, timeout_s: float = PATIENCE_S) -> None:
        await self.until(lambda self: self.acknowledged, timeout_s)

    async def until_answered(self, timeout_s: float = PATIENCE_S) -> Message:
        """Wait for a response that does not say "thinking" any more."""
        await self.until(lambda self: self.answered, timeout_s)
        if self.response is None:
            raise AssertionError(f"There is no message: {self._state()}")
        return self.response

    async def until_modal(self, timeout_s: float = PATIENCE_S) -> dict[str, Any]:
        modal: dict[str, Any] = await self.until(lambda self: self.modal, timeout_s)
        return modal

    async def until_choices(self, timeout_s: float = PATIENCE_S) -> list[dict[str, Any]]:
        await self.until(lambda self: self.choices is not None, timeout_s)
        return self.choices or []

    def _state(self) -> str:
        answer = self.answer.name if self.answer else "no answer"
        if self.response is not None and self.response.loading:
            answer += ", thinking"
        return f"{self.kind.name} {self.command}: {answer}; {self.text!r}"


def begin(
    world: World,
    kind: InteractionKind,
    user: User,
    channel: Channel,
    data: dict[str, Any],
    *,
    source: Message | None = None,
    opener: Interaction | None = None,
    command: str = "",
) -> Interaction:
    """A user has done something: remember it; `deliver` tells the bot."""
    interaction_id = world.mint()
    interaction = Interaction(
        id=interaction_id,
        token=_token(interaction_id),
        kind=kind,
        world=world,
        user=user,
        channel=channel,
        data=data,
        created_at=world.clock.now(),
        created_monotonic_s=time.monotonic(),
        source=source,
        opener=opener,
        command=command,
    )
    world.interactions[interaction.token] = interaction
    return interaction


def deliver(interaction: Interaction) -> None:
    """Send INTERACTION_CREATE; a second time it is the duplicate that Discord may send."""
    guild = interaction.channel.guild
    guild_id = guild.id if guild else None
    event = Event("INTERACTION_CREATE", create_payload(interaction), guild_id)
    if interaction.world.emit(event):
        interaction.delivered = True


def create_payload(interaction: Interaction) -> dict[str, Any]:
    """The data of INTERACTION_CREATE."""
    world, channel = interaction.world, interaction.channel
    payload: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": int(interaction.kind),
        "data": interaction.data,
        "channel": payloads.of_partial_channel(channel, interaction.user),
        "channel_id": str(channel.id),
        "token": interaction.token,
        "version": 1,
        "locale": interaction.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": integration_owners(interaction),
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if interaction.source is not None:
        payload["message"] = payloads.of_message(interaction.source, world.bot)
    return payload | _of_place(interaction)


def _of_place(interaction: Interaction) -> dict[str, Any]:
    """In a guild the member and the guild, elsewhere the user."""
    guild, world = interaction.channel.guild, interaction.world
    if guild is None:
        return {
            "user": payloads.of_user(interaction.user),
            "context": 1,
            "app_permissions": str(int(TALK)),
        }
    app_permissions = channel_permissions(world.bot, interaction.channel) if guild.has_bot else TALK
    member = guild.members[interaction.user.id]
    return {
        "guild_id": str(guild.id),
        "guild": payloads.of_interaction_guild(guild),
        "guild_locale": guild.locale,
        "member": payloads.of_interacting_member(member, interaction.channel),
        "context": 0,
        "app_permissions": str(int(app_permissions)),
        "attachment_size_limit": guild.attachment_size_limit_bytes,
    }


def integration_owners(interaction: Interaction) -> dict[str, str]:
    """Who installed the application here: the guild ("0") or the user ("1")."""
    guild = interaction.channel.guild
    if guild is None:
        return {"0": "0"}
    return {"0": str(guild.id)} if guild.has_bot else {"1": str(interaction.user.id)}


def _token(interaction_id: int) -> str:
    """A token of Discord's look and length."""
    return f"aW50ZXJhY3Rpb246{interaction_id}{secrets.token_urlsafe(140)}"
