"""What one message wrote into the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from unavoce.kernel.ids import Iid
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts

_FACTS = sql.load(__package__, "facts.sql")


@dataclass(frozen=True, slots=True)
class Trace:
    """What a message wrote: traits by their key, and (channel, purpose) with whether it is allowed."""

    traits: dict[str, object]
    consents: dict[tuple[str, str], bool]


class _Trait(NamedTuple):
    key: str
    value: str


class _Consent(NamedTuple):
    channel: str
    purpose: str
    granted: int


def written_by(facts: Facts, message_id: str, received_at: datetime, iids: Sequence[Iid]) -> Trace:
    """The traits and consents that a message wrote of these identifiers when it was received."""
    asked = {"iids": list(iids), "received_64": received_at, "message_id": message_id}
    traits = facts.rows(_FACTS["traits"], _Trait, **asked)
    consents = facts.rows(_FACTS["consents"], _Consent, **asked)
    return Trace(
        {row.key: msgspec.json.decode(row.value) for row in traits},
        {(row.channel, row.purpose): bool(row.granted) for row in consents},
    )
