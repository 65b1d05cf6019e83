"""Message templates: registered ones give the cards their titles and labels, and make others unknown (40037)."""

import re
from typing import Any

from connectors.simulator.errors import ApiError
from connectors.simulator.fields import LABELS, checked, kind_of

ROW = re.compile(r"(?P<label>[^\n{}]*?)[:：]?\s*\{\{(?P<field>\w+)\.DATA\}\}")
KEPT_TEMPLATES = 25


class Templates:
    """The account's templates by id: {"template_id", "title", "content"}; content as in {{thing1.DATA}}."""

    def __init__(self) -> None:
        self._templates: dict[str, dict[str, str]] = {}

    def register(self, template_id: str, title: str, content: str) -> None:
        """Add or replace a template; the account has 25 places."""
        if template_id not in self._templates and len(self._templates) >= KEPT_TEMPLATES:
            raise ApiError(45026, "template num exceeds limit")
        self._templates[template_id] = {"template_id": template_id, "title": title, "content": content}

    def listed(self) -> list[dict[str, str]]:
        """List what is registered."""
        return list(self._templates.values())

    def card(self, template_id: str, data: object) -> dict[str, Any]:
        """Check a message against its template; gives {"title", "fields": [{"key", "label", "value"}]}."""
        template = self._templates.get(template_id)
        if not template_id or (self._templates and template is None):
            raise ApiError(40037)
        values = checked(data)
        labels = self._labels(template, values)
        rows = [{"key": key, "label": label, "value": values[key]} for key, label in labels.items()]
        return {"title": template["title"] if template else "服务通知", "fields": rows}

    @staticmethod
    def _labels(template: dict[str, str] | None, values: dict[str, str]) -> dict[str, str]:
        if template is None:
            return {key: LABELS[kind_of(key)] for key in values}
        labels = {match["field"]: match["label"].strip() for match in ROW.finditer(template["content"])}
        for key in labels:
            if key not in values:
                raise ApiError(47003, f"argument invalid! data.{key}.value is empty")
        return labels
