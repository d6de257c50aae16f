"""Refunds: choose one, have it submitted, ask how far it is."""

from __future__ import annotations

import re

from desk import BEIJING
from replies import REPLIES, OrderRefund
from shop import Order, Refund, Shop

from msgkit import Client, Event, Message, Router

refunds: Router[Client] = Router()

# What pays money is to be said as clearly as a button says it: "我不要退货退款" is no order.
_chosen = re.compile(r"\A\s*我?(?:要|选)?(?:(?P<full>退货退款|全额退款)|留用商品|部分退款)[。！!\s]*\Z")


@refunds.on_tap(OrderRefund)
def tapped(event: Event, data: OrderRefund, shop: Shop, order: Order) -> Message:
    """Do what the button says."""
    if data.wish in {"ask", "status"}:
        return how_far(shop, order)
    return submitted(event, shop, order, goes_back=data.wish == "full")


@refunds.on_message(_chosen)
def chosen(event: Event, match: re.Match[str], shop: Shop, order: Order) -> Message:
    """Take the choice of who writes it: where a complaint has no buttons, or they are of last year."""
    return submitted(event, shop, order, goes_back=bool(match["full"]))


@refunds.on_message("退款", "退货", "退钱", "到账")
def how_far(shop: Shop, order: Order) -> Message:
    """Tell how far the refund is; where there is none, let the customer choose one."""
    refund = shop.refunds.get(order.order_no)
    if refund is not None:
        return REPLIES["refund/status"].render(金额=refund.amount, 到账日=refund.arrives, 已到账=refund.arrived)
    full, part = (OrderRefund(order.order_no, wish).pack() for wish in ("full", "part"))
    return REPLIES["refund/choice"].render(实付=order.paid, 补偿=order.kept, 退货=full, 留用=part)


def submitted(event: Event, shop: Shop, order: Order, *, goes_back: bool) -> Message:
    """Refund, and say what was refunded: by the first choice, if this is another one."""
    today = event.operate_time.astimezone(BEIJING).date()
    refund: Refund = shop.refund(order, goes_back=goes_back, today=today)
    return REPLIES["refund/accepted"].render(
        订单号=order.order_no,
        金额=refund.amount,
        到账日=refund.arrives,
        要退货=refund.goes_back,
        进度=OrderRefund(order.order_no, "status").pack(),
    )
