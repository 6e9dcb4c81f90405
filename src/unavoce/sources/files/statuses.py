"""What the status of an order or a coupon makes of it, by a table of the words that systems use."""

from __future__ import annotations

_CANCELLED = ("取消", "cancel", "失敗", "失败", "未付款", "不成立", "void", "作廢", "作废")
_RETURNED = ("退貨", "退款", "退货", "refund", "return")
_UNUSED = ("未使用", "可使用", "unused", "active", "valid", "未核銷", "未核销", "有效", "available")
_USED = ("已使用", "已核銷", "已核销", "used", "redeemed", "核銷", "核销")
_EXPIRED = ("過期", "过期", "expired", "失效")


class UnknownStatus(Exception):
    """A coupon's status that no word of ours explains."""


def order_event(status: str) -> str:
    """What an order's status makes of it."""
    small = status.lower()
    if any(word in small for word in _CANCELLED):
        return "Order Cancelled"
    return "Order Refunded" if any(word in small for word in _RETURNED) else "Order Completed"


def coupon_event(status: str) -> str:
    """What a coupon's status makes of it; one without a status has not been used."""
    small = status.lower()
    if not small or any(word in small for word in _UNUSED):
        return "Coupon Issued"
    if any(word in small for word in _EXPIRED):
        return "Coupon Expired"
    if any(word in small for word in _USED):
        return "Coupon Redeemed"
    raise UnknownStatus(status)
