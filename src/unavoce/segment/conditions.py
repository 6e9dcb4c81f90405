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
Agg = Literal["count", "sum", "avg", "min", "max", "distinct", "first", "last", "most"]
Deed = Literal[
    "sent", "delivered", "read", "opened", "clicked", "unsubscribed", "complained", "bounced", "failed"
]  # fmt: skip
By = Literal["seen", "home"]


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


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A length of time: so many days of 24 hours, hours, or minutes; one of them."""

    days: int | None = None
    hours: int | None = None
    minutes: int | None = None

    @property
    def milliseconds(self) -> int:
        """The whole of it."""
        return ((self.days or 0) * 1440 + (self.hours or 0) * 60 + (self.minutes or 0)) * 60_000


class Happening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event of this name whose properties are like this."""

    name: str
    where: tuple[Where, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a sequence; `without` is what must not have happened since the step before it."""

    name: str
    where: tuple[Where, ...] = ()
    without: tuple[Happening, ...] = ()


class Absent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"span": "for"}, omit_defaults=True):
    """What has not happened since, for at least so long."""

    name: str
    span: Span
    where: tuple[Where, ...] = ()


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
    """A number or a value made of her events of this name within the window: how many by default.

    `most` is the value that most of them have, of several the first in order. `human` leaves out what machines did,
    like mail programs that load every picture.
    """

    name: str
    op: Op
    value: Value = None
    agg: Agg = "count"
    property: str | None = None
    where: tuple[Where, ...] = ()
    window: Window | None = None
    human: bool = False


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


class Sequence(_Condition, frozen=True, tag="sequence"):
    """These steps one after the other, the last at most `within` after the first; each event is one step.

    With `then_not`: and since the last step that did not happen, for at least so long: a basket left behind.
    """

    steps: tuple[Step, ...]
    within: Span | None = None
    then_not: Absent | None = None
    window: Window | None = None


class Message(_Condition, frozen=True, tag="message"):
    """How often our messages were sent to her, opened by her and so on within the window; machines do not count."""

    did: Deed
    op: Op = "gte"
    value: int = 1
    message: str | None = None
    journey: str | None = None
    channel: str | None = None
    purpose: str | None = None
    window: Window | None = None


class Place(_Condition, frozen=True, tag="place"):
    """The country or city, in any case of letters, of her address (`home`) or of where she was last seen."""

    country: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    by: By = "seen"
    window: Window | None = None


class Near(_Condition, frozen=True, tag="near"):
    """At most so many kilometres from a store of the catalogue, or from a point, in a straight line."""

    km: float
    store: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    by: By = "seen"
    window: Window | None = None


class Answer(_Condition, frozen=True, tag="answer"):
    """What she last answered to a survey's question."""

    survey: str
    question: str
    op: Op
    value: Value = None
    window: Window | None = None


class Score(_Condition, frozen=True, tag="score"):
    """A number predicted of her, as it stands, like `churn`; kept as the trait `predicted_churn`."""

    name: str
    op: Op
    value: float


class Anniversary(_Condition, frozen=True, tag="anniversary", rename={"first": "from", "last": "to"}):
    """A day of every year, like her birthday, falls on the days from so many to so many days from today.

    29 February is kept on the 28th in common years. Days are the brand's; below zero they are past.
    """

    key: str
    first: int = 0
    last: int = 0


class Since(_Condition, frozen=True, tag="since"):
    """How many days ago the day of a trait was, in the brand's zone; below zero it is still to come."""

    key: str
    op: Op
    days: int


Plain: TypeAlias = (
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
    | Sequence
    | Place
    | Near
    | Anniversary
    | Since
)
"""The conditions that everything else is made of."""
Condition: TypeAlias = Plain | Message | Answer | Score
"""All there are; the last ones are short ways of saying plain ones (segment/spelled.py)."""
