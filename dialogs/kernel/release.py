"""A release: one immutable, compiled edition of the dialogs. The reader makes it, the engine runs it.

Nested branches of a file are flattened: every target in `Step.next` is a step id of the same flow or END.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dialogs.kernel.limits import CANDIDATE, CLOSE, INTERRUPT, LEAD, LIKELY, SURE, TRIGGER
from dialogs.kernel.predicates import Predicate
from dialogs.kernel.words import Value

END = "END"

StepKind = Literal["action", "collect", "set_slots", "noop", "link", "call"]
SlotType = Literal["text", "bool", "float", "categorical", "any", "list"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a step; `condition` None is the else (or the only way)."""

    condition: Predicate | None
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """A value for which `condition` holds is refused and `utter` says why."""

    condition: Predicate
    utter: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `name` is the response or action, the slot, or the flow, by kind. `line` counts from 1."""

    id: str
    kind: StepKind
    name: str = ""
    next: tuple[Branch, ...] = ()
    utter: str | None = None
    ask_action: str | None = None
    ask_before_filling: bool = False
    force_slot_filling: bool = False
    optional: bool = False
    rejections: tuple[Rejection, ...] = ()
    assignments: tuple[tuple[str, Value], ...] = ()
    description: str = ""
    law: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """An intent that starts the flow when its confidence reaches the threshold (0..1)."""

    intent: str
    threshold: float
    line: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. `steps` keeps the file's order; the first is where it begins.

    sent: kinds of things (photo, video, voice, location) that begin it, sent out of the blue, and the slots they fill.
    entities: a message that is nothing but one of these begins it. whole: words that begin it when they are all that
    is said, or all but a code. scans: beginnings of the scenes of codes that begin it when scanned, and the slots that
    get the rest. returns: slots that may be said anew at any time, and the steps to which this leads back. offered: it
    may be among the candidates when it is not clear what was meant, and may come between a question and its answer.
    """

    id: str
    name: str
    description: str
    steps: Mapping[str, Step]
    guard: Predicate | None = None
    triggers: tuple[Trigger, ...] = ()
    persisted_slots: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    menu: str | None = None
    sent: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    scans: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    role: str | None = None
    offered: bool = True
    law: str = ""
    file: str = ""
    line: int = 0

    @property
    def first(self) -> str:
        """The id of the step where the flow begins."""
        return next(iter(self.steps))


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """How a slot is filled: kind is from_text, from_intent, from_trigger_intent, from_entity or controlled."""

    kind: str
    entity: str | None = None
    role: str | None = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: Value = None
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot; `label` and `aliases` are what residents call it (“地址改成…”, 我填了什么).

    titles: what a stored value is called when read aloud (property_management → 物业). words: what else people say for
    a value (成了). titles_from: the list slot whose choices hold the name, where the value means nothing to people.
    personal: the collection needs what the domain requires before `personal`. longest: characters a message must
    leave room for.
    """

    name: str
    type: SlotType
    initial: Value = None
    values: tuple[str, ...] = ()
    mappings: tuple[SlotMapping, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    label: str = ""
    aliases: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles_from: str | None = None
    personal: bool = False
    longest: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A button as written in a file: title and payload, both may hold {slot}."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to say a response. `buttons_from` names a list slot of {"title", "payload"} offered as buttons."""

    text: str
    buttons: tuple[Choice, ...] = ()
    buttons_from: str | None = None
    condition: Predicate | None = None
    channel: str | None = None
    image: str | None = None
    custom: Mapping[str, Value] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """The contract of an action: input slots, each outcome with one example of the slots it sets, durability."""

    name: str
    inputs: tuple[str, ...] = ()
    outcomes: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    durable: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure: confidences (0..1) as the domain sets them (`x-thresholds`); their meanings are in limits."""

    trigger: float = TRIGGER
    interrupt: float = INTERRUPT
    candidate: float = CANDIDATE
    sure: float = SURE
    lead: float = LEAD
    close: float = CLOSE
    likely: float = LIKELY


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """Everything a conversation needs. `id` is the SHA-256 of the sources, which are kept so it can be stored.

    Two releases are compared by id; as an object, each is only equal to itself (so it can be a key).

    required: what must have happened on every path before an action, a response or `personal` (see checks.content).
    """

    id: str
    sources: Mapping[str, str]
    flows: Mapping[str, Flow]
    slots: Mapping[str, Slot]
    responses: Mapping[str, tuple[Variation, ...]]
    actions: Mapping[str, Action]
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    repairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    safety: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def step_at(self, place: Sequence[str]) -> Step | None:
        """The step of a flow (both ids); None if this release does not have it."""
        flow_id, step_id = place
        flow = self.flows.get(flow_id)
        return None if flow is None else flow.steps.get(step_id)
