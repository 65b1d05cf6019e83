"""How many customer-service messages a person's last steps still allow.

After a message 5 in 48 hours; after a menu click, a follow or a scan 3 in one minute.
Used up: 45047; nothing open: 45015.
Source: developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
"""

from dataclasses import dataclass
from typing import Any

from connectors.simulator.errors import ApiError

MESSAGES_AFTER_MESSAGE = 5
MESSAGE_WINDOW_S = 48 * 3600
MESSAGES_AFTER_CLICK = 3
CLICK_WINDOW_S = 60


@dataclass
class Window:
    """So many messages until a moment."""

    left: int = 0
    until: float = 0.0

    def is_open(self, now: float) -> bool:
        """Say whether the window has not run out yet, used up or not."""
        return now < self.until


class Quota:
    """The two windows of one person."""

    def __init__(self) -> None:
        self._message = Window()
        self._click = Window()

    def after_message(self, now: float) -> None:
        """Open the window of a message."""
        self._message = Window(MESSAGES_AFTER_MESSAGE, now + MESSAGE_WINDOW_S)

    def after_click(self, now: float) -> None:
        """Open the window of a menu click, follow or scan."""
        self._click = Window(MESSAGES_AFTER_CLICK, now + CLICK_WINDOW_S)

    def close(self) -> None:
        """Shut both: the person no longer follows."""
        self._message, self._click = Window(), Window()

    def take(self, now: float) -> None:
        """Use one message, of the window that ends first, or raise ApiError."""
        live = [window for window in (self._click, self._message) if window.is_open(now)]
        if not live:
            raise ApiError(45015)
        for window in live:
            if window.left:
                window.left -= 1
                return
        raise ApiError(45047)

    def windows(self) -> list[list[float]]:
        """Both windows, to be written down."""
        return [[window.left, window.until] for window in (self._message, self._click)]

    def restore(self, windows: list[list[float]]) -> None:
        """Take both windows back from what was written down."""
        self._message, self._click = (Window(int(left), float(until)) for left, until in windows)

    def state(self, now: float) -> dict[str, Any]:
        """Say what is left, for the engineers' panel and for tests."""
        return {
            "after_message": self._shown(self._message, now),
            "after_click": self._shown(self._click, now),
        }

    @staticmethod
    def _shown(window: Window, now: float) -> dict[str, Any]:
        live = window.is_open(now)
        return {"left": window.left if live else 0, "seconds": int(window.until - now) if live else 0}
