"""The parts of the statement: one reading of each kind of fact, with a column for every leaf that it answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment import closing, places, windows
from unavoce.segment.conditions import Happening
from unavoce.segment.leaves import (
    Address,
    Allowed,
    Chain,
    Fifth,
    Happenings,
    Known,
    Leaf,
    Leaves,
    Listed,
    Told,
    Whereabouts,
)
from unavoce.segment.values import (
    EVENT,
    asked_at,
    both,
    call,
    column,
    either,
    filtered,
    list_of,
    scalar,
    whole,
    word,
)

RELATION = "segment_relation"
"""The temporary table of (customer, iid, at)."""

L = TypeVar("L", bound=Leaf)
Merge = Callable[[Expr], Expr]
_ORDER = "Order Completed"


@dataclass(frozen=True, slots=True)
class Shape:
    """Whom a statement is about: everybody at one moment, or the rows of the relation, each at its own."""

    own_at: bool
    born: bool = False
    as_known_then: bool = False

    @property
    def at(self) -> Expr:
        """The moment a fact is seen from."""
        return column("at", "r") if self.own_at else asked_at()

    def read(self, table: str) -> exp.Select:
        """The start of a reading of a table under the alias `e`."""
        source = exp.select().from_(exp.to_table(table).as_(EVENT))
        if not self.own_at:
            return source
        same = exp.EQ(this=column("iid"), expression=column("iid", "r"))
        near = column("iid").isin(query=exp.select("iid").from_(RELATION))
        return source.join(exp.to_table(RELATION).as_("r"), on=same, join_type="inner").where(near)

    def read_past(self, table: str) -> exp.Select:
        """The same, of what had happened by the moment."""
        past = self.read(table).where(exp.LTE(this=column("at"), expression=self.at))
        if self.as_known_then:
            past = past.where(exp.LTE(this=column("received_at"), expression=self.at))
        return past

    def person(self) -> list[Expr]:
        """What a reading is grouped by."""
        return [column("customer", "r"), column("at", "r")] if self.own_at else [column("iid")]

    def who(self) -> list[Expr]:
        """The same as columns of the reading's answer."""
        return [exp.alias_(one, one.name) for one in self.person()]


@dataclass(slots=True)
class Part:
    """A reading that yields rows of leaf columns: how to merge each over a customer, and what it is when unset."""

    source: exp.Select
    shape: Shape
    columns: dict[str, Expr] = field(default_factory=dict)
    merges: dict[str, Merge] = field(default_factory=dict)
    unset: dict[str, Expr] = field(default_factory=dict)

    def add(self, name: str, made: Expr, merge: Merge, unset: Expr) -> None:
        """One leaf column more."""
        self.columns[name] = made
        self.merges[name] = merge
        self.unset[name] = unset

    def select(self, keys: Sequence[str], names: Sequence[str], unset: Mapping[str, Expr]) -> exp.Select:
        """The rows with all leaf columns of the statement, those of other parts unset."""
        inner = self.source.subquery("s")
        mapped = {
            "customer": exp.column("customer", table="s")
            if self.shape.own_at
            else call("customer_of", exp.column("iid", table="s")),
            "at": exp.column("at", table="s"),
        }
        keyed = [exp.alias_(mapped[key], key) for key in keys]
        own = [self.columns.get(name, unset[name]).copy() for name in names]
        return exp.select(*keyed, *(exp.alias_(one, name) for one, name in zip(own, names, strict=True))).from_(inner)


def somebody(number: Expr) -> Expr:
    """Leaves out events that name nobody, like a till sale without a card: they are under the number 0."""
    return exp.NEQ(this=number, expression=whole(0))


def all_parts(leaves: Leaves, shape: Shape) -> Iterator[Part]:
    """A part for each kind of fact; one without columns is not needed."""
    yield _events(leaves, shape)
    yield _chains(leaves, shape)
    yield _whereabouts(leaves, shape)
    yield _traits(leaves, shape)
    yield _consents(leaves, shape)
    yield population(leaves, shape)
    yield _fifths(leaves, shape)
    yield _lists(leaves, shape)


