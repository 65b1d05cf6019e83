"""From the files of dialogs/ to a release, with every problem on the way; never an exception."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dialogs.kernel.checks import structure
from dialogs.kernel.problems import Problem, Where, in_order
from dialogs.kernel.reader.actions import read_actions
from dialogs.kernel.reader.domain import Domain, read_domain
from dialogs.kernel.reader.flows import read_flows
from dialogs.kernel.reader.form import Page
from dialogs.kernel.reader.tree import LONGEST_FILE, Fields, Node, parse
from dialogs.kernel.release import Action, Flow, Release, Step

DOMAIN = "domain.yml"
ACTIONS = "actions.yml"
_UNPARSED = {
    *("file_missing", "file_too_large", "file_encoding"),
    *("yaml_syntax", "yaml_character", "yaml_documents", "yaml_too_deep"),
}
MOST_PROBLEMS = 500
"""Problems reported at once."""


def load(folder: Path) -> dict[str, str]:
    """Take the texts of a folder: domain.yml, actions.yml, flows/*.yml and tests/*.yml by relative path."""
    found = [folder / DOMAIN, folder / ACTIONS, *folder.glob("flows/*.yml"), *folder.glob("tests/*.yml")]
    return {path.relative_to(folder).as_posix(): _text(path) for path in sorted(found) if path.is_file()}


def is_test(path: str) -> bool:
    """Say whether a source is a conversation test, which is no part of a release."""
    return path.startswith("tests/")


def release_id(sources: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of all sources except tests, whatever their order."""
    digest = hashlib.sha256()
    for path in sorted(path for path in sources if not is_test(path)):
        for part in (path, sources[path]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def read(sources: Mapping[str, str]) -> tuple[Release | None, list[Problem]]:
    """Compile sources; the release is None when a problem is an error."""
    problems: list[Problem] = []
    draft = _draft({path: text for path, text in sources.items() if not is_test(path)}, problems)
    # What a file that cannot be parsed would have declared is not held against the others.
    if not any(found.code in _UNPARSED for found in problems):
        problems.extend(structure.check(draft))
    problems = in_order(problems)[:MOST_PROBLEMS]
    return (None if any(found.is_error for found in problems) else draft), problems


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4 * LONGEST_FILE + 1).decode("utf-8", "replace")


def _draft(sources: Mapping[str, str], problems: list[Problem]) -> Release:
    domain, actions, flows = Domain(), dict[str, Action](), dict[str, Flow]()
    if DOMAIN not in sources:
        Page(Where(DOMAIN), problems).tell("file_missing", 0)
    for path in sorted(sources):
        page = Page(Where(path), problems)
        root = _root(page, sources[path])
        if path == DOMAIN:
            domain = read_domain(page, root)
        elif path == ACTIONS:
            actions = read_actions(page, root)
        elif path.startswith("flows/"):
            read_flows(page, root, flows)
        else:
            page.tell("file_unknown", 0)
    _match_actions(domain, actions, Page(Where(DOMAIN), problems))
    return _release(sources, domain, actions, flows)


def _release(
    sources: Mapping[str, str], domain: Domain, actions: Mapping[str, Action], flows: Mapping[str, Flow]
) -> Release:
    return Release(
        id=release_id(sources),
        sources=dict(sources),
        flows={name: _with_questions(flow, domain, actions) for name, flow in flows.items()},
        slots=domain.slots,
        responses=domain.responses,
        actions=actions,
        intents=domain.intents,
        entities=domain.entities,
        repairs=domain.repairs,
        safety=domain.safety,
        required=domain.required,
        thresholds=domain.thresholds,
    )


def _root(page: Page, text: str) -> Node:
    node = parse(page.where.file, text, page.problems)
    return Fields({}, 1) if node is None else node


def _match_actions(domain: Domain, actions: Mapping[str, Action], page: Page) -> None:
    for name, line in domain.actions.items():
        if name.startswith("action_") and name not in actions:
            page.tell("action_without_contract", line, name=name)


def _with_questions(flow: Flow, domain: Domain, actions: Mapping[str, Action]) -> Flow:
    steps = {name: _with_question(step, domain, actions) for name, step in flow.steps.items()}
    return replace(flow, steps=steps)


def _with_question(step: Step, domain: Domain, actions: Mapping[str, Action]) -> Step:
    """Say how a collect asks: its own `utter`, else `action_ask_<slot>` where there is one, else `utter_ask_<slot>`."""
    if step.kind != "collect" or step.utter:
        return step
    asking = f"action_ask_{step.name}"
    if asking in actions or asking in domain.actions:
        return replace(step, ask_action=asking)
    return replace(step, utter=f"utter_ask_{step.name}")
