"""`unavoce demo --check`: the demo played headless on a folder and judged from outside, as one JSON summary."""

from __future__ import annotations

import time
from collections.abc import Callable

from unavoce.apps.demo.stage import Stage
from unavoce.apps.demo.story import tell

SOURCE = "complete_journey"


def check(stage: Stage, seed: int, bring_in: Callable[[Stage], object], households: int | None) -> dict[str, object]:
    """Bring the data in, tell the story and its controls, and say what was seen."""
    began = time.monotonic()
    bring_in(stage)
    imported = time.monotonic()
    figures = stage.office.get(f"/api/reports/imported/{SOURCE}")
    told = tell(stage.world(), seed)
    finished = time.monotonic()
    segments = {row["key"]: row["size"] for row in stage.office.get("/api/segments")["items"]}
    return {
        "ok": told.story.holds and told.controls.holds,
        "seed": seed,
        "households": households,
        "customers": figures["customers"],
        "orders": figures["orders"],
        "stores": figures["stores"],
        "sales": figures["sales_minor"] / 100,
        "coupon_redemptions": figures["coupon_redemptions"],
        "segments": segments,
        "story": told.story.steps,
        "controls": told.controls.steps,
        "seconds": {"import": round(imported - began, 1), "story": round(finished - imported, 1)},
    }
