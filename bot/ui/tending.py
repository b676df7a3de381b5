"""Changing what a linked Imgur account holds: words, albums, the gallery, deletion."""

from contextlib import suppress

from bot.errors import NotFoundError
from bot.imgur.client import ImgurClient
from bot.services import Services
from bot.ui.belonging_questions import (
    Submission,
    album_choice,
    deletion,
    submission_question,
)
from bot.ui.belongings import Belonging, Kind, Listing, Spot, is_album
from bot.ui.browsing import Browsing
from bot.ui.layout import GREEN, panel
from bot.ui.modals import Form
from bot.ui.patience import in_time
from bot.ui.presses import Interaction, Presses
from bot.ui.safe_text import safe_text

MAX_TITLE = 128
#: Discord's own bound on a field; Imgur documents none.
MAX_DESCRIPTION = 4000


class Tending:
    """Answers the buttons that change something; Imgur sees to it that it is the person's own."""

    def __init__(self, services: Services, browsing: Browsing) -> None:
        self._services = services
        self._browsing = browsing

    def listen(self, presses: Presses) -> None:
        """Answer the buttons of these cards."""
        presses.on("own-edit", self.ask_words)
        presses.on("own-delete", self.ask_deletion)
        presses.on("own-delete-yes", self.delete)
        presses.on("own-album", self.ask_album)
        presses.on("own-into", self.add_to_album)
        presses.on("own-take", self.take_out)
        presses.on("own-new", self.ask_new_album)
        presses.on("own-publish", self.ask_post)
        presses.on("own-publish-yes", self.publish)
        presses.on("own-withdraw", self.withdraw)

    # --- words --------------------------------------------------------------------------------

    async def ask_words(self, interaction: Interaction, row: str) -> None:
        """Ask for title and description, beginning with the present ones."""
        listing, spot = await self._browsing.open(interaction, row)
        item = await in_time(self._browsing.item(interaction, listing, spot))

        async def change(interaction: Interaction, answers: list[str]) -> None:
            await interaction.response.defer()
            title, description = answers
            client = self._browsing.client(interaction, listing)
            words = client.album if is_album(item) else client.image
            await words.update(item.id, title=title, description=description)
            await self._browsing.put_item(interaction, listing, spot, note="Changed.")

        form = Form("Title and description", change)
        form.ask("Title", default=item.title or "", max_length=MAX_TITLE, required=False)
        form.ask(
            "Description",
            default=item.description or "",
            max_length=MAX_DESCRIPTION,
            required=False,
            is_long=True,
        )
        await interaction.response.send_modal(form)

    # --- deletion -----------------------------------------------------------------------------

    async def ask_deletion(self, interaction: Interaction, row: str) -> None:
        """Turn the card into the question whether to delete."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer()
        item = await self._browsing.item(interaction, listing, spot)
        await interaction.edit_original_response(view=deletion(spot, item))

    async def delete(self, interaction: Interaction, row: str) -> None:
        """Delete it for good, and show the list again."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer()
        client = self._browsing.client(interaction, listing)
        things = client.album if listing.kind is Kind.ALBUMS else client.image
        with suppress(NotFoundError):  # gone already
            await things.delete(spot.item)
        if listing.kind is not Kind.ALBUMS:
            await self._services.deleter.deleted(spot.item, listing.account_id)
        note = "Deleted from Imgur."
        await self._browsing.put_list(interaction, listing, spot.list_only, note=note)

    # --- albums -------------------------------------------------------------------------------

    async def ask_album(self, interaction: Interaction, row: str) -> None:
        """Ask which album a picture goes into, in a message of its own."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer(ephemeral=True, thinking=True)
        albums = await self._browsing.client(interaction, listing).account.albums()
        await interaction.edit_original_response(view=album_choice(spot, albums))

    async def add_to_album(self, interaction: Interaction, row: str) -> None:
        """Add the picture to the album that was chosen."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer()
        client = self._browsing.client(interaction, listing)
        await client.album.add_images(spot.album, ids=[spot.item])
        album = await client.album.get(spot.album)
        text = f"### Added to {safe_text(album.title or 'the album', 100)}\n{album.page_link}"
        await interaction.edit_original_response(view=panel(text, colour=GREEN))

    async def take_out(self, interaction: Interaction, row: str) -> None:
        """Take a picture out of the album that is looked through; it stays in the account."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer()
        client = self._browsing.client(interaction, listing)
        await client.album.remove_images(listing.album_id, ids=[spot.item])
        note = "Taken out of the album; the picture itself stays."
        await self._browsing.put_list(interaction, listing, spot.list_only, note=note)

    async def ask_new_album(self, interaction: Interaction, row: str) -> None:
        """Ask for a new album's title."""
        listing, spot = await self._browsing.open(interaction, row)

        async def create(interaction: Interaction, answers: list[str]) -> None:
            await interaction.response.defer()
            await self._create_album(interaction, listing, spot, answers)

        form = Form("A new album", create)
        form.ask("Title", max_length=MAX_TITLE)
        form.ask("Description", max_length=MAX_DESCRIPTION, required=False, is_long=True)
        await interaction.response.send_modal(form)

    async def _create_album(
        self, interaction: Interaction, listing: Listing, spot: Spot, answers: list[str]
    ) -> None:
        title, description = answers
        client = self._browsing.client(interaction, listing)
        ids = [spot.item] if spot.item else []
        made = await client.album.create(ids=ids, title=title, description=description or None)
        if listing.kind is Kind.ALBUMS:
            note = f"Made the album {safe_text(title, 100)}."
            await self._browsing.put_list(interaction, listing, Spot(spot.row), note=note)
            return
        album = await client.album.get(made.id)
        text = f"### Added to {safe_text(title, 100)}\n{album.page_link}"
        await interaction.edit_original_response(view=panel(text, colour=GREEN))

    # --- the gallery --------------------------------------------------------------------------

    async def ask_post(self, interaction: Interaction, row: str) -> None:
        """Ask for a post's title and tags."""
        listing, spot = await self._browsing.open(interaction, row)
        item = await in_time(self._browsing.item(interaction, listing, spot))

        async def go_on(interaction: Interaction, answers: list[str]) -> None:
            await interaction.response.defer()
            await self._ask_post_again(interaction, listing, spot, item, answers)

        form = Form("Put in Imgur's gallery", go_on)
        form.say("Everybody on Imgur sees what is in the gallery. You are asked once more.")
        form.ask("Title", default=item.title or "", max_length=MAX_TITLE)
        form.ask("Tags", placeholder="cats, funny", max_length=200, required=False)
        await interaction.response.send_modal(form)

    async def _ask_post_again(
        self,
        interaction: Interaction,
        listing: Listing,
        spot: Spot,
        item: Belonging,
        answers: list[str],
    ) -> None:
        title, tags = answers
        submission = Submission(listing.account_id, str(spot), item.id, is_album(item), title, tags)
        number = await self._services.searches.add(
            interaction.user.id, submission.to_row(), self._services.clock.now()
        )
        view = submission_question(number, submission, item, listing.username)
        await interaction.edit_original_response(view=view)

    async def publish(self, interaction: Interaction, row: str) -> None:
        """Put it in the gallery, as confirmed."""
        number, _, how = row.partition(":")
        submission = Submission.from_row(await self._browsing.kept(interaction, int(number)))
        listing, spot = await self._browsing.open(interaction, submission.place)
        await interaction.response.defer()
        await _share(
            self._browsing.client(interaction, listing), submission, mature=how == "mature"
        )
        note = f"It is in Imgur's gallery now, as **{safe_text(submission.title)}**."
        await self._browsing.put_item(interaction, listing, spot, note=note)

    async def withdraw(self, interaction: Interaction, row: str) -> None:
        """Take a post out of the gallery; the picture itself stays."""
        listing, spot = await self._browsing.open(interaction, row)
        await interaction.response.defer()
        await self._browsing.client(interaction, listing).gallery.remove(spot.item)
        note = "It is no longer in the gallery; its votes and comments are gone."
        await self._browsing.put_item(interaction, listing, spot, note=note)


async def _share(client: ImgurClient, submission: Submission, *, mature: bool) -> None:
    share = client.gallery.share_album if submission.is_album else client.gallery.share_image
    await share(submission.item, submission.title, tags=submission.tag_list, mature=mature)
