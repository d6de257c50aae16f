"""`Receipt`: what comes back for a reply. It stands apart from the clients, which all hand it out."""

from __future__ import annotations

import attrs

from msgkit.errors import Problem


@attrs.frozen
class Receipt:
    """What the platform said to a reply.

    Attributes:
        log_id: The operation's serial number, as the negotiation history shows it; None for a plain reply.
        idempotent_id: The id under which a rich reply was sent; None for a plain reply.
        request_id: The platform's ``Request-ID``, which its support asks for.
        endpoint: Which reply it was: ``response-immediate-service`` (rich) or ``response`` (plain).
        host: Scheme and host that took it.
        dropped: What did not fit into a plain reply, where `Client.reply` made one of a message; see
            `Message.to_reply`.
    """

    log_id: str | None
    idempotent_id: str | None
    request_id: str | None
    endpoint: str = ""
    host: str = ""
    dropped: tuple[Problem, ...] = ()
