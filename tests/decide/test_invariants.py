"""What holds for every program, every customer and every order of events."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.decide.reference import Her
from tests.decide.stage import EVERYWHERE, START, Stage, at, cart, journey
from unavoce.decide import zones
from unavoce.decide.journey import Journey
from unavoce.decide.model import IntentState, Op, State
from unavoce.decide.policy import Cap, Policy, Quiet
from unavoce.decide.world import Contact

DAYS = 6
FEW = settings(
    max_examples=int(os.environ.get("UNAVOCE_EXAMPLES", "60")), deadline=None, suppress_health_check=list(HealthCheck)
)
ZONES = ("America/New_York", "Asia/Taipei", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata")

spans = st.sampled_from([{"hours": 1}, {"hours": 5}, {"minutes": 30}, {"days": 1}])
channels = st.lists(st.sampled_from(["email", "line", "store"]), min_size=1, max_size=3, unique=True)
plans = st.sampled_from(
    [None, {"local_time": "10:00"}, {"local_time": "09:30", "days": 1}, {"after": {"hours": 3}}, {"after": {"days": 1}}]
)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """A chain of steps with side ways that lead on along it."""
    length = draw(st.integers(1, 6))
    names = [f"s{place}" for place in range(length)]
    made: dict[str, dict[str, object]] = {}
    for place, name in enumerate(names):
        ahead = [*names[place + 1 :], None]
        following = ahead[0]
        aside = draw(st.sampled_from(ahead))
        match draw(st.sampled_from(["send", "send", "wait", "wait_for", "branch", "split", "audience"])):
            case "wait":
                made[name] = {"type": "wait", "for": draw(spans), "next": following}
            case "wait_for":
                heard = [{"event": draw(st.sampled_from(["Viewed", "Left", "Product Added"])), "next": aside}]
                made[name] = {"type": "wait_for", "events": heard, "timeout": draw(spans), "otherwise": following}
            case "branch":
                made[name] = {"type": "branch", "paths": [{"if": {}, "next": aside}], "otherwise": following}
            case "split":
                arms = [{"name": "a", "share": 0.5, "next": following}, {"name": "b", "share": 0.5, "next": aside}]
                made[name] = {"type": "split", "arms": arms}
            case "audience":
                do = {"type": "audience_add", "audience": "about {product}"}
                made[name] = {"type": "action", "do": do, "next": following}
            case _:
                made[name] = {
                    "type": "send", "message": f"m-{name}", "channels": draw(channels), "next": following,
                    "plan": draw(plans), "ttl_hours": draw(st.sampled_from([2, 24, 72])),
                    "on_loss": draw(st.sampled_from(["skip", "defer", "exit"])),
                }  # fmt: skip
    return made


@st.composite
def journeys(draw: st.DrawFn) -> list[Journey]:
    """One to three journeys."""
    return [
        journey(
            key=f"j{place}",
            entry={"event": draw(st.sampled_from(["Product Added", "Viewed"]))},
            steps=draw(steps()),
            start="s0",
            priority=draw(st.integers(1, 3)),
            category=draw(st.sampled_from(["promotion", "service"])),
            reentry=draw(st.sampled_from(["never", "after_exit", {"cooldown_hours": 20}])),
            about="event.product_id",
            entry_key=draw(st.sampled_from(["", "product_id"])),
            holdout=draw(st.sampled_from([None, {"share": 0.3, "seed": "s"}])),
            exits=[{"event": "Left"}, *draw(st.sampled_from([[], [{"type": "bought"}]]))],
        )
        for place in range(draw(st.integers(1, 3)))
    ]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Rules of contact that bite."""
    scopes = st.sampled_from([("global", ""), ("channel", "email"), ("category", "promotion"), ("journey", "j0")])
    caps = [
        Cap(max=draw(st.integers(0, 2)), hours=draw(st.sampled_from([1, 24, 72])), scope=scope, of=of)
        for scope, of in draw(st.lists(scopes, max_size=2, unique=True))
    ]
    return Policy(
        zone="America/New_York",
        caps=tuple(caps),
        quiet_hours=draw(st.sampled_from([None, Quiet(), Quiet(start="12:00", end="15:30")])),
        purchase_rule=draw(st.booleans()),
        competition_seconds=draw(st.sampled_from([0.25, 60])),
    )


