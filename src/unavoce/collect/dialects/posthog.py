"""PostHog's capture API: `/batch/` and `/capture/`, as its SDKs for servers and browsers post to it.

Names with a dollar sign are PostHog's own; the ones that mean a call of Segment's become that call, the others stay.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from unavoce.collect.dialects.model import Asked, Call, Dialect, no_keys, original
from unavoce.collect.model import NotThisDialect

NAME = "posthog"
_decode = msgspec.json.Decoder().decode
_PAGE = {"$current_url": "url", "$pathname": "path", "$referrer": "referrer", "$title": "title"}
_UTM = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name", "utm_term": "term",
        "utm_content": "content"}  # fmt: skip


def calls(asked: Asked) -> list[Call]:
    """One call for each captured event."""
    told = _decode(asked.body)
    batch = told.get("batch", [told])
    if not isinstance(batch, list):
        raise NotThisDialect(field="batch", value=str(batch)[:60], expected="a list of events")
    sent = told.get("sent_at") or told.get("sentAt")
    return [_call(event, f"batch[{place}]", sent) for place, event in enumerate(batch)]


def _call(event: object, place: str, sent: object) -> Call:
    if not isinstance(event, dict):
        raise NotThisDialect(field=place, value=str(event)[:60], expected="an object with an event")
    name, properties = event.get("event"), event.get("properties") or {}
    if not isinstance(name, str) or not name:
        raise NotThisDialect(field=f"{place}.event", expected="the event's name")
    if not isinstance(properties, dict):
        raise NotThisDialect(field=f"{place}.properties", value=str(properties)[:60], expected="an object")
    distinct = event.get("distinct_id") or properties.get("distinct_id") or event.get("$distinct_id")
    if not isinstance(distinct, str | int) or not str(distinct):
        raise NotThisDialect(field=f"{place}.distinct_id", value=distinct, expected="whom the event is about")
    stamps = {
        "messageId": event.get("uuid"),
        "timestamp": event.get("timestamp"),
        "sentAt": event.get("sent_at") or sent,
    }
    said = {field: value for field, value in stamps.items() if value}
    spoken = _spoken(name, str(distinct), event, properties)
    return said | spoken | {"context": _context(event, properties)}


def _spoken(name: str, distinct: str, event: Mapping[str, object], properties: Mapping[str, object]) -> Call:
    who = _who(distinct, properties)
    own = {key: value for key, value in properties.items() if not key.startswith("$")}
    traits = _object(properties.get("$set_once")) | _object(event.get("$set")) | _object(properties.get("$set"))
    match name:
        case "$identify" | "$set":
            before = properties.get("$anon_distinct_id")
            return {"type": "identify", "userId": distinct, "traits": traits} | (
                {"anonymousId": before} if before else {}
            )
        case "$create_alias":
            return {"type": "alias", "previousId": distinct, "userId": properties.get("alias")}
        case "$groupidentify":
            group = properties.get("$group_key")
            return who | {"type": "group", "groupId": group, "traits": _object(properties.get("$group_set"))}
        case "$pageview":
            page = {ours: properties[theirs] for theirs, ours in _PAGE.items() if theirs in properties}
            return who | {"type": "page", "properties": own | page}
        case "$screen":
            return who | {"type": "screen", "name": properties.get("$screen_name"), "properties": own}
        case _:
            return who | {"type": "track", "event": name, "properties": own}


def _who(distinct: str, properties: Mapping[str, object]) -> Call:
    """PostHog has one kind of id; the one it makes itself for a device is nobody's yet."""
    identified = properties.get("$is_identified")
    is_device = distinct == properties.get("$device_id") or (identified is not True and _is_uuid(distinct))
    return {"anonymousId": distinct} if is_device else {"userId": distinct}


def _context(event: Mapping[str, object], properties: Mapping[str, object]) -> Call:
    context: Call = {"original": original(NAME, event)}
    if page := {ours: properties[theirs] for theirs, ours in _PAGE.items() if theirs in properties}:
        context["page"] = page
    if campaign := {ours: properties[theirs] for theirs, ours in _UTM.items() if properties.get(theirs)}:
        context["campaign"] = campaign
    library = {"name": properties.get("$lib"), "version": properties.get("$lib_version")}
    if library["name"]:
        context["library"] = library
    return context


def _object(value: object) -> Call:
    return dict(value) if isinstance(value, dict) else {}


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


_PATHS = ("/batch", "/capture", "/i/v0/e")
CAPTURE = Dialect(NAME, tuple(("POST", path) for path in _PATHS), no_keys, calls)
