"""The sender: claim, check again, write down, hand over, write down what became of it.

Every arrow between two of these can be cut by a crash. What is written down before the hand-over makes the
difference: a second attempt finds it, and repeats it only where the customer cannot get it twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from unavoce.collect import api as collect
from unavoce.collect.api import Emission
from unavoce.decide import api as decide
from unavoce.decide.api import Intent, IntentState, Settlement
from unavoce.deliver import connect, events, prompts, registry, rules, store
from unavoce.deliver.contract import Accepted, Delayed, Outcome, Outgoing, Refused, Unknown
from unavoce.deliver.draft import Desk, Drafts, draft
from unavoce.deliver.model import AddressState, Message, Sent, Settled, State
from unavoce.runtime import failpoint, telemetry
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction

_log = structlog.get_logger("unavoce.deliver")
_HANDED = telemetry.counter("unavoce_deliveries_total", "Messages a provider was asked to take, by what came of it.")
_SECONDS = telemetry.histogram("unavoce_hand_over_seconds", "How long a provider took for a batch.")
# A round ends well within its lease: no provider call waits longer than ten seconds, and a batch makes few of them.
LEASE_SECONDS = 120
_AT_ONCE = 500
_UNTIL_CONNECTED = timedelta(minutes=5)
# By then the pump has worked through an unsubscribing, and the decision point itself takes the message back.
_UNTIL_PUMPED = timedelta(seconds=0.5)
NOT_CONNECTED = "the channel is not connected"
_STATES = {
    State.HANDING: IntentState.CLAIMED,
    State.DELAYED: IntentState.RESERVED,
    State.SENT: IntentState.SENT,
    State.FAILED: IntentState.FAILED,
    State.UNKNOWN: IntentState.UNKNOWN,
}


def send_due(door: Door, *, worker: str = "sender", limit: int = _AT_ONCE) -> Sent:
    """One round: hand over what is due, at most `limit` messages; says what came of it."""
    now = door.clock.now()
    with door.postgres.transaction() as tx:
        intents = decide.claim(tx, limit=limit, worker=worker, now=now, lease_seconds=LEASE_SECONDS)
    if not intents:
        return Sent()
    failpoint.reach("deliver.after_claim")
    desk, ready, withheld = _prepared(door, intents, now)
    failpoint.reach("deliver.after_prepare")
    came = Counter(type(outcome) for outcome in _hand_over(door, ready, desk))
    return Sent(len(intents), came[Accepted], came[Refused], came[Delayed], came[Unknown], withheld)


def _prepared(door: Door, intents: Sequence[Intent], now: datetime) -> tuple[Desk, list[Message], int]:
    """Check again, and write down what will be handed over; what cannot be is settled at once."""
    secret = door.settings.secret()
    with door.postgres.transaction() as tx:
        desk = Desk(now, secret, door.settings.address, connect.all_settings(tx, secret=secret))
        allowed = decide.recheck(tx, intents, now)
        seen = store.messages(tx, [intent.key for intent in allowed])
        again, settled = _seen_before(tx, seen, desk)
        unseen = [intent for intent in allowed if intent.key not in seen]
        drafts = draft(tx, [each for each in unseen if each.channel in desk.settings], desk)
        fresh, stopped = _still_wanted(tx, drafts.messages)
        store.archive(tx, [*again, *fresh], now)
        store.put_links(tx, [link for link in drafts.links if link.key not in stopped])
        settled += _put_off(unseen, drafts, stopped, desk)
        _write_down(tx, settled, now)
    return desk, [*again, *fresh], len(intents) - len(again) - len(fresh)


def _put_off(unseen: Sequence[Intent], drafts: Drafts, stopped: set[str], desk: Desk) -> list[Settled]:
    """What cannot be handed over in this round: no channel, no words, or a customer who has just unsubscribed."""
    settled = []
    for each in unseen:
        if each.channel not in desk.settings:
            later = desk.now + _UNTIL_CONNECTED
            settled.append(Settled(each.id, each.key, State.DELAYED, NOT_CONNECTED, until=later))
        elif each.id in drafts.failed:
            settled.append(Settled(each.id, each.key, State.FAILED, drafts.failed[each.id]))
        elif each.key in stopped:
            later = desk.now + _UNTIL_PUMPED
            settled.append(Settled(each.id, each.key, State.DELAYED, "unsubscribed", until=later))
    return settled


def _seen_before(tx: Transaction, seen: Mapping[str, Message], desk: Desk) -> tuple[list[Message], list[Settled]]:
    """Of messages that were written down before: those to hand over again, and those whose end is known."""
    again, settled = [], []
    whole = _whole_bundles(tx, seen)
    for each in seen.values():
        cut = each.bundle is not None and each.bundle not in whole
        if each.state in (State.SENT, State.FAILED, State.UNKNOWN):
            settled.append(_settled(each, State(each.state), each.reason))
        elif each.channel not in desk.settings:
            settled.append(_settled(each, State.DELAYED, NOT_CONNECTED, until=desk.now + _UNTIL_CONNECTED))
        elif cut or (each.state == State.HANDING and not _may_repeat(each, desk.now)):
            settled.append(_settled(each, State.UNKNOWN, "the answer was lost"))
        else:
            again.append(replace(each, attempts=each.attempts + 1))
    return again, settled


def _whole_bundles(tx: Transaction, seen: Mapping[str, Message]) -> set[str]:
    """The bundles of which every message is here: the others cannot be repeated under their key."""
    members: dict[str, set[str]] = defaultdict(set)
    for each in store.bundled(tx, {each.bundle for each in seen.values() if each.bundle}):
        members[str(each.bundle)].add(each.key)
    return {bundle for bundle, keys in members.items() if keys <= seen.keys()}


def _still_wanted(tx: Transaction, messages: Sequence[Message]) -> tuple[list[Message], set[str]]:
    """Without those whose customer unsubscribed a moment ago, before the event of it was worked through."""
    if not messages or not collect.backlog(tx, collect.LANE_INTERNAL):
        return list(messages), set()
    by_channel: dict[str, set[str]] = defaultdict(set)
    for each in messages:
        by_channel[each.channel].add(each.to_address)
    left = {
        (channel, address)
        for channel, addresses in by_channel.items()
        for address, states in store.closed_addresses(tx, channel, addresses).items()
        if AddressState.UNSUBSCRIBED in states
    }
    stopped = {each.key for each in messages
               if (each.channel, each.to_address) in left and each.purpose != rules.TRANSACTIONAL}  # fmt: skip
    return [each for each in messages if each.key not in stopped], stopped


def _hand_over(door: Door, ready: Sequence[Message], desk: Desk) -> list[Outcome]:
    """Every channel beside the others, so that a slow provider holds up nobody else's messages."""
    by_channel: dict[str, list[Message]] = defaultdict(list)
    for message in ready:
        by_channel[message.channel].append(message)
    if not by_channel:
        return []
    with ThreadPoolExecutor(len(by_channel), thread_name_prefix="send") as pool:
        handed = pool.map(lambda name: _over_channel(door, name, by_channel[name], desk), sorted(by_channel))
        return [outcome for outcomes in handed for outcome in outcomes]


