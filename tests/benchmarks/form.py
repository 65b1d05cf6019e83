"""The form that is measured: twelve free-text questions, over and over, among the product's own dialogs."""

import shutil
from pathlib import Path
from typing import Any

import yaml

QUESTIONS = 12
"""As many as the product's own report may ask."""
BEGIN = "测速开始"
END = "测速结束"
SLOTS = [f"bench_{number}" for number in range(1, QUESTIONS + 1)]


def write(folder: Path) -> Path:
    """Copy dialogs/ to `folder` and add the form; return the copy."""
    copy = folder / "dialogs"
    shutil.copytree("dialogs", copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "kernel", "tests"))
    domain: dict[str, Any] = yaml.safe_load((copy / "domain.yml").read_text(encoding="utf-8"))
    for number, slot in enumerate(SLOTS, 1):
        domain["slots"][slot] = {"type": "text", "mappings": [{"type": "from_text"}]}
        domain["responses"][f"utter_ask_{slot}"] = [{"text": f"第{number}个问题:请说说情况"}]
    (copy / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    (copy / "flows" / "bench.yml").write_text(yaml.safe_dump(_flows(), allow_unicode=True), encoding="utf-8")
    return copy


def _flows() -> dict[str, Any]:
    steps: list[dict[str, Any]] = [
        {"id": slot, "collect": slot, "ask_before_filling": True, "force_slot_filling": True} for slot in SLOTS
    ]
    steps[-1]["next"] = [{"if": f'slots.{SLOTS[-1]} = "{END}"', "then": "END"}, {"else": SLOTS[0]}]
    return {"flows": {"bench": {"name": "测速", "description": "测速用", "x-keywords": [BEGIN], "steps": steps}}}
