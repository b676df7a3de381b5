"""Which account is meant."""

from dataclasses import replace

import pytest

from bot.accounts.account import LinkedAccount
from bot.accounts.choosing import (
    ANONYMOUS,
    MAX_SUGGESTIONS,
    account_for,
    account_for_upload,
    suggestions,
)
from bot.errors import ChoiceError, LinkRevokedError, NotLinkedError
from tests.bot.accounts.making import ALICE, MARMALADE, NOON, PENGUIN


def account(number: int, name: str, *, is_default: bool = False) -> LinkedAccount:
    return LinkedAccount(
        id=number,
        user_id=ALICE,
        imgur_account_id=number,
        username=name,
        is_default=is_default,
        linked_at=NOON,
        refreshed_at=NOON,
        expires_at=NOON,
        version=1,
    )


MINE = [account(MARMALADE, "marmalade", is_default=True), account(PENGUIN, "pixelpenguin")]
DEAD = replace(MINE[0], revoked_at=NOON)


def test_without_a_choice_the_default_speaks() -> None:
    assert account_for(MINE) == MINE[0]
    assert account_for_upload(MINE) == MARMALADE


@pytest.mark.parametrize("choice", ["pixelpenguin", " PIXELpenguin ", str(PENGUIN)])
def test_a_name_or_a_number_chooses(choice: str) -> None:
    assert account_for(MINE, choice) == MINE[1]
    assert account_for_upload(MINE, choice) == PENGUIN


def test_an_upload_without_links_is_anonymous_unless_an_account_was_named() -> None:
    assert account_for_upload([]) is None
    assert account_for_upload(MINE, ANONYMOUS) is None
    with pytest.raises(NotLinkedError):
        account_for_upload([], "marmalade")
    with pytest.raises(NotLinkedError):
        account_for([])


def test_a_name_that_is_not_linked_is_refused_with_those_that_are() -> None:
    with pytest.raises(ChoiceError, match="`marmalade`, `pixelpenguin`"):
        account_for(MINE, "quietharbour")


def test_a_dead_link_is_never_passed_over_in_silence() -> None:
    for choice in (None, "marmalade"):
        with pytest.raises(LinkRevokedError):
            account_for_upload([DEAD, MINE[1]], choice)
    assert account_for_upload([DEAD, MINE[1]], ANONYMOUS) is None


def test_suggestions_are_what_holds_the_typed_text() -> None:
    more = (("nobody", ANONYMOUS),)
    assert suggestions(MINE, "PENG", further=more) == [("pixelpenguin", str(PENGUIN))]
    assert suggestions(MINE, "", further=more)[-1] == ("nobody", ANONYMOUS)
    assert suggestions([DEAD], "")[0][0] == "marmalade (must be linked again)"
    many = [account(number, f"name{number}") for number in range(40)]
    assert len(suggestions(many, "")) == MAX_SUGGESTIONS
