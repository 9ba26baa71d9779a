"""What `/metrics` tells, in Prometheus' text format."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one running bot; names and units follow Prometheus' own advice."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.updates_taken = Counter(
            "policybot_updates_taken", "Updates that are safely kept.", registry=self._registry
        )
        self.updates_finished = Counter(
            "policybot_updates_finished", "Updates that were dealt with.", registry=self._registry
        )
        self.updates_quarantined = Counter(
            "policybot_updates_quarantined", "Updates that could not be read.", registry=self._registry
        )
        self.update_seconds = Histogram(
            "policybot_update_seconds",
            "From keeping an update to having dealt with it.",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
            registry=self._registry,
        )
        self.poll_failures = Counter("policybot_poll_failures", "getUpdates that failed.", registry=self._registry)
        self.line_rebuilds = Counter(
            "policybot_line_rebuilds", "Times that the watchdog built the connection anew.", registry=self._registry
        )
        self.incidents = Counter("policybot_incidents", "Errors that nobody had foreseen.", registry=self._registry)
        self._calls = Counter(
            "policybot_calls", "Calls of the Bot API.", ["method", "outcome"], registry=self._registry
        )

    def call(self, method: str, outcome: str) -> None:
        """Count a call: ok, 400, 403, 429, migrated, not_sent or unknown."""
        self._calls.labels(method, outcome).inc()

    def watch(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Tell a figure that is read when it is asked for."""
        Gauge(f"policybot_{name}", description, registry=self._registry).set_function(read)

    def text(self) -> bytes:
        """Everything, as `/metrics` answers it."""
        return generate_latest(self._registry)
