"""Finding personal data by a keyed index."""

from backend.pii import Vault, parse
from tests.backend.world import KEY_1, KEY_2

RING = parse(KEY_1)


def test_the_index_depends_on_key_kind_and_value_only() -> None:
    """Equal for equal values of one kind, different for another kind, value or key, and the same after a rotation."""
    vault, rotated, other = Vault(RING, b"1"), Vault(parse(KEY_2), b"1"), Vault(RING, b"2")
    index = vault.index("phone", "13800138000")
    assert index == rotated.index("phone", "13800138000")
    assert len({index, vault.index("openid", "13800138000"), vault.index("phone", "2"), other.index("phone", "1")}) == 4


def test_the_index_key_hides() -> None:
    """It does not show in a repr."""
    assert "secret" not in repr(Vault(RING, b"secret"))
