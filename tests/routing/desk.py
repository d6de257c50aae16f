"""A router in a test: its clock is moved by hand, and what customers do reaches it without notifications."""

from __future__ import annotations

import time
from collections.abc import Callable

import attrs

from msgkit import Client, Router
from msgkit.routing import SQLiteInbox, State
from msgkit.sandbox import Sandbox


@attrs.define
class Clock:
    """A clock that stands still until it is moved."""

    now: float = attrs.field(factory=time.time)

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@attrs.define
class Desk:
    """A router and all around it."""

    sandbox: Sandbox
    client: Client
    clock: Clock
    inbox: SQLiteInbox
    router: Router[Client]

    def hear(self) -> int:
        """Have the router look at everything, and handle what is due."""
        for complaint_id in self.sandbox.complaints:
            self.inbox.notify(self.client.mchid, complaint_id)
        return self.router.work()

    def later(self, seconds: float) -> int:
        """Let time pass, and have handled what is due then."""
        self.clock.now += seconds
        return self.router.work()

    def complaint(self, *, is_rich: bool = True) -> str:
        """Add a complaint, and return its id."""
        return self.sandbox.complaint(need_immediate_service=is_rich).complaint_id

    def says(self, complaint_id: str, text: str) -> str:
        """Have the customer write, and return the entry's log_id."""
        return self.sandbox.entry(complaint_id, "USER_RESPONSE", details=text).log_id

    def taps(self, complaint_id: str, action_id: str | None, content: str = "好", log_id: str | None = None) -> str:
        """Have the customer tap, and return the entry's log_id."""
        click = {"message_content": content, "action_id": action_id, "clicked_log_id": log_id}
        given = {key: value for key, value in click.items() if value is not None}
        return self.sandbox.entry(complaint_id, "USER_CLICK_RESPONSE", click_message=given).log_id

    def sent(self, complaint_id: str) -> list[str]:
        """Return what the customer was sent."""
        return [reply_text(reply.body) for reply in self.sandbox.replies if reply.complaint_id == complaint_id]

    def states(self, complaint_id: str) -> dict[str, State]:
        """Return how far each entry is that is not the merchant's own, by its type."""
        found = self.inbox.find(*State)
        return {r.operate_type: r.state for r in found if r.complaint_id == complaint_id and r.state != State.PASSED}


def reply_text(body: dict[str, object]) -> str:
    """Return the words of a reply."""
    message = body.get("message")
    if not isinstance(message, dict):
        return str(body["response_content"])
    return "\n".join(block["text"]["text"] for block in message["blocks"] if block["type"] == "TEXT")


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
