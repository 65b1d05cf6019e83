"""Matching what a resident says about a place, or shares as a location, to the organisation's areas."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from backend.domain.organisation import Area, Organisation

Verdict = Literal["matched", "ambiguous", "outside", "unknown"]

EARTH_KM = 6371.0
CHOICES_MAX = 5
_NOT_A_DISTRICT = "小社园校景地山城郊片辖库牧林矿新老这那"
_ELSEWHERE = re.compile(rf"[一-鿿]{{2,6}}?(?:省|自治区|市|县|(?<![{_NOT_A_DISTRICT}])区)")


@dataclass(frozen=True, slots=True)
class Radius:
    """How far is near, in kilometres: to an estate or village, to a town, and beyond what a place is elsewhere."""

    near_km: float
    town_km: float
    outside_km: float


@dataclass(frozen=True, slots=True)
class Match:
    """What came of it; `areas` holds the one that matched or those to choose from."""

    verdict: Verdict
    areas: tuple[Area, ...] = ()


def match_text(text: str, organisation: Organisation) -> Match:
    """The smallest area that the text names; several equally good ones are a question, the county alone is one too."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    named = {area.code: area for area in organisation.areas.values() if _named(area, said)}
    county = organisation.root()
    named.pop(county.code, None)
    if not named:
        return _none_named(said, organisation)
    best = _best(named, organisation)
    return Match("matched", best) if len(best) == 1 else Match("ambiguous", best[:CHOICES_MAX])


def match_point(lat: float, lng: float, organisation: Organisation, radius: Radius) -> Match:
    """The nearest area: an estate or village close by, else a town, else too far away to be ours, or not known."""
    measured = sorted(
        (distance_km(lat, lng, area.lat, area.lng), area.code)
        for area in organisation.areas.values()
        if area.lat is not None and area.lng is not None and area.parent is not None
    )
    for far, code in measured:
        limit = radius.town_km if organisation.areas[code].level == "town" else radius.near_km
        if far <= limit:
            return Match("matched", (organisation.areas[code],))
    nearest = measured[0][0] if measured else math.inf
    return Match("outside" if nearest > radius.outside_km else "unknown")


def distance_km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Great-circle distance in kilometres."""
    north, other_north = math.radians(lat), math.radians(other_lat)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(math.radians(other_lng - lng) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _named(area: Area, said: str) -> bool:
    return any(name in said for name in (area.name, *area.aliases))


def _best(named: dict[str, Area], organisation: Organisation) -> tuple[Area, ...]:
    """Of the named areas those that no other named one lies within, most ancestors named first."""
    containing = {above.code for code in named for above in organisation.lineage(code)[1:]}
    deepest = [area for code, area in named.items() if code not in containing]
    weight = {area.code: sum(above.code in named for above in organisation.lineage(area.code)) for area in deepest}
    most = max(weight.values())
    return tuple(area for area in deepest if weight[area.code] == most)


def _none_named(said: str, organisation: Organisation) -> Match:
    county = organisation.root()
    ours = (county.name, *county.aliases)
    if any(name in said for name in ours):
        return Match("ambiguous", tuple(_children(county, organisation.areas.values()))[:CHOICES_MAX])
    return Match("outside" if _ELSEWHERE.search(said) else "unknown")


def _children(parent: Area, areas: Iterable[Area]) -> Iterable[Area]:
    return (area for area in areas if area.parent == parent.code)
