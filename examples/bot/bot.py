"""The bot: what it answers by itself, and when it leaves a complaint to a person."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from agent import hand_over, people
from desk import Desk
from orders import orders
from refund import refunds
from replies import menu, welcome
from shop import Order, Shop

from msgkit import Client, Event, Message, Router
from msgkit.routing import Inbox

logger = logging.getLogger("bot")


def make_router(
    client: Client,
    shop: Shop,
    desk: Desk,
    *,
    inbox: str | os.PathLike[str] | Inbox | None = None,
    unknown: Callable[[Event], Message | None] | None = None,
) -> Router[Client]:
    """Return a router that answers complaints.

    Args:
        client: Who asks and sends.
        shop: The merchant's own system.
        desk: The people who take over.
        inbox: What came in and what was done, as `Router` has it.
        unknown: Who answers words that nobody understands, such as `Drafts.propose`; None for the menu.
    """
    router = Router(client, inbox=inbox)
    router.include(_answers(shop, desk, unknown))

    @router.on_event("USER_SUBMIT_SATISFACTION")
    def rated(event: Event) -> None:
        desk.ratings[event.complaint_id] = event.text

    @router.on_error
    def failed(error: Exception, attempt: int, last: bool, complaint_id: str) -> None:
        """Log the kind of error, and nobody's words; what is given up goes to a person."""
        logger.warning("complaint %s, attempt %d: %s", complaint_id, attempt, type(error).__name__)
        if last:
            desk.take(complaint_id, "")

    return router


def _answers(shop: Shop, desk: Desk, unknown: Callable[[Event], Message | None] | None) -> Router[Client]:
    """Return the part that talks, but for complaints that a person has."""
    talk: Router[Client] = Router()

    @talk.middleware
    def quiet(event: Event, next: Callable[..., object]) -> object:  # noqa: A002 - the router's word
        return None if desk.has(event.complaint_id, event.log_id) else next(desk=desk)

    talk.include(people)
    talk.include(_about_order(shop, desk, unknown))
    return talk


def _about_order(shop: Shop, desk: Desk, unknown: Callable[[Event], Message | None] | None) -> Router[Client]:
    """Return the part that needs the order. The first handler that matches answers, so `lost` is the last."""
    talk: Router[Client] = Router()

    @talk.middleware
    def with_order(event: Event, next: Callable[..., object]) -> object:  # noqa: A002 - as above
        """Find the order; where the shop has none, a person must. A button of another order does nothing here."""
        order = shop.first_order(each.out_trade_no for each in event.complaint.complaint_order_info)
        if order is None:
            return hand_over(event, desk)
        if getattr(event.data, "order_no", order.order_no) != order.order_no:
            return menu(order)
        return next(order=order, shop=shop)

    talk.include(refunds)
    talk.include(orders)

    @talk.on_complaint
    def begin(order: Order) -> Message:
        return welcome(order)

    @talk.on_message
    def lost(event: Event, order: Order) -> Message | None:
        """Show the menu; the second time, or where there is a picture and no word, offer a person."""
        if unknown is not None:
            return unknown(event)
        times = desk.puzzled(event.complaint_id, event.log_id)
        return menu(order, again=times > 1 or not event.text)

    return talk
