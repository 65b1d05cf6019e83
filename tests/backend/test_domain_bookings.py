"""Booking codes, a booking's life, limits, offers: decided without any database."""

from contextlib import nullcontext
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import wording
from backend.domain.reception import codes
from backend.domain.reception.booking import OVER, SEATED, Booking, Party, Reason, Seat, State
from backend.domain.reception.limits import Bounds, Made, Wish
from backend.domain.reception.rules import BookingLimits, NoShow
from backend.domain.reception.waiting import OfferTerms, Waiting, WaitState
from backend.domain.refusal import Code, Refused

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
STARTS = NOW + timedelta(days=2)
CUT_OFF = timedelta(hours=4)
CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
THERE = Seat("t2", "s2", "r2")


def held() -> Booking:
    """A seat held for a quarter of an hour."""
    return Booking("b", "K7M4QX", "p", "r", "s", "t", NOW, hold_until=NOW + timedelta(minutes=15))


def booked() -> Booking:
    """A seat booked."""
    booking = held()
    booking.confirm(NOW)
    return booking


@given(st.integers(0, codes.POSSIBLE - 1))
def test_a_code_finds_one_wrong_character_and_two_swapped(number: int) -> None:
    """Whatever is misheard once is no code, and so is a pair in the wrong order."""
    code = codes.compose(lambda _n: number)
    assert codes.tidy(code) == code
    for at in range(len(code)):
        for other in codes.ALPHABET:
            if other != code[at]:
                assert codes.tidy(code[:at] + other + code[at + 1 :]) is None
    for at in range(len(code) - 1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        assert swapped == code or codes.tidy(swapped) is None


def test_a_code_is_read_however_it_is_typed() -> None:
    """Small letters, full width, spaces, dashes, commas; what is none is none."""
    code = codes.compose(lambda _n: 12_345_678)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    for text in (code.lower(), wide, " ".join(code), f"{code[:3]}-{code[3:]}。", f" {code}，"):
        assert codes.tidy(text) == code
    for text in ("", "-", "预约码", code + "2", code[:-1], "O0I1L2", "约" * 6):
        assert codes.tidy(text) is None
    assert not set("0O1IL") & set(codes.ALPHABET)


def test_a_hold_lasts_until_its_time() -> None:
    """Up to its last moment it holds; then it runs out, and only then it can expire."""
    booking = held()
    booking.expire(NOW + timedelta(minutes=14))
    assert booking.state is State.HELD
    end = NOW + timedelta(minutes=15)
    assert (booking.holds(end - timedelta(seconds=1)), booking.holds(end), booking.runs_out(end)) == (True, False, True)
    booking.expire(end)
    assert (booking.state, booking.state in SEATED) == (State.EXPIRED, False)
    with pytest.raises(Refused, match=Code.SLOT_TAKEN):
        booking.confirm(end)


def test_a_booking_changes_in_time_only() -> None:
    """Until the cut-off it changes and is cancelled, then it is too late, then it is over; nothing is left behind."""
    for moment, code in ((STARTS - CUT_OFF + timedelta(seconds=1), Code.TOO_LATE), (STARTS, Code.BOOKING_OVER)):
        booking = booked()
        with pytest.raises(Refused, match=code):
            booking.cancel(moment, STARTS, CUT_OFF)
        with pytest.raises(Refused, match=code):
            booking.change(THERE, moment, STARTS, CUT_OFF)
        assert (booking.state, booking.seat_id, len(booking.facts)) == (State.BOOKED, "t", 1)
    booking = booked()
    booking.change(THERE, STARTS - CUT_OFF, STARTS, CUT_OFF)
    assert (booking.seat_id, booking.slot_id, booking.reception_id, booking.sequence) == ("t2", "s2", "r2", 1)
    booking.cancel(STARTS - CUT_OFF, STARTS, CUT_OFF)
    assert (booking.state, booking.reason, booking.sequence) == (State.CANCELLED, Reason.RESIDENT, 2)


def test_what_is_over_takes_nothing_more() -> None:
    """After the end everything is refused."""
    for state in (*OVER, State.HELD):
        booking = held()
        booking.state = state
        with pytest.raises(Refused, match=Code.BOOKING_OVER):
            booking.cancel(NOW, STARTS, CUT_OFF)
        with pytest.raises(Refused, match=Code.BOOKING_OVER):
            booking.take_back(NOW, Reason.DESK)
        with pytest.raises(Refused, match=Code.BOOKING_OVER):
            booking.move(THERE)
        with pytest.raises(Refused, match=Code.BOOKING_OVER):
            booking.answer_move(NOW, accepted=True)
        assert booking.facts == []


def test_every_state_is_reached_and_has_words() -> None:
    """Each state can be come to, takes a seat or is over, and is told; a booking that was moved stays booked."""
    expired, cancelled, missed, arrived, received, moved = held(), booked(), booked(), booked(), booked(), booked()
    expired.expire(NOW + DAY)
    cancelled.cancel(NOW, STARTS, CUT_OFF)
    missed.miss(NOW)
    arrived.arrive(1, NOW)
    received.receive(NOW)
    moved.move(THERE)
    assert moved.state is State.BOOKED
    lives = (held(), moved, expired, cancelled, missed, arrived, received)
    assert {booking.state for booking in lives} == set(State) == {*SEATED, *OVER}
    assert set(wording.load(CHINA).tree["booking"]["states"]) == {*map(str, State), "asked"}


def test_a_move_is_asked_until_it_is_answered() -> None:
    """A yes may be repeated; a no ends the booking."""
    booking = booked()
    booking.move(THERE)
    assert booking.move_asked
    booking.answer_move(NOW, accepted=True)
    booking.answer_move(NOW, accepted=True)
    assert (booking.move_asked, booking.reply) == (False, "yes")
    booking.answer_move(NOW, accepted=False)
    assert (booking.state, booking.reason) == (State.CANCELLED, Reason.DECLINED)


@pytest.mark.parametrize(
    ("companions", "group", "fine"),
    [(2, 1, True), (3, 1, False), (3, 4, False), (4, 5, True), (5, 5, False), (4, 900, True)],
)
def test_a_group_sends_at_most_five(companions: int, group: int, fine: bool) -> None:
    """Below a group's size companions are counted, from it on representatives."""
    with nullcontext() if fine else pytest.raises(Refused, match=Code.TOO_MANY_COMPANIONS):
        Party(companions, group).check(2, 5, 5)


BOUNDS = Bounds(BookingLimits(2, 1, 3), NoShow(timedelta(minutes=30), 2, 30 * DAY, 90 * DAY), CHINA)


def made(state: State, matter: str, at: datetime, case_id: str | None = None) -> Made:
    """One of a person's bookings."""
    return Made("b", "s", "r", state, matter, case_id, at, at + timedelta(minutes=30))


def refused(before: list[Made], matter: str = "labour", case_id: str | None = None) -> Code | None:
    """What the limits say to one more."""
    try:
        BOUNDS.check(before, Wish(matter, case_id, STARTS), NOW)
    except Refused as found:
        return found.code
    return None


def test_limits_count_what_lies_ahead() -> None:
    """Open ones, the same matter, the month; holds, cancelled and past ones do not count as open."""
    booked_ = [made(State.BOOKED, "lending", STARTS), made(State.BOOKED, "traffic", STARTS)]
    assert refused([]) is None
    assert refused(booked_[:1]) is None
    assert refused(booked_) is Code.TOO_MANY_BOOKINGS
    assert refused(booked_[:1], "lending") is Code.MATTER_BOOKED
    assert refused([made(State.BOOKED, "other", STARTS)], "other") is None
    assert refused([made(State.BOOKED, "labour", STARTS, "c1")], "labour", "c2") is None
    assert refused([made(State.BOOKED, "labour", STARTS, "c1")], "lending", "c1") is Code.MATTER_BOOKED
    for state in (State.HELD, State.CANCELLED, State.EXPIRED):
        assert refused([made(state, "labour", STARTS)] * 5) is None
    past = [made(State.RECEIVED, "labour", NOW - DAY)] * 3
    assert refused(past[:2]) is None
    assert refused(past) is Code.TOO_MANY_BOOKINGS
    assert refused([made(State.RECEIVED, "labour", NOW - 10 * DAY)] * 3) is None


def test_who_stays_away_rests_for_a_while() -> None:
    """Two within the policy's time, and then for so many days."""
    missed = [made(State.NO_SHOW, "labour", NOW - days * DAY) for days in (100, 40, 5)]
    assert refused(missed[2:]) is None
    assert refused(missed[1:]) is Code.SUSPENDED
    assert refused([missed[0], made(State.NO_SHOW, "labour", NOW - 35 * DAY)]) is None


TERMS = OfferTerms(CHINA, timedelta(minutes=30), time(8), time(20))


def test_offers_are_made_by_day_and_end_before_the_slot() -> None:
    """From eight to twenty, and never so late that the answer comes after the beginning."""
    evening = datetime(2026, 3, 4, 20, 0, tzinfo=CHINA)
    assert TERMS.until(evening - timedelta(minutes=1), STARTS) == evening + timedelta(minutes=29)
    assert TERMS.until(evening, STARTS) is None
    assert TERMS.until(evening + timedelta(hours=11, minutes=59), STARTS) is None
    assert TERMS.until(evening + timedelta(hours=12), STARTS) is not None
    near = STARTS - timedelta(minutes=30)
    assert (TERMS.until(near, STARTS), TERMS.too_late(near, STARTS)) == (STARTS, False)
    late = near + timedelta(seconds=1)
    assert (TERMS.until(late, STARTS), TERMS.too_late(late, STARTS)) == (None, True)


def test_an_offer_is_answered_in_time_or_lapses() -> None:
    """In time yes and no count; afterwards neither, and it lapses once."""
    until = NOW + timedelta(minutes=30)
    for deed, state in (("accept", WaitState.ACCEPTED), ("decline", WaitState.DECLINED)):
        entry = Waiting("w", "p", "r", "s", NOW)
        entry.offer("b", until)
        entry.lapse(until - timedelta(seconds=1))
        late = Waiting("w", "p", "r", "s", NOW)
        late.offer("b", until)
        getattr(entry, deed)(until - timedelta(seconds=1))
        assert entry.state is state
        with pytest.raises(Refused, match=Code.OFFER_LAPSED):
            getattr(late, deed)(until)
        late.lapse(until)
        late.lapse(until)
        assert [type(fact).__name__ for fact in late.facts] == ["OfferMade", "OfferLapsed"]


def test_who_does_not_wait_cannot_leave() -> None:
    """Leaving and being offered something need a place on the list."""
    entry = Waiting("w", "p", "r", "s", NOW)
    entry.leave()
    for deed in (entry.leave, lambda: entry.offer("b", NOW)):
        with pytest.raises(Refused, match=Code.NOT_WAITING):
            deed()
    entry.end()
    assert entry.facts == []
