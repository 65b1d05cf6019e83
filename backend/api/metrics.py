"""What Prometheus may know: requests by route and status, and how much work waits. Nothing about anybody."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from backend.records.work import Work


class Metrics:
    """One registry for one application, so that two in one process do not count together."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "heweigui_backend_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "heweigui_backend_request_seconds", "Seconds to answer", ["route"], registry=self.registry
        )
        self._queues = Gauge(
            "heweigui_backend_queue_rows",
            "Rows of outbox, deliveries, attachments",
            ["queue", "state"],
            registry=self.registry,
        )
        self._cases = Gauge("heweigui_backend_cases", "Cases by state", ["state"], registry=self.registry)

    async def collect(self, work: Work) -> bytes:
        """Look at the queues and write everything down in Prometheus' text format."""
        queues = {"outbox": work.outbox, "deliveries": work.deliveries, "attachments": work.attachments}
        self._queues.clear()
        for name, queue in queues.items():
            for state, count in (await queue.count()).items():
                self._queues.labels(name, state).set(count)
        self._cases.clear()
        for state, count in (await work.cases.count_by_state()).items():
            self._cases.labels(state).set(count)
        return generate_latest(self.registry)
