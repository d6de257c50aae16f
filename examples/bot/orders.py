"""Deliveries and invoices: questions that an order answers."""

from __future__ import annotations

from replies import REPLIES, OrderInvoice, OrderParcel
from shop import Order, Shop

from msgkit import Client, Message, Router

orders: Router[Client] = Router()


@orders.on_tap(OrderParcel)
@orders.on_message("物流", "快递", "包裹", "发货")
def parcel(shop: Shop, order: Order) -> Message:
    """Tell where the parcel is."""
    found = shop.parcels.get(order.order_no)
    if found is None:
        return REPLIES["delivery"].render(已发货=False)
    return REPLIES["delivery"].render(已发货=True, 快递=found.name, 记录=list(found.tracks[:3]))


@orders.on_tap(OrderInvoice)
@orders.on_message("发票")
def invoice(shop: Shop, order: Order) -> Message:
    """Give the invoice, for what was not refunded."""
    amount, address = shop.invoice(order)
    return REPLIES["invoice"].render(金额=amount, 下载=address)
