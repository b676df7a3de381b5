"""Answers to interactions, and the messages reached through an interaction's token."""

from tests.wire import callbacks, payloads
from tests.wire.refusals import unknown_interaction
from tests.wire.rest.routing import NO_CONTENT, Answer, Call, Routes
from tests.wire.world import World

routes = Routes()
_WEBHOOK = "/webhooks/{application_id}/{token}"


@routes.on("POST", "/interactions/{interaction_id}/{token}/callback", scheme="")
def answer(world: World, call: Call) -> Answer:
    interaction = world.interactions.get(call.parts["token"])
    if interaction is None or interaction.id != call.id("interaction_id"):
        raise unknown_interaction()
    shown = callbacks.answer(world, interaction, call.body, call.files)
    wanted = call.query.get("with_response") in ("1", "true")
    return (200, shown) if wanted else NO_CONTENT


@routes.on("POST", _WEBHOOK, scheme="")
def follow_up(world: World, call: Call) -> Answer:
    interaction = callbacks.by_token(world, call.id("application_id"), call.parts["token"])
    message = callbacks.follow_up(world, interaction, call.body, call.files)
    return 200, payloads.of_message(message, world.bot)


@routes.on("GET", _WEBHOOK + "/messages/{message_id}", scheme="")
def get_message(world: World, call: Call) -> Answer:
    interaction = callbacks.by_token(world, call.id("application_id"), call.parts["token"])
    message = callbacks.message_of(interaction, call.parts["message_id"])
    return 200, payloads.of_message(message, world.bot)


@routes.on("PATCH", _WEBHOOK + "/messages/{message_id}", scheme="")
def edit_message(world: World, call: Call) -> Answer:
    interaction = callbacks.by_token(world, call.id("application_id"), call.parts["token"])
    message = callbacks.message_of(interaction, call.parts["message_id"])
    callbacks.edit(world, message, call.body, call.files)
    return 200, payloads.of_message(message, world.bot)


@routes.on("DELETE", _WEBHOOK + "/messages/{message_id}", scheme="")
def delete_message(world: World, call: Call) -> Answer:
    interaction = callbacks.by_token(world, call.id("application_id"), call.parts["token"])
    world.delete(callbacks.message_of(interaction, call.parts["message_id"]))
    return NO_CONTENT
