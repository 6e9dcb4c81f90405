"""The rules of identity as values: limits, strength, hubs, blocked values; pure, the same for everybody who asks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache

import orjson

from unavoce.kernel.errors import BadInput

OTHERS = "*"
"""Stands for every kind that a rule does not name: some platform's own id for a person."""
DEVICES = frozenset({"anonymous_id", "device_id"})
"""Kinds that mean a browser or a device, not a person."""
ADDRESSES = frozenset({"email", "phone"})
"""Kinds that a family may share."""
PERSONAL_KINDS = frozenset({"user_id", "loyalty_card", "line_user_id", "wechat_unionid"})
"""What tells people apart when it is counted how many an identifier touches."""
MOST_PEOPLE = 200
"""The highest hub threshold that can be set: evidence beyond it need not be kept."""
MOST_KEPT = 1_000
"""So much evidence is kept of a hub; what comes after says nothing new."""

_MOST_BLOCKED, _LONGEST_BLOCKED, _MOST_STARS = 1_000, 200, 4
_MOST_LIMIT = 10_000
# A person gathers browsers all her life; only far beyond the limit is it no person any more.
_DEVICES_OF_A_HUB = 4
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,63}(:[A-Za-z0-9_.\-]{1,64})?")


@dataclass(frozen=True, slots=True)
class Blocked:
    """A value that identifies nobody: as it is, or with `*` for anything; of one kind or of all (`*`)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """One version of the rules; two are the same only if they are one object, so they are quick to hash."""

    version: int
    strength: tuple[tuple[str, ...], ...]
    """Kinds from the surest on; kinds of one group are equally sure."""
    limits: Mapping[str, int]
    """How many of a kind one customer may have before evidence for one more is not believed."""
    people: Mapping[str, int]
    """With more people than this an identifier of the kind joins nobody."""
    accounts_per_device: int
    """With more user ids than this a device is shared, and its visits go to whoever was logged in."""
    blocked: tuple[Blocked, ...]
    birthdays: bool = True
    """Whether an address joins two records that tell different birthdays no more."""
    _ranks: dict[str, int] = field(default_factory=dict, repr=False)
    _limits: dict[str, int] = field(default_factory=dict, repr=False)

    def rank(self, kind: str) -> int:
        """How surely a kind of identifier means one person; 0 is surest."""
        found = self._ranks.get(kind)
        if found is None:
            named = {one: place for place, group in enumerate(self.strength) for one in group}
            found = self._ranks[kind] = named.get(kind, named.get(base(kind), named[OTHERS]))
        return found

    def limit(self, kind: str) -> int:
        """How many identifiers of this kind (of a scoped one: in this scope) evidence may give one customer."""
        found = self._limits.get(kind)
        if found is None:
            found = self._limits[kind] = _of(self.limits, kind)
        return found

    def most_people(self, kind: str) -> int:
        """How many people an identifier of this kind may touch before it is a hub."""
        return _of(self.people, kind)

    def most_touched(self, kind: str, other: str) -> int:
        """How many identifiers of `other` kind one of `kind` may touch before it is a hub."""
        if kind in DEVICES and other == "user_id":
            return self.accounts_per_device
        return max(self.most_people(kind), self.floor(other))

    def floor(self, other: str) -> int:
        """How many of a kind anybody may touch: of what one customer may have many, a hub must touch more."""
        if other in PERSONAL_KINDS:
            return 0
        return self.limit(other) * (_DEVICES_OF_A_HUB if other in DEVICES else 1)

    def blocks(self, kind: str, value: str) -> bool:
        """Whether this value identifies nobody by the brand's own rule."""
        return bool(self.blocked) and _blocks(self, kind, value)


def base(kind: str) -> str:
    """The kind without its scope: `wechat_openid:wx12` is a `wechat_openid`."""
    return kind.partition(":")[0]


def _of(table: Mapping[str, int], kind: str) -> int:
    found = table.get(kind)
    if found is None:
        found = table.get(base(kind))
    return table[OTHERS] if found is None else found


@lru_cache(maxsize=50_000)
def _blocks(rules: Rules, kind: str, value: str) -> bool:
    return any(pattern.fullmatch(value) for of, pattern in _patterns(rules) if of in (OTHERS, kind, base(kind)))


@lru_cache(maxsize=16)
def _patterns(rules: Rules) -> Sequence[tuple[str, re.Pattern[str]]]:
    return [(one.kind, re.compile(translate(one.value.replace("[", "[[]")), re.IGNORECASE)) for one in rules.blocked]


