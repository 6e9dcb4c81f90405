"""GA4's Measurement Protocol: `POST /mp/collect?measurement_id=G-...&api_secret=WRITE_KEY`, events in JSON.

The body's shape: Google's reference of the Measurement Protocol for Google Analytics 4.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import msgspec

from unavoce.collect.dialects import commerce
from unavoce.collect.dialects.model import Asked, Call, Dialect, Thanks, original
from unavoce.collect.model import NotThisDialect

NAME = "ga4"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED = ("client_id", "app_instance_id", "user_id", "user_properties", "consent", "timestamp_micros")
_CONSENTS = ("ad_user_data", "ad_personalization")
_SAID = {"GRANTED": True, "DENIED": False}
_decode = msgspec.json.Decoder().decode


def keys(query: str, _body: bytes) -> Iterator[str]:
    """The API secret is the write key; the measurement id alone is public and opens nothing here."""
    yield from parse_qs(query).get("api_secret", ())


def calls(asked: Asked) -> list[Call]:
    """One call for each event, and an identify where the customer is described."""
    told = _decode(asked.body)
    events = told.get("events")
    if not isinstance(events, list) or not events:
        raise NotThisDialect(field="events", value=_short(events), expected="a list of events")
    who = _who(told)
    described = _described(told.get("user_properties"))
    spoken = [_call(event, f"events[{place}]", told, who) for place, event in enumerate(events)]
    if described and "userId" in who:
        identified = {"type": "identify", "traits": described} | who
        spoken.insert(0, identified | {"context": _context({}, told), **_at(told, "timestamp_micros")})
    return spoken


def _who(told: Mapping[str, object]) -> Call:
    device = told.get("client_id") or told.get("app_instance_id")
    found = {"anonymousId": device, "userId": told.get("user_id")}
    for field, value in found.items():
        if value is not None and not isinstance(value, str | int | float):
            named = "user_id" if field == "userId" else "client_id"
            raise NotThisDialect(field=named, value=_short(value), expected="a text")
    if not any(found.values()):
        raise NotThisDialect(field="client_id", expected="a client_id, an app_instance_id or a user_id")
    return {field: str(value) for field, value in found.items() if value}


def _call(event: object, place: str, told: Mapping[str, object], who: Call) -> Call:
    if not isinstance(event, dict):
        raise NotThisDialect(field=place, value=_short(event), expected="an object with a name")
    name, parameters = event.get("name"), event.get("params") or {}
    if not isinstance(name, str) or not name.strip():
        raise NotThisDialect(field=f"{place}.name", value=_short(name), expected="the event's name")
    if not isinstance(parameters, dict):
        raise NotThisDialect(field=f"{place}.params", value=_short(parameters), expected="an object")
    items = parameters.get("items")
    if items is not None and not isinstance(items, list):
        raise NotThisDialect(field=f"{place}.params.items", value=_short(items), expected="a list of items")
    at = _at(event, f"{place}.timestamp_micros") or _at(told, "timestamp_micros")
    context = _context(parameters, told) | {"original": original(NAME, event)}
    return commerce.spoken(name.strip(), parameters) | who | at | {"context": context}


def _at(told: Mapping[str, object], field: str) -> Call:
    """When it happened; a text is read, too, because Google's own examples send one."""
    said = told.get("timestamp_micros")
    if said is None:
        return {}
    try:
        micros = int(said) if isinstance(said, str | int) else int(str(said))
        return {"timestamp": (_EPOCH + timedelta(microseconds=micros)).isoformat()}
    except (ValueError, OverflowError):
        raise NotThisDialect(field=field, value=_short(said), expected="microseconds since 1970") from None


def _context(parameters: Mapping[str, object], told: Mapping[str, object]) -> Call:
    context: Call = {}
    if page := commerce.page_of(parameters):
        context["page"] = page
    if shared := {key: told[key] for key in _SHARED if key in told}:
        context["ga4"] = shared
    consent = told.get("consent")
    answers = [_SAID.get(str(consent.get(name))) for name in _CONSENTS] if isinstance(consent, dict) else []
    # Who refuses one of the two refuses to be advertised to; a yes is a yes to both.
    if False in answers:
        context["consent"] = {"categoryPreferences": {"advertising": False}}
    elif answers and all(answers):
        context["consent"] = {"categoryPreferences": {"advertising": True}}
    return context


def _described(properties: object) -> Call:
    """Google wraps each user property: {"tier": {"value": "gold"}}."""
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise NotThisDialect(field="user_properties", value=_short(properties), expected="an object")
    return {key: one.get("value") if isinstance(one, dict) else one for key, one in properties.items()}


def _short(value: object) -> str | None:
    return None if value is None else str(value)[:60]


MEASUREMENT_PROTOCOL = Dialect(NAME, (("POST", "/mp/collect"),), keys, calls, Thanks.NOTHING)
