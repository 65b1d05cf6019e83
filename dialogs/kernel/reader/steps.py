"""The steps of a flow: nested branches are laid out flat, every step gets an id, every way on a target.

An unnamed step is called after what it does (`collect_place`, the second one `collect_place_2`), so that adding a
step elsewhere does not rename it.
"""

from collections.abc import Iterator
from typing import cast

from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.slots import read_rejections
from dialogs.kernel.reader.tree import Fields, Items, Leaf, Node, plain
from dialogs.kernel.release import END, Branch, Step, StepKind
from dialogs.kernel.words import Value

KINDS = ("action", "collect", "set_slots", "noop", "link", "call")
_ANY = ("id", "next", "description", "x-law")
_KEYS: dict[str, tuple[str, ...]] = {
    "action": ("action", *_ANY),
    "collect": (
        *("collect", "utter", "ask_before_filling", "rejections", "force_slot_filling", "x-optional"),
        *_ANY,
    ),
    "set_slots": ("set_slots", *_ANY),
    "noop": ("noop", *_ANY),
    "link": ("link", *_ANY),
    "call": ("call", *_ANY),
}


def read_steps(page: Page, form: Form) -> dict[str, Step]:
    """Lay out the steps of a flow; an empty flow is reported and ends at once."""
    nodes = _mappings(page, form.items("steps"))
    if not nodes:
        page.tell("flow_without_steps", form.line)
    layout = _Layout(page)
    layout.name(nodes)
    layout.lay(nodes, END)
    layout.refuse_lost()
    return layout.steps or {"noop": Step("noop", "noop", next=(Branch(None, END),), line=form.line)}


def _mappings(page: Page, nodes: tuple[Node, ...]) -> list[Fields]:
    for node in nodes:
        if not isinstance(node, Fields):
            page.tell("want_mapping", node.line, key="steps")
    return [node for node in nodes if isinstance(node, Fields)]


def _kind(node: Fields) -> StepKind | None:
    kinds = [kind for kind in KINDS if kind in node.fields]
    return cast("StepKind", kinds[0]) if len(kinds) == 1 else None


def _ways(node: Fields) -> Iterator[Fields]:
    """Walk over the if/then and else entries of a step's `next`."""
    ways = node.fields.get("next")
    if isinstance(ways, Items):
        yield from (way for way in ways.items if isinstance(way, Fields))


def _branches(node: Fields) -> Iterator[Items]:
    """Walk over the nested lists of steps in a step's `next`."""
    for way in _ways(node):
        yield from (value for key in ("then", "else") if isinstance(value := way.fields.get(key), Items))