def population(leaves: Leaves, shape: Shape) -> Part:
    """Everybody there is, with the kinds of identifiers and the addresses that are asked for."""
    kinds, addresses = list(_of_kind(leaves, Known)), list(_of_kind(leaves, Address))
    part = Part(_population(leaves, shape, [leaf for leaf, _ in addresses], asked=bool(kinds or addresses)), shape)
    for leaf, name in kinds:
        part.add(name, _is_kind(leaf, leaves), _with("max"), whole(0))
    for place, (address, name) in enumerate(addresses):
        is_open = exp.column(closing.name_of(place), table="s")
        part.add(name, exp.and_(_is_kind(address, leaves), is_open), _with("max"), whole(0))
    return part


def _is_kind(leaf: Known | Address, leaves: Leaves) -> Expr:
    return exp.EQ(this=exp.column("kind", table="s"), expression=leaves.params.text(leaf.kind))


def _population(leaves: Leaves, shape: Shape, addresses: Sequence[Address], *, asked: bool) -> exp.Select:
    """Identifiers with their kinds, and for each of these addresses whether it is open."""
    blank = exp.select("customer", "at", exp.alias_(word(""), "kind")).from_(RELATION)
    if shape.own_at and not asked:
        return blank
    known = shape.read("profile.v_identifier").select(*shape.who() if shape.own_at else [column("iid")], column("kind"))
    if shape.born and not shape.own_at:
        known = known.where(exp.LTE(this=column("first_seen"), expression=shape.at))
    if addresses:
        among = exp.select("iid").from_(RELATION) if shape.own_at else None
        channels = [one.channel for one in addresses]
        found = closing.closed(channels, leaves.params, among=among, as_known_then=shape.as_known_then)
        same = exp.EQ(this=column("iid"), expression=exp.column("iid", table=closing.ALIAS))
        known = known.join(found.subquery(closing.ALIAS), on=same, join_type="left")
    for place, _ in enumerate(addresses):
        known = known.select(exp.alias_(closing.is_open(place, shape.at), closing.name_of(place)))
        blank = blank.select(exp.alias_(exp.false(), closing.name_of(place)))
    if not shape.own_at:
        return known
    names = ["customer", "at", "kind", *(closing.name_of(place) for place, _ in enumerate(addresses))]
    return exp.select(*names).from_(exp.union(known, blank, distinct=False).subquery("p"))


def _events(leaves: Leaves, shape: Shape) -> Part:
    wanted = list(_of_kind(leaves, Happenings))
    conjuncts = {leaf: _conjuncts(leaf, leaves, shape) for leaf, _ in wanted}
    shared = _shared(list(conjuncts.values()))
    source = shape.read_past("collect.v_event").where(*shared)
    if len({leaf.name for leaf, _ in wanted}) > 1:
        names = map(leaves.params.text, sorted({leaf.name for leaf, _ in wanted}))
        source = source.where(column("name").isin(*names))
    part = Part(source.select(*shape.who()).group_by(*shape.person()), shape)
    common = {one.sql("clickhouse") for one in shared}
    for leaf, name in wanted:
        residual = [one for one in conjuncts[leaf] if one.sql("clickhouse") not in common]
        made, merge, unset = _aggregate(leaf, residual, leaves)
        part.source = part.source.select(exp.alias_(made, name))
        part.add(name, exp.column(name, table="s"), merge, unset)
    return part


