"""What the brand decides about consent and about whom it believes, and the copies of it that ClickHouse needs."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from unavoce.kernel.errors import BadInput
from unavoce.profile.belief import store
from unavoce.profile.belief.model import BadLink, ConsentRule, SourceRank
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

MOST_RANK = 100


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What a link asks: whether the holder of an address meant her yes."""

    kind: str
    value: str
    channel: str
    purpose: str
    until: int


def put_rule(tx: Transaction, facts: Facts, rule: ConsentRule, by: str) -> None:
    """Ask twice on a channel from now on."""
    if not 1 <= rule.link_days <= 365:
        raise BadInput(field="link_days", value=rule.link_days, expected="between 1 and 365")
    store.put_consent_rule(tx, rule, by)
    publish(tx, facts)


def drop_rule(tx: Transaction, facts: Facts, channel: str) -> None:
    """Ask once again on a channel."""
    store.drop_consent_rule(tx, channel)
    publish(tx, facts)


def put_ranks(tx: Transaction, facts: Facts, ranks: Mapping[str, int], by: str, now: datetime) -> None:
    """Believe these sources so much, and all others by their kind."""
    for source, rank in ranks.items():
        if not 1 <= rank <= MOST_RANK:
            raise BadInput(field=source, value=rank, expected=f"between 1 (surest) and {MOST_RANK}")
    store.put_source_ranks(tx, [SourceRank(*each) for each in ranks.items()], by, now)
    publish(tx, facts)


def publish(tx: Transaction, facts: Facts) -> None:
    """Make ClickHouse's copies of both anew; they are a handful of rows."""
    store.replace_copies(facts, store.consent_rules(tx), store.source_ranks(tx))


# --- asking for the second yes ---


def link_token(secret: bytes, question: Question) -> str:
    """The unguessable end of a link with which a customer confirms."""
    said = msgspec.json.encode(question)
    return urlsafe_b64encode(_seal(secret, said) + said).decode().rstrip("=")


def read_token(secret: bytes, token: str, now: datetime) -> Question:
    """What a link asks, or BadLink."""
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        seal, said = whole[:_SEAL_BYTES], whole[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, _seal(secret, said)):
            raise BadLink
        question = msgspec.json.decode(said, type=Question)
    except (NotBase64, ValueError, msgspec.MsgspecError):
        raise BadLink from None
    if question.until < now.timestamp():
        raise BadLink(until=datetime.fromtimestamp(question.until, now.tzinfo).isoformat())
    return question


def until(rules: Sequence[ConsentRule], channel: str, now: datetime) -> int | None:
    """Until when a link of this channel is good, in seconds of Unix time; None where nothing is asked twice."""
    days = next((rule.link_days for rule in rules if rule.channel == channel), None)
    return None if days is None else int((now + timedelta(days=days)).timestamp())


_SEAL_BYTES = 16


def _seal(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, b"unavoce consent link\0" + said, sha256)[:_SEAL_BYTES]
