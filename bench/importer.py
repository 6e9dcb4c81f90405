"""The import of a year of real baskets: events a second from the files to history, customers and segments."""

import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from bench.deployment import Deployment, deployment
from bench.figure import Figure, Reference, Skipped, medians
from unavoce.apps import importing
from unavoce.collect.contract import Options
from unavoce.kernel.clock import SystemClock
from unavoce.sources.complete_journey.adapter import source
from unavoce.sources.complete_journey.files import PACKAGE


def figures() -> Iterator[Figure]:
    """Read and pumped, against reading alone."""
    if find_spec(PACKAGE) is None:
        raise Skipped(f'{PACKAGE} is not installed: pip install "unavoce[demo]"')
    found = medians(_measure)
    reading = Reference("reading the files and making the calls alone", found["read"])
    yield Figure("import_events_per_second", found["events"], "events/s", "higher", 5_000, reading)
    yield Figure("import_basket_lines_per_second", found["lines"], "rows/s", "higher")
    yield Figure("import_read_events_per_second", found["read"], "events/s", "higher", 20_000)


def _measure() -> Mapping[str, float]:
    began = time.perf_counter()
    read = sum(chunk.events for chunk in source.read(Options()))
    reading = time.perf_counter() - began
    with deployment() as made:
        done = _import(made)
    return {
        "events": done.events / done.seconds,
        "lines": done.facts["lines"] / done.seconds,
        "read": read / reading,
    }


def _import(made: Deployment) -> importing.Imported:
    made.run("unavoce.apps.engine")
    return importing.run(made.postgres, SystemClock(), source, Options())
