"""The SQL of why somebody is one person: hands that changed, evidence taken and refused."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import arrays
from unavoce.profile.model import EdgeSeen
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")


class Hand(NamedTuple):
    """An identifier came to a customer, or left her."""

    iid: Iid
    customer: CustomerId
    at: datetime
    cause: str
    came: bool


def hands(tx: Transaction, iids: Collection[Iid], most: int) -> list[Hand]:
    """When identifiers came to these customers or left them, latest first."""
    return tx.rows(_SQL["hands"], Hand, iids=arrays.numbers(iids), most=most)


def evidence(tx: Transaction, iids: Collection[Iid], most: int) -> list[EdgeSeen]:
    """The evidence that touches these, taken or refused, surest first."""
    return tx.rows(_SQL["evidence"], EdgeSeen, iids=arrays.numbers(iids), most=most)


def refusals(tx: Transaction, iids: Collection[Iid], most: int) -> list[EdgeSeen]:
    """Evidence about these that joined nobody, latest first."""
    return tx.rows(_SQL["refusals"], EdgeSeen, iids=arrays.numbers(iids), most=most)
