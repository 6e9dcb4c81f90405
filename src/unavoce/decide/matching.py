"""Does this event meet these conditions, and what does it say?"""

from collections.abc import Callable, Mapping, Sequence

from unavoce.decide.journey import Condition
from unavoce.decide.model import Noticed


def look(event: Noticed, path: str) -> object:
    """A property of an event by its dotted path; product_id(s), categories, store and order_id are understood."""
    found: object = event.properties
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if found is not None:
        return found
    match path:
        case "product_ids":
            return list(event.product_ids)
        case "product_id":
            return event.product_ids[0] if len(event.product_ids) == 1 else None
        case "categories":
            return list(event.categories)
        case "category":
            return event.categories[0] if len(event.categories) == 1 else None
        case "store":
            return event.store or None
        case _:
            return None


def meets(event: Noticed, where: Sequence[Condition], entry: Noticed | None) -> bool:
    """Whether the event meets every condition; `entry` is what the customer entered with."""
    return all(_met(event, condition, entry) for condition in where)


def _met(event: Noticed, condition: Condition, entry: Noticed | None) -> bool:
    value = condition.value
    if condition.entry:
        value = look(entry, condition.entry) if entry else None
    return _TESTS[condition.op](look(event, condition.property), value)


def _contains(found: object, value: object) -> bool:
    wanted = value if isinstance(value, list | tuple) else [value]
    if isinstance(found, str):
        return any(isinstance(each, str) and each in found for each in wanted)
    return isinstance(found, list | tuple) and any(each in found for each in wanted)


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else float("nan")
    except ValueError:
        return float("nan")


_TESTS: Mapping[str, Callable[[object, object], bool]] = {
    "is": lambda found, value: found is not None and (found == value or str(found) == str(value)),
    "is_not": lambda found, value: found != value and str(found) != str(value),
    "contains": _contains,
    "in": lambda found, value: isinstance(value, list | tuple) and found in value,
    "gt": lambda found, value: _number(found) > _number(value),
    "gte": lambda found, value: _number(found) >= _number(value),
    "lt": lambda found, value: _number(found) < _number(value),
    "lte": lambda found, value: _number(found) <= _number(value),
    "exists": lambda found, value: (found is not None) == (value is not False),
}


def products_of(event: Noticed, path: str) -> tuple[str, ...]:
    """The product ids that an `about` path of a journey points to in the entry event."""
    found = look(event, path)
    if not found and path in ("product_id", "product_ids"):
        found = list(event.product_ids)
    if isinstance(found, list | tuple):
        return tuple(sorted({str(each) for each in found}))
    return (str(found),) if found not in (None, "") else ()


def category_of(event: Noticed, product: str, catalogue: Mapping[str, str]) -> str:
    """The category of a product: as the event itself says, else as the catalogue does, else none."""
    lines = event.properties.get("products")
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, Mapping) and str(line.get("product_id")) == product and line.get("category"):
            return str(line["category"])
    if event.product_ids == (product,) and event.properties.get("category"):
        return str(event.properties["category"])
    return catalogue.get(product, "")
