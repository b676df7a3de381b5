"""Syncing commands, everywhere or for one guild."""

from tests.wire.commands import EVERYWHERE
from tests.wire.refusals import missing_access
from tests.wire.rest.routing import NO_CONTENT, Answer, Call, Routes
from tests.wire.world import World

routes = Routes()
_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(world: World, call: Call) -> int:
    if call.id("application_id") != world.bot.id:
        raise missing_access()
    return world.guild(call.id("guild_id")).id if "guild_id" in call.parts else EVERYWHERE


@routes.on("GET", _GLOBAL)
@routes.on("GET", _GUILD)
def list_commands(world: World, call: Call) -> Answer:
    return 200, world.commands.listed(_scope(world, call))


@routes.on("PUT", _GLOBAL)
@routes.on("PUT", _GUILD)
def replace_commands(world: World, call: Call) -> Answer:
    return 200, world.commands.replace(_scope(world, call), call.payload or [])


@routes.on("POST", _GLOBAL)
@routes.on("POST", _GUILD)
def upsert_command(world: World, call: Call) -> Answer:
    return 200, world.commands.upsert(_scope(world, call), call.body)


@routes.on("GET", _GLOBAL + "/{command_id}")
@routes.on("GET", _GUILD + "/{command_id}")
def get_command(world: World, call: Call) -> Answer:
    return 200, world.commands.get(_scope(world, call), call.id("command_id"))


@routes.on("PATCH", _GLOBAL + "/{command_id}")
@routes.on("PATCH", _GUILD + "/{command_id}")
def edit_command(world: World, call: Call) -> Answer:
    return 200, world.commands.edit(_scope(world, call), call.id("command_id"), call.body)


@routes.on("DELETE", _GLOBAL + "/{command_id}")
@routes.on("DELETE", _GUILD + "/{command_id}")
def delete_command(world: World, call: Call) -> Answer:
    world.commands.delete(_scope(world, call), call.id("command_id"))
    return NO_CONTENT
