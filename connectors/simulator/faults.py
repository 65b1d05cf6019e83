"""Trouble on request: what shall go wrong, for which path, how many times.

`path` is an API path, a beginning of one with `*`, or `push` for what is sent to the bot. Kinds: delay (ms), errcode
(errcode, errmsg), status (an HTTP status), cut (the connection breaks); on pushes delay, cut (the answer is not read,
so the message is sent again) and repeat (copies: the message is delivered so often at once, although the bot answers).
"""

from dataclasses import dataclass
from typing import Any

from connectors.simulator.refusal import Refusal

KINDS = frozenset({"delay", "errcode", "status", "cut", "repeat"})
PUSH_KINDS = frozenset({"delay", "cut", "repeat"})
PUSH = "push"
KEPT_FAULTS = 50
LONGEST_DELAY_MS = 60_000
MOST_COPIES = 10
MOST_TIMES = 1_000_000
HTTP_STATUSES = (200, 599)


@dataclass
class Fault:
    """One thing that shall go wrong; `times` counts down, None is for ever."""

    number: int
    path: str
    kind: str
    times: int | None
    value: int
    text: str

    def matches(self, path: str) -> bool:
        """Say whether the fault is meant for a path."""
        if self.path.endswith("*"):
            return path != PUSH and path.startswith(self.path[:-1])
        return self.path == path

    def as_json(self) -> dict[str, Any]:
        """Show it to the engineers."""
        return {
            "id": self.number,
            "path": self.path,
            "kind": self.kind,
            "times": self.times,
            "value": self.value,
            "errmsg": self.text,
        }


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last = 0

    def add(self, body: dict[str, Any]) -> Fault:
        """Set a fault from its JSON, or raise Refusal."""
        if len(self._faults) >= KEPT_FAULTS:
            raise Refusal("故障太多了,请先清除一些。")
        path, kind = str(body.get("path", "")), str(body.get("kind", ""))
        if path != PUSH and not path.startswith("/"):
            raise Refusal("path 要写接口路径,或者 push。")
        if kind not in (PUSH_KINDS if path == PUSH else KINDS - {"repeat"}):
            raise Refusal("kind 不认识,或者不能用在这个 path 上。")
        times = body.get("times", 1)
        if times is not None and not _is_int(times, 1, MOST_TIMES):
            raise Refusal("times 要写正整数;一直有效写 null。")
        self._last += 1
        fault = Fault(self._last, path, kind, times, _value(kind, body), str(body.get("errmsg", "")))
        self._faults.append(fault)
        return fault

    def remove(self, number: int) -> bool:
        """Take one fault away; False if there is none of that number."""
        before = len(self._faults)
        self._faults = [fault for fault in self._faults if fault.number != number]
        return len(self._faults) < before

    def clear(self) -> None:
        """Take all faults away."""
        self._faults = []

    def listed(self) -> list[dict[str, Any]]:
        """List the faults that are set."""
        return [fault.as_json() for fault in self._faults]

    def strike(self, path: str) -> list[Fault]:
        """Give the faults that hit this call, delays first, at most one that ends it; each is counted."""
        hits = [fault for fault in self._faults if fault.matches(path) and fault.kind == "delay"]
        ending = next((fault for fault in self._faults if fault.matches(path) and fault.kind != "delay"), None)
        if ending:
            hits.append(ending)
        for fault in hits:
            if fault.times is not None:
                fault.times -= 1
        self._faults = [fault for fault in self._faults if fault.times != 0]
        return hits


def _value(kind: str, body: dict[str, Any]) -> int:
    name, low, high = {
        "delay": ("ms", 1, LONGEST_DELAY_MS),
        "errcode": ("errcode", -(10**6), 10**7),
        "status": ("status", *HTTP_STATUSES),
        "repeat": ("copies", 2, MOST_COPIES),
        "cut": ("", 0, 0),
    }[kind]
    value = body.get(name, 0)
    if not _is_int(value, low, high):
        raise Refusal(f"{name} 要写 {low} 到 {high} 之间的整数。")
    return int(value)


def _is_int(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
