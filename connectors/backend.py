"""Our backend over HTTP: one table of actions, one way to read answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from dialogs.kernel.words import Returned, Value

TIMEOUT = ClientTimeout(total=8.0, connect=1.5)
"""A person waits; what takes longer is tried again later with the same key."""

_NOT_AN_OUTCOME = frozenset({401, 405, 408, 415, 421, 425, 429})
"""Refusals of the request as such, not of what the person wants: set right by an operator or by waiting."""
_UNFINISHED = "in_progress"
"""Code of an answer that is still being made for the same key."""
_BAD_REQUEST, _SERVER_ERROR = 400, 500


class Unreachable(Exception):  # noqa: N818 - what can happen is named as a state, as everywhere in the product
    """The backend gave no answer that counts: down, too slow, broken, or it does not accept us. Try again later."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where an action goes; names in braces are taken out of the arguments, the rest is the JSON body.

    writes: asked twice it would change something twice, so it carries the idempotency key.
    """

    method: str
    path: str
    writes: bool = True

    @property
    def in_path(self) -> list[str]:
        """The arguments that stand in the path."""
        return [name for _, name, _, _ in Formatter().parse(self.path) if name]


ROUTES: Mapping[str, Route] = {
    "action_record_consent": Route("POST", "/consents"),
    "action_withdraw_consent": Route("DELETE", "/consents"),
    "action_match_place": Route("POST", "/places/match", writes=False),
    "action_submit_case": Route("POST", "/cases"),
    "action_list_cases": Route("GET", "/cases", writes=False),
    "action_show_case": Route("GET", "/cases/{case_number}", writes=False),
    "action_find_case": Route("POST", "/cases/find", writes=False),
    "action_add_material": Route("POST", "/cases/{case_number}/materials"),
    "action_urge_case": Route("POST", "/cases/{case_number}/urge"),
    "action_withdraw_case": Route("POST", "/cases/{case_number}/withdraw"),
    "action_request_human": Route("POST", "/handovers"),
    "action_centre_info": Route("GET", "/centre", writes=False),
    "action_bind_staff": Route("POST", "/staff/bind"),
    "action_list_tasks": Route("GET", "/tasks", writes=False),
    "action_show_task": Route("GET", "/tasks/{case_number}", writes=False),
    "action_accept_task": Route("POST", "/tasks/{case_number}/accept"),
    "action_refuse_task": Route("POST", "/tasks/{case_number}/refuse"),
    "action_log_contact": Route("POST", "/tasks/{case_number}/contacts"),
    "action_resolve_task": Route("POST", "/tasks/{case_number}/resolve"),
    "action_reception_calendar": Route("POST", "/receptions/calendar", writes=False),
    "action_find_slots": Route("POST", "/receptions/find", writes=False),
    "action_hold_slot": Route("POST", "/bookings/holds", writes=False),
    "action_release_hold": Route("DELETE", "/bookings/holds/{hold_id}"),
    "action_confirm_booking": Route("POST", "/bookings"),
    "action_list_bookings": Route("GET", "/bookings", writes=False),
    "action_show_booking": Route("GET", "/bookings/{booking_code}", writes=False),
    "action_change_booking": Route("POST", "/bookings/{booking_code}/change"),
    "action_cancel_booking": Route("POST", "/bookings/{booking_code}/cancel"),
    "action_join_waiting": Route("POST", "/waiting"),
    "action_leave_waiting": Route("DELETE", "/waiting/{waiting_id}"),
    "action_answer_offer": Route("POST", "/waiting/{waiting_id}/answer"),
    "action_answer_reminder": Route("POST", "/bookings/{booking_code}/reply"),
    "action_answer_move": Route("POST", "/bookings/{booking_code}/move"),
    "action_check_in": Route("POST", "/bookings/check_in"),
    "action_desk_today": Route("GET", "/reception_desk", writes=False),
    "action_desk_check_in": Route("POST", "/reception_desk/check_ins"),
    "action_walk_in": Route("POST", "/reception_desk/walk_ins"),
    "action_find_unit": Route("POST", "/reception_desk/units/find", writes=False),
    "action_record_decision": Route("POST", "/reception_desk/decisions"),
    "action_leader_away": Route("POST", "/reception_desk/away"),
    "action_desk_cancel": Route("POST", "/reception_desk/cancellations"),
}
"""Every action that flows may call."""


class BackendClient:
    """The backend's API for this account's people. Raises Unreachable only."""

    def __init__(self, http: ClientSession, url: str, token: str, timeout: ClientTimeout = TIMEOUT) -> None:
        self._http = http
        self._base = f"{url.rstrip('/')}/api/v1"
        self._authorization = f"Bearer {token}"
        self._timeout = timeout

    async def call(self, action: str, arguments: Mapping[str, Value], openid: str, key: str) -> Returned:
        """Perform an action of the table for a person; `key` makes a repeated call give the first answer."""
        route = ROUTES[action]
        taken = {name: quote(str(arguments.get(name) or "-"), safe="") for name in route.in_path}
        body = {name: value for name, value in arguments.items() if name not in taken}
        headers = {"X-Openid": openid} | ({"Idempotency-Key": key} if route.writes else {})
        answer = await self._exchange(
            route.method, route.path.format(**taken), None if route.method == "GET" else body, headers
        )
        if not isinstance(answer, dict) or not isinstance(answer.get("outcome"), str):
            raise Unreachable("answer without an outcome")
        return Returned(answer.pop("outcome"), answer)

    async def areas(self) -> bytes:
        """The places of the organisation, as the JSON they came in."""
        answer = await self._exchange("GET", "/areas", None, {})
        if not isinstance(answer, dict) or not isinstance(answer.get("areas"), list):
            raise Unreachable("answer without areas")
        return json.dumps(answer["areas"], ensure_ascii=False).encode()

    async def forget(self, openid: str) -> None:
        """The person has left: forget what need not be kept."""
        await self._exchange("POST", "/people/forget", {}, {"X-Openid": openid})

    async def delivery_finished(self, msg_id: str, status: str) -> None:
        """The platform said how a notice went."""
        await self._exchange("POST", "/deliveries/finished", {"msg_id": msg_id, "status": status}, {})

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, Value] | None, headers: Mapping[str, str]
    ) -> Any:  # noqa: ANN401 - JSON
        try:
            async with self._http.request(
                method,
                URL(self._base + path, encoded=True),
                json=body,
                headers={"Authorization": self._authorization, **headers},
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                return _meaning(response.status, await response.read())
        except (ClientError, TimeoutError, OSError) as failure:
            raise Unreachable(type(failure).__name__) from failure


def _meaning(status: int, content: bytes) -> Any:  # noqa: ANN401 - JSON
    """The answer's JSON; a refusal becomes an answer whose outcome is its code."""
    if status >= _SERVER_ERROR or status in _NOT_AN_OUTCOME:
        raise Unreachable(f"HTTP {status}")
    try:
        answer = json.loads(content) if content else {}
    except ValueError:
        raise Unreachable(f"HTTP {status}, not JSON") from None
    if status < _BAD_REQUEST:
        return answer
    code = answer.get("code") if isinstance(answer, dict) else None
    if not isinstance(code, str) or code == _UNFINISHED:
        raise Unreachable(f"HTTP {status}")
    return {"outcome": code, **{k: v for k, v in answer.items() if k not in {"code", "error"}}}
