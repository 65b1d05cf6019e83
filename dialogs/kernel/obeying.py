"""Commands carried out: the stack, the slots and the replies change; what runs next is the engine's affair.

Each says whether the run goes on: no means that the person is asked something else than the question that waits.
"""

from dialogs.kernel.collecting import forget_skip, refusal
from dialogs.kernel.commands import Clarify, Command, Correct, Fill, Repair, Several, StartFlow
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.limits import THREADS
from dialogs.kernel.release import Step
from dialogs.kernel.repairs import REPAIRS
from dialogs.kernel.responses import display
from dialogs.kernel.session import Thread
from dialogs.kernel.sprint import Running, changeable
from dialogs.kernel.threads import LimitPassed, drop, interrupt, pattern, turn_back
from dialogs.kernel.wording import COUNTED
from dialogs.kernel.words import Value


def obey(run: Running, command: Command) -> bool:
    """Carry out a command."""
    if isinstance(command, Clarify):
        return clarify(run, command)
    run.session.heard = None
    if not isinstance(command, Repair):
        run.session.misses = 0
    match command:
        case Fill():
            return fill(run, command)
        case StartFlow():
            return start_flow(run, command)
        case Several():
            return take_up(run, command)
        case Correct():
            return correct(run, command)
    if command.name not in ("unclear", "unheard", "unread"):
        run.session.misses = 0
    return REPAIRS[command.name](run)


def start_flow(run: Running, command: StartFlow) -> bool:
    """Begin a flow on top of what is under way; one already under way comes to the top again, or begins anew.

    It begins anew at its very first question, if that may be passed over: a list of what is there, asked for again.
    """
    stack = run.session.stack
    if stack and _is_listing(run, stack[-1], command.flow):
        drop(run)
    if any(_within(thread, command.flow) for thread in stack):
        while not _within(stack[-1], command.flow):
            drop(run)
        if stack[-1].call is not None:
            run.say("utter_call_still_pending")
        return stack[-1].call is None
    if stack and _superseded(run, stack[-1], command.flow):
        drop(run)
    if len(stack) >= THREADS:
        raise LimitPassed("threads")
    thread = interrupt(run, command.flow)
    for name, value in command.values.items():
        run.put(name, value, thread)
    return True


def take_up(run: Running, command: Several) -> bool:
    """Say which matters were understood, begin the first, and keep the others."""
    first, titles = command.matters[0], command.titles
    run.session.matters = [
        {"flow": matter.flow, "title": title, "values": dict(matter.values)}
        for matter, title in zip(command.matters[1:], titles[1:], strict=True)
    ]
    named, rest = (display(None, list(each)) for each in (titles, titles[1:]))
    run.say("utter_several_matters", count=COUNTED[len(titles)], matters=named, first=titles[0], rest=rest)
    return fill(run, Fill(first.values)) if run.session.stack else start_flow(run, first)


def _is_listing(run: Running, thread: Thread, flow_id: str) -> bool:
    step = run.step_of(thread)
    waits = thread.asked and thread.call is None and not thread.trail
    return thread.frames[0][0] == flow_id and waits and step is not None and step.optional


def _superseded(run: Running, thread: Thread, flow_id: str) -> bool:
    """Whether a flow at its very first question gives way to one that asks the same (which case, and for what)."""
    step = run.step_of(thread)
    known = any(run.slots.get(name) is not None for name in thread.touched)
    first = thread.asked and thread.call is None and not thread.trail and not known
    return first and step is not None and step.name in lexicon(run.release).owned[flow_id]


def fill(run: Running, command: Fill) -> bool:
    """Set slots for the flow under way."""
    thread = run.session.stack[-1]
    step = run.step_of(thread)
    thread.more = command.more
    asked = "" if step is None else step.name
    if asked in command.values or not all(_is_named(run, name) for name in command.values):
        run.session.likely.pop(asked, None)  # answered, or turned over by a button of its own (都不像，看别的)
    elif all(_is_said(run, name) for name in command.values):
        run.say("utter_noted")
    for name, value in command.values.items():
        run.put(name, value, thread)
        forget_skip(thread, name)
        slot = run.release.slots.get(name)
        if name != asked and slot is not None and slot.type == "list":
            _say_kept(run, value)
    if asked not in command.values:
        turn_back(run, thread, command.values)
    return True


