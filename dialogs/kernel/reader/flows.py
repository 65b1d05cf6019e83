"""flows/*.yml: the heads of flows; their steps are laid out by `steps`."""

from dialogs.kernel.limits import TRIGGER
from dialogs.kernel.predicates import Predicate
from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.steps import read_steps
from dialogs.kernel.reader.tree import Fields, Leaf, Node
from dialogs.kernel.release import Flow, Trigger

_FLOW = (
    *("name", "description", "if", "nlu_trigger", "persisted_slots", "steps"),
    *("x-keywords", "x-whole", "x-menu", "x-scan", "x-sent", "x-entities", "x-returns", "x-offered", "x-role", "x-law"),
)
SENT = ("photo", "video", "voice", "location")
"""What can be sent out of the blue."""


def read_flows(page: Page, root: Node, flows: dict[str, Flow]) -> None:
    """Read the flows of one file into `flows`."""
    form = page.form(root, ("version", "flows"), page.where.file)
    for name, node, line in form.entries("flows"):
        if name in flows:
            page.within(name).tell("duplicate_flow", line, name=name, first=f"{flows[name].file}:{flows[name].line}")
        else:
            flows[name] = _flow(page.within(name), name, node, line)


def _flow(page: Page, name: str, node: Node, line: int) -> Flow:
    form = page.form(node, _FLOW, name)
    if not name.isascii() or not name.replace("_", "").replace("-", "").isalnum():
        page.tell("bad_name", line, name=name)
    return Flow(
        id=name,
        name=form.text("name") or name,
        description=form.text("description", needed=True),
        steps=read_steps(page, form),
        guard=_guard(page, form),
        triggers=tuple(_trigger(page, item) for item in form.items("nlu_trigger")),
        persisted_slots=form.texts("persisted_slots"),
        keywords=form.texts("x-keywords"),
        menu=form.text("x-menu") or None,
        sent=_sent(page, form),
        entities=form.texts("x-entities"),
        whole=form.texts("x-whole"),
        scans=_pairs(page, form, "x-scan"),
        returns=_pairs(page, form, "x-returns"),
        role=form.text("x-role") or None,
        offered=form.flag("x-offered", default=True),
        law=form.text("x-law"),
        file=page.where.file,
        line=line,
    )


def _pairs(page: Page, form: Form, key: str) -> dict[str, str]:
    """Read `x-scan: {checkin_: place_scene}`, `x-returns: {when: look_again}`."""
    return {name: page.text(node, key) for name, node, _ in form.entries(key)}


def _sent(page: Page, form: Form) -> dict[str, str]:
    """Read `x-sent: {photo: attachments, location: place}`."""
    node = form.get("x-sent")
    inner = None if node is None else page.form(node, SENT, "x-sent")
    return {} if inner is None else {kind: inner.text(kind, needed=True) for kind in SENT if kind in inner.node.fields}


def _guard(page: Page, form: Form) -> Predicate | None:
    node = form.get("if")
    return None if node is None else page.condition(node, "if")


def _trigger(page: Page, node: Node) -> Trigger:
    form = page.form(node, ("intent",), "nlu_trigger")
    intent = form.need("intent") or Leaf("", form.line)
    if not isinstance(intent, Fields):
        return Trigger(page.text(intent, "intent"), TRIGGER, form.line)
    inner = page.form(intent, ("name", "confidence_threshold"), "intent")
    written = inner.number("confidence_threshold")
    threshold = TRIGGER if written is None else written
    if not 0.0 <= threshold <= 1.0:
        page.tell("bad_threshold", inner.line, found=threshold)
    return Trigger(inner.text("name", needed=True), threshold, form.line)
