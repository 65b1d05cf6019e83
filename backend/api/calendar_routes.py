"""The endpoints of the published calendar and of the search for a time."""

from backend.api import calendar_schemas
from backend.api.route import Asked, Route
from backend.services.desk import Answer
from backend.services.reception import search, showing


async def _calendar(asked: Asked) -> Answer:
    return await showing.calendar(asked.desk, asked.work, asked.body.span(asked.desk.policy.office.zone))


async def _find(asked: Asked) -> Answer:
    return await search.find(asked.desk, asked.work, asked.openid, asked.body.wish(asked.desk.policy.office.zone))


CALENDAR = (
    Route(
        "POST", "/receptions/calendar", "公布的领导接访日程", _calendar, calendar_schemas.AskCalendar, personal=False
    ),
    Route("POST", "/receptions/find", "找能约的接访时间", _find, calendar_schemas.FindSlots),
)
