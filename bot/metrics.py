"""What is counted and timed, in Prometheus's form, and how people are named in logs."""

import hashlib

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5, 10.0)


class Meters:
    """The bot's figures. Labels are codes, never anything about a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Histogram(
            "bot_turn_seconds", "Turns by outcome, and seconds each took.", ["outcome"],
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip
        self.late = Counter("bot_late_replies_total", "Late replies by fate.", ["fate"], registry=self.registry)
        self.refused = Counter("bot_refused_total", "Requests refused, by code.", ["code"], registry=self.registry)
        self.busy = Counter("bot_busy_total", "Messages that could not be stored.", registry=self.registry)
        self.rasa_silent = Counter("bot_rasa_silent_total", "Texts that Rasa did not answer.", registry=self.registry)
        self.rasa_shed = Counter(
            "bot_rasa_shed_total", "Texts that Rasa was not asked about: too many under way.", registry=self.registry
        )
        self.unheard = Counter(
            "bot_voice_unheard_total", "Voice messages without recognised words.", registry=self.registry
        )
        self.backend_unreachable = Counter(
            "bot_backend_unreachable_total", "Requests that the backend did not answer.", registry=self.registry
        )
        self._outcomes = {
            name: self._turns.labels(name)
            for name in ("answered", "late", "duplicate", "errand", "failed", "lost")
        }  # fmt: skip

    def turn(self, outcome: str, seconds: float) -> None:
        """One turn ended."""
        self._outcomes[outcome].observe(seconds)

    def page(self) -> bytes:
        """The figures as /metrics shows them."""
        return generate_latest(self.registry)


def alias(person: str) -> str:
    """A short name for a person in logs, which does not lead back to the openid."""
    return hashlib.blake2b(person.encode(), digest_size=4).hexdigest()
