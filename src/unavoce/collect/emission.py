"""Our own events in the words of the intake: what we say goes in by the same door as what others say."""

from collections.abc import Iterator, Sequence

import msgspec

from unavoce.collect import rules
from unavoce.collect.model import Emission, Event, NotACall, TooManyEvents

_AT_ONCE = 500  # events in one row of the intake
_WIRE_NAMES = {"user_id": "userId", "anonymous_id": "anonymousId"}

_encode = msgspec.json.Encoder(enc_hook=str).encode


class _Outer(msgspec.Struct):
    batch: list[msgspec.Raw] | None = None


_outer = msgspec.json.Decoder(_Outer).decode


def events_in(body: bytes) -> int:
    """How many events a request holds; NotACall when it is no JSON object."""
    try:
        batch = _outer(body).batch
    except msgspec.MsgspecError as error:
        raise NotACall(field="body", expected="a call or a batch of calls in JSON", reason=str(error)) from None
    if batch is None:
        return 1
    if len(batch) > rules.MOST_EVENTS:
        raise TooManyEvents(events=len(batch), limit=rules.MOST_EVENTS)
    return len(batch)


def bodies(emissions: Sequence[Emission]) -> Iterator[tuple[bytes, int]]:
    """The emissions as requests, and how many events each holds."""
    for start in range(0, len(emissions), _AT_ONCE):
        some = emissions[start : start + _AT_ONCE]
        yield _encode({"batch": [_call(emission) for emission in some]}), len(some)


def _call(emission: Emission) -> dict[str, object]:
    context: dict[str, object] = dict(emission.context or {})
    call: dict[str, object] = {"messageId": emission.message_id, "timestamp": emission.at, "context": context}
    others = []
    for kind, value in emission.identifiers:
        name = _WIRE_NAMES.get(kind)
        if name is None or name in call:
            others.append({"type": kind, "id": value})
        else:
            call[name] = value
    if others:
        context["externalIds"] = others
    if emission.name == "Identify":
        return call | {"type": "identify", "traits": dict(emission.traits or {})}
    if emission.traits:
        context["traits"] = dict(emission.traits)
    return call | {"type": "track", "event": emission.name, "properties": dict(emission.properties)}


def content_of(event: Event) -> bytes:
    """An event as a call that could be sent again, and would be the same event at the same time."""
    call: dict[str, object] = {"type": event.type, "messageId": event.message_id, "timestamp": event.at}
    context, others = dict(event.context), list[dict[str, str]]()
    for kind, value in event.identifiers:
        name = _WIRE_NAMES.get(kind)
        if name is None or name in call:
            others.append({"type": kind, "id": value})
        else:
            call[name] = value
    # What a trait of the call said is among the identifiers; the context says it once more by itself.
    if others:
        context["externalIds"] = others
    return _encode(call | _said(event) | ({"context": context} if context else {}))


def _said(event: Event) -> dict[str, object]:
    match event.type:
        case "track":
            return {"event": event.name, "properties": msgspec.Raw(event.properties_json.encode())}
        case "identify":
            return {"traits": event.traits}
        case "group":
            traits = dict(event.properties)
            return {"groupId": traits.pop("group_id", ""), "traits": traits}
        case "alias":
            return {"previousId": event.properties.get("previous_id", "")}
        case _:
            return {"properties": msgspec.Raw(event.properties_json.encode())}
