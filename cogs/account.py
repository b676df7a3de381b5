"""``/account``: linking Imgur accounts, looking through them, and unlinking."""

from functools import partial

from discord import app_commands, ui
from discord.ext import commands

from bot.accounts.announcing import InteractionRef
from bot.accounts.choosing import named
from bot.accounts.tickets import Asker
from bot.discord_bot import ImgurBot
from bot.errors import ChoiceError, LinkingUnavailableError
from bot.services import Services
from bot.ui import account_cards
from bot.ui.account_options import ALL, ALL_ACCOUNTS, suggest_accounts
from bot.ui.answers import TOKEN_LIFE
from bot.ui.belongings import Kind
from bot.ui.browsing import Browsing
from bot.ui.modals import Form
from bot.ui.presses import Interaction
from bot.ui.tending import Tending
from bot.ui.wording import sentence


class AccountCog(commands.GroupCog, group_name="account"):
    """Your Imgur account and this bot."""

    def __init__(self, services: Services, browsing: Browsing) -> None:
        self._browsing = browsing
        self._services = services
        self._clock = services.clock
        self._linking = services.linking

    @app_commands.command()
    async def link(self, interaction: Interaction) -> None:
        """Link your Imgur account, so that your uploads go there."""
        await self.begin(interaction, "")

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """See which Imgur accounts you have linked, and choose the default."""
        accounts = await self._linking.status(interaction.user.id)
        view = account_cards.status(accounts) if accounts else account_cards.nothing_linked()
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    @app_commands.describe(account="Which one, or all of them")
    async def unlink(
        self, interaction: Interaction, account: app_commands.Range[str, 1, 63] | None = None
    ) -> None:
        """Unlink your Imgur account; the bot forgets its access at once."""
        accounts = await self._linking.status(interaction.user.id)
        if account is None and len(accounts) > 1:
            view = account_cards.status(accounts)
        elif account is None or account == ALL:
            view = await self._unlink(interaction, None)
        else:
            view = await self._unlink(interaction, named(accounts, account).imgur_account_id)
        await interaction.response.send_message(view=view, ephemeral=True)

    @unlink.autocomplete("account")
    async def suggest_account(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The person's own accounts, and all of them."""
        return await suggest_accounts(self._services, interaction, typed, further=ALL_ACCOUNTS)

    @app_commands.command()
    @app_commands.describe(account="Which of your linked accounts")
    async def images(
        self, interaction: Interaction, account: app_commands.Range[str, 1, 63] | None = None
    ) -> None:
        """Look through your pictures on Imgur, and change, share or delete them."""
        await self._browsing.begin(interaction, Kind.IMAGES, account)

    @app_commands.command()
    @app_commands.describe(account="Which of your linked accounts")
    async def albums(
        self, interaction: Interaction, account: app_commands.Range[str, 1, 63] | None = None
    ) -> None:
        """Look through your albums on Imgur, and make, change or delete them."""
        await self._browsing.begin(interaction, Kind.ALBUMS, account)

    @app_commands.command()
    @app_commands.describe(account="Which of your linked accounts")
    async def favourites(
        self, interaction: Interaction, account: app_commands.Range[str, 1, 63] | None = None
    ) -> None:
        """Look through your favourites on Imgur."""
        await self._browsing.begin(interaction, Kind.FAVOURITES, account)

    @images.autocomplete("account")
    @albums.autocomplete("account")
    @favourites.autocomplete("account")
    async def suggest_own(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The person's own accounts."""
        return await suggest_accounts(self._services, interaction, typed)

    # --- buttons ------------------------------------------------------------------------------

    async def begin(self, interaction: Interaction, _row: str) -> None:
        """Begin to link, or ask first where something is linked already."""
        accounts = await self._linking.status(interaction.user.id)
        if any(account.revoked_at is None for account in accounts):
            view = account_cards.already_linked(accounts)
            await interaction.response.send_message(view=view, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._invite(interaction, replace=False)
        await interaction.edit_original_response(view=view)

    async def add(self, interaction: Interaction, _row: str) -> None:
        """Link a further account beside the present ones."""
        accounts = await self._linking.status(interaction.user.id)
        if len(accounts) >= account_cards.MAX_ACCOUNTS:
            raise ChoiceError(
                f"You have linked {len(accounts)} accounts, and more cannot be kept. "
                "Unlink one first: `/account unlink`."
            )
        await interaction.response.defer()
        view = await self._invite(interaction, replace=False)
        await interaction.edit_original_response(view=view)

    async def link_anew(self, interaction: Interaction, _row: str) -> None:
        """The person agreed that another account takes the default's place."""
        await interaction.response.defer()
        view = await self._invite(interaction, replace=True)
        await interaction.edit_original_response(view=view)

    async def make_default(self, interaction: Interaction, row: str) -> None:
        """Let uploads go to another of the person's accounts."""
        await self._linking.make_default(interaction.user.id, int(row))
        accounts = await self._linking.status(interaction.user.id)
        await interaction.response.edit_message(view=account_cards.status(accounts))

    async def enter_code(self, interaction: Interaction, _row: str) -> None:
        """Ask for the code that the page shows."""
        form = Form("The code on the page", self._confirm_code)
        form.ask("Code", placeholder="ABCD-EFGH", max_length=12)
        await interaction.response.send_modal(form)

    async def enter_address(self, interaction: Interaction, _row: str) -> None:
        """Ask for the address that Imgur redirected to."""
        form = Form("The address after Imgur's page", self._confirm_address)
        form.ask("Whole address", max_length=2000, is_long=True)
        await interaction.response.send_modal(form)

    async def enter_token(self, interaction: Interaction, row: str) -> None:
        """Ask for a refresh token that the person has from elsewhere."""
        form = Form("Access that you already have", partial(self._confirm_token, row == "1"))
        form.ask("Refresh token", placeholder="40 letters and digits", max_length=200)
        await interaction.response.send_modal(form)

    async def unlink_one(self, interaction: Interaction, row: str) -> None:
        """Undo a link."""
        await interaction.response.edit_message(view=await self._unlink(interaction, int(row)))

    async def unlink_all(self, interaction: Interaction, _row: str) -> None:
        """Unlink whatever is linked."""
        await interaction.response.edit_message(view=await self._unlink(interaction, None))

    async def _unlink(
        self, interaction: Interaction, imgur_account_id: int | None
    ) -> ui.LayoutView:
        gone = await self._linking.unlink(interaction.user.id, imgur_account_id)
        left = await self._linking.status(interaction.user.id)
        return account_cards.unlinked(gone, left)

    async def _confirm_code(self, interaction: Interaction, answers: list[str]) -> None:
        outcome = await self._linking.confirm_code(interaction.user.id, answers[0])
        await interaction.response.edit_message(view=account_cards.linked(outcome))

    async def _confirm_address(self, interaction: Interaction, answers: list[str]) -> None:
        await interaction.response.defer()
        outcome = await self._linking.paste(interaction.user.id, answers[0])
        await interaction.edit_original_response(view=account_cards.linked(outcome))

    async def _confirm_token(
        self, replace: bool, interaction: Interaction, answers: list[str]
    ) -> None:
        await interaction.response.defer()
        user_id = interaction.user.id
        outcome = await self._linking.enter_token(user_id, answers[0], replace=replace)
        await interaction.edit_original_response(view=account_cards.linked(outcome))

    async def _invite(self, interaction: Interaction, *, replace: bool) -> ui.LayoutView:
        asker = Asker(
            interaction.user.id,
            interaction.user.name,
            InteractionRef(
                interaction.application_id,
                interaction.token,
                self._services.steady.now() + TOKEN_LIFE,
            ),
        )
        try:
            if self._linking.has_pages:
                address = await self._linking.begin(asker, replace=replace)
                return account_cards.invitation(address, needs_code=self._linking.needs_code)
            address = await self._linking.begin_paste(asker, replace=replace)
            return account_cards.paste_invitation(address, replace=replace)
        except LinkingUnavailableError as error:
            if error.cause != "imgur":
                raise
            return account_cards.closed(sentence(error), replace=replace)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    browsing = Browsing(bot.services)
    browsing.listen(bot.presses)
    Tending(bot.services, browsing).listen(bot.presses)
    cog = AccountCog(bot.services, browsing)
    await bot.add_cog(cog)
    bot.presses.on("link-begin", cog.begin)
    bot.presses.on("link-add", cog.add)
    bot.presses.on("link-default", cog.make_default)
    bot.presses.on("link-anew", cog.link_anew)
    bot.presses.on("link-code", cog.enter_code)
    bot.presses.on("link-paste", cog.enter_address)
    bot.presses.on("link-token", cog.enter_token)
    bot.presses.on("unlink", cog.unlink_one)
    bot.presses.on("unlink-all", cog.unlink_all)
