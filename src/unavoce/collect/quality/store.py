"""SQL of data quality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from unavoce.collect.quality import rules
from unavoce.collect.quality.model import Heard, Volume
from unavoce.collect.store import Sight
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts

_FACTS = sql.load(__package__, "facts.sql")


def completeness(facts: Facts, since: datetime, until: datetime, planned: Sequence[str], sight: Sight) -> list[Volume]:
    """Each source that was ever heard of, in a window of whole hours."""
    return facts.rows(
        _FACTS["completeness"], Volume, since_64=since, until_64=until, planned=list(planned),
        anonymous=list(rules.ANONYMOUS_KINDS), everywhere=sight.everywhere, stores=sight.listed,
    )  # fmt: skip


def last_received(facts: Facts, sight: Sight) -> list[Heard]:
    """When each source was last heard of."""
    return facts.rows(_FACTS["last_received"], Heard, everywhere=sight.everywhere, stores=sight.listed)
