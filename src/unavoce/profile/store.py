"""The only file of profile that runs SQL."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import arrays
from unavoce.profile.gather import Evidence, Joined, Joint, Sightings
from unavoce.profile.model import (
    ConsentSaid,
    EdgeKey,
    EdgeKind,
    Identifier,
    LinkChange,
    Refusal,
    Separation,
    Side,
    TraitSaid,
)
from unavoce.profile.rows import (
    BirthRow,
    Checksum,
    Link,
    Links,
    Resident,
    RuledEdge,
    RulesRow,
    Unfamiliar,
)
from unavoce.profile.ruleset import DEFAULT, DEVICES, MOST_KEPT, OTHERS, PERSONAL_KINDS, Rules, kept
from unavoce.profile.sharing import BIRTHDAYS, birthday
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")
_LOCK = "profile.resolver"
# Looking a word up is several times as quick as an Enum's own reading of it, and a region has many edges.
_KINDS: Mapping[str, EdgeKind] = {one.value: one for one in EdgeKind}
_REFUSALS: Mapping[str, Refusal] = {one.value: one for one in Refusal}


def lock(tx: Transaction) -> None:
    """One resolver at a time, to the end of the transaction."""
    tx.lock(_LOCK)
    tx.run(_SQL["plan_afresh"])


def by_index(tx: Transaction) -> None:
    """From here on in this transaction: look up by index only, whatever the planner thinks."""
    tx.run(_SQL["by_index"], others="off")


def as_planned(tx: Transaction) -> None:
    """From here on again as the planner thinks best."""
    tx.run(_SQL["by_index"], others="on")


def rules(tx: Transaction) -> Rules:
    """The rules of identity that hold: what the brand has published, or the built-in ones."""
    found = tx.first(_SQL["rules"], RulesRow)
    return kept(found.version, found.body) if found else DEFAULT


# --- identifiers ---


def unfamiliar(tx: Transaction, met: Sightings) -> list[Unfamiliar]:
    """Those of a batch that are not simply known."""
    firsts = arrays.times(met.first.values())
    return tx.rows(_SQL["unfamiliar"], Unfamiliar, **_named(met.identifiers.values()), firsts=firsts)


def add_identifiers(tx: Transaction, fresh: Collection[Identifier], met: Sightings, ruled: Rules) -> None:
    """Keep identifiers met for the first time."""
    firsts = arrays.times(met.first[one.iid] for one in fresh)
    ranks = arrays.numbers(ruled.rank(one.kind) for one in fresh)
    blocked = arrays.numbers(int(ruled.blocks(one.kind, one.value)) for one in fresh)
    lasts = arrays.times(met.last[one.iid] for one in fresh)
    tx.run(_SQL["add_identifiers"], **_named(fresh), firsts=firsts, ranks=ranks, blocked=blocked)
    tx.run(_SQL["add_sightings"], iids=arrays.numbers(one.iid for one in fresh), lasts=lasts)


def age_identifiers(tx: Transaction, older: Collection[Iid], met: Sightings) -> None:
    """Remember earlier sightings that came late."""
    firsts = arrays.times(met.first[iid] for iid in older)
    tx.run(_SQL["age_identifiers"], iids=arrays.numbers(older), firsts=firsts)


def touch_sightings(tx: Transaction, met: Sightings) -> None:
    """Remember later sightings."""
    tx.run(_SQL["touch_sightings"], iids=arrays.numbers(met.last), lasts=arrays.times(met.last.values()))


def add_collisions(tx: Transaction, collisions: Collection[Identifier], now: datetime) -> None:
    """Keep out identifiers whose number is another's."""
    tx.run(_SQL["add_collisions"], **_named(collisions), now=now)


def _named(identifiers: Collection[Identifier]) -> dict[str, str]:
    return {
        "iids": arrays.numbers(one.iid for one in identifiers),
        "kinds": arrays.texts(one.kind for one in identifiers),
        "values": arrays.texts(one.value for one in identifiers),
    }


# --- evidence ---


