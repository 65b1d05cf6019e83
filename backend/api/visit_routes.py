"""The endpoints of the day of a visit: for residents, and for whoever receives them at the desk."""

from backend.api import visit_schemas as schemas
from backend.api.route import Asked, Route
from backend.services.desk import Answer
from backend.services.reception import day, deciding, desk, figures


async def _answer_reminder(a: Asked) -> Answer:
    return await day.answer_reminder(a.desk, a.work, a.openid, a.path["booking_code"], coming=a.body.coming)


async def _check_in(a: Asked) -> Answer:
    return await day.check_in(a.desk, a.work, a.openid, a.body.booking_code, a.body.place_scene or "")


ON_THE_DAY = (
    Route(
        "POST",
        "/bookings/{booking_code}/reply",
        "回答提醒：来或不来",
        _answer_reminder,
        schemas.AnswerReminder,
        keyed=True,
    ),
    Route("POST", "/bookings/check_in", "到现场扫码报到", _check_in, schemas.CheckIn, keyed=True),
)

DESK = (
    Route("GET", "/reception_desk", "今天的接访名单", lambda a: desk.today(a.desk, a.work, a.openid)),
    Route(
        "POST",
        "/reception_desk/check_ins",
        "凭预约码报到",
        lambda a: desk.check_in(a.desk, a.work, a.openid, a.body.booking_code),
        schemas.CheckInAtDesk,
        keyed=True,
    ),
    Route(
        "POST",
        "/reception_desk/walk_ins",
        "没预约的人现场取号",
        lambda a: desk.walk_in(a.desk, a.work, a.openid, a.body.visitor()),
        schemas.WalkIn,
        keyed=True,
    ),
    Route(
        "POST",
        "/reception_desk/units/find",
        "按名字找单位",
        lambda a: deciding.find_unit(a.work, a.openid, a.body.decision_unit),
        schemas.FindUnit,
    ),
    Route(
        "POST",
        "/reception_desk/decisions",
        "记下领导怎么定的",
        lambda a: deciding.record(a.desk, a.work, a.openid, a.body.booking_code, a.body.said()),
        schemas.RecordDecision,
        keyed=True,
    ),
    Route(
        "GET",
        "/reception_desk/statistics/{month}",
        "一个月的接访统计",
        lambda a: figures.show(a.desk, a.work, a.openid, a.path["month"]),
    ),
)
