"""A shop on Flask that answers complaints: it receives notifications, and offers a refund by a button.

Development, all in one process:   python flask_shop.py
Production, receiving:             gunicorn --workers 4 "flask_shop:create_app()"
Production, answering:             flask --app flask_shop work

Production has two kinds of processes. Those of gunicorn only store what comes in, and so answer the platform at once;
each restart of them would interrupt handlers. One process beside them runs the handlers; start it with systemd,
supervisord or as a container of its own. There may be several of it, since the inbox gives each complaint to one.
All of them need the same ``inbox.db``, on a disk of this machine.
"""

import signal
import sys
import time

from flask import Flask, request

from msgkit import ActionData, Client, Event, Message, MsgkitError, Router, SendMessage
from msgkit.complaints import Complaint

INBOX = "inbox.db"


class Refund(ActionData, prefix="refund"):
    """What the button of a refund carries."""

    order_no: str


shop: Router[Client] = Router()


@shop.on_complaint
def welcome(complaint: Complaint) -> Message:
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
def refund(data: Refund) -> Message:
    """Refund an order; it may run twice for one tap, so let the number of the refund follow from that of the order."""
    # Your own call of the refund API goes here.
    return Message().text(f"订单 {data.order_no} 的退款已提交，预计 1-3 个工作日原路退回。").sent_by("MACHINE")


def create_router(client: Client, inbox: str = INBOX) -> Router[Client]:
    """Make the router that receives and works."""
    router = Router(client, inbox=inbox)
    router.include(shop)
    return router


def create_app(router: Router[Client] | None = None) -> Flask:
    """Make the application.

    Instead of the view, the router itself could receive, beside all that Flask does before and after a view:
    ``app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/wechatpay/complaints": router.wsgi})``, of Werkzeug.
    """
    router = router or create_router(Client.from_env())
    app = Flask(__name__)

    @app.post("/wechatpay/complaints")
    def notified() -> tuple[bytes, int, dict[str, str]]:
        request.max_content_length = 64 * 1024
        status, answer = router.receive(request.headers, request.get_data())  # the bytes as they came
        return answer, status, {"Content-Type": "application/json"}

    @app.get("/")
    def index() -> str:
        return "小店"

    @app.cli.command("work")
    def work() -> None:
        """Answer what comes in, until the process is told to end."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # leaves `running`: handlers come to their end
        with router.running(workers=4):
            while True:
                poll(router)
                time.sleep(3600)

    return app


def poll(router: Router[Client]) -> None:
    """Look for complaints of which no notification came: they are not guaranteed to arrive."""
    try:
        router.poll()
    except MsgkitError as error:
        print(f"not this time: {error}", file=sys.stderr)


def main() -> None:
    """Serve at http://127.0.0.1:5000, and answer in threads of this process."""
    with Client.from_env() as client:
        router = create_router(client)
        with router.running():
            create_app(router).run()


if __name__ == "__main__":
    main()
