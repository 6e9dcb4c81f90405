"""A figure: one number that says how well this machine does one thing, with what it should be and what to compare."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

RUNS = int(os.environ.get("RUNS", "5"))
"""Every figure is the median of so many runs."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something known to compare with, measured in the same run wherever it can be."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; `bar` is what it should reach."""

    name: str
    value: float
    unit: str
    better: Literal["higher", "lower"]
    bar: float | None = None
    reference: Reference | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the bar is reached; None when there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar

    def line(self) -> str:
        """The figure as a JSON line."""
        return json.dumps(
            {
                "name": self.name,
                "value": rounded(self.value),
                "unit": self.unit,
                "better": self.better,
                "bar": self.bar,
                "reference": self.reference and {"name": self.reference.name, "value": rounded(self.reference.value)},
                "machine": machine(),
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )


class Skipped(Exception):
    """This figure cannot be measured here, and why."""


def rounded(value: float) -> float:
    """Four digits are more than any of these numbers is good for."""
    return float(f"{value:.4g}")


def medians(measure: Callable[[], Mapping[str, float]], runs: int = RUNS) -> dict[str, float]:
    """Measure so many times; the median of each number."""
    found = []
    for run in range(runs):
        found.append(measure())
        print(f"  run {run + 1} of {runs}: {shown(found[-1])}", file=sys.stderr, flush=True)
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def shown(numbers: Mapping[str, float]) -> str:
    """Numbers for people."""
    return ", ".join(f"{name} {rounded(value):,}" for name, value in numbers.items())


def resident(pids: Iterable[int]) -> float:
    """The resident memory of these processes, in MB, without what they share."""
    total = 0
    for pid in pids:
        words = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").split()
        total += int(words[words.index("Pss:") + 1])
    return total / 1024


def machine() -> dict[str, object]:
    """What this was measured on."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory_kb = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb / 1024**2, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "runs": RUNS,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