def new_edges(tx: Transaction, joined: Joined) -> list[Joint]:
    """Those that say something new."""
    keys = list(joined)
    places = tx.values(
        _SQL["new_edges"],
        **_keys(keys),
        ats=arrays.times(event.at for event in joined.values()),
        messages=arrays.texts(event.message_id for event in joined.values()),
    )
    return [keys[place - 1] for place in places]


def keep_edges(tx: Transaction, evidence: Sequence[Evidence], hubs: Collection[Iid], blocked: Collection[Iid]) -> None:
    """Keep evidence; what goes through a hub or a blocked value joins nobody."""
    tx.run(
        _SQL["keep_edges"],
        **_keys([(one.a, one.b, one.kind) for one in evidence]),
        turns=arrays.numbers(one.turn for one in evidence),
        ats=arrays.times(one.at for one in evidence),
        messages=arrays.texts(one.message_id for one in evidence),
        sources=arrays.texts(one.source for one in evidence),
        receiveds=arrays.times(one.received_at for one in evidence),
        refusals=arrays.texts(_refusal(one, hubs, blocked) for one in evidence),
    )


def _refusal(one: Evidence, hubs: Collection[Iid], blocked: Collection[Iid]) -> str | None:
    if one.a in blocked or one.b in blocked:
        return Refusal.BLOCKED
    return Refusal.HUB if one.a in hubs or one.b in hubs else None


def keep_merge(tx: Transaction, a: Iid, b: Iid, turn: int, cause: str, by: str, now: datetime) -> None:
    """Keep a person's word that two are one, again if it was taken back."""
    tx.run(_SQL["keep_merge"], a=a, b=b, turn=turn, cause=cause, by=by, now=now)


def undo_merge(tx: Transaction, a: Iid, b: Iid) -> bool:
    """Take a person's word back; says whether it held."""
    return tx.run(_SQL["undo_merge"], a=a, b=b) > 0


def crowded(tx: Transaction, kinds: Mapping[Iid, str], ruled: Rules) -> list[Iid]:
    """Those of these identifiers that touch too many people."""
    return tx.values(_SQL["crowded"], **thresholds(kinds, ruled))


def thresholds(kinds: Mapping[Iid, str], ruled: Rules) -> dict[str, object]:
    """How many of each kind these identifiers may touch, as the parameters of `crowded`."""
    floors = {kind: ruled.floor(kind) for kind in (*ruled.limits, *PERSONAL_KINDS)}
    return {
        "iids": arrays.numbers(kinds),
        "mosts": arrays.numbers(ruled.most_people(kind) for kind in kinds.values()),
        "accounts": arrays.numbers(ruled.accounts_per_device if kind in DEVICES else -1 for kind in kinds.values()),
        "kinds": arrays.texts(floors),
        "floors": arrays.numbers(floors.values()),
        "others": ruled.floor(OTHERS),
    }


def fill_hubs(tx: Transaction, hubs: Collection[Iid]) -> None:
    """Mark hubs of which enough evidence is kept."""
    tx.run(_SQL["fill_hubs"], iids=arrays.numbers(hubs), most=MOST_KEPT)


def make_hubs(tx: Transaction, iids: Collection[Iid]) -> list[Iid]:
    """Make identifiers hubs; answers with everybody their evidence joined."""
    tx.run(_SQL["make_hubs"], iids=arrays.numbers(iids))
    return tx.values(_SQL["silence_hubs"], iids=arrays.numbers(iids))


def region(tx: Transaction, seeds: Collection[Iid]) -> list[Resident]:
    """All identifiers that the evidence connects to the seeds."""
    return tx.rows(_SQL["region"], Resident, seeds=arrays.numbers(seeds))


def region_edges(tx: Transaction, iids: Collection[Iid]) -> list[RuledEdge]:
    """The evidence between them."""
    rows = tx.rows(_SQL["region_edges"], RuledEdge, iids=arrays.numbers(iids))
    return [
        RuledEdge(a, b, _KINDS[kind], turn, at, message, _REFUSALS[refusal] if refusal else None)
        for a, b, kind, turn, at, message, refusal in rows
    ]


def region_sides(tx: Transaction, iids: Collection[Iid]) -> list[Side]:
    """Where they stand in the separations that hold."""
    return tx.rows(_SQL["region_sides"], Side, iids=arrays.numbers(iids))


