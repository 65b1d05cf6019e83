"""What the clock brings about on the days before and on the day: reminders, who did not come, the end of the day.

Each is safe to be done by many workers at once: a reminder is told by whoever writes its row first, and a booking is
marked under its lock. Reminders go out in the hours of the day in which the place may disturb people (offer_hours).
"""

from collections.abc import Callable
from datetime import timedelta

from backend.domain import facts
from backend.domain.reception import reminding
from backend.domain.reception.booking import Booking
from backend.records.decisions import DECISION
from backend.records.work import Work
from backend.services.desk import Desk

AT_ONCE = 100
"""Rows of one transaction."""


async def remind(desk: Desk, work: Work) -> int:
    """Write down a batch of reminders of bookings that are due; how many those are."""
    rules, zone, now = desk.policy.reception, desk.policy.office.zone, desk.now()
    if not _waking(desk):
        return 0
    ahead = await work.visits.ahead(now, now + reminding.farthest(rules.reminders))
    kinds = {one: reminding.due(rules.reminders, one.starts_at, one.confirmed_at, now, zone) for one in ahead}
    told = await work.visits.reminded([one.id for one in ahead if kinds[one]])
    new = [one for one in ahead if any((one.id, kind) not in told for kind in kinds[one])][:AT_ONCE]
    happened = [facts.ReminderDue(one.id) for one in new if await work.visits.remind(one.id, kinds[one], now)]
    await work.tell(happened, now)
    return len(new)


async def begin_anew(desk: Desk, work: Work, booking_id: str) -> None:
    """A booking has another time now: reminders whose hour is over are not told late, the others are to come."""
    booking = await work.bookings.get(booking_id)
    slot = await work.seats.slot(booking.slot_id) if booking and booking.slot_id else None
    if slot is not None:
        rules, zone = desk.policy.reception, desk.policy.office.zone
        passed = reminding.passed(rules.reminders, slot.starts_at, desk.now(), zone)
        await work.visits.remind(booking_id, passed, desk.now())


async def remind_of_orders(desk: Desk, work: Work) -> int:
    """Write down a batch of instructions that are nearly due, each once; how many those are."""
    rule, zone, now = desk.policy.reception.decision_reminder, desk.policy.office.zone, desk.now()
    if not _waking(desk):
        return 0
    open_orders = await work.decisions.orders_due(now, now + timedelta(days=rule.days_before + 1))
    due = [
        made.booking_id
        for made in open_orders
        if made.decision.due_at and made.decided_at < reminding.moment(rule, made.decision.due_at, zone) <= now
    ][:AT_ONCE]
    happened = [facts.DecisionDue(one) for one in due if await work.visits.remind(one, [DECISION], now)]
    await work.tell(happened, now)
    return len(due)


async def mark_missed(desk: Desk, work: Work) -> int:
    """Mark a batch of those who did not come; how many those are."""
    found = await work.visits.missed(desk.now() - desk.policy.reception.no_show.after, AT_ONCE)
    return await _each(desk, work, found, lambda booking: booking.miss(desk.now()))


async def close_days(desk: Desk, work: Work) -> int:
    """Close a batch of visits of days that are over, whether or not what was decided has been written down."""
    today = desk.now().astimezone(desk.policy.office.zone).date()
    found = await work.visits.left_open(today.isoformat(), AT_ONCE)
    return await _each(desk, work, found, lambda booking: booking.close(desk.now()))


async def _each(desk: Desk, work: Work, booking_ids: list[str], deed: Callable[[Booking], None]) -> int:
    for booking_id in booking_ids:
        booking = await work.bookings.get(booking_id, lock=True)
        if booking is not None:
            deed(booking)
            await work.save_booking(booking, desk.now())
    return len(booking_ids)


def _waking(desk: Desk) -> bool:
    opens, closes = desk.policy.reception.offer_hours
    return opens <= desk.now().astimezone(desk.policy.office.zone).time() < closes
