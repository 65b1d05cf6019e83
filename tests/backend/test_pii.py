"""Sealing personal data: what does not open, and what does after keys were rotated."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.pii import Keyring, SealError, Vault, parse
from tests.backend.world import KEY_1, KEY_2

RING = parse(KEY_1)


@pytest.mark.parametrize(
    "text",
    ["", ",", "nocolon", "k1:not base64", f"k1:{base64.b64encode(b'short').decode()}", f"{KEY_1},{KEY_1}", "k.1:QQ=="],
)
def test_a_malformed_key_is_refused_without_being_shown(text: str) -> None:
    """What is wrong is said in a sentence that holds no key."""
    with pytest.raises(SealError) as caught:
        parse(text)
    assert "QUFB" not in str(caught.value)


@pytest.mark.parametrize("value", ["", "plain", "s1.k1", "s1.k1.!!!", "s1.k1.QQ", "s0.k1.QUFB"])
def test_what_is_not_sealed_does_not_open(value: str) -> None:
    """Damaged values raise one error that does not hold them."""
    with pytest.raises(SealError):
        RING.open(value, "cases/words/1")


def test_a_value_of_an_unknown_key_names_the_key() -> None:
    """A missing key is named, so that it can be put back."""
    with pytest.raises(SealError, match="k2"):
        RING.open(parse(KEY_2).seal("李大姐", "x"), "x")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    """The context is part of the seal."""
    with pytest.raises(SealError):
        RING.open(RING.seal("李大姐", "cases/contact/1"), "cases/contact/2")


@given(st.text(), st.text())
def test_what_is_sealed_opens_and_is_not_readable(text: str, context: str) -> None:
    """Any text comes back as it was, and two seals of it differ."""
    text = text.encode(errors="ignore").decode()
    context = context.encode(errors="ignore").decode()
    sealed = RING.seal(text, context)
    assert RING.open(sealed, context) == text
    assert sealed != RING.seal(text, context)
    assert sealed.startswith("s1.k1.")


@given(st.binary())
def test_bytes_too(data: bytes) -> None:
    """Any bytes come back as they were."""
    assert RING.open_bytes(RING.seal_bytes(data, "a"), "a") == data


def test_tampered_bytes_do_not_open() -> None:
    """A changed last byte, or no seal at all, is noticed."""
    sealed = RING.seal_bytes(b"picture", "a")
    for damaged in (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"picture", b"s1.k9.xxx"):
        with pytest.raises(SealError):
            RING.open_bytes(damaged, "a")


def test_the_first_key_seals_and_all_open() -> None:
    """After a rotation old values open and new ones are sealed by the new key."""
    both: Keyring = parse(f"{KEY_2},{KEY_1}")
    assert both.open(RING.seal("李大姐", "a"), "a") == "李大姐"
    assert both.seal("李大姐", "a").startswith("s1.k2.")


def test_the_index_depends_on_key_kind_and_value_only() -> None:
    """Equal for equal values of one kind, different for another kind, value or key, and the same after a rotation."""
    vault, rotated, other = Vault(RING, b"1"), Vault(parse(KEY_2), b"1"), Vault(RING, b"2")
    index = vault.index("phone", "13800138000")
    assert index == rotated.index("phone", "13800138000")
    assert len({index, vault.index("openid", "13800138000"), vault.index("phone", "2"), other.index("phone", "1")}) == 4


def test_keys_hide() -> None:
    """No key shows in a repr."""
    assert "QUFB" not in repr(RING)
    assert "AES" not in repr(RING)
    assert "secret" not in repr(Vault(RING, b"secret"))