def refuse_edges(tx: Transaction, refusals: Mapping[EdgeKey, Refusal | None]) -> None:
    """Keep what the rules say of edges."""
    said = [refusal.value if refusal else None for refusal in refusals.values()]
    tx.run(_SQL["refuse_edges"], **_keys(refusals.keys()), refusals=said)


def _keys(keys: Collection[Joint]) -> dict[str, str]:
    return {
        "a": arrays.numbers([a for a, _, _ in keys]),
        "b": arrays.numbers([b for _, b, _ in keys]),
        "kinds": arrays.texts([kind for _, _, kind in keys]),
    }


# --- links ---


def relink(tx: Transaction, links: Collection[LinkChange], cause: Callable[[Iid], str], now: datetime) -> None:
    """Change links, and keep their history with what caused it."""
    iids = arrays.numbers(link.iid for link in links)
    joined = [link for link in links if not link.alone]
    changed = {
        "iids": arrays.numbers(link.iid for link in joined),
        "customers": arrays.numbers(link.customer for link in joined),
    }
    tx.run(_SQL["unlink"], iids=arrays.numbers(link.iid for link in links if link.alone))
    tx.run(_SQL["relink"], **changed)
    tx.run(_SQL["close_log"], iids=iids, causes=arrays.texts(cause(link.iid) for link in links), now=now)
    tx.run(_SQL["open_log"], **changed, causes=arrays.texts(cause(link.iid) for link in joined), now=now)


def customers_of(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, CustomerId]:
    """The customers of those identifiers that are linked."""
    return dict(_pairs(tx.first(_SQL["customers_of"], Links, iids=arrays.numbers(iids))))


def identifier_customer(tx: Transaction, iid: Iid) -> CustomerId | None:
    """Whose this is, if it is anybody's."""
    found: CustomerId | None = tx.value(_SQL["identifier_customer"], iid=iid)
    return found


def known_of(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, CustomerId]:
    """The customers of those identifiers that were ever met."""
    return dict(_pairs(tx.first(_SQL["known_of"], Links, iids=arrays.numbers(iids))))


def links_then(tx: Transaction, iids: Collection[Iid], at: datetime) -> dict[Iid, CustomerId]:
    """The customers of those that were linked at a past moment."""
    rows = tx.rows(_SQL["links_then"], Link, iids=arrays.numbers(iids), at=at)
    return {link.iid: link.customer for link in rows}


def families(tx: Transaction, iids: Collection[Iid]) -> Iterable[tuple[Iid, CustomerId]]:
    """All links of all customers these identifiers belong to."""
    return _pairs(tx.first(_SQL["families"], Links, iids=arrays.numbers(iids)))


def members_of(tx: Transaction, customers: Collection[CustomerId]) -> Iterable[tuple[Iid, CustomerId]]:
    """The linked identifiers of customers."""
    return _pairs(tx.first(_SQL["members_of"], Links, customers=arrays.numbers(customers)))


def _pairs(links: Links | None) -> Iterable[tuple[Iid, CustomerId]]:
    return zip(links.iids, links.customers, strict=True) if links else ()


def link_rows(tx: Transaction) -> list[Link]:
    """All links."""
    return tx.rows(_SQL["link_rows"], Link)


def links_checksum(tx: Transaction) -> Checksum | None:
    """Count and checksum of all links."""
    return tx.first(_SQL["links_checksum"], Checksum)


# --- separations ---


def add_separation(tx: Transaction, separation: Separation, kept: Collection[Iid]) -> int:
    """Keep a person's decision and its two sides; answers with its id."""
    made: int = tx.value(
        _SQL["add_separation"],
        customer=separation.customer,
        identifiers=arrays.numbers(separation.identifiers),
        by=separation.by,
        reason=separation.reason,
        at=separation.at,
    )
    iids = arrays.numbers([*separation.identifiers, *kept])
    tx.run(_SQL["add_sides"], separation=made, apart=arrays.numbers(separation.identifiers), iids=iids)
    return made


