"""The merchant's own system, as much of it as the bot needs: here in memory, with you a database or an API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import attrs

ARRIVES_WITHIN: Final = timedelta(days=7)
"""Until when money is back at the latest: five working days, a weekend between them."""


@attrs.frozen
class Order:
    """What a customer bought.

    Attributes:
        order_no: The shop's number of it, the ``out_trade_no`` of its payment.
        goods: What the customer knows it as.
        paid: What was paid, in fen.
        kept: What is refunded where the customer keeps the goods, in fen.
    """

    order_no: str
    goods: str
    paid: int
    kept: int


@attrs.frozen
class Refund:
    """A refund that was submitted.

    Attributes:
        amount: In fen.
        goes_back: Whether the goods are to be sent back.
        arrives: When the customer has the money, at the latest.
        arrived: Whether the customer has it.
    """

    amount: int
    goes_back: bool
    arrives: date
    arrived: bool = False


@attrs.frozen
class Parcel:
    """How an order travels.

    Attributes:
        name: Who carries it, and under which number.
        tracks: Where it was, the latest first.
    """

    name: str
    tracks: tuple[str, ...] = ()


@attrs.frozen
class Shop:
    """Orders, refunds and parcels, by order number. Put your own system behind these methods."""

    orders: dict[str, Order] = attrs.field(factory=dict)
    refunds: dict[str, Refund] = attrs.field(factory=dict)
    parcels: dict[str, Parcel] = attrs.field(factory=dict)

    @classmethod
    def example(cls) -> Shop:
        """Return a shop with one order, on its way."""
        order = Order("4200002188202411", "双层保温杯", paid=12800, kept=3840)
        parcel = Parcel("顺丰速运 SF1234567890123", ("11月30日 08:12 到达杭州转运中心", "11月29日 19:40 从宁波发出"))
        return cls({order.order_no: order}, parcels={order.order_no: parcel})

    def first_order(self, numbers: Iterable[str | None]) -> Order | None:
        """Return the first order that is the shop's; None where none is."""
        return next((self.orders[number] for number in numbers if number in self.orders), None)

    def refund(self, order: Order, *, goes_back: bool, today: date) -> Refund:
        """Refund an order, once: whatever is asked afterwards, the first refund stands.

        A handler may run twice, and buttons lie about in old messages. What pays money must not mind. With WeChat Pay's
        refunds that is an ``out_refund_no`` made from the order's number.
        """
        amount = order.paid if goes_back else order.kept
        return self.refunds.setdefault(order.order_no, Refund(amount, goes_back, today + ARRIVES_WITHIN))

    def invoice(self, order: Order) -> tuple[int, str]:
        """Make out an order's invoice; return for how much, in fen, and where it is.

        What was refunded is not invoiced; 0 where nothing is left.
        """
        refund = self.refunds.get(order.order_no)
        amount = order.paid - (refund.amount if refund else 0)
        return amount, f"https://shop.example/invoices/{order.order_no}"
