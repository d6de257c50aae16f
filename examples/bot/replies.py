"""What the bot says, from the folder of templates, and what its buttons carry."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from shop import Order

from msgkit import ActionData, Library, Message

REPLIES = Library(Path(__file__).parent / "templates")


class OrderRefund(ActionData, prefix="refund"):
    """A button about an order's refund."""

    order_no: str
    wish: Literal["ask", "full", "part", "status"] = "ask"


class OrderParcel(ActionData, prefix="parcel"):
    """A button that asks where an order is."""

    order_no: str


class OrderInvoice(ActionData, prefix="invoice"):
    """A button that asks for an order's invoice."""

    order_no: str


def welcome(order: Order) -> Message:
    """Greet, and show what there is to choose."""
    return REPLIES["welcome"].render(商品=order.goods, 订单号=order.order_no, **_options(order))


def menu(order: Order, *, again: bool = False) -> Message:
    """Show what there is to choose; where that did not help before, offer a person."""
    return REPLIES["menu"].render(再次=again, **_options(order))


def _options(order: Order) -> dict[str, str]:
    number = order.order_no
    return {
        "退款": OrderRefund(number).pack(),
        "物流": OrderParcel(number).pack(),
        "发票": OrderInvoice(number).pack(),
    }
