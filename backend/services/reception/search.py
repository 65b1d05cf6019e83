"""Finding a time to see a leader: by time, by leader, by matter, or the nearest; and always something to choose from.

Taken seats are never offered. Where there is nothing, the answer says why, and shows the nearest free times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from backend.domain import numbers
from backend.domain.case import Case
from backend.domain.organisation import Organisation
from backend.domain.reception import codes
from backend.domain.reception.leaders import Meant, Vocabulary, meant
from backend.domain.reception.searching import CHOICES_MAX, Bounds, Span, Why, days_of, one_a_time, why_not
from backend.domain.reception.sessions import Leader, Reception, Slot
from backend.records.receptions import Sought
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import naming

DAYS_SEARCHED = 14
"""Where somebody says only hours, so many days are looked at."""
ECHO_MAX = 20
"""So much of what somebody said is said back, in characters."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants. no_such_time: they named a time that does not exist. after: they have seen those until then.

    when_text: how they put it. any_day: only the hours of `when` count. soonest: they want the first there is.
    slot_id: what they had picked before. booking_code: the booking of theirs that is to be changed.
    """

    when: Span | None = None
    no_such_time: bool = False
    when_text: str = ""
    any_day: bool = False
    soonest: bool = False
    leader_text: str = ""
    dispute_type: str = ""
    case_number: str = ""
    after: datetime | None = None
    slot_id: str = ""
    booking_code: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Among which receptions to look: those of these leaders, or those of these areas; neither is all.

    joint: only those where several receive together.
    """

    leaders: tuple[Leader, ...] = ()
    areas: tuple[str, ...] = ()
    joint: bool = False

    def sought(self, after: datetime, until: datetime, during: Span | None = None) -> Sought:
        """As the records take it."""
        span = (during.begins, during.ends) if during else None
        return Sought(after, until, span, tuple(one.id for one in self.leaders), self.areas, joint=self.joint)

    def has(self, reception: Reception) -> bool:
        """Whether a reception belongs to it."""
        if self.leaders:
            return not {one.id for one in self.leaders}.isdisjoint(one.id for one in reception.leaders)
        return (not self.areas or reception.area_code in self.areas) and (reception.joint or not self.joint)


@dataclass(frozen=True, slots=True)
class Offer:
    """Slots with the ids of their receptions, and what introduces them."""

    slots: Sequence[tuple[str, Slot]] = ()
    intro: str = ""


async def find(desk: Desk, work: Work, openid: str, wish: Wish) -> Answer:
    """Times to choose from, and a sentence about them: some, or why not what was wished.

    Outcomes: some, full, closed_day, past, too_soon, too_far, unknown_leader, nothing.
    """
    leaders, organisation = tuple(await work.leaders.all()), await work.places.organisation()
    whom = _meant(desk, wish.leader_text, leaders, organisation)
    case = await _own_case(work, openid, wish.case_number)
    matter = case.dispute_type if case else wish.dispute_type
    near = (organisation.root().code, *(area.code for area in organisation.lineage(case.area_code if case else None)))
    for_matter = () if whom.anybody else tuple(one for one in leaders if matter in one.types and one.area_code in near)
    # Of many secretaries those of their own place are meant, if there are any.
    whom = replace(whom, leaders=tuple(one for one in whom.leaders if one.area_code in near) or whom.leaders)
    picked = await _picked(desk, work, wish)
    booked = await _booked(desk, work, openid, wish.booking_code)
    before = (picked or booked or Pool()).leaders if not whom.anybody else ()
    chosen = (whom.leaders or before, () if whom.leaders else for_matter)
    pools = (Pool(areas=near, joint=True),) if whom.joint else tuple(Pool(one) for one in chosen if one)
    towns = {area.code: area.name for area in organisation.areas.values() if area.code != organisation.root().code}
    first = picked.day if picked else None
    kept = booked.leaders if booked and not whom.chosen else ()
    return await _Search(desk, work, wish, whom, leaders, (*pools, Pool(areas=near)), towns, first, kept).answer()


async def _picked(desk: Desk, work: Work, wish: Wish) -> Reception | None:
    """The reception they had picked from, when they now say other hours and nothing else."""
    slot = await work.seats.slot(wish.slot_id) if wish.any_day and wish.slot_id else None
    return await work.receptions.get(slot.reception_id, desk.now()) if slot else None


async def _booked(desk: Desk, work: Work, openid: str, code: str) -> Reception | None:
    """The reception of the booking that they change, if it is their own; whose it is otherwise is nobody's business."""
    person, tidy = await work.people.find(openid) if code else None, codes.tidy(code)
    booking = await work.bookings.by_code(tidy) if person and tidy else None
    if booking is None or person is None or booking.person_id != person.id:
        return None
    return await work.receptions.get(booking.reception_id, desk.now())


