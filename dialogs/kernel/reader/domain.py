"""domain.yml: intents, entities, slots, responses, and our additions under `x-` keys."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from dialogs.kernel.predicates import Predicate
from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.slots import read_slot
from dialogs.kernel.reader.tree import Fields, Leaf, Node, plain
from dialogs.kernel.release import Choice, Slot, Thresholds, Variation
from dialogs.kernel.words import Value

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_KEYS = (
    "version",
    "intents",
    "entities",
    "slots",
    "responses",
    "actions",
    "x-repairs",
    "x-safety",
    "x-required",
    "x-thresholds",
)
_VARIATION = ("text", "buttons", "condition", "channel", "image", "custom", "x-buttons-from")


@dataclass(slots=True)
class Domain:
    """What domain.yml declares."""

    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, tuple[Variation, ...]] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    repairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    safety: dict[str, tuple[str, ...]] = field(default_factory=dict)
    required: dict[str, tuple[str, ...]] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)


def read_domain(page: Page, root: Node) -> Domain:
    """Read the whole domain."""
    form = page.form(root, _KEYS, "domain")
    domain = Domain(intents=_names(page, form, "intents"), entities=_names(page, form, "entities"))
    for name, node, line in form.entries("slots"):
        _check_name(page, name, line)
        domain.slots[name] = read_slot(page, name, node, line)
    for name, node, line in form.entries("responses"):
        _check_name(page, name, line)
        domain.responses[name] = _variations(page, name, node, line)
    for item in form.items("actions"):
        domain.actions.setdefault(page.text(item, "actions"), item.line)
    domain.repairs = _word_lists(page, form, "x-repairs")
    domain.safety = _word_lists(page, form, "x-safety")
    domain.required = _word_lists(page, form, "x-required")
    domain.thresholds = _thresholds(page, form)
    return domain


def _thresholds(page: Page, form: Form) -> Thresholds:
    """Read `x-thresholds: {trigger: 0.6, sure: 0.7}`; what is not written keeps its default."""
    node = form.get("x-thresholds")
    if node is None:
        return Thresholds()
    inner = page.form(node, [each.name for each in fields(Thresholds)], "x-thresholds")
    written = {each.name: inner.number(each.name) for each in fields(Thresholds)}
    for found in written.values():
        if found is not None and not 0.0 <= found <= 1.0:
            page.tell("bad_threshold", inner.line, found=found)
    return Thresholds(**{name: value for name, value in written.items() if value is not None})


def _check_name(page: Page, name: str, line: int) -> None:
    if not NAME.match(name):
        page.tell("bad_name", line, name=name)


def _names(page: Page, form: Form, key: str) -> tuple[str, ...]:
    """Read a list of names; Rasa also allows `- name: {settings}`, whose settings are the model's business."""
    names: dict[str, None] = {}
    for item in form.items(key):
        only = next(iter(item.fields), "") if isinstance(item, Fields) and len(item.fields) == 1 else None
        name = page.text(item, key) if only is None else only
        if name in names:
            page.tell("duplicate_name", item.line, name=name)
        elif name:
            names[name] = None
    return tuple(names)


def _word_lists(page: Page, form: Form, key: str) -> dict[str, tuple[str, ...]]:
    return {name: page.texts(node, name) for name, node, _ in form.entries(key)}


def _variations(page: Page, name: str, node: Node, line: int) -> tuple[Variation, ...]:
    items = page.items(node, name)
    if not items:
        page.tell("response_empty", line, name=name)
    return tuple(_variation(page, name, item) for item in items)


def _variation(page: Page, name: str, node: Node) -> Variation:
    form = page.form(node, _VARIATION, name)
    text, image, custom = form.text("text"), form.text("image"), dict(_custom(form))
    if not (text or image or custom):
        page.tell("response_empty", form.line, name=name)
    return Variation(
        text=text,
        buttons=tuple(_button(page, item) for item in form.items("buttons")),
        buttons_from=form.text("x-buttons-from") or None,
        condition=_condition(page, form),
        channel=form.text("channel") or None,
        image=image or None,
        custom=custom,
        line=form.line,
    )


def _custom(form: Form) -> Mapping[str, Value]:
    return {key: plain(node) for key, node, _ in form.entries("custom")}


def _button(page: Page, node: Node) -> Choice:
    form = page.form(node, ("title", "payload"), "buttons")
    return Choice(form.text("title", needed=True), form.text("payload", needed=True))


def _condition(page: Page, form: Form) -> Predicate | None:
    """Read Rasa's list of `{type: slot, name, value}`, or a condition as in flows."""
    node = form.get("condition")
    if node is None:
        return None
    if isinstance(node, Leaf):
        return page.condition(node, "condition")
    parts = [_slot_equals(page, item) for item in page.items(node, "condition")]
    return page.predicate(" and ".join(parts), node.line) if parts else None


def _slot_equals(page: Page, node: Node) -> str:
    form = page.form(node, ("type", "name", "value"), "condition")
    if form.text("type", needed=True) != "slot":
        page.tell("response_condition", form.line)
    name = form.text("name", needed=True)
    value = form.value("value")
    literal = "null" if value is None else json.dumps(value, ensure_ascii=False)
    return f"slots.{name} = {literal}"
