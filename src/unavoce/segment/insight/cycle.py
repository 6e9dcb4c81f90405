"""The purchase cycle and the RFM grid: where everybody stands, now and at any moment before."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.segment import asking, stages
from unavoce.segment.conditions import Stage, StageName
from unavoce.segment.insight import store
from unavoce.segment.insight.model import Cell, StageCount

_NAMES: tuple[StageName, ...] = ("visitor", "lead", "first_time", "active", "at_risk", "lapsed", "won_back")
_EACH = tuple(Stage((name,)) for name in _NAMES)


def stage_counts(
    tx: Transaction, facts: Facts, moments: Sequence[datetime], stores: Collection[str] | None
) -> list[StageCount]:
    """How many were at each stage at each of these moments, of those who had been met by then."""
    counted = (asking.sizes(tx, facts, _EACH, at, stores, born=True) for at in moments)
    return [
        StageCount(at, dict(zip(stages.ALL, sizes, strict=True))) for at, sizes in zip(moments, counted, strict=True)
    ]


def months_before(now: datetime, months: int) -> list[datetime]:
    """The ends of so many months before this moment, oldest first, and the moment itself."""
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = reduce(lambda found, _: [_month_before(found[0]), *found], range(max(months - 1, 0)), [begin])
    return [*(ends if months > 0 else []), now]


def _month_before(first: datetime) -> datetime:
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)


def rfm_grid(facts: Facts, at: datetime, stores: Collection[str] | None) -> list[Cell]:
    """Every cell of the five by five grid, best first; empty ones too."""
    found = {(cell.r, cell.f): cell for cell in store.rfm_grid(facts, at, stores)}
    return [found.get((r, f), Cell(r, f, 0, 0, 0)) for r in range(5, 0, -1) for f in range(5, 0, -1)]
