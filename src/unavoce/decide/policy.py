"""The brand's rules of contact, which hold for every journey."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from unavoce.decide import zones
from unavoce.decide.model import BadPolicy


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours (HH:MM, in the customer's zone) in which these channels are silent."""

    start: str = "22:00"
    end: str = "08:00"
    channels: tuple[str, ...] = ("email", "line", "sms", "push")


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `max` messages to one customer in any `hours` hours, in all or of one channel, category or journey."""

    max: int
    hours: float
    scope: Literal["global", "channel", "category", "journey"] = "global"
    of: str = ""

    @property
    def rule(self) -> str:
        """What a decision calls this cap."""
        return f"cap:{self.scope}{':' + self.of if self.of else ''}:{self.max}/{self.hours:g}h"


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the decision point holds to besides the journeys themselves."""

    zone: str = "UTC"
    """For customers whose own zone is not known."""
    seed: str = "unavoce"
    quiet_hours: Quiet | None = Quiet()
    caps: tuple[Cap, ...] = (
        Cap(max=10, hours=168),
        Cap(max=3, hours=24, scope="channel", of="email"),
        Cap(max=3, hours=24, scope="channel", of="line"),
        Cap(max=2, hours=24, scope="channel", of="sms"),
    )
    capped_channels: tuple[str, ...] = ("email", "line", "sms", "push")
    min_gap_minutes: float = 0
    purchase_rule: bool = True
    purchase_days: float = 14
    """How long a bought product is not pitched where its category has no rule of its own."""
    post_purchase_journey: str = ""
    competition_seconds: float = 0.1
    """Candidates of one customer that fall into the same window, aligned to the clock, compete by priority."""
    resume_hours: float = 72
    """A journey left by a purchase goes on after a return only when that was at most so long ago."""
    history_hours: float = 168
    """Events that happened longer than this before they were received neither enter nor move a journey."""


_SHORTEST_WINDOW_SECONDS = 0.05


def read(document: Mapping[str, object]) -> Policy:
    """The policy a JSON document describes; BadPolicy names the field that is wrong and what it should be."""
    try:
        policy = msgspec.convert(document, Policy)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadPolicy(field=place.strip("`").removeprefix("$.") or "policy", expected=said) from None
    _check(policy)
    return policy


def written(policy: Policy) -> dict[str, object]:
    """The policy as the JSON document that `read` reads."""
    document: dict[str, object] = msgspec.to_builtins(policy)
    return document


def _check(policy: Policy) -> None:
    if not zones.known(policy.zone):
        raise BadPolicy(field="zone", value=policy.zone, expected="a zone like America/New_York")
    if policy.competition_seconds < _SHORTEST_WINDOW_SECONDS:
        raise BadPolicy(field="competition_seconds", value=policy.competition_seconds, expected="at least 0.05")
    quiet = policy.quiet_hours
    if quiet and (zones.parse_time(quiet.start) is None or zones.parse_time(quiet.end) is None):
        raise BadPolicy(field="quiet_hours", value=f"{quiet.start}-{quiet.end}", expected="start and end as HH:MM")
    for cap in policy.caps:
        if cap.max < 0 or cap.hours <= 0:
            raise BadPolicy(field="caps", value=cap.rule, expected="max of 0 or more in more than 0 hours")
        if cap.scope != "global" and not cap.of:
            raise BadPolicy(field="caps", value=cap.rule, expected=f"`of`: which {cap.scope}")
