"""The demo place as the domain sees it."""

from backend import rules
from backend.domain.organisation import Area, Organisation, Unit


def demo_place() -> Organisation:
    """Areas and units of the demo organisation's file."""
    raw = rules.read(f"{rules.PLACE}.organisation.yml")
    areas = [Area(**{**area, "aliases": tuple(area["aliases"])}) for area in raw["areas"]]
    units = [Unit(unit["id"], unit["name"], unit["kind"], unit["area"], unit["phone"]) for unit in raw["units"]]
    return Organisation({area.code: area for area in areas}, tuple(units))
