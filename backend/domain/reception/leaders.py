"""Which leaders somebody means: by name, post, form of address, portfolio or place; all words are data."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from backend.domain.organisation import Organisation
from backend.domain.reception.sessions import Leader

SHARED_MIN = 2
"""So many characters in a row must be the same to mean the same; one alone says nothing."""
FULL_NAME = 100
"""Naming somebody outweighs everything else that is said."""
_SURNAME = re.compile(r"姓(\w)|^老(\w)$")
_PORTFOLIO = re.compile(r"分管|主持|主管|负责|[、，,和与]|全面工作|工作")
_ANY_REST = 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that say nothing about who is meant (`fillers`; longest first), that anybody will do, that it is a team."""

    fillers: tuple[str, ...]
    anybody: tuple[str, ...]
    joint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom somebody means. named: they did say something that should lead to somebody. anybody: they do not mind.

    joint: several who receive together, whoever they are.
    """

    leaders: tuple[Leader, ...] = ()
    named: bool = False
    anybody: bool = False
    joint: bool = False

    @property
    def chosen(self) -> bool:
        """Whether only some receptions will do."""
        return bool(self.leaders) or self.joint


def meant(
    text: str,
    leaders: Sequence[Leader],
    organisation: Organisation,
    titles: Mapping[str, str],
    vocabulary: Vocabulary,
) -> Meant:
    """Whom the words mean, best matches only, in the leaders' order; `titles` names the types of disputes."""
    said = "".join(unicodedata.normalize("NFKC", text).split())
    if any(word in said for word in vocabulary.anybody):
        return Meant(anybody=True)
    if any(word in said for word in vocabulary.joint):
        return Meant(joint=True)
    place, rest = _place(said, organisation)
    core = _without(rest, vocabulary.fillers)
    here = [one for one in leaders if place is None or one.area_code == place]
    if not core:
        return Meant(tuple(here), named=True) if place is not None and here else Meant(named=place is not None)
    scored = [(one, max(_score(core, one, titles), _score(rest, one, titles))) for one in here]
    best = max((score for _, score in scored), default=0)
    return Meant(tuple(one for one, score in scored if score == best and best > 0), named=True)


def _score(said: str, leader: Leader, titles: Mapping[str, str]) -> int:
    if leader.name in said:
        return FULL_NAME
    found = _SURNAME.search(said)
    if found and leader.name.startswith(found[1] or found[2]):
        return FULL_NAME - 1
    address = [word for word in (*leader.aliases, leader.post, leader.name[:1] + leader.post) if word in said]
    words = [*_words(leader.portfolio), *(titles.get(kind, "") for kind in leader.types)]
    shared = _longest(said, words)
    return 2 * max(map(len, address)) + shared if address else max(shared, _longest(said, [leader.post]))


def _longest(said: str, words: Iterable[str]) -> int:
    found = max((_shared(said, word) for word in words), default=0)
    return found if found >= SHARED_MIN else 0


def _words(portfolio: str) -> Iterable[str]:
    return [word for word in _PORTFOLIO.split(portfolio) if len(word) >= SHARED_MIN]


def _shared(said: str, word: str) -> int:
    """The length of the longest run of characters that both have."""
    return SequenceMatcher(None, said, word, autojunk=False).find_longest_match().size


def _place(said: str, organisation: Organisation) -> tuple[str | None, str]:
    """The area whose name was said, and what remains without it; the root is no place to tell leaders apart by."""
    root = organisation.root().code
    names = [
        (name, area.code)
        for area in organisation.areas.values()
        if area.code != root
        for name in _names(area.name, area.aliases)
    ]
    found = max(((name, code) for name, code in names if name in said), key=lambda one: len(one[0]), default=None)
    return (found[1], said.replace(found[0], "", 1)) if found else (None, said)


def _names(name: str, aliases: Iterable[str]) -> list[str]:
    return [one for one in (name, *aliases) if len(one) >= SHARED_MIN]


def _without(said: str, fillers: Iterable[str]) -> str:
    for word in fillers:
        said = said.replace(word, "")
    return said if len(said) > _ANY_REST else ""
