"""Conditions that are a short way of saying a longer one: messages, answers and scores are events and traits."""

from unavoce.segment.conditions import Answer, Condition, Event, Message, Plain, Score, Trait, Where

_NAMES = {
    "sent": "Message Sent",
    "delivered": "Message Delivered",
    "read": "Message Read",
    "opened": "Message Opened",
    "clicked": "Message Clicked",
    "unsubscribed": "Unsubscribed",
    "complained": "Message Complained",
    "bounced": "Message Bounced",
    "failed": "Message Failed",
}
ANSWERED = "Survey Answered"
"""The event of one answer: properties `survey`, `question`, `answer`."""


def spelled(condition: Condition) -> Plain:
    """The condition in the words of events and traits, where it is a short way of saying them."""
    match condition:
        case Message(did=did, op=op, value=value, window=window):
            return Event(_NAMES[did], op, value, where=_about(condition), window=window, human=True)
        case Answer(survey=survey, question=question, op=op, value=value, window=window):
            where = (Where("survey", "eq", survey), Where("question", "eq", question))
            return Event(ANSWERED, op, value, "last", "answer", where, window)
        case Score(name=name, op=op, value=value):
            return Trait(f"predicted_{name}", op, value)
        case _:
            return condition


def _about(condition: Message) -> tuple[Where, ...]:
    asked = {
        "message": condition.message,
        "journey": condition.journey,
        "channel": condition.channel,
        "purpose": condition.purpose,
    }
    return tuple(Where(name, "eq", value) for name, value in asked.items() if value is not None)
