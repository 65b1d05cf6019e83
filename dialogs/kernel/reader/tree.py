"""YAML text to a tree of plain values that remember their lines: text, numbers, lists and mappings, nothing else.

Only the parser's events are used: no tags, no anchors, no objects. Scalars follow YAML 1.2 (`no` and `12:30` are text),
and digits with a leading zero or more than 15 of them stay text, so that telephone and area codes survive.
"""

import math
import re
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.words import Value

LONGEST_FILE = 300_000
"""Characters of one file."""
DEEPEST = 30
"""Lists and mappings inside one another."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,3})?\Z")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: None, bool, int, float or str."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with text keys; `lines` says where each key stands."""

    fields: dict[str, "Node"]
    line: int
    lines: dict[str, int] = field(default_factory=dict)


Node: TypeAlias = Leaf | Items | Fields


def plain(node: Node) -> Value:
    """Return the node as JSON values, without lines."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.fields.items()}


def parse(file: str, text: str, problems: list[Problem]) -> Node | None:
    """Read one document; what is wrong goes to `problems`. None when there is nothing to be had."""
    where = Where(file)
    if len(text) > LONGEST_FILE:
        problems.append(problem("file_too_large", where, limit=LONGEST_FILE))
        return None
    if "\ufffd" in text or not _is_unicode(text):
        problems.append(problem("file_encoding", where))
        return None
    building = _Building(where, problems)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not building.take(event):
                return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problems.append(problem("yaml_syntax", where.at(line), detail=error.problem or error.context or ""))
        return None
    except yaml.YAMLError:
        problems.append(problem("yaml_character", where))
        return None
    return building.root or Fields({}, 1)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def resolve(text: str) -> Value:
    """Return what an unquoted scalar means."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    line: int
    is_list: bool
    items: list[Node] = field(default_factory=list)
    fields: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    key: Node | None = None

    def closed(self) -> Node:
        if self.is_list:
            return Items(tuple(self.items), self.line)
        return Fields(self.fields, self.line, self.lines)


class _Building:
    """The tree under construction, fed with the parser's events."""

    def __init__(self, where: Where, problems: list[Problem]) -> None:
        self.where = where
        self.problems = problems
        self.open: list[_Open] = []
        self.root: Node | None = None

    def tell(self, code: str, line: int, **words: object) -> None:
        self.problems.append(problem(code, self.where.at(line), **words))

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False when reading on makes no sense."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self.tell("yaml_documents", line)
            return False
        if isinstance(event, yaml.AliasEvent):
            self.tell("yaml_anchor", line)
            self.add(Leaf(None, line))
        elif isinstance(event, yaml.CollectionStartEvent):
            self.refuse_extras(event, line)
            self.open.append(_Open(line, isinstance(event, yaml.SequenceStartEvent)))
            if len(self.open) > DEEPEST:
                self.tell("yaml_too_deep", line, limit=DEEPEST)
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            self.add(self.open.pop().closed())
        elif isinstance(event, yaml.ScalarEvent):
            self.refuse_extras(event, line)
            self.add(Leaf(resolve(event.value) if event.implicit[0] else event.value, line))
        return True

    def refuse_extras(self, event: yaml.CollectionStartEvent | yaml.ScalarEvent, line: int) -> None:
        if event.anchor is not None:
            self.tell("yaml_anchor", line)
        if event.tag is not None:
            self.tell("yaml_tag", line)

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if top.is_list:
            top.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self.add_field(top, top.key, node)
            top.key = None

    def add_field(self, top: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, Leaf) or not isinstance(key.value, str):
            self.tell("yaml_key", key.line)
        elif key.value in top.fields:
            self.tell("yaml_duplicate_key", key.line, key=key.value, first=top.lines[key.value])
        else:
            top.fields[key.value] = value
            top.lines[key.value] = key.line
