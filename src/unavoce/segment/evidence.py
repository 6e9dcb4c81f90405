"""The events behind a part of a definition: how many, and the latest ones by their ids."""

from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from unavoce.runtime.clickhouse import Facts
from unavoce.segment import rules, windows
from unavoce.segment.compile import Compiled
from unavoce.segment.conditions import Condition, Event, NotDone, Window
from unavoce.segment.conditions import Sequence as Steps
from unavoce.segment.model import Evidence, Terms
from unavoce.segment.spelled import spelled
from unavoce.segment.values import (
    EVENT,
    Params,
    asked_at,
    both,
    call,
    column,
    either,
    filtered,
    instant_text,
    placeholder,
    whole,
    word,
)

SHOWN = 10
"""A person looks at a few; the count says how many there are."""


def behind(
    facts: Facts, condition: Condition, iids: Sequence[int], at: datetime, terms: Terms
) -> tuple[int, tuple[Evidence, ...]] | None:
    """How many of her events a condition counts at a moment, and the latest; None when it is about none."""
    statement = _statement(condition, terms)
    if statement is None:
        return None
    asked = statement.params | {"at": instant_text(at), "iids": [int(iid) for iid in iids]}
    found = facts.tree(statement.text, asked)
    rows = zip(found["message_id"], found["name"], found["at"], strict=True)
    return (found["total"][0] if found["total"] else 0), tuple(Evidence(*row) for row in rows)


def _statement(condition: Condition, terms: Terms) -> Compiled | None:
    one = spelled(condition)
    kinds = [kind for _, kind in rules.happenings(one)]
    if not kinds:
        return None
    params = Params()
    asked = [
        both([
            exp.EQ(this=column("name"), expression=params.text(kind.name)),
            *(filtered(each.property, each.op, each.value, terms.currency, params) for each in kind.where),
        ])
        for kind in kinds
    ]  # fmt: skip
    window: Window | None = one.window if isinstance(one, Event | NotDone | Steps) else None
    inside = windows.bounds(window, asked_at(), terms.zone, params)
    hers = call("has", placeholder("iids", "Array(UInt64)"), column("iid"))
    human = isinstance(one, Event) and one.human
    people = [exp.not_(call("JSONExtractBool", column("properties"), word("machine")))] if human else []
    past = exp.LTE(this=column("at"), expression=asked_at())
    total = exp.Window(this=call("count"))
    statement = (
        exp.select(
            column("message_id"), exp.alias_(call("toString", column("name")), "name"), column("at"),
            exp.alias_(total, "total"),
        )
        .from_(exp.to_table("collect.v_event").as_(EVENT))
        .where(hers, past, exp.paren(either(asked)), *inside, *people)
        .order_by(exp.Ordered(this=column("at"), desc=True), exp.Ordered(this=column("event_id"), desc=True))
        .limit(whole(SHOWN))
    )  # fmt: skip
    return Compiled(statement.sql("clickhouse"), params.values)