class _Layout:
    """The steps of one flow on their way from nested to flat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ids: dict[int, str] = {}
        self.named: dict[str, int] = {}
        self.steps: dict[str, Step] = {}
        self.targets: list[tuple[str, int, str]] = []

    def name(self, nodes: list[Fields]) -> None:
        """Give every step its id, written ones first so that made-up ones keep clear of them."""
        every = list(self.walk(nodes))
        for node in every:
            self.name_as_written(node)
        for node in every:
            if id(node) not in self.ids:
                self.make_name(node)

    def walk(self, nodes: list[Fields]) -> Iterator[Fields]:
        for node in nodes:
            yield node
            for branch in _branches(node):
                yield from self.walk([item for item in branch.items if isinstance(item, Fields)])

    def name_as_written(self, node: Fields) -> None:
        written = node.fields.get("id")
        if written is None:
            return
        name = self.page.text(written, "id")
        if name in self.named:
            self.page.within(self.page.where.flow, name).tell("duplicate_step", written.line, first=self.named[name])
        elif name == END or not name.strip():
            self.page.tell("bad_name", written.line, name=name)
        else:
            self.ids[id(node)] = name
            self.named[name] = written.line

    def make_name(self, node: Fields) -> None:
        kind = _kind(node) or "step"
        value = node.fields.get(kind)
        about = value.value if isinstance(value, Leaf) and isinstance(value.value, str) else ""
        stem = about if kind == "action" and about else f"{kind}_{about}".rstrip("_")
        name, number = stem, 1
        while name in self.named or name == END:
            number += 1
            name = f"{stem}_{number}"
        self.ids[id(node)] = name
        self.named[name] = node.line

    def lay(self, nodes: list[Fields], after: str | None) -> None:
        """Build the steps of one list; `after` is where its last one goes, None inside a branch."""
        for place, node in enumerate(nodes):
            last = place == len(nodes) - 1
            self.lay_step(node, after if last else self.ids[id(nodes[place + 1])], last=last)
            for branch in _branches(node):
                inner = _mappings(self.page, branch.items)
                self.lay(inner, None)

    def lay_step(self, node: Fields, following: str | None, *, last: bool) -> None:
        name, kind = self.ids[id(node)], _kind(node)
        page = self.page.within(self.page.where.flow, name)
        if kind is None:
            page.tell("step_kind", node.line, known=KINDS)
            kind = "noop"
            form = page.form(node, tuple(node.fields), "steps")
        else:
            form = page.form(node, _KEYS[kind], "steps")
        if kind == "link":
            self.check_link(page, form, last=last)
            ways: tuple[Branch, ...] = ()
        else:
            ways = self.ways_on(page, form, kind, following)
        self.steps[name] = _step(page, form, name, kind, ways)

    @staticmethod
    def check_link(page: Page, form: Form, *, last: bool) -> None:
        if form.get("next") is not None:
            page.tell("link_with_next", form.line_of("next"))
        if not last:
            page.tell("link_not_last", form.line)

    def ways_on(self, page: Page, form: Form, kind: str, following: str | None) -> tuple[Branch, ...]:
        node = form.get("next")
        if node is None:
            if kind == "noop":
                page.tell("noop_without_next", form.line)
            elif following is None:
                page.tell("branch_without_next", form.line)
            return (Branch(None, following or END, form.line),)
        if not isinstance(node, Items):
            return (Branch(None, self.target(page, node, "next"), node.line),)
        branches = tuple(self.way(page, item) for item in node.items)
        elses = [place for place, branch in enumerate(branches) if branch.condition is None]
        if not elses:
            page.tell("missing_else", node.line)
        elif elses != [len(branches) - 1]:
            page.tell("else_not_last", branches[elses[0]].line)
        return branches

    def way(self, page: Page, node: Node) -> Branch:
        form = page.form(node, ("if", "then", "else"), "next")
        condition, then, other = form.get("if"), form.get("then"), form.get("else")
        if other is not None and condition is None and then is None:
            return Branch(None, self.target(page, other, "else"), form.line)
        if condition is None or then is None or other is not None:
            page.tell("way_shape", form.line)
            return Branch(page.predicate("true", form.line), END, form.line)
        return Branch(page.condition(condition, "if"), self.target(page, then, "then"), form.line)

    def target(self, page: Page, node: Node, key: str) -> str:
        if isinstance(node, Items):
            inner = [item for item in node.items if isinstance(item, Fields)]
            if inner:
                return self.ids[id(inner[0])]
            page.tell("branch_empty", node.line)
            return END
        target = page.text(node, key)
        self.targets.append((target, node.line, page.where.step))
        return target

    def refuse_lost(self) -> None:
        """Report targets that are no step of this flow."""
        for target, line, step in self.targets:
            if target and target != END and target not in self.steps:
                page = self.page.within(self.page.where.flow, step)
                page.tell("unknown_step", line, name=target, known=sorted(self.steps))


def _step(page: Page, form: Form, name: str, kind: StepKind, ways: tuple[Branch, ...]) -> Step:
    is_collect = kind == "collect"
    if kind == "noop" and "noop" in form.node.fields and not form.flag("noop"):
        page.tell("noop_false", form.line)
    return Step(
        id=name,
        kind=kind,
        name=form.text(kind, needed=True) if kind not in ("noop", "set_slots") else "",
        next=ways,
        utter=(form.text("utter") or None) if is_collect else None,
        ask_before_filling=is_collect and form.flag("ask_before_filling"),
        force_slot_filling=is_collect and form.flag("force_slot_filling"),
        optional=is_collect and form.flag("x-optional"),
        rejections=read_rejections(page, form) if is_collect else (),
        assignments=_assignments(page, form) if kind == "set_slots" else (),
        description=form.text("description"),
        law=form.text("x-law"),
        line=form.line,
    )


def _assignments(page: Page, form: Form) -> tuple[tuple[str, Value], ...]:
    pairs = tuple(
        (slot, plain(value)) for item in form.items("set_slots") for slot, value, _ in page.entries(item, "set_slots")
    )
    if not pairs:
        page.tell("missing_key", form.line, key="set_slots")
    return pairs
