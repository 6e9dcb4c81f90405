"""When a source's volume is unusual; the rules are told on the screen, too."""

from unavoce.collect.model import SourceKind
from unavoce.collect.quality.model import Standing, Volume

SURELY_AWAITED = 7.0
"""By chance nothing comes where 7 events are usual in one of 1,100 cases (Poisson: e^-7)."""
ENOUGH_TO_COMPARE = 20.0
LOW_SHARE, HIGH_SHARE = 0.5, 2.0

ANONYMOUS_KINDS = ("anonymous_id", "device_id", "device", "client_id")
"""Identifiers that tell nobody's name: who has only these is no known customer."""


def standing(kind: SourceKind, volume: Volume | None) -> Standing:
    """How a source compares with the same hours of up to four weeks before."""
    if kind is SourceKind.IMPORT:
        return Standing.PAST
    if volume is None:
        return Standing.NEVER
    usual = volume.usual
    if usual is None:
        return Standing.NEW
    if volume.awaited >= SURELY_AWAITED:
        return Standing.QUIET
    if usual >= ENOUGH_TO_COMPARE and volume.events < usual * LOW_SHARE:
        return Standing.LOW
    if usual >= ENOUGH_TO_COMPARE and volume.events > usual * HIGH_SHARE:
        return Standing.HIGH
    return Standing.USUAL
