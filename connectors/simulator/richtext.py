"""What a phone makes of an account's text: plain pieces, tappable menu lines, web links."""

import html
import re
from typing import Any
from urllib.parse import unquote

Segment = dict[str, Any]
"""{"text"}, {"text", "tap": {"content", "id"}} or {"text", "href"}."""

ANCHOR = re.compile(r"<a\s[^>]*?href\s*=\s*([\"'])(?P<href>.*?)\1[^>]*>(?P<text>.*?)</a>", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s<>\"'，。；：！？、（）《》“”]+")
MENU_SCHEME = "weixin://bizmsgmenu?"


def segments(text: str) -> list[Segment]:
    """Cut a text into the pieces that a phone shows; a link of another kind stays as it was written."""
    pieces: list[Segment] = []
    position = 0
    for match in ANCHOR.finditer(text):
        pieces += _plain(text[position : match.start()])
        pieces += _anchor(match)
        position = match.end()
    return pieces + _plain(text[position:])


def taps(text: str) -> list[Segment]:
    """List only the tappable menu lines: {"title", "content", "id"}."""
    return [{"title": piece["text"], **piece["tap"]} for piece in segments(text) if "tap" in piece]


def _anchor(match: re.Match[str]) -> list[Segment]:
    href = html.unescape(match["href"]).strip()
    if href.startswith(MENU_SCHEME):
        return [{"text": match["text"], "tap": _menu_line(href)}]
    if href.lower().startswith(("http://", "https://")):
        return [{"text": match["text"], "href": href}]
    return _plain(match.group(0))


def _menu_line(href: str) -> dict[str, str]:
    query = dict(part.partition("=")[::2] for part in href[len(MENU_SCHEME) :].split("&"))
    return {"content": unquote(query.get("msgmenucontent", "")), "id": unquote(query.get("msgmenuid", ""))}


def _plain(text: str) -> list[Segment]:
    pieces: list[Segment] = []
    position = 0
    for match in ADDRESS.finditer(text):
        pieces += [{"text": text[position : match.start()]}, {"text": match.group(), "href": match.group()}]
        position = match.end()
    pieces.append({"text": text[position:]})
    return [piece for piece in pieces if piece["text"]]
