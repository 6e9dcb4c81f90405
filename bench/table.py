"""Figures as a page for people: `make bench > figures.jsonl`, then `python -m bench.table figures.jsonl`."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_HEAD = "| figure | seen | bar | | compared with, in the same run |\n|---|---:|---:|---|---|"


def page(lines: Iterable[str]) -> str:
    """The Markdown of docs/reference/figures.md, from the JSON lines that `make bench` printed."""
    figures = [json.loads(line) for line in lines if line.startswith("{")]
    if not figures:
        raise SystemExit("bench.table: there is no figure in this file; make one with `make bench > figures.jsonl`")
    machine, day = figures[-1]["machine"], figures[-1]["at"][:10]
    about = (
        f"Measured on {day}: {machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}. Every figure is the median of {machine['runs']} runs; "
        "load generator, collector, engine and database share the cores."
    )
    return "\n\n".join(["# Figures", "`make bench` measures them again.", about, "\n".join([_HEAD, *_rows(figures)])])


def _rows(figures: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for figure in figures:
        reference = figure["reference"]
        compared = f"{reference['name']}: {_number(reference['value'])}" if isinstance(reference, dict) else ""
        seen = f"{_number(figure['value'])} {figure['unit']}"
        yield f"| `{figure['name']}` | {seen} | {_bar(figure)} | {_verdict(figure)} | {compared} |"


def _number(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) else ""


def _bar(figure: Mapping[str, object]) -> str:
    least = "at least" if figure["better"] == "higher" else "at most"
    return f"{least} {_number(figure['bar'])}" if figure["bar"] is not None else ""


def _verdict(figure: Mapping[str, object]) -> str:
    seen, bar = figure["value"], figure["bar"]
    if not isinstance(seen, int | float) or not isinstance(bar, int | float):
        return ""
    return "reached" if (seen >= bar if figure["better"] == "higher" else seen <= bar) else "**missed**"


if __name__ == "__main__":
    match sys.argv[1:]:
        case [file]:
            print(page(Path(file).read_text("utf-8").splitlines()))
        case _:
            raise SystemExit("usage: python -m bench.table figures.jsonl > docs/reference/figures.md")
