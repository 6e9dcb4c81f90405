"""What a customer of the demo does, step by step, on the web, on her phone and at the till."""

from __future__ import annotations

from unavoce.apps.demo.plot import Bound, Plot, Reach
from unavoce.apps.demo.world import World

SHOP = "https://shop.example.com"


def clicks_an_ad(world: World, plot: Plot) -> None:
    """She clicks a Facebook ad; the shop's site sees a stranger with a campaign."""
    campaign = {"source": "facebook", "medium": "paid_social", "name": "tea-time"}
    page = {"url": f"{SHOP}/?utm_source=facebook&utm_campaign=tea-time", "path": "/", "title": "Tea time"}
    context = {"campaign": campaign, "channel": "web"}
    world.website.send(world.call("page", plot, anonymousId=plot.web, properties=page, context=context))


def looks(world: World, plot: Plot) -> None:
    """She looks at the product, still a stranger."""
    world.website.send(_track(world, plot, "Product Viewed", anonymousId=plot.web))


def signs_up(world: World, plot: Plot) -> None:
    """She signs up in the app on her phone; with her card when she has it at hand."""
    traits: dict[str, object] = {
        "name": "陳美" if plot.role == "mei" else plot.tag,
        "email": plot.email,
        "phone": plot.phone,
        "language": "zh-Hant",
        "timezone": "Asia/Taipei",
        "consents": {"email": True, "line": True, "ads": True},
    }
    if plot.reach is Reach.LINE:
        traits["line_user_id"] = plot.line_user_id
    if plot.bound is Bound.AT_SIGN_UP:
        traits["loyalty_card"] = plot.card
    who = {"userId": plot.user_id, "anonymousId": plot.phone_app}
    world.app.send(world.call("identify", plot, **who, traits=traits, context={"channel": "app"}))
    world.app.send(world.call("track", plot, **who, event="Signed Up", context={"channel": "app"}))


def fills_the_cart(world: World, plot: Plot) -> None:
    """Logged in on the web, she puts the product into the cart, and leaves."""
    world.website.send(_track(world, plot, "Product Added", userId=plot.user_id, anonymousId=plot.web))


def binds_the_card(world: World, plot: Plot) -> None:
    """She tells the app that the loyalty card is hers."""
    who = {"userId": plot.user_id, "anonymousId": plot.phone_app}
    traits = {"loyalty_card": plot.card}
    world.app.send(world.call("identify", plot, **who, traits=traits, context={"channel": "app"}))


def _track(world: World, plot: Plot, event: str, **who: str) -> dict[str, object]:
    product = plot.product
    properties = {
        "product_id": product.id,
        "name": product.name,
        "category": product.category,
        "price": product.price_minor / 100,
        "quantity": 1,
        "currency": "USD",
        "url": f"{SHOP}/products/{product.id}",
    }
    return world.call("track", plot, event=event, properties=properties, context={"channel": "web"}, **who)
