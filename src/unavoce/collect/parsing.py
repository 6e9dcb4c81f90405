"""From an accepted request to events: Segment's calls in our words, each with its time, name and identifiers.

Runs in the pump, 20,000 events a second: what senders repeat (contexts) is read once, the rest is typed by msgspec.
The same rows always give the same events, or a replayed batch would not be the batch that was pinned.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from unavoce.collect import rules
from unavoce.collect.columns import goods_in
from unavoce.collect.model import Event, Failure, Reason, Source, SourceKind
from unavoce.collect.wire import SINGLE
from unavoce.kernel.ids import digest16

Word = str | int | float | None

_NAMES = {
    "identify": "Identify",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "group": "Group",
    "alias": "Alias",
}
# Traits that point to a customer, whatever spelling a client prefers, and the kind of identifier they are.
_IDENTIFYING = {
    "email": "email",
    "phone": "phone",
    "loyalty_card": "loyalty_card",
    "loyaltyCard": "loyalty_card",
    "line_user_id": "line_user_id",
    "lineUserId": "line_user_id",
    "wechat_openid": "wechat_openid",
    "wechat_unionid": "wechat_unionid",
    "messenger_psid": "messenger_psid",
    "instagram_id": "instagram_id",
    "whatsapp_id": "whatsapp_id",
}
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,63}")
# The app, page or provider within which an id means one person: an openid is another in every app.
_SCOPE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
# Differs between two tries of one and the same call, so it is no part of what the call is.
_VOLATILE = ("sentAt", "writeKey", "integrations", "_metadata", "channel")
_SINGLES = frozenset(SINGLE)
# A till may sell without a card; a web page always knows at least its visitor.
_ANONYMOUS_CALLS = frozenset({"track", "page", "screen"})
_NUL, _NO_NUL = b"\\u0000", b"\\ufffd"  # neither engine's text holds U+0000


class IntakeRow(NamedTuple):
    """One accepted request as it waits in its lane."""

    seq: int
    received_at: datetime
    source_id: int
    call: str
    body: bytes


class Unfit(Exception):
    """A call that cannot enter history, and why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Call(msgspec.Struct, rename="camel"):
    type: str | None = None
    event: str | int | float | None = None
    message_id: str | int | float | None = None
    user_id: str | int | float | None = None
    anonymous_id: str | int | float | None = None
    previous_id: str | int | float | None = None
    group_id: str | int | float | None = None
    timestamp: str | int | float | None = None
    original_timestamp: str | int | float | None = None
    sent_at: str | int | float | None = None
    name: msgspec.Raw = msgspec.Raw()
    category: msgspec.Raw = msgspec.Raw()
    traits: msgspec.Raw = msgspec.Raw()
    properties: msgspec.Raw = msgspec.Raw()
    context: msgspec.Raw = msgspec.Raw()


class _Outer(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw] | None = None
    sent_at: str | int | float | None = None
    context: msgspec.Raw = msgspec.Raw()


class _Context(NamedTuple):
    values: dict[str, object]
    json: str


_call = msgspec.json.Decoder(_Call).decode
_outer = msgspec.json.Decoder(_Outer).decode
_any = msgspec.json.Decoder().decode
_text = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="sorted").encode


class Reader:
    """Reads the rows of one batch."""

    def __init__(self, lane: int) -> None:
        self._lane = lane
        self._contexts: dict[bytes, _Context] = {b"": _Context({}, "{}"), b"null": _Context({}, "{}")}

    def read(self, row: IntakeRow, source: Source) -> Iterator[Event | Failure]:
        """The events of a row in their order, and a failure in the place of each that is unfit."""
        body = row.body.replace(_NUL, _NO_NUL) if _NUL in row.body else row.body
        try:
            outer = _outer(body)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            yield Failure(Reason.BAD_JSON, str(error), row.body, seq=row.seq)
            return
        most = rules.LIMITS[source.kind].event
        if row.call and row.call not in _SINGLES:  # a dialect's name: each call carries what it was translated from
            row, most = row._replace(call=""), most * rules.TRANSLATED_BY
        calls = [body] if row.call or outer.batch is None else [bytes(raw) for raw in outer.batch]
        for place, raw in enumerate(calls):
            try:
                if len(raw) > most:
                    raise Unfit(Reason.TOO_LARGE, f"{len(raw)} bytes; an event may have {most}")
                yield self._event(raw, outer, row, source, row.seq + place)
            except Unfit as unfit:
                yield Failure(unfit.reason, unfit.detail, raw, seq=row.seq + place)
            except msgspec.ValidationError as error:
                yield Failure(Reason.WRONG_SHAPE, str(error), raw, seq=row.seq + place)
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                yield Failure(Reason.BAD_JSON, str(error), raw, seq=row.seq + place)

    def _event(self, raw: bytes, outer: _Outer, row: IntakeRow, source: Source, seq: int) -> Event:
        call = _call(raw)
        kind = row.call or call.type or ""
        if kind not in SINGLE:
            raise Unfit(Reason.UNKNOWN_TYPE, f"type {kind[:60]!r} is none of {', '.join(SINGLE)}")
        context = self._context(call.context, outer.context if outer.batch is not None else msgspec.Raw())
        traits = _object(call.traits, "traits")
        told = traits if not (inner := context.values.get("traits")) else _both(inner, traits)
        properties, properties_json = _properties(kind, call, traits, told)
        message_id = _said(call.message_id) or f"hash-{_fingerprint(raw, kind, source)}"
        at, clamped = _when(call, outer, row.received_at, source.kind)
        identifiers = _identifiers(kind, call, told, context.values)
        if not identifiers and (kind not in _ANONYMOUS_CALLS or source.kind is SourceKind.WEB):
            raise Unfit(Reason.NO_IDENTIFIER, "a userId, an anonymousId or an identifying trait is needed")
        return Event(
            event_id=digest16(message_id.encode()),
            message_id=message_id,
            type=kind,
            name=_name(kind, call),
            identifiers=identifiers,
            traits=told if kind == "identify" else {},
            properties=properties,
            properties_json=properties_json,
            context=context.values,
            context_json=context.json,
            at=at,
            received_at=row.received_at,
            clamped=clamped,
            source=source,
            lane=self._lane,
            seq=seq,
            goods=goods_in(properties),
        )

    def _context(self, own: msgspec.Raw, batch: msgspec.Raw) -> _Context:
        key = bytes(own) if not batch else b"%b\n%b" % (bytes(own), bytes(batch))
        known = self._contexts.get(key)
        if known is None:
            shared, values = _loosely(batch), _loosely(own)
            values = {**shared, **values} if shared else values
            known = self._contexts[key] = _Context(values, _text(values).decode())
        return known


