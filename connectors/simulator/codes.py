"""QR codes with a scene: made by qrcode/create, scanned by a phone.

Source: developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError
from connectors.simulator.ids import Ids

KEPT_CODES = 500
SCENE_LENGTH = 64
PERMANENT_SCENE_ID = 100_000
SCENE_ID = 2**32 - 1
LONGEST_S = 30 * 86400
DEFAULT_S = 60
TICKET_LENGTH = 96
ADDRESS = "http://weixin.qq.com/q/"


@dataclass(frozen=True)
class Code:
    """A code: its ticket, its scene, what a camera would read, its end (None: permanent)."""

    ticket: str
    scene: str
    url: str
    ends: float | None

    def as_json(self) -> dict[str, Any]:
        """Show it on the page."""
        return {"ticket": self.ticket, "scene": self.scene, "url": self.url, "ends": self.ends}


class Codes:
    """The codes of the account; the oldest are forgotten."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._codes: OrderedDict[str, Code] = OrderedDict()

    def create(self, body: dict[str, Any]) -> Code:
        """Make a code out of the body of qrcode/create, or raise 40052 or 40053."""
        action = str(body.get("action_name", ""))
        permanent = "LIMIT" in action
        scene = _scene(action, body.get("action_info"), permanent=permanent)
        ends = None if permanent else self._clock.now() + _seconds(body.get("expire_seconds", DEFAULT_S))
        code = Code(self._ids.letters(TICKET_LENGTH - 2) + "==", scene, ADDRESS + "02" + self._ids.letters(20), ends)
        self._codes[code.ticket] = code
        if len(self._codes) > KEPT_CODES:
            self._codes.popitem(last=False)
        return code

    def by_ticket(self, ticket: str) -> Code | None:
        """Find a code that still holds."""
        code = self._codes.get(ticket)
        return code if code and self._holds(code) else None

    def by_scene(self, scene: str) -> Code | None:
        """Find the newest code for a scene that still holds."""
        return next(
            (code for code in reversed(self._codes.values()) if code.scene == scene and self._holds(code)), None
        )

    def listed(self) -> list[dict[str, Any]]:
        """List the codes that still hold."""
        return [code.as_json() for code in self._codes.values() if self._holds(code)]

    def _holds(self, code: Code) -> bool:
        return code.ends is None or self._clock.now() < code.ends


def _scene(action: str, info: object, *, permanent: bool) -> str:
    if action not in {"QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"}:
        raise ApiError(40052)
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiError(40053)
    if "STR" in action:
        text = scene.get("scene_str")
        if isinstance(text, str) and 1 <= len(text) <= SCENE_LENGTH:
            return text
        raise ApiError(40053)
    number = scene.get("scene_id")
    if isinstance(number, int) and 1 <= number <= (PERMANENT_SCENE_ID if permanent else SCENE_ID):
        return str(number)
    raise ApiError(40053)


def _seconds(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ApiError(40053)
    return min(value, LONGEST_S)