def _chains(leaves: Leaves, shape: Shape) -> Part:
    """The events that sequences are made of, each as (when, which one, which of the kinds as bits)."""
    wanted = list(_of_kind(leaves, Chain))
    names = sorted({kind.name for leaf, _ in wanted for kind in leaf.kinds})
    source = shape.read_past("collect.v_event").where(column("name").isin(*map(leaves.params.text, names)))
    part = Part(source.select(*shape.who()).group_by(*shape.person()), shape)
    for leaf, name in wanted:
        kinds = [call("toUInt32", exp.paren(both(_of_happening(one, leaves)))) for one in leaf.kinds]
        bits: list[Expr] = [exp.Mul(this=is_kind, expression=whole(1 << place)) for place, is_kind in enumerate(kinds)]
        mask = reduce(_plus, bits)
        event = call("tuple", column("at"), column("event_id"), exp.paren(mask))
        some = exp.GT(this=exp.paren(mask.copy()), expression=whole(0))
        inside = windows.bounds(leaf.window, shape.at, leaves.terms.zone, leaves.params)
        part.source = part.source.select(exp.alias_(_if("groupArray", [event], [some, *inside]), name))
        part.add(name, exp.column(name, table="s"), _in_order, call("array"))
    return part


def _whereabouts(leaves: Leaves, shape: Shape) -> Part:
    """The last (when, which one, what) of the events that say where she was, as the senders' contexts say it."""
    wanted = list(_of_kind(leaves, Whereabouts))
    said = exp.GT(this=call("position", column("context"), word('"location"')), expression=whole(0))
    source = shape.read_past("collect.v_event").where(said)
    part = Part(source.select(*shape.who()).group_by(*shape.person()), shape)
    for leaf, name in wanted:
        found, known = places.READ[leaf.what](column("context"))
        residual = [known, *windows.bounds(leaf.window, shape.at, leaves.terms.zone, leaves.params)]
        newest = _if("max", [call("tuple", column("at"), column("event_id"), found)], residual)
        made = call(
            "if", exp.EQ(this=_if("count", [], residual), expression=whole(0)), call("array"), call("array", newest)
        )
        part.source = part.source.select(exp.alias_(made, name))
        part.add(name, exp.column(name, table="s"), _newest_first, call("array"))
    return part


def _in_order(merged: Expr) -> Expr:
    return call("arraySort", call("groupArrayArray", merged))


def _newest_first(merged: Expr) -> Expr:
    return call("arrayReverseSort", call("groupArrayArray", merged))


def _plus(one: Expr, other: Expr) -> Expr:
    return exp.Add(this=one, expression=other)


def _of_happening(one: Happening, leaves: Leaves) -> list[Expr]:
    named = exp.EQ(this=column("name"), expression=leaves.params.text(one.name))
    currency, params = leaves.terms.currency, leaves.params
    return [named, *(filtered(each.property, each.op, each.value, currency, params) for each in one.where)]


def _conjuncts(leaf: Happenings, leaves: Leaves, shape: Shape) -> list[Expr]:
    named = exp.EQ(this=column("name"), expression=leaves.params.text(leaf.name))
    inside = windows.bounds(leaf.window, shape.at, leaves.terms.zone, leaves.params)
    currency, params = leaves.terms.currency, leaves.params
    filters = [filtered(one.property, one.op, one.value, currency, params) for one in leaf.where]
    human = [exp.not_(call("JSONExtractBool", column("properties"), word("machine")))] if leaf.human else []
    return [named, *inside, *filters, *human]


def _shared(all_conjuncts: Sequence[Sequence[Expr]]) -> list[Expr]:
    if not all_conjuncts:
        return []
    first, *others = all_conjuncts
    texts = [{one.sql("clickhouse") for one in conjuncts} for conjuncts in others]
    return [one for one in first if all(one.sql("clickhouse") in text for text in texts)]