def _loosely(raw: msgspec.Raw) -> dict[str, object]:
    """A context of the wrong shape is left out: nothing in it is needed to know what happened."""
    found = _any(raw) if raw else None
    return found if isinstance(found, dict) else {}


def _object(raw: msgspec.Raw, field: str) -> dict[str, object]:
    found = _any(raw) if raw else None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unfit(Reason.WRONG_SHAPE, f"{field} must be an object")
    return found


def _both(inner: object, outer: dict[str, object]) -> dict[str, object]:
    return {**inner, **outer} if isinstance(inner, dict) else outer


def _said(value: Word) -> str:
    """An id as text; clients send numbers, too."""
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _name(kind: str, call: _Call) -> str:
    if kind != "track":
        return _NAMES[kind]
    if not (name := _said(call.event)):
        raise Unfit(Reason.NO_NAME, "a track call needs its event's name in `event`")
    return name


def _properties(
    kind: str, call: _Call, traits: dict[str, object], told: dict[str, object]
) -> tuple[dict[str, object], str]:
    """What history keeps of the call; of an identify and a group call its traits."""
    given = _object(call.properties, "properties")
    match kind:
        case "track":
            return given, bytes(call.properties).decode() if given else "{}"
        case "page" | "screen":
            extra = {"name": call.name, "category": call.category}
            given = {key: _any(raw) for key, raw in extra.items() if raw and raw != b"null"} | given
        case "identify":
            given = told
        case "group":
            given = {**traits, "group_id": _said(call.group_id)}
        case "alias":
            given = {"previous_id": _said(call.previous_id)}
    return given, _text(given).decode()


def _fingerprint(raw: bytes, kind: str, source: Source) -> str:
    """What stands for a call without a message id: what it says, without what differs between two tries."""
    said = {key: value for key, value in _any(raw).items() if key not in _VOLATILE}
    return digest16(_canonical([source.key, kind, said])).hex()


def _when(call: _Call, outer: _Outer, received: datetime, kind: SourceKind) -> tuple[datetime, bool]:
    happened = call.timestamp if call.timestamp is not None else call.original_timestamp
    sent = call.sent_at if call.sent_at is not None else outer.sent_at
    if kind is SourceKind.IMPORT:
        return _imported(happened, received), False
    try:
        return rules.event_time(rules.moment(happened), rules.moment(sent), received)
    except ValueError:
        return received, True


def _imported(happened: Word, received: datetime) -> datetime:
    try:
        at = rules.imported_time(rules.moment(happened), received)
    except ValueError:
        at = None
    if at is None:
        raise Unfit(Reason.BAD_TIME, f"timestamp {str(happened)[:60]!r} is no time between 1900 and 2299")
    return at


def _identifiers(
    kind: str, call: _Call, traits: dict[str, object], context: dict[str, object]
) -> tuple[tuple[str, str], ...]:
    user, anonymous = _said(call.user_id), _said(call.anonymous_id)
    found: list[tuple[str, str]] = []
    if user:
        found.append(("user_id", user))
    if anonymous:
        found.append(("anonymous_id", anonymous))
    if kind == "alias":
        found += _previous(_said(call.previous_id), user, anonymous)
    if traits:
        found += [(named, text) for trait, named in _IDENTIFYING.items() if (text := _value(traits.get(trait)))]
    if outside := context.get("externalIds"):
        found += _external(outside)
    if any(len(value) > rules.LONGEST_IDENTIFIER for _, value in found):
        raise Unfit(Reason.IDENTIFIER_TOO_LONG, f"an identifier may have {rules.LONGEST_IDENTIFIER} characters")
    return tuple(dict.fromkeys(found))


def _previous(previous: str, user: str, anonymous: str) -> Iterator[tuple[str, str]]:
    """Whom an alias call speaks of; some clients send their own user id, which says nothing."""
    if previous and previous != user:
        yield "anonymous_id" if previous == anonymous or _is_uuid(previous) else "user_id", previous


def _external(outside: object) -> Iterator[tuple[str, str]]:
    """Segment's externalIds: [{"type": "loyalty_card", "id": "..."}]."""
    for one in outside if isinstance(outside, list) else ():
        if isinstance(one, dict):
            kind, value, scope = one.get("type"), one.get("id"), one.get("scope")
            if isinstance(kind, str) and _KIND.fullmatch(kind) and (text := _value(value)):
                yield (f"{kind}:{scope}" if isinstance(scope, str) and _SCOPE.fullmatch(scope) else kind), text


def _value(value: object) -> str:
    return _said(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_uuid(value: str) -> bool:
    """Clients make anonymous ids themselves, and all of them make UUIDs."""
    try:
        return UUID(value) is not None
    except ValueError:
        return False
