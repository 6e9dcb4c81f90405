"""Work on segments that can be put back: drafts that are kept, and segments that were retired too soon."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import defining, store
from unavoce.segment.insight.model import KeptDraft, NotRetired
from unavoce.segment.model import BadField, Draft, NoSuchSegment, Segment, Status

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def restore(postgres: Postgres, facts: Facts, key: str, now: datetime) -> Segment:
    """Publish a retired segment's last definition again; its members are in when this returns, and nobody is told."""
    with postgres.transaction() as tx:
        known = store.segments(tx).get(key)
    if known is None:
        raise NoSuchSegment(key=key)
    if known.status is not Status.RETIRED:
        raise NotRetired(key=key)
    return defining.publish(postgres, facts, Draft(key, known.name, known.condition, known.description), now)


def draft(
    key: str,
    name: Mapping[str, str],
    description: Mapping[str, str],
    definition: Mapping[str, Any],
    by: str,
    now: datetime,
) -> KeptDraft:
    """A draft that may be kept: its key can become a segment's, its definition may still be unfinished."""
    if not _KEY.fullmatch(key):
        raise BadField(field="key", value=key[:80], expected="lowercase letters, digits, - and _, at most 63")
    return KeptDraft(key, name, description, definition, now, by)
