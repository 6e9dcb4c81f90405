"""Sequences: did she do this, then that, in time, and nothing else between; one pass over her events in order.

For every step it is remembered when the latest chain that stands there began: of two chains at the same step the
younger one can do all that the older can. What must not happen between two steps ends every chain that stands there.
"""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.conditions import Happening, Sequence
from unavoce.segment.values import both, call, either, whole

# Before any event, and far enough from the ends of the numbers to be subtracted.
_NEVER = -4_000_000_000_000_000_000


def kinds(sequence: Sequence) -> tuple[Happening, ...]:
    """What an event may be in a sequence, each once: a step, what must not come between, what must not follow."""
    named: dict[Happening, None] = {}
    for step in sequence.steps:
        named[Happening(step.name, step.where)] = None
        named.update(dict.fromkeys(step.without))
    if sequence.then_not is not None:
        named[Happening(sequence.then_not.name, sequence.then_not.where)] = None
    return tuple(named)


def verdict(sequence: Sequence, events: Expr, at: Expr) -> Expr:
    """Whether the events, sorted (when, which one, bits of `kinds`), hold the sequence."""
    blank = [_never() for _ in sequence.steps]
    initial = call("tuple", *blank, call("toUInt8", whole(0)), _never())
    fold = exp.Lambda(this=_next(sequence), expressions=[exp.to_identifier("acc"), exp.to_identifier("x")])
    end = call("arrayFold", fold, events, initial)
    count = len(sequence.steps)
    if sequence.then_not is None:
        return exp.EQ(this=_part(end, count + 1), expression=whole(1))
    waiting = _part(end, count + 2)
    so_long = exp.Sub(this=call("toUnixTimestamp64Milli", at), expression=waiting)
    long = exp.GTE(this=exp.paren(so_long), expression=whole(sequence.then_not.span.milliseconds))
    return exp.paren(both([exp.GT(this=waiting.copy(), expression=_never()), long]))


def _next(sequence: Sequence) -> Expr:
    """What is remembered after one event more: per step when its chain began, whether one is whole, since when."""
    count = len(sequence.steps)
    reached = list(_reached(sequence))
    began = [_moment(), *(_acc(number) for number in range(1, count))]
    kept = []
    for number in range(1, count + 1):
        ended = _any(sequence, sequence.steps[number].without) if number < count else exp.false()
        stays = call("if", ended, _never(), _acc(number))
        comes = call("if", reached[number - 1].copy(), began[number - 1], _never())
        kept.append(call("greatest", stays, comes))
    whole_now = reached[-1]
    done = call("toUInt8", exp.paren(either([exp.EQ(this=_acc(count + 1), expression=whole(1)), whole_now.copy()])))
    return call("tuple", *kept, done, _waiting(sequence, whole_now))


def _reached(sequence: Sequence) -> Iterator[Expr]:
    """For each step whether this event takes a chain there."""
    for number, step in enumerate(sequence.steps, start=1):
        needed = [_is(sequence, Happening(step.name, step.where))]
        if number > 1:
            before = _acc(number - 1)
            needed.append(exp.GT(this=before, expression=_never()))
            if sequence.within is not None:
                passed = exp.Sub(this=_moment(), expression=before.copy())
                needed.append(exp.LTE(this=exp.paren(passed), expression=whole(sequence.within.milliseconds)))
        yield exp.paren(both(needed))


def _waiting(sequence: Sequence, whole_now: Expr) -> Expr:
    """Since when a whole chain waits for what has not followed: the oldest one that nothing has answered."""
    if sequence.then_not is None:
        return _never()
    place = len(sequence.steps) + 2
    answered = _is(sequence, Happening(sequence.then_not.name, sequence.then_not.where))
    before = call("if", answered, _never(), _acc(place))
    nobody = exp.LTE(this=before, expression=_never())
    begins = exp.paren(both([whole_now.copy(), nobody]))
    return call("if", begins, _moment(), before.copy())


def _is(sequence: Sequence, kind: Happening) -> Expr:
    bit = 1 << kinds(sequence).index(kind)
    return exp.NEQ(this=call("bitAnd", _part(exp.column("x"), 3), whole(bit)), expression=whole(0))


def _any(sequence: Sequence, several: tuple[Happening, ...]) -> Expr:
    return exp.paren(either([_is(sequence, one) for one in several]))


def _acc(place: int) -> Expr:
    return _part(exp.column("acc"), place)


def _moment() -> Expr:
    return call("toUnixTimestamp64Milli", _part(exp.column("x"), 1))


def _never() -> Expr:
    return call("toInt64", exp.Neg(this=whole(-_NEVER)))


def _part(value: Expr, place: int) -> Expr:
    return call("tupleElement", value, whole(place))
