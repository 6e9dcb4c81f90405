"""The SQL of what the brand decides about consent and sources, and of the history of both."""

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.belief.model import ComputedWord, ConsentRule, ConsentWord, SourceRank, TraitThen, TraitWord
from unavoce.profile.model import Identifier
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")


def consent_rules(tx: Transaction) -> list[ConsentRule]:
    """Where the brand asks twice."""
    return tx.rows(_SQL["consent_rules"], ConsentRule)


def put_consent_rule(tx: Transaction, rule: ConsentRule, by: str) -> None:
    """Ask twice on a channel; when it began stays as it was."""
    tx.run(_SQL["put_consent_rule"], **rule._asdict(), by=by)


def drop_consent_rule(tx: Transaction, channel: str) -> None:
    """Ask once again."""
    tx.run(_SQL["drop_consent_rule"], channel=channel)


def consent_log(tx: Transaction, customer: CustomerId, most: int) -> list[ConsentWord]:
    """Everything a customer said, newest first."""
    return tx.rows(_SQL["consent_log"], ConsentWord, customer=customer, most=most)


def source_ranks(tx: Transaction) -> list[SourceRank]:
    """How much the brand believes sources."""
    return tx.rows(_SQL["source_ranks"], SourceRank)


def put_source_ranks(tx: Transaction, ranks: Sequence[SourceRank], by: str, at: datetime) -> None:
    """Believe these sources so much, and all others by their kind."""
    tx.run(_SQL["drop_source_ranks"])
    tx.many(_SQL["put_source_rank"], [{**one._asdict(), "by": by, "at": at} for one in ranks])


def replace_copies(facts: Facts, rules: Sequence[ConsentRule], ranks: Sequence[SourceRank]) -> None:
    """Make ClickHouse's copies of the rules and ranks anew."""
    facts.run(_FACTS["empty_consent_rules"])
    facts.insert(
        "profile.consent_rule", ["channel", "since"], [[one.channel for one in rules], [one.since for one in rules]]
    )
    facts.run(_FACTS["empty_source_ranks"])
    facts.insert(
        "profile.source_rank", ["source", "rank"], [[one.source for one in ranks], [one.rank for one in ranks]]
    )


def trait_history(facts: Facts, iids: Sequence[Iid], key: str, at: datetime, most: int) -> list[TraitWord]:
    """Every value of one trait or of all, said by a moment, newest first."""
    rows = facts.rows(_FACTS["trait_history"], TraitWord, iids=list(iids), key=key, at=at, most=most)
    return [one._replace(value=orjson.loads(str(one.value))) for one in rows]


def traits_then(facts: Facts, iids: Sequence[Iid], at: datetime) -> list[TraitThen]:
    """What counted of each trait at a past moment; what had been taken back by then is left out."""
    columns = facts.columns(_FACTS["traits_then"], iids=list(iids), at=at)
    rows = [TraitThen(*row) for row in zip(*columns.values(), strict=True)]
    read = [one._replace(value=orjson.loads(str(one.value))) for one in rows]
    return [one for one in read if one.value is not None]


def computed_of(tx: Transaction, customers: Collection[CustomerId], key: str) -> dict[CustomerId, ComputedWord]:
    """What we ourselves said last of a trait; who is in no row was never spoken of."""
    rows = tx.rows(_SQL["computed_of"], ComputedWord, customers=list(customers), key=key)
    return {row.customer: row for row in rows}


def computed_customers(tx: Transaction, key: str) -> list[CustomerId]:
    """Everybody of whom we ourselves said something of this trait."""
    return tx.values(_SQL["computed_customers"], key=key)


def is_told(tx: Transaction, key: str) -> bool:
    """Whether somebody else tells this trait."""
    return bool(tx.value(_SQL["is_told"], key=key))


def written(tx: Transaction, iids: Collection[Iid]) -> dict[Iid, tuple[str, str]]:
    """Identifiers as (kind, value); those that belong to too many people are left out."""
    rows = tx.rows(_SQL["written"], Identifier, iids=list(iids))
    return {row.iid: (row.kind, row.value) for row in rows}
