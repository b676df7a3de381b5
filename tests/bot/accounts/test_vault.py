import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.vault import KeyRing, Vault
from bot.errors import CryptoError, TamperedError, UnknownKeyError

OLD, NEW = KeyRing.generate("old"), KeyRing.generate("new")
BOTH = KeyRing({**NEW.keys, **OLD.keys})


@given(value=st.binary(max_size=300), context=st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(value: bytes, context: str) -> None:
    vault = Vault(NEW)

    assert vault.open(vault.seal(value, context), context) == value


@given(value=st.binary(max_size=60), position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(value: bytes, position: int, bit: int) -> None:
    vault = Vault(NEW)
    sealed = bytearray(vault.seal(value, "here"))
    sealed[position % len(sealed)] ^= 1 << bit

    with pytest.raises(CryptoError):
        vault.open(bytes(sealed), "here")


@given(garbage=st.binary(max_size=60))
def test_garbage_does_not_open(garbage: bytes) -> None:
    with pytest.raises(CryptoError):
        Vault(NEW).open(garbage, "here")


def test_what_was_sealed_opens_nowhere_else() -> None:
    vault = Vault(NEW)

    with pytest.raises(TamperedError):
        vault.open(vault.seal(b"token", "links.access_token:1:7"), "links.access_token:2:7")


def test_the_first_key_seals_and_all_open() -> None:
    sealed = Vault(OLD).seal(b"token", "here")

    assert Vault(BOTH).open(sealed, "here") == b"token"
    assert Vault.key_id_of(Vault(BOTH).seal(b"token", "here")) == "new"
    with pytest.raises(UnknownKeyError) as caught:
        Vault(NEW).open(sealed, "here")
    assert caught.value.key_id == "old"


def test_the_same_value_is_never_sealed_the_same() -> None:
    vault = Vault(NEW)

    assert len({vault.seal(b"token", "here") for _ in range(50)}) == 50


def test_a_ring_reads_its_own_text_form() -> None:
    assert KeyRing.parse(str(BOTH)) == BOTH
    assert KeyRing.parse(str(BOTH)).sealing_id == "new"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not of the form"),
        ("k1", "not of the form"),
        (f":{'A' * 43}=", "not of the form"),
        (f"{'k' * 33}:{'A' * 43}=", "not of the form"),
        ("k1:***", "not valid base64"),
        (f"k1:{base64.b64encode(b'short').decode()}", "holds 5 bytes"),
        (f"k1:{'A' * 43}=,k1:{'A' * 43}=", "entry 2 repeats an id"),
    ],
)
def test_a_wrong_ring_is_named_without_its_keys(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        KeyRing.parse(text)

    assert "A" * 10 not in str(caught.value)


def test_a_ring_hides_its_keys() -> None:
    assert base64.b64encode(next(iter(NEW.keys.values()))).decode() not in repr(NEW)
    assert repr(next(iter(NEW.keys.values()))) not in repr(NEW)
