"""Where customers are: by the address they told, or by where their last event says they were."""

from collections.abc import Callable, Sequence

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.conditions import Near, Place
from unavoce.segment.values import Params, both, call, either, whole, word

# The mean radius of the Earth (IUGG, R1); on a sphere of it no distance is wrong by more than 0.6 %.
EARTH_KM = 6371.0088


def _land(context: Expr) -> tuple[Expr, Expr]:
    country, city = (call("JSONExtractString", context, word("location"), word(name)) for name in ("country", "city"))
    known = either([call("notEmpty", country.copy()), call("notEmpty", city.copy())])
    return call("tuple", country, city), exp.paren(known)


def _point(context: Expr) -> tuple[Expr, Expr]:
    both_ways = [
        call("JSONExtract", context, word("location"), word(name), word("Nullable(Float64)"))
        for name in ("latitude", "longitude")
    ]
    known = both([call("isNotNull", one.copy()) for one in both_ways])
    return call("tuple", *(call("assumeNotNull", one) for one in both_ways)), exp.paren(known)


READ: dict[str, Callable[[Expr], tuple[Expr, Expr]]] = {"land": _land, "point": _point}
"""What is read of an event's context, and whether it is there."""


def named(place: Place, seen: Expr, told: Sequence[Expr], params: Params) -> Expr:
    """Whether country and city are among those asked for; `told` are the traits beside the address."""
    asked = [(number, wanted) for number, wanted in enumerate((place.country, place.city)) if wanted]
    return exp.paren(both([_among(_words(place, seen, told, number), wanted, params) for number, wanted in asked]))


def _words(place: Place, seen: Expr, told: Sequence[Expr], number: int) -> list[Expr]:
    """What could be her country (0) or city (1), the surest first."""
    if place.by == "seen":
        return [_part(_part(_first(seen), 3), number + 1)]
    inside = call("JSONExtractString", _part(_first(seen), 4), word(("country", "city")[number]))
    return [inside, call("JSONExtractString", _part(_first(told[number]), 4))]


def _among(words: Sequence[Expr], wanted: Sequence[str], params: Params) -> Expr:
    said = call("if", call("notEmpty", words[0]), words[0].copy(), words[-1].copy()) if len(words) > 1 else words[0]
    return call("has", params.texts([one.lower() for one in wanted]), call("lowerUTF8", said))


def near(condition: Near, seen: Expr, params: Params) -> Expr:
    """Whether the great circle from there to the point is at most so long (haversine)."""
    if condition.latitude is None or condition.longitude is None:
        return exp.false()  # a store that is no more, or of which nobody knows where it is
    if condition.by == "seen":
        latitude, longitude = (_part(_part(_first(seen), 3), number) for number in (1, 2))
        known: Expr = call("notEmpty", seen.copy())
    else:
        address = _part(_first(seen), 4)
        latitude, longitude = (
            call("JSONExtract", address, word(name), word("Nullable(Float64)")) for name in ("latitude", "longitude")
        )
        known = exp.true()
    far = _distance(latitude, longitude, params.number(condition.latitude), params.number(condition.longitude))
    close = call("ifNull", exp.LTE(this=far, expression=params.number(condition.km)), exp.false())
    return exp.paren(both([known, close]))


def _distance(latitude: Expr, longitude: Expr, to_latitude: Expr, to_longitude: Expr) -> Expr:
    north = _half_chord(exp.Sub(this=latitude, expression=to_latitude))
    east = _half_chord(exp.Sub(this=longitude, expression=to_longitude))
    narrow = exp.Mul(this=_cos(latitude), expression=_cos(to_latitude))
    square = exp.Add(this=north, expression=exp.Mul(this=narrow, expression=east))
    arc = call("asin", call("least", whole(1), call("sqrt", square)))
    return exp.Mul(this=exp.Literal.number(str(2 * EARTH_KM)), expression=arc)


def _half_chord(degrees: Expr) -> Expr:
    return call("pow", call("sin", exp.Div(this=call("radians", degrees), expression=whole(2))), whole(2))


def _cos(degrees: Expr) -> Expr:
    return call("cos", call("radians", degrees.copy()))


def _first(picked: Expr) -> Expr:
    return call("arrayElement", picked.copy(), whole(1))


def _part(value: Expr, place: int) -> Expr:
    return call("tupleElement", value, whole(place))
