"""Mending a conversation: back, skip, repeat, review, cancel, a person, and what to do when nothing was understood.

Each repair takes the running sprint and says whether the run goes on (the question that waits is then put again).
"""

from collections.abc import Callable, Mapping

from dialogs.kernel.collecting import forget_skip
from dialogs.kernel.lexicon import HUMAN, lexicon
from dialogs.kernel.sprint import Running
from dialogs.kernel.threads import drop, interrupt, move, next_matter, pattern

MENU, PERSON = 2, 3
"""Times in a row that nothing was understood before the menu and then a person are offered."""


def cancel(run: Running) -> bool:
    """End what is under way; what it interrupted goes on."""
    if run.thread is None:
        run.say("utter_nothing_to_cancel")
        return False
    drop(run)
    pattern(run, "pattern_cancel", "utter_cancelled")
    if not run.session.stack:
        next_matter(run)
    return True


def single(run: Running) -> bool:
    """Make one matter of what was taken for several: all of it is the story of the one in hand."""
    thread, matters = run.thread, run.session.matters
    if thread is None or not matters:
        return again(run)
    run.session.matters = []
    for slot in run.release.slots.values():
        told = any(mapping.kind == "from_trigger_intent" and mapping.value is None for mapping in slot.mappings)
        if told and run.slots.get(slot.name) is not None:
            more = (matter["values"].get(slot.name) for matter in matters)
            run.put(slot.name, "，".join([run.slots[slot.name], *filter(None, more)]), thread)
    if run.can_say("utter_single_matter"):
        run.say("utter_single_matter")
    return True


def back(run: Running) -> bool:
    """Go to the last question that was put, and put it again."""
    thread = run.thread
    if thread is None:
        return assist(run)
    while thread.trail:
        slot, path, asked = thread.trail.pop()
        if asked:
            thread.frames = [list(frame) for frame in path]
            move(thread, thread.step)
            run.clear(slot)
            forget_skip(thread, slot)
            return True
    run.say("utter_back_at_start")
    return True


def skip(run: Running) -> bool:
    """Pass over the question if it is optional."""
    thread, step = run.thread, run.step_of(run.thread) if run.thread else None
    if thread is None or step is None or step.kind != "collect" or not thread.asked:
        return unclear(run)
    if not step.optional:
        run.say("utter_cannot_skip")
        return True
    run.empty(step.name)
    thread.more = False
    thread.skipped.append(step.name)
    run.say("utter_skipped")
    return True


def done(run: Running) -> bool:
    """Close a list; an empty one is skipped."""
    thread, step = run.thread, run.step_of(run.thread) if run.thread else None
    if thread is None or step is None or not run.slots.get(step.name):
        return skip(run)
    thread.more = False
    return True


def repeat(run: Running) -> bool:
    """Put the question again, or say the last words again."""
    if run.thread is not None and run.thread.asked:
        return True
    if not run.echo():
        run.say("utter_repeat_nothing")
    return False


def review(run: Running) -> bool:
    """Read back what was answered so far."""
    words = run.review()
    if words:
        pattern(run, "pattern_review", "utter_review", {"review": words})
    else:
        run.say("utter_nothing_to_review")
    return True


def assist(run: Running) -> bool:
    """Show what can be done here."""
    for flow in lexicon(run.release).begun_by("help", 1.0):
        if not any(thread.frames[0][0] == flow.id for thread in run.session.stack):
            interrupt(run, flow.id)
            return True
    run.say("utter_help")
    return True


def human(run: Running) -> bool:
    """Bring in a person; once asked for, they are on their way."""
    if any(thread.flow == HUMAN for thread in run.session.stack):
        run.say("utter_call_still_pending")
        return False
    pattern(run, HUMAN, "utter_human" if run.can_say("utter_human") else "utter_cannot_handle_human")
    return True


def waiting(run: Running) -> bool:
    """Say that the last matter is still being seen to."""
    run.say("utter_call_still_pending")
    return False


def stale(run: Running) -> bool:
    """Say that the button tapped belongs to something that has passed."""
    run.say("utter_stale_button")
    return True


def refused(run: Running) -> bool:
    """Say that this is not open to the person."""
    run.say("utter_no_permission")
    return True


def again(run: Running) -> bool:
    """Nothing has changed: put the question again."""
    return run.thread is not None


def unheard(run: Running) -> bool:
    """Say that a voice message could not be made out."""
    if not run.can_say("utter_voice_unheard"):
        return unclear(run)
    run.say("utter_voice_unheard")
    return True


def unread(run: Running) -> bool:
    """Say that a link cannot be opened."""
    if not run.can_say("utter_link_unread"):
        return unclear(run)
    run.say("utter_link_unread")
    return True


def unclear(run: Running) -> bool:
    """Nothing was understood: the first time ask again, then offer the menu, then a person."""
    run.session.misses += 1
    misses = run.session.misses
    response = "utter_cannot_handle_1"
    if misses >= MENU:
        response = "utter_cannot_handle_menu" if misses < PERSON else "utter_cannot_handle_human"
    begun = pattern(run, "pattern_cannot_handle", response, {"count": misses})
    return begun or misses < PERSON


REPAIRS: Mapping[str, Callable[[Running], bool]] = {
    "cancel": cancel,
    "back": back,
    "skip": skip,
    "done": done,
    "repeat": repeat,
    "review": review,
    "help": assist,
    "human": human,
    "waiting": waiting,
    "single": single,
    "stale": stale,
    "refused": refused,
    "again": again,
    "unheard": unheard,
    "unread": unread,
    "unclear": unclear,
}
