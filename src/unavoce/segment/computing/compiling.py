"""A computation becomes one ClickHouse statement: a value for each customer, as JSON."""

from functools import lru_cache

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment import windows
from unavoce.segment.compile import Compiled
from unavoce.segment.computing.model import Computation
from unavoce.segment.model import Terms
from unavoce.segment.parts import Shape
from unavoce.segment.values import EVENT, Params, call, column, filtered, list_of, scalar, whole

_NUMBER, _TEXT = "Nullable(Float64)", "Nullable(String)"
# A trait is read by people; longer lists are cut.
MOST_LISTED = 100


@lru_cache(maxsize=128)
def compiled(computation: Computation, terms: Terms, *, touched: bool) -> Compiled:
    """`customer` and `value` (JSON) of everybody with such events, or of the customers in the relation only."""
    params, shape = Params(), Shape(own_at=touched)
    source = shape.read_past("collect.v_event").where(
        exp.EQ(this=column("name"), expression=params.text(computation.event)),
        exp.NEQ(this=column("iid"), expression=whole(0)),
        *windows.bounds(computation.window, shape.at, terms.zone, params),
        *(filtered(one.property, one.op, one.value, terms.currency, params) for one in computation.where),
    )
    who = column("customer", "r") if touched else call("customer_of", column("iid", EVENT))
    value = call("toJSONString", _value(computation, params))
    chosen = source.select(exp.alias_(who, "customer"), exp.alias_(value, "value")).group_by(who.copy())
    return Compiled(chosen.sql("clickhouse"), params.values)


def _value(what: Computation, params: Params) -> Expr:
    if what.way == "count" or what.property is None:
        return call("count")
    if what.way in ("sum", "avg", "min", "max"):
        return call(f"{what.way}OrNull", scalar(what.property, _NUMBER, params))
    if what.way in ("first", "last"):
        pick = "argMin" if what.way == "first" else "argMax"
        text = call("toString", scalar(what.property, _TEXT, params))
        place = call("tuple", column("at"), column("event_id"))
        return call(f"{pick}If", text, place, call("isNotNull", scalar(what.property, _TEXT, params)))
    return _of_several(what, params)


def _of_several(what: Computation, params: Params) -> Expr:
    words = list_of(str(what.property))
    if words is None:
        text = call("toString", scalar(str(what.property), _TEXT, params))
        words = call("arrayFilter", _known(), call("array", call("ifNull", text, exp.Literal.string(""))))
    if what.way == "distinct":
        return call("length", call("groupUniqArrayArray", words))
    if what.way == "list":
        listed = call("arraySort", call("groupUniqArrayArray", words))
        return call("arraySlice", listed, whole(1), whole(MOST_LISTED))
    ones = call("arrayWithConstant", call("length", words), call("toUInt64", whole(1)))
    counted = call("sumMap", call("arrayMap", _as_text(), words.copy()), ones)
    keys, numbers = (call("tupleElement", counted.copy(), whole(place)) for place in (1, 2))
    # The keys come sorted, so of equally frequent ones it is always the same.
    place = call("indexOf", numbers, call("arrayMax", numbers.copy()))
    return call("arrayElement", keys, place)


def _known() -> Expr:
    return exp.Lambda(
        this=exp.NEQ(this=exp.column("one"), expression=exp.Literal.string("")), expressions=[exp.to_identifier("one")]
    )


def _as_text() -> Expr:
    return exp.Lambda(this=call("toString", exp.column("one")), expressions=[exp.to_identifier("one")])