def _over_channel(door: Door, name: str, messages: Sequence[Message], desk: Desk) -> list[Outcome]:
    channel, found = registry.channel(name), list[Outcome]()
    for batch in batches(messages, channel.capabilities.batch):
        try:
            with _SECONDS.time(channel=name):
                outcomes = channel.send([outgoing(each) for each in batch], desk.settings[name], now=desk.now)
        except Exception as error:
            # A channel that breaks its promise may have handed over anything or nothing.
            _log.exception("a channel raised", channel=name)
            outcomes = [Unknown(f"{type(error).__name__}: {error}")] * len(batch)
        failpoint.reach("deliver.after_send")
        with door.postgres.transaction() as tx:
            _settle(tx, list(zip(batch, outcomes, strict=True)), door.clock.now())
        failpoint.reach("deliver.after_settle")
        for outcome in outcomes:
            _HANDED.add(channel=name, outcome=type(outcome).__name__.lower())
        found += outcomes
    return found


def batches(messages: Sequence[Message], most: int) -> Iterator[list[Message]]:
    """The messages in batches of at most `most`, bundles never cut."""
    batch: list[Message] = []
    ordered = sorted(messages, key=lambda each: (each.bundle or "", each.key))
    for _, group in groupby(ordered, key=lambda each: each.bundle or each.key):
        members = list(group)
        if batch and len(batch) + len(members) > most:
            yield batch
            batch = []
        batch += members
    if batch:
        yield batch


