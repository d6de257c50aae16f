"""The right: what went over the wire for a reply, and the requests of a complaint that were refused."""

from __future__ import annotations

import json
from http import HTTPStatus

from attrs import frozen
from starlette.responses import Response

from msgkit.sandbox import Exchange, ReceivedReply
from msgkit.studio.calls.exchange import View, view
from msgkit.studio.conversation.common import shown_complaint
from msgkit.studio.doors import Asked, Door
from msgkit.studio.site import Site

#: Most requests of a complaint that are shown; the log of calls has them all.
_MOST_SHOWN = 50


@frozen
class Reply:
    """A reply, and the requests that brought it.

    Attributes:
        received: The reply.
        first: The request that made it; None where that is not kept any more.
        attempts: All requests with its idempotent id, in order; of a plain reply, the one.
    """

    received: ReceivedReply
    first: View | None
    attempts: tuple[View, ...]

    @property
    def body(self) -> str:
        """What was sent, as JSON."""
        message = self.received.body.get("message", self.received.body)
        return json.dumps(message, ensure_ascii=False, indent=2)

    @property
    def number(self) -> int:
        """Which of the attempts made it, from 1."""
        return next((number for number, each in enumerate(self.attempts, 1) if each == self.first), 1)

    @property
    def before(self) -> tuple[View, ...]:
        """The attempts before that one."""
        return self.attempts[: self.number - 1]

    @property
    def repeats(self) -> int:
        """How often it came again and was processed no second time."""
        return len(self.attempts) - self.number


def _reply(site: Site, asked: Asked) -> Response:
    complaint = shown_complaint(site, asked)
    replies = [each for each in site.sandbox.replies if complaint and each.complaint_id == complaint.complaint_id]
    wanted = asked.query.get("log", "")
    received = next((reply for reply in replies if reply.log_id == wanted), replies[-1] if replies else None)
    shown = None if received is None else _with_requests(site, received, asked.lang)
    return site.answer(asked, "conversation/reply.html", reply=shown)


def _with_requests(site: Site, received: ReceivedReply, lang: str) -> Reply:
    exchanges = site.sandbox.exchanges
    made = [each for each in exchanges if each.log_id == received.log_id]
    same = [each for each in exchanges if _is_attempt(each, received)] if received.idempotent_id else made[:1]
    attempts = tuple(view(site, each.call, each, lang) for each in same)
    first = next((each for each in attempts if made and each.exchange is made[0]), None)
    return Reply(received, first, attempts)


def _is_attempt(exchange: Exchange, reply: ReceivedReply) -> bool:
    return exchange.call.idempotent_id == reply.idempotent_id and exchange.complaint_id == reply.complaint_id


def _requests(site: Site, asked: Asked) -> Response:
    complaint = shown_complaint(site, asked)
    exchanges = reversed(site.sandbox.exchanges)
    kept = [each for each in exchanges if complaint and each.complaint_id == complaint.complaint_id]
    shown = [view(site, each.call, each, asked.lang) for each in kept[:_MOST_SHOWN]]
    # The newest one that was refused is open: its signed strings are what a person looks for.
    refused = next((each for each in shown if each.call.status == HTTPStatus.UNAUTHORIZED), None)
    return site.answer(asked, "conversation/requests.html", requests=shown, opened=refused, more=len(kept) - len(shown))


DOORS = (Door("GET", "/conversation/reply", _reply), Door("GET", "/conversation/requests", _requests))
