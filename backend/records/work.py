"""The unit of work: all repositories over one transaction."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.case import Case
from backend.domain.facts import Fact
from backend.domain.reception.booking import Booking
from backend.domain.reception.waiting import Waiting
from backend.pii import Vault
from backend.records.answers import Answers, Attempts
from backend.records.attachments import Attachments
from backend.records.bookings import Bookings
from backend.records.cases import Cases
from backend.records.decisions import Decisions
from backend.records.deliveries import Deliveries
from backend.records.leaders import Leaders
from backend.records.outbox import Outbox
from backend.records.people import People
from backend.records.places import Places
from backend.records.receptions import Receptions
from backend.records.seats import Seats
from backend.records.staff import Staff
from backend.records.tables import handovers
from backend.records.visits import Visits
from backend.records.waiting import WaitingList


class Work:
    """What one transaction can reach. Made by Store.read and Store.write only."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self.connection = connection
        self.people = People(connection, vault)
        self.staff = Staff(connection, vault)
        self.places = Places(connection)
        self.cases = Cases(connection, vault)
        self.attachments = Attachments(connection, vault)
        self.leaders = Leaders(connection)
        self.receptions = Receptions(connection)
        self.outbox = Outbox(connection)
        self.deliveries = Deliveries(connection)
        self.answers = Answers(connection, vault)
        self.attempts = Attempts(connection, vault)
        self.seats = Seats(connection)
        self.bookings = Bookings(connection, vault)
        self.waiting = WaitingList(connection, vault)
        self.visits = Visits(connection, vault)
        self.decisions = Decisions(connection, vault)

    async def save(self, case: Case, now: datetime, note_id: str | None = None) -> None:
        """Keep a changed case: the change, its lines of the timeline and its facts go together."""
        await self.cases.save(case, now, note_id)
        await self.outbox.add(case.facts, now)
        case.facts.clear()

    async def save_booking(self, booking: Booking, now: datetime) -> None:
        """Keep a changed booking that stays on its seat, with its facts."""
        await self.bookings.save(booking)
        await self.outbox.add(booking.facts, now)
        booking.facts.clear()

    async def save_waiting(self, entry: Waiting, now: datetime) -> None:
        """Keep a changed place on a waiting list, with its facts."""
        await self.waiting.save(entry)
        await self.outbox.add(entry.facts, now)
        entry.facts.clear()

    async def tell(self, happened: Iterable[Fact], now: datetime) -> None:
        """Write down facts that are not about a case."""
        await self.outbox.add(happened, now)

    async def add_handover(self, handover_id: str, person_id: str, now: datetime) -> None:
        """Keep a resident's wish for a person to talk to."""
        values = {"id": handover_id, "person_id": person_id, "at": now}
        await self.connection.execute(insert(handovers).values(values))
