"""What a person does in a conversation test, as the input that a channel would make of it."""

from collections.abc import Iterator, Mapping

from dialogs.kernel.conversations.script import CONFIDENCE
from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.tree import Fields, Items, Leaf, Node, plain
from dialogs.kernel.words import Entity, Input, InputKind, Part, Understanding, Value

BESIDE = ("intent", "ranking", "entities", "rivals", "parts")
"""Keys that say how the words beside them are understood."""
_PLAIN = {
    "x-menu": InputKind.MENU,
    "x-scan": InputKind.SCAN,
    "x-subscribe": InputKind.SUBSCRIBE,
    "x-unknown": InputKind.UNKNOWN,
}
_MEDIA = {"x-photo": InputKind.PHOTO, "x-video": InputKind.VIDEO}
ACTS = ("user", "x-tap", "x-voice", "x-location", "x-link", "x-retry", *_PLAIN, *_MEDIA)


def read_input(page: Page, form: Form, kind: str) -> Input | None:
    """Return the input of a step; None for a tap, whose button is not known yet, and for a retry."""
    if kind in ("x-tap", "x-retry"):
        return None
    if kind in _PLAIN:
        return Input(_PLAIN[kind], payload=_scene(page, form, kind))
    if kind in _MEDIA:
        media = {"kind": _MEDIA[kind].value, "media_id": form.text(kind, needed=True)}
        return Input(_MEDIA[kind], attachment=media)
    if kind == "user":
        text = _words(page, form.node.fields[kind], kind)
        return Input(InputKind.TEXT, text, understanding=_understanding(page, form, text))
    return {"x-voice": _voice, "x-location": _location, "x-link": _link}[kind](page, form)


def _scene(page: Page, form: Form, kind: str) -> str:
    node = form.node.fields[kind]
    return "" if isinstance(node, Leaf) and node.value in (None, True) else page.text(node, kind)


def _words(page: Page, node: Node, kind: str) -> str:
    """Return what was typed; a bare number is the text of it."""
    if isinstance(node, Leaf) and isinstance(node.value, int | float):
        return str(node.value)
    return page.text(node, kind)


def _voice(page: Page, form: Form) -> Input:
    node = form.node.fields["x-voice"]
    if isinstance(node, Fields):
        inner = page.form(node, ("text", "media_id"), "x-voice")
        text, media_id = inner.text("text"), inner.text("media_id") or "voice"
    else:
        text, media_id = _words(page, node, "x-voice"), "voice"
    media = {"kind": "voice", "media_id": media_id, "format": "amr"}
    return Input(InputKind.VOICE, text, attachment=media, understanding=_understanding(page, form, text))


def _location(page: Page, form: Form) -> Input:
    inner = page.form(form.node.fields["x-location"], ("lat", "lng", "label"), "x-location")
    label = inner.text("label")
    place = {"kind": "location", "lat": inner.number("lat"), "lng": inner.number("lng"), "label": label}
    return Input(InputKind.LOCATION, label, attachment=place)


def _link(page: Page, form: Form) -> Input:
    inner = page.form(form.node.fields["x-link"], ("title", "url"), "x-link")
    return Input(InputKind.LINK, inner.text("title"), payload=inner.text("url"))


def _understanding(page: Page, form: Form, text: str) -> Understanding:
    node = form.get("intent")
    intent, confidence = (None, 0.0) if node is None else _ranked(page, node)
    return Understanding(
        intent=intent,
        confidence=confidence,
        ranking=tuple(_ranked(page, item) for item in form.items("ranking")),
        entities=tuple(_entities(page, form.get("entities"), text)),
        rivals=dict(_rivals(page, form.get("rivals"))),
        parts=tuple(_part(page, item) for item in form.items("parts")),
    )


def _part(page: Page, node: Node) -> Part:
    form = page.form(node, ("text", "intent", "ranking", "entities", "rivals"), "parts")
    text = form.text("text", needed=True)
    return Part(text, _understanding(page, form, text))


def _rivals(page: Page, node: Node | None) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
    """Read `rivals: {dispute_type: {neighbour: 0.4, property_management: 0.35}}`."""
    for name, values, _ in page.entries(node, "rivals"):
        form = page.form(values, values.fields if isinstance(values, Fields) else (), name)
        yield name, tuple((value, form.number(value) or 0.0) for value in form.node.fields)


def _ranked(page: Page, node: Node) -> tuple[str, float]:
    if not isinstance(node, Fields):
        return page.text(node, "intent"), CONFIDENCE
    form = page.form(node, ("name", "confidence"), "intent")
    confidence = form.number("confidence")
    return form.text("name", needed=True), CONFIDENCE if confidence is None else confidence


def _entities(page: Page, node: Node | None, text: str) -> list[Entity]:
    if isinstance(node, Items):
        return [_entity(page, item, text) for item in node.items]
    return [_found(name, plain(value), None, text) for name, value, _ in page.entries(node, "entities")]


def _entity(page: Page, node: Node, text: str) -> Entity:
    form = page.form(node, ("entity", "value", "role"), "entities")
    return _found(form.text("entity", needed=True), form.value("value"), form.text("role") or None, text)


def _found(name: str, value: Value, role: str | None, text: str) -> Entity:
    """Place an entity where its wording stands in the text."""
    said = value.get("text") if isinstance(value, Mapping) else value
    start = text.find(str(said)) if said else -1
    return Entity(name, value, start, start + len(str(said)), role) if start >= 0 else Entity(name, value, role=role)
