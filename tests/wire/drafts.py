"""From a request's body to a message: Discord's rules for it, then the change itself.

Source: https://docs.discord.com/developers/resources/message
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.wire.components import ComponentRules, numbered
from tests.wire.entities import MessageFlag
from tests.wire.refusals import FormErrors, empty_message

if TYPE_CHECKING:
    from tests.wire.entities import Message
    from tests.wire.files import Attachment

Body = dict[str, Any]
MAX_CONTENT, MAX_EMBEDS, MAX_EMBED_TEXT, MAX_FILES = 2000, 10, 6000, 10
_LEGACY_FIELDS = ("content", "embeds", "poll", "sticker_ids")
_EDITABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)
_SETTABLE = _EDITABLE | MessageFlag.EPHEMERAL
_MENTION = re.compile(r"<@!?(\d+)>")


def flags_of(body: Body) -> int:
    """The flags that an application may set; Discord ignores the others."""
    return int(body.get("flags") or 0) & _SETTABLE


def check(body: Body, files: list[Attachment], existing: Message | None = None) -> None:
    """Refuse what Discord would refuse.

    Args:
        body: The request's fields.
        files: What was sent with it.
        existing: The message being edited, None for a new one.
    """
    errors = FormErrors()
    v2 = bool(flags_of(body) & MessageFlag.COMPONENTS_V2) or bool(
        existing and existing.components_v2
    )
    errors.length(body, "content", MAX_CONTENT)
    _check_embeds(body.get("embeds") or [], errors)
    if v2:
        _check_no_legacy_fields(body, existing, errors)
    rules = ComponentRules(errors, _filenames(files, existing))
    rules.check_message(body.get("components") or [], v2=v2)
    if len(files) > MAX_FILES:
        errors.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    errors.refuse()
    if _would_be_empty(body, files, existing):
        raise empty_message()


def fill(message: Message, body: Body, files: list[Attachment]) -> None:
    """Put the fields that the body has into the message; the others stay."""
    if "content" in body:
        message.content = body["content"] or ""
        message.mentions = _mentioned(message)
    if "embeds" in body:
        message.embeds = [{"type": "rich"} | embed for embed in body["embeds"] or []]
    if "components" in body:
        message.components = numbered(body["components"] or [])
    if body.get("flags") is not None:
        kept = message.flags & ~_EDITABLE | message.flags & MessageFlag.COMPONENTS_V2
        message.flags = kept | flags_of(body) & _EDITABLE
    _fill_attachments(message, body, files)


def _fill_attachments(message: Message, body: Body, files: list[Attachment]) -> None:
    """`attachments` lists what stays; without it everything stays. New files are added."""
    if body.get("attachments") is not None:
        kept = {str(entry["id"]) for entry in body["attachments"]}
        for gone in [file for file in message.attachments if str(file.id) not in kept]:
            gone.deleted = True
        message.attachments = [file for file in message.attachments if not file.deleted]
    for file in files:
        store, folder = message.channel.files, f"attachments/{message.channel.id}"
        message.attachments.append(store.add(file, folder, ephemeral=message.ephemeral))


def _mentioned(message: Message) -> list[Any]:
    guild = message.channel.guild
    known = (
        {member.user.id: member.user for member in guild.members.values()}
        if guild
        else {user.id: user for user in message.channel.recipients}
    )
    found = dict.fromkeys(int(number) for number in _MENTION.findall(message.content))
    return [known[user_id] for user_id in found if user_id in known]


def _filenames(files: list[Attachment], existing: Message | None) -> set[str]:
    kept = existing.attachments if existing else []
    return {file.filename for file in files} | {file.source.filename for file in kept}


def _would_be_empty(body: Body, files: list[Attachment], existing: Message | None) -> bool:
    """Content, embeds, components, files, a sticker or a poll: one must be there."""
    if files or body.get("poll") or body.get("sticker_ids"):
        return False
    if existing and existing.attachments and body.get("attachments") is None:
        return False
    for key in ("content", "embeds", "components", "attachments"):
        if body.get(key) or (existing and key not in body and getattr(existing, key)):
            return False
    return True


def _check_no_legacy_fields(body: Body, existing: Message | None, errors: FormErrors) -> None:
    for key in _LEGACY_FIELDS:
        left_over = existing and key not in body and getattr(existing, key, None)
        if body.get(key) or left_over:
            errors.add(
                key,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_embeds(embeds: list[Body], errors: FormErrors) -> None:
    if len(embeds) > MAX_EMBEDS:
        errors.add("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for index, embed in enumerate(embeds):
        with errors.at("embeds", index):
            _check_embed(embed, errors)
    if sum(_embed_size(embed) for embed in embeds) > MAX_EMBED_TEXT:
        errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_embed(embed: Body, errors: FormErrors) -> None:
    errors.length(embed, "title", 256)
    errors.length(embed, "description", 4096)
    for key, part, most in (("footer", "text", 2048), ("author", "name", 256)):
        with errors.at(key):
            errors.length(embed.get(key) or {}, part, most)
    fields = embed.get("fields") or []
    if len(fields) > 25:
        errors.add("fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, entry in enumerate(fields):
        with errors.at("fields", index):
            errors.required(entry, "name", "value")
            errors.length(entry, "name", 256)
            errors.length(entry, "value", 1024)
    for key in ("url", "image", "thumbnail"):
        url = embed.get(key) or ""
        url = url.get("url", "") if isinstance(url, dict) else url
        schemes = (
            ("http://", "https://") if key == "url" else ("http://", "https://", "attachment:")
        )
        if url and not url.startswith(schemes):
            errors.add(key, "URL_TYPE_INVALID_SCHEME", f'Scheme "{url.split(":")[0]}" not allowed.')


def _embed_size(embed: Body) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for entry in embed.get("fields") or []:
        texts += [entry.get("name"), entry.get("value")]
    return sum(len(text) for text in texts if text)