def _say_kept(run: Running, listed: Value) -> None:
    """Say that what was sent is kept, in the words for its kind (utter_voice_kept) if there are any."""
    last = listed[-1] if isinstance(listed, list) and listed else None
    kind = last.get("kind") if isinstance(last, dict) else None
    for response in (f"utter_{kind}_kept", "utter_attachment_kept"):
        if run.can_say(response):
            run.say(response)
            return


def _is_said(run: Running, name: str) -> bool:
    """Whether a slot holds something said, so that its being noted in passing is worth a word."""
    slot = run.release.slots.get(name)
    return run.can_say("utter_noted") and slot is not None and slot.type != "list"


def _is_named(run: Running, name: str) -> bool:
    """Whether a slot holds what people say, not where a form stands."""
    slot = run.release.slots.get(name)
    return slot is not None and bool(slot.label)


def correct(run: Running, command: Correct) -> bool:
    """Go back to the earliest collect of the slot with its new value; later answers that stand are kept."""
    stack = run.session.stack
    name = command.slot
    if name is not None and stack and turn_back(run, stack[-1], [name]):
        run.put(name, command.value, stack[-1])
        if command.value is not None:
            _confirm(run, name)
        return True
    if name is None or not any(_asked(run, thread, name) for thread in stack):
        return _ahead(run, stack[-1], name, command.value) if name and stack else ask_which(run)
    while not _asked(run, stack[-1], name):
        drop(run)
    thread = stack[-1]
    at = next((at for at, (slot, _, _) in enumerate(thread.trail) if slot == name), None)
    if at is not None:
        if command.value is not None and command.value == run.slots.get(name):
            return True
        thread.frames = [list(frame) for frame in thread.trail[at][1]]
        del thread.trail[at:]
    thread.more, thread.rejected, thread.asked = False, 0, True
    forget_skip(thread, name)
    if command.value is None:
        run.clear(name)
    else:
        run.put(name, command.value, thread)
        step = run.step_of(thread)
        if step is not None and refusal(run, thread, step) is None:
            _confirm(run, name)
    return True


def _ahead(run: Running, thread: Thread, name: str, value: Value) -> bool:
    """Change what was said before its question came; without a value, or with a bad one, the question will come."""
    slot = next((slot for slot in changeable(run.release, run.session) if slot.name == name), None)
    if slot is None:
        return ask_which(run)
    run.put(name, value, thread)
    if value is not None and refusal(run, thread, Step("", "collect", name)) is None:
        _confirm(run, name)
        return True
    run.clear(name)
    if run.can_say("utter_correct_later"):
        run.say("utter_correct_later", label=slot.label)
    return True


def ask_which(run: Running) -> bool:
    """Ask which answer is to be changed."""
    labels = run.labels()
    if not labels:
        run.say("utter_nothing_to_review")
        return True
    buttons: Value = [{"title": label, "payload": f"/Correct({name})"} for name, label in labels]
    return pattern(run, "pattern_correct_which", "utter_correct_which", {"buttons": buttons})


def clarify(run: Running, command: Clarify) -> bool:
    """Ask which flow was meant, and keep the words for it."""
    run.session.heard = dict(command.heard)
    flows = [run.release.flows[name] for name in command.flows]
    buttons: Value = [{"title": flow.name, "payload": f"/StartFlow({flow.id})"} for flow in flows]
    return pattern(run, "pattern_clarify", "utter_clarify", {"buttons": buttons})


def _confirm(run: Running, name: str) -> None:
    """Say that the answer is changed."""
    slot = run.release.slots.get(name)
    label = slot.label if slot else ""
    pattern(run, "pattern_correct", "utter_corrected", {"label": label, "value": run.worded(name) or ""})


def _asked(run: Running, thread: Thread, name: str) -> bool:
    """The slot was answered in this thread, or is the one asked for now."""
    step = run.step_of(thread)
    if step is not None and step.kind == "collect" and step.name == name:
        return True
    return any(slot == name for slot, _, _ in thread.trail)


def _within(thread: Thread, flow: str) -> bool:
    return any(frame[0] == flow for frame in thread.frames)
