"""Google Analytics' words for a visit to a shop as Segment's e-commerce specification has them, by table.

Names of events and parameters: Google's list of recommended events for GA4; ours: Segment's "Ecommerce v2".
A word that stands in no table is kept as it is.
"""

from collections.abc import Mapping, Sequence

from unavoce.collect.dialects.model import Call

EVENTS = {
    "purchase": "Order Completed",
    "refund": "Order Refunded",
    "view_item": "Product Viewed",
    "view_item_list": "Product List Viewed",
    "select_item": "Product Clicked",
    "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed",
    "add_to_wishlist": "Product Added to Wishlist",
    "view_cart": "Cart Viewed",
    "begin_checkout": "Checkout Started",
    "add_shipping_info": "Checkout Step Completed",
    "add_payment_info": "Payment Info Entered",
    "view_promotion": "Promotion Viewed",
    "select_promotion": "Promotion Clicked",
    "search": "Products Searched",
    "view_search_results": "Products Searched",
    "sign_up": "Signed Up",
    "login": "Signed In",
}
_PARAMETERS = {
    "transaction_id": "order_id",
    "search_term": "query",
    "payment_type": "payment_method",
    "shipping_tier": "shipping_method",
    "item_list_id": "list_id",
    "item_list_name": "list",
    "promotion_name": "name",
    "creative_name": "creative",
    "creative_slot": "position",
}
_PAGE = {"page_location": "url", "page_title": "title", "page_referrer": "referrer"}
_ITEM = {
    "item_id": "product_id",
    "item_name": "name",
    "item_brand": "brand",
    "item_category": "category",
    "item_variant": "variant",
    "index": "position",
}
# Google's value is what the goods cost, without shipping and tax: Segment's revenue, where money was taken.
_SOLD = frozenset({"purchase", "refund"})
# Of one product, whose fields Segment puts beside the event's own.
_OF_ONE = frozenset({"view_item", "select_item", "add_to_cart", "remove_from_cart", "add_to_wishlist"})


def spoken(name: str, parameters: Mapping[str, object]) -> Call:
    """A GA4 event as a call: its type, its name and its properties."""
    properties = {_PARAMETERS.get(key, _PAGE.get(key, key)): value for key, value in parameters.items()}
    if name == "page_view":
        return {"type": "page", "properties": properties}
    if name == "screen_view":
        screen = properties.pop("screen_name", None) or properties.pop("firebase_screen", None)
        return {"type": "screen", "name": screen, "properties": properties}
    if name in _SOLD and "value" in properties:
        properties["revenue"] = properties.pop("value")
    properties |= _goods(name, properties.pop("items", None))
    return {"type": "track", "event": EVENTS.get(name, name), "properties": properties}


def page_of(parameters: Mapping[str, object]) -> Call:
    """The page an event happened on, for its context."""
    return {ours: value for theirs, ours in _PAGE.items() if (value := parameters.get(theirs))}


def _goods(name: str, items: object) -> Call:
    if not isinstance(items, Sequence) or isinstance(items, str):
        return {}
    lines = [one for one in items if isinstance(one, Mapping)]
    products: list[Call] = [{_ITEM.get(str(key), str(key)): value for key, value in one.items()} for one in lines]
    if name in _OF_ONE and len(products) == 1:
        return products[0]
    return {"products": products}
