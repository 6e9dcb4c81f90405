"""The language of segments: a tree of conditions, tagged by `type`, the same in JSON, in Python and in the database.

A comparison with something that is missing is false, whatever the operator; ask for `missing` to find the missing.
Only what has happened by the moment asked about counts, at most up to and including that moment.
"""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

Scalar: TypeAlias = bool | int | float | str
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None
Op = Literal[
    "eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "starts_with", "exists", "missing"
]  # fmt: skip
StageName = Literal["visitor", "lead", "first_time", "active", "at_risk", "lapsed", "won_back"]
Agg = Literal["count", "sum", "min", "max", "distinct", "first", "last"]


class _Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True): ...


class Rolling(_Window, frozen=True, tag="rolling"):
    """The last so many days of 24 hours, or hours: later than the moment less the span."""

    days: int | None = None
    hours: int | None = None


class Between(_Window, frozen=True, tag="between", rename={"start": "from", "end": "to"}):
    """Calendar days in the brand's zone, both included."""

    start: date
    end: date


class Calendar(_Window, frozen=True, tag="calendar"):
    """Today and the days before it, so many in all, in the brand's zone."""

    days: int


Window: TypeAlias = Rolling | Between | Calendar


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a property of the event must be; `a.b` looks inside an object.

    `revenue` is compared in the brand's currency; `product_id` and `category` hold when one of the order's has it.
    """

    property: str
    op: Op
    value: Value = None


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", omit_defaults=True): ...


class All(_Condition, frozen=True, tag="all"):
    """Every one of these; of none at all it is true."""

    of: tuple["Condition", ...]


class Any(_Condition, frozen=True, tag="any"):
    """At least one of these; of none at all it is false."""

    of: tuple["Condition", ...]


class Not(_Condition, frozen=True, tag="not"):
    """The opposite."""

    of: "Condition"


class Trait(_Condition, frozen=True, tag="trait"):
    """The customer's trait as it stands: of the best source, then the newest."""

    key: str
    op: Op
    value: Value = None


class Event(_Condition, frozen=True, tag="event"):
    """A number or a value made of her events of this name within the window: how many by default."""

    name: str
    op: Op
    value: Value = None
    agg: Agg = "count"
    property: str | None = None
    where: tuple[Where, ...] = ()
    window: Window | None = None


class NotDone(_Condition, frozen=True, tag="not_done"):
    """No such event within the window."""

    name: str
    where: tuple[Where, ...] = ()
    window: Window | None = None


class Recency(_Condition, frozen=True, tag="recency"):
    """How many days of 24 hours ago her last such event was; never is neither long nor short ago."""

    name: str
    op: Op
    days: float
    where: tuple[Where, ...] = ()


class Consent(_Condition, frozen=True, tag="consent"):
    """What she said of a channel: the most restrictive of the newest statements over her identifiers."""

    channel: str
    state: Literal["granted", "denied", "unknown"] = "granted"
    purpose: str = "marketing"


class Identified(_Condition, frozen=True, tag="identified"):
    """She has an identifier of this kind, like `email`, `phone` or `line_user_id`."""

    kind: str


class Reachable(_Condition, frozen=True, tag="reachable"):
    """She has an address on this channel and has granted marketing there."""

    channel: str


class Rfm(_Condition, frozen=True, tag="rfm"):
    """Her fifths by recency, frequency and money among all who ever bought; 5 is best, an empty list means any.

    The fifth is 1 + floor(5 x buyers strictly worse / all buyers), so equal buyers are in the same fifth.
    """

    r: tuple[int, ...] = ()
    f: tuple[int, ...] = ()
    m: tuple[int, ...] = ()


class InSegment(_Condition, frozen=True, tag="segment"):
    """She meets the definition of another segment, by its key."""

    id: str


class Stage(_Condition, frozen=True, tag="stage"):
    """Where she stands in the purchase cycle, by her own rhythm of buying; see docs/reference/stages.md."""

    stages: tuple[StageName, ...]


class InList(_Condition, frozen=True, tag="list"):
    """One of her identifiers is on a list that somebody uploaded, by the list's key."""

    id: str


Condition: TypeAlias = (
    All
    | Any
    | Not
    | Trait
    | Event
    | NotDone
    | Recency
    | Consent
    | Identified
    | Reachable
    | Rfm
    | InSegment
    | Stage
    | InList
)
