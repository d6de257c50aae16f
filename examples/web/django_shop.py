"""A shop on Django that answers complaints: it receives notifications, and offers a refund by a button.

Development, all in one process:   python django_shop.py
Production, receiving:             gunicorn --workers 4 django_shop:application
Production, answering:             python django_shop.py work

Production has two kinds of processes. Those of gunicorn only store what comes in, and so answer the platform at once;
each restart of them would interrupt handlers. One process beside them runs the handlers; start it with systemd,
supervisord or as a container of its own. There may be several of it, since the inbox gives each complaint to one.
All of them need the same ``inbox.db``, on a disk of this machine.

In a project of yours, `Work` stands in ``shop/management/commands/work.py`` as ``Command``, and is run as
``python manage.py work``; settings, URLs and the rest have their usual places too.
"""

import os
import signal
import sys
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, execute_from_command_line
from django.core.management.utils import get_random_secret_key
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from msgkit import ActionData, Client, Event, Message, MsgkitError, Router, SendMessage
from msgkit.complaints import Complaint

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "shop.example"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("DJANGO_SECRET_KEY") or get_random_secret_key(),
    WECHATPAY_INBOX="inbox.db",
)


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


@cache
def get_router() -> Router[Client]:
    """Return the router of this process, which is made when it is first needed."""
    router = Router(Client.from_env(), inbox=settings.WECHATPAY_INBOX)
    router.include(shop)
    return router


@csrf_exempt  # the platform has no cookie; its signature is what proves a request
@require_POST
def notified(request: HttpRequest) -> HttpResponse:
    """Receive a notification; nothing before this may read the stream (``request.read()``), or the body is gone."""
    status, answer = get_router().receive(request.headers, request.body)  # the bytes as they came
    return HttpResponse(answer, status=status, content_type="application/json")


def index(_request: HttpRequest) -> HttpResponse:
    """Show the shop."""
    return HttpResponse("小店")


# Without a slash at the end, as it is registered with the platform: a redirect to another address is not followed.
urlpatterns = [path("wechatpay/complaints", notified), path("", index)]

django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Be the WSGI application.

    Instead of the view, it could receive notifications itself, beside all of Django's middleware:
    ``if environ["PATH_INFO"] == "/wechatpay/complaints": return get_router().wsgi(environ, start_response)``
    """
    return django_application(environ, start_response)


class Work(BaseCommand):
    """Answer what comes in, until the process is told to end."""

    help = "answers complaints"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the handlers in threads."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # leaves `running`: handlers come to their end
        with get_router().running(workers=4):
            while True:
                self.poll()
                time.sleep(3600)

    def poll(self) -> None:
        """Look for complaints of which no notification came: they are not guaranteed to arrive."""
        try:
            get_router().poll()
        except MsgkitError as error:
            self.stderr.write(f"not this time: {error}")


def main() -> None:
    """Serve at http://127.0.0.1:8000, and answer in threads of this process; or answer only."""
    if sys.argv[1:] == ["work"]:
        Work().run_from_argv(sys.argv)
    else:
        with get_router().running():
            execute_from_command_line([sys.argv[0], "runserver", "--noreload", "127.0.0.1:8000"])


if __name__ == "__main__":
    main()
