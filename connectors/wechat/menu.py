"""The account's menu: read from the content writer's file, checked by the platform's limits, all problems at once.

The file has the form of menu/create: {button: [{name, type, key | url | ..., sub_button: [...]}]}.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

MAX_ENTRIES = 3
"""Entries side by side."""
MAX_SUB_ENTRIES = 5
"""Entries above one of them."""
MAX_NAME_BYTES = 16
"""UTF-8 bytes of an entry's name."""
MAX_SUB_NAME_BYTES = 60
"""UTF-8 bytes of a sub-entry's name."""
MAX_KEY_BYTES = 128
"""UTF-8 bytes of a key."""
MAX_URL_BYTES = 1024
"""UTF-8 bytes of an address."""

_KEYED = (
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
)  # fmt: skip
_NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_KEYED, ("key",)),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
_LIMITS = {"key": MAX_KEY_BYTES, "url": MAX_URL_BYTES}


class MenuError(Exception):
    """The menu cannot be sent. `problems` says what to mend, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path) -> dict[str, Any]:
    """Return the menu in the file, checked; MenuError otherwise."""
    try:
        menu = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise MenuError([f"{path} cannot be read: {failure.strerror}."]) from failure
    except (yaml.YAMLError, UnicodeDecodeError) as failure:
        raise MenuError([f"{path} is not YAML: {failure}"]) from failure
    problems = list(check(menu))
    if problems:
        raise MenuError(problems)
    return {"button": menu["button"]}


def check(menu: object) -> Iterator[str]:
    """Each thing the platform would refuse, as a sentence that names the entry."""
    entries = menu.get("button") if isinstance(menu, Mapping) else None
    if not isinstance(entries, list) or not entries:
        yield "The menu needs a list `button` with 1 to 3 entries."
        return
    if len(entries) > MAX_ENTRIES:
        yield f"The menu has {len(entries)} entries; {MAX_ENTRIES} are allowed."
    for place, entry in enumerate(entries, 1):
        yield from _check_entry(entry, f"Entry {place}", MAX_NAME_BYTES, top=True)


def _check_entry(entry: object, where: str, name_bytes: int, *, top: bool) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{where} is not a mapping."
        return
    yield from _check_text(entry, "name", where, name_bytes)
    children = entry.get("sub_button")
    if not children:
        yield from _check_target(entry, where)
    elif not top:
        yield f"{where}: there is no third level."
    elif not isinstance(children, list) or len(children) > MAX_SUB_ENTRIES:
        yield f"{where} may have 1 to {MAX_SUB_ENTRIES} sub-entries."
    else:
        for place, child in enumerate(children, 1):
            yield from _check_entry(child, f"{where}.{place}", MAX_SUB_NAME_BYTES, top=False)


def _check_target(entry: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = entry.get("type")
    needed = _NEEDS.get(kind) if isinstance(kind, str) else None
    if needed is None:
        yield f"{where}: unknown type {kind!r}."
        return
    for name in needed:
        yield from _check_text(entry, name, where, _LIMITS.get(name, MAX_KEY_BYTES))
    url = entry.get("url", "")
    if "url" in needed and not str(url).startswith(("http://", "https://")):
        yield f"{where}: url must begin with https://."


def _check_text(entry: Mapping[str, Any], name: str, where: str, limit: int) -> Iterator[str]:
    text = entry.get(name)
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: {name} is missing."
    elif len(text.encode()) > limit:
        yield f"{where}: {name} has {len(text.encode())} bytes; {limit} are allowed."
