"""Mei's story, played and judged from outside, and the controls that show it could have gone otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from unavoce.apps.demo import walk
from unavoce.apps.demo.plot import DAY, HOUR, Bound, Plot, Reach, plot
from unavoce.apps.demo.watch import Ledger
from unavoce.apps.demo.world import World

CART, PITCH, PITCH_MESSAGE, THANKS = "cart_reminder", "pitch", "cart_pitch", "post_purchase"
# What the story is judged by: two seconds of wall time from her purchase to every consequence.
PROMPTLY = 2.0
SOON = 10.0


@dataclass(slots=True)
class Told:
    """What came of it: the story's steps and each control's."""

    story: Ledger
    controls: Ledger


def tell(world: World, seed: int) -> Told:
    """Play Mei's story and its controls together on one clock, and judge them from outside."""
    told = Told(Ledger(), Ledger())
    mei = plot(seed)
    stays, returns, ruleless = (plot(seed, role) for role in ("stays", "returns", "ruleless"))
    everyone = (mei, stays, returns, ruleless)
    for one in everyone:
        _up_to_the_cart(world, one)
    _meets(world, mei, told.story)
    for one in (stays, returns, ruleless):
        told.controls.expect(f"{one.role}: known", _known(world, one), within=SOON)
    world.passes(HOUR)
    _is_reminded(world, mei, told.story)
    for one in (stays, returns, ruleless):
        told.controls.expect(f"{one.role}: reminded", _reminded(world, one), within=SOON)
        told.controls.expect(f"{one.role}: pitch planned", _pitch_planned(world, one), within=SOON)
    _buys(world, mei, told.story)
    _shows_everything(world, mei, told.story)
    _splits_and_joins(world, mei, told.story)
    _buys_and_returns(world, returns, told.controls)
    _buys_without_the_rule(world, ruleless, told.controls)
    world.passes(DAY)
    for one in (stays, returns, ruleless):
        told.controls.expect(f"{one.role}: pitch arrives", _pitched(world, one), within=SOON)
    told.story.never("no pitch the day after", _pitched(world, mei), during=1.0)
    return told


def _up_to_the_cart(world: World, one: Plot) -> None:
    walk.clicks_an_ad(world, one)
    walk.looks(world, one)
    walk.signs_up(world, one)
    walk.fills_the_cart(world, one)
    if one.bound is not Bound.AT_SIGN_UP and (one.bound is Bound.BEFORE_PURCHASE or one.role != "mei"):
        walk.binds_the_card(world, one)


def _meets(world: World, mei: Plot, ledger: Ledger) -> None:
    ledger.expect("she is one customer", _known(world, mei), within=SOON)
    ledger.expect("her anonymous views are hers", lambda: _saw(world, mei, "Product Viewed"), within=SOON)


def _is_reminded(world: World, mei: Plot, ledger: Ledger) -> None:
    ledger.expect(f"{mei.reach.value} reminds her", _reminded(world, mei), within=SOON)
    ledger.expect("e-mail pitch planned", _pitch_planned(world, mei), within=SOON)
    ledger.expect("in the ad audience", lambda: _advertised(world, mei), within=SOON)
    if mei.bound is not Bound.AFTER_PURCHASE:
        ledger.expect("the till would pitch it", lambda: _prompted(world, mei), within=SOON)


def _buys(world: World, mei: Plot, ledger: Ledger) -> None:
    world.sells(mei, f"order-{mei.tag}")
    if mei.bound is Bound.AFTER_PURCHASE:
        walk.binds_the_card(world, mei)
    begin = time.monotonic()
    ledger.expect("e-mail pitch cancelled: bought", _pitch_cancelled(world, mei), within=PROMPTLY, since=begin)
    ledger.expect("out of the ad audience", lambda: not _advertised(world, mei), within=PROMPTLY, since=begin)
    ledger.expect("post-purchase message planned", _thanked(world, mei), within=PROMPTLY, since=begin)
    ledger.expect("the till no longer pitches it", lambda: not _prompted(world, mei), within=PROMPTLY, since=begin)


def _shows_everything(world: World, mei: Plot, ledger: Ledger) -> None:
    def whole() -> bool:
        customer = _known(world, mei)()
        if customer is None:
            return False
        rows = world.timeline(customer)
        titles = {row["title"] for row in rows if row["kind"] == "event"}
        decisions = {str(row["id"]) for row in world.decisions(customer)}
        shown = {str(row["id"]).removeprefix("decision-") for row in rows if row["kind"] == "decision"}
        wanted = {"Page Viewed", "Product Viewed", "Signed Up", "Product Added", "Order Completed", "Message Sent"}
        return wanted <= titles and decisions <= shown and bool(decisions)

    ledger.expect("one timeline with every event and decision", whole, within=SOON)


