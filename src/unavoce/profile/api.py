"""The front door: who an event is about, who that customer is, and putting that right."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from unavoce.collect.api import Batch, Event
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import intern as interning
from unavoce.profile import links, recording, resolver, store
from unavoce.profile import rules as naming
from unavoce.profile.belief import asked
from unavoce.profile.belief import store as belief
from unavoce.profile.belief.asked import Question, link_token, read_token
from unavoce.profile.belief.model import (
    BadLink,
    ComputedWord,
    ConsentRule,
    ConsentWord,
    SourceRank,
    TraitThen,
    TraitWord,
)
from unavoce.profile.groups import gathering
from unavoce.profile.groups import store as groups
from unavoce.profile.groups.model import Group
from unavoce.profile.intern import Interned
from unavoce.profile.model import (
    NOBODY,
    Absorbed,
    ConsentSeen,
    CustomersPage,
    EdgeKind,
    EdgeSeen,
    Graph,
    Identifier,
    IdentifierSeen,
    LinkChange,
    Members,
    NodeSeen,
    NoSuchCustomer,
    NoSuchMerge,
    NoSuchSeparation,
    NotHers,
    NothingLeft,
    Priority,
    Profile,
    Refusal,
    Relinked,
    SameCustomer,
    Separated,
    SeparatedBefore,
    Separation,
    SeparationUndone,
    State,
    Summary,
    TraitSeen,
)
from unavoce.profile.people import reading
from unavoce.profile.people import store as seen
from unavoce.profile.ruleset import DEFAULT, Rules
from unavoce.profile.tags import Place as TagPlace
from unavoce.profile.tags import Tag, Tagged, Tags, assumed_names
from unavoce.profile.traces.store import Trace, written_by
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

__all__ = [
    "Absorbed",
    "BadLink",
    "ComputedWord",
    "ConsentRule",
    "ConsentSeen",
    "ConsentWord",
    "CustomersPage",
    "EdgeKind",
    "EdgeSeen",
    "Graph",
    "Group",
    "Identifier",
    "IdentifierSeen",
    "Interned",
    "LinkChange",
    "Members",
    "NOBODY",
    "NoSuchCustomer",
    "NoSuchMerge",
    "NoSuchSeparation",
    "NodeSeen",
    "NotHers",
    "NothingLeft",
    "Priority",
    "Profile",
    "Question",
    "Refusal",
    "Relinked",
    "Rules",
    "SameCustomer",
    "Separated",
    "SeparatedBefore",
    "Separation",
    "SeparationUndone",
    "SourceRank",
    "State",
    "Summary",
    "Trace",
    "Tag",
    "TagPlace",
    "Tagged",
    "Tags",
    "TraitSeen",
    "TraitThen",
    "TraitWord",
    "absorb",
    "addresses_of",
    "assumed_names",
    "check_links",
    "compact_links",
    "consent_log",
    "consent_rules",
    "computed_customers",
    "computed_of",
    "consents_of",
    "customer_with",
    "customers_of",
    "customers_page",
    "drop_consent_rule",
    "graph",
    "groups_of",
    "hold",
    "identifier_of",
    "intern",
    "known_of",
    "is_told",
    "link_token",
    "link_until",
    "links_then",
    "members_of",
    "merge",
    "profile",
    "publish_links",
    "publish_rules",
    "put_consent_rule",
    "put_source_ranks",
    "put_tag",
    "read_token",
    "record",
    "rejoin",
    "rules_now",
    "search",
    "separate",
    "source_ranks",
    "summaries",
    "tags",
    "trait_history",
    "trait_keys",
    "traits_of",
    "unmerge",
    "written_by",
    "written",
    "traits_then",
]


# --- the way of an event ---


def rules_now(tx: Transaction) -> Rules:
    """The rules of identity that the brand has published, or the built-in ones."""
    return store.rules(tx)


def intern(events: Sequence[Event], key: bytes, region: str, rules: Rules = DEFAULT) -> list[Interned]:
    """Who each event is about, by number; pure. `region` (like "TW") reads phones without a country code.

    The primary iid is NOBODY when none of the event's identifiers can be used: such an event is no customer's.
    """
    return interning.intern(events, key, region, rules)


def identifier_of(kind: str, value: str, key: bytes, region: str) -> Identifier | None:
    """The interned identifier, or None when the value identifies nobody; pure."""
    return naming.identifier(kind, value, key, region)


def absorb(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], now: datetime) -> Absorbed:
    """Take in a batch: identifiers, evidence, traits and consent; answers with who was touched and who changed.

    NOBODY is in none of the answers. The same events give the same customers in whatever order and batches they come.
    """
    absorbed = resolver.absorb(tx, events, iids, now)
    gathering.keep(tx, events, iids)
    return absorbed


def record(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    """Append the batch's identifiers, traits and consents to the facts; trying again changes nothing."""
    recording.record(facts, batch, events, iids)


