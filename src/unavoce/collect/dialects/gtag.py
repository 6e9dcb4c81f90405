"""What Google's own browser tag sends: `/g/collect`, shared parameters in the query, one event a line in the body.

Google documents the tag and not its wire; the short names are those that any browser's network panel shows.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from unavoce.collect.dialects import commerce
from unavoce.collect.dialects.model import Asked, Call, Dialect, Thanks, original
from unavoce.collect.model import NotThisDialect

NAME = "gtag"
_PAGE = {"dl": "page_location", "dt": "page_title", "dr": "page_referrer"}
_SHORT = {"cu": "currency", "sid": "ga_session_id", "sct": "ga_session_number", "_et": "engagement_time_msec"}
_ITEM = {
    "id": "item_id", "nm": "item_name", "br": "item_brand", "ca": "item_category", "c2": "item_category2",
    "c3": "item_category3", "c4": "item_category4", "c5": "item_category5", "va": "item_variant", "pr": "price",
    "qt": "quantity", "cp": "coupon", "ds": "discount", "lp": "index", "ln": "item_list_name", "li": "item_list_id",
    "af": "affiliation", "lo": "location_id", "pi": "promotion_id", "pn": "promotion_name",
}  # fmt: skip
_NUMBERS = frozenset({"price", "quantity", "discount", "index"})
_PRODUCT = re.compile(r"pr[1-9][0-9]{0,2}")
# G1xy: what was said to advertising and to analytics storage.
_CONSENT = re.compile(r"G1([01])([01])")


def keys(query: str, _body: bytes) -> Iterator[str]:
    """The tag shows the measurement id, by which a source can be known."""
    yield from (value for key, value in parse_qsl(query) if key == "tid")


def calls(asked: Asked) -> list[Call]:
    """One call for each event."""
    shared = dict(parse_qsl(asked.query))
    try:
        lines = [line for line in asked.body.decode().splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise NotThisDialect(field="body", expected="UTF-8", position=error.start) from None
    hits = [shared | dict(parse_qsl(line)) for line in lines] or [shared]
    return [_call(hit, asked) for hit in hits]


def _call(hit: dict[str, str], asked: Asked) -> Call:
    name = hit.get("en", "").strip()
    if not name:
        raise NotThisDialect(field="en", expected="the event's name")
    device, user = hit.get("cid"), hit.get("uid")
    if not device and not user:
        raise NotThisDialect(field="cid", expected="the browser's client id, or the user's id as `uid`")
    who: Call = {"anonymousId": device} if device else {}
    if user:
        who["userId"] = user
    return commerce.spoken(name, _parameters(hit)) | who | {"context": _context(hit, asked)}


def _parameters(hit: dict[str, str]) -> Call:
    found: Call = {}
    items: list[Call] = []
    for key, value in hit.items():
        if key.startswith("epn."):
            found[key[4:]] = _number(value)
        elif key.startswith("ep."):
            found[key[3:]] = value
        elif _PRODUCT.fullmatch(key):
            items.append(_item(value))
        elif key in _PAGE or key in _SHORT:
            found[_PAGE.get(key) or _SHORT[key]] = value
    if items:
        found["items"] = items
    return found


def _item(text: str) -> Call:
    """`idSKU~nmName~pr12.5~qt2`: the first two letters say what the rest is."""
    item: Call = {}
    for part in text.split("~"):
        name = _ITEM.get(part[:2])
        if name:
            item[name] = _number(part[2:]) if name in _NUMBERS else part[2:]
    return item


def _number(text: str) -> object:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _context(hit: dict[str, str], asked: Asked) -> Call:
    context: Call = {"original": original(NAME, hit)}
    if page := commerce.page_of(_parameters(hit)):
        context["page"] = page
    if language := hit.get("ul"):
        context["locale"] = language
    if asked.user_agent:
        context["userAgent"] = asked.user_agent
    if said := _CONSENT.fullmatch(hit.get("gcs", "")):
        answers = {"advertising": said[1] == "1", "analytics": said[2] == "1"}
        context["consent"] = {"categoryPreferences": answers}
    return context


BROWSER_TAG = Dialect(NAME, (("POST", "/g/collect"),), keys, calls, Thanks.NOTHING, in_json=False)
BROWSER_TAG_BY_IMAGE = Dialect(NAME, (("GET", "/g/collect"),), keys, calls, Thanks.PIXEL, in_json=False)
