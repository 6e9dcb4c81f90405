"""`unavoce receipt`: check the proof that a customer's data is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from unavoce.apps.privacy.model import BadReceipt
from unavoce.apps.privacy.receipt import public_key, verified
from unavoce.runtime.settings import Settings

ILL = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(receipt)


def receipt(
    file: Annotated[Path, typer.Argument(help="The receipt, a JSON file.", exists=True, dir_okay=False)],
    key: Annotated[
        str | None, typer.Option(help="The public key of who erased, in base64; default this deployment's.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The folder that holds everything; default ./.unavoce.", file_okay=False)
    ] = None,
) -> None:
    """Check the signed proof of an erasure; it needs nothing but the file and the public key."""
    try:
        said = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as wrong:
        raise BadReceipt(field="file", value=str(file), expected=f"JSON ({wrong})") from None
    if not isinstance(said, dict):
        raise BadReceipt(field="file", value=str(file), expected="a JSON object")
    verdict = verified(said, key or _own_key(data))
    typer.echo(_said(signed=verdict.signed, ours=verdict.ours))
    if verdict.holds:
        typer.echo(f"Request {said.get('request')} of {said.get('brand')}, done at {said.get('done_at')}.")
    raise typer.Exit(0 if verdict.holds else ILL)


def _own_key(data: Path | None) -> str:
    settings = Settings() if data is None else Settings.model_validate(Settings().model_dump() | {"data": data})
    return public_key(settings.secret())


def _said(*, signed: bool, ours: bool) -> str:
    if not signed:
        return "This receipt has been changed, or it was never signed."
    return "This receipt is genuine." if ours else "This receipt is signed, but not with this key."
