"""Looking through what a linked Imgur account holds."""

from collections.abc import Sequence
from dataclasses import replace

from bot.accounts.choosing import account_for
from bot.credits.pools import Payer
from bot.errors import ChoiceError, NotYoursError, UploadNotFoundError
from bot.imgur.client import ImgurClient
from bot.imgur.favourites import set_favourite
from bot.services import Services
from bot.ui.belongings import (
    SHOWN,
    Belonging,
    Kind,
    Listing,
    Spot,
    is_album,
    is_last_page,
    item_card,
    may_be_shared,
    shared_card,
    shelf_card,
)
from bot.ui.failures import tell
from bot.ui.gallery import is_age_restricted
from bot.ui.permits import may_speak
from bot.ui.presses import Interaction, Presses


class Browsing:
    """Shows lists and their items to whoever asked for them, and to nobody else."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listen(self, presses: Presses) -> None:
        """Answer the buttons of these cards."""
        presses.on("own-list", self.show_list)
        presses.on("own-on", self.go_on)
        presses.on("own-back", self.go_back)
        presses.on("own-open", self.show_item)
        presses.on("own-inside", self.look_inside)
        presses.on("own-albums", self.leave_album)
        presses.on("own-share", self.share)
        presses.on("own-unfave", self.drop_favourite)

    async def begin(self, interaction: Interaction, kind: Kind, account: str | None) -> None:
        """Show the first of a list of the person's own, to the person alone.

        Raises:
            NotLinkedError: Nothing is linked.
            ChoiceError: No account of that name is.
        """
        links = await self._services.linking.status(interaction.user.id)
        chosen = account_for(links, account)
        await interaction.response.defer(ephemeral=True, thinking=True)
        listing = Listing(kind, chosen.imgur_account_id, chosen.username)
        await self._begin_list(interaction, listing)

    # --- buttons ------------------------------------------------------------------------------

    async def show_list(self, interaction: Interaction, row: str) -> None:
        """The list again."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        await self.put_list(interaction, listing, spot)

    async def go_on(self, interaction: Interaction, row: str) -> None:
        """The next few."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        items = await self.items(interaction, listing, spot.page)
        if spot.start + SHOWN < len(items):
            spot = replace(spot, start=spot.start + SHOWN)
        else:
            spot = replace(spot, page=spot.page + 1, start=0)
            at_end = is_last_page(listing.kind, items)
            items = [] if at_end else await self.items(interaction, listing, spot.page)
        if items:
            await interaction.edit_original_response(view=shelf_card(listing, spot, items))
        else:
            await tell(interaction, "There are no more.")

    async def go_back(self, interaction: Interaction, row: str) -> None:
        """The few before."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        if spot.start:
            spot = replace(spot, start=max(0, spot.start - SHOWN))
        elif spot.page:
            page = spot.page - 1
            items = await self.items(interaction, listing, page)
            spot = replace(spot, page=page, start=max(0, len(items) - 1) // SHOWN * SHOWN)
        await self.put_list(interaction, listing, spot)

    async def show_item(self, interaction: Interaction, row: str) -> None:
        """One of them."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        await self.put_item(interaction, listing, spot)

    async def look_inside(self, interaction: Interaction, row: str) -> None:
        """The pictures of an album."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        await self._begin_list(interaction, replace(listing, kind=Kind.INSIDE, album_id=spot.item))

    async def leave_album(self, interaction: Interaction, row: str) -> None:
        """All albums again."""
        listing, _ = await self.open(interaction, row)
        await interaction.response.defer()
        await self._begin_list(interaction, replace(listing, kind=Kind.ALBUMS, album_id=""))

    async def share(self, interaction: Interaction, row: str) -> None:
        """Show one to everybody in the channel."""
        listing, spot = await self.open(interaction, row)
        if not may_speak(interaction):
            raise ChoiceError("You may not write in this channel, so nothing is shared here.")
        await interaction.response.defer()
        item = await self.item(interaction, listing, spot)
        if not is_age_restricted(interaction.channel) and not may_be_shared(listing.kind, item):
            raise ChoiceError(
                "Imgur does not know this to be safe for everybody, so it can be shared in "
                "age-restricted channels only."
            )
        await interaction.followup.send(view=shared_card(item, interaction.user.display_name))

    async def drop_favourite(self, interaction: Interaction, row: str) -> None:
        """Keep one no longer."""
        listing, spot = await self.open(interaction, row)
        await interaction.response.defer()
        item = await self.item(interaction, listing, spot)
        client = self.client(interaction, listing)
        await set_favourite(client, item.id, is_album=is_album(item), wanted=False)
        note = "That is no longer a favourite."
        await self.put_list(interaction, listing, spot.list_only, note=note)

    # --- for the buttons of this and of what changes things ------------------------------------

    async def open(self, interaction: Interaction, row: str) -> tuple[Listing, Spot]:
        """The listing and the place that a custom id names.

        Raises:
            UploadNotFoundError: It is too old, or never was.
            NotYoursError: Somebody else looks through it.
        """
        spot = Spot.parse(row)
        return Listing.from_row(await self.kept(interaction, spot.row)), spot

    async def kept(self, interaction: Interaction, number: int) -> dict[str, str]:
        """What was kept under a number, for the person that it was kept for.

        Raises:
            UploadNotFoundError: It is too old, or never was.
            NotYoursError: It was kept for somebody else.
        """
        found = await self._services.searches.find(number)
        if found is None:
            raise UploadNotFoundError(f"row {number} is gone")
        user_id, kept = found
        if user_id != interaction.user.id:
            raise NotYoursError(whose="the person whose account this is")
        return kept

    def client(self, interaction: Interaction, listing: Listing) -> ImgurClient:
        """Speaks for the account that is looked through."""
        payer = Payer(interaction.user.id, interaction.guild_id)
        return self._services.imgur.member(payer, listing.account_id)

    async def items(
        self, interaction: Interaction, listing: Listing, page: int
    ) -> Sequence[Belonging]:
        """One of Imgur's pages."""
        client = self.client(interaction, listing)
        match listing.kind:
            case Kind.IMAGES:
                return await client.account.images(page=page)
            case Kind.ALBUMS:
                return await client.account.albums(page=page)
            case Kind.FAVOURITES:
                return await client.account.favorites(page=page)
            case Kind.INSIDE:
                return [] if page else await client.album.images(listing.album_id)

    async def item(self, interaction: Interaction, listing: Listing, spot: Spot) -> Belonging:
        """The one that a place looks at, as it is now.

        Raises:
            ChoiceError: It is no longer among the favourites.
            NotFoundError: Imgur does not have it any more.
        """
        client = self.client(interaction, listing)
        if listing.kind is Kind.ALBUMS:
            return await client.album.get(spot.item)
        if listing.kind is not Kind.FAVOURITES:
            return await client.image.get(spot.item)
        for item in await self.items(interaction, listing, spot.page):
            if item.id == spot.item:
                return item
        raise ChoiceError("That is no longer there. Go back to the list to see what is.")

    async def put_list(
        self, interaction: Interaction, listing: Listing, spot: Spot, *, note: str = ""
    ) -> None:
        """Turn the message into the list."""
        items = await self.items(interaction, listing, spot.page)
        if spot.start >= len(items):
            spot = replace(spot, start=max(0, len(items) - 1) // SHOWN * SHOWN)
        view = shelf_card(listing, spot.list_only, items, note=note)
        await interaction.edit_original_response(view=view)

    async def put_item(
        self, interaction: Interaction, listing: Listing, spot: Spot, *, note: str = ""
    ) -> None:
        """Turn the message into the card of one."""
        item = await self.item(interaction, listing, spot)
        await interaction.edit_original_response(view=item_card(listing, spot, item, note=note))

    async def _begin_list(self, interaction: Interaction, listing: Listing) -> None:
        number = await self._services.searches.add(
            interaction.user.id, listing.to_row(), self._services.clock.now()
        )
        await self.put_list(interaction, listing, Spot(number))
