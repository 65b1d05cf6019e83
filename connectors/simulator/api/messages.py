"""Endpoints that send something to a person: customer-service messages, templates, subscription notices, typing."""

from collections.abc import Callable
from typing import Any

from connectors.simulator.api.call import POST, Answer, Call, Endpoint
from connectors.simulator.errors import ApiError
from connectors.simulator.passive import article
from connectors.simulator.people import FOR_EVER, SUCCESS, TYPING_NEEDS_S, TYPING_S, Person

OK: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
TEXT_BYTES = 2048
CLIENT_ID_LENGTH = 64


def _custom_send(call: Call) -> Answer:
    openid, kind = call.text("touser", 40003), call.text("msgtype", 40008)
    reader = KINDS.get(kind)
    if reader is None:
        raise ApiError(40008)
    content = reader(call)
    person = call.world.people.follower(openid)
    client_id = _refuse_repeat(call, person)
    person.quota.take(call.world.clock.now())
    _remember(call, person, client_id, 0)
    call.world.people.show(person, "account", via="custom", **content)
    return OK


def _text(call: Call) -> dict[str, Any]:
    content = call.part("text").get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return {"kind": "text", "text": content}


def _file(kind: str) -> Callable[[Call], dict[str, Any]]:
    def read(call: Call) -> dict[str, Any]:
        part = call.part(kind)
        media = call.world.media.get(str(part.get("media_id", "")))
        path = f"/simulator/media/{media.media_id}"
        return {"kind": kind, "media_id": media.media_id, "url": path, "title": str(part.get("title", ""))}

    return read


def _music(call: Call) -> dict[str, Any]:
    music = call.part("music")
    return {"kind": "link", "title": str(music.get("title", "")), "url": str(music.get("musicurl", ""))}


def _news(call: Call) -> dict[str, Any]:
    articles = call.part("news").get("articles")
    if not isinstance(articles, list) or not articles or not isinstance(articles[0], dict):
        raise ApiError(44003)
    if len(articles) > 1:
        raise ApiError(45008)
    return {"kind": "news", "articles": [article(articles[0])]}


def _msgmenu(call: Call) -> dict[str, Any]:
    menu = call.part("msgmenu")
    items = menu.get("list")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ApiError(47001)
    lines = [_menu_line(str(item.get("content", "")), str(item.get("id", ""))) for item in items]
    parts = [str(menu.get("head_content", "")), *lines, str(menu.get("tail_content", ""))]
    text = "\n".join(part.strip("\n") for part in parts if part)
    if len(text.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return {"kind": "text", "text": text}


def _menu_line(content: str, number: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={number}">{content}</a>'


KINDS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "music": _music,
    "news": _news,
    "msgmenu": _msgmenu,
}


def _refuse_repeat(call: Call, person: Person) -> str:
    client_id = call.body.get("clientmsgid", call.body.get("client_msg_id", ""))
    if not isinstance(client_id, str) or len(client_id) > CLIENT_ID_LENGTH:
        raise ApiError(47001)
    earlier = person.is_repeat(client_id, call.world.clock.now())
    if earlier is not None:
        raise ApiError(45065, more={"msgid": earlier} if earlier else None)
    return client_id


def _remember(call: Call, person: Person, client_id: str, message_id: int) -> None:
    if client_id:
        person.client_ids.append((client_id, call.world.clock.now(), message_id))


def _typing(call: Call) -> Answer:
    person = call.world.people.follower(call.text("touser", 40003))
    command, now = call.body.get("command"), call.world.clock.now()
    if command not in {"Typing", "CancelTyping"}:
        raise ApiError(45072)
    if now - person.last_exchange > TYPING_NEEDS_S:
        raise ApiError(45080)
    if command == "Typing" and now < person.typing_until:
        raise ApiError(45081)
    person.typing_until = now + TYPING_S if command == "Typing" else 0.0
    call.world.people.changed(person)
    return OK


def _template_send(call: Call) -> Answer:
    openid = call.text("touser", 40003)
    card = call.world.templates.card(str(call.body.get("template_id", "")), call.body.get("data"))
    person = call.world.people.follower(openid)
    client_id = _refuse_repeat(call, person)
    message_id = call.world.ids.message_id()
    _remember(call, person, client_id, message_id)
    if person.template_status == SUCCESS:
        _show_card(call, person, card, "template")
    result = {"MsgID": message_id, "Status": person.template_status}
    call.world.errands.begin(call.walker.tell(person, "TEMPLATESENDJOBFINISH", result))
    return {**OK, "msgid": message_id}


def _subscription_send(call: Call) -> Answer:
    openid, template_id = call.text("touser", 40003), call.text("template_id", 40037)
    card = call.world.templates.card(template_id, call.body.get("data"))
    person = call.world.people.get(openid)
    if person is None:
        raise ApiError(40003)
    _use_consent(person, template_id)
    message_id = call.world.ids.message_id()
    _show_card(call, person, card, "subscription")
    item = {"TemplateId": template_id, "MsgID": str(message_id), "ErrorCode": "0", "ErrorStatus": "success"}
    result = {"SubscribeMsgSentEvent": {"List": [item]}}
    call.world.errands.begin(call.walker.tell(person, "subscribe_msg_sent_event", result))
    return {**OK, "msgid": message_id}


def _use_consent(person: Person, template_id: str) -> None:
    consent = person.consents.get(template_id, 0)
    if consent == FOR_EVER:
        return
    if not isinstance(consent, int) or consent < 1:
        raise ApiError(43101)
    person.consents[template_id] = consent - 1


def _show_card(call: Call, person: Person, card: dict[str, Any], via: str) -> None:
    url = call.body.get("url") or call.body.get("page") or ""
    template_id = str(call.body.get("template_id"))
    call.world.people.show(person, "account", "template", via=via, template_id=template_id, url=str(url), **card)


ENDPOINTS: dict[str, Endpoint] = {
    "/cgi-bin/message/custom/send": Endpoint(POST, _custom_send),
    "/cgi-bin/message/custom/typing": Endpoint(POST, _typing),
    "/cgi-bin/message/template/send": Endpoint(POST, _template_send),
    "/cgi-bin/message/subscribe/bizsend": Endpoint(POST, _subscription_send),
}
