"""A message as the rules of automatic uploads see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.autoupload.channels import AutoChannels
from bot.autoupload.rules import Action, AutoRule, Choice, judge
from bot.ui.sources import attachment_source, looks_like_media, post_file
from bot.uploads.job import Source

_PERSONAL = {discord.MessageType.default, discord.MessageType.reply}


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows a message, and the files that it is about."""

    action: Action
    sources: Sequence[Source]


def judged(
    message: discord.Message,
    rule: AutoRule,
    choice: Choice | None,
    *,
    age_s: float,
    channel_mode_allowed: bool,
) -> Judged:
    """What follows a message under a rule, by an author who decided ``choice``."""
    files = [item for item in message.attachments if looks_like_media(item)]
    action, picked = judge(
        rule,
        [post_file(item) for item in files],
        choice,
        is_from_person=is_from_person(message),
        age_s=age_s,
        channel_mode_allowed=channel_mode_allowed,
    )
    return Judged(action, [attachment_source(files[place], message) for place in picked])


def rule_at(channels: AutoChannels, place: Any, author: object) -> AutoRule | None:
    """The rule for a member's posts in a channel or thread, the most particular one.

    Args:
        place: A channel, as far as it is known.
    """
    return channels.find(*place_ids(place), *role_ids(author))


def place_ids(place: Any) -> Sequence[int]:
    """What rules may be about a channel or thread, the most particular first.

    Args:
        place: A channel, as far as it is known.
    """
    # A thread asks its channel for the category, and raises where that one is not known.
    channel = place.parent if isinstance(place, discord.Thread) else place
    ids = (place.id, getattr(place, "parent_id", None), getattr(channel, "category_id", None))
    return [one for one in ids if one is not None]


def role_ids(author: object) -> Sequence[int]:
    """A member's roles, the highest first."""
    return [role.id for role in sorted(getattr(author, "roles", ()), reverse=True)]


def is_from_person(message: discord.Message) -> bool:
    """Whether a member wrote it: no bot, webhook, other app or Discord itself."""
    return (
        not message.author.bot
        and message.application_id is None
        and message.webhook_id is None
        and message.interaction_metadata is None
        and message.type in _PERSONAL
    )
