"""Which channel speaks, and which next when the first cannot reach her."""

from dataclasses import replace

from tests.decide.stage import EVERYWHERE, Stage, journey
from unavoce.decide.model import IntentState
from unavoce.decide.policy import Policy
from unavoce.decide.world import Contact
from unavoce.kernel.ids import text_of

SAY = {"say": {"type": "send", "message": "hello", "channels": ["line", "email"], "ttl_hours": 24}}
FREE = Policy(zone="America/New_York", quiet_hours=None)


def _stage(**contact: object) -> Stage:
    stage = Stage([journey(steps=SAY)], policy=FREE)
    stage.contacts = {1: replace(EVERYWHERE, **contact)}  # type: ignore[arg-type]
    stage.happens(1, "Product Added", 0)
    stage.passes(0.1)
    return stage


def test_the_first_channel_that_can_reach_her_speaks() -> None:
    assert _stage().said() == ["line: hello"]
    assert _stage(addresses=frozenset({"email"})).said() == ["email: hello"]


def test_a_channel_she_said_no_to_is_passed_over_and_the_decision_says_so() -> None:
    stage = _stage(consents={**EVERYWHERE.consents, ("line", "marketing"): "denied"})
    assert stage.said() == ["email: hello"]
    tried = stage.decisions[0].detail["tried"]
    assert tried == [{"channel": "line", "reason": "opted_out", "rule": "consent:line:marketing"}]


def test_with_no_way_left_the_one_that_came_furthest_says_why() -> None:
    stage = Stage([journey(steps=SAY)], policy=FREE)
    stage.contacts = {1: Contact(frozenset({"email"}), {})}
    stage.happens(1, "Product Added", 0)
    stage.passes(0.1)
    assert stage.why() == ["say denied no_consent"]
    assert stage.decisions[0].channel == "email"


def _fails(stage: Stage, name: str, **said: object) -> None:
    intent = next(iter(stage.intents.values()))
    stage.intents[intent.id] = replace(intent, state=IntentState.FAILED)
    stage.happens(1, name, 1, intent=text_of(intent.id), channel=intent.channel, **said)
    stage.passes(1)


def test_what_line_cannot_deliver_is_said_by_mail() -> None:
    stage = _stage()
    _fails(stage, "Message Failed", reason="blocked")
    assert stage.why() == ["say planned sent", "say planned sent"]
    assert stage.said(channel="email") == ["email: hello"]
    assert stage.decisions[1].revises == stage.decisions[0].id


def test_a_bounce_keeps_the_channel_from_her_until_she_comes_back() -> None:
    stage = _stage()
    _fails(stage, "Message Bounced", permanent=True)
    stage.happens(1, "Product Added", 3)
    stage.passes(3)
    assert stage.said()[-1] == "email: hello"
    stage.happens(1, "Subscribed", 5, channel="line")
    stage.happens(1, "Product Added", 6)
    stage.passes(5)
    assert stage.said()[-1] == "line: hello"


def test_a_soft_bounce_keeps_nothing_from_her() -> None:
    stage = _stage()
    _fails(stage, "Message Bounced", permanent=False)
    assert not stage.suppressions


def test_after_the_last_channel_nothing_more_is_tried() -> None:
    stage = _stage(addresses=frozenset({"email"}))
    _fails(stage, "Message Failed")
    assert len(stage.decisions) == 1


def test_while_a_complaint_is_open_nobody_promotes_anything() -> None:
    stage = Stage([journey(steps=SAY)], policy=FREE)
    stage.happens(1, "Complaint Opened", 0)
    stage.happens(1, "Product Added", 1)
    stage.happens(1, "Complaint Resolved", 2)
    stage.happens(1, "Product Added", 3)
    stage.passes(4)
    assert stage.why() == ["say denied service_open", "say planned sent"]
