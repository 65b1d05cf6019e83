"""What a figure is: a value, its goal, and how they are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `goal` is compared by `better`."""

    name: str
    value: float
    goal: float
    better: Callable[[float, float], bool]
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether the goal is met."""
        return self.better(self.value, self.goal)

    def line(self) -> dict[str, object]:
        """The figure as a JSON object."""
        return {
            "figure": self.name,
            "value": round(self.value, 3),
            "goal": self.goal,
            "reached": self.reached,
            **self.detail,
        }
