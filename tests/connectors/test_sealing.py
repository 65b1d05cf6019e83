"""Sealing personal data: what does not open, and what does after keys were rotated."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sealing import NONCE_BYTES, NONCES_DRAWN, Keyring, SealError, derive, parse

KEY_1 = "k1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
KEY_2 = "k2:" + "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="
RING = parse(KEY_1, "A_KEY")


@pytest.mark.parametrize(
    "text",
    ["", ",", "nocolon", "k1:not base64", f"k1:{base64.b64encode(b'short').decode()}", f"{KEY_1},{KEY_1}", "k.1:QQ=="],
)
def test_a_malformed_key_is_refused_without_being_shown(text: str) -> None:
    """What is wrong is said in a sentence that holds no key."""
    with pytest.raises(SealError) as caught:
        parse(text, "A_KEY")
    assert "QUFB" not in str(caught.value)
    assert "A_KEY" in str(caught.value)


@pytest.mark.parametrize("value", ["", "plain", "s1.k1", "s1.k1.!!!", "s1.k1.QQ", "s0.k1.QUFB"])
def test_what_is_not_sealed_does_not_open(value: str) -> None:
    """Damaged values raise one error that does not hold them."""
    with pytest.raises(SealError):
        RING.open(value, "cases/words/1")


def test_a_value_of_an_unknown_key_names_the_key() -> None:
    """A missing key is named, so that it can be put back."""
    with pytest.raises(SealError, match="k2"):
        RING.open(parse(KEY_2, "A_KEY").seal("李大姐", "x"), "x")


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
    both: Keyring = parse(f"{KEY_2},{KEY_1}", "A_KEY")
    assert both.open(RING.seal("李大姐", "a"), "a") == "李大姐"
    assert both.seal("李大姐", "a").startswith("s1.k2.")


def test_a_key_made_from_a_secret_depends_on_secret_and_purpose_only() -> None:
    """The same two give the same key on every machine; another secret or purpose gives one that opens nothing."""
    sealed = derive("secret", "talk", "A_KEY").seal("李大姐", "a")
    assert derive("secret", "talk", "A_KEY").open(sealed, "a") == "李大姐"
    for other in (derive("Secret", "talk", "A_KEY"), derive("secret", "walk", "A_KEY")):
        with pytest.raises(SealError):
            other.open(sealed, "a")


def test_a_given_key_takes_over_from_a_made_one() -> None:
    """What the made key sealed opens beside the given one, which seals from now on."""
    made = derive("secret", "talk", "A_KEY")
    both = RING.opening_also(made)
    assert both.open(made.seal("李大姐", "a"), "a") == "李大姐"
    assert both.seal("李大姐", "a").startswith("s1.k1.")


def test_keys_hide() -> None:
    """No key shows in a repr."""
    assert "QUFB" not in repr(RING)
    assert "AES" not in repr(RING)


def test_a_child_process_never_seals_with_its_parents_nonces() -> None:
    """Nonces drawn ahead are not shared by a fork: the same nonce twice would give the key away."""
    RING.seal_bytes(b"x", "x")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"".join(RING.seal_bytes(b"x", "x") for _ in range(NONCES_DRAWN)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 1 << 16)
    os.close(reading)
    os.close(writing)
    head = len(RING.prefix)
    ours = [RING.seal_bytes(b"x", "x")[head : head + NONCE_BYTES] for _ in range(NONCES_DRAWN)]
    assert len(theirs) == NONCES_DRAWN * len(RING.seal_bytes(b"x", "x"))
    assert [nonce for nonce in ours if nonce in theirs] == []
