"""The life of a thread: begun, moved from step to step, left; what its flow filled is emptied when it ends."""

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
    thread = Thread([[flow_id, flow.first]], context=context or {})
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
    if thread.frames[0][0] in lexicon(run.release).urgent and URGENT not in thread.touched:
        thread.touched.append(URGENT)


def drop(run: Running) -> Thread:
    """End the thread on top and empty what it filled."""
    run.retire()
    thread = run.session.stack.pop()
    release_slots(run, thread)
    return thread


def release_slots(run: Running, thread: Thread) -> None:
    """Note the end of the outermost flow and give its slots their initial values, unless they are persisted."""
    root = thread.frames[0][0]
    flow = run.release.flows.get(root)
    kept = flow.persisted_slots if flow else ()
    for name in thread.touched:
        if name not in kept:
            run.empty(name)
    thread.touched = []
    run.note("flow_ended", flow=root)


def move(thread: Thread, step_id: str) -> None:
    """Go to a step of the innermost flow."""
    thread.frames[-1][1] = step_id
    thread.asked = thread.more = False
    thread.rejected = 0


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


def leave(run: Running, thread: Thread) -> None:
    """End a thread at its end: go back to what it interrupted, or ask whether there is anything else."""
    run.session.stack.remove(thread)
    release_slots(run, thread)
    root, below = thread.frames[0][0], run.thread
    built_in = root.startswith("pattern_") and root != HUMAN
    if built_in:
        return
    if below is not None:
        if below.asked and below.call is None:
            run.say("utter_resume_flow")
    elif thread.waited and not (run.replies and run.replies[-1].buttons):
        pattern(run, "pattern_completed", "utter_completed")
