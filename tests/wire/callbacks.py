"""The rules for answering an interaction, and for the messages that follow.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire import drafts, payloads, refusals
from tests.wire.commands import check_choices
from tests.wire.components import ComponentRules, numbered
from tests.wire.entities import Message, MessageFlag, MessageType
from tests.wire.interactions import AnswerKind, Interaction, InteractionKind, integration_owners
from tests.wire.refusals import FormErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wire.files import Attachment
    from tests.wire.world import World

Body = dict[str, Any]


def answer(world: World, interaction: Interaction, body: Body, files: list[Attachment]) -> Body:
    """The bot's first answer. Returns what `with_response` shows.

    Raises:
        RefusedError: too late, already answered, not possible for this interaction, or malformed.
    """
    if interaction.acknowledged:
        raise refusals.already_acknowledged()
    if interaction.age_s > world.callback_window_s:
        raise refusals.unknown_interaction()
    kind = _possible_kind(interaction, body)
    _ANSWERS[kind](world, interaction, body.get("data") or {}, files)
    interaction.answer = kind
    interaction.acknowledged_after_s = interaction.age_s
    return _shown(interaction, kind, world)


def follow_up(
    world: World, interaction: Interaction, body: Body, files: list[Attachment]
) -> Message:
    """A further message; the first one after a deferral takes the place of "thinking"."""
    _must_be_answered(interaction)
    drafts.check(body, files)
    if interaction.response is not None and interaction.response.loading:
        return edit(world, interaction.response, body, files)
    message = _new_message(world, interaction, body)
    if interaction.response is not None:
        message.reply_to, message.reply_to_id = interaction.response, interaction.response.id
    message.type = MessageType.REPLY
    drafts.fill(message, body, files)
    interaction.followups.append(message)
    return world.publish(message)


def edit(world: World, message: Message, body: Body, files: list[Attachment]) -> Message:
    """Change a message that the application wrote; ends its "thinking"."""
    drafts.check(body, files, existing=message)
    was_loading = message.loading
    drafts.fill(message, body, files)
    message.flags &= ~MessageFlag.LOADING
    world.edited(message, silently=was_loading)
    return message


def message_of(interaction: Interaction, reference: str) -> Message:
    """The interaction's message by id or `@original`; works for ephemeral ones too."""
    _must_be_answered(interaction)
    if reference == "@original":
        found = interaction.response
    else:
        mine = {str(message.id): message for message in interaction.messages}
        if interaction.source is not None:
            mine[str(interaction.source.id)] = interaction.source
        found = mine.get(reference)
    if found is None or found.deleted:
        raise refusals.unknown_message()
    return found


def by_token(world: World, application_id: int, token: str) -> Interaction:
    """The interaction whose token this is, while the token lives."""
    interaction = world.interactions.get(token)
    if interaction is None or application_id != world.bot.id:
        raise refusals.unknown_webhook()
    if not interaction.token_is_valid:
        raise refusals.invalid_webhook_token()
    return interaction


def _must_be_answered(interaction: Interaction) -> None:
    if not interaction.acknowledged:
        raise refusals.unknown_webhook()


def _possible_kind(interaction: Interaction, body: Body) -> AnswerKind:
    possible = _POSSIBLE[interaction.kind]
    if interaction.source is not None:
        possible = possible | {AnswerKind.DEFERRED_UPDATE, AnswerKind.UPDATE}
    kind = body.get("type")
    if kind not in possible:
        names = ", ".join(str(int(each)) for each in sorted(possible))
        sentence = f"Value of field must be one of {names}."
        raise refusals.invalid("type", "BASE_TYPE_CHOICES", sentence)
    return AnswerKind(kind)


_POSSIBLE = {
    InteractionKind.COMMAND: {AnswerKind.MESSAGE, AnswerKind.DEFERRED_MESSAGE, AnswerKind.MODAL},
    InteractionKind.COMPONENT: {AnswerKind.MESSAGE, AnswerKind.DEFERRED_MESSAGE, AnswerKind.MODAL},
    InteractionKind.AUTOCOMPLETE: {AnswerKind.SUGGESTIONS},
    InteractionKind.MODAL_SUBMIT: {AnswerKind.MESSAGE, AnswerKind.DEFERRED_MESSAGE},
}


