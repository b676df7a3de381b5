"""Who the bot is and where its gateway is."""

from tests.wire import payloads
from tests.wire.rest.routing import NO_CONTENT, Answer, Call, Routes
from tests.wire.world import World

routes = Routes()


@routes.on("GET", "/users/@me")
def own_user(world: World, _call: Call) -> Answer:
    return 200, payloads.of_own_user(world.bot)


@routes.on("GET", "/users/@me/guilds")
def own_guilds(world: World, _call: Call) -> Answer:
    guilds = [guild for guild in world.guilds.values() if guild.has_bot]
    return 200, [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(guild.everyone.permissions)),
            "features": [],
        }
        for guild in guilds
    ]


@routes.on("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(world: World, call: Call) -> Answer:
    world.remove_bot(world.guild(call.id("guild_id")))
    return NO_CONTENT


@routes.on("GET", "/users/{user_id}")
def user(world: World, call: Call) -> Answer:
    return 200, payloads.of_user(world.user(call.id("user_id")))


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
def own_application(world: World, _call: Call) -> Answer:
    return 200, {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.of_user(world.owner),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "bot": payloads.of_user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
    }


@routes.on("GET", "/applications/{application_id}/emojis")
def own_emojis(_world: World, _call: Call) -> Answer:
    return 200, {"items": []}
