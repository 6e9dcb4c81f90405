"""The command `unavoce demo`: a year of real retail data, live customers on top of it, and the story as a check."""

from __future__ import annotations

import json
import tempfile
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from unavoce.apps.demo.check import check as judged
from unavoce.apps.demo.scene import OWNER
from unavoce.apps.demo.stage import Stage, on_stage
from unavoce.apps.importing import bring_in
from unavoce.apps.simulator import people
from unavoce.runtime import telemetry
from unavoce.runtime.settings import Settings

ILL = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    data: Annotated[
        Path | None, typer.Option(help="The folder that holds everything; default ./.unavoce.", file_okay=False)
    ] = None,
    households: Annotated[int | None, typer.Option(help="Bring in only the first N households.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Which telling of the story, and which walks of the live customers.")] = 1,
    port: Annotated[int | None, typer.Option(help="The console and the API.", envvar="UNAVOCE_PORT")] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Play the story headless on a fresh folder and print a JSON summary.")
    ] = False,
) -> None:
    """Show the whole loop on a year of real baskets, with live customers; Ctrl-C stops, running it again goes on."""
    if check:
        _check(data, households, seed, port)
    else:
        _show(_settings(data, port), households, seed)


def _check(data: Path | None, households: int | None, seed: int, port: int | None) -> None:
    with tempfile.TemporaryDirectory(prefix="unavoce-check-") as fresh:
        settings = _settings(data or Path(fresh) / "data", port)
        seen = on_stage(
            settings, lambda stage: judged(stage, seed, lambda here: _import(here, households), households), stay=False
        )
    typer.echo(json.dumps(seen, ensure_ascii=False))
    if not seen or not seen["ok"]:
        raise typer.Exit(ILL)


def _show(settings: Settings, households: int | None, seed: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    stop = threading.Event()

    def work(stage: Stage) -> None:
        console.print(f"Unavoce is ready: {settings.address}", markup=False)
        console.print(f"  log in as {OWNER} with the password {stage.cast.password}", markup=False)
        console.print("  Ctrl-C stops; running it again goes on where it stopped", markup=False)
        _import(stage, households)
        console.print("Live customers walk now over web, LINE, e-mail and the store tills.", markup=False)
        people.run(
            people.Places(
                intake=f"http://127.0.0.1:{settings.port}",
                simulator=f"http://127.0.0.1:{settings.simulator_port}",
                write_keys=stage.cast.write_keys,
            ),
            seed=seed,
            stop=stop,
        )

    try:
        on_stage(settings, work, stay=True)
    finally:
        stop.set()


def _import(stage: Stage, households: int | None) -> None:
    bring_in(stage.postgres, stage.settings.clock(), "complete_journey", {"households": households})
    stage.office.post("/api/demo/program")


def _settings(data: Path | None, port: int | None) -> Settings:
    given: dict[str, object] = {"demo": True, "simulator": True}
    if data is not None:
        given["data"] = data
    if port is not None:
        given |= {"port": port, "collector_port": port + 1, "simulator_port": port + 2, "smtp_sink_port": port + 3}
    settings = Settings.model_validate({**Settings().model_dump(), **given})
    telemetry.configure("demo", level="warning", form="text")
    return settings
