"""What linking says without a browser; with one, see ``tests/bot/web``."""

from dataclasses import dataclass, field

import pytest

from bot.accounts.codes import Codes
from bot.accounts.imgur_oauth import ImgurOAuth
from bot.accounts.linking import Linking
from bot.accounts.sealing import Owner
from bot.accounts.tickets import Tickets
from bot.accounts.vault import Vault
from bot.errors import (
    LinkingUnavailableError,
    NotLinkedError,
    TamperedError,
    TicketError,
    WrongCodeError,
)
from bot.storage.engine import Database
from bot.storage.link_tickets import SqlPendingStore, SqlTicketStore
from bot.storage.links import SqlLinkStore
from sandbox.imgur.server import Sandbox
from tests.bot.accounts.imgur_door import Door
from tests.bot.accounts.linked import issue, link, oauth
from tests.bot.accounts.making import (
    ALICE,
    BOB,
    MARMALADE,
    NOON,
    PENGUIN,
    asker,
    new_link,
)
from tests.bot.accounts.still_clock import StillClock


@dataclass
class Parts:
    """What ``Linking`` is made of, to be left out one at a time."""

    database: Database
    vault: Vault
    clock: StillClock
    imgur: ImgurOAuth | None
    pages_url: str | None = "https://bot.example"
    keys_fit: bool = True
    links: SqlLinkStore = field(init=False)
    codes: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.links = SqlLinkStore(self.database)
        self.codes = Codes(SqlPendingStore(self.database), self.vault, self.clock)

    def linking(self) -> Linking:
        return Linking(
            links=self.links,
            tickets=Tickets(SqlTicketStore(self.database), self.vault, self.clock),
            codes=self.codes,
            vault=self.vault,
            imgur=self.imgur,
            pages_url=self.pages_url,
            identity=None,
            announcer=Silence(),
            clock=self.clock,
            keys_fit=self.keys_fit,
        )


async def rows_in(database: Database, table: str) -> int:
    async with database.read() as connection:
        rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
        return int(rows.scalar_one())


class Silence:
    async def linked(self, _ref: object, _linked: object) -> None: ...

    async def failed(self, _ref: object, _error: object) -> None: ...

    async def revoked(self, _account: object) -> bool:
        return True


@pytest.fixture
def parts(database: Database, vault: Vault, clock: StillClock, door: Door, imgur: Sandbox) -> Parts:
    return Parts(database, vault, clock, oauth(door, imgur, clock))


async def test_missing_settings_are_named_and_only_those(parts: Parts) -> None:
    parts.imgur = parts.pages_url = None
    with pytest.raises(LinkingUnavailableError) as both:
        await parts.linking().begin(asker())
    with pytest.raises(LinkingUnavailableError) as one:
        await parts.linking().begin_paste(asker())

    assert both.value.cause == one.value.cause == "settings"
    assert str(both.value) == "not set: IMGUR_CLIENT_SECRET, PUBLIC_BASE_URL"
    assert str(one.value) == "not set: IMGUR_CLIENT_SECRET"


async def test_without_a_public_address_a_pasted_one_does(parts: Parts) -> None:
    parts.pages_url = None

    address = await parts.linking().begin_paste(asker())

    assert "response_type=token" in address


async def test_keys_that_do_not_fit_stop_every_way_of_linking(parts: Parts, imgur: Sandbox) -> None:
    parts.keys_fit = False
    linking = parts.linking()

    for attempt in (
        linking.begin(asker()),
        linking.begin_paste(asker()),
        linking.enter_token(ALICE, issue(imgur).refresh),
    ):
        with pytest.raises(LinkingUnavailableError) as caught:
            await attempt
        assert caught.value.cause == "keys"


async def test_status_lists_all_links_with_the_default_first(parts: Parts, imgur: Sandbox) -> None:
    linking = parts.linking()
    assert await linking.status(ALICE) == []

    for name in ("marmalade", "pixelpenguin"):
        await linking.enter_token(ALICE, issue(imgur, name).refresh)

    links = await linking.status(ALICE)
    assert [(x.username, x.is_default) for x in links] == [
        ("marmalade", True),
        ("pixelpenguin", False),
    ]


async def test_unlinking_ends_what_was_begun_as_well(
    parts: Parts, imgur: Sandbox, vault: Vault
) -> None:
    linking = parts.linking()
    await link(parts.links, vault, issue(imgur))
    address = await linking.begin(asker())
    code = await parts.codes.hold(new_link(vault, table="pending_links"), replace=False)

    [gone] = await linking.unlink(ALICE)

    assert gone.user_id == ALICE
    with pytest.raises(TicketError):
        await linking.visit(address.rpartition("/")[2])
    with pytest.raises(TicketError):
        await linking.confirm_code(ALICE, code)
    with pytest.raises(NotLinkedError):
        await linking.unlink(ALICE)


async def test_one_of_two_can_be_unlinked(parts: Parts, imgur: Sandbox) -> None:
    linking = parts.linking()
    first = await linking.enter_token(ALICE, issue(imgur).refresh)
    await linking.enter_token(ALICE, issue(imgur, "pixelpenguin").refresh)

    await linking.unlink(ALICE, first.account.imgur_account_id)

    assert [x.username for x in await linking.status(ALICE)] == ["pixelpenguin"]


async def test_sweeping_deletes_what_was_given_up(
    parts: Parts, vault: Vault, clock: StillClock
) -> None:
    linking = parts.linking()
    await linking.begin(asker())
    await parts.codes.hold(new_link(vault, table="pending_links"), replace=False)
    clock.advance(minutes=10)

    await linking.sweep()

    for table in ("link_tickets", "pending_links"):
        assert await rows_in(parts.database, table) == 0


async def test_a_pending_link_cannot_be_moved_past_its_code(parts: Parts, vault: Vault) -> None:
    pending = new_link(vault, table="pending_links")

    smuggled = (await parts.links.link(pending, replace=False, at=NOON)).account

    assert smuggled.tokens is not None
    with pytest.raises(TamperedError):
        Owner("links", ALICE, MARMALADE).open(vault, smuggled.tokens)


async def test_codes_are_eight_letters_without_vowels_and_each_is_new(
    parts: Parts, vault: Vault
) -> None:
    codes = {
        await parts.codes.hold(new_link(vault, user, table="pending_links"), replace=False)
        for user in range(1, 40)
    }

    assert len(codes) == 39
    assert all(len(code) == 8 and set(code) <= set("BCDFGHJKLMNPQRSTVWXZ") for code in codes)


async def test_after_the_last_try_nothing_is_kept(parts: Parts, vault: Vault) -> None:
    await parts.codes.hold(new_link(vault, table="pending_links"), replace=False)

    for _ in range(5):
        with pytest.raises(WrongCodeError):
            await parts.linking().confirm_code(ALICE, "wrong")

    assert await rows_in(parts.database, "pending_links") == 0


async def test_a_newer_pending_link_voids_the_former_code(parts: Parts, vault: Vault) -> None:
    first = await parts.codes.hold(new_link(vault, table="pending_links"), replace=False)
    second = await parts.codes.hold(
        new_link(vault, ALICE, PENGUIN, table="pending_links"), replace=False
    )

    with pytest.raises(WrongCodeError):
        await parts.linking().confirm_code(ALICE, first)
    linked = await parts.linking().confirm_code(ALICE, second)

    assert linked.account.imgur_account_id == PENGUIN
    assert await parts.linking().status(BOB) == []