def _aggregate(leaf: Happenings, residual: list[Expr], leaves: Leaves) -> tuple[Expr, Merge, Expr]:
    match leaf.agg:
        case "count":
            return _if("count", [], residual), _with("sum"), whole(0)
        case "latest":
            return _if("maxOrNull", [column("at")], residual), _with("max"), exp.null()
        case "days":
            day = call("toInt32", call("toDate", call("toTimeZone", column("at"), word(leaves.terms.zone))))
            made = _if("groupUniqArray", [day], residual)
            return made, lambda merged: call("arraySort", call("groupUniqArrayArray", merged)), call("array")
        case "distinct" | "first" | "last" | "most":
            made_of = {"distinct": _distinct, "most": _most}.get(leaf.agg, _picked)
            return made_of(leaf, residual, leaves)
    value = scalar(leaf.property, leaf.kind, leaves.params)
    if leaf.agg == "sum":
        return _if("sum", [call("ifNull", value, whole(0))], residual), _with("sum"), whole(0)
    if leaf.agg == "known":
        return _if("count", [], [*residual, call("isNotNull", value)]), _with("sum"), whole(0)
    return _if(f"{leaf.agg}OrNull", [value], residual), _with(leaf.agg), exp.null()


def _most(leaf: Happenings, residual: list[Expr], leaves: Leaves) -> tuple[Expr, Merge, Expr]:
    """(less how many times, value) of the value that occurs most; of equals the first in order."""
    several = list_of(leaf.property)
    if several is not None:
        made = _if(
            "groupArrayArray", [call("arrayMap", _each("x", call("toString", exp.column("x"))), several)], residual
        )
    else:
        value = scalar(leaf.property, leaf.kind, leaves.params)
        made = _if("groupArray", [call("assumeNotNull", value)], [*residual, call("isNotNull", value)])

    def merge(merged: Expr) -> Expr:
        values = call("groupArrayArray", merged)
        times = exp.Neg(this=call("toInt64", call("countEqual", values.copy(), exp.column("x"))))
        counted = call("arrayMap", _each("x", call("tuple", times, exp.column("x"))), call("arrayDistinct", values))
        return call("arraySlice", call("arraySort", counted), whole(1), whole(1))

    return made, merge, call("array")


def _each(name: str, made: Expr) -> Expr:
    return exp.Lambda(this=made, expressions=[exp.to_identifier(name)])


def _distinct(leaf: Happenings, residual: list[Expr], leaves: Leaves) -> tuple[Expr, Merge, Expr]:
    several = list_of(leaf.property)
    if several is not None:
        made = _if("groupUniqArrayArray", [several], residual)
    else:
        value = call("toString", scalar(leaf.property, leaf.kind, leaves.params))
        made = _if("groupUniqArray", [value], residual)
    return made, lambda merged: call("length", call("groupUniqArrayArray", merged)), call("array")


def _picked(leaf: Happenings, residual: list[Expr], leaves: Leaves) -> tuple[Expr, Merge, Expr]:
    value = scalar(leaf.property, leaf.kind, leaves.params)
    known = [*residual, call("isNotNull", value)]
    moment = call("tuple", column("at"), column("event_id"), call("assumeNotNull", value))
    end, sort = ("min", "arraySort") if leaf.agg == "first" else ("max", "arrayReverseSort")
    one = call("array", _if(end, [moment], known))
    made = call("if", exp.EQ(this=_if("count", [], known), expression=whole(0)), call("array"), one)
    return made, lambda merged: call(sort, call("groupArrayArray", merged)), call("array")


def _traits(leaves: Leaves, shape: Shape) -> Part:
    """The surest source's newest word counts, over all of her identifiers."""
    wanted = list(_of_kind(leaves, Told))
    rank = exp.Neg(this=call("toInt16", column("priority")))
    said = call("tuple", rank, column("at"), column("message_id"), column("value"))
    best = exp.alias_(call("max", said), "best")
    keys = map(leaves.params.text, sorted(leaf.key for leaf, _ in wanted))
    read = shape.read_past("profile.v_trait").where(column("key").isin(*keys))
    part = Part(read.select(*shape.who(), column("key"), best).group_by(*shape.person(), column("key")), shape)
    for leaf, name in wanted:
        is_key = exp.EQ(this=exp.column("key", table="s"), expression=leaves.params.text(leaf.key))
        made = call("if", is_key, call("array", exp.column("best", table="s")), call("array"))
        part.add(name, made, lambda merged: call("arrayReverseSort", call("groupArrayArray", merged)), call("array"))
    return part


