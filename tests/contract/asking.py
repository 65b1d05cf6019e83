"""The flows' actions as the bot asks them of a backend: every answer is held against the contract of its action."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from connectors.backend import BackendClient

ACTIONS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "dialogs" / "actions.yml").read_text(encoding="utf-8")
)["actions"]


class Asker:
    """The bot's own client, which checks every answer against the action's contract; seen: what has happened."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client
        self._count = 0
        self.seen: set[tuple[str, str]] = set()

    async def ask(self, openid: str, action: str, expected: str, **arguments: object) -> dict[str, Any]:
        """Ask with a key of its own; the slots that came back."""
        self._count += 1
        returned = await self._client.call(action, arguments, openid, f"s:{self._count}:1")
        assert returned.outcome == expected, (action, returned)
        promised = ACTIONS[action]
        example = promised["outcomes"][expected] or {}
        assert set(example) <= set(returned.slots) <= set(promised["sets"]), (action, returned)
        assert [type(returned.slots[name]) for name in example] == [type(value) for value in example.values()]
        self.seen.add((action, expected))
        return dict(returned.slots)


def handled(actions: Iterable[str]) -> set[tuple[str, str]]:
    """All outcomes of these actions that the flows handle."""
    return {(action, outcome) for action in actions for outcome in ACTIONS[action]["outcomes"]}
