"""`unavoce owner`: whoever has the machine lets herself in, the first time or when a password is lost."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from unavoce.access import api as access
from unavoce.access.api import Changes
from unavoce.apps import offline
from unavoce.runtime import folder, launcher, migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings

# 16 letters: more than the shortest password, and nobody has to remember it.
_PASSWORD_BYTES = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(owner)


def owner(
    email: Annotated[str, typer.Argument(help="Her e-mail address; she logs in with it.")],
    name: Annotated[str, typer.Option(help="How the team sees her.")] = "Owner",
    data: Annotated[
        Path | None, typer.Option(help="The folder that holds everything; default ./.unavoce.", file_okay=False)
    ] = None,
) -> None:
    """Make an owner who may do everything, or give her a new password; prints it once."""
    settings = Settings() if data is None else Settings.model_validate(Settings().model_dump() | {"data": data})
    with database(settings) as postgres:
        password = let_in(postgres, email, name)
    typer.echo(f"{email} logs in at {settings.address} with the password {password}")


def let_in(postgres: Postgres, email: str, name: str) -> str:
    """Make her an owner of everything with a new password, and return it; her sessions end."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    with postgres.transaction() as tx:
        known = access.ensure_owner(tx, email, password, name)
        access.change_person(tx, known.id, Changes(role=access.Role.OWNER, password=password, move=True))
    return password


@contextmanager
def database(settings: Settings) -> Iterator[Postgres]:
    """The brand's database, whether Unavoce runs or not, with its tables up to date."""
    running = settings.postgres_url or launcher.running_url(settings.folder)
    if running:
        with offline.connected(running) as postgres:
            yield postgres
        return
    folder.prepare(settings.folder)
    with (
        offline.held(settings),
        offline.postgres_url(settings, settings.folder) as url,
        offline.connected(url) as postgres,
    ):
        migrate.migrate(postgres, None)
        yield postgres
