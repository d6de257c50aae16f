"""The middle: the conversation, live, and what the customer can do in it."""

from __future__ import annotations

from attrs import frozen
from starlette.responses import Response

from msgkit.reply import Reply
from msgkit.sandbox import CannotTapError
from msgkit.sandbox.tapping import Tappable
from msgkit.studio.conversation.cases import Case
from msgkit.studio.conversation.clocks import due
from msgkit.studio.conversation.common import complaint_of, done, shown_complaint
from msgkit.studio.conversation.timeline import timeline
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS

#: Longest text of a customer, in characters (查询投诉单协商历史, ``operate_details``).
LONGEST_TEXT = 500


@frozen
class End:
    """Where a tap leads.

    Attributes:
        url: The page; None where it is a mini program.
        appid: The mini program; None where it is a page.
        path: The page of the mini program.
    """

    url: str | None
    appid: str | None
    path: str | None


def _talk(site: Site, asked: Asked) -> Response:
    complaint = shown_complaint(site, asked)
    if complaint is None:
        return site.answer(asked, "conversation/nothing.html")
    items = timeline(site, complaint.complaint_id, asked.lang)
    return site.answer(
        asked,
        "conversation/talk.html",
        case=Case(complaint, due(complaint, site.sandbox.now)),
        items=items,
        faults=len(site.sandbox.faults) + len(site.sandbox.chances),
        selected=asked.query.get("log", "") or next((each.log_id for each in reversed(items) if each.is_reply), ""),
    )


def _say(site: Site, asked: Asked) -> Response:
    customer = site.sandbox.customer(complaint_of(site, asked).complaint_id)
    text = asked.form.get("text", "").strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise RefusedError(WORDS["bad_text"], most=LONGEST_TEXT, length=len(text))
    if asked.form.get("again"):
        customer.continues_complaint(text)
    else:
        customer.says(text)
    return done()


def _tap(site: Site, asked: Asked) -> Response:
    complaint_id = complaint_of(site, asked).complaint_id
    log_id, pointer = asked.form.get("log", ""), asked.form.get("pointer", "")
    if (plain := _plain(site, complaint_id, log_id)) is not None:
        return _leads(site, asked, _end_of(plain, pointer))
    try:
        tapped = _tappable(site, complaint_id, log_id, pointer)
        site.sandbox.customer(complaint_id).tap_at(log_id, pointer)
    except CannotTapError as error:
        raise _refusal(site, complaint_id, log_id, pointer) from error
    if tapped.url is None and tapped.appid is None:
        return done()
    return _leads(site, asked, End(tapped.url, tapped.appid, tapped.path))


def _leads(site: Site, asked: Asked, end: End) -> Response:
    # By its beginning alone: what follows need be no address.
    is_web = end.url is not None and end.url.lower().startswith("https://")
    return site.answer(asked, "conversation/leads.html", end=end, is_web=is_web)


def _plain(site: Site, complaint_id: str, log_id: str) -> Reply | None:
    """Return a plain reply; a tap on what it leads to is told nobody."""
    found = (each for each in site.sandbox.replies if (each.complaint_id, each.log_id) == (complaint_id, log_id))
    return next((each.reply for each in found), None)


def _end_of(reply: Reply, pointer: str) -> End:
    program = reply.mini_program_jump_info
    if pointer == "/jump_url" and reply.jump_url is not None:
        return End(reply.jump_url, None, None)
    if pointer == "/mini_program_jump_info" and program is not None:
        return End(None, program.appid, program.path)
    raise RefusedError(WORDS["nothing_to_tap"])


def _tappable(site: Site, complaint_id: str, log_id: str, pointer: str) -> Tappable:
    found = {entry.log_id: entry for entry in site.sandbox.history(complaint_id)}.get(log_id)
    for each in () if found is None else site.sandbox.tappables(found):
        if each.pointer == pointer:
            return each
    raise RefusedError(WORDS["nothing_to_tap"])


def _refusal(site: Site, complaint_id: str, log_id: str, pointer: str) -> Exception:
    """Say why a tap did nothing."""
    tapped = _tappable(site, complaint_id, log_id, pointer)
    name = f"tap_{tapped.state}" if tapped.state in ("expired", "used", "inert") else "nothing_to_tap"
    return RefusedError(WORDS[name], text=tapped.text)


DOORS = (
    Door("GET", "/conversation/talk", _talk),
    Door("POST", "/conversation/say", _say),
    Door("POST", "/conversation/tap", _tap),
)
