"""What one event says of a customer's traits and of consent."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from unavoce.collect.api import Event, SourceKind
from unavoce.kernel.ids import Iid
from unavoce.profile.model import ConsentSaid, Identifier, Priority, State, TraitSaid

# --- traits ---

_TILL_CHANNELS = frozenset({"store", "till", "pos"})
_TILL_SOURCES = ("till", "pos")
_NOT_TRAITS = frozenset({"consents", "consent"})


def priority(event: Event) -> Priority:
    """How much this event's word on a trait counts: a till sees her card, a form is typed, a score is a guess."""
    if event.source.kind is SourceKind.INTERNAL:
        return Priority.INFERRED
    at_till = event.source.key.startswith(_TILL_SOURCES) or event.context.get("channel") in _TILL_CHANNELS
    return Priority.TILL if at_till else Priority.FORM


def traits_said(event: Event, primary: Iid) -> Iterator[TraitSaid]:
    """What the event says of the customer, under the identifier it is about; a null takes the word back."""
    weight = priority(event)
    for key, value in event.traits.items():
        if key not in _NOT_TRAITS:
            yield TraitSaid(
                primary, key, event.source.key, weight, value, event.at, event.received_at, event.message_id
            )


# --- consent ---

MARKETING = "marketing"
CONFIRMED = "Consent Confirmed"
"""The event by which a customer says yes for the second time, where a brand asks twice."""
_LONGEST_EVIDENCE = 500


class _Answer(NamedTuple):
    """What was said of one channel and purpose."""

    channel: str
    purpose: str
    state: State


_WORDS = {
    "Consent Granted": State.GRANTED,
    "Subscribed": State.GRANTED,
    "Consent Confirmed": State.GRANTED,
    "Consent Denied": State.DENIED,
    "Consent Withdrawn": State.DENIED,
    "Unsubscribed": State.DENIED,
}
_ANSWERS: Mapping[object, State] = {
    True: State.GRANTED,
    "granted": State.GRANTED,
    False: State.DENIED,
    "denied": State.DENIED,
}
# "Leave me alone" without saying where is meant of every channel that pitches.
_EVERYWHERE = ("email", "sms", "line", "ads", "store")
# Of the categories a cookie banner knows, the one that is about advertising is a channel of ours.
_CATEGORY_CHANNELS = {"advertising": ("ads", MARKETING), "marketing": ("ads", MARKETING)}
# The identifier that is the channel's own address: what is said of the channel is said of the address too.
_ADDRESSES = {"email": "email", "sms": "phone", "line": "line_user_id"}


def may_speak_of_consent(event: Event) -> bool:
    """Whether it is worth reading an event for consent; nearly all are not."""
    return event.name in _WORDS or "consents" in event.traits or "consent" in event.context


def consents_said(event: Event, primary: Iid, identifiers: Sequence[Identifier]) -> Iterator[ConsentSaid]:
    """What the event says may or may not be done; what it does not say stays unknown."""
    for answer in _spoken(event):
        about = _about(answer.channel, primary, identifiers)
        yield from _said(event, about, answer, event.message_id, _evidence(event))
    for answer in _preferences(event.context.get("consent")):
        # Sent along with every event: one row a day and answer is evidence enough.
        slot = f"preferences {answer.state} {event.at.date()}"
        about = _about(answer.channel, primary, identifiers)
        yield from _said(event, about, answer, slot, "category preferences")


def _evidence(event: Event) -> str:
    """What a statement rests on: the event, and what it says of a form, a paper or a call."""
    told = event.properties.get("evidence")
    shown = told.strip()[:_LONGEST_EVIDENCE] if isinstance(told, str) else ""
    return f"{event.name}: {shown}" if shown else event.name


def _about(channel: str, primary: Iid, identifiers: Sequence[Identifier]) -> list[Iid]:
    address = _ADDRESSES.get(channel)
    return sorted({primary, *(one.iid for one in identifiers if one.kind == address)})


def _said(event: Event, about: Collection[Iid], what: _Answer, slot: str, evidence: str) -> Iterator[ConsentSaid]:
    for iid in about:
        yield ConsentSaid(
            iid, what.channel, what.purpose, slot, what.state, evidence, event.at, event.received_at, event.message_id
        )


def _spoken(event: Event) -> Iterator[_Answer]:
    state = _WORDS.get(event.name) if event.type == "track" else None
    if state is not None:
        purpose = _word(event.properties.get("purpose")) or MARKETING
        channel = _word(event.properties.get("channel"))
        channels = (channel,) if channel else (_EVERYWHERE if state is State.DENIED else ())
        for one in channels:
            yield _Answer(one, purpose, state)
    consents = event.traits.get("consents")
    if isinstance(consents, dict):
        for channel, answer in consents.items():
            yield from _answers(str(channel), answer)


def _answers(channel: str, answer: object) -> Iterator[_Answer]:
    purposes = answer if isinstance(answer, dict) else {MARKETING: answer}
    for purpose, said in purposes.items():
        state = _answer(said)
        if state is not None:
            yield _Answer(channel.strip().lower(), str(purpose).strip().lower(), state)


def _preferences(consent: object) -> Iterator[_Answer]:
    preferences = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    if isinstance(preferences, dict):
        for category, said in preferences.items():
            state = _answer(said)
            if state is not None:
                word = str(category).strip().lower()
                yield _Answer(*_CATEGORY_CHANNELS.get(word, ("web", word)), state)


def _answer(said: object) -> State | None:
    # 1 == True in Python, but a number is no answer.
    return _ANSWERS.get(said) if isinstance(said, bool | str) else None


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""
