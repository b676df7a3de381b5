"""Which of a user's linked accounts is meant. Pure."""

from collections.abc import Iterable, Sequence

from bot.accounts.account import LinkedAccount
from bot.errors import ChoiceError, LinkRevokedError, NotLinkedError

#: What stands for "no account at all" where one is chosen for an upload.
ANONYMOUS = "anonymous"
#: Discord shows at most so many suggestions.
#: Source: https://docs.discord.com/developers/interactions/application-commands#autocomplete
MAX_SUGGESTIONS = 25


def account_for(links: Sequence[LinkedAccount], choice: str | None = None) -> LinkedAccount:
    """The account that speaks for a user: the chosen one, else his default.

    Args:
        links: All links of the user.
        choice: An account's number or name.

    Raises:
        NotLinkedError: He has linked none.
        ChoiceError: He has linked none of that name.
        LinkRevokedError: Imgur does not honour that link any more.
    """
    wanted = named(links, choice) if choice else _default(links)
    if wanted.revoked_at is not None:
        raise LinkRevokedError(f"link {wanted.id} is revoked")
    return wanted


def named(links: Sequence[LinkedAccount], choice: str) -> LinkedAccount:
    """The link that a number or a name stands for, revoked or not.

    Raises:
        NotLinkedError: The user has linked none.
        ChoiceError: He has linked none of that name.
    """
    wanted = choice.strip().lower()
    by_number = (link for link in links if str(link.imgur_account_id) == wanted)
    by_name = (link for link in links if link.username.lower() == wanted)
    found = next(by_number, None) or next(by_name, None)
    if found is not None:
        return found
    if not links:
        raise NotLinkedError("the user has linked no account")
    names = ", ".join(f"`{link.username}`" for link in links)
    raise ChoiceError(f"You have linked no Imgur account of that name. You have {names}.")


def account_for_upload(links: Sequence[LinkedAccount], choice: str | None = None) -> int | None:
    """The Imgur account that an upload goes to; ``None`` is anonymous.

    Raises:
        ChoiceError: The user has linked no account of that name.
        LinkRevokedError: Imgur does not honour that link any more.
    """
    if choice is not None and choice.strip().lower() == ANONYMOUS:
        return None
    if not links and not choice:
        return None
    return account_for(links, choice).imgur_account_id


def suggestions(
    links: Iterable[LinkedAccount], typed: str, *, further: Sequence[tuple[str, str]] = ()
) -> Sequence[tuple[str, str]]:
    """What to offer while a user types, as names and values, the default first.

    Args:
        further: Offered after the accounts.
    """
    offers = [(_label(link), str(link.imgur_account_id)) for link in links]
    wanted = typed.strip().lower()
    return [one for one in (*offers, *further) if wanted in one[0].lower()][:MAX_SUGGESTIONS]


def _label(link: LinkedAccount) -> str:
    if link.revoked_at is not None:
        return f"{link.username} (must be linked again)"
    return f"{link.username} (default)" if link.is_default else link.username


def _default(links: Sequence[LinkedAccount]) -> LinkedAccount:
    if not links:
        raise NotLinkedError("the user has linked no account")
    return next((link for link in links if link.is_default), links[0])
