"""`seed`: put the demo organisation in, publish its receptions, and print fresh binding codes for the unbound."""

from backend import rules
from backend.composition import make_desk, opened
from backend.config import Settings
from backend.services.reception.calendar import keep_published
from backend.services.seeding import fresh_codes, seed


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Seed; may be run again at any time."""
    desk = make_desk()
    async with opened(settings) as store, store.write() as work:
        await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))
        await keep_published(desk, work)
        codes = await fresh_codes(desk, work)
    for code, unit, name in codes:
        print(f"code {code}  {unit}  {name}")  # noqa: T201 - the codes are shown once, here
