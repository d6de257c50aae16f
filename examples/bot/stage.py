"""A customer who talks to the bot on a terminal, in a WeChat Pay of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from msgkit import Client, Message, Router
from msgkit.sandbox import Customer, Sandbox

COMPLAINT: dict[str, Any] = {
    "complaint_detail": "保温杯收到就掉漆，想退点钱",
    "complaint_order_info": [
        {"transaction_id": "4200002188202411300000000001", "out_trade_no": "4200002188202411", "amount": 12800}
    ],
}
"""What somebody complains about: the order of `Shop.example`."""


class Stage:
    """A customer, the bot, and what both see.

    Args:
        sandbox: Where the customer complains.
        client: The merchant's, for what people do.
        router: The bot.
        **complaint: Fields of the complaint, beside those of `COMPLAINT`.
    """

    def __init__(self, sandbox: Sandbox, client: Client, router: Router[Client], **complaint: Any) -> None:
        self.client, self.router = client, router
        self.complaint_id = sandbox.complaint(**(COMPLAINT | complaint)).complaint_id
        self.customer: Customer = sandbox.customer(self.complaint_id)
        self._shown = 0

    def hear(self) -> int:
        """Notify the bot as WeChat Pay does, let it work, and return what it answered WeChat Pay: 200 for well."""
        headers, body = self.customer.notification()
        status, _ = self.router.receive(headers, body)
        self.router.work()
        return status

    def says(self, text: str) -> None:
        """Have the customer write, and the bot answer."""
        self.customer.says(text)
        self.hear()

    def taps(self, what: str) -> None:
        """Have the customer tap, and the bot answer."""
        self.customer.taps(what)
        self.hear()

    def person(self, text: str) -> None:
        """Have one of the merchant's people answer."""
        self.client.reply(self.complaint_id, Message().text(text).sent_by("MANUAL"))

    def news(self) -> list[str]:
        """Return what is on the customer's screen since this was last called, an entry each."""
        entries = re.split(r"\n(?! )", self.customer.sees())[1:]  # after the headline; words are indented
        since, self._shown = self._shown, len(entries)
        return entries[since:]

    def print(self, say: Callable[[str], object] = print) -> None:
        """Print what is new; in colour where a terminal shows it."""
        for entry in self.news():
            head, *lines = entry.split("\n")
            colour = "\x1b[1;32m{}\x1b[0m" if " 商家" in head else "\x1b[1;36m{}\x1b[0m"
            say("\n".join(["", colour.format(head) if sys.stdout.isatty() else head, *lines]))
