"""What the processes say of themselves: structured logs, and numbers at /metrics in Prometheus' text form."""

import logging
import math
import os
import sys
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import TypeVar

import psutil
import structlog
from structlog.typing import Processor

Labels = tuple[tuple[str, str], ...]

# From a millisecond to half a minute: what a person notices and what a time-out cuts.
SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def configure(service: str, *, level: str = "info", form: str = "json") -> None:
    """Send every log line of this process, ours and the libraries', to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _StandardError()
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[strip, renderer], foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("httpx", "httpcore", "clickhouse_connect", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service, pid=os.getpid())


class _StandardError(logging.Handler):
    """Writes to whatever is standard error at that moment: the one of when it was made may have been closed since."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


class Counter:
    """A number that only grows."""

    kind = "counter"

    def __init__(self, name: str, about: str) -> None:
        self.name, self.about = name, about
        self._values: dict[Labels, float] = {}
        self._lock = threading.Lock()

    def add(self, amount: float = 1, **labels: str) -> None:
        """Count `amount` more under these labels."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            self._values[key] = self._values.get(key, 0) + amount

    def samples(self) -> Iterator[tuple[str, Labels, float]]:
        """Every value with its labels."""
        with self._lock:
            values = list(self._values.items())
        return ((self.name, labels, value) for labels, value in values)


class Gauge(Counter):
    """A number that goes up and down."""

    kind = "gauge"

    def set(self, value: float, **labels: str) -> None:
        """The number is now `value`."""
        with self._lock:
            self._values[tuple(sorted(labels.items()))] = value


class Histogram:
    """How long things took, or how large they were, counted in buckets."""

    kind = "histogram"

    def __init__(self, name: str, about: str, bounds: Sequence[float] = SECONDS) -> None:
        self.name, self.about = name, about
        self._bounds = (*bounds, math.inf)
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}
        self._lock = threading.Lock()

    def observe(self, value: float, **labels: str) -> None:
        """One more thing of this size."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            counts = self._counts.setdefault(key, [0] * len(self._bounds))
            counts[bisect_left(self._bounds, value)] += 1
            self._sums[key] = self._sums.get(key, 0.0) + value

    def time(self, **labels: str) -> "Stopwatch":
        """Measure a `with` block in seconds."""
        return Stopwatch(self, labels)

    def samples(self) -> Iterator[tuple[str, Labels, float]]:
        """The buckets, the sum and the count, with their labels."""
        with self._lock:
            kept = [(labels, list(counts), self._sums[labels]) for labels, counts in self._counts.items()]
        for labels, counts, total in kept:
            below = 0
            for bound, count in zip(self._bounds, counts, strict=True):
                below += count
                yield f"{self.name}_bucket", (*labels, ("le", _number(bound))), below
            yield f"{self.name}_sum", labels, total
            yield f"{self.name}_count", labels, below


class Stopwatch:
    """Observes how long its `with` block took."""

    def __init__(self, histogram: Histogram, labels: dict[str, str]) -> None:
        self._histogram, self._labels = histogram, labels
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._histogram.observe(perf_counter() - self._began, **self._labels)


Metric = Counter | Histogram
M = TypeVar("M", Counter, Gauge, Histogram)
_metrics: dict[str, Metric] = {}
_asked: list[Callable[[], None]] = []


def counter(name: str, about: str) -> Counter:
    """The counter of this name, for the whole process."""
    return _known(Counter(name, about))


def gauge(name: str, about: str) -> Gauge:
    """The gauge of this name, for the whole process."""
    return _known(Gauge(name, about))


def histogram(name: str, about: str, bounds: Sequence[float] = SECONDS) -> Histogram:
    """The histogram of this name, for the whole process."""
    return _known(Histogram(name, about, bounds))


def before_each_look(ask: Callable[[], None]) -> None:
    """Call `ask` whenever somebody reads the metrics, so that it can set its gauges."""
    _asked.append(ask)


def rendered() -> str:
    """Every metric in Prometheus' text form (version 0.0.4)."""
    _MEMORY.set(_PROCESS.memory_info().rss)
    _CPU.set(sum(_PROCESS.cpu_times()[:2]))
    for ask in _asked:
        ask()
    return "".join(_lines(sorted(_metrics.values(), key=lambda metric: metric.name)))


def _known(made: M) -> M:
    known = _metrics.setdefault(made.name, made)
    if type(known) is not type(made):
        raise ValueError(f"{made.name} is already a {known.kind}.")
    return known


def _lines(metrics: Iterable[Metric]) -> Iterator[str]:
    for metric in metrics:
        yield f"# HELP {metric.name} {metric.about}\n# TYPE {metric.name} {metric.kind}\n"
        for name, labels, value in metric.samples():
            inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
            yield f"{name}{{{inside}}} {_number(value)}\n" if inside else f"{name} {_number(value)}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return "+Inf" if value == math.inf else repr(value) if value % 1 else str(int(value))


_PROCESS = psutil.Process()
_MEMORY = gauge("process_resident_memory_bytes", "Resident memory of this process.")
_CPU = gauge("process_cpu_seconds_total", "User and system time of this process.")
