"""What a person is shown about a linked Imgur account. Pure."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.accounts.account import Linked, LinkedAccount
from bot.ui.layout import GREEN, RED, Row, panel
from bot.ui.presses import Press
from bot.ui.safe_text import safe_text

#: Where a user takes access away at Imgur's side; Imgur has no call for it.
REVOKE_ADDRESS = "https://imgur.com/account/settings/apps"
#: More would not fit on the card that lists them.
MAX_ACCOUNTS = 8


def invitation(address: str, *, needs_code: bool) -> ui.LayoutView:
    """The private answer with the button to our page."""
    text = (
        "### Link your Imgur account\n"
        "The button opens this bot's own page, which leads to Imgur. Your uploads then go to your "
        "account. The link is yours alone and works for ten minutes; never open one that somebody "
        "else sent you."
    )
    row = Row(ui.Button(label="Open the page", url=address))
    if needs_code:
        text += "\nThe page ends with a code: come back and enter it here."
        row.add_item(Press("link-code", 0, label="Enter the code"))
    return panel(text, row)


def paste_invitation(address: str, *, replace: bool) -> ui.LayoutView:
    """The private answer for bots that have no public address."""
    text = (
        "### Link your Imgur account\n"
        "This bot has no web page of its own, so the last step is by hand: open Imgur, allow "
        "access, and then copy the whole address of the page that you land on (it may look broken) "
        "and paste it here. It holds access to your account: show it to nobody."
    )
    row = Row(
        ui.Button(label="Open Imgur", url=address),
        Press("link-paste", 0, label="Paste the address"),
        _token_button(replace=replace),
    )
    return panel(text, row)


def already_linked(accounts: Sequence[LinkedAccount]) -> ui.LayoutView:
    """Asks whether another account comes beside the present ones, or in place of the default."""
    default = accounts[0]
    name = safe_text(default.username)
    others = ", ".join(safe_text(account.username) for account in accounts[1:])
    text = f"### You are linked as {name}\nYour uploads go there."
    if others:
        text += f" You have also linked {others}."
    text += " You can add another account and choose between them for each upload."
    row = Row(
        Press("link-add", 0, label="Add another account", style=discord.ButtonStyle.primary),
        Press("link-anew", 0, label=f"Replace {default.username}"[:80]),
    )
    return panel(text, row)


def revoked(account: LinkedAccount) -> ui.LayoutView:
    """Tells, unasked, that a link has died."""
    text = (
        f"### Imgur no longer honours your link to {safe_text(account.username)}\n"
        "Its access was taken back at Imgur, or has run out; the bot has deleted what was left of "
        "it. Your uploads are held back rather than sent anonymously: link the account again, or "
        "unlink it."
    )
    row = Row(
        Press("link-add", 0, label="Link again", style=discord.ButtonStyle.primary),
        Press("unlink", account.imgur_account_id, label="Unlink"),
    )
    return panel(text, row, colour=RED)


def not_linked(reason: str) -> ui.LayoutView:
    """The end of an attempt that linked nothing."""
    return panel(reason, Row(Press("link-begin", 0, label="Start again")))


def closed(reason: str, *, replace: bool) -> ui.LayoutView:
    """Imgur lets nobody link at present; who has a refresh token does not need its page."""
    text = (
        f"### Linking is closed at Imgur\n{reason}\n"
        "-# If you have a refresh token that Imgur issued to this very bot, you can enter it "
        "instead. It opens your account: show it to nobody else."
    )
    return panel(text, Row(_token_button(replace=replace)))


def linked(outcome: Linked) -> ui.LayoutView:
    """The end of linking."""
    account = outcome.account
    text = f"### Linked as {safe_text(account.username)}\n"
    row = Row()
    if account.is_default:
        text += "Your uploads go to that Imgur account from now on."
    else:
        text += (
            "Your uploads still go to the account that you linked before; `/upload account:` "
            "chooses for a single one."
        )
        row.add_item(_make_default(account))
    if outcome.replaced is not None:
        text += f" It took the place of {safe_text(outcome.replaced.username)}."
    row.add_item(Press("unlink", account.imgur_account_id, label="Undo"))
    said: str | ui.Item[Any] = text
    if outcome.avatar_url is not None:
        said = ui.Section(text, accessory=ui.Thumbnail(outcome.avatar_url))
    return panel(said, row, colour=GREEN)


def status(accounts: Sequence[LinkedAccount]) -> ui.LayoutView:
    """The accounts that a person has linked, each with what can be done about it."""
    parts: list[str | Row] = ["### Your linked Imgur accounts"]
    for account in accounts[:MAX_ACCOUNTS]:
        row = Row()
        if account.revoked_at is None and not account.is_default:
            row.add_item(_make_default(account))
        row.add_item(Press("unlink", account.imgur_account_id, label="Unlink"))
        parts += [_line(account), row]
    more = Row(Press("link-begin", 0, label="Link another account"))
    if len(accounts) > 1:
        danger = discord.ButtonStyle.danger
        more.add_item(Press("unlink-all", 0, label="Unlink all", style=danger))
    return panel(*parts, more)


def _line(account: LinkedAccount) -> str:
    since = discord.utils.format_dt(account.linked_at, "D")
    line = f"**{safe_text(account.username)}**, linked on {since}"
    if account.revoked_at is not None:
        return f"{line}. Imgur no longer honours it: link it again, or unlink it."
    return f"{line}. Your uploads go there." if account.is_default else line


def _make_default(account: LinkedAccount) -> Press:
    return Press("link-default", account.imgur_account_id, label="Make it the default")


def nothing_linked() -> ui.LayoutView:
    """What a person sees who has linked nothing."""
    return panel(
        "### You have no linked Imgur account\n"
        "Your uploads are anonymous. Link an account to let them go there.",
        Row(Press("link-begin", 0, label="Link an account", style=discord.ButtonStyle.primary)),
    )


def unlinked(gone: Sequence[LinkedAccount], left: Sequence[LinkedAccount]) -> ui.LayoutView:
    """The end of a link.

    Args:
        left: What is still linked, the default first.
    """
    names = ", ".join(safe_text(account.username) for account in gone)
    now = f"go to {safe_text(left[0].username)}" if left else "are anonymous"
    return panel(
        f"### Unlinked from {names}\n"
        f"The bot has deleted its access; your uploads {now} from now on. Imgur still lists "
        f"the permission until you remove it there: {REVOKE_ADDRESS}"
    )


def _token_button(*, replace: bool) -> Press:
    return Press("link-token", int(replace), label="Enter a refresh token")
