"""Messages in channels: reading, sending, editing, deleting, reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.wire import callbacks, drafts, payloads, refusals
from tests.wire.entities import Channel, Message, MessageType
from tests.wire.events import Intent, without_content
from tests.wire.permissions import Permission, channel_permissions
from tests.wire.rest.routing import NO_CONTENT, Answer, Call, Routes

if TYPE_CHECKING:
    from tests.wire.entities import User
    from tests.wire.world import World

routes = Routes()
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_REACTIONS = _MESSAGE + "/reactions"


@routes.on("POST", _MESSAGES)
def create_message(world: World, call: Call) -> Answer:
    channel = _channel_to_send_to(world, call)
    body = call.body
    known = _sent_before(channel, world.bot, body)
    if known is not None:
        return 200, payloads.of_message(known, world.bot)
    drafts.check(body, call.files)
    message = Message(
        id=world.mint(),
        channel=channel,
        author=world.bot,
        sent_at=world.clock.real_now(),
        nonce=body.get("nonce"),
    )
    _refer(message, body.get("message_reference"), world)
    drafts.fill(message, body, call.files)
    world.publish(message)
    return 200, payloads.of_message(message, world.bot)


@routes.on("GET", _MESSAGES)
def list_messages(world: World, call: Call) -> Answer:
    channel = world.channel(call.id("channel_id"))
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise refusals.invalid("limit", "NUMBER_TYPE_MAX", "int value should be 1 to 100.")
    if not channel_permissions(world.bot, channel) & Permission.READ_MESSAGE_HISTORY:
        return 200, []
    newest_first = sorted(channel.messages, key=lambda message: -message.id)
    page = _page(newest_first, call.query, limit)
    return 200, [_shown(world, message) for message in page]


@routes.on("POST", _MESSAGES + "/bulk-delete")
def bulk_delete(world: World, call: Call) -> Answer:
    channel = world.channel(call.id("channel_id"), Permission.MANAGE_MESSAGES)
    for message_id in call.body["messages"]:
        world.delete(world.message(channel, int(message_id)))
    return NO_CONTENT


@routes.on("GET", _MESSAGE)
def get_message(world: World, call: Call) -> Answer:
    return 200, _shown(world, _message(world, call, Permission.READ_MESSAGE_HISTORY))


@routes.on("PATCH", _MESSAGE)
def edit_message(world: World, call: Call) -> Answer:
    message = _message(world, call)
    only_flags = call.body.keys() <= {"flags"}
    if message.author is not world.bot and not only_flags:
        raise refusals.cannot_edit_others()
    if message.author is not world.bot:
        world.channel(message.channel.id, Permission.MANAGE_MESSAGES)
    callbacks.edit(world, message, call.body, call.files)
    return 200, payloads.of_message(message, world.bot)


@routes.on("DELETE", _MESSAGE)
def delete_message(world: World, call: Call) -> Answer:
    message = _message(world, call)
    if message.author is not world.bot:
        world.channel(message.channel.id, Permission.MANAGE_MESSAGES)
    world.delete(message)
    return NO_CONTENT


@routes.on("PUT", _REACTIONS + "/{emoji}/@me")
def react(world: World, call: Call) -> Answer:
    message = _message(world, call, Permission.READ_MESSAGE_HISTORY)
    emoji = _emoji(call)
    if emoji not in message.reactions:
        world.channel(message.channel.id, Permission.ADD_REACTIONS)
    world.react(message, world.bot, emoji)
    return NO_CONTENT


@routes.on("DELETE", _REACTIONS + "/{emoji}/@me")
def unreact(world: World, call: Call) -> Answer:
    world.unreact(_message(world, call), world.bot, _emoji(call))
    return NO_CONTENT


@routes.on("DELETE", _REACTIONS + "/{emoji}/{user_id}")
def remove_reaction(world: World, call: Call) -> Answer:
    message = _message(world, call, Permission.MANAGE_MESSAGES)
    world.unreact(message, world.user(call.id("user_id")), _emoji(call))
    return NO_CONTENT


@routes.on("DELETE", _REACTIONS)
def clear_reactions(world: World, call: Call) -> Answer:
    message = _message(world, call, Permission.MANAGE_MESSAGES)
    for reaction in list(message.reactions.values()):
        for user in list(reaction.users):
            world.unreact(message, user, reaction.emoji)
    return NO_CONTENT


@routes.on("GET", _REACTIONS + "/{emoji}")
def list_reaction(world: World, call: Call) -> Answer:
    reaction = _message(world, call).reactions.get(_emoji(call))
    return 200, [payloads.of_user(user) for user in (reaction.users if reaction else [])]


def _channel_to_send_to(world: World, call: Call) -> Channel:
    channel = world.channel(call.id("channel_id"))
    if channel.guild is None:
        if not all(user.accepts_dms for user in channel.recipients):
            raise refusals.cannot_send_to_user()
        return channel
    in_thread = Permission.SEND_MESSAGES_IN_THREADS
    world.channel(channel.id, in_thread if channel.is_thread else Permission.SEND_MESSAGES)
    if call.files:
        world.channel(channel.id, Permission.ATTACH_FILES)
    return channel


def _sent_before(channel: Channel, author: User, body: dict[str, Any]) -> Message | None:
    """With `enforce_nonce`, the message that this author already sent with this nonce."""
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    if len(str(body["nonce"])) > 25:
        raise refusals.invalid("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")
    for message in channel.history.values():
        if message.author is author and message.nonce == body["nonce"]:
            return message
    return None


def _refer(message: Message, reference: dict[str, Any] | None, world: World) -> None:
    """Make the message a reply."""
    if reference is None:
        return
    if reference.get("type"):
        raise refusals.invalid("message_reference", "STAND_IN", "Bots' forwards are not built.")
    original = message.channel.history.get(int(reference["message_id"]))
    other = reference.get("channel_id")
    if original is None or original.ephemeral or (other and int(other) != message.channel.id):
        if reference.get("fail_if_not_exists", True):
            raise refusals.invalid(
                "message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"
            )
        return
    try:
        world.channel(message.channel.id, Permission.READ_MESSAGE_HISTORY)
    except refusals.RefusedError:
        raise refusals.cannot_reply_without_history() from None
    message.type = MessageType.REPLY
    message.reply_to, message.reply_to_id = original, original.id


def _message(world: World, call: Call, *needed: Permission) -> Message:
    channel = world.channel(call.id("channel_id"), *needed)
    return world.message(channel, call.id("message_id"))


def _emoji(call: Call) -> str:
    emoji = unquote(call.parts["emoji"])
    if emoji.isascii() and ":" not in emoji:
        raise refusals.unknown_emoji()
    return emoji


def _page(newest_first: list[Message], query: dict[str, str], limit: int) -> list[Message]:
    if "before" in query:
        return [each for each in newest_first if each.id < int(query["before"])][:limit]
    if "after" in query:
        return [each for each in newest_first if each.id > int(query["after"])][-limit:]
    if "around" in query:
        centre = int(query["around"])
        closest = sorted(newest_first, key=lambda each: abs(each.id - centre))[:limit]
        return [each for each in newest_first if each in closest]
    return newest_first[:limit]


def _shown(world: World, message: Message) -> dict[str, Any]:
    """A message over REST: its content is hidden from applications without the intent."""
    payload = payloads.of_message(message, world.bot)
    approved = world.approved_intents & Intent.MESSAGE_CONTENT
    return payload if approved or world.content_is_open(message) else without_content(payload)
