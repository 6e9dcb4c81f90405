"""How fast a source may send: an allowance that fills by the second and may be overdrawn by one request."""

from unavoce.collect.model import SourceTooFast

BURST_SECONDS = 2.0
"""A source that was quiet may send so many seconds' worth at once: SDKs flush in gusts."""


class Allowance:
    """What one source may still send.

    A request passes while anything is left, and then all of it counts, so that a batch larger than the allowance can
    pass at all; the next one waits until the debt is paid (a token bucket with debt).
    """

    def __init__(self, events_per_second: int, now: float) -> None:
        self.events_per_second = events_per_second
        self._most = events_per_second * BURST_SECONDS
        self._left, self._at = self._most, now

    def spend(self, events: int, now: float) -> None:
        """Count a request of so many events at this second; SourceTooFast when nothing is left."""
        self._left = min(self._most, self._left + (now - self._at) * self.events_per_second)
        self._at = now
        if self._left <= 0:
            wait = -self._left / self.events_per_second
            raise SourceTooFast(retry_after=max(1.0, wait), events_per_second=self.events_per_second)
        self._left -= events


class Throttle:
    """The allowances of all sources that have one."""

    def __init__(self) -> None:
        self._allowances: dict[int, Allowance] = {}

    def spend(self, source_id: int, events_per_second: int, events: int, now: float) -> None:
        """Count a request against its source's allowance; a changed allowance starts afresh."""
        allowance = self._allowances.get(source_id)
        if allowance is None or allowance.events_per_second != events_per_second:
            allowance = self._allowances[source_id] = Allowance(events_per_second, now)
        allowance.spend(events, now)
