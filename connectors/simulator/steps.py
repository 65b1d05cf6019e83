"""What a person can do with her phone, and the push that the platform makes of it."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.simulator.errors import ApiError
from connectors.simulator.media import Media, picture_type, sample, silent_voice
from connectors.simulator.people import FOR_EVER, Entry, Person
from connectors.simulator.refusal import Refusal
from connectors.simulator.richtext import taps
from connectors.simulator.wire import Fields
from connectors.simulator.world import World

Body = dict[str, Any]
LONGEST_VOICE_S = 60
LATITUDE = 90
LONGITUDE = 180
DEFAULT_SAMPLE = "leak"


@dataclass
class Step:
    """A push and what goes with it: what the screen shows, which quota it opens, whether an answer is shown."""

    fields: Fields
    screen: Entry | None = None
    opens: str = ""
    shows: bool = True
    numbered: bool = False


@dataclass
class Deed:
    """Who does what with which details; the readers below take their answers from it."""

    world: World
    person: Person
    body: Body = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str:
        """Give a text of the body; without a default it must be there."""
        value = self.body.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise Refusal(f"缺少 {name}。")
        return value

    def number(self, name: str, limit: float) -> float:
        """Give a number of the body between -limit and limit."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
            raise Refusal(f"{name} 要写 {-limit} 到 {limit} 之间的数。")
        return float(value)


def _message(kind: str, fields: Fields, screen: Entry, opens: str = "message") -> Step:
    return Step({"MsgType": kind, **fields}, {"kind": kind, **screen}, opens, numbered=True)


def _event(name: str, fields: Fields, opens: str = "", *, shows: bool = True) -> Step:
    return Step({"MsgType": "event", "Event": name, **fields}, None, opens, shows)


def _text(deed: Deed) -> Step:
    text = deed.text("text")
    return _message("text", {"Content": text}, {"text": text})


def _tap(deed: Deed) -> Step:
    line = _tapped(deed)
    fields: Fields = {"Content": line["content"]}
    if not deed.body.get("without_id"):
        fields["bizmsgmenuid"] = line["id"]
    return _message("text", fields, {"text": line["content"]}, "click")


def _tapped(deed: Deed) -> dict[str, str]:
    """Take the line by its content and id, or look for its title on the screen, newest first."""
    if "content" in deed.body:
        return {"content": deed.text("content"), "id": deed.text("id", "")}
    title = deed.text("title")
    for entry in reversed(deed.person.thread):
        for line in taps(entry.get("text", "")) if entry["side"] == "account" else []:
            if title in {line["title"], line["content"], line["title"].lstrip("0123456789.、 ")}:
                return line
    raise Refusal(f"屏幕上没有“{title}”这个按钮。")


def _photo(deed: Deed) -> Step:
    content = _photo_bytes(deed)
    content_type = picture_type(content)
    if content_type is None:
        raise Refusal("这不是图片。")
    media = _kept(deed, "image", content, content_type)
    path = f"/simulator/media/{media.media_id}"
    fields = {"PicUrl": deed.world.base_url + path, "MediaId": media.media_id}
    return _message("image", fields, {"url": path})


def _photo_bytes(deed: Deed) -> bytes:
    data = deed.body.get("data")
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal("data 要写 base64。") from error
    content = sample(deed.text("sample", DEFAULT_SAMPLE))
    if content is None:
        raise Refusal("没有这张示例图片。")
    return content


def _kept(deed: Deed, kind: str, content: bytes, content_type: str) -> Media:
    try:
        return deed.world.media.add(kind, content, content_type)
    except ApiError as error:
        raise Refusal("文件是空的,或者太大了。") from error


def _voice(deed: Deed) -> Step:
    seconds = deed.body.get("seconds", 3)
    if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_VOICE_S:
        raise Refusal("seconds 要写 1 到 60。")
    media = _kept(deed, "voice", silent_voice(seconds), "audio/amr")
    fields: Fields = {"MediaId": media.media_id, "Format": "amr"}
    screen: Entry = {"seconds": seconds, "url": f"/simulator/media/{media.media_id}", "recognition": None}
    if deed.body.get("recognition") is not None:
        fields["Recognition"] = screen["recognition"] = deed.text("recognition", "")
    return _message("voice", fields, screen)


def _video(deed: Deed) -> Step:
    media = _kept(deed, "video", b"\0\0\0\x18ftypmp42", "video/mp4")
    return _message("video", {"MediaId": media.media_id, "ThumbMediaId": media.media_id}, {})


def _location(deed: Deed) -> Step:
    lat, lng = deed.number("lat", LATITUDE), deed.number("lng", LONGITUDE)
    label = deed.text("label", "")
    fields = {"Location_X": lat, "Location_Y": lng, "Scale": 15, "Label": label}
    return _message("location", fields, {"lat": lat, "lng": lng, "label": label})


def _link(deed: Deed) -> Step:
    title, description, url = deed.text("title"), deed.text("description", ""), deed.text("url")
    fields = {"Title": title, "Description": description, "Url": url}
    return _message("link", fields, {"title": title, "description": description, "url": url})


