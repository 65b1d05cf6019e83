"""The engine: one input or one returned call in, one sprint out. It never acts, never waits, never raises.

An input becomes one command (listening), the command changes the session (obeying), and then steps run until
a person or the host is needed (`_go`).
"""

from collections.abc import Callable, Mapping

from dialogs.kernel.collecting import call, collect, put_question
from dialogs.kernel.commands import Command, Fill, Repair
from dialogs.kernel.doubts import likely
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.incidents import excuse, recall, renew, stop, warn
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.limits import CALLS_DEEP, STEPS_A_TURN, TURNS
from dialogs.kernel.listening import certain, listen, picked
from dialogs.kernel.obeying import obey
from dialogs.kernel.release import Release, Step
from dialogs.kernel.session import Session, Thread
from dialogs.kernel.sprint import Running, Sprint
from dialogs.kernel.threads import LimitPassed, Lost, advance, beneath, interrupt, release_slots
from dialogs.kernel.wording import clean, storable
from dialogs.kernel.words import POSTPONED, Call, Input, Returned

DONE = "done"
"""Outcome of a durable call that changed the world: answers before it can no longer be taken back."""
WECHAT = "wechat"


def start(release: Release, session: Session, given: Input, now: str, channel: str = WECHAT) -> Sprint:
    """Take what a person did; `now` is an ISO time. The session given is not changed."""
    return _sprint(release, session, now, channel, lambda run: _turn(run, given))


def resume(release: Release, session: Session, returned: Returned, now: str, channel: str = WECHAT) -> Sprint:
    """Take what came of the pending call. The session given is not changed."""
    return _sprint(release, session, now, channel, lambda run: _answer(run, returned))


def wants_intent(release: Release, session: Session, given: Input) -> bool:
    """Say whether the meaning of this input is worth asking for: not of buttons, numbers, titles, words of ours."""
    return not certain(Hearing.of(release, session, given))


def wants_entities(release: Release, session: Session, given: Input) -> bool:
    """Say whether what extractors find in this input could matter: not in what we know by its word, not everywhere."""
    return picked(Hearing.of(release, session, given))


def _sprint(release: Release, session: Session, now: str, channel: str, work: Callable[[Running], None]) -> Sprint:
    run = Running(release, session, now, channel)
    try:
        work(run)
    except LimitPassed as limit:
        stop(run, str(limit))
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and the record a line
        broken, run = run, Running(release, session, now, channel)
        excuse(run, type(error).__name__, broken.replies)
    return run.finish()


def _turn(run: Running, given: Input) -> None:
    run.begin()
    run.note("message_received", kind=given.kind.value)
    renewed = run.is_elsewhere() and renew(run)
    hearing = Hearing.of(run.release, run.session, given)
    alarmed = warn(run, hearing.word)
    if run.session.busy > TURNS:
        raise LimitPassed("turns")
    recalled = recall(run)
    command = listen(hearing)
    run.note("understood", command=_name(command), intent=hearing.heard.intent, confidence=hearing.heard.confidence)
    goes_on = ((alarmed or recalled or renewed) and _is_helpless(command)) or obey(run, command)
    _consider(run, command, likely(run.release, given.understanding))
    for name, context in reversed(run.overlays):
        interrupt(run, name, context)
    if goes_on or run.overlays:
        _go(run)


def _consider(run: Running, command: Command, found: dict[str, list[str]]) -> None:
    """Remember what to offer first; an answer to another question (the place, asked for the kind) changes no offer."""
    known = run.session.likely
    run.session.likely = {**found, **known} if isinstance(command, Fill) else {**known, **found}


def _answer(run: Running, returned: Returned) -> None:
    thread = run.session.caller
    if thread is None or thread.call is None:
        run.fail("nothing_pending", outcome=returned.outcome)
        return
    done, outcome = thread.call, clean(returned.outcome)
    run.note("returned", action=done.action, outcome=outcome)
    if outcome == POSTPONED and done.durable:
        if not thread.postponed:
            run.say("utter_call_postponed")
        thread.postponed = True
        return
    thread.call, thread.postponed = None, False
    thread.context["outcome"] = outcome
    final = done.durable and outcome == DONE
    if final:
        thread.trail = []
        thread.settled = sorted({*thread.settled, *done.arguments})
    with beneath(run, thread):
        _take(run, thread, returned)
    _carry_on(run, thread, done, final=final)


def _take(run: Running, thread: Thread, returned: Returned) -> None:
    """Take the slots that an action sets: those of this flow are emptied when it ends, the others stay."""
    own = lexicon(run.release).owned.get(thread.root, frozenset())
    for name, value in returned.slots.items():
        if name in run.release.slots:
            run.put(name, storable(value), thread if name in own else None)


def _carry_on(run: Running, thread: Thread, done: Call, *, final: bool) -> None:
    """Go on after a call: put the question it prepared, or take the next step, if this thread is the one on top."""
    step = run.step_of(thread)
    if step is None or done.action not in (step.name, step.ask_action):
        renew(run, again=not final)
        _go(run)
        return
    top = run.thread is thread
    with beneath(run, thread):
        if step.kind == "collect":
            put_question(run, thread, step)
        else:
            advance(run, thread, step)
    if top and step.kind != "collect":
        _go(run)


def _go(run: Running) -> None:
    """Run steps until a person or the host is needed. The heart."""
    while (thread := run.thread) is not None and thread.call is None:
        step = run.step_of(thread)
        if step is None:
            raise Lost
        run.session.steps += 1
        if run.session.steps > STEPS_A_TURN:
            raise LimitPassed("steps")
        if not thread.asked:
            run.note("step_entered", release=run.release.id, flow=thread.flow, step=step.id)
        if not _KINDS[step.kind](run, thread, step):
            return


def _action(run: Running, thread: Thread, step: Step) -> bool:
    if step.name in run.release.actions or not step.name.startswith("utter_"):
        call(run, thread, step.name)
        return False
    run.say(step.name)
    advance(run, thread, step)
    return True


def _set_slots(run: Running, thread: Thread, step: Step) -> bool:
    for name, value in step.assignments:
        run.put(name, value, thread)
    advance(run, thread, step)
    return True


def _noop(run: Running, thread: Thread, step: Step) -> bool:
    advance(run, thread, step)
    return True


def _link(run: Running, thread: Thread, step: Step) -> bool:
    """End this flow and begin the other in its place."""
    release_slots(run, thread)
    run.session.stack.remove(thread)
    interrupt(run, step.name)
    return True


def _call(run: Running, thread: Thread, step: Step) -> bool:
    """Run a flow inside this one."""
    if len(thread.frames) >= CALLS_DEEP:
        raise LimitPassed("calls")
    thread.frames.append([step.name, run.release.flows[step.name].first])
    thread.asked = False
    return True


_KINDS: Mapping[str, Callable[[Running, Thread, Step], bool]] = {
    "action": _action,
    "collect": collect,
    "set_slots": _set_slots,
    "noop": _noop,
    "link": _link,
    "call": _call,
}


def _is_helpless(command: Command) -> bool:
    return isinstance(command, Repair) and command.name in ("unclear", "unheard", "unread")


def _name(command: Command) -> str:
    return command.name if isinstance(command, Repair) else type(command).__name__