def _splits_and_joins(world: World, mei: Plot, ledger: Ledger) -> None:
    customer = _known(world, mei)()
    if customer is None:
        ledger.note("web and phone are separated", true=False)
        return
    graph = world.office.get(f"/api/customers/{customer}/graph")
    web = next((node["iid"] for node in graph["nodes"] if node["value"] == mei.web), None)
    path = f"/api/customers/{customer}/separate"
    cut = world.office.post(path, {"identifiers": [web], "reason": "a shared computer"})["separation"]

    def stranger() -> str | None:
        return world.customer(mei.web)

    ledger.expect("web and phone are separated", lambda: stranger() not in (None, _known(world, mei)()), within=SOON)
    ledger.expect("the views went with the browser", lambda: not _saw(world, mei, "Product Viewed"), within=SOON)
    ledger.expect("the purchase stayed", lambda: _saw(world, mei, "Order Completed"), within=SOON)
    world.office.post(f"/api/customers/separations/{cut['id']}/undo")
    ledger.expect("they are one again", lambda: stranger() == _known(world, mei)(), within=SOON)
    ledger.expect("the views are back", lambda: _saw(world, mei, "Product Viewed"), within=SOON)


def _buys_and_returns(world: World, one: Plot, ledger: Ledger) -> None:
    world.sells(one, f"order-{one.tag}")
    ledger.expect("returns: pitch cancelled", _pitch_cancelled(world, one), within=SOON)
    world.takes_back(one, f"order-{one.tag}")
    ledger.expect("returns: pitch planned again", _pitch_planned(world, one), within=SOON)


def _buys_without_the_rule(world: World, one: Plot, ledger: Ledger) -> None:
    policy = world.office.get("/api/policy")
    world.office.put("/api/policy", {**policy, "purchase_rule": False})
    world.sells(one, f"order-{one.tag}")
    ledger.expect("ruleless: purchase known", lambda: _saw(world, one, "Order Completed"), within=SOON)
    ledger.never("ruleless: pitch stands", _pitch_cancelled(world, one), during=1.0)
    world.office.put("/api/policy", policy)


def _known(world: World, one: Plot) -> Callable[[], str | None]:
    return lambda: world.customer(one.email)


def _saw(world: World, one: Plot, title: str) -> bool:
    customer = world.customer(one.email)
    return customer is not None and any(row["title"] == title for row in world.timeline(customer))


def _reminded(world: World, one: Plot) -> Callable[[], object]:
    def look() -> object:
        said = world.chats(one.line_user_id) if one.reach is Reach.LINE else world.letters(one.email)
        return [message for message in said if one.product.name in str(message)]

    return look


def _pitches(world: World, one: Plot) -> list[dict[str, Any]]:
    customer = world.customer(one.email)
    if customer is None:
        return []
    return [row for row in world.decisions(customer) if row["journey"] == CART and row["step"] == PITCH]


def _pitch_planned(world: World, one: Plot) -> Callable[[], object]:
    def look() -> bool:
        newest = next(iter(_pitches(world, one)), None)
        return newest is not None and newest["verdict"] == "planned"

    return look


def _pitch_cancelled(world: World, one: Plot) -> Callable[[], object]:
    def look() -> bool:
        newest = next(iter(_pitches(world, one)), None)
        return newest is not None and newest["reason"] == "bought"

    return look


def _pitched(world: World, one: Plot) -> Callable[[], object]:
    def look() -> object:
        letters = world.letters(one.email)
        return [letter for letter in letters if PITCH_MESSAGE in letter["headers"].get("feedback-id", "")]

    return look


def _thanked(world: World, one: Plot) -> Callable[[], object]:
    return lambda: world.decided(world.customer(one.email), journey=THANKS, verdict="planned")


def _prompted(world: World, one: Plot) -> list[dict[str, Any]]:
    return [prompt for prompt in world.prompts(one) if one.product.name in str(prompt)]


def _advertised(world: World, one: Plot) -> bool:
    hashed = sha256(one.email.encode()).hexdigest()
    return any(hashed in str(member) for member in world.audience(f"cart: {one.product.id}"))
