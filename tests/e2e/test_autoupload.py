"""Automatic uploads through the real process."""

import asyncio

import pytest

from tests.e2e.conftest import Town, finished, png
from tests.e2e.ledger import attended
from tests.patience import PATIENCE_S
from tests.wire.entities import Channel, Message, Role
from tests.wire.files import Attachment
from tests.wire.permissions import Permission


async def switch_on(town: Town, mode: str | None = None) -> None:
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    message = await panel.until_answered()
    await town.discord.select(town.moderator, message, "settings:channels", [town.channel])
    await message.until(lambda it: it.menus[0].get("default_values"))
    if mode is not None:
        await town.discord.select(town.moderator, message, "settings:mode", [mode])
        await message.until(lambda it: it.menus[1]["options"][1].get("default"))


async def post(town: Town, number: int = 1) -> Message:
    return await town.discord.post_message(town.alice, town.channel, "look", [png(number)])


async def reply_to(town: Town, message: Message) -> Message:
    def find() -> Message | None:
        return next((m for m in message.channel.messages if m.reply_to_id == message.id), None)

    found: Message = await town.discord.until(find)
    return found


async def test_nothing_is_sent_before_the_author_agrees(town: Town) -> None:
    await town.open()
    await switch_on(town)
    question = await reply_to(town, await post(town))
    assert set(question.labels) == {"Just this once", "Always in this server", "Never"}
    refused = await town.discord.click(town.bob, question, "Just this once")
    await refused.until_answered()
    assert "Only the author" in refused.text
    assert town.pictures == 0
    assert not town.discord.cdn.requests
    await town.discord.click(town.alice, question, "Just this once")
    await question.until(lambda it: "Delete" in it.labels)
    assert town.pictures == 1
    assert (await reply_to(town, await post(town, 2))).labels == question_labels()


def question_labels() -> list[str]:
    return ["Just this once", "Always in this server", "Never"]


async def test_always_is_remembered_also_after_a_restart(town: Town) -> None:
    await town.open()
    await switch_on(town)
    question = await reply_to(town, await post(town))
    await town.discord.click(town.alice, question, "Always in this server")
    await question.until(lambda it: "Delete" in it.labels)
    await town.bot.terminate()
    await town.open()
    card = await reply_to(town, await post(town, 2))
    await card.until(lambda it: "Delete" in it.labels)
    assert town.pictures == 2


async def test_never_is_remembered_and_can_be_taken_back(town: Town) -> None:
    await town.open()
    await switch_on(town)
    question = await reply_to(town, await post(town))
    await town.discord.click(town.alice, question, "Never")
    await question.until(lambda it: "Nothing was sent" in it.text)
    ignored = await post(town, 2)
    await attended(town.database, ignored.id)
    taken_back = await town.discord.slash(town.alice, town.channel, "consent", {"choice": "ask me"})
    await taken_back.until_answered()
    assert not [m for m in town.channel.messages if m.reply_to_id == ignored.id]
    assert (await reply_to(town, await post(town, 3))).labels == question_labels()
    assert town.pictures == 0


async def test_bots_webhooks_and_text_are_left_alone(town: Town) -> None:
    await town.open()
    await switch_on(town)
    robot = town.discord.create_user("robot", town.guild, bot=True)
    await town.discord.post_message(robot, town.channel, "beep", [png(1)])
    await town.discord.post_message(town.alice, town.channel, "hook", [png(2)], webhook=True)
    await town.discord.post_message(town.alice, town.channel, "just words")
    await town.discord.post_message(town.alice, town.channel, "old", [png(3)], age_s=3600)
    last = await post(town, 4)
    asked = await reply_to(town, last)
    await attended(town.database, last.id)
    replies = [m for m in town.channel.messages if m.author.id == town.discord.world.bot.id]
    assert replies == [asked]


async def test_another_channel_is_left_alone(town: Town) -> None:
    await town.open()
    await switch_on(town)
    elsewhere = town.discord.create_channel(town.guild, "elsewhere")
    await town.discord.post_message(town.alice, elsewhere, "look", [png(1)])
    last = await post(town, 2)
    await reply_to(town, last)
    await attended(town.database, last.id)
    assert all(m.author.id == town.alice.id for m in elsewhere.messages)


async def test_channel_mode_is_only_there_when_the_operator_allows_it(town: Town) -> None:
    await town.open()
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    message = await panel.until_answered()
    assert [option["label"] for option in message.menus[1]["options"]] == ["Ask each author"]


