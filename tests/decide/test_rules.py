"""Journeys that cannot work are refused, each by a name that says what to do."""

from collections.abc import Mapping

import pytest

from unavoce.decide import journey as definitions
from unavoce.decide import model, rules
from unavoce.decide.policy import read as read_policy

MESSAGES = {"hello": ["email", "line"]}
SEND = {"type": "send", "message": "hello", "channels": ["email"]}


def _journey(**said: object) -> Mapping[str, object]:
    return {
        "key": "j",
        "name": {"en": "J"},
        "entry": {"event": "Signed Up"},
        "start": "say",
        "steps": {"say": SEND},
        "exits": [{"event": "Left"}],
    } | said


@pytest.mark.parametrize(
    ("said", "refusal", "fact"),
    [
        ({"exits": []}, model.JourneyWithoutExit, ("field", "exits")),
        ({"steps": {}}, model.JourneyWithoutSteps, ("journey", "j")),
        ({"start": "nowhere"}, model.UnknownStep, ("value", "nowhere")),
        ({"steps": {"say": SEND | {"next": "gone"}}}, model.UnknownStep, ("value", "gone")),
        ({"steps": {"say": SEND, "lost": SEND}}, model.UnreachableStep, ("step", "lost")),
        ({"steps": {"say": SEND | {"next": "say"}}}, model.EndlessJourney, ("step", "say")),
        ({"steps": {"say": SEND | {"message": "bye"}}}, model.UnknownMessage, ("message", "bye")),
        ({"steps": {"say": SEND | {"channels": ["sms"]}}}, model.MessageWithoutVariant, ("channel", "sms")),
        ({"steps": {"say": SEND | {"channels": []}}}, model.BadJourney, ("field", "steps.say.channels")),
        ({"steps": {"say": SEND | {"plan": {"local_time": "25:00"}}}}, model.BadJourney, ("value", "25:00")),
        (
            {"steps": {"say": {"type": "split", "arms": [{"name": "a", "share": 0.4}]}}},
            model.UnevenSplit,
            ("step", "say"),
        ),
        ({"steps": {"say": {"type": "wait"}}}, model.BadJourney, ("field", "steps.say")),
        ({"exits": [{"type": "bought"}]}, model.AboutNothing, ("field", "about")),
        ({"holdout": {"share": 1.0}}, model.BadJourney, ("field", "holdout.share")),
        ({"reentry": "per_key"}, model.BadJourney, ("field", "entry_key")),
        ({"key": "a b"}, model.BadJourney, ("field", "key")),
    ],
)
def test_a_journey_that_cannot_work_is_refused_by_name(
    said: dict[str, object], refusal: type[model.BadJourney], fact: tuple[str, object]
) -> None:
    with pytest.raises(refusal) as refused:
        rules.check(definitions.read(_journey(**said)), MESSAGES)
    assert refused.value.facts[fact[0]] == fact[1]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"entry": {"type": "full_moon"}}, "entry"),
        ({"stepps": {}}, "stepps"),
        ({"steps": {"say": {"type": "send", "mesage": "hello"}}}, "steps"),
        ({"name": "J"}, "name"),
    ],
)
def test_a_document_that_cannot_be_read_names_the_place(said: dict[str, object], field: str) -> None:
    with pytest.raises(model.BadJourney) as refused:
        definitions.read(_journey(**said))
    assert field in f"{refused.value.facts}"


def test_a_circle_that_waits_is_allowed() -> None:
    steps = {"say": SEND | {"next": "rest"}, "rest": {"type": "wait", "for": {"days": 1}, "next": "say"}}
    rules.check(definitions.read(_journey(steps=steps)), MESSAGES)


def test_what_is_read_is_written_the_same() -> None:
    once = definitions.read(_journey())
    assert definitions.read(definitions.written(once)) == once


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"quiet_hours": {"start": "late"}}, "quiet_hours"),
        ({"caps": [{"max": 1, "hours": 0}]}, "caps"),
        ({"caps": [{"max": 1, "hours": 1, "scope": "channel"}]}, "caps"),
        ({"competition_seconds": 0}, "competition_seconds"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused_by_field(said: dict[str, object], field: str) -> None:
    with pytest.raises(model.BadPolicy) as refused:
        read_policy(said)
    assert refused.value.facts["field"] == field
