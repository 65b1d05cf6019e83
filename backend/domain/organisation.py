"""The organisation: areas within areas, units in areas, people in units, and who answers for a dispute."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Area:
    """A county, town, village (or community) or estate; lat and lng in degrees (GCJ-02, as WeChat sends them)."""

    code: str
    name: str
    level: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A centre, room or committee that answers for an area."""

    id: str
    name: str
    kind: str
    area_code: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Mediator:
    """One person of a unit as the choice of an owner sees them. `load` counts their open cases."""

    id: str
    unit_id: str
    bound: bool
    duty_days: tuple[int, ...] = ()
    load: int = 0

    def on_duty(self, weekday: int) -> bool:
        """Whether they are on duty on this ISO weekday (1..7); no list means every day."""
        return not self.duty_days or weekday in self.duty_days


@dataclass(frozen=True, slots=True)
class Post:
    """One rung of a ladder: the kind of unit at a level of the organisation."""

    level: str
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a case: the unit, and the mediator if one can be reached now."""

    unit_id: str
    staff_id: str | None = None


class NobodyAnswersError(Exception):
    """The organisation has no unit for a ladder: a fault of the place's data, found when it is loaded."""


@dataclass(frozen=True)
class Organisation:
    """All areas and units of the place."""

    areas: Mapping[str, Area]
    units: tuple[Unit, ...]
    _by_post: Mapping[tuple[str, str], Unit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_post", {(unit.area_code, unit.kind): unit for unit in self.units})

    def lineage(self, code: str | None) -> tuple[Area, ...]:
        """The area and all that contain it, smallest first; empty for an unknown code."""
        found: list[Area] = []
        while code is not None and code in self.areas:
            found.append(self.areas[code])
            code = self.areas[code].parent
        return tuple(found)

    def root(self) -> Area:
        """The area that contains all others."""
        return next(area for area in self.areas.values() if area.parent is None)

    def full_name(self, code: str | None) -> str:
        """The area with what contains it, without the county: 酒仙桥街道阳光社区阳光小区."""
        names = [area.name for area in reversed(self.lineage(code))]
        return "".join(names[1:] or names)

    def ladder(self, code: str | None, posts: Iterable[Post]) -> tuple[Unit, ...]:
        """The units that answer for this place, the nearest first. A place nobody knows belongs to the root."""
        by_level = {area.level: area for area in self.lineage(code) or (self.root(),)}
        keys = [(by_level[post.level].code, post.kind) for post in posts if post.level in by_level]
        units = tuple(self._by_post[key] for key in keys if key in self._by_post)
        if not units:
            raise NobodyAnswersError(f"no unit answers for {code} among {keys}")
        return units


def choose(ladder: Sequence[Unit], people: Sequence[Mediator], weekday: int, refusers: Sequence[str] = ()) -> Choice:
    """The owner: up the ladder, the first unit with somebody bound who has not refused; on duty and least busy first.

    When all who could be reached have refused, the top unit's people are asked again (all but the last refuser): a case
    must have an owner. When nobody can be reached at all, the nearest unit keeps it; after a refusal, the top one.
    """
    free = [person for person in people if person.bound and person.id not in refusers]
    for unit in ladder:
        candidates = [person for person in free if person.unit_id == unit.id]
        if candidates:
            return Choice(unit.id, _first(candidates, weekday).id)
    top = ladder[-1]
    again = (
        [person for person in people if person.bound and person.unit_id == top.id and person.id != refusers[-1]]
        if refusers
        else []
    )
    if again:
        return Choice(top.id, _first(again, weekday).id)
    return Choice(top.id if refusers else ladder[0].id)


def _first(candidates: Sequence[Mediator], weekday: int) -> Mediator:
    return min(candidates, key=lambda person: (not person.on_duty(weekday), person.load, person.id))
