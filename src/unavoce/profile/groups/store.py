"""The SQL of groups: what is known of them, and who belongs to them."""

from collections.abc import Collection

from unavoce.kernel.ids import CustomerId
from unavoce.profile import arrays
from unavoce.profile.groups.model import Belonging, Group, Word
from unavoce.profile.store import json_text
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")


def keep_traits(tx: Transaction, said: Collection[Word]) -> None:
    """Keep the newest word on each trait."""
    tx.run(
        _SQL["keep_traits"],
        groups=arrays.texts(one.group for one in said),
        keys=arrays.texts(one.key for one in said),
        values=arrays.texts(json_text(one.value) for one in said),
        ats=arrays.times(one.at for one in said),
        messages=arrays.texts(one.message_id for one in said),
    )


def keep_members(tx: Transaction, said: Collection[Belonging]) -> None:
    """Keep who belongs to what."""
    tx.run(
        _SQL["keep_members"],
        groups=arrays.texts(one.group for one in said),
        iids=arrays.numbers(one.iid for one in said),
        belong=arrays.numbers(int(one.belongs) for one in said),
        sinces=arrays.times(one.since for one in said),
        ats=arrays.times(one.at for one in said),
        messages=arrays.texts(one.message_id for one in said),
    )


def groups_of(tx: Transaction, customers: Collection[CustomerId]) -> list[Group]:
    """The groups of these customers."""
    found = tx.rows(_SQL["groups_of"], Group, customers=arrays.numbers(customers))
    return [one._replace(members=tuple(one.members)) for one in found]
