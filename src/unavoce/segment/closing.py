"""Addresses that are not written to again: since when each has bounced for good, or its owner has complained."""

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.values import EVENT, Params, both, call, column, either, filtered

BOUNCED, COMPLAINED = "Message Bounced", "Message Complained"
NAMES = frozenset({BOUNCED, COMPLAINED})
"""The events that close the address they are told of, on their `channel`."""
ALIAS = "closed"


def closed(channels: Sequence[str], params: Params, *, among: exp.Select | None, as_known_then: bool) -> exp.Select:
    """`iid`, and for each channel a column (`name_of` its place) with the moment it was closed, or null.

    `among` leaves out other identifiers; `as_known_then` closes none before it was heard.
    """
    moment = call("greatest", column("at"), column("received_at")) if as_known_then else column("at")
    source = exp.select(column("iid")).from_(exp.to_table("collect.v_event").as_(EVENT))
    source = source.where(column("name").isin(*map(params.text, sorted(NAMES))))
    if among is not None:
        source = source.where(column("iid").isin(query=among))
    for place, channel in enumerate(channels):
        since = call("minOrNullIf", moment.copy(), _closes(channel, params))
        source = source.select(exp.alias_(since, name_of(place)))
    return source.group_by(column("iid"))


def name_of(place: int) -> str:
    """The column of a channel by its place."""
    return f"since{place}"


def is_open(place: int, at: Expr) -> Expr:
    """Whether an address, joined with `closed`, was not closed by a moment."""
    since = exp.column(name_of(place), table=ALIAS)
    return call("ifNull", exp.GT(this=since, expression=at), exp.true())


def _closes(channel: str, params: Params) -> Expr:
    """A bounce that does not say otherwise is for good."""
    there = filtered("channel", "eq", channel, "", params)
    complained = exp.EQ(this=column("name"), expression=params.text(COMPLAINED))
    passing = filtered("permanent", "eq", False, "", params)
    return both([there, exp.paren(either([complained, exp.not_(passing)]))])