def separation(tx: Transaction, number: int) -> Separation | None:
    """One separation."""
    found = tx.first(_SQL["separation"], Separation, id=number)
    return replace(found, identifiers=tuple(found.identifiers)) if found else None


def undo_separation(tx: Transaction, number: int, by: str, now: datetime) -> None:
    """Keep that a person took it back."""
    tx.run(_SQL["undo_separation"], id=number, by=by, at=now)


def sides_of(tx: Transaction, number: int) -> list[Iid]:
    """Everybody on either side."""
    return tx.values(_SQL["sides_of"], separation=number)


def separation_between(tx: Transaction, ours: Collection[Iid], theirs: Collection[Iid]) -> int | None:
    """A separation that keeps these apart, if there is one."""
    found: int | None = tx.value(_SQL["separation_between"], ours=arrays.numbers(ours), theirs=arrays.numbers(theirs))
    return found


# --- traits and consent ---


def keep_traits(tx: Transaction, said: Collection[TraitSaid]) -> None:
    """Keep each source's newest word."""
    tx.run(_SQL["keep_traits"], **_said(said), **_words(said))


def new_births(tx: Transaction, said: Collection[TraitSaid]) -> list[Iid]:
    """Whose birthday is told for the first time, or otherwise than before."""
    return tx.values(_SQL["new_births"], **_said(said), **_words(said))


def births(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, frozenset[str]]:
    """The birthdays told under each of these identifiers."""
    found: dict[Iid, frozenset[str]] = {}
    for one in tx.rows(_SQL["births"], BirthRow, iids=arrays.numbers(iids), keys=list(BIRTHDAYS)):
        if day := birthday(one.value):
            found[one.iid] = found.get(one.iid, frozenset()) | {day}
    return found


def _words(said: Collection[TraitSaid]) -> dict[str, str]:
    return {
        "keys": arrays.texts(one.key for one in said),
        "sources": arrays.texts(one.source for one in said),
        "priorities": arrays.numbers(int(one.priority) for one in said),
        "values": arrays.texts(json_text(one.value) for one in said),
    }


def keep_consents(tx: Transaction, said: Collection[ConsentSaid]) -> None:
    """Keep statements."""
    tx.run(
        _SQL["keep_consents"],
        **_said(said),
        channels=arrays.texts(one.channel for one in said),
        purposes=arrays.texts(one.purpose for one in said),
        slots=arrays.texts(one.slot for one in said),
        states=arrays.texts(one.state.value for one in said),
        evidences=arrays.texts(one.evidence for one in said),
    )


def _said(said: Collection[TraitSaid] | Collection[ConsentSaid]) -> dict[str, str]:
    return {
        "iids": arrays.numbers(one.iid for one in said),
        "ats": arrays.times(one.at for one in said),
        "receiveds": arrays.times(one.received_at for one in said),
        "messages": arrays.texts(one.message_id for one in said),
    }


def json_text(value: object) -> str:
    """A value as JSON text that PostgreSQL takes: it has no character zero."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode().replace("\\u0000", "")


# --- facts ---


def facts_checksum(facts: Facts) -> Checksum:
    """Count and checksum of ClickHouse's copy of the links."""
    return facts.rows(_FACTS["links_checksum"], Checksum)[0]


def add_links(facts: Facts, links: Sequence[LinkChange]) -> None:
    """Add to ClickHouse's copy of the links; the last word on an identifier counts."""
    facts.insert("profile.link", ["iid", "customer"], [[one.iid for one in links], [one.customer for one in links]])


def replace_links(facts: Facts, links: Sequence[Link]) -> None:
    """Replace ClickHouse's copy of the links as a whole."""
    facts.run(_FACTS["empty_spare"])
    facts.insert(
        "profile.link_spare", ["iid", "customer"], [[one.iid for one in links], [one.customer for one in links]]
    )
    facts.run(_FACTS["exchange_links"])
    facts.run(_FACTS["empty_spare"])


def add_facts(facts: Facts, table: str, columns: Mapping[str, Collection[object]], token: str) -> None:
    """Append to a fact table once, whoever tries again."""
    facts.insert(table, list(columns), [list(column) for column in columns.values()], token=token)