def publish_links(tx: Transaction, facts: Facts, changed: Sequence[LinkChange]) -> None:
    """Tell ClickHouse whose these identifiers are now, in a transaction after the one that changed them.

    What is so is read again under the resolver's lock: of two that changed an identifier, the slower to publish
    cannot undo the faster.
    """
    links.publish(tx, facts, changed)


def check_links(tx: Transaction, facts: Facts) -> bool:
    """At start: compare ClickHouse's copy of the links with PostgreSQL and replace it when they differ.

    Answers whether it had to.
    """
    return links.check(tx, facts)


def compact_links(tx: Transaction, facts: Facts) -> None:
    """Replace ClickHouse's copy by a fresh one: it keeps one file per insert, so do this off-peak."""
    links.replace(tx, facts)


# --- whose is it ---


def customers_of(tx: Transaction, iids: Iterable[Iid]) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers is; an unlinked or unknown one is its own customer."""
    return resolver.customers_of(tx, iids)


def known_of(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers is, of those that were ever met; a new one is absent."""
    return store.known_of(tx, iids)


def links_then(tx: Transaction, iids: Iterable[Iid], at: datetime) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers was known to be at a past moment, for replays "as known then"."""
    return resolver.links_then(tx, iids, at)


def members_of(tx: Transaction, customers: Iterable[CustomerId]) -> dict[CustomerId, tuple[Iid, ...]]:
    """All identifiers of each of these customers, the one that gives her id first."""
    return resolver.members_of(tx, customers)


def customer_with(tx: Transaction, iid: Iid) -> CustomerId:
    """The customer an identifier (or an id she had before) belongs to; NoSuchCustomer when nobody ever met it."""
    return resolver.customer_with(tx, iid)


# --- what is known of her ---


def traits_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[str, object]]:
    """What counts of each trait: the surest source (till, form, inferred), then the newest.

    A missing e-mail or phone is taken from her identifiers.
    """
    return reading.traits_of(tx, customers)


def addresses_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[str, list[str]]]:
    """Her identifiers by kind, the most recently met first; those shared by too many people are left out."""
    return reading.addresses_of(tx, customers)


def consents_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[tuple[str, str], State]]:
    """What was said of each (channel, purpose): the most restrictive last word of her identifiers; unsaid is absent."""
    return reading.consents_of(tx, customers)


def summaries(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, Summary]:
    """A line for each of these customers; who has no identifier is left out."""
    return reading.summaries(tx, customers)


def profile(tx: Transaction, customer: CustomerId) -> Profile:
    """Traits, identifiers and consents of the customer to whom this id belongs now, or NoSuchCustomer."""
    return reading.profile(tx, customer)


def customers_page(
    tx: Transaction,
    q: str | None = None,
    among: Sequence[CustomerId] | None = None,
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    *,
    whole: bool = False,
) -> CustomersPage:
    """A page of customers who match `q` (if any) and are `among` these (if any).

    `sort` is last_seen (the default: latest first) or first_seen (newest first); `cursor` is a page's `next`.
    """
    return reading.customers_page(tx, q, among, sort, cursor, limit, whole=whole)


def search(tx: Transaction, q: str, *, whole: bool = False) -> list[CustomerId]:
    """Customers of whom a name, e-mail, phone, card or other identifier begins like this, or whose id it is.

    `whole` finds only who is named in full: whoever sees masked values must not guess them sign by sign.
    """
    return reading.search(tx, q, whole=whole)


def graph(tx: Transaction, customer: CustomerId) -> Graph:
    """The evidence about a customer, what it leads to, and what was set apart from her."""
    return reading.graph(tx, customer)


def groups_of(tx: Transaction, customers: Collection[CustomerId]) -> list[Group]:
    """The households, companies and other groups of these customers, with everybody in them; a group joins nobody."""
    return groups.groups_of(tx, customers)


def trait_keys(tx: Transaction) -> list[str]:
    """Every trait anybody has, sorted: the catalogue for templates and segments."""
    return seen.trait_keys(tx)


# --- what the brand decides, and how it was ---


def consent_rules(tx: Transaction) -> list[ConsentRule]:
    """Where the brand asks twice before a yes counts."""
    return belief.consent_rules(tx)


def put_consent_rule(tx: Transaction, facts: Facts, rule: ConsentRule, by: str) -> None:
    """Ask twice on a channel: a yes said after the rule's moment counts only once it has been confirmed."""
    asked.put_rule(tx, facts, rule, by)