@st.composite
def happenings(draw: st.DrawFn) -> list[tuple[int, str, int, str]]:
    """Who did what after how many minutes, about which product."""
    one = st.tuples(
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["Product Added", "Product Added", "Viewed", "Left", "Order Completed"]),
        st.integers(0, DAYS * 24 * 60 - 60).map(lambda minutes: minutes // 10 * 10),
        st.sampled_from(["whisk", "bowl"]),
    )
    return draw(st.lists(one, min_size=1, max_size=14))


contacts = st.sampled_from(
    [
        EVERYWHERE,
        Contact(frozenset({"email"}), {("email", "marketing"): "granted"}, "Asia/Taipei"),
        Contact(frozenset({"line_user_id", "email"}), {("email", "marketing"): "denied"}),
        Contact(frozenset(), {}, "nowhere"),
    ]
)
END = START + timedelta(days=DAYS)


def _staged(
    program: Sequence[Journey], policy: Policy, told: Sequence[tuple[int, str, int, str]], contact: Contact
) -> Stage:
    stage = Stage(
        program, policy=policy, contacts=dict.fromkeys((1, 2, 3), contact), met=lambda ask: ask.customer % 2 == 0
    )
    for iid, name, minutes, product in sorted(set(told), key=lambda each: (each[2], each)):
        said = {"product_ids": (product,)} if name == "Order Completed" else {"product_id": product}
        stage.happens(iid, name, minutes / 60, **said)
    return stage


@FEW
@given(journeys(), policies(), happenings(), contacts)
def test_the_kernel_agrees_with_the_plain_interpreter(
    program: list[Journey], policy: Policy, told: list[tuple[int, str, int, str]], contact: Contact
) -> None:
    stage = _staged(program, policy, told, contact)
    alone = [Her(one, program, policy, contact, one % 2 == 0) for one in (1, 2, 3)]
    for her in alone:
        her.play([event for event in stage.waiting if event.iid == her.customer], END)
    stage.until(END)
    decided = sorted(
        (str((d.enrolment, d.step, d.attempt, str(d.verdict), str(d.reason), d.channel, d.planned_for)))
        for d in stage.decisions
    )
    moved = sorted(str((t.enrolment, t.from_step, t.to_step, str(t.move), t.at)) for t in stage.transitions)
    assert decided == sorted(str(line) for her in alone for line in her.decisions)
    assert moved == sorted(str(line) for her in alone for line in her.moves)


@FEW
@given(journeys(), policies(), happenings(), contacts, st.sampled_from([1, 7, 24]), st.randoms(use_true_random=False))
def test_tick_size_and_order_of_input_change_nothing(
    program: list[Journey],
    policy: Policy,
    told: list[tuple[int, str, int, str]],
    contact: Contact,
    hours: int,
    chance: object,
) -> None:
    whole = _staged(program, policy, told, contact)
    whole.until(END)
    parts = _staged(program, policy, told, contact)
    chance.shuffle(parts.waiting)  # type: ignore[attr-defined]
    moment = START
    while moment < END:
        moment = min(moment + timedelta(hours=hours), END)
        parts.until(moment, shuffled=lambda worlds: list(reversed(worlds)))
    assert sorted(map(repr, parts.decisions)) == sorted(map(repr, whole.decisions))
    assert sorted(map(repr, parts.transitions)) == sorted(map(repr, whole.transitions))
    assert sorted(map(repr, parts.intents.values())) == sorted(map(repr, whole.intents.values()))


@FEW
@given(journeys(), policies(), happenings(), contacts)
def test_what_every_tick_keeps(
    program: list[Journey], policy: Policy, told: list[tuple[int, str, int, str]], contact: Contact
) -> None:
    stage = _staged(program, policy, told, contact)
    stage.until(END)
    _replays_to_the_same_bytes(stage, _staged(program, policy, told, contact))
    _one_decision_per_candidate(stage)
    _nobody_is_lost(stage)
    _caps_hold_in_every_window(stage)
    _nights_are_quiet(stage, contact)
    _holdouts_hear_nothing(stage)


def _replays_to_the_same_bytes(stage: Stage, again: Stage) -> None:
    again.until(END)
    assert repr(again.whole) == repr(stage.whole)


