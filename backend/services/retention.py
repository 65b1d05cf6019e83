"""Nothing is kept longer than the policy says."""

from backend.records.work import Work
from backend.services.desk import Desk

CASES_AT_ONCE = 200


async def clear_out(desk: Desk, work: Work) -> int:
    """Erase words of cases and bookings long closed, answers and facts that have served; how many cases that were."""
    now, retention = desk.now(), desk.policy.retention
    old = await work.cases.closed_before(now - retention.words_after_closing, CASES_AT_ONCE)
    await work.cases.erase_words(old)
    await work.attachments.erase(old, now)
    visits = await work.bookings.told_too_long(now - retention.words_after_closing, CASES_AT_ONCE)
    await work.bookings.erase(visits)
    await work.decisions.erase_of(visits)
    await work.answers.clear(now - retention.answers)
    await work.attempts.clear(now - desk.policy.limits.attempts_window)
    await work.outbox.clear(now - retention.outbox)
    return len(old)
