"""dialogs/tests/*.yml to conversations, with every problem on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from dialogs.kernel.conversations.inputs import ACTS, BESIDE, read_input
from dialogs.kernel.conversations.script import Conversation, Expectation, Said, Setting, Stub, Turn
from dialogs.kernel.problems import Problem, Where, in_order
from dialogs.kernel.reader import is_test
from dialogs.kernel.reader.form import Form, Page
from dialogs.kernel.reader.tree import Fields, Items, Leaf, Node, parse, plain
from dialogs.kernel.words import Value

SAID = ("bot", "utter")
EXPECTED = ("slot_was_set", "slot_was_not_set", "x-called", "x-not-called")


def read(sources: Mapping[str, str]) -> tuple[list[Conversation], list[Problem]]:
    """Read the conversations among the sources; one with a problem is left out."""
    problems: list[Problem] = []
    found: list[Conversation] = []
    names: set[str] = set()
    for path in sorted(filter(is_test, sources)):
        page = Page(Where(path), problems)
        root = parse(path, sources[path], problems)
        if root is not None:
            found.extend(_file(page, root, names))
    return found, in_order(problems)


def _file(page: Page, root: Node, names: set[str]) -> Iterator[Conversation]:
    form = page.form(root, ("version", "fixtures", "test_cases"), page.where.file)
    fixtures = {
        name: _setting(page, node)
        for item in form.items("fixtures")
        for name, node, _ in page.entries(item, "fixtures")
    }
    for item in form.items("test_cases"):
        before = len(page.problems)
        conversation = _case(page, item, fixtures, names)
        if len(page.problems) == before:
            yield conversation


def _setting(page: Page, node: Node) -> Setting:
    """Read a fixture: `now` and `actions` are ours, everything else is a slot."""
    setting = Setting()
    for item in page.items(node, "fixtures"):
        for name, value, _ in page.entries(item, "fixtures"):
            if name == "now":
                setting = replace(setting, now=_time(page, value))
            elif name == "actions":
                stubs = {action: _stubs(page, stub) for action, stub, _ in page.entries(value, "actions")}
                setting = Setting(stubs=stubs).over(setting)
            else:
                setting = Setting({name: plain(value)}).over(setting)
    return setting


def _stubs(page: Page, node: Node) -> tuple[Stub, ...]:
    items = node.items if isinstance(node, Items) else (node,)
    return tuple(_stub(page, item) for item in items)


def _stub(page: Page, node: Node) -> Stub:
    form = page.form(node, ("outcome", "slots"), "actions")
    slots = {name: plain(value) for name, value, _ in form.entries("slots")}
    return Stub(form.text("outcome", needed=True), slots if form.get("slots") is not None else None)


def _time(page: Page, node: Node) -> str:
    text = page.text(node, "now")
    try:
        zone = datetime.fromisoformat(text).tzinfo
    except ValueError:
        zone = None
    if text and zone is None:
        page.tell("test_time", node.line, found=text)
    return text


def _case(page: Page, node: Node, fixtures: Mapping[str, Setting], names: set[str]) -> Conversation:
    form = page.form(node, ("test_case", "fixtures", "steps", "metadata"), "test_cases")
    name = form.text("test_case", needed=True)
    if name in names:
        page.tell("test_duplicate", form.line, name=name)
    names.add(name)
    setting = Setting()
    for fixture in form.texts("fixtures"):
        if fixture not in fixtures:
            page.tell("test_fixture_unknown", form.line_of("fixtures"), name=fixture)
        setting = fixtures.get(fixture, setting).over(setting)
    turns = _turns(page, form)
    if not turns:
        page.tell("test_without_steps", form.line)
    return Conversation(page.where.file, form.line, name, setting, turns)


def _turns(page: Page, form: Form) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for item in form.items("steps"):
        step = page.form(item, item.fields if isinstance(item, Fields) else (), "steps")
        kinds = [key for key in (*ACTS, *SAID, *EXPECTED) if key in step.node.fields]
        if len(kinds) != 1:
            page.tell("test_step_shape", step.line, known=(*ACTS, *SAID, *EXPECTED))
        elif kinds[0] in ACTS:
            turns.append(_turn(page, step, kinds[0]))
        elif not turns:
            page.tell("test_starts_late", step.line)
        elif kinds[0] in SAID:
            turns[-1] = replace(turns[-1], said=(*turns[-1].said, _said(page, step, kinds[0])))
        else:
            step.refuse_unknown((kinds[0],))
            turns[-1] = replace(turns[-1], expected=(*turns[-1].expected, *_expected(page, step, kinds[0])))
    return tuple(turns)


def _turn(page: Page, form: Form, kind: str) -> Turn:
    form.refuse_unknown((kind, "now", *(BESIDE if kind in ("user", "x-voice") else ())))
    now = form.get("now")
    return Turn(
        line=form.line,
        given=read_input(page, form, kind),
        tap=form.text(kind, needed=True) if kind == "x-tap" else "",
        now="" if now is None else _time(page, now),
    )


def _said(page: Page, form: Form, kind: str) -> Said:
    form.refuse_unknown((kind, "x-buttons"))
    node = form.node.fields[kind]
    value = node.value if isinstance(node, Leaf) else None
    text = str(value) if isinstance(value, int | float) else page.text(node, kind)
    buttons = form.texts("x-buttons") if "x-buttons" in form.node.fields else None
    return Said(kind, text, buttons, form.line)


def _expected(page: Page, form: Form, kind: str) -> Iterator[Expectation]:
    node = form.node.fields[kind]
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Fields):
            for name, value in item.fields.items():
                yield Expectation(kind, name, _arguments(page, kind, value), exact=True, line=item.line)
        else:
            yield Expectation(kind, page.text(item, kind), None, exact=False, line=item.line)


def _arguments(page: Page, kind: str, node: Node) -> Value:
    if kind in ("x-called", "x-not-called"):
        return {name: plain(value) for name, value, _ in page.entries(node, kind)}
    return plain(node)
