"""The month as it is reported: receptions held, people, and what was decided; in all, by level and by leader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from backend.domain.reception.decisions import DecisionKind


@dataclass(frozen=True, slots=True)
class Sitting:
    """One reception that was held: its level and who sat."""

    id: str
    level: str
    leader_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came to a reception, with how many people, and what was decided."""

    reception_id: str
    people: int
    kind: DecisionKind | None = None
    followed: bool = False
    settled: bool = False


@dataclass(slots=True)
class Figures:
    """One line of the report."""

    receptions: int = 0
    visits: int = 0
    people: int = 0
    kinds: dict[DecisionKind, int] = field(default_factory=lambda: dict.fromkeys(DecisionKind, 0))
    followed: int = 0
    settled: int = 0

    @property
    def decided(self) -> int:
        """How many matters were decided upon."""
        return sum(self.kinds.values())

    @property
    def share(self) -> Decimal | None:
        """The share settled of the matters followed as a case, in per cent with two places; None if there are none."""
        if not self.followed:
            return None
        return (Decimal(100) * self.settled / self.followed).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def add(self, visit: Visit) -> None:
        """Count a visit."""
        self.visits += 1
        self.people += visit.people
        if visit.kind is not None:
            self.kinds[visit.kind] += 1
        self.followed += visit.followed
        self.settled += visit.followed and visit.settled


@dataclass(frozen=True, slots=True)
class Report:
    """The month: in all, by level, and by leader. A joint reception counts for each leader who sat."""

    whole: Figures
    levels: Mapping[str, Figures]
    leaders: Mapping[str, Figures]


def count(sittings: Iterable[Sitting], visits: Iterable[Visit]) -> Report:
    """The report over what was held and who came. A visit to a sitting that was not held is not counted."""
    whole, levels, leaders = Figures(), dict[str, Figures](), dict[str, Figures]()
    lines: dict[str, list[Figures]] = {}
    for one in sittings:
        lines[one.id] = [whole, levels.setdefault(one.level, Figures())]
        lines[one.id] += [leaders.setdefault(leader, Figures()) for leader in one.leader_ids]
        for figures in lines[one.id]:
            figures.receptions += 1
    for visit in visits:
        for figures in lines.get(visit.reception_id, ()):
            figures.add(visit)
    return Report(whole, levels, leaders)
