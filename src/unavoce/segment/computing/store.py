"""The SQL of computed traits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction
from unavoce.segment.computing.model import Computation, ComputedTrait

_SQL = sql.load(__package__, "state.sql")


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    name: dict[str, str]
    definition: dict[str, object]
    created_by: str
    created_at: datetime
    swept_at: datetime | None


def _trait(row: _Row) -> ComputedTrait:
    what = msgspec.convert(row.definition, Computation)
    return ComputedTrait(row.key, row.name, what, row.created_by, row.created_at, row.swept_at)


def computed_traits(tx: Transaction) -> list[ComputedTrait]:
    """Every trait that is worked out."""
    return [_trait(row) for row in tx.rows(_SQL["computed_traits"], _Row)]


def add(tx: Transaction, key: str, name: Mapping[str, str], what: Computation, by: str, at: datetime) -> bool:
    """Work a trait out from now on; False when there is one of this key."""
    definition = Json(msgspec.to_builtins(what))
    return tx.run(_SQL["add_computed_trait"], key=key, name=Json(dict(name)), definition=definition, by=by, at=at) > 0


def drop(tx: Transaction, key: str) -> bool:
    """Work it out no longer; False when there was none."""
    return tx.run(_SQL["drop_computed_trait"], key=key) > 0


def swept(tx: Transaction, key: str, at: datetime) -> None:
    """Everybody has been looked at."""
    tx.run(_SQL["swept"], key=key, at=at)
