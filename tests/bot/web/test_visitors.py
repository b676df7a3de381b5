import ipaddress

import pytest

from bot.web.visitors import Allowance, client_address
from tests.bot.accounts.still_clock import StillClock

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


def test_forwarded_addresses_are_believed_from_nobody_by_default() -> None:
    assert client_address("203.0.113.9", "198.51.100.1", ()) == "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", " , ", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        (None, "198.51.100.1", ""),
    ],
)
def test_the_last_address_that_a_trusted_proxy_wrote_counts(
    peer: str | None, forwarded: str | None, expected: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == expected


def test_one_address_gets_its_share_and_gets_it_again_a_minute_later() -> None:
    clock = StillClock()
    allowance = Allowance(clock, each=2, together=100)

    assert [allowance.admits("198.51.100.1") for _ in range(3)] == [True, True, False]
    assert allowance.admits("198.51.100.2")
    clock.advance(seconds=60)
    assert allowance.admits("198.51.100.1")


def test_all_together_get_no_more_than_their_share() -> None:
    allowance = Allowance(StillClock(), each=2, together=5)

    admitted = [allowance.admits(f"198.51.100.{n}") for n in range(20)]

    assert admitted.count(True) == 5


def test_addresses_of_one_subscriber_share() -> None:
    allowance = Allowance(StillClock(), each=1, together=100)

    assert allowance.admits("2001:db8:1:1::1")
    assert not allowance.admits("2001:db8:1:1::2")
    assert allowance.admits("2001:db8:1:2::1")
    assert allowance.admits("198.51.100.1")
    assert not allowance.admits("::ffff:198.51.100.1")


def test_whatever_is_no_address_shares_one_allowance() -> None:
    allowance = Allowance(StillClock(), each=1, together=100)

    assert allowance.admits("nonsense")
    assert not allowance.admits("other nonsense")