@dataclass(frozen=True, slots=True)
class _Search:
    """One search. pools: where to look, the best first; the last is for anybody.

    towns: names of the areas whose leaders are told apart by them. first: the day to begin with, if only hours count.
    kept: the leaders of the booking that is to be changed, if they come first.
    """

    desk: Desk
    work: Work
    wish: Wish
    meant: Meant
    leaders: tuple[Leader, ...]
    pools: tuple[Pool, ...]
    towns: Mapping[str, str]
    first: date | None = None
    kept: tuple[Leader, ...] = ()

    @property
    def bounds(self) -> Bounds:
        """What can be booked at all."""
        return Bounds.of(self.desk.now(), self.desk.policy.reception.notice, self.desk.policy.office.zone)

    async def answer(self) -> Answer:
        """The outcome with all its slots."""
        wish, say = self.wish, self.desk.texts.say
        if self.meant.named and not self.meant.leaders:
            said = say("search.unknown_leader", leader=wish.leader_text[:ECHO_MAX])
            return await self._told("unknown_leader", await self._nearest(wish.when), said)
        if wish.no_such_time:
            said = say("search.no_such_time", when=wish.when_text[:ECHO_MAX])
            return await self._told("closed_day", await self._nearest(), said)
        offer = await self._offer()
        if offer.slots:
            return await self._told("some", offer)
        if wish.after is not None:
            return await self._beyond()
        return await self._told("nothing", offer) if wish.when is None else await self._explained(wish.when)

    async def _explained(self, span: Span) -> Answer:
        """Why there is nothing then, and what is next."""
        if self.wish.any_day:
            said = self.desk.texts.say("search.no_such_hours", when=self.wish.when_text[:ECHO_MAX])
            return await self._told("closed_day", await self._nearest(), said)
        why, said = await self._why(span)
        told = await self._told(why.outcome, await self._nearest(span), said)
        return Answer(told.outcome, {**told.slots, **self._waited_for(why.full_slot)})

    def _waited_for(self, full: Slot | None) -> dict[str, str]:
        """The slot that may be waited for, and what to call it."""
        if full is None:
            return {}
        text = self.desk.texts.say("calendar.day_time", **naming.words(self.desk, full.starts_at))
        return {"full_slot_id": full.id, "slot_text": text}

    async def _beyond(self) -> Answer:
        """They want more than there is in what they asked for: later ones, or from the beginning."""
        offer = await self._nearest()
        if offer.slots:
            return await self._told("some", offer)
        again = replace(self, wish=replace(self.wish, after=None))
        offer = await again._nearest()  # noqa: SLF001 - the same search without a beginning
        said = self.desk.texts.say("search.no_more")
        return await again._told("some" if offer.slots else "nothing", offer, said)  # noqa: SLF001 - as above

    async def _offer(self) -> Offer:
        """What they asked for; where only hours were said, those of the next day that has any."""
        span = self.wish.when
        if span is None:
            return await self._nearest()
        if not self.wish.any_day:
            return await self._within(span)
        after = self._after().astimezone(self.bounds.zone).date()
        first = max(self.first or after, after)
        for number in range(DAYS_SEARCHED):
            shift = first - span.begins.astimezone(self.bounds.zone).date() + timedelta(days=number)
            if (offer := await self._within(Span(span.begins + shift, span.ends + shift))).slots:
                return offer
        return Offer()

    async def _within(self, span: Span) -> Offer:
        """What is free in the span: with whom they want; for a matter, its leaders before all others."""
        for pool in self.pools[:1] if self.meant.chosen else self.pools:
            sought = pool.sought(self._after(), self.bounds.latest, span)
            if found := await self.work.receptions.free(sought, self.desk.now()):
                when = naming.when(self.desk, span)
                some = self.desk.texts.say("search.more" if self.wish.after else "search.some", when=when)
                return Offer(found, some + self._others(pool))
        return Offer()

    async def _nearest(self, near: Span | None = None) -> Offer:
        """What is free next: from the time they named on, else from now on; with whom they want, else with anybody."""
        bounds, starts = self.bounds, [self._after()]
        if near is not None and bounds.earliest < near.begins < bounds.latest:
            starts.insert(0, near.begins)
        for pool in (*self.pools, Pool()):
            for start in starts:
                if found := await self.work.receptions.free(pool.sought(start, bounds.latest), self.desk.now()):
                    return Offer(found, self._intro(pool) + self._first())
        return Offer()

    def _after(self) -> datetime:
        """The earliest beginning to show."""
        earliest, seen = self.bounds.earliest, self.wish.after
        return earliest if seen is None else max(earliest, seen + timedelta(microseconds=1))

    def _intro(self, pool: Pool) -> str:
        say, mine = self.desk.texts.say, self.meant.leaders
        if self.wish.after:
            return say("search.more")
        if self.meant.joint:
            return say("search.joint") if pool.joint else say("search.joint_without") + say("search.others")
        if pool.leaders:
            path = "search.leader" if mine or self.first or self._keeps(pool) else "search.matter"
            return say(path, who=naming.names(self.desk, pool.leaders)) + self._others(pool)
        if mine:
            return say("search.leader_without", who=naming.who(self.desk, mine)) + say("search.others")
        return say("search.nearest")

    def _first(self) -> str:
        """They may be looking at the very list: the news is that its first line is what they want."""
        return self.desk.texts.say("search.soonest") if self.wish.soonest and not self.wish.after else ""

    def _keeps(self, pool: Pool) -> bool:
        """Whether these are the times of the leaders whom they have booked."""
        return bool(self.kept) and pool.leaders == self.kept

    def _others(self, pool: Pool) -> str:
        """How to come to other leaders' times."""
        return self.desk.texts.say("search.keep") if self._keeps(pool) and not self.wish.after else ""

    async def _why(self, span: Span) -> tuple[Why, str]:
        work, now, bounds, mine = self.work, self.desk.now(), self.bounds, self.meant.leaders
        days = days_of(span, bounds)
        shown = [one for one in await work.receptions.on(days[0], days[-1], now) if one.published_at is not None]
        published = bool(shown) or bool(await work.receptions.month(f"{days[0]:%Y-%m}", now, shown=True))
        # Where was looked, and nowhere else: what is told to be full must not have a free seat in another town.
        there = [one for one in shown if self.pools[0 if self.meant.chosen else -1].has(one)]
        why = why_not(span, bounds, there, self.desk.calendar, published=published)
        if why.reason == "closed" and self.meant.chosen and shown:
            why = replace(why, reason="other_leader" if mine else "not_joint")
        holidays: Mapping[str, str] = self.desk.texts.tree["calendar"]["holidays"]
        said = self.desk.texts.say(
            f"search.{why.reason}",
            when=naming.when(self.desk, span),
            holiday=holidays.get(why.holiday, why.holiday),
            who=naming.who(self.desk, mine),
            hours=int(self.desk.policy.reception.notice.minimum.total_seconds() // 3600),
            month=days[0].month,
            until=self.desk.texts.say("calendar.day", **naming.words(self.desk, bounds.latest)),
        )
        return why, said

    async def _told(self, outcome: str, offer: Offer, said: str = "") -> Answer:
        distinct = one_a_time(offer.slots, lambda one: one[1].starts_at)
        chosen = distinct[:CHOICES_MAX]
        found = await self.work.receptions.these({owner for owner, _ in chosen}, self.desk.now())
        owners = {one.id: one for one in found}
        choices = [self._choice(slot, owners[owner]) for owner, slot in chosen]
        if len(distinct) > len(chosen) or (chosen and await self._later(chosen[-1][1])):
            choices.append(_more(self.desk, chosen[-1][1]))
        intro = offer.intro if chosen else await self._nothing()
        guessed = any(not self.desk.calendar(one.day).announced for one in found)
        text = said + intro + (self.desk.texts.say("search.guessed") if guessed else "")
        return Answer(outcome, {"slot_choices": choices, "search_text": text, "leader_choices": self._leader_choices()})

    def _choice(self, slot: Slot, owner: Reception) -> dict[str, str]:
        title = naming.slot_title(self.desk, slot, owner.leaders, self.towns.get(owner.area_code, ""))
        return {"title": title, "payload": f"/SetSlots(slot_id={slot.id})"}

    async def _later(self, last: Slot) -> bool:
        """Whether there is anything after what was shown, be it beyond what was asked for."""
        if self.wish.when is None:
            return False
        after = last.starts_at + timedelta(microseconds=1)
        sought = self.pools[-1].sought(after, self.bounds.latest)
        return bool(await self.work.receptions.free(replace(sought, most=1), self.desk.now()))

    async def _nothing(self) -> str:
        office = await self.work.places.office(self.desk.policy.centre_unit)
        return self.desk.texts.say("search.nothing", phone=office.phone)

    def _leader_choices(self) -> list[dict[str, str]]:
        """Whom they may have meant, else the first of all; the last choice is anybody."""
        several = self.meant.leaders if len(self.meant.leaders) > 1 else ()
        named = [(one.title, one.name) for one in (several or self.leaders)[: CHOICES_MAX - 1]]
        anybody = (self.desk.texts.say("calendar.anybody"), self.desk.texts.say("calendar.anybody_word"))
        return [{"title": title, "payload": f"/SetSlots(leader_text={word})"} for title, word in (*named, anybody)]


def _meant(desk: Desk, text: str, leaders: Sequence[Leader], organisation: Organisation) -> Meant:
    if not text:
        return Meant()
    tree = desk.texts.tree["search"]
    titles: Mapping[str, str] = {kind: one.title for kind, one in desk.policy.types.items()}
    words = Vocabulary(tuple(tree["fillers"]), tuple(tree["anybody"]), tuple(tree["joint_words"]))
    return meant(text, leaders, organisation, titles, words)


async def _own_case(work: Work, openid: str, number: str) -> Case | None:
    """The case, if it is their own; whose it is otherwise is nobody's business."""
    person = await work.people.find(openid) if number else None
    case = await work.cases.by_number(numbers.tidy(number) or "") if person else None
    return case if case and person and case.person_id == person.id else None


def _more(desk: Desk, last: Slot) -> dict[str, str]:
    seen = last.starts_at.astimezone(desk.policy.office.zone)
    return {"title": desk.texts.say("calendar.more"), "payload": f"/SetSlots(slots_after={seen:%Y-%m-%dT%H:%M})"}
