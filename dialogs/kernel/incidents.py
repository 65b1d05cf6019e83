"""What may happen beside the flow: danger, a long pause, a new release, a limit passed, something broken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dialogs.kernel.lexicon import URGENT
from dialogs.kernel.limits import PAUSE_HOURS
from dialogs.kernel.safety import danger
from dialogs.kernel.sprint import Running
from dialogs.kernel.threads import drop, hand_over, interrupt, pattern
from dialogs.kernel.words import Reply, Value

_HOUR = len("2026-11-21T09")
"""Characters of an ISO time up to its hour."""


def warn(run: Running, word: str) -> bool:
    """Danger: say at once whom to call and mark what is submitted next; the conversation goes on. True if there was."""
    kind = danger(run.release, word)
    if kind is None:
        return False
    run.note("alarmed", danger=kind)
    if URGENT in run.release.slots:
        run.put(URGENT, value=True)
        for thread in run.session.stack:
            hand_over(run, thread)
    run.say(f"utter_safety_{kind}")
    _overlay(run, "pattern_safety", {"danger": kind})
    return True


def _overlay(run: Running, name: str, context: dict[str, Value]) -> bool:
    """Let a flow of this name begin when the input has been obeyed, so that no answer is lost. False: there is none."""
    if name not in run.release.flows:
        return False
    run.overlays.append((name, context))
    return True


def recall(run: Running) -> bool:
    """After a long pause, say that a form lies half filled. True if it was said."""
    seen, run.session.seen = run.session.seen, run.now
    if seen is None or run.thread is None or not run.thread.asked or run.thread.call is not None:
        return False
    if seen[:_HOUR] == run.now[:_HOUR]:  # nearly always, and cheaper than reading two times
        return False
    try:
        pause = datetime.fromisoformat(run.now) - datetime.fromisoformat(seen)
    except (TypeError, ValueError):
        return False
    if pause < timedelta(hours=PAUSE_HOURS):
        return False
    if not _overlay(run, "pattern_resume", {}):
        run.say("utter_resume")
    return True


def renew(run: Running, *, again: bool = True) -> bool:
    """Leave a release that is gone. The flow begins anew in this one with the answers it still knows, if `again`.

    While a call is out nothing is done; True otherwise.
    """
    stack = run.session.stack
    if any(thread.call is not None for thread in stack):
        return False
    while len(stack) > 1:
        drop(run)
    root, skipped, settled = stack[0].root, stack[0].skipped, stack[0].settled
    touched = [name for name in stack[0].touched if name in run.release.slots]
    run.session.slots = {name: value for name, value in run.slots.items() if name in run.release.slots}
    stack.clear()
    if again and root in run.release.flows:
        thread = interrupt(run, root)
        thread.touched = list(dict.fromkeys([*touched, *thread.touched]))
        thread.skipped, thread.settled = skipped, settled
    else:
        for name in touched:
            run.empty(name)
    pattern(run, "pattern_release_changed", "utter_release_changed")
    return True


def stop(run: Running, limit: str) -> None:
    """A limit was passed: leave the thread that passed it (too many turns: all) and show the way to a person."""
    run.fail("limit", limit=limit)
    keep = 0 if limit == "turns" else len(run.session.stack) - 1
    while len(run.session.stack) > max(keep, 0):
        drop(run)
    run.say("utter_limit")


def excuse(run: Running, error: str, replies: Sequence[Reply]) -> None:
    """Something broke: of this turn only what was said of danger is kept; a call that broke it is let go."""
    run.replies.extend(reply for reply in replies if reply.response.startswith("utter_safety_"))
    run.begin()
    run.session.seen = run.now
    run.fail("internal", kind=error)
    while run.session.caller is not None:
        drop(run)
    run.say("utter_internal_error")