def _consents(leaves: Leaves, shape: Shape) -> Part:
    """The newest statement of each identifier, of two at once the stricter; the least that any allows counts."""
    wanted = list(_of_kind(leaves, Allowed))
    order = call("tuple", column("at"), exp.Neg(this=call("toInt8", column("granted"))))
    own = [column("channel"), column("purpose")]
    asked = [_is_about(leaf, leaves, EVENT) for leaf, _ in wanted]
    newest = exp.alias_(call("argMax", column("granted"), order), "newest")
    source = shape.read_past("profile.v_consent").where(either(asked)).select(*shape.who(), *own, newest)
    part = Part(source.group_by(*_person_and_iid(shape), *own), shape)
    for leaf, name in wanted:
        made = call("if", _is_about(leaf, leaves, "s"), exp.column("newest", table="s"), exp.null())
        part.add(name, made, _with("min"), exp.null())
    return part


def _lists(leaves: Leaves, shape: Shape) -> Part:
    """Whether an identifier was on the list by the moment; of two words at once, that it was.

    A list may hold identifiers that nobody was met by yet: they are no customers.
    """
    wanted = list(_of_kind(leaves, Listed))
    asked = list(map(leaves.params.text, sorted(leaf.list for leaf, _ in wanted)))
    newest = exp.alias_(call("argMax", column("present"), call("tuple", column("at"), column("present"))), "newest")
    listed = (
        exp.select("iid").from_("segment.list_entry").where(exp.column("list").isin(*(one.copy() for one in asked)))
    )
    met = exp.select("iid").from_("profile.v_identifier").where(exp.column("iid").isin(query=listed))
    source = shape.read_past("segment.list_entry").where(column("list").isin(*asked), column("iid").isin(query=met))
    source = source.select(*shape.who(), column("list"), newest)
    part = Part(source.group_by(*_person_and_iid(shape), column("list")), shape)
    for leaf, name in wanted:
        same = exp.EQ(this=exp.column("list", table="s"), expression=leaves.params.text(leaf.list))
        made = call("if", same, exp.column("newest", table="s"), whole(0))
        part.add(name, made, _with("max"), whole(0))
    return part


def _is_about(leaf: Allowed, leaves: Leaves, table: str) -> Expr:
    channel = exp.EQ(this=column("channel", table), expression=leaves.params.text(leaf.channel))
    purpose = exp.EQ(this=column("purpose", table), expression=leaves.params.text(leaf.purpose))
    return exp.paren(both([channel, purpose]))


def _person_and_iid(shape: Shape) -> list[Expr]:
    return [*shape.person(), column("iid")] if shape.own_at else shape.person()


def _fifths(leaves: Leaves, shape: Shape) -> Part:
    """Every buyer's fifths among all buyers of her moment."""
    keys = ["customer", "at"] if shape.own_at else ["customer"]
    buyers = (_buyers_at if shape.own_at else _buyers)(leaves, shape).subquery("b")
    over: dict[str, list[Expr]] = {"partition_by": [exp.column("at")]} if shape.own_at else {}
    ranked = exp.select(*(exp.alias_(exp.column(key), key) for key in keys)).from_(buyers)
    for letter, value in (("r", "last"), ("f", "orders"), ("m", "money")):
        ranked = ranked.select(exp.alias_(_fifth(value, over), letter))
    if shape.own_at:
        asked = exp.select(*keys).from_(RELATION)
        ranked = exp.select("*").from_(ranked.subquery("k")).where(exp.In(this=_row(keys), query=asked.subquery()))
    else:
        ranked = exp.select(exp.alias_(exp.column("customer"), "iid"), "r", "f", "m").from_(ranked.subquery("k"))
    part = Part(ranked, shape)
    for leaf, name in _of_kind(leaves, Fifth):
        part.add(name, exp.column(leaf.letter, table="s"), _with("max"), whole(0))
    return part


