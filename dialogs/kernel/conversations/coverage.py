"""Which steps and branches the conversations reach, and which they do not.

A branch is a way from one step to another: two conditions with the same target count as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.kernel.problems import Where
from dialogs.kernel.release import END, Release
from dialogs.kernel.words import Event

StepKey = tuple[str, str]
WayKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many steps and branches there are, and the places of those no test reaches."""

    steps: int
    branches: int
    missed_steps: tuple[Where, ...]
    missed_branches: tuple[tuple[Where, str], ...]


def coverage(release: Release, runs: Iterable[Iterable[Event]]) -> Coverage:
    """Compare what the events of each conversation passed with all there is."""
    trace = _Trace(release)
    for events in runs:
        trace.follow(events)
    steps = [(flow, step) for flow in release.flows.values() for step in flow.steps.values()]
    ways = [
        (flow, step, branch) for flow, step in steps for branch in {each.target: each for each in step.next}.values()
    ]
    return Coverage(
        steps=len(steps),
        branches=len(ways),
        missed_steps=tuple(
            Where(flow.file, step.line, flow.id, step.id)
            for flow, step in steps
            if (flow.id, step.id) not in trace.steps
        ),
        missed_branches=tuple(
            (Where(flow.file, branch.line, flow.id, step.id), branch.target)
            for flow, step, branch in ways
            if (flow.id, step.id, branch.target) not in trace.ways
        ),
    )


class _Trace:
    """Steps entered and ways taken, read from the events of turns."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.steps: set[StepKey] = set()
        self.ways: set[WayKey] = set()
        self.last: dict[str, str] = {}
        self.dropped = False

    def follow(self, events: Iterable[Event]) -> None:
        self.last = {}
        for event in events:
            if event.name == "understood":
                self.dropped = event.data.get("command") == "cancel"
            elif event.name == "step_entered":
                self.dropped = False
                self.enter(event.data["flow"], event.data["step"])
            elif event.name == "flow_ended":
                self.end(event.data["flow"])

    def enter(self, flow: str, step: str) -> None:
        before = self.last.get(flow)
        if before is not None:
            self.ways.add((flow, before, step))
            self.end_child(flow, before)
        self.last[flow] = step
        self.steps.add((flow, step))

    def end(self, flow: str) -> None:
        before = self.last.pop(flow, None)
        if before is not None and not self.dropped:
            self.ways.add((flow, before, END))
            self.end_child(flow, before)

    def end_child(self, flow: str, step: str) -> None:
        """A parent that goes on from its call tells that the child came to its end."""
        left = self.release.flows[flow].steps.get(step)
        if left is not None and left.kind == "call":
            self.end(left.name)
