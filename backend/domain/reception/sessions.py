"""What a calendar is made of: leaders, receptions, and their slots."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ADDED = "added"
"""How rules of receptions begin that somebody added by hand."""


class Shown(StrEnum):
    """Where a reception stands: planned, told to everybody, or off."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who receives. portfolio: what for, as residents read it; types: the dispute types that belong to it."""

    id: str
    name: str
    post: str
    portfolio: str
    level: str
    area_code: str
    rank: int = 0
    types: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    active: bool = True

    @property
    def title(self) -> str:
        """As people are addressed: 李示范区长."""
        return self.name + self.post


@dataclass(frozen=True, slots=True)
class Slot:
    """A time within a reception. seats: how many it has; taken: how many of them somebody sits on or holds."""

    id: str
    starts_at: datetime
    ends_at: datetime
    closed: bool = False
    seats: int = 0
    taken: int = 0

    @property
    def free(self) -> int:
        """How many more may come."""
        return 0 if self.closed else max(self.seats - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Reception:
    """One leader's or team's sitting on one day at one place; leaders in their order, slots by time."""

    id: str
    day: date
    rule: str
    level: str
    area_code: str
    unit_id: str
    title: str
    state: Shown
    updated_at: datetime
    sequence: int = 0
    adjusted: bool = False
    note: str | None = None
    published_at: datetime | None = None
    leaders: tuple[Leader, ...] = ()
    slots: tuple[Slot, ...] = ()

    @property
    def month(self) -> str:
        """`2026-12`."""
        return f"{self.day:%Y-%m}"

    @property
    def joint(self) -> bool:
        """Whether several receive together."""
        return len(self.leaders) > 1

    @property
    def spans(self) -> tuple[tuple[datetime, datetime], ...]:
        """When it is open: slots that follow each other without a pause are one span."""
        found: list[tuple[datetime, datetime]] = []
        for slot in self.slots:
            if found and found[-1][1] == slot.starts_at:
                found[-1] = (found[-1][0], slot.ends_at)
            else:
                found.append((slot.starts_at, slot.ends_at))
        return tuple(found)

    def overlaps(self, other: "Reception") -> bool:
        """Whether both take place at the same time."""
        return any(mine[0] < theirs[1] and theirs[0] < mine[1] for mine in self.spans for theirs in other.spans)