def _row(keys: Sequence[str]) -> Expr:
    return call("tuple", *map(exp.column, keys))


def _fifth(value: str, over: Mapping[str, list[Expr]]) -> Expr:
    """1 + floor(5 x how many are strictly worse / how many there are)."""
    order = exp.Order(expressions=[exp.Ordered(this=exp.column(value))])
    worse = exp.Sub(this=exp.Window(this=call("rank"), order=order, **over), expression=whole(1))
    share = call("intDiv", exp.Mul(this=whole(5), expression=exp.paren(worse)), exp.Window(this=call("count"), **over))
    return exp.Add(this=share, expression=whole(1))


def _buyers(leaves: Leaves, shape: Shape) -> exp.Select:
    named = exp.EQ(this=column("name"), expression=leaves.params.text(_ORDER))
    by_iid = shape.read_past("collect.v_event").where(named).group_by(column("iid"))
    sums = {
        "last": call("max", column("at")),
        "orders": call("count"),
        "money": call("sum", column("revenue")),
    }
    inner = by_iid.select(column("iid"), *(exp.alias_(made, name) for name, made in sums.items()))
    return exp.select(
        exp.alias_(call("customer_of", exp.column("iid", table="i")), "customer"),
        exp.alias_(call("max", exp.column("last", table="i")), "last"),
        exp.alias_(call("sum", exp.column("orders", table="i")), "orders"),
        exp.alias_(call("sum", exp.column("money", table="i")), "money"),
    ).from_(inner.subquery("i")).where(somebody(exp.column("iid", table="i"))).group_by("customer")  # fmt: skip


def _buyers_at(leaves: Leaves, shape: Shape) -> exp.Select:
    """All buyers at each moment of the relation; its own rows say whose an identifier is, the links say the rest."""
    moments = exp.select("at").distinct().from_(RELATION).subquery("t")
    moment = column("at", "t")
    same = exp.and_(
        exp.EQ(this=column("iid", "r"), expression=column("iid")),
        exp.EQ(this=column("at", "r"), expression=moment),
    )
    linked = call("customer_of", column("iid"))
    stranger = exp.EQ(this=column("iid", "r"), expression=whole(0))
    past = [exp.LTE(this=column("at"), expression=moment)]
    if shape.as_known_then:
        past.append(exp.LTE(this=column("received_at"), expression=moment))
    named = exp.EQ(this=column("name"), expression=leaves.params.text(_ORDER))
    return (
        exp.select(
            exp.alias_(call("if", stranger, linked, column("customer", "r")), "customer"),
            exp.alias_(moment, "at"),
            exp.alias_(call("max", column("at")), "last"),
            exp.alias_(call("count"), "orders"),
            exp.alias_(call("sum", column("revenue")), "money"),
        )
        .from_(exp.to_table("collect.v_event").as_(EVENT))
        .join(moments, join_type="cross")
        .join(exp.to_table(RELATION).as_("r"), on=same, join_type="left")
        .where(named, somebody(column("iid")), *past)
        .group_by("customer", moment)
    )


def _if(name: str, arguments: Sequence[Expr], conditions: Sequence[Expr]) -> Expr:
    return call(f"{name}If", *arguments, both(conditions)) if conditions else call(name, *arguments)


def _with(name: str) -> Merge:
    return lambda merged: call(name, merged)


def _of_kind(leaves: Leaves, kind: type[L]) -> Iterator[tuple[L, str]]:
    return ((leaf, name) for leaf, name in leaves.columns.items() if isinstance(leaf, kind))
