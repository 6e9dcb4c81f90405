"""Definitions become one ClickHouse statement over everybody, or over a relation of (customer, iid, at).

Facts are aggregated by identifier first and given to customers after; every kind of fact is read once, however many
conditions ask for it. `everyone` knows customers by `customer_of(iid)` and takes the moment as the parameter `at`;
`given` takes them from the temporary table `segment_relation`, where every row has a moment of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment import parts
from unavoce.segment.conditions import Condition
from unavoce.segment.leaves import Address, Known, Leaves, true_of_a_stranger
from unavoce.segment.model import Terms
from unavoce.segment.parts import Shape
from unavoce.segment.values import Params, asked_at, call, whole

RELATION = parts.RELATION
RELATION_COLUMNS = {"customer": "UInt64", "iid": "UInt64", "at": "DateTime64(3, 'UTC')"}
"""The columns of the temporary table `segment_relation`."""


# Asked beside the verdicts: as a filter it would be pushed down to before the aggregation, where there are most rows.
_SOMEBODY = parts.somebody(exp.column("customer"))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement and the values it is given; `everyone` needs `at` beside them."""

    text: str
    params: dict[str, object]


# Live segments are asked for again with every batch of events; building their tree costs more than running it.
@lru_cache(maxsize=64)
def everyone(conditions: tuple[Condition, ...], terms: Terms, *, born: bool = False) -> Compiled:
    """`customer` and `matched`: for all who meet at least one condition, which ones by number.

    `born` leaves out customers who were not seen yet at the moment.
    """
    shape = Shape(own_at=False, born=born)
    facts, verdicts, params = _facts(conditions, terms, shape, strangers=any(map(true_of_a_stranger, conditions)))
    return _compiled(_matched(["customer"], facts, verdicts), params)


@lru_cache(maxsize=64)
def counted(conditions: tuple[Condition, ...], terms: Terms, *, born: bool = False) -> Compiled:
    """One row `sizes`: how many of everybody meet each condition."""
    shape = Shape(own_at=False, born=born)
    facts, verdicts, params = _facts(conditions, terms, shape, strangers=any(map(true_of_a_stranger, conditions)))
    sizes = call("array", *(call("countIf", exp.and_(_SOMEBODY.copy(), verdict)) for verdict in verdicts))
    return _compiled(exp.select(exp.alias_(sizes, "sizes")).from_(facts.subquery("facts")), params)


@lru_cache(maxsize=64)
def given(conditions: tuple[Condition, ...], terms: Terms, *, as_known_then: bool = False) -> Compiled:
    """`customer`, `at` and `matched` for the rows of the relation that meet at least one condition.

    `as_known_then` leaves out what was received after the row's moment.
    """
    shape = Shape(own_at=True, as_known_then=as_known_then)
    facts, verdicts, params = _facts(conditions, terms, shape, strangers=True)
    return _compiled(_matched(["customer", "at"], facts, verdicts), params)


@lru_cache(maxsize=64)
def crowd(condition: Condition, terms: Terms, stores: tuple[str, ...] | None) -> Compiled:
    """Fills the temporary table `segment_crowd` with everybody, or who did something in these stores, and if inside."""
    tree, params = _crowd(condition, terms, stores)
    return Compiled(exp.insert(tree, exp.to_table("segment_crowd")).sql("clickhouse"), params.values)


@lru_cache(maxsize=64)
def some(condition: Condition, terms: Terms, stores: tuple[str, ...] | None, most: int) -> Compiled:
    """`customer`: at most so many of those who meet the condition; ids are scattered, so no particular ones."""
    tree, params = _crowd(condition, terms, stores)
    found = exp.select("customer").from_(tree.subquery("crowd")).where(exp.column("chosen"))
    return _compiled(found.order_by("customer").limit(most), params)


def _crowd(condition: Condition, terms: Terms, stores: tuple[str, ...] | None) -> tuple[exp.Select, Params]:
    facts, (verdict,), params = _facts((condition,), terms, Shape(own_at=False), strangers=True)
    judged = exp.select("customer", exp.alias_(call("toUInt8", verdict), "chosen")).from_(facts.subquery("facts"))
    found = exp.select("customer", "chosen").from_(judged.subquery("judged")).where(_SOMEBODY.copy())
    if stores is not None:
        seen = exp.select(call("customer_of", exp.column("iid"))).from_("collect.v_event")
        seen = seen.where(call("has", params.texts(stores), exp.column("store")))
        found = found.where(exp.In(this=exp.column("customer"), query=seen.subquery()))
    return found, params


def _facts(
    conditions: Sequence[Condition], terms: Terms, shape: Shape, *, strangers: bool
) -> tuple[exp.Select, list[Expr], Params]:
    params = Params()
    leaves = Leaves(terms, params, exp.column("at") if shape.own_at else asked_at())
    verdicts = [leaves.verdict(condition) for condition in conditions]
    found = [part for part in parts.all_parts(leaves, shape) if part.columns]
    if (strangers and not any(isinstance(leaf, Known | Address) for leaf in leaves.columns)) or not found:
        found.append(parts.population(leaves, shape))
    names = list(leaves.columns.values())
    keys = ["customer", "at"] if shape.own_at else ["customer"]
    merged = {name: merge for part in found for name, merge in part.merges.items()}
    default = {name: unset for part in found for name, unset in part.unset.items()}
    union = _union(part.select(keys, names, default) for part in found)
    columns = [exp.alias_(merged[name](exp.column(name, table="u")), name) for name in names]
    keyed = [exp.column(key, table="u") for key in keys]
    return exp.select(*keyed, *columns).from_(union.subquery("u")).group_by(*keyed), verdicts, params


def _union(selects: Iterable[exp.Select]) -> exp.Query:
    whole_union: exp.Query | None = None
    for select in selects:
        whole_union = select if whole_union is None else exp.union(whole_union, select, distinct=False)
    if whole_union is None:
        raise ValueError("There is nothing to read.")
    return whole_union


def _matched(keys: Sequence[str], facts: exp.Select, verdicts: Sequence[Expr]) -> exp.Select:
    numbers = call("range", whole(len(verdicts)))
    held = exp.and_(exp.column("holds"), _SOMEBODY.copy())
    holds = exp.Lambda(this=held, expressions=[exp.to_identifier("number"), exp.to_identifier("holds")])
    matched = call("arrayFilter", holds, numbers, call("array", *verdicts))
    chosen = exp.select(*keys, exp.alias_(matched, "matched")).from_(facts.subquery("facts"))
    return chosen.where(call("notEmpty", exp.column("matched")))


def _compiled(statement: exp.Select, params: Params) -> Compiled:
    return Compiled(statement.sql("clickhouse"), params.values)
