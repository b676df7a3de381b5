"""Guilds, members, roles, channels, threads, direct messages."""

from tests.wire import payloads
from tests.wire.entities import ChannelType
from tests.wire.permissions import Permission, channel_permissions
from tests.wire.refusals import invalid, unknown_member
from tests.wire.rest.routing import NO_CONTENT, Answer, Call, Routes
from tests.wire.world import World

routes = Routes()


@routes.on("GET", "/guilds/{guild_id}")
def guild(world: World, call: Call) -> Answer:
    return 200, payloads.of_guild(world.guild(call.id("guild_id")))


@routes.on("GET", "/guilds/{guild_id}/channels")
def guild_channels(world: World, call: Call) -> Answer:
    channels = world.guild(call.id("guild_id")).channels.values()
    return 200, [payloads.of_channel(each) for each in channels if not each.is_thread]


@routes.on("GET", "/guilds/{guild_id}/roles")
def guild_roles(world: World, call: Call) -> Answer:
    return 200, [payloads.of_role(role) for role in world.guild(call.id("guild_id")).roles.values()]


@routes.on("GET", "/guilds/{guild_id}/members/{user_id}")
def guild_member(world: World, call: Call) -> Answer:
    member = world.guild(call.id("guild_id")).members.get(call.id("user_id"))
    if member is None:
        raise unknown_member()
    return 200, payloads.of_full_member(member)


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active_threads(world: World, call: Call) -> Answer:
    threads = [
        payloads.of_channel(channel)
        for channel in world.guild(call.id("guild_id")).channels.values()
        if channel.is_thread and not channel.archived and channel_permissions(world.bot, channel)
    ]
    return 200, {"threads": threads, "members": [], "has_more": False}


@routes.on("GET", "/channels/{channel_id}")
def channel(world: World, call: Call) -> Answer:
    return 200, payloads.of_channel(world.channel(call.id("channel_id")))


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(world: World, call: Call) -> Answer:
    world.channel(call.id("channel_id"), Permission.SEND_MESSAGES)
    return NO_CONTENT


@routes.on("POST", "/users/@me/channels")
def open_dm(world: World, call: Call) -> Answer:
    user = world.user(int(call.body["recipient_id"]))
    if user is world.bot:
        raise invalid("recipient_id", "INVALID_RECIPIENT", "Cannot send messages to oneself.")
    return 200, payloads.of_channel(world.dm(user))


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
@routes.on("POST", "/channels/{channel_id}/threads")
def start_thread(world: World, call: Call) -> Answer:
    parent = world.channel(call.id("channel_id"), Permission.CREATE_PUBLIC_THREADS)
    if parent.guild is None:
        raise invalid("channel_id", "CHANNEL_TYPE", "Threads need a guild.")
    starter = world.message(parent, call.id("message_id")) if "message_id" in call.parts else None
    thread = world.create_channel(
        parent.guild,
        call.body["name"],
        kind=ChannelType.PUBLIC_THREAD,
        parent=parent,
        owner=world.bot,
        channel_id=starter.id if starter else None,
    )
    return 201, payloads.of_channel(thread)
