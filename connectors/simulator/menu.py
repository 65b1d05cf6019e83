"""The account's menu: three buttons, five below each, checked as the platform checks them.

Source: developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
"""

from typing import Any

from connectors.simulator.errors import ApiError

Button = dict[str, Any]

TOP_BUTTONS = 3
SUB_BUTTONS = 5
TOP_NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024
KEYED = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
LINKED = frozenset({"view", "miniprogram"})
MEDIA = frozenset({"media_id", "view_limited", "article_id", "article_view_limited"})


class Menu:
    """Holds the menu that the account made last, or none."""

    def __init__(self) -> None:
        self.buttons: list[Button] = []

    def create(self, body: dict[str, Any]) -> None:
        """Check and take a menu, or raise ApiError."""
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP_BUTTONS:
            raise ApiError(40016)
        self.buttons = [_top(button) for button in buttons]

    def delete(self) -> None:
        """Take the menu away."""
        self.buttons = []

    def get(self) -> dict[str, Any]:
        """Answer menu/get, or raise 46003."""
        if not self.buttons:
            raise ApiError(46003)
        return {"menu": {"button": self.buttons}}

    def at(self, path: list[int]) -> Button | None:
        """Find the button at a path such as [0] or [0, 2]."""
        level, found = self.buttons, None
        for index in path:
            if not 0 <= index < len(level):
                return None
            found = level[index]
            level = found["sub_button"]
        return found

    def by_key(self, key: str) -> Button | None:
        """Find the button with a key (or, for a link, with this url)."""
        every = [*self.buttons, *(sub for top in self.buttons for sub in top["sub_button"])]
        return next((button for button in every if key and key in {button.get("key"), button.get("url")}), None)


def _top(button: object) -> Button:
    if not isinstance(button, dict):
        raise ApiError(47001)
    _check_size(button.get("name"), TOP_NAME_BYTES, 40018)
    children = button.get("sub_button") or []
    if not children:
        _check_kind(button, (40015, 40019, 40020))
        return {**button, "sub_button": []}
    if not isinstance(children, list) or len(children) > SUB_BUTTONS:
        raise ApiError(40023)
    return {"name": button["name"], "sub_button": [_sub(child) for child in children]}


def _sub(button: object) -> Button:
    if not isinstance(button, dict):
        raise ApiError(47001)
    if button.get("sub_button"):
        raise ApiError(40022)
    _check_size(button.get("name"), SUB_NAME_BYTES, 40025)
    _check_kind(button, (40024, 40026, 40027))
    return {**button, "sub_button": []}


def _check_kind(button: Button, codes: tuple[int, int, int]) -> None:
    bad_kind, bad_key, bad_url = codes
    kind = button.get("type")
    if kind in KEYED:
        _check_size(button.get("key"), KEY_BYTES, bad_key)
    elif kind in LINKED:
        _check_size(button.get("url"), URL_BYTES, bad_url)
    elif kind not in MEDIA:
        raise ApiError(bad_kind)


def _check_size(value: object, limit: int, errcode: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= limit:
        raise ApiError(errcode)
