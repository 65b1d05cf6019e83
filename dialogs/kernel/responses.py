"""Which variation of a response is said, and with which words in its gaps."""

import re
from collections.abc import Callable, Iterable, Mapping

from dialogs.kernel import payloads
from dialogs.kernel.predicates import Names
from dialogs.kernel.release import Slot, Variation
from dialogs.kernel.words import Value

_GAP = re.compile(r"\{([^\W\d]\w*)\}")


def choose(variations: Iterable[Variation], names: Names, channel: str) -> tuple[int, Variation] | None:
    """Pick by rank (condition and channel, condition, channel, plain), the first among equals; None if none holds."""
    best: tuple[int, int, Variation] | None = None
    for index, variation in enumerate(variations):
        if variation.channel not in (None, channel):
            continue
        if variation.condition is not None and not variation.condition.holds(names):
            continue
        rank = 2 * (variation.condition is not None) + (variation.channel is not None)
        if best is None or rank > best[0]:
            best = (rank, index, variation)
    return None if best is None else best[1:]


def fill(text: str, value_of: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """Put values into the gaps `{name}`; an unknown value leaves nothing, and its name is reported."""
    if "{" not in text:
        return text, []
    missing: list[str] = []

    def put(gap: re.Match[str]) -> str:
        value = value_of(gap[1])
        if value is None:
            missing.append(gap[1])
        return value or ""

    return _GAP.sub(put, text), missing


def fill_in(custom: Mapping[str, Value], value_of: Callable[[str], str | None]) -> tuple[dict[str, Value], list[str]]:
    """Put values into the gaps of what a channel gets beside the text, however deep they stand."""
    missing: list[str] = []

    def put(value: Value) -> Value:
        if isinstance(value, str):
            text, unknown = fill(value, value_of)
            missing.extend(unknown)
            return text
        if isinstance(value, dict):
            return {name: put(member) for name, member in value.items()}
        return [put(member) for member in value] if isinstance(value, list) else value

    return {name: put(member) for name, member in custom.items()}, missing


def display(slot: Slot | None, value: Value) -> str:
    """Word a value as it is read to a person: by the slot's titles, a place by its name, a list by count or members.

    titles: "true" and "false" for bool, "many" with {count} for lists of things without a name.
    """
    titles: Mapping[str, str] = {} if slot is None else slot.titles
    if isinstance(value, bool):
        return titles.get(str(value).lower(), str(value).lower())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        return next((str(value[name]) for name in ("label", "text", "name", "title") if value.get(name)), "")
    if isinstance(value, list):
        if all(isinstance(member, str) for member in value):
            return "、".join(display(slot, member) for member in value)
        return titles.get("many", "{count}").replace("{count}", str(len(value)))
    return titles.get(str(value), str(value))


def offered_as(name: str, value: Value, listed: Value) -> str:
    """Return the title under which a value was offered among choices {"title", "payload"}; empty if it was not."""
    for choice in listed if isinstance(listed, list) else ():
        if isinstance(choice, dict) and payloads.parse(str(choice.get("payload"))).values.get(name) == value:
            return str(choice.get("title", ""))
    return ""