DEFAULT = Rules(
    version=0,
    strength=(
        ("user_id",),
        ("loyalty_card",),
        ("line_user_id", "wechat_unionid", "wechat_openid", "messenger_psid"),
        (OTHERS,),
        ("email",),
        ("phone",),
        ("device_id",),
        ("anonymous_id",),
        ("device_session",),
    ),
    limits={
        "user_id": 1,  # two accounts are two people until a person or the brand's own alias call says otherwise
        "loyalty_card": 3,  # the card, its replacement, and the one from before
        "email": 5,
        "phone": 5,
        "device_id": 50,
        "anonymous_id": 500,  # a browser that forgets weekly makes 52 a year
        "device_session": 500,  # one for each shared device
        OTHERS: 2,
    },
    # With more people than this an identifier is a store tablet, a cashier's card or a family phone.
    people={"user_id": 10, "loyalty_card": 3, "email": 5, "phone": 5, "device_id": 3, "anonymous_id": 3, OTHERS: 3},
    accounts_per_device=1,
    blocked=(),
)
"""The rules of a brand that has published none."""


def written(rules: Rules) -> dict[str, object]:
    """The rules as they are kept and shown."""
    return {
        "strength": [list(group) for group in rules.strength],
        "limits": dict(rules.limits),
        "people": dict(rules.people),
        "accounts_per_device": rules.accounts_per_device,
        "birthdays": rules.birthdays,
        "blocked": [{"kind": one.kind, "value": one.value} for one in rules.blocked],
    }


@lru_cache(maxsize=32)
def kept(version: int, body: str) -> Rules:
    """Published rules out of their JSON: the same object for the same text."""
    return read(orjson.loads(body), version)


def read(body: Mapping[str, object], version: int = 0) -> Rules:
    """Rules out of what somebody wrote; BadInput names the first thing that is wrong."""
    unknown = set(body) - set(written(DEFAULT))
    if unknown:
        raise BadInput(field=min(unknown), value=body[min(unknown)], expected=", ".join(written(DEFAULT)))
    return Rules(
        version=version,
        strength=_strength(body.get("strength", written(DEFAULT)["strength"])),
        limits=_counts("limits", body.get("limits", {}), DEFAULT.limits, 1, _MOST_LIMIT),
        people=_counts("people", body.get("people", {}), DEFAULT.people, 1, MOST_PEOPLE),
        accounts_per_device=_count("accounts_per_device", body.get("accounts_per_device", 1), 1, MOST_PEOPLE),
        blocked=_blocked(body.get("blocked", [])),
        birthdays=_flag("birthdays", body.get("birthdays", True)),
    )


def _counts(name: str, said: object, default: Mapping[str, int], least: int, most: int) -> Mapping[str, int]:
    if not isinstance(said, Mapping):
        raise BadInput(field=name, value=said, expected="a number for each kind")
    for kind in said:
        _kind(f"{name}.{kind}", kind)
    counts = {kind: _count(f"{name}.{kind}", value, least, most) for kind, value in said.items()}
    return {**default, **counts}


def _count(name: str, said: object, least: int, most: int) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not least <= said <= most:
        raise BadInput(field=name, value=said, expected=f"a whole number from {least} to {most}")
    return said


def _flag(name: str, said: object) -> bool:
    if not isinstance(said, bool):
        raise BadInput(field=name, value=said, expected="true or false")
    return said


def _kind(name: str, said: object) -> str:
    if not isinstance(said, str) or (said != OTHERS and not _KIND.fullmatch(said)):
        raise BadInput(field=name, value=said, expected="a kind like email or wechat_openid:wx12, or * for the others")
    return said


def _strength(said: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(said, list | tuple) or not all(isinstance(group, list | tuple) and group for group in said):
        raise BadInput(field="strength", value=said, expected="groups of kinds, the surest first")
    groups = tuple(tuple(_kind("strength", one) for one in group) for group in said)
    named = [one for group in groups for one in group]
    if twice := sorted({one for one in named if named.count(one) > 1}):
        raise BadInput(field="strength", value=twice[0], expected="each kind once")
    return groups if OTHERS in named else (*groups, (OTHERS,))


def _blocked(said: object) -> tuple[Blocked, ...]:
    if not isinstance(said, list | tuple) or len(said) > _MOST_BLOCKED:
        raise BadInput(field="blocked", value=said, expected=f"at most {_MOST_BLOCKED} values")
    return tuple(dict.fromkeys(_one_blocked(f"blocked.{place}", one) for place, one in enumerate(said)))


def _one_blocked(name: str, said: object) -> Blocked:
    if not isinstance(said, Mapping) or not isinstance(value := said.get("value"), str):
        raise BadInput(field=name, value=said, expected='an object like {"kind": "phone", "value": "+886900*"}')
    plain = value.strip()
    if not plain.strip("*?") or len(plain) > _LONGEST_BLOCKED or plain.count("*") > _MOST_STARS:
        expected = f"1 to {_LONGEST_BLOCKED} characters, not only wildcards, at most {_MOST_STARS} stars"
        raise BadInput(field=f"{name}.value", value=value, expected=expected)
    return Blocked(_kind(f"{name}.kind", said.get("kind", OTHERS)), plain)
