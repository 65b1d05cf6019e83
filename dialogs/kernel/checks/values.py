"""Whether a value is one that a slot can hold."""

from dialogs.kernel.problems import TYPES
from dialogs.kernel.release import Slot
from dialogs.kernel.words import Value


def fits(slot: Slot, value: Value) -> bool:
    """Say whether the slot's type allows the value; null always fits."""
    if value is None or slot.type == "any":
        return True
    if slot.type == "categorical":
        return isinstance(value, str) and value in slot.values
    if slot.type == "bool":
        return isinstance(value, bool)
    if slot.type == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str if slot.type == "text" else list)


def wanted(slot: Slot) -> object:
    """Say what the slot wants, for a sentence."""
    return slot.values if slot.type == "categorical" else TYPES[slot.type]
