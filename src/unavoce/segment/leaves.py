"""The facts that conditions stand on: each becomes one column of the statement, shared by all that ask the same."""

from dataclasses import dataclass, field
from typing import assert_never

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment import chains, days, places, stages, windows
from unavoce.segment.conditions import (
    All,
    Anniversary,
    Any,
    Condition,
    Consent,
    Event,
    Happening,
    Identified,
    InList,
    InSegment,
    Near,
    Not,
    NotDone,
    Op,
    Place,
    Reachable,
    Recency,
    Rfm,
    Sequence,
    Since,
    Stage,
    Trait,
    Value,
    Where,
    Window,
)
from unavoce.segment.model import Terms
from unavoce.segment.spelled import spelled
from unavoce.segment.values import Params, as_wanted, both, call, compared, either, minor_value, whole, word

ADDRESS_KINDS = {"sms": "phone", "line": "line_user_id", "wechat": "wechat_openid", "messenger": "messenger_psid"}
"""The kind of identifier that is a channel's address, where it has another name than the channel."""


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events of one name within a window, and what is made of them; `latest` is the time of the last."""

    name: str
    where: tuple[Where, ...]
    window: Window | None
    agg: str
    property: str = ""
    kind: str = ""
    human: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A trait."""

    key: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """What was said of a channel for a purpose."""

    channel: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Known:
    """Having an identifier of a kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Address:
    """Having an address on a channel, an identifier of this kind, that nothing has closed."""

    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Fifth:
    """The customer's fifth by recency (`r`), frequency (`f`) or money (`m`)."""

    letter: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Being on an uploaded list."""

    list: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Her events of these kinds within a window, in order, each with which of the kinds it is."""

    kinds: tuple[Happening, ...]
    window: Window | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where she was last seen within a window: her `land` (country and city) or a `point`."""

    what: str
    window: Window | None


Leaf = Happenings | Told | Allowed | Known | Address | Fifth | Listed | Chain | Whereabouts


@dataclass(slots=True)
class Leaves:
    """Turns conditions into boolean expressions over leaf columns, and remembers which leaves they need."""

    terms: Terms
    params: Params
    at: Expr
    columns: dict[Leaf, str] = field(default_factory=dict)

    def column(self, leaf: Leaf) -> Expr:
        """The leaf's column of the joined facts."""
        return exp.column(self.columns.setdefault(leaf, f"c{len(self.columns)}"))

    def verdict(self, condition: Condition) -> Expr:
        """Whether a customer meets the condition: an expression that is never null."""
        plain = spelled(condition)
        match plain:
            case All(of=parts):
                return exp.paren(both([self.verdict(part) for part in parts]))
            case Any(of=parts):
                return exp.paren(either([self.verdict(part) for part in parts]))
            case Not(of=part):
                return exp.not_(exp.paren(self.verdict(part)))
            case Event() | NotDone() | Recency():
                return self._of_events(plain)
            case Trait(key=key, op=op, value=value):
                return self._picked(self.column(Told(key)), 4, op, value, as_json=True)
            case Sequence():
                chain = Chain(chains.kinds(plain), plain.window)
                return chains.verdict(plain, self.column(chain), self.at)
            case Place() | Near() | Anniversary() | Since():
                return self._of_life(plain)
            case _:
                return self._of_person(plain)

    def _of_life(self, condition: Place | Near | Anniversary | Since) -> Expr:
        """Where she is and her days."""
        match condition:
            case Place(by=by, window=window):
                seen = self.column(Whereabouts("land", window) if by == "seen" else Told("address"))
                named = [] if by == "seen" else [self.column(Told(key)) for key in ("country", "city")]
                return places.named(condition, seen, named, self.params)
            case Near(by=by, window=window):
                seen = self.column(Whereabouts("point", window) if by == "seen" else Told("address"))
                return places.near(condition, seen, self.params)
            case Anniversary(key=key):
                return days.anniversary(condition, self.column(Told(key)), self.at, self.terms.zone)
            case Since(key=key):
                return days.since(condition, self.column(Told(key)), self.at, self.terms.zone, self.params)
            case _:
                assert_never(condition)

    def _of_events(self, condition: Event | NotDone | Recency) -> Expr:
        match condition:
            case Event():
                return self._of_event(condition)
            case NotDone(name=name, where=where, window=window):
                count = self.column(Happenings(name, where, window, "count"))
                return exp.EQ(this=count, expression=whole(0))
            case Recency(name=name, op=op, days=days, where=where):
                last = self.column(Happenings(name, where, None, "latest"))
                return call("ifNull", windows.older(last, op, days, self.at), exp.false())
            case _:
                assert_never(condition)

    def _of_event(self, condition: Event) -> Expr:
        wanted, agg = condition.value, condition.agg
        if condition.property == "revenue" and agg != "distinct":
            wanted = minor_value(wanted, self.terms.currency)
        if agg == "avg":
            total, known = (self.column(_happenings(condition, one)) for one in ("sum", "known"))
            return compared(
                exp.Div(this=total, expression=call("nullIf", known, whole(0))), condition.op, wanted, self.params
            )
        column = self.column(_happenings(condition, agg))
        if agg in ("first", "last", "most"):
            return self._picked(column, 2 if agg == "most" else 3, condition.op, wanted)
        return compared(column, condition.op, wanted, self.params)

    def _picked(self, picked: Expr, place: int, op: Op, wanted: Value, *, as_json: bool = False) -> Expr:
        value = call("tupleElement", call("arrayElement", picked, whole(1)), whole(place))
        known: Expr = call("notEmpty", picked)
        if as_json:  # a null takes the word back
            known = exp.paren(both([known, exp.NEQ(this=value.copy(), expression=word("null"))]))
        if op in ("exists", "missing"):
            return known if op == "exists" else exp.not_(known)
        read = call("JSONExtract", value, word(as_wanted(wanted))) if as_json else value
        return exp.and_(known, compared(read, op, wanted, self.params))

    def _of_person(self, condition: Consent | Identified | Reachable | Rfm | InSegment | Stage | InList) -> Expr:
        match condition:
            case Consent(channel=channel, state=state, purpose=purpose):
                said = self.column(Allowed(channel, purpose))
                answer = {"granted": "1", "denied": "0"}.get(state)
                return compared(said, "eq", float(answer), self.params) if answer else call("isNull", said)
            case Identified(kind=kind):
                return exp.EQ(this=self.column(Known(kind)), expression=whole(1))
            case Reachable(channel=channel):
                address = self.column(Address(ADDRESS_KINDS.get(channel, channel), channel))
                return exp.and_(exp.EQ(this=address, expression=whole(1)), self.verdict(Consent(channel)))
            case Rfm(r=r, f=f, m=m):
                asked = [(Fifth(letter), fifths) for letter, fifths in zip("rfm", (r, f, m), strict=True) if fifths]
                return both([self.column(leaf).isin(*map(whole, fifths)) for leaf, fifths in asked])
            case Stage(stages=wanted):
                return self._at_stage(wanted)
            case InList(id=key):
                return exp.EQ(this=self.column(Listed(key)), expression=whole(1))
            case InSegment(id=key):
                raise ValueError(f"{key} must be inlined before it is compiled.")
            case _:
                assert_never(condition)

    def _at_stage(self, wanted: tuple[str, ...]) -> Expr:
        days = self.column(Happenings(stages.PURCHASE, (), None, "days"))
        named = either([self.verdict(Identified(kind)) for kind in stages.NAMING_KINDS])
        return stages.stage(days, named, self.at, self.terms.zone).isin(*map(word, wanted))


