"""A persona: who the people of a segment are against the rest, in numbers that name nobody."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from unavoce.kernel.ids import digest16
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.segment import asking
from unavoce.segment import compile as compiling
from unavoce.segment import store as segments
from unavoce.segment.insight import store
from unavoce.segment.insight.lift import SMALLEST_CELL, Lift, lift
from unavoce.segment.insight.model import Buying, Feature, NoSuchPersona, Persona
from unavoce.segment.insight.store import Span, Told
from unavoce.segment.model import Segment

YEAR = timedelta(days=365)
SHOWN = 8
"""So many traits, categories and products are worth a card."""

PERSONAL = (
    *("name", "first_name", "last_name", "firstName", "lastName", "username", "email", "phone", "loyalty_card"),
    *("line_user_id", "wechat_openid", "wechat_unionid", "address", "street", "birthday", "avatar", "description"),
    *("website", "created_at", "id", "user_id", "anonymous_id", "title", "company"),
)
"""Traits that may tell who somebody is, whatever the brand's tags say: a persona never speaks of them."""

OURS = (
    *("Message Sent", "Message Delivered", "Message Bounced", "Campaign Received", "Prompt Shown", "Identify"),
    *("Audience Joined", "Audience Left", "Alias", "Group", "Consent Granted", "Consent Denied"),
)
"""What the brand does to a customer or writes down of her: not her own doing."""

_NOTHING = Buying(0, 0, 0, 0, None)


def drawn(tx: Transaction, facts: Facts, segment: Segment, now: datetime, stores: Collection[str] | None) -> Persona:
    """The persona of a segment's people as of now, against everybody else whom one may see."""
    written = asking.usable(tx, facts, segment.condition)
    terms = segments.terms(tx)
    sight = None if stores is None else tuple(sorted(stores))
    span = Span(now - YEAR, now)
    with store.crowd(facts, compiling.crowd(written, terms, sight), now):
        size, rest = store.crowd_sizes(facts)
        hours, rest_hours = store.crowd_hours(facts, span, terms.zone, OURS)
        bought = store.crowd_buying(facts, span)
        return Persona(
            segment=segment.key,
            made_at=now,
            version=segment.version,
            size=size,
            rest=rest,
            traits=_traits(tx, facts, now, size, rest),
            categories=_most(_features(store.crowd_categories(facts, span, SMALLEST_CELL), size, rest)),
            products=_most(_features(store.crowd_products(facts, span, SMALLEST_CELL), size, rest)),
            channels=_features(_shown(store.crowd_channels(facts, span, OURS)), size, rest),
            hours=hours,
            rest_hours=rest_hours,
            bought=bought.get(1, _NOTHING),
            rest_bought=bought.get(0, _NOTHING),
            face=int.from_bytes(digest16(segment.key.encode())[:4], "big"),
        )


def kept(tx: Transaction, segment: Segment, stores: Collection[str] | None) -> Persona:
    """The persona as it was drawn last, or NoSuchPersona."""
    card = store.persona(tx, segment.id, _scope(stores))
    if card is None:
        raise NoSuchPersona(segment=segment.key)
    return msgspec.convert(card, type=Persona)


def keep(tx: Transaction, segment: Segment, persona: Persona, stores: Collection[str] | None) -> None:
    """Keep a persona for those who see the same stores."""
    card: dict[str, Any] = msgspec.to_builtins(persona)
    store.put_persona(tx, segment.id, _scope(stores), card, persona.made_at)


def is_personal(tags: profile.Tags, place: profile.TagPlace, name: str) -> bool:
    """Whether something of this name may tell who somebody is."""
    return name in PERSONAL or tags.of(place, name) is not None


def _scope(stores: Collection[str] | None) -> str:
    return "" if stores is None else digest16("\0".join(sorted(stores)).encode()).hex()


def _traits(tx: Transaction, facts: Facts, now: datetime, size: int, rest: int) -> Sequence[Feature]:
    tags = profile.tags(tx)
    personal = [key for key in segments.trait_keys(facts) if is_personal(tags, profile.TagPlace.TRAIT, key)]
    bands = store.number_bands(facts, personal, now)
    told = store.crowd_traits(facts, personal, bands, now, SMALLEST_CELL)
    features = _features(told, size, rest, lambda one: _band(one, bands))
    telling = [one for one in features if one.compared.verdict in ("over", "under")]
    return sorted(telling, key=_surely, reverse=True)[:SHOWN]


def _shown(told: Sequence[Told]) -> Sequence[Told]:
    return [one for one in told if one.inside + one.outside >= SMALLEST_CELL]


def _features(
    told: Sequence[Told],
    size: int,
    rest: int,
    band: Callable[[Told], tuple[float | None, float | None]] = lambda _: (None, None),
) -> list[Feature]:
    return [
        Feature(
            one.key,
            one.value,
            *band(one),
            _guarded(one.inside),
            _guarded(one.outside),
            _compared(one, told, size, rest),
        )
        for one in told
    ]


def _compared(one: Told, told: Sequence[Told], size: int, rest: int) -> Lift:
    return lift(one.inside, size, one.outside, rest, comparisons=len(told))


def _guarded(count: int) -> int:
    """Too few to be told apart are not counted out."""
    return count if count >= SMALLEST_CELL else 0


def _band(one: Told, bands: dict[str, list[float]]) -> tuple[float | None, float | None]:
    cuts = bands.get(one.key)
    if cuts is None or not one.value.startswith("#") or not one.value[1:].isdigit():
        return None, None
    place = int(one.value[1:])
    return cuts[place - 1] if place > 0 else None, cuts[place] if place < len(cuts) else None


def _most(features: Sequence[Feature]) -> Sequence[Feature]:
    """What they buy more than others, the surest first; then what they simply buy most."""
    more = sorted((one for one in features if one.compared.verdict == "over"), key=_surely, reverse=True)
    others = sorted((one for one in features if one.compared.verdict != "over"), key=lambda one: -one.inside)
    return [*more, *others][:SHOWN]


def _surely(one: Feature) -> float:
    """How far from 1 the nearer end of the interval is."""
    low, high = one.compared.low, one.compared.high
    if low is None or high is None:
        return 0.0
    return max(low, 1 / high if high else 0.0)