def drop_consent_rule(tx: Transaction, facts: Facts, channel: str) -> None:
    """Ask once again on a channel."""
    asked.drop_rule(tx, facts, channel)


def consent_log(tx: Transaction, customer: CustomerId, most: int = 200) -> list[ConsentWord]:
    """Everything a customer ever said about channels and purposes, newest first, with the evidence."""
    return belief.consent_log(tx, customer, most)


def source_ranks(tx: Transaction) -> list[SourceRank]:
    """How much the brand believes sources, where it says something else than their kind does."""
    return belief.source_ranks(tx)


def put_source_ranks(tx: Transaction, facts: Facts, ranks: Mapping[str, int], by: str, now: datetime) -> None:
    """Believe these sources so much (1 is surest), and all others by their kind; nothing told is rewritten."""
    asked.put_ranks(tx, facts, ranks, by, now)


def link_until(rules: Sequence[ConsentRule], channel: str, now: datetime) -> int | None:
    """Until when a confirming link of this channel is good (Unix seconds); None where nothing is asked twice."""
    return asked.until(rules, channel, now)


def publish_rules(tx: Transaction, facts: Facts) -> None:
    """At start: make ClickHouse's copies of consent rules and source ranks anew."""
    asked.publish(tx, facts)


def trait_history(facts: Facts, iids: Sequence[Iid], key: str, at: datetime, most: int = 200) -> list[TraitWord]:
    """Every value that one trait (or any, for an empty key) was given by a moment, newest first."""
    return belief.trait_history(facts, iids, key, at, most)


def traits_then(facts: Facts, iids: Sequence[Iid], at: datetime) -> list[TraitThen]:
    """What counted of each trait at a past moment."""
    return belief.traits_then(facts, iids, at)


def computed_of(tx: Transaction, customers: Collection[CustomerId], key: str) -> dict[CustomerId, ComputedWord]:
    """What we ourselves said last of a trait of these customers; who was never spoken of is left out."""
    return belief.computed_of(tx, customers, key)


def computed_customers(tx: Transaction, key: str) -> list[CustomerId]:
    """Everybody of whom we ourselves said something of this trait."""
    return belief.computed_customers(tx, key)


def is_told(tx: Transaction, key: str) -> bool:
    """Whether somebody else than we ourselves tells this trait."""
    return belief.is_told(tx, key)


def written(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, tuple[str, str]]:
    """These identifiers as (kind, value); those that belong to too many people are left out."""
    return belief.written(tx, iids)


# --- what is personal ---


def tags(tx: Transaction) -> Tags:
    """Which traits, identifiers and event properties are personal data, as the brand sees it."""
    said = {(TagPlace(row.what), row.name): Tag(row.tag) if row.tag else None for row in seen.personal_tags(tx)}
    return Tags(said)


def put_tag(tx: Transaction, tagged: Tagged, by: str, now: datetime) -> None:
    """Say of one name what personal data it holds, or that it holds none."""
    seen.put_personal_tag(tx, tagged, by, now)


def hold(tx: Transaction) -> None:
    """Nobody is resolved until the end of this transaction."""
    store.lock(tx)


# --- putting it right ---


def merge(tx: Transaction, a: CustomerId, b: CustomerId, by: str, reason: str, now: datetime) -> Relinked:
    """Make two customers one by a person's word; `unmerge` takes it back, everything with it."""
    return resolver.merge(tx, a, b, by, reason, now)


def unmerge(tx: Transaction, a: Iid, b: Iid, by: str, now: datetime) -> Relinked:
    """Take back that somebody merged these two ids: everything is as if it had never been said.

    What else joins them still does; NoSuchMerge when nobody has merged the two.
    """
    return resolver.unmerge(tx, a, b, by, now)


def separate(
    tx: Transaction, customer: CustomerId, identifiers: Collection[Iid], by: str, reason: str, now: datetime
) -> Separated:
    """Set some of her identifiers apart; no evidence joins the two sides again until `rejoin`."""
    return resolver.separate(tx, customer, identifiers, by, reason, now)


def rejoin(tx: Transaction, separation: int, by: str, now: datetime) -> Separated:
    """Undo a separation: the evidence across it counts again."""
    return resolver.rejoin(tx, separation, by, now)