def _send(world: World, interaction: Interaction, data: Body, files: list[Attachment]) -> None:
    drafts.check(data, files)
    message = _new_message(world, interaction, data)
    drafts.fill(message, data, files)
    interaction.response = world.publish(message)


def _defer(world: World, interaction: Interaction, data: Body, _files: list[Attachment]) -> None:
    message = _new_message(world, interaction, data)
    message.flags |= MessageFlag.LOADING
    interaction.response = world.publish(message)


def _defer_update(
    _world: World, interaction: Interaction, _data: Body, _files: list[Attachment]
) -> None:
    interaction.response = interaction.source


def _update(world: World, interaction: Interaction, data: Body, files: list[Attachment]) -> None:
    if interaction.source is None or interaction.source.deleted:
        raise refusals.unknown_message()
    interaction.response = edit(world, interaction.source, data, files)


def _suggest(_world: World, interaction: Interaction, data: Body, _files: list[Attachment]) -> None:
    errors = FormErrors()
    check_choices(data, errors)
    errors.refuse()
    interaction.choices = data.get("choices") or []


def _open_modal(
    _world: World, interaction: Interaction, data: Body, _files: list[Attachment]
) -> None:
    errors = FormErrors()
    with errors.at("data"):
        ComponentRules(errors).check_modal(data)
    errors.refuse()
    interaction.modal = data | {"components": numbered(data["components"])}


_ANSWERS: dict[AnswerKind, Callable[[World, Interaction, Body, list[Attachment]], None]] = {
    AnswerKind.MESSAGE: _send,
    AnswerKind.DEFERRED_MESSAGE: _defer,
    AnswerKind.DEFERRED_UPDATE: _defer_update,
    AnswerKind.UPDATE: _update,
    AnswerKind.SUGGESTIONS: _suggest,
    AnswerKind.MODAL: _open_modal,
}


def _new_message(world: World, interaction: Interaction, body: Body) -> Message:
    ephemeral = drafts.flags_of(body) & MessageFlag.EPHEMERAL
    source = None if interaction.kind is InteractionKind.COMMAND else interaction.source
    return Message(
        id=world.mint(),
        channel=interaction.channel,
        author=world.bot,
        sent_at=world.clock.real_now(),
        flags=ephemeral,
        type=_message_type(interaction),
        webhook_id=world.bot.id,
        application_id=world.bot.id,
        interaction_metadata=_metadata(interaction),
        visible_to=interaction.user if ephemeral else None,
        reply_to=source,
        reply_to_id=source.id if source else None,
    )


def _message_type(interaction: Interaction) -> MessageType:
    if interaction.kind is not InteractionKind.COMMAND:
        return MessageType.DEFAULT if interaction.source is None else MessageType.REPLY
    is_menu = "target_id" in interaction.data
    return MessageType.CONTEXT_MENU_REPLY if is_menu else MessageType.COMMAND_REPLY


def _metadata(interaction: Interaction) -> Body:
    metadata: Body = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": payloads.of_user(interaction.user),
        "authorizing_integration_owners": integration_owners(interaction),
    }
    if interaction.kind is InteractionKind.COMPONENT and interaction.source is not None:
        metadata["interacted_message_id"] = str(interaction.source.id)
    if interaction.opener is not None:
        metadata["triggering_interaction_metadata"] = _metadata(interaction.opener)
    if interaction.kind is InteractionKind.COMMAND and "messages" in interaction.data.get(
        "resolved", {}
    ):
        metadata["target_message_id"] = interaction.data["target_id"]
    return metadata


def _shown(interaction: Interaction, kind: AnswerKind, world: World) -> Body:
    shown: Body = {"id": str(interaction.id), "type": int(interaction.kind)}
    result: Body = {"interaction": shown}
    if interaction.response is not None:
        shown["response_message_id"] = str(interaction.response.id)
        shown["response_message_loading"] = interaction.response.loading
        shown["response_message_ephemeral"] = interaction.response.ephemeral
    if kind in (AnswerKind.MESSAGE, AnswerKind.UPDATE) and interaction.response is not None:
        message = payloads.of_message(interaction.response, world.bot)
        result["resource"] = {"type": int(kind), "message": message}
    return result
