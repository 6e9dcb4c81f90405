"""RudderStack's own calls beside those it shares with Segment: the pixel for e-mails, `/v1/merge`, its settings."""

from urllib.parse import parse_qsl

import msgspec

from unavoce.collect.dialects.model import Asked, Call, Dialect, Thanks, no_keys
from unavoce.collect.model import NotThisDialect

NAME = "rudderstack"
_NOT_SAID = frozenset({"writeKey", "type"})
_DEEPEST = 8
_decode = msgspec.json.Decoder().decode


def merge(asked: Asked) -> list[Call]:
    """Two identifiers of one customer, said to be hers: an identify that carries both."""
    told = _decode(asked.body)
    pair = told.get("mergeProperties")
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, dict) for one in pair):
        raise NotThisDialect(field="mergeProperties", value=str(pair)[:60], expected="two objects with type and value")
    for place, one in enumerate(pair):
        for field in ("type", "value"):
            if not isinstance(one.get(field), str) or not one[field].strip():
                raise NotThisDialect(
                    field=f"mergeProperties[{place}].{field}", value=str(one.get(field))[:60], expected="a text"
                )
    known = _object(told.get("context"))
    named = [{"type": one["type"].strip(), "id": one["value"]} for one in pair]
    kept = {key: value for key, value in told.items() if key not in ("mergeProperties", "type")}
    return [kept | {"type": "identify", "context": known | {"externalIds": [*_list(known.get("externalIds")), *named]}}]


def pixel(asked: Asked) -> list[Call]:
    """The call an image's address tells; a dot in a name leads one object deeper."""
    call: Call = {"type": asked.path.rstrip("/").rpartition("/")[2]}
    for key, value in parse_qsl(asked.query):
        if key not in _NOT_SAID:
            _put(call, key.split(".", _DEEPEST), value)
    # An image is fetched once and never tried again; without a time of its own two looks would be one.
    call.setdefault("originalTimestamp", asked.now.isoformat())
    if asked.user_agent:
        _put(call, ["context", "userAgent"], asked.user_agent)
    return [call]


def _put(into: Call, path: list[str], value: str) -> None:
    for step in path[:-1]:
        deeper = into.get(step)
        if not isinstance(deeper, dict):
            deeper = into[step] = {}
        into = deeper
    into[path[-1]] = value


def browser_settings(key: str) -> Call:
    """What RudderStack's browser SDK asks for before it sends: a source with no destinations but us."""
    off = {"enabled": False}
    source = {
        "id": key, "name": "unavoce", "writeKey": key, "enabled": True, "workspaceId": "unavoce",
        "config": {"statsCollection": {"errors": off, "metrics": off}}, "destinations": [], "connections": [],
        "dataplanes": {}, "updatedAt": "2018-01-01T00:00:00.000Z",
    }  # fmt: skip
    return {"source": source, "updatedAt": "2018-01-01T00:00:00.000Z"}


def _object(value: object) -> Call:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


MERGE = Dialect(NAME, (("POST", "/v1/merge"),), no_keys, merge)
PIXEL = Dialect(
    NAME, (("GET", "/pixel/v1/track"), ("GET", "/pixel/v1/page")), no_keys, pixel, Thanks.PIXEL, in_json=False
)
