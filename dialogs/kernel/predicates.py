"""Conditions of flows: text to a small tree that says whether it holds. Never eval.

Precedence is the usual one: `or` under `and` under `not`. Where pypred, which Rasa uses, would read a file
differently, the predicate says so (`mixed`), and the checks turn that into a problem.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.kernel.words import Value

Names: TypeAlias = Mapping[str, Mapping[str, Value]]
"""What names stand for: {"slots": {...}, "context": {...}}. What is absent is null."""

DEPTH = 40
"""Brackets and `not` inside one another."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<op><=|>=|!=|==|=|<|>)
    | (?P<mark>[(){},])
    | (?P<word>[^\W\d]\w*(?:\.\w+)*)
    )""",
    re.VERBOSE,
)
_CONSTANTS: Mapping[str, Value] = {"null": None, "none": None, "true": True, "false": False}
_RESERVED = {"and", "or", "not", "is", "contains", "matches"}
_ROOTS = ("slots", "context")


class PredicateError(ValueError):
    """A condition that cannot be read: `code` names what is wrong at `column` (from 1), `found` is the text there.

    Codes: unexpected_end, unexpected_token, unknown_character, unclosed_string, unquoted_word, bad_regex, too_deep.
    """

    def __init__(self, code: str, column: int, found: str = "") -> None:
        super().__init__(f"{code} at column {column}: {found!r}")
        self.code = code
        self.column = column
        self.found = found


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; a set `{"a" "b"}` is a tuple of its members."""

    value: Value

    def of(self, _names: Names) -> Value:
        """Return the constant."""
        return self.value


@dataclass(frozen=True, slots=True)
class Name:
    """`slots.x` or `context.x`, and where it stands (column from 1); `slots.x.y` is a member of what x holds."""

    root: str
    key: str
    column: int
    member: str = ""

    def of(self, names: Names) -> Value:
        """Look the name up; null when absent."""
        scope = names.get(self.root)
        value = None if scope is None else scope.get(self.key)
        if not self.member:
            return value
        return value.get(self.member) if isinstance(value, Mapping) else None


Operand: TypeAlias = Literal | Name


