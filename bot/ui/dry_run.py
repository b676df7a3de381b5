"""What a rule would have done to the last messages: nothing is sent, nobody is asked."""

from collections import Counter
from collections.abc import Sequence

import discord
from discord import ui

from bot.autoupload.rules import Action, AutoRule, Choice, Target
from bot.errors import ChoiceError
from bot.services import Services
from bot.ui.judging import judged
from bot.ui.layout import panel
from bot.ui.presses import Interaction

MESSAGES = 50
_SHOWN = 12

_Outcome = tuple[discord.Message, Action, int]


async def dry_run(services: Services, interaction: Interaction, rule: AutoRule) -> ui.LayoutView:
    """Try a rule on the last messages of its channel, else of the one where this is asked.

    Raises:
        ChoiceError: The bot may not read there.
    """
    place_id = rule.target_id if rule.target is Target.CHANNEL else interaction.channel_id
    channel = interaction.client.get_partial_messageable(place_id, guild_id=rule.guild_id)
    try:
        messages = [message async for message in channel.history(limit=MESSAGES)]
        outcomes = await _outcomes(services, interaction, rule, messages)
    except discord.Forbidden:
        raise ChoiceError(
            f"The bot may not read <#{place_id}>. Give it *View Channel* and "
            "*Read Message History* there and try again."
        ) from None
    return panel(_report(place_id, outcomes, rule), "-# Nothing was sent and nobody was asked.")


async def _outcomes(
    services: Services,
    interaction: Interaction,
    rule: AutoRule,
    messages: Sequence[discord.Message],
) -> Sequence[_Outcome]:
    choices: dict[int, Choice | None] = {}
    found: list[_Outcome] = []
    for message in messages:
        author_id = message.author.id
        if not message.attachments or not await _is_meant(interaction, rule, author_id):
            found.append((message, Action.LEAVE, 0))
            continue
        if author_id not in choices:
            consent = await services.autoupload.consent(author_id, rule.guild_id)
            choices[author_id] = None if consent is None else consent.choice
        outcome = judged(
            message,
            rule,
            choices[author_id],
            age_s=0.0,
            channel_mode_allowed=services.channel_mode_allowed,
        )
        found.append((message, outcome.action, len(outcome.sources)))
    return found


async def _choice(services: Services, rule: AutoRule, author_id: int) -> Choice | None:
    consent = await services.autoupload.consent(author_id, rule.guild_id)
    return None if consent is None else consent.choice


async def _is_meant(interaction: Interaction, rule: AutoRule, author_id: int) -> bool:
    """Whether an author has the rule's role; messages that are read back do not say."""
    if rule.target is not Target.ROLE:
        return True
    if interaction.guild is None:
        return False
    try:
        member = await interaction.guild.fetch_member(author_id)
    except discord.NotFound:
        return False
    return member.get_role(rule.target_id) is not None


def _report(place_id: int | None, outcomes: Sequence[_Outcome], rule: AutoRule) -> str:
    actions = Counter(action for _, action, _ in outcomes)
    lines = [
        "### Dry run",
        f"Of the latest messages in <#{place_id}>, {len(outcomes)} in all, this rule would have",
        f"- uploaded the files of **{actions[Action.UPLOAD]}**,",
        f"- asked the authors of **{actions[Action.ASK]}**,",
        f"- left **{actions[Action.LEAVE]}** alone.",
    ]
    taken = [outcome for outcome in outcomes if outcome[1] is not Action.LEAVE]
    lines += [_line(*outcome) for outcome in taken[:_SHOWN]]
    if len(taken) > _SHOWN:
        lines.append(f"-# … and {len(taken) - _SHOWN} more.")
    if rule.is_paused:
        lines.append("The rule is paused: that is why nothing would have happened.")
    return "\n".join(lines)


def _line(message: discord.Message, action: Action, files: int) -> str:
    what = "1 file" if files == 1 else f"{files} files"
    does = "upload" if action is Action.UPLOAD else "ask about"
    return f"{message.jump_url} by <@{message.author.id}>: {does} {what}"
