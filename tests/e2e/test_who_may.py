"""Who may see and press what, where Discord's permissions differ from channel to channel."""

from tests.e2e.conftest import Town, finished, png
from tests.e2e.test_belongings import link, look, open_one, upload
from tests.wire.entities import Channel, Message
from tests.wire.permissions import Permission


def room_of_bob(town: Town) -> Channel:
    """A channel that Bob, and only there, may moderate; Discord says so with every interaction."""
    room = town.discord.create_channel(town.guild, "bobs-room")
    town.discord.overwrite(room, town.bob, allow=Permission.MANAGE_MESSAGES)
    return room


def hidden_from_bob(town: Town) -> Channel:
    secret = town.discord.create_channel(town.guild, "secret")
    town.discord.overwrite(secret, town.bob, deny=Permission.VIEW_CHANNEL)
    return secret


async def uploaded(town: Town, channel: Channel, seed: int = 0, **options: object) -> Message:
    given = {"image": png(seed), **options}
    return await finished(await town.discord.slash(town.alice, channel, "upload", given))


async def test_who_moderates_one_channel_does_not_see_the_servers_uploads(town: Town) -> None:
    await town.open()
    await uploaded(town, hidden_from_bob(town))
    asked = await town.discord.slash(town.bob, room_of_bob(town), "library server")
    await asked.until_answered()
    assert "Only someone who may manage messages in this server" in asked.text


async def test_who_moderates_one_channel_restores_nothing_of_a_hidden_one(town: Town) -> None:
    await town.open()
    secret, room = hidden_from_bob(town), room_of_bob(town)
    post = await town.discord.post_message(town.alice, secret, attachments=[png()])
    await finished(await town.discord.context_menu(town.alice, secret, "Upload to Imgur", post))
    link = f"https://discord.com/channels/{town.guild.id}/{secret.id}/{post.id}"
    asked = await town.discord.slash(town.bob, room, "restore", {"link": link})
    await asked.until(lambda it: it.text)
    assert "Nothing was found" in asked.text


async def test_who_moderates_a_channel_may_delete_what_was_uploaded_there(town: Town) -> None:
    await town.open()
    room = room_of_bob(town)
    card = await uploaded(town, room)
    await town.discord.click(town.bob, card, "Delete")
    await town.discord.until(lambda: "Delete this picture" in card.text)
    await town.discord.click(town.bob, card, "Yes, delete it")
    await town.discord.until(lambda: town.pictures == 0)


async def test_everybody_in_the_channel_gets_the_forms_of_the_links(town: Town) -> None:
    await town.open()
    card = await uploaded(town, town.channel)
    asked = await town.discord.click(town.bob, card, "Link forms")
    await asked.until(lambda it: "[img]" in it.text)


async def test_who_manages_the_server_archives_no_channel_that_he_cannot_read(town: Town) -> None:
    await town.open()
    secret = town.discord.create_channel(town.guild, "secret")
    town.discord.overwrite(secret, town.moderator, deny=Permission.VIEW_CHANNEL)
    where = {"where": secret}
    asked = await town.discord.slash(town.moderator, town.channel, "archive channel", where)
    await asked.until_answered()
    assert "Only someone who may read that channel" in asked.text
    archived = await town.discord.slash(
        town.moderator, town.channel, "archive channel", {"where": town.channel}
    )
    await archived.until_answered()
    assert "Counting" in archived.text


async def test_the_bot_speaks_for_nobody_who_may_not_speak_himself(town: Town) -> None:
    await town.open()
    news = town.discord.create_channel(town.guild, "announcements")
    post = await town.discord.post_message(town.alice, news, "look", [png()])
    for reader in (town.alice, town.bob):
        town.discord.overwrite(news, reader, deny=Permission.SEND_MESSAGES)
    asked = await town.discord.context_menu(town.bob, news, "Upload to Imgur", post)
    await asked.until_answered()
    assert "You may not write in this channel" in asked.text
    own = await town.discord.context_menu(town.alice, news, "Upload to Imgur", post)
    await finished(own)
    assert news.messages == [post]


async def test_nothing_is_shared_where_its_owner_may_not_write(town: Town) -> None:
    await town.open()
    await link(town, town.alice)
    await upload(town, town.alice, "Mine")
    message = await look(town, town.alice)
    await open_one(town, town.alice, message, "Mine")
    before = list(town.channel.messages)
    town.discord.overwrite(town.channel, town.alice, deny=Permission.SEND_MESSAGES)
    press = await town.discord.click(town.alice, message, "Share here")
    await press.until(lambda it: "You may not write in this channel" in it.text)
    assert town.channel.messages == before
