"""Segments as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class SegmentRow(BaseModel):
    """A segment in the list; its size as the asking person sees it."""

    key: str
    name: dict[str, str]
    description: dict[str, str]
    size: int
    as_of: datetime | None
    version: int


class SegmentList(BaseModel):
    """The live segments."""

    items: list[SegmentRow]
    next: str | None = None


class SegmentOut(SegmentRow):
    """One segment with its definition."""

    definition: dict[str, Any]
    published_at: datetime


class SegmentIn(BaseModel):
    """A segment to publish, or its next version."""

    key: str
    name: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)
    definition: dict[str, Any]


class PreviewIn(BaseModel):
    """A definition to try."""

    definition: dict[str, Any]


class PreviewOut(BaseModel):
    """How many meet a definition, and can be reached on each channel."""

    size: int
    reachable: dict[str, int]
    as_of: datetime


class MemberRow(BaseModel):
    """Somebody who is in, since when, by what kind of cause, and by which."""

    id: str
    name: str
    since: datetime
    cause: str
    evidence: str


class MemberList(BaseModel):
    """Some members, newest first."""

    items: list[MemberRow]
    next: str | None


class HistoryPoint(BaseModel):
    """The size at the end of a day and who came and went on it; `replayed` when worked out from the events."""

    at: datetime
    size: int
    entered: int
    left: int
    replayed: bool


class HistoryOut(BaseModel):
    """The size over time, oldest first."""

    points: list[HistoryPoint]


class EvidenceOut(BaseModel):
    """An event behind a part, by its message's id."""

    message_id: str
    name: str
    at: datetime


class PartOut(BaseModel):
    """A part of the definition and whether she meets it.

    `decisive`: if this alone came out the other way, so would the whole. `count` and `events` (the latest) are what a
    part about events stands on.
    """

    path: str
    condition: dict[str, Any]
    met: bool
    decisive: bool
    count: int | None
    events: list[EvidenceOut]


class WhyOut(BaseModel):
    """Why a customer is in, or is not."""

    member: bool
    since: datetime | None
    cause: str | None
    evidence: str | None
    parts: list[PartOut]


def texts(said: Mapping[str, str]) -> dict[str, str]:
    """Texts by language as JSON has them."""
    return dict(said)
