"""A message as the conversation hears it, and how it is written down until it is dealt with."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import orjson

from dialogs.kernel.words import NOTHING, Input, InputKind

What: TypeAlias = Literal["input", "unsubscribed", "delivered"]
Grant: TypeAlias = Literal["message", "menu", ""]


class Heard(NamedTuple):
    """One message: `id` is the same for every delivery of it, `at` is when it first arrived (seconds since 1970).

    grant: which quota of customer-service messages it opens. data: what `delivered` reports.
    """

    id: str
    person: str
    at: float
    what: What = "input"
    input: Input | None = None
    grant: Grant = ""
    data: Mapping[str, str] = NOTHING


_WHATS: Mapping[str, What] = {what: what for what in get_args(What)}


def write(heard: Heard) -> bytes:
    """Write a message down."""
    given = heard.input
    entry: dict[str, Any] = {"id": heard.id, "person": heard.person, "at": heard.at, "what": heard.what}
    if heard.grant:
        entry["grant"] = heard.grant
    if heard.data:
        entry["data"] = dict(heard.data)
    if given is not None:
        entry["input"] = [str(given.kind), given.text, given.payload]
        if given.attachment is not None:
            entry["attachment"] = dict(given.attachment)
    return orjson.dumps(entry)


def read(entry: bytes) -> Heard:
    """Read a message back; ValueError if it is none."""
    try:
        got = orjson.loads(entry)
        given = None
        if "input" in got:
            kind, text, payload = got["input"]
            given = Input(InputKind(kind), text, payload, got.get("attachment"))
        what = _WHATS[got["what"]]
        return Heard(got["id"], got["person"], got["at"], what, given, got.get("grant", ""), got.get("data", {}))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a message") from error
