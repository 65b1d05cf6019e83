"""Mappings read as forms: known keys are taken with their types; what is missing or odd becomes a problem."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dialogs.kernel import predicates
from dialogs.kernel.predicates import Predicate, PredicateError
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.reader.tree import Fields, Items, Leaf, Node, plain
from dialogs.kernel.words import Value

LONGEST_CONDITION = 1_000
"""Characters of one condition."""
ALWAYS = predicates.parse("true")
"""Stands in for a condition that could not be read."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where we are reading, and where problems go."""

    where: Where
    problems: list[Problem]

    def tell(self, code: str, line: int, **words: object) -> None:
        """Note a problem at a line."""
        self.problems.append(problem(code, self.where.at(line), **words))

    def within(self, flow: str, step: str = "") -> "Page":
        """Return the same page with the flow and step named in its problems."""
        return Page(replace(self.where, flow=flow, step=step), self.problems)

    def form(self, node: Node, known: Iterable[str], key: str) -> "Form":
        """Open a mapping; report keys that are not known. Anything else is reported and read as empty."""
        if not isinstance(node, Fields):
            self.tell("want_mapping", node.line, key=key)
            node = Fields({}, node.line)
        form = Form(self, node)
        form.refuse_unknown(tuple(known))
        return form

    def items(self, node: Node | None, key: str) -> tuple[Node, ...]:
        """Return the members of a list; absent or null is an empty one."""
        if node is None or (isinstance(node, Leaf) and node.value is None):
            return ()
        if not isinstance(node, Items):
            self.tell("want_list", node.line, key=key)
            return ()
        return node.items

    def entries(self, node: Node | None, key: str) -> Iterator[tuple[str, Node, int]]:
        """Walk over a mapping: key, value, line of the key; absent or null is an empty one."""
        if node is None or (isinstance(node, Leaf) and node.value is None):
            return
        if not isinstance(node, Fields):
            self.tell("want_mapping", node.line, key=key)
            return
        for name, value in node.fields.items():
            yield name, value, node.lines.get(name, node.line)

    def text(self, node: Node, key: str) -> str:
        """Return a text."""
        if isinstance(node, Leaf) and isinstance(node.value, str):
            return node.value
        self.tell("want_text", node.line, key=key)
        return ""

    def texts(self, node: Node | None, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(text for item in self.items(node, key) if (text := self.text(item, key)))

    def condition(self, node: Node, key: str) -> Predicate:
        """Return a condition; one that cannot be read is reported and holds always."""
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return predicates.parse("true" if node.value else "false")
        text = self.text(node, key)
        return self.predicate(text, node.line) if text else ALWAYS

    def predicate(self, text: str, line: int) -> Predicate:
        """Read the text of a condition."""
        if len(text) > LONGEST_CONDITION:
            self.tell("condition_too_long", line, limit=LONGEST_CONDITION)
            return ALWAYS
        try:
            return predicates.parse(text)
        except PredicateError as error:
            self.tell(f"condition_{error.code}", line, text=text, column=error.column, found=error.found)
        except (OverflowError, RecursionError):
            # What `re` raises for patterns that are absurd rather than malformed.
            self.tell("condition_bad_regex", line, text=text, column=1, found=text)
        return ALWAYS


class Form:
    """One mapping being read."""

    def __init__(self, page: Page, node: Fields) -> None:
        self.page = page
        self.node = node
        self.line = node.line

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """Report keys outside `known`; a foreign `x-` key is only a warning."""
        for key in self.node.fields:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                code = "unknown_key" if not key.startswith("x-") else "unknown_x_key"
                self.page.tell(code, self.line_of(key), key=key, known=close or known)

    def line_of(self, key: str) -> int:
        """Return the line a key stands on."""
        return self.node.lines.get(key, self.line)

    def get(self, key: str) -> Node | None:
        """Return a value as it stands; null counts as absent."""
        node = self.node.fields.get(key)
        return None if isinstance(node, Leaf) and node.value is None else node

    def need(self, key: str) -> Node | None:
        """Return a value that must be there."""
        node = self.get(key)
        if node is None:
            self.page.tell("missing_key", self.line, key=key)
        return node

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return a text, empty when absent."""
        node = self.need(key) if needed else self.get(key)
        return "" if node is None else self.page.text(node, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return self.page.texts(self.get(key), key)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false; the default when absent or neither."""
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return node.value
        self.page.tell("want_flag", node.line, key=key)
        return default

    def number(self, key: str) -> float | None:
        """Return a number, None when absent."""
        node = self.get(key)
        if node is None:
            return None
        if isinstance(node, Leaf) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return node.value
        self.page.tell("want_number", node.line, key=key)
        return None

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the members of a list."""
        return self.page.items(self.get(key), key)

    def entries(self, key: str) -> Iterator[tuple[str, Node, int]]:
        """Walk over a mapping: key, value, line."""
        return self.page.entries(self.get(key), key)

    def value(self, key: str) -> Value:
        """Return a value as plain JSON."""
        node = self.get(key)
        return None if node is None else plain(node)
