"""actions.yml: the contract of every action the flows may call."""

from dialogs.kernel.reader.form import Page
from dialogs.kernel.reader.tree import Node, plain
from dialogs.kernel.release import Action

_KEYS = ("description", "inputs", "outcomes", "sets", "durable")


def read_actions(page: Page, root: Node) -> dict[str, Action]:
    """Read all actions."""
    form = page.form(root, ("version", "actions"), "actions.yml")
    return {name: _action(page, name, node, line) for name, node, line in form.entries("actions")}


def _action(page: Page, name: str, node: Node, line: int) -> Action:
    form = page.form(node, _KEYS, name)
    if not name.startswith("action_"):
        page.tell("action_name", line, name=name)
    outcomes = {
        outcome: {slot: plain(value) for slot, value, _ in page.entries(example, outcome)}
        for outcome, example, _ in form.entries("outcomes")
    }
    if not outcomes:
        page.tell("action_without_outcome", line, name=name)
    return Action(
        name=name,
        inputs=form.texts("inputs"),
        outcomes=outcomes,
        sets=form.texts("sets"),
        durable=form.flag("durable"),
        line=line,
    )
