"""Dependency: what else uses a flow, slot, response or action, and what nothing uses."""

from collections.abc import Iterator

from dialogs.kernel.checks.references import ACTIONS, DOMAIN, Kind, Reference, references, spoken
from dialogs.kernel.checks.structure import BUILT_IN_RESPONSES
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Release

ENGINE_RESPONSES = (
    "utter_human",
    "utter_voice_unheard",
    "utter_attachment_kept",
    "utter_voice_kept",
    "utter_several_matters",
    "utter_next_matter",
    "utter_single_matter",
    "utter_noted",
    "utter_link_unread",
    "utter_correct_later",
)
"""Responses the engine says where the domain has them; so it does utter_ask_more_<slot> and
utter_ask_<slot>_likely."""
ENGINE_SLOTS = ("urgent", "role")
"""Slots the engine itself sets or reads."""


def uses(release: Release, kind: Kind, name: str) -> list[Reference]:
    """Return every place that names it, in file order: what to look at before it is changed or removed."""
    every = {*references(release), *spoken(release)}
    return sorted((found for found in every if (found.kind, found.name) == (kind, name)), key=_place)


def check(release: Release) -> Iterator[Problem]:
    """Walk over what nothing uses."""
    used = {(found.kind, found.name) for found in (*references(release), *spoken(release))}
    required = {*release.required, *(name for texts in release.required.values() for name in texts)}
    for name, variations in release.responses.items():
        spare = name in (*BUILT_IN_RESPONSES, *ENGINE_RESPONSES) or name.startswith("utter_ask_more_")
        spare = spare or (name.startswith("utter_ask_") and name.endswith("_likely"))
        if ("response", name) not in used and not spare and name not in required:
            yield problem("unused_response", Where(DOMAIN, min(each.line for each in variations)), name=name)
    for slot in release.slots.values():
        if ("slot", slot.name) not in used and slot.name not in ENGINE_SLOTS:
            yield problem("unused_slot", Where(DOMAIN, slot.line), name=slot.name)
    for action in release.actions.values():
        if ("action", action.name) not in used:
            yield problem("unused_action", Where(ACTIONS, action.line), name=action.name)


def _place(reference: Reference) -> tuple[str, int, str, str]:
    where = reference.where
    return where.file, where.line, where.flow, where.step
