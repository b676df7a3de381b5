"""Buttons of gallery posts: votes, favourites and comments by whoever presses them."""

from contextlib import suppress

from discord.ext import commands

from bot.accounts.account import LinkedAccount
from bot.accounts.choosing import account_for
from bot.credits.pools import Payer
from bot.discord_bot import ImgurBot
from bot.errors import ChoiceError, NotFoundError
from bot.imgur.client import ImgurClient
from bot.imgur.favourites import set_favourite
from bot.services import Services
from bot.ui.layout import GREEN, panel
from bot.ui.modals import Form
from bot.ui.posts import commented, kept, voted
from bot.ui.presses import Interaction
from bot.ui.safe_text import safe_text

#: Imgur documents no limit; its site stops a little later.
MAX_COMMENT = 2000
_VOTES = {"up", "down", "veto"}


class PostsCog(commands.Cog):
    """Speaks for the default account of whoever presses, and for nobody else."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def vote(self, interaction: Interaction, row: str) -> None:
        """Vote a post up or down, or take the vote back."""
        how, _, post_id = row.partition(":")
        if how not in _VOTES:
            raise ChoiceError("A vote goes up or down.")
        account = await self._account(interaction)
        await _begin(interaction, is_own_card=how == "veto")
        await self._client(interaction, account).gallery.vote(post_id, how)
        await interaction.edit_original_response(view=voted(post_id, how, account.username))

    async def keep(self, interaction: Interaction, row: str) -> None:
        """Make a post a favourite."""
        await self._keep(interaction, row, is_kept=True)

    async def keep_no_longer(self, interaction: Interaction, row: str) -> None:
        """Take that back."""
        await self._keep(interaction, row, is_kept=False)

    async def _keep(self, interaction: Interaction, row: str, *, is_kept: bool) -> None:
        kind, _, item_id = row.partition(":")
        account = await self._account(interaction)
        await _begin(interaction, is_own_card=not is_kept)
        client = self._client(interaction, account)
        await set_favourite(client, item_id, is_album=kind == "album", wanted=is_kept)
        view = kept(row, account.username, is_kept=is_kept)
        await interaction.edit_original_response(view=view)

    async def ask_comment(self, interaction: Interaction, post_id: str) -> None:
        """Ask for the words."""
        account = await self._account(interaction)

        async def write(interaction: Interaction, answers: list[str]) -> None:
            await _begin(interaction, is_own_card=False)
            made = await self._client(interaction, account).comment.create(post_id, answers[0])
            view = commented(made.id, answers[0], account.username)
            await interaction.edit_original_response(view=view)

        form = Form("Comment on this post", write)
        name = safe_text(account.username, 60)
        form.say(f"Everybody on Imgur will see it, as written by **{name}**.")
        form.ask("Comment", max_length=MAX_COMMENT, is_long=True)
        await interaction.response.send_modal(form)

    async def delete_comment(self, interaction: Interaction, comment_id: str) -> None:
        """Take a comment back; Imgur sees to it that it is the account's own."""
        account = await self._account(interaction)
        await _begin(interaction, is_own_card=True)
        with suppress(NotFoundError):  # gone already
            await self._client(interaction, account).comment.delete(int(comment_id))
        await interaction.edit_original_response(
            view=panel("Your comment is deleted.", colour=GREEN)
        )

    async def _account(self, interaction: Interaction) -> LinkedAccount:
        return account_for(await self._services.linking.status(interaction.user.id))

    def _client(self, interaction: Interaction, account: LinkedAccount) -> ImgurClient:
        payer = Payer(interaction.user.id, interaction.guild_id)
        return self._services.imgur.member(payer, account.imgur_account_id)


async def _begin(interaction: Interaction, *, is_own_card: bool) -> None:
    """Answer to the person alone: in the card that was pressed if it is theirs, else anew."""
    if is_own_card:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def setup(bot: ImgurBot) -> None:
    """Load the cog."""
    cog = PostsCog(bot.services)
    await bot.add_cog(cog)
    bot.presses.on("post-vote", cog.vote)
    bot.presses.on("post-fave", cog.keep)
    bot.presses.on("post-unfave", cog.keep_no_longer)
    bot.presses.on("post-comment", cog.ask_comment)
    bot.presses.on("post-uncomment", cog.delete_comment)
