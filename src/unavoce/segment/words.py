"""The words of Segment's own specification: they are known before anybody has sent one."""

SPECIFIED_EVENTS = frozenset(
    {
        *("Product Viewed", "Product Clicked", "Product List Viewed", "Products Searched"),
        *("Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Checkout Step Viewed"),
        *("Checkout Step Completed", "Payment Info Entered", "Order Completed", "Order Updated", "Order Refunded"),
        *("Order Cancelled", "Promotion Viewed", "Promotion Clicked", "Coupon Entered", "Coupon Applied"),
        *("Coupon Denied", "Coupon Removed", "Coupon Redeemed", "Product Added to Wishlist", "Product Shared"),
        *("Cart Shared", "Product Reviewed", "Page Viewed", "Screen Viewed", "Identify", "Group", "Alias"),
        *("Signed Up", "Signed In", "Signed Out", "Message Sent", "Message Delivered", "Message Opened"),
        *("Message Clicked", "Message Bounced", "Unsubscribed", "Subscribed", "Consent Granted", "Consent Denied"),
        *("Campaign Received",),
    }
)
SPECIFIED_TRAITS = frozenset(
    {
        *("name", "first_name", "last_name", "email", "phone", "gender", "birthday", "age", "address", "city"),
        *("country", "language", "timezone", "created_at", "loyalty_card", "title", "username", "website"),
        *("description", "avatar", "company"),
    }
)
SPECIFIED_PROPERTIES = frozenset(
    {
        *("revenue", "store_id", "store", "channel", "order_id", "product_id", "category", "campaign"),
        *("campaign_id", "currency", "utm_source", "brand", "coupon", "discount", "name", "position", "price"),
        *("quantity", "rating", "shipping", "sku", "subtotal", "tax", "total", "url", "value", "products"),
    }
)
