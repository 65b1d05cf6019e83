"""The endpoints about seats: for residents, and what the desk does to bookings."""

from backend.api import booking_schemas as schemas
from backend.api.route import Asked, Route
from backend.services.desk import Answer
from backend.services.reception import away, booking, changes, waiting


async def _change(a: Asked) -> Answer:
    return await changes.change(a.desk, a.work, a.openid, _code(a), a.body.slot_id)


async def _cancel(a: Asked) -> Answer:
    return await changes.cancel(a.desk, a.work, a.openid, _code(a), a.body.cancel_reason)


async def _answer_move(a: Asked) -> Answer:
    return await changes.answer_move(a.desk, a.work, a.openid, _code(a), accepted=a.body.move_answer)


async def _answer_offer(a: Asked) -> Answer:
    return await waiting.answer(a.desk, a.work, a.openid, a.path["waiting_id"], accepted=a.body.offer_answer)


async def _desk_cancel(a: Asked) -> Answer:
    return await changes.desk_cancel(a.desk, a.work, a.openid, a.body.booking_code, a.body.cancel_reason)


async def _away(a: Asked) -> Answer:
    which = away.Which(a.body.reception_id, a.body.away_when)
    return await away.leader_away(a.desk, a.work, a.openid, which, a.body.away_reason)


def _code(a: Asked) -> str:
    return a.path["booking_code"]


SEATS = (
    Route(
        "POST",
        "/bookings/holds",
        "填表时占住一个名额",
        lambda a: booking.hold(a.desk, a.work, a.openid, a.body.slot_id, a.body.about()),
        schemas.HoldSlot,
        writes=True,
        glance=lambda a: booking.glance(a.desk, a.work, a.openid, a.body.slot_id),
    ),
    Route(
        "DELETE",
        "/bookings/holds/{hold_id}",
        "不约了，放开占住的名额",
        lambda a: booking.release(a.desk, a.work, a.openid, a.path["hold_id"]),
        keyed=True,
    ),
    Route(
        "POST",
        "/bookings",
        "预约接访",
        lambda a: booking.confirm(a.desk, a.work, a.openid, a.body.chosen(), a.body.form()),
        schemas.ConfirmBooking,
        keyed=True,
    ),
    Route("GET", "/bookings", "我的预约、候补和待答复的事", lambda a: changes.list_mine(a.desk, a.work, a.openid)),
    Route(
        "GET",
        "/bookings/{booking_code}",
        "看一个预约",
        lambda a: changes.show(a.desk, a.work, a.openid, _code(a)),
    ),
    Route("POST", "/bookings/{booking_code}/change", "改约", _change, schemas.ChangeBooking, keyed=True),
    Route("POST", "/bookings/{booking_code}/cancel", "取消预约", _cancel, schemas.CancelBooking, keyed=True),
    Route("POST", "/bookings/{booking_code}/move", "答复改期", _answer_move, schemas.AnswerMove, keyed=True),
    Route(
        "POST",
        "/waiting",
        "候补",
        lambda a: waiting.join(a.desk, a.work, a.openid, a.body.slot_id, a.body.form()),
        schemas.JoinWaiting,
        keyed=True,
    ),
    Route(
        "DELETE",
        "/waiting/{waiting_id}",
        "不候补了",
        lambda a: waiting.leave(a.desk, a.work, a.openid, a.path["waiting_id"]),
        keyed=True,
    ),
    Route("POST", "/waiting/{waiting_id}/answer", "答复空出的名额", _answer_offer, schemas.AnswerOffer, keyed=True),
)

AT_THE_DESK = (
    Route("POST", "/reception_desk/cancellations", "登记台取消预约", _desk_cancel, schemas.CancelAtDesk, keyed=True),
    Route("POST", "/reception_desk/away", "领导来不了，取消整场", _away, schemas.CallOff, keyed=True),
)
