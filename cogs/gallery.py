"""``/gallery``: searching Imgur's gallery, and looking at what is hot or on top."""

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import ChoiceError, NotYoursError, UploadNotFoundError
from bot.services import Services
from bot.ui.gallery import (
    GalleryQuery,
    Place,
    Shelf,
    is_age_restricted,
    nothing_card,
    result_card,
    shelf,
)
from bot.ui.modals import Form
from bot.ui.presses import Interaction

Window = Literal["day", "week", "month", "year", "all"]
Media = Literal["picture", "animated", "album"]

#: How many of Imgur's pages are looked through for the next result that may be shown.
_PAGES_TO_TRY = 3
_MAX_NUMBER = 6000


class GalleryCog(commands.GroupCog, group_name="gallery"):
    """Look around in Imgur's gallery."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    @app_commands.rename(media="type")
    @app_commands.describe(
        query="What to look for",
        sort="In which order",
        window="From which time (only with sort: top)",
        media="Only this kind",
    )
    async def search(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, 200],
        sort: Literal["time", "viral", "top"] = "time",
        window: Window = "all",
        media: Media | None = None,
    ) -> None:
        """Search Imgur's gallery."""
        await self._show(interaction, GalleryQuery("search", query, sort, window, media or ""))

    @app_commands.command()
    @app_commands.rename(media="type")
    @app_commands.describe(sort="In which order", media="Only this kind")
    async def hot(
        self,
        interaction: Interaction,
        sort: Literal["viral", "top", "time"] = "viral",
        media: Media | None = None,
    ) -> None:
        """See what is hot on Imgur now."""
        await self._show(interaction, GalleryQuery("hot", "", sort, "", media or ""))

    @app_commands.command()
    @app_commands.rename(media="type")
    @app_commands.describe(sort="In which order", window="From which time", media="Only this kind")
    async def top(
        self,
        interaction: Interaction,
        sort: Literal["viral", "top", "time"] = "top",
        window: Window = "day",
        media: Media | None = None,
    ) -> None:
        """See Imgur's best of a day, week, month or year."""
        await self._show(interaction, GalleryQuery("top", "", sort, window, media or ""))

    # --- buttons ------------------------------------------------------------------------------

    async def go_on(self, interaction: Interaction, row: str) -> None:
        """The next result."""
        number, query, place = await self._open(interaction, row)
        await interaction.response.defer()
        await self._turn(interaction, number, query, place, step=1)

    async def go_back(self, interaction: Interaction, row: str) -> None:
        """The result before."""
        number, query, place = await self._open(interaction, row)
        await interaction.response.defer()
        await self._turn(interaction, number, query, place, step=-1)

    async def ask_number(self, interaction: Interaction, row: str) -> None:
        """Ask which result to jump to."""
        await self._open(interaction, row)

        async def jump(interaction: Interaction, answers: list[str]) -> None:
            await self._jump(interaction, row, answers[0])

        form = Form("Jump to a result", jump)
        form.ask("Number of the result", placeholder="12", max_length=4)
        await interaction.response.send_modal(form)

    async def _jump(self, interaction: Interaction, row: str, typed: str) -> None:
        if not typed.isdecimal() or not 1 <= int(typed) <= _MAX_NUMBER:
            raise ChoiceError(f"Results are numbered from 1 to {_MAX_NUMBER}.")
        number, query, _ = await self._open(interaction, row)
        await interaction.response.defer()
        target = Place.of_number(int(typed))
        before = Place(target.page, target.index - 1)
        await self._turn(interaction, number, query, before, step=1)

    # --- looking ------------------------------------------------------------------------------

    async def _show(self, interaction: Interaction, query: GalleryQuery) -> None:
        await interaction.response.defer(thinking=True)
        number = await self._services.searches.add(
            interaction.user.id, query.to_row(), self._services.clock.now()
        )
        await self._turn(interaction, number, query, Place(0, -1), step=1)

    async def _open(self, interaction: Interaction, row: str) -> tuple[int, GalleryQuery, Place]:
        number, _, place = row.partition(":")
        found = await self._services.searches.find(int(number))
        if found is None:
            raise UploadNotFoundError(f"search {number} is gone")
        user_id, query = found
        if user_id != interaction.user.id:
            raise NotYoursError(whose="the person who searched")
        return int(number), GalleryQuery.from_row(query), Place.parse(place)

    async def _turn(
        self, interaction: Interaction, number: int, query: GalleryQuery, place: Place, *, step: int
    ) -> None:
        """Show the nearest visible result after (or before) a place."""
        page, index = place.page, place.index + step
        on = await self._shelf(interaction, query, page)
        for _ in range(_PAGES_TO_TRY):
            found = on.at_or_after(index) if step > 0 else on.at_or_before(index)
            if found is not None:
                view = result_card(on.items[found.index], found, on, query, number)
                await interaction.edit_original_response(view=view)
                return
            page, index = page + step, 0 if step > 0 else 10**6
            if page < 0 or not on.items:
                break
            on = await self._shelf(interaction, query, page)
        if place.index < 0:
            await interaction.edit_original_response(view=nothing_card(query, on))
        else:
            await interaction.followup.send("There are no more results.", ephemeral=True)

    async def _shelf(self, interaction: Interaction, query: GalleryQuery, page: int) -> Shelf:
        """One page of Imgur's results; the channel is looked at anew each time."""
        shows_mature = is_age_restricted(interaction.channel)
        client = self._services.imgur.reader(Payer(interaction.user.id, interaction.guild_id))
        if query.kind == "search":
            items = await client.gallery.search(
                query.text, sort=query.sort, window=query.window, page=page
            )
        else:
            items = await client.gallery.section(
                query.kind,
                sort=query.sort,
                window=query.window or "day",
                page=page,
                mature=shows_mature,
            )
        return shelf(page, items, query, shows_mature=shows_mature)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = GalleryCog(bot.services)
    await bot.add_cog(cog)
    bot.presses.on("gallery-on", cog.go_on)
    bot.presses.on("gallery-back", cog.go_back)
    bot.presses.on("gallery-jump", cog.ask_number)
