"""``/library``: past uploads, mine or this server's, with search, links, deletion and its time."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import ChoiceError, NotYoursError, UploadNotFoundError
from bot.library.keeping import KEEP, kept_until
from bot.library.shelf import PAGE_SIZE, Entry, Shelf
from bot.patrol.reporting import Subscription
from bot.services import Services
from bot.ui.cards import image_of
from bot.ui.failures import tell
from bot.ui.library import Page, deletion_card, entry_card, keep_card, named_links, shelf_card
from bot.ui.modals import Form
from bot.ui.permits import bot_may_post, may_read, server_of
from bot.ui.presses import Handler, Interaction, is_moderator

_MAX_TEXT = 100


class LibraryCog(commands.GroupCog, group_name="library"):
    """Find your uploads again."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    @app_commands.describe(search="Words of the title, description, file name or link")
    async def mine(
        self, interaction: Interaction, search: app_commands.Range[str, 1, _MAX_TEXT] | None = None
    ) -> None:
        """Look through everything you uploaded."""
        await self._begin(interaction, Shelf(interaction.user.id, text=search or ""))

    @app_commands.command()
    @app_commands.describe(search="Words of the title, description, file name or link")
    async def server(
        self, interaction: Interaction, search: app_commands.Range[str, 1, _MAX_TEXT] | None = None
    ) -> None:
        """Look through what was uploaded in this server (moderators)."""
        shelf = Shelf(interaction.user.id, server_of(interaction), search or "")
        _check_may_look(interaction, shelf)
        await self._begin(interaction, shelf)

    @app_commands.command()
    @app_commands.describe(where="The channel that gets it; leave it out to get none any more")
    async def report(
        self, interaction: Interaction, where: discord.TextChannel | None = None
    ) -> None:
        """Get a weekly report of pictures that Imgur no longer shows (Manage Server)."""
        guild_id = server_of(interaction)
        if not interaction.permissions.manage_guild:
            raise NotYoursError(whose="someone who may manage this server")
        if where is None:
            await self._services.reports.unsubscribe(guild_id)
            await tell(interaction, "This server gets no weekly report (any more).")
            return
        if not may_read(interaction, where.id):
            raise ChoiceError(
                "The report can only go where you can read it yourself: choose another channel."
            )
        if not bot_may_post(where):
            raise ChoiceError(
                f"This bot may not write in {where.mention}: let it view the channel and send "
                "messages there, or choose another one."
            )
        now = self._services.clock.now()
        await self._services.reports.subscribe(
            Subscription(guild_id, where.id, interaction.user.id, now)
        )
        await tell(
            interaction,
            f"{where.mention} gets a report once a week, the first in seven days: which of this "
            "server's pictures Imgur no longer shows, and a button to upload them again.",
        )

    async def _begin(self, interaction: Interaction, shelf: Shelf) -> None:
        row = await self._keep(shelf)
        view = shelf_card(await self._page(shelf, row, 0))
        await interaction.response.send_message(view=view, ephemeral=True)

    # --- pages --------------------------------------------------------------------------------

    async def turn(self, interaction: Interaction, row: str) -> None:
        """Show a page."""
        number, _, page = row.partition(":")
        shelf = await self._shelf(interaction, number)
        await self._show(interaction, shelf, int(number), int(page))

    async def ask_number(self, interaction: Interaction, row: str) -> None:
        """Ask which upload to jump to."""
        number = row.partition(":")[0]
        await self._shelf(interaction, number)

        async def jump(interaction: Interaction, answers: list[str]) -> None:
            shelf = await self._shelf(interaction, number)
            total = await self._services.library.count(shelf)
            if not answers[0].isdecimal() or not 1 <= int(answers[0]) <= total:
                raise ChoiceError(f"Uploads are numbered from 1 to {total}.")
            await self._show(interaction, shelf, int(number), (int(answers[0]) - 1) // PAGE_SIZE)

        form = Form("Jump to an upload", jump)
        form.ask("Number of the upload", placeholder="12", max_length=6)
        await interaction.response.send_modal(form)

    async def ask_text(self, interaction: Interaction, row: str) -> None:
        """Ask what to look for."""
        former = await self._shelf(interaction, row.partition(":")[0])

        async def find(interaction: Interaction, answers: list[str]) -> None:
            shelf = Shelf(interaction.user.id, former.guild_id, answers[0])
            _check_may_look(interaction, shelf)
            await self._show(interaction, shelf, await self._keep(shelf), 0)

        form = Form("Search the uploads", find)
        form.ask("Title, description, file name or link", max_length=_MAX_TEXT, required=False)
        await interaction.response.send_modal(form)

    async def _show(self, interaction: Interaction, shelf: Shelf, row: int, page: int) -> None:
        view = shelf_card(await self._page(shelf, row, page))
        await interaction.response.edit_message(view=view)

    async def _page(self, shelf: Shelf, row: int, number: int) -> Page:
        store = self._services.library
        total = await store.count(shelf)
        number = min(number, max(0, (total - 1) // PAGE_SIZE))
        entries = await store.entries(shelf, offset=number * PAGE_SIZE, limit=PAGE_SIZE)
        return Page(shelf, row, number, total, entries)

    # --- one upload ---------------------------------------------------------------------------

    async def open(self, interaction: Interaction, row: str) -> None:
        """Show one upload."""
        shelf, entry = await self._entry(interaction, row)
        await interaction.response.edit_message(view=entry_card(entry, shelf, row))

    async def show_links(self, interaction: Interaction, row: str) -> None:
        """All forms of its link."""
        _, entry = await self._entry(interaction, row)
        await tell(interaction, named_links(image_of(entry.uploaded), entry.job.title))

    async def ask_how_long(self, interaction: Interaction, row: str) -> None:
        """Ask how long it stays."""
        entry = await self._entry_with_key(interaction, row)
        await interaction.response.edit_message(view=keep_card(entry, row))

    async def set_how_long(self, interaction: Interaction, row: str) -> None:
        """Let it end in a while, or never."""
        where, _, index = row.rpartition(":")
        entry = await self._entry_with_key(interaction, where)
        keep = list(KEEP)[int(index)]
        until = kept_until(keep, self._services.clock.now())
        await self._services.library.keep_until(entry.job.id, until)
        await self.open(interaction, where)

    async def ask_deletion(self, interaction: Interaction, row: str) -> None:
        """Ask whether to delete it."""
        entry = await self._entry_with_key(interaction, row)
        await interaction.response.edit_message(view=deletion_card(entry, row))

    async def delete(self, interaction: Interaction, row: str) -> None:
        """Delete it for good, and go back to the list."""
        shelf, entry = await self._entry(interaction, row)
        await interaction.response.defer()
        payer = Payer(interaction.user.id, interaction.guild_id)
        await self._services.deleter.delete(entry.batch, entry.job, payer)
        number, page, _ = row.split(":")
        view: ui.LayoutView = shelf_card(await self._page(shelf, int(number), int(page)))
        await interaction.edit_original_response(view=view)

    # --- whose --------------------------------------------------------------------------------

    async def _keep(self, shelf: Shelf) -> int:
        return await self._services.searches.add(
            shelf.user_id, shelf.to_row(), self._services.clock.now()
        )

    async def _shelf(self, interaction: Interaction, number: str) -> Shelf:
        found = await self._services.searches.find(int(number))
        shelf = None if found is None else Shelf.from_row(*found)
        if shelf is None:
            raise UploadNotFoundError(f"shelf {number} is gone")
        if shelf.user_id != interaction.user.id:
            raise NotYoursError(whose="the person who opened this list")
        _check_may_look(interaction, shelf)
        return shelf

    async def _entry(self, interaction: Interaction, row: str) -> tuple[Shelf, Entry]:
        """The upload that a button names, if it stands on the shelf that it names."""
        number, _, job_id = row.split(":")
        shelf = await self._shelf(interaction, number)
        entry = await self._services.library.entry(int(job_id))
        if entry is None:
            raise UploadNotFoundError(f"no upload {job_id}")
        if not shelf.holds(entry):
            raise NotYoursError(whose="the person who uploaded it, or a moderator,")
        return shelf, entry

    async def _entry_with_key(self, interaction: Interaction, row: str) -> Entry:
        """The upload that a button names, if its row can end the picture."""
        _, entry = await self._entry(interaction, row)
        if not entry.job.holds_key:
            raise ChoiceError(
                "This very picture was uploaded before: only that upload can be ended or deleted."
            )
        return entry


def _check_may_look(interaction: Interaction, shelf: Shelf) -> None:
    if shelf.guild_id is not None and not is_moderator(interaction, shelf.guild_id):
        raise NotYoursError(whose="someone who may manage messages in this server")


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = LibraryCog(bot.services)
    await bot.add_cog(cog)
    answers: dict[str, Handler] = {
        "lib-on": cog.turn,
        "lib-back": cog.turn,
        "lib-jump": cog.ask_number,
        "lib-find": cog.ask_text,
        "lib-open": cog.open,
        "lib-links": cog.show_links,
        "lib-keep": cog.ask_how_long,
        "lib-keep-for": cog.set_how_long,
        "lib-delete": cog.ask_deletion,
        "lib-delete-yes": cog.delete,
    }
    for action, answer in answers.items():
        bot.presses.on(action, answer)
