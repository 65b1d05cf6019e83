"""Reads a place's YAML into its Policy; what contradicts itself is found here, when a process starts."""

from collections.abc import Mapping
from datetime import time, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from backend.domain.deadlines import BY_RULE, DeadlineKind, Timetable
from backend.domain.organisation import Post
from backend.domain.places import Radius
from backend.domain.policy import DisputeType, Form, Limits, Notice, Policy, Retention
from backend.domain.reception.rules import ReceptionRules
from backend.domain.workdays import Office, Span
from backend.reception_rules import ReceptionError, read_reception

FOLDER = Path(__file__).parent / "policies"
PLACE = "anhe"


class PolicyError(Exception):
    """A policy file contradicts itself; the sentence says where."""


def load(texts: Mapping[str, Any], place: str = PLACE, folder: Path = FOLDER) -> Policy:
    """The policy of a place; `texts` gives the notices their sentences. PolicyError or KeyError if wrong."""
    raw = read(f"{place}.yml", folder)
    hours, minutes = str(raw["office_closes"]).split(":")
    zone = timezone(timedelta(hours=raw["utc_offset_hours"]))
    return Policy(
        name=raw["name"],
        prefix=raw["prefix"],
        office=Office(zone, time(int(hours), int(minutes))),
        centre_unit=raw["centre_unit"],
        types=_types(raw),
        timetable=_timetable(raw),
        radius=Radius(**raw["radius"]),
        limits=_limits(raw["limits"]),
        retention=_retention(raw["retention"]),
        channels={audience: tuple(names) for audience, names in raw["channels"].items()},
        notices=_notices(texts["notices"], raw["forms"]),
        reception=_reception(raw),
    )


def read(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """One YAML file of the policies folder as a mapping."""
    loaded: dict[str, Any] = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    return loaded


def _types(raw: Mapping[str, Any]) -> dict[str, DisputeType]:
    ladders = {name: tuple(Post(**post) for post in posts) for name, posts in raw["ladders"].items()}
    last = Post("county", "centre")
    for name, posts in ladders.items():
        if posts[-1] != last:
            raise PolicyError(f"ladders.{name} 没有落到区矛调中心 (county, centre)")
    return {key: DisputeType(entry["title"], ladders[entry["ladder"]]) for key, entry in raw["types"].items()}


def _timetable(raw: Mapping[str, Any]) -> Timetable:
    rules = {
        rule: {DeadlineKind(kind): Span(**span) for kind, span in spans.items()}
        for rule, spans in raw["deadlines"].items()
    }
    unknown = set(rules) - {"ordinary", "urgent"} - set(raw["types"])
    lacking = {rule for rule, spans in rules.items() if set(spans) != set(BY_RULE)}
    if unknown or lacking or not {"ordinary", "urgent"} <= set(rules):
        raise PolicyError(
            f"deadlines 有不认识的规则 {sorted(unknown)} 或缺项 {sorted(lacking)}，ordinary 和 urgent 必须有"
        )
    return Timetable(rules)


def _reception(raw: Mapping[str, Any]) -> ReceptionRules:
    try:
        return read_reception(raw["reception"])
    except ReceptionError as error:
        raise PolicyError(str(error)) from error


def _limits(raw: Mapping[str, int]) -> Limits:
    return Limits(
        open_cases=raw["open_cases"],
        cases_a_day=raw["cases_a_day"],
        urge_pause=timedelta(hours=raw["urge_pause_hours"]),
        find_attempts=raw["find_attempts"],
        bind_attempts=raw["bind_attempts"],
        attempts_window=timedelta(minutes=raw["attempts_window_minutes"]),
        binding_code_life=timedelta(hours=raw["binding_code_hours"]),
    )


def _retention(raw: Mapping[str, int]) -> Retention:
    return Retention(
        words_after_closing=timedelta(days=raw["words_after_closing_days"]),
        answers=timedelta(days=raw["answers_days"]),
        outbox=timedelta(days=raw["outbox_days"]),
    )


def _notices(sentences: Mapping[str, str], forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Notice]:
    unknown = set(forms) - set(sentences)
    if unknown:
        raise PolicyError(f"forms 里有 texts.yml 没有的通知 {sorted(unknown)}")
    return {name: Notice(text, **_forms(forms.get(name, {}))) for name, text in sentences.items()}


def _forms(raw: Mapping[str, Any]) -> dict[str, Form]:
    return {channel: Form(form["id"], form["fields"]) for channel, form in raw.items()}
