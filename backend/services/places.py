"""Where something is, and where the centre is."""

from backend.domain.organisation import Area, Organisation
from backend.domain.places import match_point, match_text
from backend.records.work import Work
from backend.services.desk import Answer, Desk


async def match(desk: Desk, work: Work, text: str, point: tuple[float, float] | None) -> Answer:
    """Match words, or a shared location (lat, lng) and then its words: matched, ambiguous, outside or unknown."""
    organisation = await work.places.organisation()
    found = match_text(text, organisation)
    if point is not None and found.verdict != "matched":
        found = match_point(*point, organisation, desk.policy.radius)
    if found.verdict == "matched":
        area = found.areas[0]
        return Answer("matched", {"area_code": area.code, "area_name": _name(organisation, area)})
    if found.verdict == "ambiguous":
        return Answer("ambiguous", {"place_choices": [_choice(organisation, area) for area in found.areas]})
    return Answer(found.verdict)


async def centre(desk: Desk, work: Work) -> Answer:
    """Where and when the centre is open."""
    office = await work.places.office(desk.policy.centre_unit)
    slots = {
        "centre_name": office.name,
        "centre_address": office.address,
        "centre_hours": office.hours,
        "centre_phone": office.phone,
    }
    return Answer("done", slots)


async def areas(work: Work) -> list[dict[str, object]]:
    """All areas, for whoever has to recognise them in what people say."""
    organisation = await work.places.organisation()
    return [
        {
            "code": area.code,
            "name": area.name,
            "level": area.level,
            "parent": area.parent,
            "aliases": list(area.aliases),
            "lat": area.lat,
            "lng": area.lng,
        }
        for area in organisation.areas.values()
    ]


def _name(organisation: Organisation, area: Area) -> str:
    return organisation.root().name + organisation.full_name(area.code)


def _choice(organisation: Organisation, area: Area) -> dict[str, str]:
    return {"title": organisation.full_name(area.code), "payload": f"/SetSlots(area_code={area.code})"}