def _one_decision_per_candidate(stage: Stage) -> None:
    first = [(d.enrolment, d.step, d.attempt) for d in stage.decisions if d.verdict != "cancelled"]
    assert len(first) == len(set(first))
    assert len({d.id for d in stage.decisions}) == len(stage.decisions)
    planned = {d.intent for d in stage.decisions if d.verdict == "planned"}
    assert planned == {each.id for each in stage.intents.values() if each.op is not Op.REMOVE}
    assert len({each.key for each in stage.intents.values()}) == len(stage.intents)


def _nobody_is_lost(stage: Stage) -> None:
    standing: Counter[str] = Counter()
    for each in stage.transitions:
        if each.from_step:
            standing[f"{each.journey} {each.from_step}"] -= 1
        standing[f"{each.journey} {each.to_step}"] += 1
    entered = sum(1 for each in stage.transitions if each.move == "entered")
    assert sum(standing.values()) == entered == len(stage.enrolments)
    assert min(standing.values(), default=0) >= 0
    for each in stage.enrolments.values():
        assert each.state is State.ENDED or each.step in {s.key: s for s in stage.journeys}[each.journey].steps
        assert each.state is State.ENDED or each.due is not None


def _caps_hold_in_every_window(stage: Stage) -> None:
    for customer in (1, 2, 3):
        sent = [
            each for each in stage.intents.values()
            if each.iid == customer and each.capped and each.state is not IntentState.CANCELLED
        ]  # fmt: skip
        for cap in stage.policy.caps:
            times = sorted(each.planned_for for each in sent if cap.scope == "global" or cap.of ==
                {"channel": each.channel, "category": each.category, "journey": each.journey}[cap.scope])  # fmt: skip
            assert _most_in(times, timedelta(hours=cap.hours)) <= cap.max


def _most_in(times: list[datetime], length: timedelta) -> int:
    return max((sum(1 for each in times if first <= each < first + length) for first in times), default=0)


def _nights_are_quiet(stage: Stage, contact: Contact) -> None:
    quiet = stage.policy.quiet_hours
    zone = zones.zone_of(contact.zone, stage.policy.zone)
    for each in stage.intents.values():
        if quiet and each.channel in quiet.channels and each.op is Op.SEND:
            assert zones.quiet_until(each.planned_for, quiet.start, quiet.end, zone) is None


def _holdouts_hear_nothing(stage: Stage) -> None:
    for each in stage.intents.values():
        assert stage.enrolments[each.enrolment].arm == "treated"


@FEW
@given(happenings(), st.integers(0, 3))
def test_a_message_told_again_changes_nothing(told: list[tuple[int, str, int, str]], which: int) -> None:
    once = _staged([cart()], Policy(), told, EVERYWHERE)
    twice = _staged([cart()], Policy(), told, EVERYWHERE)
    twice.waiting.append(twice.waiting[which % len(twice.waiting)])
    once.until(END)
    twice.until(END)
    assert once.said() == twice.said()
    assert once.why() == twice.why()


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_who_is_held_out_depends_on_seed_journey_and_customer_only(one: int, other: int) -> None:
    program = [journey(steps={"s": {"type": "send", "message": "m", "channels": ["email"]}}, holdout={"share": 0.5})]
    arms = []
    for crowd in ((one,), (other, one), (one, other)):
        stage = Stage(program)
        for place, iid in enumerate(crowd):
            stage.happens(iid, "Product Added", 0.1 * place, product_id=f"p{place}")
        stage.passes(2)
        arms.append(next(each.arm for each in stage.enrolments.values() if each.iid == one))
    assert len(set(arms)) == 1


def test_a_merge_keeps_the_older_arm_and_flags_mixed_ones() -> None:
    program = [
        journey(
            steps={"w": {"type": "wait", "for": {"days": 1}, "next": "s"},
                   "s": {"type": "send", "message": "m", "channels": ["email"]}},
            holdout={"share": 0.5},
        )
    ]  # fmt: skip
    stage = Stage(program)
    for iid in range(1, 40):
        stage.happens(iid, "Product Added", iid / 100)
    stage.passes(1)
    arms = {each.iid: each.arm for each in stage.enrolments.values()}
    one = next(iid for iid, arm in arms.items() if arm == "holdout")
    other = next(iid for iid, arm in arms.items() if arm == "treated" and iid > one)
    stage.links(one, other)
    stage.passes(48)
    of_her = [each for each in stage.enrolments.values() if each.iid in (one, other)]
    assert all(each.mixed for each in of_her)
    assert not [each for each in stage.intents.values() if each.iid in (one, other)]
    assert at(0) == START
