"""Reads strands of identifiers out of the history, for those of whom nothing is remembered."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.runtime.clickhouse import Facts
from unavoce.segment.compile import Compiled
from unavoce.segment.live.memory import ROW, Rows
from unavoce.segment.live.strands import Strand
from unavoce.segment.model import Terms
from unavoce.segment.values import EVENT, Params, both, call, column, filtered, scalar, whole, word

ASKED = "segment_asked"
"""The temporary table of the identifiers that are asked for."""


def compiled(strands: Mapping[Strand, int], terms: Terms) -> Compiled:
    """One statement for all strands: a row for every event and strand it is in."""
    params = Params()
    entries = [_entry(strand, number, terms, params) for strand, number in strands.items()]
    in_it = exp.GTE(this=_part(exp.column("x"), 1), expression=whole(0))
    chosen = exp.Lambda(this=in_it, expressions=[exp.to_identifier("x")])
    names = [params.text(name) for name in sorted({strand.name for strand in strands})]
    asked = column("iid").isin(query=exp.select("iid").from_(ASKED))
    inner = (
        exp.select(
            column("iid"),
            exp.alias_(call("toUnixTimestamp64Milli", column("at")), "moment"),
            exp.alias_(call("arrayJoin", call("arrayFilter", chosen, call("array", *entries))), "found"),
        )
        .from_(exp.to_table("collect.v_event").as_(EVENT))
        .where(asked, column("name").isin(*names))
    )
    found = exp.column("found", table="s")
    outer = exp.select(
        exp.column("iid", table="s"),
        exp.alias_(exp.column("moment", table="s"), "at"),
        exp.alias_(_part(found, 1), "strand"),
        exp.alias_(_part(found.copy(), 2), "value"),
    ).from_(inner.subquery("s"))
    return Compiled(outer.sql("clickhouse"), params.values)


def read(facts: Facts, statement: Compiled, iids: Sequence[int]) -> tuple[Rows, NDArray[np.int64]]:
    """All rows of these identifiers, and for each row the place of its identifier."""
    with facts.temporary(ASKED, {"iid": "UInt64"}, [list(iids)]):
        table = facts.tree_arrow(statement.text, statement.params)
    rows = np.empty(table.num_rows, ROW)
    for name in ("at", "strand", "value"):
        rows[name] = table[name].to_numpy()
    order = np.argsort(np.asarray(iids, np.uint64), kind="stable")
    places = np.searchsorted(np.asarray(iids, np.uint64)[order], table["iid"].to_numpy())
    return rows, order[places].astype(np.int64)


def _entry(strand: Strand, number: int, terms: Terms, params: Params) -> Expr:
    named = exp.EQ(this=column("name"), expression=params.text(strand.name))
    filters = [filtered(one.property, one.op, one.value, terms.currency, params) for one in strand.where]
    human = [exp.not_(call("JSONExtractBool", column("properties"), word("machine")))] if strand.human else []
    is_it = call(
        "if",
        exp.paren(both([named, *filters, *human])),
        call("toInt32", whole(number)),
        call("toInt32", exp.Neg(this=whole(1))),
    )
    value: Expr = call("toFloat64", whole(0))
    if strand.property:
        read_as = scalar(strand.property, "Nullable(Float64)", params)
        value = call(
            "toFloat64", call("ifNull", read_as, exp.column("nan")) if strand.property != "revenue" else read_as
        )
    return call("tuple", is_it, value)


def _part(value: Expr, place: int) -> Expr:
    return call("tupleElement", value, whole(place))
