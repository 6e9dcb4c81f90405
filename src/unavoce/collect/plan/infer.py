"""From events that came to a draft of their schema: pure counting, nothing guessed that was not seen.

Rules, stated on screen, too: a property is required when every event had it; a text is limited to a list of values
when it was seen at least 50 times, with at most 12 different values, each at least twice; a number is whole when it
was whole at least 20 times and never broken. What sounds like personal data gets its tag, and no values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from unavoce.collect.plan.model import PERSONAL, Schema

LISTED_FROM, MOST_LISTED, LISTED_TWICE, LONGEST_LISTED = 50, 12, 2, 60
WHOLE_FROM = 20
_DEEPEST, _MOST_KEYS, _MOST_VALUES, _MOST_EXAMPLES = 6, 100, 100, 3
_SOUNDS_PERSONAL = re.compile(
    r"e[-_]?mail|phone|mobile|\bname\b|(first|last|full|sur|user)_?name|birth|gender|address|street|postal|zip|"
    r"(line|wechat|whatsapp|instagram)_|openid|unionid|loyalty_?card|national_?id|passport|\bip\b|lat(itude)?\b|lon(g|gitude)?\b",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(r"product|store|campaign|event|list|coupon|brand|category|message|page", re.IGNORECASE)
_TYPES: Mapping[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", type(None): "null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one property."""

    property: str
    seen: int
    """In how many of its parents."""
    of: int
    types: Mapping[str, int]
    values: Mapping[str, int]
    """The most frequent texts, if there are few and they are not personal."""
    examples: tuple[str, ...]
    personal: bool


@dataclass(slots=True)
class Shape:
    """Everything seen at one place of the events."""

    name: str = ""
    times: int = 0
    types: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    keys: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    many_keys: bool = False

    @property
    def personal(self) -> bool:
        """Whether its name says that it tells of a person."""
        return bool(_SOUNDS_PERSONAL.search(self.name)) and not _NO_PERSON.search(self.name)

    def see(self, value: object, depth: int = 0) -> None:
        """Count one value."""
        self.times += 1
        self.types[_TYPES.get(type(value), "string")] += 1
        if isinstance(value, dict):
            self._keys(value, depth)
        elif isinstance(value, list):
            self._items(value, depth)
        elif value is not None:
            self._text(value if isinstance(value, str) else str(value), is_text=isinstance(value, str))

    def _keys(self, value: Mapping[str, object], depth: int) -> None:
        if depth >= _DEEPEST:
            self.many_keys = True
        for key, inner in value.items():
            if self.many_keys or (key not in self.keys and len(self.keys) >= _MOST_KEYS):
                self.many_keys = True
                return
            self.keys.setdefault(key, Shape(key)).see(inner, depth + 1)

    def _items(self, value: list[object], depth: int) -> None:
        if depth < _DEEPEST and value:
            self.items = self.items or Shape(self.name)
            for inner in value:
                self.items.see(inner, depth + 1)

    def _text(self, text: str, *, is_text: bool) -> None:
        if is_text and (text in self.texts or len(self.texts) <= _MOST_VALUES):
            self.texts[text] += 1
        if len(self.examples) < _MOST_EXAMPLES and text not in self.examples:
            self.examples.append(text[:LONGEST_LISTED])

    @property
    def listed(self) -> tuple[str, ...]:
        """The few values it takes, the most frequent first; empty when there are many, or too little was seen."""
        told = self.types["string"]
        few = told >= LISTED_FROM and len(self.texts) <= MOST_LISTED and set(self.types) <= {"string", "null"}
        if self.personal or not few or min(self.texts.values()) < LISTED_TWICE or max(map(len, self.texts)) > 60:
            return ()
        return tuple(text for text, _ in self.texts.most_common())

    def schema(self) -> Schema:
        """What would let everything through that was seen here."""
        found: Schema = self._type()
        if self.keys and not self.many_keys:
            found["properties"] = {key: shape.schema() for key, shape in self.keys.items()}
            objects = self.types["object"]
            if required := [key for key, shape in self.keys.items() if shape.times == objects]:
                found["required"] = required
        if self.items is not None:
            found["items"] = self.items.schema()
        if self.listed:
            found["enum"] = [*self.listed, *([None] if self.types["null"] else [])]
        if self.personal:
            found[PERSONAL] = True
        return found

    def _type(self) -> Schema:
        types = set(self.types)
        if "number" in types or ("integer" in types and self.types["integer"] < WHOLE_FROM):
            types = (types - {"integer"}) | {"number"}
        if not types or types == {"null"}:
            return {}
        named = sorted(types - {"null"}) + (["null"] if "null" in types else [])
        return {"type": named[0] if len(named) == 1 else named}

    def observed(self, path: str = "", of: int = 0) -> Iterable[Observed]:
        """Every property below this one, the parents first."""
        if path:
            texts = self.texts.most_common(MOST_LISTED) if len(self.texts) <= MOST_LISTED else []
            values, examples = ({}, ()) if self.personal else (dict(texts), tuple(self.examples))
            yield Observed(path, self.times, of, dict(self.types), values, examples, self.personal)
        for key, shape in self.keys.items() if not self.many_keys else ():
            yield from shape.observed(f"{path}.{key}".removeprefix("."), self.types["object"])
        if self.items is not None:
            for key, shape in self.items.keys.items() if not self.items.many_keys else ():
                yield from shape.observed(f"{path}[].{key}", self.items.types["object"])


def shape_of(samples: Iterable[Mapping[str, object]]) -> Shape:
    """What these properties look like."""
    shape = Shape()
    for sample in samples:
        shape.see(dict(sample))
    return shape


def schema_of(shape: Shape) -> Schema:
    """The draft for events of this shape."""
    return {"type": "object", "properties": {}} | shape.schema()
