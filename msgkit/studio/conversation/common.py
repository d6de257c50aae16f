"""What the parts of the conversation share: which complaint is meant, what time it is, and how a moment is said."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from msgkit._language import CHINESE
from msgkit.sandbox import Complaint
from msgkit.sandbox.complaints import BEIJING
from msgkit.studio.doors import Asked, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def complaint_of(site: Site, asked: Asked) -> Complaint:
    """Return the complaint whose ``id`` a page names.

    Raises:
        RefusedError: There is none.
    """
    given = asked.query.get("id") or asked.form.get("id", "")
    found = site.sandbox.complaints.get(given)
    if found is None:
        raise RefusedError(WORDS["no_such"])
    return found


def shown_complaint(site: Site, asked: Asked) -> Complaint | None:
    """Return the complaint that a page shows: the one that it names, or else the one to begin with.

    That is the newest that takes rich replies, which is what people write here; if none does, the newest.

    Returns:
        The complaint; None where there is none at all.

    Raises:
        RefusedError: There is none of the ``id`` that is named.
    """
    if asked.query.get("id"):
        return complaint_of(site, asked)
    newest = newest_first(site)
    return next((each for each in newest if each.need_immediate_service), newest[0] if newest else None)


def newest_first(site: Site) -> list[Complaint]:
    """Return all complaints, the newest first; of those of one moment, the one that was made last."""
    made = list(site.sandbox.complaints.values())
    made.reverse()
    return sorted(made, key=lambda each: each.complaint_time, reverse=True)


def said_moment(when: datetime, lang: str) -> str:
    """Say a moment of Beijing's time, without its year: 11月24日 20:58."""
    try:
        when = when.astimezone(BEIJING)
    except OverflowError:  # in the first or the last hours of time
        return when.isoformat(" ", "minutes")
    clock = f"{when.hour:02d}:{when.minute:02d}"
    if lang == CHINESE:
        return f"{when.month}月{when.day}日 {clock}"
    return f"{_MONTHS[when.month - 1]} {when.day}, {clock}"


def yuan(fen: int) -> str:
    """Say an amount in fen as yuan: ¥128.00."""
    return f"¥{fen // 100}.{fen % 100:02d}"


def done() -> Response:
    """Answer that something was done; the page hears from the sandbox what has changed."""
    return Response(status_code=204)
