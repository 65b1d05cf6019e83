"""Rasa NLU over HTTP: what a text means, within a budget; silence is None and never an error."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from dialogs.kernel.words import Entity, Understanding

BUDGET_SECONDS = 1.0
"""A person waits; without an answer by then the conversation goes on with keywords and menus."""
MAX_CHARACTERS = 500
"""More of a text does not change its intent, and only takes time."""
FAILURES_IN_A_ROW = 3
PAUSE_SECONDS = 15.0
TOLD_FROM = 0.5
"""One kind must hold more than this share of all kinds to be the matter somebody wants to see a leader about."""
TYPED_FROM = 0.4
"""Below this sum of confidence a text is hardly a dispute, and the likeliest kind of it would be a guess."""
LEANING_FROM = 0.2
"""From this sum of confidence on a text has something of a dispute, and its likeliest kinds are worth offering."""
RANKED = 10
"""How many intents are handed on."""
RIVALS = 4
"""How many kinds of dispute are handed on."""
IN_FLIGHT = 24
"""Questions asked and not yet answered. Rasa takes one after the other, in 5 to 9 ms: more would only wait, and the
person is better served at once by keywords and menus."""

REPORT = "report_dispute"
BOOK = "book_reception"
DISPUTE_TYPE = "dispute_type"
_TYPED = "dispute_"
_OK = 200


class NotAnAnswerError(ValueError):
    """What came is not an answer of Rasa's."""


def _unnoticed() -> None:
    """Nobody counts."""


@dataclass(slots=True)
class Circuit:
    """Stops asking after failures in a row; after a pause lets one question through and decides by its answer.

    Beyond `most` questions under way it lets none through and tells `shed`.
    """

    failures_in_a_row: int = FAILURES_IN_A_ROW
    pause_s: float = PAUSE_SECONDS
    failed: int = 0
    closed_until: float = -math.inf
    probing: bool = False
    most: int = IN_FLIGHT
    under_way: int = 0
    shed: Callable[[], None] = _unnoticed

    def admits(self, now: float) -> bool:
        """Whether to ask now; an admitted question must end in `note`."""
        if self.under_way >= self.most:
            self.shed()
            return False
        if self.failed >= self.failures_in_a_row:
            if self.probing or now < self.closed_until:
                return False
            self.probing = True
        self.under_way += 1
        return True

    def note(self, now: float, *, answered: bool | None) -> None:
        """Take in what came of a question; None: the asker went away, which says nothing of the server."""
        self.probing = False
        self.under_way -= 1
        if answered is None:
            return
        self.failed = 0 if answered else self.failed + 1
        if self.failed >= self.failures_in_a_row:
            self.closed_until = now + self.pause_s


class RasaClient:
    """Asks one Rasa server. `clock` counts seconds and never goes back (`time.monotonic`)."""

    def __init__(
        self,
        http: ClientSession,
        url: str,
        *,
        clock: Callable[[], float],
        budget_s: float = BUDGET_SECONDS,
        circuit: Circuit | None = None,
    ) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/model/parse"
        self._clock = clock
        self._timeout = ClientTimeout(total=budget_s)
        self._circuit = circuit or Circuit()

    async def parse(self, text: str) -> Understanding | None:
        """What the text means, disputes folded (see `fold`); None when Rasa is silent, for whatever reason."""
        # A leading slash is Rasa's short form for intents and entities: nobody outside may name them.
        said = text[:MAX_CHARACTERS].lstrip("/ \t\r\n")
        if not said or not self._circuit.admits(self._clock()):
            return None
        answered: bool | None = None
        try:
            understood = await self._ask(said)
            answered = True
        except (ClientError, TimeoutError, OSError, ValueError, RecursionError):
            # Which of them does not matter to anybody here; the text itself must not reach a log.
            answered = False
            return None
        finally:
            self._circuit.note(self._clock(), answered=answered)
        return understood

    async def _ask(self, text: str) -> Understanding:
        # The answer holds no more than the ranking: an endless one is cut off by the budget.
        async with self._http.post(self._url, json={"text": text}, timeout=self._timeout) as response:
            if response.status != _OK:
                raise NotAnAnswerError("Rasa refuses")
            return fold(await response.json(content_type=None))


def fold(parsed: object) -> Understanding:
    """Read Rasa's answer: the kinds of dispute become one intent with their summed confidence and an entity.

    The entity `dispute_type` is there when disputes are the best reading, likely enough, and more than the bare wish to
    report; or beside the wish to see a leader, where one kind holds most of what the kinds have. `rivals` holds the
    likeliest kinds of what has something of a dispute, with their shares among the kinds, so that one can ask.
    Raises NotAnAnswerError for anything else that may come over a wire.
    """
    if not isinstance(parsed, Mapping):
        raise NotAnAnswerError("not an answer")
    scores = [_score(each) for each in _list(parsed.get("intent_ranking"))]
    typed = sorted((-score, name) for name, score in scores if name.startswith(_TYPED))
    summed = -sum(score for score, _ in typed)
    bare = sum(score for name, score in scores if name == REPORT)
    rest = [(name, score) for name, score in scores if name != REPORT and not name.startswith(_TYPED)]
    both = [(REPORT, min(1.0, summed + bare))] if typed or bare else []
    ranking = sorted(((name, round(score, 4)) for name, score in rest + both), key=lambda each: (-each[1], each[0]))
    if not ranking:
        raise NotAnAnswerError("no intents")
    entities = tuple(_entity(each) for each in _list(parsed.get("entities", [])))
    kinds = tuple((name.removeprefix(_TYPED), round(-score / (summed or 1), 4)) for score, name in typed[:RIVALS])
    if ranking[0][0] == BOOK:
        told = kinds[:1] if kinds and -typed[0][0] > summed * TOLD_FROM else ()
        return Understanding(*ranking[0], tuple(ranking[:RANKED]), entities + _kind_of(told))
    sure = ranking[0][0] == REPORT and summed > bare and summed >= TYPED_FROM
    entities += _kind_of(kinds[:1] if sure else ())
    rivals = {DISPUTE_TYPE: kinds} if summed >= LEANING_FROM else {}
    return Understanding(*ranking[0], tuple(ranking[:RANKED]), entities, rivals)


def _kind_of(kinds: Sequence[tuple[str, float]]) -> tuple[Entity, ...]:
    return tuple(Entity(DISPUTE_TYPE, kind) for kind, _ in kinds)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise NotAnAnswerError("not a list")
    return value


def _score(each: Any) -> tuple[str, float]:  # noqa: ANN401 - whatever the server sent
    match each:
        case {"name": str(name), "confidence": float() | int() as confidence} if 0 <= confidence <= 1 + 1e-6:
            return name, min(1.0, float(confidence))
    raise NotAnAnswerError("not an intent")


def _entity(each: Any) -> Entity:  # noqa: ANN401 - whatever the server sent
    match each:
        case {"entity": str(name), "value": str() | int() | float() as value}:
            start, end, role = each.get("start", 0), each.get("end", 0), each.get("role")
            if isinstance(start, int) and isinstance(end, int) and (role is None or isinstance(role, str)):
                return Entity(name, value, start, end, role)
    raise NotAnAnswerError("not an entity")
