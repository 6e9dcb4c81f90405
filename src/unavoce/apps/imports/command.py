"""`unavoce import FILE`: a file of customers, orders, points or coupons, from the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from unavoce.apps import importing
from unavoce.apps.brand import Brand, brand_of
from unavoce.apps.imports import checking, exposures
from unavoce.collect.contract import Options, Totals
from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import BadInput
from unavoce.runtime import launcher
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings
from unavoce.sources.files.guess import guess
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import Mapping as FileMapping
from unavoce.sources.files.mapping import parse
from unavoce.sources.files.model import Found, Reading
from unavoce.sources.files.presets import preset_for
from unavoce.sources.files.repairs import Rules
from unavoce.sources.files.tables import look
from unavoce.sources.files.tally import REASONS

_MOST_SHOWN = 5
GUESS = "guess"
"""The preset that is no preset: the columns are taken for what they seem to be."""


def register(app: typer.Typer) -> None:
    """Add `unavoce import`."""
    app.command("import")(bring)


def bring(
    source: Annotated[str, typer.Argument(help="A file, or whose history, like `complete-journey`.")],
    households: Annotated[int | None, typer.Option(help="Only the first N households.", min=1)] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds everything; default ./.unavoce.", file_okay=False),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="What the file's columns mean (TOML or JSON).", exists=True, dir_okay=False)
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="Whose export the file is, like `91app` or `till-sales`; or `guess`.")
    ] = None,
    name: Annotated[str | None, typer.Option("--source", help="The key of the source the rows come from.")] = None,
    *,
    promotions: Annotated[
        bool, typer.Option("--promotions", help="A history's displays and mailers by store and week, not its baskets.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Bring a file or a year of history into a running Unavoce. Doing it again changes nothing."""
    path = Path(source)
    if not path.is_file():
        importing.history(source)
    with _running(data) as (settings, postgres):
        if path.is_file():
            with postgres.transaction() as tx:
                brand = brand_of(tx)
            wish = FileWish(path, mapping, preset, name, dry=dry_run)
            bring_file(postgres, settings.clock(), brand, wish, typer.echo)
            return
        if promotions:
            with _bar(source, None) as tell:
                facts = exposures.bring(postgres, settings.clock(), source, tell)
            typer.echo(f"{source}: {facts:,} displays and mailers by store, week and product are known.")
            return
        done = importing.bring_in(postgres, settings.clock(), source, {"households": households}, again=True)
    if done is not None:
        for line in importing.told(done):
            typer.echo(line)


@contextmanager
def _running(data: Path | None) -> Iterator[tuple[Settings, Postgres]]:
    """The deployment that runs on this data folder."""
    settings = Settings() if data is None else Settings.model_validate({**Settings().model_dump(), "data": data})
    url = settings.postgres_url or launcher.running_url(settings.folder)
    if url is None:
        raise importing.NothingRuns(folder=str(settings.folder))
    postgres = Postgres.connect(url, name="import", size=2)
    try:
        yield settings, postgres
    finally:
        postgres.close()


class NoMapping(BadInput):
    """Say what the columns mean, by `--mapping FILE` or `--preset NAME`, or take the guess with `--preset guess`."""


@dataclass(frozen=True, slots=True)
class FileWish:
    """What somebody wants done with a file."""

    path: Path
    mapping: Path | None = None
    preset: str | None = None
    source: str | None = None
    dry: bool = False


def bring_file(postgres: Postgres, clock: Clock, brand: Brand, wish: FileWish, say: Callable[[str], object]) -> None:
    """Check a file, say what was found, and bring it in unless only the check was wanted."""
    history = history_of(wish, brand)
    with tempfile.TemporaryDirectory(prefix="unavoce-import-") as folder:
        bad_rows = Path(folder) / "bad-rows.csv"
        with _bar("reading", None) as tell:
            checked = checking.check(postgres, history, brand.pumping, bad_rows, lambda rows: tell(rows, rows))
    for line in told(checked, history.found):
        say(line)
    if wish.dry:
        say("This was a dry run: nothing was sent.")
        return
    events = sum(checked.tally.events.values())
    sending = FileHistory(wish.path, history.mapping, history.found, expected=Totals(events))
    with _bar(history.title, events) as tell:
        done = importing.run(postgres, clock, sending, Options(), tell)
    for line in importing.told(done):
        say(line)


def history_of(wish: FileWish, brand: Brand) -> FileHistory:
    """The file under the mapping that was named, or under the guess when that is wanted."""
    mapping, found = _mapping(wish, brand)
    if wish.source:
        mapping = replace(mapping, source=parse(f'source = "{wish.source}"\n[columns]\n"-" = "time"').source)
    return FileHistory(wish.path, mapping.with_brand(**_defaults(brand)), found)


def _mapping(wish: FileWish, brand: Brand) -> tuple[FileMapping, Found]:
    if wish.mapping is not None:
        mapping = parse(wish.mapping.read_text("utf-8-sig"), wish.mapping.name)
        return mapping, look(wish.path, mapping.reading)
    found = look(wish.path, Reading())
    if wish.preset not in (None, GUESS):
        known = preset_for(wish.preset or "", found.columns).mapping
        days = guess(found, brand.pumping.region)
        return replace(known, rules=replace(known.rules, order=_sure(days.order), calendar=days.calendar)), found
    guessed = guess(found, brand.pumping.region)
    if wish.preset != GUESS:
        shown = "; ".join(f"{one.column} -> {one.target.to if one.target else '?'}" for one in guessed.columns)
        raise NoMapping(file=wish.path.name, guess=f"{guessed.rows.value}: {shown}")
    return guessed.mapping(rules=Rules(region=brand.pumping.region)), found


def _sure(order: str) -> str:
    return "ymd" if order == "unclear" else order


def _defaults(brand: Brand) -> Mapping[str, str]:
    return {"region": brand.pumping.region, "zone": brand.zone, "currency": brand.currency}


def told(checked: checking.Checked, found: Found) -> Iterator[str]:
    """What a dry run found, in words."""
    tally, who = checked.tally, checked.who
    reading = found.reading
    sure = f", {found.confidence:.0%} sure" if reading.encoding else ""
    yield f"{found.form.value}{f' in {reading.encoding}' if reading.encoding else ''}{sure}; {tally.rows:,} rows."
    for event, times in tally.events.most_common():
        yield f"  {event}: {times:,}"
    yield (
        f"  people: {who.people_new:,} new, {who.rows_known:,} rows of known customers, "
        f"{who.rows_joining:,} rows that join several."
    )
    for (column, repair), seen in sorted(tally.repairs.items(), key=lambda item: -item[1].times)[:20]:
        before, after = seen.examples[0]
        yield f"  {column}: {repair.replace('_', ' ')} {seen.times:,} times, as {before!r} -> {after!r}"
    for (column, reason), seen in sorted(tally.left_out.items(), key=lambda item: -item[1].times)[:20]:
        yield f"  {column}: {seen.times:,} values left out, {REASONS[reason]}, as {seen.examples[0][0]!r}"
    if tally.points.in_file:
        yield f"  points: {tally.points.in_file:,} in the file, {tally.points.going_in:,} go in."
    if tally.bad_lines:
        yield f"  {tally.bad:,} rows cannot go in, {tally.bad_reasons['points_unread']:,} only without their points:"
        for line in tally.bad_lines[:_MOST_SHOWN]:
            yield f"    row {line.line}: {line.sentence}"


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[importing.Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield tell
