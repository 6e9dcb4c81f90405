"""A person's file: everything about her as JSON, one file a table, and a page to begin with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import orjson

from unavoce.apps.privacy import store
from unavoce.apps.privacy.model import Request, Tally
from unavoce.apps.privacy.person import gathered, person_of
from unavoce.apps.privacy.rooms import tables
from unavoce.apps.privacy.terms import rules_of
from unavoce.runtime import private
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.http import Door
from unavoce.runtime.private import PrivateTable

# What the team did, what waits to be erased, what others did: not hers to have, though it is erased with her.
NOT_HANDED_OUT = frozenset({
    "postgres:access.audit", "postgres:runtime.idempotency", "postgres:privacy.file", "postgres:collect.intake",
    "postgres:collect.seen", "postgres:collect.seen_import", "clickhouse:collect.event__mention",
    "clickhouse:profile.link", "clickhouse:profile.link_spare",
})  # fmt: skip
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "td,th{text-align:left;padding:.2rem 1rem .2rem 0}"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one table about a person."""

    table: PrivateTable
    rows: list[dict[str, object]]

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return f"{self.table.engine.value}/{self.table.name}.json"


@dataclass(frozen=True, slots=True)
class Export:
    """Makes people's files."""

    here: Door
    facts: Facts
    brand: str

    def step(self, request: Request) -> bool:
        """Make the file of a request; it can be fetched for some days."""
        now = self.here.clock.now()
        with self.here.postgres.transaction() as tx:
            store.begin(tx, request.id, now)
        with self.here.postgres.transaction() as tx:
            person = gathered(tx, self.facts, person_of(store.traces(tx, request.id)))
            sheets = [
                Sheet(table, private.found(tx, self.facts, table, person.traces))
                for table in tables()
                if str(table) not in NOT_HANDED_OUT
            ]
            content = archive(sheets, self.brand, now)
            until = now + timedelta(days=rules_of(tx).file_days)
            store.put_file(tx, request.id, person.iids, content, now, until)
            store.finish(tx, request.id, [Tally(str(one.table), len(one.rows)) for one in sheets], None, now)
        return True


def archive(sheets: Iterable[Sheet], brand: str, now: datetime) -> bytes:
    """A ZIP of one JSON file for each table with rows, and `index.html` that says what is where."""
    filled = [sheet for sheet in sheets if sheet.rows]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", _index(filled, brand, now))
        for sheet in filled:
            packed.writestr(sheet.file, orjson.dumps(sheet.rows, default=_plain, option=orjson.OPT_INDENT_2))
    return out.getvalue()


def _index(sheets: Iterable[Sheet], brand: str, now: datetime) -> str:
    lines = "".join(
        f'<tr><td><a href="{escape(one.file)}">{escape(one.table.name)}</a></td>'
        f"<td>{len(one.rows)}</td><td>{escape(one.table.find.about)}</td></tr>"
        for one in sheets
    )
    title = f"What {escape(brand)} keeps about one customer"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>Made on {now:%Y-%m-%d %H:%M} UTC. Every file is JSON: a list of rows. Times are UTC, "
        "money is in minor units; <code>iid</code> is one identifier, written out in profile.identifier.json.</p>"
        f"<table><tr><th>File</th><th>Rows</th><th>What it is</th></tr>{lines}</table></html>"
    )


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else str(value)
