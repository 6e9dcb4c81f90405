"""Measure this machine: `python -m bench`, or `ONLY=collect python -m bench` for one file. One JSON line per figure.

Every file here with a function `figures()` is measured; it yields Figures, or raises Skipped with the reason.
"""

import importlib
import os
import sys
from pathlib import Path

from bench.figure import Figure, Skipped


def main() -> int:
    """Measure, print, and say on standard error how it went; 1 when a bar was missed."""
    wanted = [word for word in os.environ.get("ONLY", "").replace(",", " ").split() if word]
    missed = 0
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem.startswith("_") or (wanted and path.stem not in wanted):
            continue
        measure = getattr(importlib.import_module(f"bench.{path.stem}"), "figures", None)
        if measure is None:
            continue
        print(f"{path.stem}", file=sys.stderr, flush=True)
        try:
            for figure in measure():
                print(figure.line(), flush=True)
                print(f"  {_told(figure)}", file=sys.stderr, flush=True)
                missed += figure.reached is False
        except Skipped as skipped:
            print(f"  skipped: {skipped}", file=sys.stderr, flush=True)
    return 1 if missed else 0


def _told(figure: Figure) -> str:
    verdict = {True: "reached", False: "MISSED", None: "no bar"}[figure.reached]
    return f"{figure.name}: {figure.value:,.4g} {figure.unit} (bar {figure.bar}, {verdict})"


if __name__ == "__main__":
    sys.exit(main())
