"""What a merge has done is undone: traits, consents, segments and computed traits are what they were, in both engines.

Everything runs as in an engine: calls come in through the intake and the pump, somebody of the team merges and undoes
over HTTP, and the keeper judges as time passes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.apps.conftest import Shop
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profile
from unavoce.runtime.settings import brand_key
from unavoce.segment import api as segment
from unavoce.segment.computing import keeping

ORDER, TASTED = "Order Completed", "Tasted"
WEEK = {"kind": "rolling", "days": 7}
SEGMENTS: dict[str, object] = {
    "twice": {"type": "event", "name": ORDER, "op": "gte", "value": 2},
    "once": {"type": "event", "name": ORDER, "op": "eq", "value": 1},
    "quiet": {"type": "not_done", "name": ORDER, "window": {"kind": "rolling", "days": 3}},
    "lapsed": {"type": "recency", "name": ORDER, "op": "gt", "days": 2},
    "spent": {"type": "event", "name": ORDER, "agg": "sum", "property": "revenue", "op": "gte", "value": 40},
    "then": {"type": "sequence", "steps": [{"name": "Product Viewed"}, {"name": ORDER}], "within": {"days": 1}},
    "taipei": {"type": "trait", "key": "city", "op": "eq", "value": "Taipei"},
    "mailable": {"type": "consent", "channel": "email", "state": "granted"},
    "tasters": {"type": "trait", "key": "tastings", "op": "gte", "value": 3},
    "no-tasters": {"type": "trait", "key": "tastings", "op": "eq", "value": 0},
    "sencha": {"type": "trait", "key": "tea", "op": "eq", "value": "sencha"},
    "best": {"type": "rfm", "m": [4, 5]},
    "not-twice": {"type": "not", "of": {"type": "segment", "id": "twice"}},
}
COMPUTED: dict[str, dict[str, object]] = {
    "tastings": {"event": TASTED},
    "tastings_7d": {"event": TASTED, "window": WEEK},
    "tea": {"event": TASTED, "way": "last", "property": "tea"},
    "score": {"event": TASTED, "way": "avg", "property": "score"},
}
BY_OTHERS = ("best",)
"""Compared with everybody by fifths: the reference is the statement over everybody."""


@dataclass(frozen=True)
class Deed:
    """Something one of four people did, so many hours ago."""

    who: int
    what: str
    hours: int
    on_phone: bool = False

    def call(self, name: str, now: datetime) -> dict[str, object]:
        # Never near the edge of a window: the minutes that pass meanwhile move nobody.
        at = now - timedelta(hours=self.hours, minutes=30)
        by = {"anonymousId": f"phone-{name}"} if self.on_phone else {"userId": name}
        word, _, detail = self.what.partition(" ")
        said: dict[str, object] = {"timestamp": at.isoformat(), **by}
        match word:
            case "lives":
                return {"type": "identify", "traits": {"city": detail or None}, **said}
            case "allows" | "denies":
                consent = {"channel": "email", "purpose": "marketing"}
                event = "Consent Granted" if word == "allows" else "Consent Denied"
                return {"type": "track", "event": event, "properties": consent, **said}
            case "orders":
                order = {"order_id": f"{name}-{self.hours}-{detail}", "revenue": int(detail), "currency": "USD"}
                return {"type": "track", "event": ORDER, "properties": order, **said}
            case "tastes":
                tasted = {"tea": detail, "score": len(detail) + self.hours % 3}
                return {"type": "track", "event": TASTED, "properties": tasted, **said}
        return {"type": "track", "event": "Product Viewed", "properties": {"product_id": "whisk"}, **said}


@dataclass
class Team:
    """A brand with segments and computed traits of every kind, and somebody of its team."""

    shop: Shop
    olivia: TestClient
    names: list[str] = field(default_factory=list)
    iids: dict[str, Iid] = field(default_factory=dict)
    tasted: list[tuple[Iid, datetime, str, int]] = field(default_factory=list)
    stories: itertools.count[int] = field(default_factory=itertools.count)

    def begins(self) -> None:
        """Four people nobody has met before, each with a phone."""
        number = next(self.stories)
        self.names = [f"{name}-{number}" for name in ("mei", "lin", "wen", "bo")]
        self.tasted.clear()
        self.shop.hears(*({"type": "identify", "userId": one, "anonymousId": f"phone-{one}"} for one in self.names))
        with self.shop.door.postgres.transaction() as tx:
            key = brand_key(tx)
        for kind, value in [
            told for one in self.names for told in (("user_id", one), ("anonymous_id", f"phone-{one}"))
        ]:
            found = profile.identifier_of(kind, value, key, self.shop.brand.pumping.region)
            assert found is not None
            self.iids[value] = found.iid

    def hears(self, deeds: Sequence[Deed]) -> None:
        """They do these things, and the pump comes by once; what it tells itself still waits."""
        now = self.shop.clock.now()
        calls = [deed.call(self.names[deed.who], now) for deed in deeds]
        for deed, call in zip(deeds, calls, strict=True):
            if deed.what.startswith("tastes"):
                value = str(call.get("userId") or call["anonymousId"])
                said = call["properties"]
                self.tasted.append(
                    (self.iids[value], datetime.fromisoformat(str(call["timestamp"])), said["tea"], said["score"])
                )
        self.shop.accepts(*calls)

    def settles(self) -> None:
        """Everything that waits is pumped and the keeper judges, until nothing moves any more."""
        for _ in range(2):
            self.shop.hears()
            self.shop.clock.passes(timedelta(minutes=1))
            self.shop.keeper.step(self.shop.door.postgres, self.shop.clock.now())
        self.shop.hears()

    def customer(self, who: int) -> CustomerId:
        iid = self.iids[self.names[who]]
        with self.shop.door.postgres.transaction() as tx:
            return profile.customers_of(tx, [iid])[iid]

    def posts(self, path: str, **body: object) -> None:
        answer = self.olivia.post(f"/api/customers/{path}", json=body)
        assert answer.status_code == 200, answer.text

    def merges(self, one: int, other: int) -> tuple[CustomerId, CustomerId]:
        a, b = self.customer(one), self.customer(other)
        self.posts(f"{text_of(a)}/merge", other=text_of(b), reason="one person")
        return a, b

    def parts(self, a: CustomerId, b: CustomerId, theirs: Sequence[Iid], *, by_separating: bool) -> None:
        with self.shop.door.postgres.transaction() as tx:
            now = text_of(profile.customers_of(tx, [Iid(a)])[Iid(a)])
        if by_separating:
            self.posts(f"{now}/separate", identifiers=[text_of(one) for one in theirs], reason="two after all")
        else:
            self.posts(f"{now}/unmerge", a=text_of(a), b=text_of(b))

    def families(self) -> dict[CustomerId, tuple[Iid, ...]]:
        with self.shop.door.postgres.transaction() as tx:
            distinct = set(profile.customers_of(tx, self.hers()).values())
            return {one: tuple(sorted(hers)) for one, hers in profile.members_of(tx, distinct).items()}

    def hers(self) -> list[Iid]:
        return [self.iids[value] for one in self.names for value in (one, f"phone-{one}")]

    def everything(self) -> dict[str, object]:
        """All that is known of the four, as both engines have it."""
        families, door = self.families(), self.shop.door
        with door.postgres.transaction() as tx:
            assert not profile.check_links(tx, door.facts), "the copied links are not those of PostgreSQL"
            known: dict[str, object] = {
                "families": families,
                "traits": profile.traits_of(tx, families),
                "consents": profile.consents_of(tx, families),
                "segments": {key: set(segment.customers_in(tx, key)) & families.keys() for key in SEGMENTS},
            }
        later = self.shop.clock.now() + timedelta(minutes=1)
        known["facts"] = {
            one: {told.key: told.value for told in profile.traits_then(door.facts, hers, later)}
            for one, hers in families.items()
        }
        return known

    def is_right(self) -> None:
        """Members are who the statement says, and traits what a pencil says, whatever the way here was."""
        families, door = self.families(), self.shop.door
        known = self.everything()
        now = self.shop.clock.now()
        candidates = [segment.Candidate(one, hers, now) for one, hers in families.items()]
        with door.postgres.transaction() as tx:
            live = [one for one in segment.segments(tx) if one.key not in BY_OTHERS]
            met = segment.evaluate(tx, door.facts, [one.condition for one in live], candidates)
            best = segment.segment(tx, "best")
            fifths = segment.count(tx, door.facts, best.condition, now).size
            assert segment.sizes(tx)["best"] == fifths
        said = {
            one.key: {customer for customer, numbers in zip(families, met, strict=True) if place in numbers}
            for place, one in enumerate(live)
        }
        members = known["segments"]
        assert isinstance(members, dict)
        assert {key: members[key] for key in said} == said
        traits = known["traits"]
        assert isinstance(traits, dict)
        for customer, hers in families.items():
            computed = {key: value for key, value in traits[customer].items() if key in COMPUTED}
            assert computed == self._by_hand(hers), customer
        self.flips_add_up()

    def _by_hand(self, hers: Sequence[Iid]) -> dict[str, object]:
        told = [one for one in self.tasted if one[0] in hers]
        if not told:
            return {}
        lately = [one for one in told if one[1] > self.shop.clock.now() - timedelta(days=7)]
        scores = [score for *_, score in told]
        found: dict[str, object] = {"tastings": len(told), "score": pytest.approx(sum(scores) / len(scores))}
        last = max(at for _, at, *_ in told)
        teas = {tea for _, at, tea, _ in told if at == last}
        found["tea"] = next(iter(teas)) if len(teas) == 1 else _OneOf(frozenset(teas))
        # Who never did such a thing within the window when somebody first looked has no such trait.
        return found | ({"tastings_7d": len(lately)} if lately else {})

    def flips_add_up(self) -> None:
        """Of every identifier entering and leaving take turns, it is in after entering, and the copy is the same."""
        door = self.shop.door
        while segment.export(door.postgres, door.facts):
            pass
        with psycopg.connect(door.postgres.url) as raw:
            flips = raw.execute("SELECT id, segment, iid, direction FROM segment.flip ORDER BY id").fetchall()
            inside = set(raw.execute("SELECT segment, iid FROM segment.member").fetchall())
        last: dict[tuple[int, int], str] = {}
        for _, number, iid, direction in flips:
            assert last.get((number, iid), "left") != direction, f"{iid} {direction} twice in a row"
            last[number, iid] = direction
        assert {place for place, direction in last.items() if direction == "entered"} == inside
        copied = door.facts.tree("SELECT id, iid, direction FROM segment.v_flip ORDER BY id")
        assert list(zip(copied["id"], copied["iid"], copied["direction"], strict=True)) == [
            (number, iid, direction) for number, _, iid, direction in flips
        ]


@dataclass(frozen=True)
class _OneOf:
    """Any of these: of two things at one moment the order of their random ids decides."""

    values: frozenset[object]

    def __eq__(self, other: object) -> bool:
        return other in self.values

    def __hash__(self) -> int:
        return hash(self.values)


@pytest.fixture
def team(shop: Shop) -> Team:
    """A year-old brand would do as well; this one is new."""
    olivia = shop.log_in()
    team = Team(shop, olivia)
    for key, definition in COMPUTED.items():
        made = olivia.post("/api/computed-traits", json={"key": key, "name": {"en": key}, "definition": definition})
        assert made.status_code == 201, made.text
    team.begins()
    team.hears([Deed(0, "tastes oolong", 300), Deed(0, "lives Tainan", 300)])
    # A segment can ask for a trait that somebody has.
    while keeping.sweep(shop.door.postgres, shop.door.facts, shop.clock.now()):
        pass
    team.settles()
    for key, definition in SEGMENTS.items():
        draft = segment.Draft(key, {"en": key}, segment.parse(definition))
        segment.publish(shop.door.postgres, shop.door.facts, draft, shop.clock.now())
    team.settles()
    return team


WORDS = ["orders 10", "orders 35", "views", "tastes sencha", "tastes oolong", "lives Taipei", "lives Tainan",
         "lives ", "allows", "denies"]  # fmt: skip
deeds = st.builds(
    Deed, st.integers(0, 3), st.sampled_from(WORDS), st.sampled_from([0, 1, 5, 20, 30, 60, 80, 150, 200]), st.booleans()
)
batches = st.lists(st.lists(deeds, max_size=6), min_size=1, max_size=2)
pairs = st.sampled_from([(0, 1), (1, 0), (2, 3), (0, 3)])


@dataclass(frozen=True)
class Story:
    """What four people did before a merge and while it held, and how it was undone."""

    before: Sequence[Sequence[Deed]]
    meanwhile: Sequence[Deed]
    pair: tuple[int, int]
    by_separating: bool
    at_once: bool
    """Whether it is undone before anything that follows from it was pumped."""


stories = st.builds(
    Story, batches, st.one_of(st.just([]), st.lists(deeds, max_size=4)), pairs, st.booleans(), st.booleans()
)
TWO_TASTINGS = [[Deed(0, "tastes sencha", 5), Deed(0, "tastes sencha", 20), Deed(1, "tastes oolong", 1)]]


def undone(team: Team, story: Story) -> None:
    team.begins()
    for some in story.before:
        team.hears(some)
    team.settles()
    before = team.everything()
    team.is_right()
    one, other = story.pair
    with team.shop.door.postgres.transaction() as tx:
        theirs = profile.members_of(tx, [team.customer(other)])[team.customer(other)]
    a, b = team.merges(one, other)
    if story.meanwhile:
        team.hears(story.meanwhile)
    if not story.at_once:
        team.settles()
        team.is_right()
    team.parts(a, b, theirs, by_separating=story.by_separating)
    team.settles()
    if not story.meanwhile:
        assert team.everything() == before
    team.is_right()


quickly = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quickly
@example(Story(TWO_TASTINGS, [], (0, 1), by_separating=False, at_once=True))
@example(Story(TWO_TASTINGS, [], (2, 0), by_separating=True, at_once=False))
@example(Story([[Deed(0, "orders 35", 5), Deed(1, "orders 35", 5)]], [], (0, 1), by_separating=True, at_once=False))
@given(story=stories)
def test_all_is_as_it_was_before_the_merge(team: Team, story: Story) -> None:
    undone(team, story)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(quickly, max_examples=150)
@given(story=stories)
def test_all_is_as_it_was_after_many_merges(team: Team, story: Story) -> None:
    undone(team, story)