async def test_channel_mode_uploads_at_once_and_lets_anyone_opt_out(town: Town) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    card = await reply_to(town, await post(town))
    await card.until(lambda it: "Delete" in it.labels)
    notice = next(m for m in town.channel.messages if "Leave my pictures alone" in m.labels)
    out = await town.discord.click(town.alice, notice, "Leave my pictures alone")
    await out.until_answered()
    await post(town, 2)
    bobs = await town.discord.post_message(town.bob, town.channel, "mine", [png(3)])
    await (await reply_to(town, bobs)).until(lambda it: "Delete" in it.labels)
    await attended(town.database, bobs.id)
    assert town.pictures == 2


@pytest.mark.parametrize("was_posted", [False, True])
async def test_kill_9_between_upload_and_reply_gives_one_reply(
    town: Town, *, was_posted: bool
) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town, "Whole channel")
    gate = town.discord.faults.hold("POST", "/channels/*/messages", after_effect=was_posted)
    message = await post(town)
    await gate.reached()
    await town.bot.kill()
    gate.open()
    await town.open()
    await (await reply_to(town, message)).until(lambda it: "Delete" in it.labels)
    await attended(town.database, message.id)
    assert len([m for m in town.channel.messages if m.reply_to_id == message.id]) == 1
    assert town.pictures == 1


async def test_without_the_message_intent_the_panel_says_so_and_commands_work(town: Town) -> None:
    town.discord.world.approved_intents = type(town.discord.world.approved_intents)(0)
    await town.open()
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    await panel.until_answered()
    assert "message content intent" in panel.text


@pytest.mark.parametrize("forged", [False, True])
async def test_only_those_who_may_manage_the_server_open_its_settings(
    town: Town, *, forged: bool
) -> None:
    await town.open()
    user = town.alice
    if not forged:
        town.discord.grant(town.guild, user, Permission.MANAGE_GUILD)
    panel = await town.discord.slash(user, town.channel, "settings", forged=forged)
    await panel.until_answered()
    assert ("Only someone who may manage" in panel.text) is forged


async def open_rule(town: Town, target: Channel | Role) -> Message:
    """The panel of one rule, opened from the settings."""
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    message = await panel.until_answered()
    await town.discord.select(town.moderator, message, "settings:rule", [str(target.id)])
    await message.until(lambda it: "rule:kinds" in [menu["custom_id"] for menu in it.menus])
    return message


async def follow_deletions(town: Town) -> None:
    """Let the channel's uploads go with their messages from now on."""
    panel = await open_rule(town, town.channel)
    await town.discord.click(town.moderator, panel, "Follow deletions: off")
    await panel.until(lambda it: "Follow deletions: on" in it.labels)


async def choose(town: Town, panel: Message, menu: str, *values: str) -> None:
    await town.discord.select(town.moderator, panel, menu, values)
    await panel.until(lambda it: set(values) == chosen_in(it, menu))


def chosen_in(panel: Message, custom_id: str) -> set[str]:
    (menu,) = [menu for menu in panel.menus if menu["custom_id"] == custom_id]
    return {option["value"] for option in menu["options"] if option.get("default")}


async def switch_on_for_alices_role(town: Town) -> None:
    """Let the moderator have a role's pictures uploaded that only Alice has."""
    role = town.discord.grant(town.guild, town.alice, Permission(0))
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    message = await panel.until_answered()
    await town.discord.select(town.moderator, message, "settings:roles", [role])
    await message.until(lambda it: "settings:rule" in [menu["custom_id"] for menu in it.menus])


async def always(town: Town) -> None:
    """Alice agrees to everything."""
    taken = await town.discord.slash(town.alice, town.channel, "consent", {"choice": "always"})
    await taken.until_answered()


async def post_many(town: Town, *files: Attachment) -> Message:
    return await town.discord.post_message(town.alice, town.channel, "look", files)


