"""How many bookings one person may have: open ones, open ones a matter, a month's; and when booking rests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from backend.domain.reception.booking import Reason, State
from backend.domain.reception.rules import BookingLimits, NoShow
from backend.domain.reception.visits import rests_until
from backend.domain.refusal import Code, Refused

OTHER = "other"
TO_COME = (State.BOOKED, State.ARRIVED)
CAME = (State.BOOKED, State.ARRIVED, State.RECEIVED, State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Made:
    """One of a person's bookings as its limits see it."""

    id: str
    slot_id: str
    reception_id: str
    state: State
    matter: str
    case_id: str | None
    starts_at: datetime
    ends_at: datetime
    reason: Reason | None = None

    @property
    def being_filled(self) -> bool:
        """Whether it is a hold for a form, not for an offer."""
        return self.state is State.HELD and self.reason is not Reason.OFFER

    def to_come(self, now: datetime) -> bool:
        """Whether it is a visit that lies ahead."""
        return self.state in TO_COME and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book: about what, and when. A matter without a case is known by its type only."""

    matter: str
    case_id: str | None
    starts_at: datetime

    def same_matter(self, made: Made) -> bool:
        """Whether a booking is about the same; two matters of no particular type are not."""
        if self.case_id or made.case_id:
            return self.case_id == made.case_id
        return self.matter == made.matter and self.matter != OTHER


@dataclass(frozen=True, slots=True)
class Bounds:
    """The policy's limits, and the zone in which months begin."""

    limits: BookingLimits
    no_show: NoShow
    zone: tzinfo

    def check(self, made: Sequence[Made], wish: Wish, now: datetime) -> None:
        """Refused: suspended, matter_booked, too_many_bookings."""
        if self.rests(made, now):
            raise Refused(Code.SUSPENDED)
        ahead = [one for one in made if one.to_come(now)]
        if sum(map(wish.same_matter, ahead)) >= self.limits.per_matter:
            raise Refused(Code.MATTER_BOOKED)
        if len(ahead) >= self.limits.active_per_person:
            raise Refused(Code.TOO_MANY_BOOKINGS)
        if self._in_month(made, wish.starts_at) >= self.limits.a_month:
            raise Refused(Code.TOO_MANY_BOOKINGS, reason="too_many_bookings_month")

    def rests(self, made: Iterable[Made], now: datetime) -> bool:
        """Whether somebody stayed away so often of late that booking rests."""
        missed = [one.starts_at for one in made if one.state is State.NO_SHOW]
        return rests_until(self.no_show, missed, now) is not None

    def _in_month(self, made: Iterable[Made], at: datetime) -> int:
        month = _month(at, self.zone)
        return sum(one.state in CAME and _month(one.starts_at, self.zone) == month for one in made)


def _month(at: datetime, zone: tzinfo) -> tuple[int, int]:
    local = at.astimezone(zone)
    return local.year, local.month
