"""A slot of domain.yml, and the rejections that slots and collect steps share."""

from typing import cast

from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.tree import Leaf, Node
from dialogs.kernel.release import Rejection, Slot, SlotMapping, SlotType

TYPES = ("text", "bool", "float", "categorical", "any", "list")
MAPPINGS = ("from_text", "from_intent", "from_trigger_intent", "from_entity", "controlled")
_SLOT = (
    *("type", "initial_value", "values", "mappings", "validation"),
    *("x-label", "x-aliases", "x-titles", "x-words", "x-titles-from", "x-personal", "x-longest"),
)
_MAPPING = ("type", "entity", "role", "intent", "not_intent", "value", "conditions")


def read_slot(page: Page, name: str, node: Node, line: int) -> Slot:
    """Read one slot."""
    form = page.form(node, _SLOT, name)
    longest = form.number("x-longest")
    return Slot(
        name=name,
        type=_type(page, form),
        initial=form.value("initial_value"),
        values=_values(page, form),
        mappings=tuple(_mapping(page, item) for item in form.items("mappings")),
        rejections=_validation(page, form),
        label=form.text("x-label"),
        aliases=form.texts("x-aliases"),
        titles={key: page.text(title, "x-titles") for key, title, _ in form.entries("x-titles")},
        words={key: page.texts(words, "x-words") for key, words, _ in form.entries("x-words")},
        titles_from=form.text("x-titles-from") or None,
        personal=form.flag("x-personal"),
        longest=None if longest is None else int(longest),
        line=line,
    )


def read_rejections(page: Page, form: Form) -> tuple[Rejection, ...]:
    """Read `rejections: [{if, utter}]`."""
    return tuple(_rejection(page, item) for item in form.items("rejections"))


def _rejection(page: Page, node: Node) -> Rejection:
    form = page.form(node, ("if", "utter"), "rejections")
    condition = form.need("if")
    return Rejection(
        page.condition(condition or Leaf(value=True, line=form.line), "if"),
        form.text("utter", needed=True),
        form.line,
    )


def _validation(page: Page, form: Form) -> tuple[Rejection, ...]:
    node = form.get("validation")
    return () if node is None else read_rejections(page, page.form(node, ("rejections",), "validation"))


def _type(page: Page, form: Form) -> SlotType:
    kind = form.text("type", needed=True)
    if kind in TYPES:
        return cast("SlotType", kind)
    if kind:
        page.tell("slot_type", form.line_of("type"), found=kind, known=TYPES)
    return "any"


def _values(page: Page, form: Form) -> tuple[str, ...]:
    values = form.texts("values")
    if len(set(values)) < len(values):
        page.tell("duplicate_value", form.line_of("values"))
    return values


def _mapping(page: Page, node: Node) -> SlotMapping:
    form = page.form(node, _MAPPING, "mappings")
    kind = form.text("type", needed=True)
    if kind and kind not in MAPPINGS:
        page.tell("mapping_type", form.line_of("type"), found=kind, known=MAPPINGS)
    if kind == "from_entity" and form.get("entity") is None:
        page.tell("missing_key", form.line, key="entity")
    return SlotMapping(
        kind=kind,
        entity=form.text("entity") or None,
        role=form.text("role") or None,
        intents=_one_or_many(page, form, "intent"),
        not_intents=_one_or_many(page, form, "not_intent"),
        value=form.value("value"),
        flows=tuple(flow for item in form.items("conditions") if (flow := _active_flow(page, item))),
    )


def _one_or_many(page: Page, form: Form, key: str) -> tuple[str, ...]:
    node = form.get(key)
    if isinstance(node, Leaf):
        return (page.text(node, key),)
    return page.texts(node, key)


def _active_flow(page: Page, node: Node) -> str:
    return page.form(node, ("active_flow",), "conditions").text("active_flow", needed=True)
