"""A shop on FastAPI that answers complaints: it receives notifications, and offers a refund by a button.

Development:   python fastapi_shop.py
Production:    uvicorn --workers 4 --timeout-graceful-shutdown 30 fastapi_shop:app

Handlers run in tasks of the same processes, from the start of each to its end, and leave the event loop to requests
while they wait. Each process has tasks of its own; the inbox gives each complaint to one of them, and what a process
that died was working on to another one. All of them need the same ``inbox.db``, on a disk of this machine.

Notifications are not guaranteed to arrive. Let cron run ``python fastapi_shop.py poll`` every hour: it puts complaints
into the inbox that are not there, and the tasks find them.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from msgkit import ActionData, AsyncClient, Event, Message, Router, SendMessage
from msgkit.complaints import Complaint

INBOX = "inbox.db"


class Refund(ActionData, prefix="refund"):
    """What the button of a refund carries."""

    order_no: str


shop: Router[AsyncClient] = Router()


@shop.on_complaint
async def welcome(complaint: Complaint) -> Message:
    """Greet whoever complains, and offer to refund the order that it is about."""
    message = Message().text("您好，已收到您的反馈，我们会尽快处理。").sent_by("MACHINE")
    for order in complaint.complaint_order_info[:1]:
        if order.out_trade_no is not None:
            refunded = SendMessage("我要退款", action_id=Refund(order.out_trade_no))
            message = message.button("申请退款", refunded, multi_clickable=False)
    return message


def is_of_its_orders(event: Event) -> bool:
    """Whether the order of a tap is one that its complaint is about: the tap alone does not prove that."""
    orders = [order.out_trade_no for order in event.complaint.complaint_order_info]
    return isinstance(event.data, Refund) and event.data.order_no in orders


@shop.on_tap(Refund, when=is_of_its_orders)
async def refund(data: Refund) -> Message:
    """Refund an order; it may run twice for one tap, so let the number of the refund follow from that of the order."""
    # Your own call of the refund API goes here, awaited.
    return Message().text(f"订单 {data.order_no} 的退款已提交，预计 1-3 个工作日原路退回。").sent_by("MACHINE")


def create_router(client: AsyncClient, inbox: str = INBOX) -> Router[AsyncClient]:
    """Make the router that receives and works."""
    router = Router(client, inbox=inbox)
    router.include(shop)
    return router


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Work for as long as the application runs."""
    async with AsyncClient.from_env() as client:
        app.state.router = router = create_router(client)
        # Or without the route below: app.mount("/wechatpay", router.asgi); register /wechatpay/complaints, say, and
        # not /wechatpay itself, which Starlette redirects to /wechatpay/ and the platform does not follow.
        async with router.running(workers=4):
            yield


app = FastAPI(lifespan=lifespan)


@app.post("/wechatpay/complaints")
async def notified(request: Request) -> Response:
    """Receive a notification; a parameter that FastAPI parses (``body: dict``) would lose the bytes that are signed."""
    body = await request.body()
    # It waits for the disk, so not in the event loop.
    status, answer = await run_in_threadpool(request.app.state.router.receive, request.headers, body)
    return Response(answer, status, media_type="application/json")


@app.get("/")
async def index() -> str:
    """Show the shop."""
    return "小店"


async def poll() -> None:
    """Look for complaints of which no notification came."""
    async with AsyncClient.from_env() as client:
        await create_router(client).poll()


def main() -> None:
    """Serve at http://127.0.0.1:8000, or look for complaints."""
    if sys.argv[1:] == ["poll"]:
        asyncio.run(poll())
    else:
        uvicorn.run(app, host="127.0.0.1", port=8000)


if __name__ == "__main__":
    main()
