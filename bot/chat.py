"""`python -m bot chat`: talk with the dialogs in the terminal; actions answer with the examples of actions.yml."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.check import DIALOGS
from bot.turns import CHINA
from connectors.extractors import Gazetteer, extract
from dialogs.kernel import engine, reader
from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import Call, Input, InputKind, Reply, Returned, Understanding, Value

_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("chat.yml").read_text(encoding="utf-8"))
_COMMANDS: dict[str, InputKind | None] = {
    **{_WORDS[str(kind)]: kind for kind in (InputKind.SUBSCRIBE, InputKind.MENU, InputKind.PHOTO)},
    **{_WORDS[str(kind)]: kind for kind in (InputKind.VOICE, InputKind.LOCATION)},
    **dict.fromkeys(_WORDS["leave"]),
}
"""What stands behind a # and means something other than text; None is the end."""


class Chat:
    """One conversation. `outcomes` says which example an action answers with; otherwise it is the first."""

    def __init__(self, release: Release, outcomes: Mapping[str, str]) -> None:
        self._release = release
        self._outcomes = outcomes
        self._session = Session.new("chat", "chat")
        self._gazetteer = Gazetteer.from_areas([])

    def hear(self, given: Input, now: datetime) -> Iterator[str]:
        """Answer one input, line by line."""
        if given.kind in (InputKind.TEXT, InputKind.VOICE):
            given = given._replace(understanding=Understanding(entities=extract(given.text, now, self._gazetteer)))
        sprint = engine.start(self._release, self._session, given, now.isoformat(timespec="seconds"))
        yield from self._told(sprint)
        while sprint.call is not None:
            returned = self._example(sprint.call)
            yield _say("called", action=sprint.call.action, outcome=returned.outcome)
            sprint = engine.resume(self._release, self._session, returned, now.isoformat(timespec="seconds"))
            yield from self._told(sprint)

    def _told(self, sprint: Sprint) -> Iterator[str]:
        self._session = sprint.session
        for reply in sprint.replies:
            yield from _lines(reply)

    def _example(self, call: Call) -> Returned:
        outcomes = self._release.actions[call.action].outcomes
        chosen = self._outcomes.get(call.action) or next(iter(outcomes))
        return Returned(chosen, outcomes[chosen])


def main(arguments: Sequence[str]) -> int:
    """Talk until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m bot chat", description=_WORDS["description"])
    parser.add_argument("--dialogs", type=Path, default=DIALOGS, help=_WORDS["dialogs"])
    parser.add_argument("--outcome", action="append", default=[], help=_WORDS["outcome"])
    options = parser.parse_args(arguments)
    release, problems = reader.read(reader.load(options.dialogs))
    if release is None:
        _tell([_WORDS["broken"], *map(str, problems)])
        return 1
    outcomes = dict(each.partition("=")[::2] for each in options.outcome)
    for action, outcome in outcomes.items():
        if action not in release.actions or outcome not in release.actions[action].outcomes:
            _tell([_say("bad_outcome", given=f"{action}={outcome}")])
            return 1
    _talk(Chat(release, outcomes))
    return 0


def read_line(line: str) -> Input | None:
    """What a typed line means; None: the end."""
    word, _, rest = line.removeprefix("#").strip().partition(" ")
    if not line.startswith("#") or word not in _COMMANDS:
        return Input(InputKind.TEXT, line)
    kind = _COMMANDS[word]
    if kind is None:
        return None
    if kind in (InputKind.SUBSCRIBE, InputKind.MENU):
        return Input(kind, payload=rest)
    attachment: dict[str, Value] = {"kind": str(kind), "media_id": str(kind)}
    if kind is InputKind.LOCATION:
        attachment = {"kind": str(kind), "lat": 0.0, "lng": 0.0, "label": rest}
    return Input(kind, rest, attachment=attachment)


def _talk(chat: Chat) -> None:
    _tell([_WORDS["banner"]])
    _prompt()
    for line in sys.stdin:
        given = read_line(line.strip())
        if given is None:
            return
        _tell(chat.hear(given, datetime.now(CHINA)))
        _prompt()


def _lines(reply: Reply) -> Iterator[str]:
    if reply.text:
        yield _say("said", text=reply.text)
    for button in reply.buttons:
        yield _say("button", number=button.id.rpartition("-")[2], title=button.title)
    if reply.image:
        yield _say("image", image=reply.image)
    article = reply.custom.get("article")
    if isinstance(article, Mapping):
        yield _say("article", title=article.get("title", ""))
    if reply.custom.get("handover"):
        yield _WORDS["handover"]


def _prompt() -> None:
    if sys.stdin.isatty():
        sys.stdout.write(_WORDS["prompt"])
        sys.stdout.flush()


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(key: str, **words: object) -> str:
    sentence: str = _WORDS[key]
    return sentence.format_map(words)
