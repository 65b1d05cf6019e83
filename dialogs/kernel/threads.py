"""The life of a thread: begun, moved from step to step, left; what its flow filled is emptied when it ends.

Slots that an interrupting flow collects or sets, and that the interrupted one does too, are put aside meanwhile:
neither sees nor wipes the other's answers. Slots that the interrupted flow persists are the person's, and shared.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dialogs.kernel.lexicon import HUMAN, URGENT, lexicon
from dialogs.kernel.release import END, Step
from dialogs.kernel.session import Thread
from dialogs.kernel.sprint import Running
from dialogs.kernel.words import Value


class LimitPassed(Exception):  # noqa: N818 - a state, named in the past tense like our events
    """A limit of limits.py was passed; its name is the argument."""


class Lost(Exception):  # noqa: N818 - as LimitPassed
    """The session stands where this release has no step."""


def interrupt(run: Running, flow_id: str, context: dict[str, Value] | None = None) -> Thread:
    """Begin a flow on top of what is under way."""
    flow = run.release.flows[flow_id]
    thread = Thread([[flow_id, flow.first]], context=context or {}, aside=_hidden(run, flow_id))
    exchange(run, thread)
    collects = dict.fromkeys(step.name for step in lexicon(run.release).collects[flow_id])
    thread.touched = [name for name in collects if run.slots.get(name) is not None]
    if not run.session.stack:
        run.session.release = run.release.id
    run.session.stack.append(thread)
    run.note("flow_started", flow=flow_id)
    if run.slots.get(URGENT):
        hand_over(run, thread)
    return thread


def pattern(run: Running, name: str, response: str, context: dict[str, Value] | None = None) -> bool:
    """Run the flow that overrides a repair, with `context`; else say the built-in response. True: a flow has begun."""
    context = context or {}
    under_way = any(frame[0] == name for thread in run.session.stack for frame in thread.frames)
    if name in run.release.flows and not under_way:
        interrupt(run, name, context)
        return True
    buttons = [(one["title"], one["payload"]) for one in context.get("buttons", ())]
    run.say(response, buttons, **{name: value for name, value in context.items() if isinstance(value, str)})
    return False


def hand_over(run: Running, thread: Thread) -> None:
    """Let the danger mark end with a thread that submits it."""
    if thread.root in lexicon(run.release).urgent and URGENT not in thread.touched:
        thread.touched.append(URGENT)


def drop(run: Running) -> Thread:
    """End the thread on top and empty what it filled."""
    run.retire()
    thread = run.session.stack.pop()
    release_slots(run, thread)
    return thread


def release_slots(run: Running, thread: Thread) -> None:
    """Note the end of a thread: its slots get their initial values, unless persisted; what it hid comes back."""
    for name in thread.touched:
        if name not in _persisted(run, thread.root):
            run.empty(name)
    exchange(run, thread)
    if not run.session.stack:
        run.session.likely = {}
    thread.touched, thread.aside = [], {}
    run.note("flow_ended", flow=thread.root)


def exchange(run: Running, thread: Thread) -> None:
    """Change what a thread has put aside for what is there now; doing it twice changes nothing."""
    for name, value in thread.aside.items():
        thread.aside[name] = run.slots.get(name)
        run.slots[name] = value


@contextmanager
def beneath(run: Running, thread: Thread) -> Iterator[None]:
    """See the slots as a thread does on which others lie."""
    above = run.session.stack[run.session.stack.index(thread) + 1 :]
    for one in reversed(above):
        exchange(run, one)
    yield
    for one in above:
        exchange(run, one)


def _hidden(run: Running, flow_id: str) -> dict[str, Value]:
    """What a flow puts aside when it begins: slots of its own that flows under way own and do not persist."""
    words, hidden = lexicon(run.release), set[str]()
    for thread in run.session.stack:
        hidden |= words.owned.get(thread.root, frozenset()).difference(_persisted(run, thread.root))
    return {name: words.initial.get(name) for name in sorted(hidden & words.owned[flow_id])}


def _persisted(run: Running, flow_id: str) -> tuple[str, ...]:
    flow = run.release.flows.get(flow_id)
    return () if flow is None else flow.persisted_slots


def move(thread: Thread, step_id: str) -> None:
    """Go to a step of the innermost flow."""
    thread.frames[-1][1] = step_id
    thread.asked = thread.more = False
    thread.rejected = 0


def turn_back(run: Running, thread: Thread, names: Iterable[str]) -> bool:
    """Go back to where a flow under way, the innermost first, looks at one of these slots anew (`x-returns`)."""
    said = set(names)
    for depth in range(len(thread.frames), 0, -1):
        flow = run.release.flows.get(thread.frames[depth - 1][0])
        target = next((step for name, step in flow.returns.items() if name in said), None) if flow else None
        if target is not None:
            del thread.frames[depth:]
            run.retire()
            move(thread, target)
            return True
    return False


def advance(run: Running, thread: Thread, step: Step) -> None:
    """Go where the step leads; at the end of a called flow, on from its call; at the very end, leave."""
    run.retire()
    target = onward(run, thread, step)
    while target == END and len(thread.frames) > 1:
        thread.frames.pop()
        caller = run.step_of(thread)
        if caller is None:
            raise Lost
        target = onward(run, thread, caller)
    if target == END:
        leave(run, thread)
    else:
        move(thread, target)


def onward(run: Running, thread: Thread, step: Step) -> str:
    """Choose the first branch that holds; without branches the following step, after the last one the end."""
    names = {"slots": run.slots, "context": thread.context}
    for branch in step.next:
        if branch.condition is None or branch.condition.holds(names):
            return branch.target
    if step.next:
        run.fail("no_branch", flow=thread.flow, step=step.id)
        return END
    order = list(run.release.flows[thread.flow].steps)
    at = order.index(step.id) + 1
    return order[at] if at < len(order) else END


def next_matter(run: Running) -> bool:
    """Begin the next of several matters that were told at once, with what was said of it; False when there is none."""
    while run.session.matters:
        matter = run.session.matters.pop(0)
        flow = run.release.flows.get(matter["flow"])
        if flow is None or (flow.guard is not None and not flow.guard.holds(run.names)):
            continue
        if run.can_say("utter_next_matter"):
            run.say("utter_next_matter", matter=matter["title"])
        thread = interrupt(run, flow.id)
        for name, value in matter["values"].items():
            if name in run.release.slots:
                run.put(name, value, thread)
        return True
    return False


def leave(run: Running, thread: Thread) -> None:
    """End a thread at its end: go back to what it interrupted, or ask whether there is anything else."""
    run.session.stack.remove(thread)
    release_slots(run, thread)
    root, below = thread.root, run.thread
    built_in = root.startswith("pattern_") and root != HUMAN
    if built_in:
        return
    if below is not None:
        if below.asked and below.call is None:
            run.say("utter_resume_flow")
    elif next_matter(run):
        return
    elif thread.waited and not (run.replies and run.replies[-1].buttons):
        pattern(run, "pattern_completed", "utter_completed")