async def uploaded(town: Town, number: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while town.pictures != number:  # noqa: ASYNC110 (Imgur tells nobody)
            await asyncio.sleep(0.02)


async def test_a_rule_takes_only_its_kinds_and_numbers(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    panel = await open_rule(town, town.channel)
    await choose(town, panel, "rule:kinds", "picture")
    form = await town.discord.click(town.moderator, panel, "Sizes and numbers")
    await form.until(lambda it: it.modal is not None)
    await town.discord.submit_modal(form, {"Fewest files in a post": "2"})
    await panel.until(lambda it: "posts with 2 or more" in it.text)
    film = Attachment("film.mp4", b"0", "video/mp4")
    left = [await post_many(town, png(1)), await post_many(town, png(2), film)]
    card = await reply_to(town, await post_many(town, png(3), png(4), film))
    await card.until(lambda it: "2 of 2" in it.text)
    assert town.pictures == 2
    assert not [m for m in town.channel.messages if m.reply_to_id in {one.id for one in left}]


async def test_bounds_that_make_no_sense_are_refused_in_words(town: Town) -> None:
    await town.open()
    await switch_on(town)
    panel = await open_rule(town, town.channel)
    form = await town.discord.click(town.moderator, panel, "Sizes and numbers")
    await form.until(lambda it: it.modal is not None)
    values = {"Smallest file, in MiB": "3", "Largest file, in MiB": "2"}
    refused = await town.discord.submit_modal(form, values)
    await refused.until_answered()
    assert "nothing would ever be taken" in refused.text


@pytest.mark.parametrize("style", ["reaction", "silent", "thread"])
async def test_an_end_is_shown_as_the_rule_says(town: Town, style: str) -> None:
    reactions = Permission.ADD_REACTIONS | Permission.CREATE_PUBLIC_THREADS
    town.discord.grant(town.guild, town.discord.world.bot, reactions)
    await town.open()
    await switch_on(town)
    await always(town)
    await choose(town, await open_rule(town, town.channel), "rule:style", style)
    before = len(town.channel.messages)
    message = await post(town)
    await uploaded(town, 1)
    if style == "reaction":
        await message.until(lambda it: "✅" in it.reactions)
    if style == "thread":
        thread = await town.discord.until(lambda: town.guild.channels.get(message.id))
        await town.discord.until(lambda: [m for m in thread.messages if "Delete" in m.labels])
    await town.kept("SELECT * FROM batches WHERE told_at IS NOT NULL")
    assert len(town.channel.messages) == before + 1


async def test_a_reaction_goes_with_the_upload(town: Town) -> None:
    town.discord.grant(town.guild, town.discord.world.bot, Permission.ADD_REACTIONS)
    await town.open()
    await switch_on(town)
    await always(town)
    await choose(town, await open_rule(town, town.channel), "rule:style", "reaction")
    message = await post(town)
    await message.until(lambda it: "✅" in it.reactions)
    shelf = await town.discord.slash(town.alice, town.channel, "library mine")
    await shelf.until(lambda it: it.response is not None and "1" in it.response.labels)
    assert shelf.response is not None
    await town.discord.click(town.alice, shelf.response, "1")
    await shelf.until(lambda it: it.response is not None and "Delete" in it.response.labels)
    await town.discord.click(town.alice, shelf.response, "Delete")
    await shelf.until(lambda it: it.response is not None and "Yes, delete it" in it.response.labels)
    await town.discord.click(town.alice, shelf.response, "Yes, delete it")
    await message.until(lambda it: not it.reactions)
    assert town.pictures == 0


async def test_a_reaction_that_is_not_allowed_becomes_a_reply(town: Town) -> None:
    nobody = next(role for role in town.guild.roles.values() if role.id == town.guild.id)
    town.discord.overwrite(town.channel, nobody, deny=Permission.ADD_REACTIONS)
    await town.open()
    await switch_on(town)
    await always(town)
    await choose(town, await open_rule(town, town.channel), "rule:style", "reaction")
    card = await reply_to(town, await post(town))
    assert "Delete" in card.labels


async def test_a_channels_album_is_made_once_and_may_stand_for_its_pictures(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    panel = await open_rule(town, town.channel)
    await choose(town, panel, "rule:album", "channel")
    await town.discord.click(town.moderator, panel, "Album link only: off")
    await panel.until(lambda it: "Album link only: on" in it.labels)
    for number in (1, 2):
        card = await reply_to(town, await post(town, number))
        await card.until(lambda it: "Delete" in it.labels)
    (album,) = town.imgur_albums
    assert album.title == f"#{town.channel.name}"
    assert len(album.image_ids) == 2
    assert f"/a/{album.id}" in card.text
    assert ".png" not in card.text


async def test_deleting_a_message_deletes_its_upload_only_where_the_rule_says_so(
    town: Town,
) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    kept = await post(town, 1)
    await (await reply_to(town, kept)).until(lambda it: "Delete" in it.labels)
    await follow_deletions(town)
    gone = await post(town, 2)
    card = await reply_to(town, gone)
    await card.until(lambda it: "Delete" in it.labels)
    await uploaded(town, 2)
    await town.discord.delete_message(kept)
    await town.discord.delete_message(gone)
    await uploaded(town, 1)
    await card.until(lambda it: "Deleted from Imgur" in it.text)
    assert town.pictures == 1


async def test_what_follows_its_message_is_deleted_later_when_imgur_is_out_also_after_a_kill(
    town: Town,
) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    await follow_deletions(town)
    gone = await post(town)
    card = await reply_to(town, gone)
    await card.until(lambda it: "Delete" in it.labels)
    await town.tell_imgur("faults", fault="status:503", match={"method": "DELETE"}, times=None)
    await town.discord.delete_message(gone)
    await town.bot.wait_for_log("its picture goes later")
    await town.bot.kill()
    assert town.pictures == 1
    town.imgur.world.armoury.armed.clear()
    await town.open()
    await uploaded(town, 0)
    await card.until(lambda it: "Deleted from Imgur" in it.text)


async def test_a_paused_rule_does_nothing_until_it_is_resumed(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    panel = await open_rule(town, town.channel)
    await town.discord.click(town.moderator, panel, "Pause")
    await panel.until(lambda it: "Resume" in it.labels)
    ignored = await post(town, 1)
    await attended(town.database, ignored.id)
    await town.discord.click(town.moderator, panel, "Resume")
    await panel.until(lambda it: "Pause" in it.labels)
    await reply_to(town, await post(town, 2))
    assert not [m for m in town.channel.messages if m.reply_to_id == ignored.id]


async def test_a_role_takes_its_members_pictures_from_everywhere(town: Town) -> None:
    await town.open()
    await switch_on_for_alices_role(town)
    bobs = await town.discord.post_message(town.bob, town.channel, "mine", [png(1)])
    hers = await post(town, 2)
    await reply_to(town, hers)
    await attended(town.database, hers.id)
    assert not [m for m in town.channel.messages if m.reply_to_id == bobs.id]


async def test_a_dry_run_tells_what_the_rule_would_have_done_and_does_nothing(town: Town) -> None:
    await town.open()
    message = await post(town, 1)
    await town.discord.post_message(town.bob, town.channel, "mine", [png(2)])
    await town.discord.post_message(town.bob, town.channel, "words")
    await switch_on(town)
    await always(town)
    panel = await open_rule(town, town.channel)
    run = await town.discord.click(town.moderator, panel, "Dry run on the last 50 messages")
    await run.until(lambda it: it.response is not None and "Dry run" in it.response.text)
    assert run.response is not None
    assert run.response.ephemeral
    assert "files of **1**" in run.response.text
    assert "authors of **1**" in run.response.text
    assert "left **1** alone" in run.response.text
    assert f"/{message.id}" in run.response.text
    assert town.pictures == 0
    assert not [m for m in town.channel.messages if m.reply_to_id]


async def test_who_takes_consent_back_may_have_deleted_what_was_uploaded(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    for number in (1, 2):
        await reply_to(town, await post(town, number))
    await uploaded(town, 2)
    answer = await town.discord.slash(town.alice, town.channel, "consent", {"choice": "never"})
    offer = await answer.until_answered()
    assert "2 pictures of yours" in offer.text
    await town.discord.click(town.alice, offer, "Delete all 2")
    await offer.until(lambda it: "All 2 are deleted" in it.text)
    assert town.pictures == 0


async def test_who_answers_never_is_offered_the_deletion_of_what_he_agreed_to_before(
    town: Town,
) -> None:
    await town.open()
    await switch_on(town)
    question = await reply_to(town, await post(town, 1))
    await town.discord.click(town.alice, question, "Just this once")
    await question.until(lambda it: "Delete" in it.labels)
    question = await reply_to(town, await post(town, 2))
    pressed = await town.discord.click(town.alice, question, "Never")
    await question.until(lambda it: "Nothing was sent" in it.text)
    await town.discord.until(lambda: pressed.followups)
    (offer,) = pressed.followups
    assert offer.ephemeral
    assert "The one picture of yours" in offer.text
    await town.discord.click(town.alice, offer, "Delete it")
    await offer.until(lambda it: "It is deleted" in it.text)
    assert town.pictures == 0


async def test_a_forged_press_deletes_nothing_of_anybody_elses(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    await reply_to(town, await post(town))
    answer = await town.discord.slash(town.alice, town.channel, "consent", {"choice": "never"})
    offer = await answer.until_answered()
    forged = f"imgur:forget:{town.guild.id}"
    assert forged in offer.custom_ids  # discord.py follows no press of what is not there
    await town.discord.click(town.bob, offer, forged, forged=True)
    await offer.until(lambda it: "All 0 are deleted" in it.text)  # all of Bob's own
    assert town.pictures == 1


async def test_a_lack_of_credits_is_told_once_and_what_waited_is_done_later(town: Town) -> None:
    town.environment["CREDITS_PER_USER_HOUR"] = "10"
    await town.open()
    await switch_on(town)
    await always(town)
    first = await reply_to(town, await post(town, 1))
    await first.until(lambda it: "Delete" in it.labels)
    await post(town, 2)
    third = await post(town, 3)

    def notices() -> list[Message]:
        return [m for m in town.channel.messages if "uploads are waiting" in m.text]

    await town.discord.until(notices)
    await attended(town.database, third.id)
    (notice,) = notices()
    assert "<t:" in notice.text
    assert town.pictures == 1
    await town.bot.terminate()
    town.environment["CREDITS_PER_USER_HOUR"] = "250"
    await town.open()
    await uploaded(town, 3)


async def test_what_was_tried_again_still_follows_its_message(town: Town) -> None:
    await town.open()
    await switch_on(town)
    await always(town)
    await follow_deletions(town)
    # One repetition goes by itself, as nobody waits.
    await town.tell_imgur("faults", fault="cut-while-reading", times=2)
    message = await post(town)
    card = await reply_to(town, message)
    await card.until(lambda it: "Try again" in it.labels)
    await town.discord.click(town.alice, card, "Try again")
    await card.until(lambda it: "Delete" in it.labels)
    assert town.pictures == 1
    await town.discord.delete_message(message)
    await town.discord.until(lambda: "Deleted from Imgur" in card.text)
    assert town.pictures == 0


async def test_where_the_bot_may_not_speak_nobody_counts_as_asked(town: Town) -> None:
    await town.open()
    await switch_on(town)
    bot = town.discord.world.bot
    town.discord.overwrite(town.channel, bot, deny=Permission.SEND_MESSAGES)
    message = await post(town)
    await town.bot.wait_for_log("nothing can be said in channel")
    menu = await town.discord.context_menu(town.bob, town.channel, "Upload to Imgur", message)
    question = await menu.until_answered()
    assert question.labels == question_labels()
    assert "Ignoring exception" not in town.bot.log


async def test_an_answer_that_cannot_be_followed_now_may_be_given_again(town: Town) -> None:
    town.environment["CREDITS_PER_GUILD_DAY"] = "10"
    await town.open()
    first = await town.discord.slash(town.alice, town.channel, "upload", {"image": png(1)})
    await finished(first)
    message = await post(town, 2)
    menu = await town.discord.context_menu(town.bob, town.channel, "Upload to Imgur", message)
    question = await menu.until_answered()
    for _ in range(2):
        refused = await town.discord.click(town.alice, question, "Just this once")
        await refused.until(lambda it: "come back in" in it.text)
        assert question.labels == question_labels()
    assert town.pictures == 1


async def test_channel_mode_is_refused_where_its_notice_cannot_stand(town: Town) -> None:
    town.environment["AUTO_UPLOAD_CHANNEL_MODE"] = "true"
    await town.open()
    await switch_on(town)
    bot = town.discord.world.bot
    town.discord.overwrite(town.channel, bot, deny=Permission.SEND_MESSAGES)
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    message = await panel.until_answered()
    chosen = await town.discord.select(town.moderator, message, "settings:mode", ["Whole channel"])
    await chosen.until(lambda it: "The bot may not write in" in it.text)
    assert "a command failed" not in town.bot.log
    again = await town.discord.slash(town.moderator, town.channel, "settings")
    assert (await again.until_answered()).menus[1]["options"][0].get("default")


@pytest.mark.parametrize("button", ["Change the shares", "Sizes and numbers"])
async def test_a_form_that_outlives_its_role_changes_nothing(town: Town, button: str) -> None:
    await town.open()
    await switch_on(town)
    panel = await town.discord.slash(town.moderator, town.channel, "settings")
    shown = await panel.until_answered()
    if button == "Sizes and numbers":
        shown = await open_rule(town, town.channel)
    opened = await town.discord.click(town.moderator, shown, button)
    await opened.until_modal()
    town.discord.world.set_roles(town.guild, town.moderator)
    refused = await town.discord.submit_modal(opened, {})
    await refused.until(lambda it: "Only someone who may manage this server" in it.text)
