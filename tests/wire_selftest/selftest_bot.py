"""A small discord.py bot that the stand-in's own tests run as a process."""

import asyncio
import os
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands

discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY_URL"])
Interaction = discord.Interaction


class Bot(commands.AutoShardedBot):
    async def setup_hook(self) -> None:
        self.tree.add_command(gallery)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify without the usual pause of five seconds."""


bot = Bot(
    command_prefix=commands.when_mentioned,
    help_command=None,
    intents=discord.Intents(guilds=True, messages=True, message_content=True, reactions=True),
    guild_ready_timeout=0.1,
    heartbeat_timeout=float(os.environ.get("HEARTBEAT_TIMEOUT_S", "60")),
)


class Form(ui.Modal, title="Upload"):
    note: Any = ui.Label(text="Note", component=ui.TextInput(custom_id="note", required=False))
    files: Any = ui.Label(text="Files", component=ui.FileUpload(custom_id="files", max_values=3))

    async def on_submit(self, interaction: Interaction) -> None:
        names = [file.filename for file in self.files.component.values]
        await interaction.response.send_message(f"{self.note.component.value}: {names}")


class Picked(ui.LayoutView):
    def __init__(self, value: str) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(f"Picked {value}"))


class Panel(ui.LayoutView):
    box: Any = ui.Container(
        ui.TextDisplay("## Panel"),
        ui.Section("Choose well", accessory=ui.Button(label="Ask", custom_id="ask")),
        ui.Separator(),
        ui.MediaGallery(discord.MediaGalleryItem("https://i.imgur.com/one.png")),
    )
    row: Any = ui.ActionRow()

    @row.select(custom_id="window", options=[discord.SelectOption(label="day")])
    async def window(self, interaction: Interaction, select: Any) -> None:
        await interaction.response.edit_message(view=Picked(select.values[0]))

    async def interaction_check(self, interaction: Interaction) -> bool:
        if interaction.data and interaction.data.get("custom_id") == "ask":
            await interaction.response.send_modal(Form())
        return True


class Confirm(ui.View):
    @ui.button(label="Delete", style=discord.ButtonStyle.danger, custom_id="delete")
    async def delete(self, interaction: Interaction, _button: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Deleted", embed=None, view=None)


gallery = app_commands.Group(name="gallery", description="The gallery")


@gallery.command(name="search", description="Search")
async def search(interaction: Interaction, query: app_commands.Range[str, 1, 20]) -> None:
    await interaction.response.send_message(view=Panel(timeout=None), ephemeral=query == "secret")


@search.autocomplete("query")
async def suggest(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current}s", value=f"{current}s")]


@bot.tree.command(description="Upload")
async def upload(interaction: Interaction, image: discord.Attachment, title: str = "") -> None:
    await interaction.response.defer(thinking=True)
    size = len(await image.read())
    embed = discord.Embed(title=title, url="https://imgur.com/a/1", description=f"{size} bytes")
    link = "https://i.imgur.com/1.png"
    await interaction.edit_original_response(content=link, embed=embed, view=Confirm())
    file = discord.File(__file__, "bot.py", description="the bot")
    await interaction.followup.send("Only for you", ephemeral=True, file=file)


@bot.tree.command(description="Slow", nsfw=True)
@app_commands.default_permissions(manage_guild=True)
async def slow(interaction: Interaction, member: discord.Member, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await interaction.response.send_message(f"{member.mention} waited")


@bot.tree.context_menu(name="Upload to Imgur")
async def upload_message(interaction: Interaction, message: discord.Message) -> None:
    names = [file.filename for file in message.attachments]
    for snapshot in message.message_snapshots:
        names += [file.filename for file in snapshot.attachments]
    await interaction.response.send_message(f"Found {names}", ephemeral=True)


@bot.event
async def on_message(message: discord.Message) -> None:
    if message.author.bot:
        return
    if message.content == "probe":
        await probe(message)
        return
    content = f"echo {message.content} {len(message.attachments)}"
    reply = await message.reply(content, nonce=message.id, mention_author=False)
    if message.attachments:
        await message.add_reaction("✅")
        await reply.edit(content=f"{content} kept")


async def probe(message: discord.Message) -> None:
    """Use the rest of the HTTP API once."""
    channel, guild = message.channel, message.guild
    assert isinstance(channel, discord.TextChannel), channel
    assert guild is not None
    sent = await channel.send("one", file=discord.File(__file__, "a.py"), silent=True)
    await sent.edit(content=None, attachments=[], view=Picked("all"))
    await (await channel.fetch_message(sent.id)).add_reaction("👍")
    await sent.remove_reaction("👍", bot.user or discord.Object(0))
    before = [each.id async for each in channel.history(limit=2, before=sent)]
    after = [each.id async for each in channel.history(limit=1, after=message, oldest_first=True)]
    around = [each.id async for each in channel.history(limit=3, around=sent)]
    thread = await sent.create_thread(name="talk")
    await thread.send("in the thread")
    await channel.typing()
    member = await guild.fetch_member(message.author.id)
    direct = await member.send("hello")
    await bot.fetch_guild(guild.id)
    await bot.fetch_channel(channel.id)
    await bot.fetch_channel(direct.channel.id)
    await bot.fetch_channel(thread.id)
    await bot.fetch_user(message.author.id)
    await guild.fetch_channels()
    await guild.fetch_roles()
    await bot.application_info()
    await bot.fetch_application_emojis()
    await bot.tree.fetch_commands(guild=guild)
    await guild.active_threads()
    await sent.delete()
    await message.delete()
    found = (len(before), after == [sent.id], sent.id in around)
    await channel.send(f"probed {found}", allowed_mentions=discord.AllowedMentions.none())


@bot.event
async def on_resumed() -> None:
    print("resumed", flush=True)


bot.run(os.environ["DISCORD_TOKEN"])
