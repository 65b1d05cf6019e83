"""The people with phones: who they are, whether they follow, what stands in their conversation."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError
from connectors.simulator.feed import Feed
from connectors.simulator.ids import Ids
from connectors.simulator.quota import Quota
from connectors.simulator.refusal import Refusal
from connectors.simulator.richtext import segments

KEPT_PEOPLE = 100
KEPT_ENTRIES = 400
KEPT_CLIENT_IDS = 200
CLIENT_ID_S = 600
TYPING_S = 15
TYPING_NEEDS_S = 30
FOR_EVER = "long_term"
SUCCESS = "success"

Entry = dict[str, Any]
"""{"seq", "at", "side": person|account|system, "kind", "via", …} — one thing on the screen of a phone."""


@dataclass
class Person:
    """One phone: its owner, what the platform knows about her, and her screen."""

    openid: str
    name: str
    role: str
    follows: bool = False
    followed_at: int = 0
    scene: str = ""
    template_status: str = SUCCESS
    quota: Quota = field(default_factory=Quota)
    consents: dict[str, int | str] = field(default_factory=dict)
    thread: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT_ENTRIES))
    last_seq: int = 0
    last_exchange: float = 0.0
    typing_until: float = 0.0
    client_ids: deque[tuple[str, float, int]] = field(default_factory=lambda: deque(maxlen=KEPT_CLIENT_IDS))

    def as_json(self, now: float) -> dict[str, Any]:
        """Show the person to the page and to tests."""
        return {
            "openid": self.openid,
            "name": self.name,
            "role": self.role,
            "follows": self.follows,
            "scene": self.scene,
            "template_status": self.template_status,
            "consents": self.consents,
            "quota": self.quota.state(now),
            "typing": max(0.0, self.typing_until - now),
            "last_seq": self.last_seq,
        }

    def is_repeat(self, client_id: str, now: float) -> int | None:
        """Give the message id that this client id was used for within ten minutes, or None."""
        if not client_id:
            return None
        return next((msg for known, at, msg in self.client_ids if known == client_id and now - at < CLIENT_ID_S), None)


class People:
    """All phones, and the way to put something on their screens."""

    def __init__(self, clock: Clock, ids: Ids, feed: Feed) -> None:
        self._clock = clock
        self._ids = ids
        self._feed = feed
        self._people: dict[str, Person] = {}

    def add(self, name: str, role: str) -> Person:
        """Give somebody a phone; refused when there are too many."""
        if len(self._people) >= KEPT_PEOPLE:
            raise Refusal("手机太多了,请先去掉一些。", "too_many")
        person = Person(self._ids.openid(), name, role)
        self._people[person.openid] = person
        self.changed(person)
        return person

    def bring_back(self, person: Person) -> None:
        """Take somebody in as they were before a restart."""
        self._people[person.openid] = person

    def remove(self, openid: str) -> bool:
        """Take a phone away; False if nobody has this openid."""
        gone = self._people.pop(openid, None)
        if gone:
            self._feed.publish("gone", {"openid": openid})
        return gone is not None

    def get(self, openid: str) -> Person | None:
        """Find somebody."""
        return self._people.get(openid)

    def follower(self, openid: str) -> Person:
        """Find somebody who follows, or raise 40003 or 43004."""
        person = self._people.get(openid)
        if person is None:
            raise ApiError(40003)
        if not person.follows:
            raise ApiError(43004)
        return person

    def listed(self) -> list[Person]:
        """List everybody, in the order they came."""
        return list(self._people.values())

    def changed(self, person: Person) -> None:
        """Let the watchers know that something about a person is different."""
        self._feed.publish("person", person.as_json(self._clock.now()))

    def show(self, person: Person, side: str, kind: str, **content: object) -> Entry:
        """Put something on a person's screen: side person, account or system."""
        person.last_seq += 1
        entry: Entry = {"seq": person.last_seq, "at": self._clock.now(), "side": side, "kind": kind, **content}
        if side == "account" and isinstance(content.get("text"), str):
            entry["segments"] = segments(str(content["text"]))
        person.thread.append(entry)
        if side == "account":
            person.typing_until = 0.0
        self._feed.publish("message", {"openid": person.openid, "entry": entry})
        self.changed(person)
        return entry
