"""What an endpoint is: its path, what a request must look like, and the use case that answers it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.api import schemas
from backend.records.work import Work
from backend.services.desk import Answer, Desk

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, checked: who asks, the words in the path, and the body."""

    desk: Desk
    work: Work
    openid: str
    path: Mapping[str, str]
    body: Any

    @property
    def number(self) -> str:
        """The case number in the path."""
        return self.path["case_number"]


Perform = Callable[[Asked], Awaitable[Answer | dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. keyed: it needs an Idempotency-Key. writes: it needs a write transaction. personal: X-Openid.

    glance: what can be refused by reading only, before anybody has to wait for a write; not for keyed ones.
    """

    method: str
    path: str
    summary: str
    perform: Perform
    body: type[schemas.Body] = schemas.Nothing
    keyed: bool = False
    writes: bool = False
    personal: bool = True
    glance: Callable[[Asked], Awaitable[None]] | None = None
