"""Metrics: counts and times for Prometheus, without anything that names anybody."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The figures of one bot."""

    def __init__(self) -> None:
        """Start at nothing, in a registry of its own."""
        self.registry = CollectorRegistry()
        self._updates = Counter(
            "volgorde_updates", "Updates handled, by what the person did", ["did"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "volgorde_update_seconds", "From receiving an update to its commit",
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip
        self._again = Counter(
            "volgorde_deliveries_again", "Deliveries taken up again, by why", ["why"],
            registry=self.registry,
        )  # fmt: skip
        self._refused = Counter(
            "volgorde_deliveries_refused", "Deliveries that Telegram refused for good",
            registry=self.registry,
        )  # fmt: skip
        self._failed = Counter(
            "volgorde_updates_failed", "Updates that could not be handled, by why", ["why"],
            registry=self.registry,
        )  # fmt: skip
        self._not_deleted = Gauge(
            "volgorde_messages_not_deleted", "Messages that Telegram would not delete",
            registry=self.registry,
        )  # fmt: skip

    def handled(self, did: str, seconds: float) -> None:
        """Count an update."""
        self._updates.labels(did).inc()
        self._seconds.observe(seconds)

    def failed(self, why: str) -> None:
        """Count an update that could not be handled."""
        self._failed.labels(why).inc()

    def again(self, why: str) -> None:
        """Count a delivery that is taken up again."""
        self._again.labels(why).inc()

    def refused(self) -> None:
        """Count a delivery that was refused."""
        self._refused.inc()

    def not_deleted(self, count: int) -> None:
        """Count messages that could not be deleted."""
        self._not_deleted.inc(count)

    def text(self) -> bytes:
        """Give the figures in Prometheus' own format."""
        return generate_latest(self.registry)