@dataclass(frozen=True, slots=True)
class Truth:
    """An operand on its own: holds unless null, false, 0 or empty."""

    operand: Operand

    def holds(self, names: Names) -> bool:
        """Say whether the operand counts as true."""
        return bool(self.operand.of(names))


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`; op is one of = != < <= > >= contains matches (`is` and `is not` are = and !=)."""

    left: Operand
    op: str
    right: Operand
    pattern: re.Pattern[str] | None = None

    def holds(self, names: Names) -> bool:
        """Compare the two sides; what cannot be compared does not hold."""
        left = self.left.of(names)
        if self.pattern is not None:
            return isinstance(left, str) and self.pattern.search(left) is not None
        right = self.right.of(names)
        if self.op == "=":
            return same(left, right)
        if self.op == "!=":
            return not same(left, right)
        if self.op == "contains":
            return _contains(left, right)
        return _ordered(self.op, left, right)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a node."""

    node: "Node"

    def holds(self, names: Names) -> bool:
        """Hold when the node does not."""
        return not self.node.holds(names)


@dataclass(frozen=True, slots=True)
class Every:
    """Nodes joined by `and`."""

    nodes: tuple["Node", ...]

    def holds(self, names: Names) -> bool:
        """Hold when all nodes do."""
        return all(node.holds(names) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Some:
    """Nodes joined by `or`."""

    nodes: tuple["Node", ...]

    def holds(self, names: Names) -> bool:
        """Hold when any node does."""
        return any(node.holds(names) for node in self.nodes)


Node: TypeAlias = Truth | Compare | Not | Every | Some


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition that has been read: its text, its tree, the names in it.

    mixed: column of an `and` beside an `or` without brackets, where pypred reads something else; else None.
    """

    text: str
    root: Node
    names: tuple[Name, ...] = ()
    mixed: int | None = None

    def holds(self, names: Names) -> bool:
        """Say whether the condition holds; never raises."""
        return self.root.holds(names)


def parse(text: str) -> Predicate:
    """Read a condition; raises PredicateError."""
    reading = _Reading(text)
    root = reading.disjunction(0)
    reading.expect_end()
    return Predicate(text, root, tuple(reading.names), reading.mixed)


def same(left: Value, right: Value) -> bool:
    """Equality of JSON values: true is not 1; a set on the right asks whether the left is one of it."""
    if isinstance(right, tuple):
        if isinstance(left, list):
            return len(left) == len(right) and all(any(same(a, b) for b in right) for a in left)
        return any(same(left, member) for member in right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _contains(left: Value, right: Value) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    if isinstance(left, list | tuple):
        return any(same(member, right) for member in left)
    return False


def _ordered(op: str, left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    if op == "<":
        return bool(left < right)
    if op == "<=":
        return bool(left <= right)
    return bool(left > right) if op == ">" else bool(left >= right)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int

    def is_word(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            code = "unclosed_string" if text[start] in "\"'" else "unknown_character"
            raise PredicateError(code, start + 1, text[start : start + 20])
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + 1)
        at = match.end()
    yield _Token("end", "", end + 1)


class _Reading:
    """One pass over the tokens, from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.names: list[Name] = []
        self.joined = False
        self.mixed: int | None = None

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind == "end":
            raise PredicateError("unexpected_end", token.column)
        self.at += 1
        return token

    def take_word(self, word: str) -> bool:
        found = self.token.is_word(word)
        self.at += found
        return found

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(self.token)

    def disjunction(self, depth: int) -> Node:
        nodes, bare_and = [self.conjunction(depth)], self.joined
        column = self.token.column
        while self.take_word("or"):
            nodes.append(self.conjunction(depth))
            bare_and = bare_and or self.joined
        if len(nodes) == 1:
            return nodes[0]
        if bare_and and self.mixed is None:
            self.mixed = column
        return Some(tuple(nodes))

    def conjunction(self, depth: int) -> Node:
        nodes = [self.negation(depth)]
        while self.take_word("and"):
            nodes.append(self.negation(depth))
        self.joined = len(nodes) > 1
        return Every(tuple(nodes)) if self.joined else nodes[0]

    def negation(self, depth: int) -> Node:
        if depth > DEPTH:
            raise PredicateError("too_deep", self.token.column)
        if self.take_word("not"):
            return Not(self.negation(depth + 1))
        if self.token.text == "(" and self.token.kind == "mark":
            self.take()
            node = self.disjunction(depth + 1)
            closing = self.take()
            if closing.text != ")":
                raise self.unexpected(closing)
            return node
        return self.comparison()

    def comparison(self) -> Node:
        left = self.operand()
        op = self.operator()
        if op is None:
            return Truth(left)
        token = self.token
        right = self.operand()
        if op != "matches":
            return Compare(left, op, right)
        return Compare(left, op, right, _pattern(right, token))

    def operator(self) -> str | None:
        token = self.token
        if token.kind == "op":
            self.take()
            return "=" if token.text == "==" else token.text
        if self.take_word("is"):
            return "!=" if self.take_word("not") else "="
        for word in ("contains", "matches"):
            if self.take_word(word):
                return word
        return None

    def operand(self) -> Operand:
        token = self.take()
        if token.text == "{" and token.kind == "mark":
            return Literal(self.members())
        if token.kind == "word" and token.text.lower() not in _CONSTANTS:
            return self.name(token)
        return Literal(self.constant(token))

    def members(self) -> tuple[Value, ...]:
        members: list[Value] = []
        while (token := self.take()).text != "}" or token.kind != "mark":
            if token.kind == "mark" and token.text == ",":
                continue
            members.append(self.constant(token))
        return tuple(members)

    def constant(self, token: _Token) -> Value:
        if token.kind == "string":
            quote = token.text[0]
            return token.text[1:-1].replace("\\" + quote, quote).replace("\\\\", "\\")
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "word" and token.text.lower() in _CONSTANTS:
            return _CONSTANTS[token.text.lower()]
        raise self.unexpected(token)

    def name(self, token: _Token) -> Name:
        root, dot, rest = token.text.partition(".")
        key, _, member = rest.partition(".")
        if not dot or root not in _ROOTS or "." in member:
            raise self.unexpected(token)
        name = Name(root, key, token.column, member)
        self.names.append(name)
        return name

    @staticmethod
    def unexpected(token: _Token) -> PredicateError:
        plain = token.kind == "word" and token.text.lower() not in _RESERVED
        return PredicateError("unquoted_word" if plain else "unexpected_token", token.column, token.text)


def _pattern(right: Operand, token: _Token) -> re.Pattern[str]:
    if not isinstance(right, Literal) or not isinstance(right.value, str):
        raise PredicateError("bad_regex", token.column, token.text)
    try:
        with warnings.catch_warnings():
            # `[[` may mean something else in a later Python; here it means what it does now.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(right.value)
    except re.error as error:
        raise PredicateError("bad_regex", token.column, token.text) from error