def _menu(deed: Deed) -> Step:
    menu, path = deed.world.menu, deed.body.get("path")
    if isinstance(path, list):
        button = menu.at([index for index in path if isinstance(index, int)])
        if button is None or button["sub_button"]:
            raise Refusal("菜单里没有这一项。")
    else:
        key = deed.text("key")
        button = menu.by_key(key) or {"type": "click", "key": key}
    return _pressed(deed, button)


def _pressed(deed: Deed, button: dict[str, Any]) -> Step:
    kind, key = str(button.get("type")), str(button.get("key", ""))
    if kind == "view":
        return _event("VIEW", {"EventKey": button["url"]}, shows=False)
    if kind == "miniprogram":
        return _event("view_miniprogram", {"EventKey": button.get("pagepath", "")}, shows=False)
    if kind.startswith("scancode"):
        result = {"ScanType": "qrcode", "ScanResult": deed.text("result", "")}
        return _event(kind, {"EventKey": key, "ScanCodeInfo": result}, "click", shows=kind == "scancode_waitmsg")
    if kind.startswith("pic"):
        mark = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
        pictures = {"Count": 1, "PicList": {"item": {"PicMd5Sum": mark}}}
        return _event(kind, {"EventKey": key, "SendPicsInfo": pictures}, shows=False)
    if kind == "location_select":
        where = {"Location_X": deed.body.get("lat", 0), "Location_Y": deed.body.get("lng", 0), "Scale": 15}
        where |= {"Label": deed.text("label", ""), "Poiname": ""}
        return _event(kind, {"EventKey": key, "SendLocationInfo": where}, shows=False)
    return _event("CLICK", {"EventKey": key}, "click")


def _follow(deed: Deed) -> Step:
    if deed.person.follows:
        raise Refusal("已经关注了。")
    return _subscribed(deed, deed.text("scene", ""))


def _scan(deed: Deed) -> Step:
    codes = deed.world.codes
    code = codes.by_ticket(deed.text("ticket", "")) or codes.by_scene(deed.text("scene", ""))
    scene = code.scene if code else deed.text("scene")
    if not deed.person.follows:
        return _subscribed(deed, scene)
    ticket = code.ticket if code else deed.world.ids.letters(96)
    return _event("SCAN", {"EventKey": scene, "Ticket": ticket}, "click")


def _subscribed(deed: Deed, scene: str) -> Step:
    person, world = deed.person, deed.world
    person.follows, person.scene = True, scene
    person.followed_at = int(world.clock.now())
    fields = {"EventKey": f"qrscene_{scene}" if scene else ""}
    if scene:
        code = world.codes.by_scene(scene)
        fields["Ticket"] = code.ticket if code else world.ids.letters(96)
    return _event("subscribe", fields, "click")


def _unfollow(deed: Deed) -> Step:
    deed.person.follows = False
    deed.person.quota.close()
    deed.person.consents.clear()
    return _event("unsubscribe", {"EventKey": ""}, shows=False)


def _report_location(deed: Deed) -> Step:
    where = {"Latitude": deed.number("lat", LATITUDE), "Longitude": deed.number("lng", LONGITUDE), "Precision": 65.0}
    return _event("LOCATION", where, shows=False)


def _consent(deed: Deed) -> Step:
    template, accepts = deed.text("template_id"), bool(deed.body.get("accept", True))
    consents = deed.person.consents
    if accepts and deed.text("kind", "one_time") == FOR_EVER:
        consents[template] = FOR_EVER
    elif accepts and consents.get(template) != FOR_EVER:
        consents[template] = int(consents.get(template, 0)) + 1
    answer = {"TemplateId": template, "SubscribeStatusString": "accept" if accepts else "reject", "PopupScene": "2"}
    return _event("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [answer]}}, shows=False)


def _withdraw_consent(deed: Deed) -> Step:
    template = deed.text("template_id")
    deed.person.consents.pop(template, None)
    answer = {"TemplateId": template, "SubscribeStatusString": "reject"}
    return _event("subscribe_msg_change_event", {"SubscribeMsgChangeEvent": {"List": [answer]}}, shows=False)


def _raw(deed: Deed) -> Step:
    fields = deed.body.get("fields")
    if not isinstance(fields, dict) or not fields.get("MsgType"):
        raise Refusal("fields 要写一个带 MsgType 的对象。")
    return Step(dict(fields), None, "message", shows=bool(deed.body.get("shows", True)))


STEPS: dict[str, Callable[[Deed], Step]] = {
    "text": _text,
    "tap": _tap,
    "photo": _photo,
    "voice": _voice,
    "video": _video,
    "location": _location,
    "link": _link,
    "menu": _menu,
    "follow": _follow,
    "scan": _scan,
    "unfollow": _unfollow,
    "report_location": _report_location,
    "consent": _consent,
    "withdraw_consent": _withdraw_consent,
    "raw": _raw,
}
"""Every step by its name in the control API."""

WITHOUT_FOLLOWING = frozenset({"follow", "scan", "consent", "withdraw_consent", "raw"})
