/** Types for the events of a shop, named as in Segment's e-commerce specification; they cost no byte at run time. */
import type { Fields } from "./types.ts";

export interface Product extends Fields {
  product_id: string;
  sku?: string;
  name?: string;
  category?: string;
  brand?: string;
  variant?: string;
  /** An amount such as 24.5, in the event's `currency`. */
  price?: number;
  quantity?: number;
  coupon?: string;
  position?: number;
  url?: string;
  image_url?: string;
}

interface InCart extends Product {
  cart_id?: string;
  currency?: string;
}

export interface Cart extends Fields {
  cart_id?: string;
  products: Product[];
}

export interface Order extends Fields {
  order_id: string;
  products: Product[];
  /** What the shop earns without shipping and tax. */
  revenue?: number;
  total?: number;
  subtotal?: number;
  shipping?: number;
  tax?: number;
  discount?: number;
  coupon?: string;
  /** ISO 4217, such as "TWD". */
  currency: string;
  /** The store it was made in or will be picked up at. */
  store_id?: string;
}

export interface Coupon extends Fields {
  coupon_id: string;
  coupon_name?: string;
  order_id?: string;
  cart_id?: string;
  discount?: number;
}

interface List extends Fields {
  list_id?: string;
  category?: string;
  products: Product[];
}

interface Step extends Fields {
  checkout_id?: string;
  step?: number;
  shipping_method?: string;
  payment_method?: string;
}

/** Event by event, what its properties look like. */
export interface EcommerceEvents {
  "Products Searched": { query: string } & Fields;
  "Product List Viewed": List;
  "Product List Filtered": List & { filters?: { type: string; value: string }[] };
  "Promotion Viewed": { promotion_id: string; name?: string; position?: string } & Fields;
  "Promotion Clicked": { promotion_id: string; name?: string; position?: string } & Fields;
  "Product Clicked": Product;
  "Product Viewed": Product & { currency?: string };
  "Product Added": InCart;
  "Product Removed": InCart;
  "Cart Viewed": Cart;
  "Checkout Started": Omit<Order, "order_id"> & { order_id?: string };
  "Checkout Step Viewed": Step;
  "Checkout Step Completed": Step;
  "Payment Info Entered": Step;
  "Order Updated": Order;
  "Order Completed": Order;
  "Order Refunded": { order_id: string; products?: Product[]; total?: number; currency?: string } & Fields;
  "Order Cancelled": Order;
  "Coupon Entered": Coupon;
  "Coupon Applied": Coupon;
  "Coupon Denied": Coupon & { reason?: string };
  "Coupon Removed": Coupon;
  "Product Added to Wishlist": Product & { wishlist_id?: string };
  "Product Removed from Wishlist": Product & { wishlist_id?: string };
  "Wishlist Product Added to Cart": InCart & { wishlist_id?: string };
  "Product Shared": Product & { share_via?: string };
  "Cart Shared": { cart_id?: string; share_via?: string; products?: { product_id: string }[] } & Fields;
  "Product Reviewed": { product_id: string; review_id?: string; review_body?: string; rating?: number } & Fields;
}