def outgoing(message: Message) -> Outgoing:
    """A message as a channel takes it."""
    return Outgoing(
        key=message.key, to=message.to_address, subject=message.subject, text=message.body, html=message.html,
        blocks=message.blocks, headers=message.headers, language=message.language, metadata=message.metadata,
        bundle=message.bundle,
    )  # fmt: skip


def _settle(tx: Transaction, handed: Sequence[tuple[Message, Outcome]], now: datetime) -> None:
    """Write down what became of a batch, and let it be known as events, in one transaction."""
    settled, told = [], list[Emission]()
    for message, outcome in handed:
        capabilities = registry.channel(message.channel).capabilities
        state, reason = rules.standing(message, outcome, capabilities, now)
        until = rules.next_try(message, outcome, now) if state is State.DELAYED else None
        provider_id = outcome.provider_id if isinstance(outcome, Accepted) else None
        surely_not = isinstance(outcome, Delayed | Refused)
        settled.append(_settled(message, state, reason, until=until, provider_id=provider_id, unbundle=surely_not))
        told += _taken(tx, message, outcome, state, now)
    _write_down(tx, settled, now)
    collect.emit_all(tx, told, now)


def _taken(tx: Transaction, message: Message, outcome: Outcome, state: State, now: datetime) -> list[Emission]:
    """What an outcome leads to besides its own settling, and the events that tell of it."""
    if state is State.SENT and registry.channel(message.channel).capabilities.pull:
        prompts.keep(tx, message, now)
        return []
    if state is State.SENT and message.audience:
        hashed = {name: value for name, value in message.metadata.items() if name.endswith("_sha256")}
        store.put_audience_row(tx, message, hashed, message.journey, now)
    if state is State.SENT:
        return [events.sent(message, now)]
    if state is State.FAILED:
        permanent = isinstance(outcome, Refused) and outcome.permanent
        reason = outcome.reason if isinstance(outcome, Refused | Delayed | Unknown) else ""
        if permanent and message.to_address:
            store.close_address(tx, message.channel, message.to_address, AddressState.BOUNCED, reason, now)
        return [events.failed(message, now, reason=reason, permanent=permanent)]
    return []


def _settled(
    message: Message, state: State, reason: str, *, until: datetime | None = None, provider_id: str | None = None,
    unbundle: bool = False,
) -> Settled:  # fmt: skip
    return Settled(message.intent, message.key, state, reason, provider_id, until, unbundle)


def _may_repeat(message: Message, now: datetime) -> bool:
    return rules.may_repeat(message, registry.channel(message.channel).capabilities, now)


def _write_down(tx: Transaction, settled: Sequence[Settled], now: datetime) -> None:
    """In the archive and, for the decision point, on the intents."""
    store.settle(tx, settled, now)
    decide.settle(tx, [_for_decide(each, now) for each in settled], now)


def _for_decide(settled: Settled, now: datetime) -> Settlement:
    return Settlement(
        intent=settled.intent, state=_STATES[settled.state], at=now, reason=settled.reason,
        provider_id=settled.provider_id or "", retry_at=settled.until,
    )  # fmt: skip