def _happenings(condition: Event, agg: str) -> Happenings:
    return Happenings(
        condition.name, condition.where, condition.window, agg, condition.property or "", _kind(condition),
        condition.human,
    )  # fmt: skip


def _kind(condition: Event) -> str:
    match condition.agg:
        case "count":
            return ""
        case "sum" | "avg" | "min" | "max":
            return "Nullable(Float64)"
        case "distinct":
            return "Nullable(String)"
        case "first" | "last" | "most":
            return as_wanted(condition.value)
        case _:
            assert_never(condition.agg)


def true_of_a_stranger(condition: Condition) -> bool:
    """Whether somebody of whom nothing is known meets it; if not, only those with facts need to be looked at."""
    match spelled(condition):
        case All(of=parts):
            return all(map(true_of_a_stranger, parts))
        case Any(of=parts):
            return any(map(true_of_a_stranger, parts))
        case Not(of=part):
            return not true_of_a_stranger(part)
        case Event(agg=agg, op=op, value=value):
            return (agg in ("count", "sum", "distinct") and _holds_of_zero(op, value)) or op == "missing"
        case _:
            return _true_without_facts(condition)


def _true_without_facts(condition: Condition) -> bool:
    match condition:
        case Trait(op=op):
            return op == "missing"
        case Consent(state=state):
            return state == "unknown"
        case Stage(stages=wanted):
            return "visitor" in wanted
        case _:
            return isinstance(condition, NotDone)


def _holds_of_zero(op: Op, value: Value) -> bool:
    if isinstance(value, tuple | str) or value is None:
        return False
    return {"eq": value == 0, "ne": value != 0, "gt": value < 0, "gte": value <= 0, "lt": value > 0, "lte": value >= 0}[
        op
    ]
