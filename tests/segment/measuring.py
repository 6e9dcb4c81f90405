"""Distances, days and rhythms, worked out otherwise than the statement does, for the slow reference."""

from __future__ import annotations

import calendar
import math
from datetime import date, datetime
from zoneinfo import ZoneInfo


def rhythm(gaps: list[int]) -> int:
    return min(max(sorted(gaps)[len(gaps) // 2], 7), 365) if gaps else 60


def kilometres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """By the law of cosines: another formula than the statement's."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    turn = math.radians(longitude - to_longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371.0088 * math.acos(max(-1.0, min(1.0, cosine)))


def day_of(told: object, zone: ZoneInfo) -> date | None:
    if not isinstance(told, str):
        return None
    text = told.replace("/", "-")
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).astimezone(zone).date()
    except ValueError:
        return None


def comes_round(day: date, on: date) -> bool:
    if (day.month, day.day) == (2, 29) and not calendar.isleap(on.year):
        return (on.month, on.day) == (2, 28)
    return (day.month, day.day) == (on.month, on.day)
