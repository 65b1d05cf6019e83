"""The collect step: rejections, validation, the question, the wait."""

from dialogs.kernel.limits import REJECTIONS
from dialogs.kernel.release import Rejection, Step
from dialogs.kernel.session import Thread
from dialogs.kernel.sprint import Running
from dialogs.kernel.threads import advance
from dialogs.kernel.words import Call


def collect(run: Running, thread: Thread, step: Step) -> bool:
    """Pass when the slot holds a value that stands, or was skipped; else ask. True: the run goes on."""
    if step.ask_before_filling and not thread.asked:
        run.clear(step.name)
        forget_skip(thread, step.name)
    if thread.more:
        return ask(run, thread, step)
    if run.slots.get(step.name) is not None:
        rejection = refusal(run, thread, step)
        if rejection is None:
            return passed(run, thread, step)
        return reject(run, thread, step, rejection)
    if step.name in thread.skipped:
        return passed(run, thread, step)
    return ask(run, thread, step)


def refusal(run: Running, thread: Thread, step: Step) -> Rejection | None:
    """Return the first rejection that holds, the slot's before the step's."""
    slot = run.release.slots.get(step.name)
    names = {"slots": run.slots, "context": thread.context}
    for rejection in (*(slot.rejections if slot else ()), *step.rejections):
        if rejection.condition.holds(names):
            return rejection
    return None


def reject(run: Running, thread: Thread, step: Step, rejection: Rejection) -> bool:
    """Say why the value is refused; after three in a row offer another way instead of the question."""
    run.note("rejected", slot=step.name, response=rejection.utter)
    run.clear(step.name)
    thread.rejected += 1
    run.say(rejection.utter)
    if thread.rejected < REJECTIONS:
        return ask(run, thread, step)
    thread.rejected = 0
    thread.asked = thread.waited = True
    thread.context["optional"] = step.optional
    run.fail("limit", limit="rejections", slot=step.name)
    run.say("utter_too_many_rejections", example=step.description)
    return False


def passed(run: Running, thread: Thread, step: Step) -> bool:
    """Remember that this question is behind us and go on."""
    # A question that was put has been taken out of the trail by `ask`.
    if thread.asked or thread.frames not in [path for _, path, _ in thread.trail]:
        thread.trail.append([step.name, thread.path(), thread.asked])
    advance(run, thread, step)
    return True


def ask(run: Running, thread: Thread, step: Step) -> bool:
    """Put the question; buttons of earlier questions can no longer be chosen by number."""
    thread.asked = thread.waited = True
    thread.trail = [visit for visit in thread.trail if visit[1] != thread.frames]
    if step.ask_action is not None:
        call(run, thread, step.ask_action)
    else:
        put_question(run, thread, step)
    return False


def put_question(run: Running, thread: Thread, step: Step) -> None:
    """Say the question of a collect."""
    slot = run.release.slots.get(step.name)
    run.retire(all_of_them=slot is not None and slot.type == "float")
    plain, likeliest = step.utter or f"utter_ask_{step.name}", run.likely(step.name)
    if thread.more and run.can_say(more := f"utter_ask_more_{step.name}"):
        run.say(more)
    elif likeliest and run.can_say(f"{plain}_likely"):
        run.say(f"{plain}_likely", likeliest)
    elif step.ask_action is not None and run.can_say(prepared := f"{plain}_{thread.context.get('outcome')}"):
        run.say(prepared)
    else:
        run.say(plain)


def call(run: Running, thread: Thread, name: str) -> None:
    """Ask the host to perform an action."""
    action = run.release.actions.get(name)
    inputs = () if action is None else action.inputs
    key = f"{run.session.id}:{run.session.turn}:{run.session.steps}"
    arguments = {slot: run.slots.get(slot) for slot in inputs}
    run.call = thread.call = Call(name, arguments, key, durable=action is not None and action.durable)
    thread.postponed = False
    run.note("called", action=name, key=key)


def forget_skip(thread: Thread, name: str) -> None:
    """Let a question that was passed over be asked again."""
    if name in thread.skipped:
        thread.skipped.remove(name)
